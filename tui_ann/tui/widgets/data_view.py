"""The rows of a data table: a million rows scroll as smoothly as ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from rich.cells import set_cell_size
from rich.style import Style
from textual.binding import BindingType

from tui_ann.text import cell_width, clean, count, fit
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.filtering import RowFilter
from tui_ann.tui.widgets.grid import GridView, SearchedGrid

_NARROWEST, _WIDEST = 4, 28
_SAMPLED_CELLS = 20_000
"""Number of cells read to estimate column widths: enough for a good estimate, few enough for 5,000 columns."""


@dataclass(frozen=True, eq=False)
class TableColumn:
    """A column of the table."""

    name: str
    cell: Callable[[int], str]
    """Returns the raw text of row i; cleaned here."""
    right: bool = False
    """Whether cells are right-aligned, like numbers."""
    role: str = ""
    """"target", "ignored" or "" for a feature."""


class DataView(GridView):
    """A virtual table. `set_data` sets its columns; the cursor has a row and a column.

    The messages `GridView.CursorMoved` and `GridView.Chosen` contain row and column; the row is counted among those
    that the filter shows, `row` is the one of the data.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "filter", "all_rows")]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"data-view--target", "data-view--ignored", "data-view--missing"}
    DEFAULT_CSS = """
    DataView {
        & > .data-view--target { color: $text-primary; text-style: bold; }
        & > .data-view--ignored { color: $text-disabled; }
        & > .data-view--missing { color: $text-error; }
    }
    """

    NARROWS_LAST = True

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._columns: Sequence[TableColumn] = ()
        self._longest: Sequence[int] = ()
        self.filter: RowFilter = RowFilter(self, SearchedGrid(self), self._line, self._follow_filter)
        """Which rows are shown."""
        self.action_filter = self.filter.do

    @property
    def row(self) -> int:
        """The row of the data under the cursor."""
        return self.filter.shown[self.cursor[0]] if self.n_rows else 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Escape to the screen while all rows are shown."""
        if (action, parameters) == ("filter", ("all",)):
            return bool(self.filter.wanted)
        return super().check_action(action, parameters)

    def _line(self, row: int) -> str:
        return "\t".join(column.cell(row) for column in self._columns)

    def _follow_filter(self, before: Sequence[int]) -> None:
        """Show the rows of the filter; the cursor stays on its row, or goes to the next one that is shown."""
        row = before[self.cursor[0]] if before else 0
        self.lay_out(len(self.filter.shown), np.diff(self._offsets).tolist(), self._label_width)
        self.scroll_to(y=0, animate=False, force=True)
        self.move_cursor(self.filter.place(row), self.cursor[1])
        self.post_message(self.CursorMoved(self, *self.cursor))  # the row may be another one at the same place
        self.tell()
        self.refresh()
        self.refresh_bindings()

    def set_data(self, columns: Sequence[TableColumn], n_rows: int) -> None:
        """Show a table.

        Args:
            columns: Its columns; their `cell` is called only for visible rows.
            n_rows: Number of rows.
        """
        self._columns = columns
        self.filter.begin(n_rows)
        sample = self._sample(n_rows)
        self._longest = [
            max((cell_width(clean(column.cell(row), _WIDEST)) for row in sample), default=0) for column in columns
        ]
        widths = [
            2 + max(_NARROWEST, longest, cell_width(clean(column.name, _WIDEST)))
            for column, longest in zip(columns, self._longest, strict=True)
        ]
        self.lay_out(n_rows, widths, len(count(n_rows)) + 1)

    def set_roles(self, roles: Sequence[str]) -> None:
        """Change the roles of the columns ("target", "ignored", ""), in order; cells and cursor stay."""
        self._columns = [
            TableColumn(column.name, column.cell, column.right, role)
            for column, role in zip(self._columns, roles, strict=True)
        ]
        self.refresh()

    def describe(self) -> str:
        """Return the cell under the cursor in one sentence."""
        if not self._columns or not self.n_rows:
            return "The table is empty."
        row, column = self.row, self.cursor[1]
        name, text = clean(self._columns[column].name, 60), clean(self._columns[column].cell(row), 200)
        return f"Row {count(row + 1)} of {count(self.filter.total)}, {name}: {text or 'missing'}"

    def _sample(self, n_rows: int) -> list[int]:
        """Return the rows used to estimate the widths: the first ones, and some from the whole table."""
        budget = max(4, min(200, _SAMPLED_CELLS // max(1, len(self._columns))))
        first = range(min(n_rows, budget // 2))
        return sorted({*first, *range(0, n_rows, max(1, n_rows // max(1, budget // 2)))})

    def header(self, column: int, width: int) -> tuple[str, Style]:
        """Return a column's name, aligned like its cells."""
        shown = self._columns[column]
        style = self.style_of("grid--header", *self._role_class(shown))
        return self._aligned(shown, shown.name, width), style

    def row_label(self, row: int, width: int) -> tuple[str, Style]:
        """Return the row number, counted from 1."""
        style = self.style_of("grid--crosshair" if row == self.cursor[0] else "grid--label")
        return fit(count(self.filter.shown[row] + 1), width, "right"), style

    def cell(self, row: int, column: int, width: int) -> tuple[str, Style]:
        """Return a cell's text; a missing one is a dot."""
        shown = self._columns[column]
        text = shown.cell(self.filter.shown[row])
        if width < 2 + self._longest[column]:  # cut at the edge: an ellipsis in every row would only be a stripe
            text = "" if shown.right else clean(text)
            return set_cell_size(f"  {text}", width), self.style_of(*self._role_class(shown))
        if not text:
            return self._aligned(shown, "·", width), self.style_of("data-view--missing")
        return self._aligned(shown, text, width), self.style_of(*self._role_class(shown))

    def text_at(self, row: int, column: int) -> str:
        """Return a cell as it is in the file."""
        return self._columns[column].cell(self.filter.shown[row])

    @staticmethod
    def _role_class(column: TableColumn) -> tuple[str, ...]:
        return (f"data-view--{column.role}",) if column.role else ()

    @staticmethod
    def _aligned(column: TableColumn, text: str, width: int) -> str:
        return fit("  " + fit(text, max(0, width - 2), "right" if column.right else "left"), width)
