"""The dialog that chooses an activation function, with the curve of the one under the cursor."""

from collections.abc import Iterable, Sequence

from textual import on
from textual.widget import Widget

from tui_ann.tui.dialogs.choose import ChooseDialog
from tui_ann.tui.draw.function_plot import function_lines, has_curve
from tui_ann.tui.draw.prose import Line, line
from tui_ann.tui.widgets.lines_view import LinesView
from tui_ann.tui.widgets.row_list import RowList

_HEIGHT, _WIDTH = 10, 60
"""Height and most width of the curve."""
_FRAME = 8
"""Lines of the dialog besides its list and its curve."""


class ActivationDialog(ChooseDialog):
    """Choose an activation function; below the list its curve, if there is room."""

    def compose_content(self) -> Iterable[Widget]:
        """The sentence, the list, and the curve."""
        yield from super().compose_content()
        curve = LinesView(id="curve")
        curve.can_focus = False
        curve.styles.height = _HEIGHT + 1
        yield curve

    def on_mount(self) -> None:
        """Fill the list, and draw the curve once the size is known."""
        super().on_mount()
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw the curve for the new size."""
        self.call_after_refresh(self._draw)

    @on(RowList.Moved)
    def _draw(self) -> None:
        """Draw the function under the cursor, if there is room."""
        view, rows = self.query_one(LinesView), self.query_one(RowList)
        view.display = self.app.size.height >= len(self.choices) + _HEIGHT + _FRAME
        width = min(view.size.width, _WIDTH)
        if view.display and width > 0:
            view.set_lines([(), *_curve(str(self.choices[rows.cursor].value), width)])


def _curve(name: str, width: int) -> Sequence[Line]:
    """The curve of an activation function; a word if it has none."""
    if not has_curve(name):
        return [line("It acts on all units of a layer together, so it has no curve.", "muted")]
    return function_lines(name, None, None, width, _HEIGHT)
