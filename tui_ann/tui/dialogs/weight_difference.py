"""A dialog with the weights of two runs, cell by cell: the difference, or those of either run."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.session.compare.weight_difference import WeightDifference
from tui_ann.text import number
from tui_ann.text.symbols import Symbol, parameter_symbol
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.tabs_line import TabsLine


class WeightDifferenceDialog(Dialog[None]):
    """Shows one parameter at a time.

    Args:
        title: The letters of both runs: `A − B`.
        found: Every parameter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("study", "before", "after")]
    AUTO_FOCUS = "MatrixView"

    def __init__(self, title: str, found: Sequence[WeightDifference]) -> None:
        super().__init__(f"Weights, {title}")
        self._found, self._place = found, 0
        self._pair = title

    def compose_content(self) -> Iterable[Widget]:
        """The parameters, the matrix, the sentence."""
        yield TabsLine()
        view = MatrixView(id="difference")
        view.choosable = False
        yield view
        yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        """Show the first parameter."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        found = self._found[self._place]
        self.query_one(TabsLine).set_data([parameter_symbol(each.name) for each in self._found], self._place)
        symbol = Symbol.parse(found.name)
        before = ("x" if symbol.number == 1 else parameter_symbol(f"a{symbol.number - 1}")) if symbol.is_matrix else ""
        self.query_one(MatrixView).set_data(found.difference, f"Δ{parameter_symbol(found.name)}", before)
        self._tell()

    def _tell(self) -> None:
        """Say the values of the cell under the cursor, and how large the whole difference is."""
        found, view = self._found[self._place], self.query_one(MatrixView)
        lines = [found.words]
        if view.n_rows:
            row, column = view.index(*view.cursor)
            both = (float(array.reshape(len(array), -1)[row, column]) for array in (found.first, found.second))
            first, second = (number(value, 7) for value in both)
            second = f"({second})" if second[0] == "−" else second
            lines.insert(0, f"{view.describe().partition(' · ')[0]} = {first} − {second}")
        self.query_one("#told", Static).update(Content("\n").join(map(plain, lines)))

    def on_described(self, event: Described) -> None:
        """Say the values of the cell under the cursor."""
        event.stop()
        self._tell()

    def on_tabs_line_chosen(self, event: TabsLine.Chosen) -> None:
        """Go to the parameter that was clicked."""
        event.stop()
        self._place = event.index
        self._show()

    def action_turn(self, step: int) -> None:
        """Go to the previous or next parameter."""
        self._place = (self._place + step) % len(self._found)
        self._show()
