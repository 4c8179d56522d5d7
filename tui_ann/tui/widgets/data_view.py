"""The rows of a data table: a million rows scroll as smoothly as ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import set_cell_size
from rich.style import Style

from tui_ann.text import cell_width, clean, count, fit
from tui_ann.tui.widgets.grid import GridView

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

    The messages `GridView.CursorMoved` and `GridView.Chosen` contain row and column.
    """

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

    def set_data(self, columns: Sequence[TableColumn], n_rows: int) -> None:
        """Show a table.

        Args:
            columns: Its columns; their `cell` is called only for visible rows.
            n_rows: Number of rows.
        """
        self._columns = columns
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
        row, column = self.cursor
        name, text = clean(self._columns[column].name, 60), clean(self._columns[column].cell(row), 200)
        return f"Row {count(row + 1)} of {count(self.n_rows)}, {name}: {text or 'missing'}"

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
        return fit(count(row + 1), width, "right"), style

    def cell(self, row: int, column: int, width: int) -> tuple[str, Style]:
        """Return a cell's text; a missing one is a dot."""
        shown = self._columns[column]
        text = shown.cell(row)
        if width < 2 + self._longest[column]:  # cut at the edge: an ellipsis in every row would only be a stripe
            text = "" if shown.right else clean(text)
            return set_cell_size(f"  {text}", width), self.style_of(*self._role_class(shown))
        if not text:
            return self._aligned(shown, "·", width), self.style_of("data-view--missing")
        return self._aligned(shown, text, width), self.style_of(*self._role_class(shown))

    def text_at(self, row: int, column: int) -> str:
        """Return a cell as it is in the file."""
        return self._columns[column].cell(row)

    @staticmethod
    def _role_class(column: TableColumn) -> tuple[str, ...]:
        return (f"data-view--{column.role}",) if column.role else ()

    @staticmethod
    def _aligned(column: TableColumn, text: str, width: int) -> str:
        return fit("  " + fit(text, max(0, width - 2), "right" if column.right else "left"), width)
