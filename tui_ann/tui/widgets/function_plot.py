"""The curve of an activation function."""

from __future__ import annotations

from typing import ClassVar

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.function_plot import draw_function
from tui_ann.tui.widgets.picture import Picture


class FunctionPlot(Picture, can_focus=False):
    """A curve, set with `set_function`."""

    INKS = ("", "function--axis", "function--curve", "function--point")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    FunctionPlot {
        & > .function--axis { color: $text-muted; }
        & > .function--curve { color: $text-primary; }
        & > .function--point { color: $foreground; text-style: bold; }
    }
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._function = ""
        self._alpha: float | None = None

    def set_function(self, name: str, alpha: float | None) -> None:
        """Show a function that has a curve.

        Args:
            name: Its name; empty for none.
            alpha: Its α; `None` for the default.
        """
        if (name, alpha) != (self._function, self._alpha):
            self._function, self._alpha = name, alpha
            self.redraw()

    def describe(self) -> str:
        """Return what is shown, in one sentence."""
        return f"The curve of {self._function}." if self._function else ""

    def paint(self, width: int, height: int) -> Cells:
        """Draw the curve for the size."""
        if not self._function or width < 12 or height < 4:
            return Cells(width, height)
        return draw_function(self._function, self._alpha, None, width, height)
