"""Permutation importance: how much worse the answers are if a column is shuffled."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget
from textual.widgets import Static

from tui_ann.session.evaluate.importance import ColumnImportance
from tui_ann.text import fit, number
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

_NAME, _RISE, _BAR = 25, 34, 16
"""Cells of the name, of the rise with its bar, and of the longest bar."""


class ImportanceDialog(Dialog[None]):
    """The columns, the most important first.

    Args:
        what: Which rows were used.
    """

    def __init__(self, what: str) -> None:
        super().__init__("Permutation importance")
        self._what = what
        self._found: Sequence[ColumnImportance] = ()

    def compose_content(self) -> Iterable[Widget]:
        """What it means, and the list."""
        words = f"Each column is shuffled among the rows ({self._what}): by how much the loss rises. "
        yield Static(
            plain(words + "Columns that say the same can stand in for each other."), classes="help", markup=False
        )
        yield Static(id="head", markup=False)
        yield RowList(id="importances", choosable=False, empty="Shuffling …")

    def show_importance(self, found: Sequence[ColumnImportance]) -> None:
        """Show the importance of every column.

        Args:
            found: The largest first.
        """
        self._found = found
        metric = found[0].metric_label if found else ""
        head = f"  {'column':<{_NAME}}{'loss rises by':<{_RISE}}{metric} falls by"
        self.query_one("#head", Static).update(plain(head if found else ""))
        rows = self.query_one(RowList)
        rows.show(len(found), self._row, cursor=0)

    def _row(self, index: int, width: int) -> Row:
        each = self._found[index]
        largest = max((abs(other.loss_rise) for other in self._found), default=0.0) or 1.0
        bar = "▇" * round(max(0.0, each.loss_rise) / largest * _BAR)
        rise = f"{number(each.loss_rise, 3)} ±{number(each.spread, 1)}"
        return Row(
            (
                (f" {fit(each.column, _NAME - 1)} ", "strong"),
                (f"{bar} " if bar else "", "accent"),
                (fit(rise, _RISE - len(bar) - bool(bar)), ""),
                (number(each.metric_drop, 2), "muted"),
            )
        )
