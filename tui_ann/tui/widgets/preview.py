"""The preview of a sample next to the list of the start screen."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style

from tui_ann.session.preview import Boundary, Preview
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.preview import LEVELS, MARKS, draw_classes, draw_points, draw_rows
from tui_ann.tui.widgets.picture import Picture

_STRENGTH = (0.42, 0.2, 0.06, 0.2, 0.42)
"""How strongly each level takes the colour of its class."""


class SamplePreview(Picture, can_focus=False):
    """Points over the learnt boundary, class bars, or the rows of a small table."""

    INKS = ("", "preview--label", "preview--bar", "preview--first", "preview--second", "preview--more")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    SamplePreview {
        & > .preview--label { color: $text-muted; }
        & > .preview--bar { color: $primary; }
        & > .preview--first { color: $accent; }
        & > .preview--second { color: $primary; }
        & > .preview--more { color: $foreground; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._preview: Preview | None = None
        self._boundary: Boundary | None = None

    def show_sample(self, preview: Preview | None, boundary: Boundary | None) -> None:
        """Show a sample.

        Args:
            preview: What it looks like; `None` for nothing.
            boundary: What its network answers, if that is known.
        """
        if (preview, boundary) != (self._preview, self._boundary):
            self._preview, self._boundary = preview, boundary
            self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the sample."""
        preview = self._preview
        if preview is None:
            return Cells(width, height)
        if preview.rows:
            return draw_rows(preview.rows, width, height)
        if not len(preview.points):
            return draw_classes(preview.classes, preview.counts, width, height)
        levels = None if self._boundary is None else self._boundary.levels
        colourless = self.app.no_color
        return draw_points(preview.points, preview.codes, preview.bounds, levels, width, height, colourless=colourless)

    def palette(self) -> list[Style]:
        """The inks: plain, label and bar, those of the points, of the half blocks, and of points on a region."""
        plain, label, bar, first, second, more = (self.ink_style(name) for name in self.INKS)
        points = [first, second, *[more] * (len(MARKS) - 2)]
        ground = self.background_colors[1]
        tints = [
            ground.blend(ground + style.foreground, share).rich_color
            for style, share in zip((first, first, first, second, second), _STRENGTH, strict=True)
        ]
        regions = [
            Style(color=tints[upper], bgcolor=tints[lower]) for upper in range(LEVELS) for lower in range(LEVELS)
        ]
        marks = [
            Style(color=(ground + style.foreground).rich_color, bgcolor=tint, bold=True)
            for tint in tints
            for style in (first, second)
        ]
        return [*(style.rich_style for style in (plain, label, bar, *points)), *regions, *marks]

    def describe(self) -> str:
        """The sample in words."""
        if self._preview is None or not len(self._preview.points):
            return ""
        return f"{self._preview.names[0]} across, {self._preview.names[1]} up"
