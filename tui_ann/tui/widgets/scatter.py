"""Any two columns against each other, by class or shaded by a number."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from rich.style import Style
from textual.color import Color

from tui_ann.text import clean, counted
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.scatter import SHADES, PointClasses, ScatterAxis, draw_scatter
from tui_ann.tui.widgets.class_inks import CLASS_INKS, class_css
from tui_ann.tui.widgets.picture import Picture, ramp


class Scatter(Picture):
    """A scatter, set with `set_data`; `clear` empties it."""

    INKS = ("", "scatter--axis", "scatter--label", "scatter--point", *CLASS_INKS)
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    Scatter {
        & > .scatter--axis { color: $text-muted; }
        & > .scatter--label { color: $foreground; }
        & > .scatter--point { color: $text-primary; }
    }
    """ + class_css("Scatter")

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._axes: tuple[ScatterAxis, ScatterAxis] | None = None
        self._point_classes: PointClasses | None = None
        self._shade: ScatterAxis | None = None

    def set_data(
        self,
        x: ScatterAxis,
        y: ScatterAxis,
        classes: PointClasses | None = None,
        shade: ScatterAxis | None = None,
    ) -> None:
        """Show two columns.

        Args:
            x: Across.
            y: Upwards.
            classes: The classes of the points.
            shade: A number of each point, as a shade.
        """
        self._axes, self._point_classes, self._shade = (x, y), classes, shade
        self.redraw()

    def clear(self) -> None:
        """Show nothing."""
        self._axes = self._point_classes = self._shade = None
        self.redraw()

    def describe(self) -> str:
        """Return what is shown, in one sentence."""
        if self._axes is None:
            return "There are no two columns to compare."
        x, y = self._axes
        drawn = int(np.count_nonzero(np.isfinite(x.values) & np.isfinite(y.values)))
        return f"{clean(x.name, 40)} across, {clean(y.name, 40)} upwards: {counted(drawn, 'row')}."

    def paint(self, width: int, height: int) -> Cells:
        """Draw the points for the size."""
        if self._axes is None:
            return Cells(width, height)
        return draw_scatter(*self._axes, width, height, classes=self._point_classes, shade=self._shade)

    def palette(self) -> list[Style]:
        """Return the inks, with a ramp for the numbers."""
        background = self.visual_style.background or Color(0, 0, 0)
        colours = ramp(background, self.ink_style("scatter--point"), len(SHADES), lowest=0.45)
        shades = [Style(color=colour.rich_color, bgcolor=background.rich_color) for colour in colours]
        return [*super().palette(), *shades]
