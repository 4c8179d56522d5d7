"""The base class of drawn widgets: a sheet of cells in the theme's colours, drawn only when it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style as VisualStyle

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.widgets.describing import Describing
from tui_ann.tui.widgets.laid_out_once import LaidOutOnce


class Picture(Describing, LaidOutOnce, can_focus=True):
    """A widget drawn cell by cell.

    A subclass lists its inks in `INKS`, in the order of their numbers in the drawing: the first is the default, the
    others are component classes. `paint` draws for a size; `redraw` requests a new drawing. Of a visible picture only
    the changed lines go to the terminal; a hidden one is not drawn until it is shown.
    """

    DEFAULT_CSS = """
    Picture { width: 1fr; height: 1fr; }
    """
    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = True
    INKS: ClassVar[tuple[str, ...]] = ()
    """Component class of each ink; "" for the widget's own style."""

    _sheet: Cells | None = None
    _palette: list[Style] | None = None
    _clear: NDArray[np.bool_] | None = None
    _strips: Mapping[int, Strip] = MappingProxyType({})
    """The lines of the sheet already on screen."""

    def paint(self, width: int, height: int) -> Cells:
        """Return the picture for a size of at least one cell; blank by default."""
        return Cells(width, height)

    def redraw(self) -> None:
        """Redraw the changes in the next frame, and post the description."""
        before, strips, self._sheet = self._sheet, self._strips, None
        if before is not None and (before.width, before.height) == tuple(self.size) and self.is_on_screen:
            ends = dict(self.sheet.changed(before))
            self._strips = {y: strip for y, strip in strips.items() if y not in ends}
            if ends:
                self.refresh(*(Region(0, y, end, 1) for y, end in ends.items()))
        else:
            self.refresh()
        self.tell()

    @property
    def sheet(self) -> Cells:
        """The current cells."""
        width, height = self.size
        if self._sheet is None or (self._sheet.width, self._sheet.height) != (width, height):
            self._sheet = self.paint(width, height) if width and height else Cells(width, height)
            self._strips = {}
        return self._sheet

    def palette(self) -> list[Style]:
        """Return the style of each ink; called once per theme."""
        return [self.ink_style(name).rich_style for name in self.INKS]

    def ink_style(self, name: str) -> VisualStyle:
        """Return the style of a component class on top of the widget's own."""
        return self.get_visual_style(name) if name else self.visual_style

    def notify_style_update(self) -> None:
        """Use the colours of the new theme."""
        self._palette = None
        self._sheet = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return one line of the picture."""
        sheet = self.sheet
        if y >= sheet.height:
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        if y not in self._strips:
            missing = [row for row in range(sheet.height) if row not in self._strips]
            self._strips = {**self._strips, **dict(self._strips_of(missing))}
        return self._strips[y]

    def _strips_of(self, rows: Sequence[int]) -> Iterator[tuple[int, Strip]]:
        """Create the strips of these rows together."""
        sheet = self.sheet
        if self._palette is None:
            self._palette = self.palette()
            ground = self._palette[0].bgcolor if self._palette else None
            self._clear = np.array([style.bgcolor == ground and not _marks_blanks(style) for style in self._palette])
        palette = self._palette
        for y, runs in zip(rows, sheet.runs(rows, self._clear), strict=True):
            yield y, Strip([Segment(text, palette[ink]) for text, ink in runs], sheet.width)


def _marks_blanks(style: Style) -> bool:
    """Whether a style is visible on a blank, apart from its background."""
    return bool(style.underline or style.underline2 or style.strike or style.overline or style.reverse)


def ramp(background: Color, end: VisualStyle, steps: int, lowest: float = 0.0) -> list[Color]:
    """Return colours from near the background to the colour of a style.

    Args:
        background: The background colour.
        end: The style with the last colour as its foreground.
        steps: Number of colours.
        lowest: Share of the end colour in the first, 0 to 1.
    """
    shares = (lowest + (1 - lowest) * step / max(1, steps - 1) for step in range(steps))
    foreground = background + end.foreground
    return [background.blend(foreground, share) for share in shares]
