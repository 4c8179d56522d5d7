"""The table of compared runs: letter, glyph and colour of each, what differs, and the results with the best starred."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style

from tui_ann.session.compare.columns import NAME, TREND, ComparedColumn
from tui_ann.session.compare.table import ComparisonTable, TableRow
from tui_ann.text import cell_width, fit
from tui_ann.tui.draw.run_marks import run_colour, run_mark
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.run_inks import RUN_INKS, run_css

SHOWN, HIDDEN = "▣", "▢"
OPEN = "▸ "
"""Before the name of the run of the open experiment."""
STAR = "★ "
_WIDEST = 22
_GAP = 2


class RunTable(GridView):
    """The table. `set_table` sets it; the cursor is on a run and a column."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *GridView.COMPONENT_CLASSES,
        *RUN_INKS,
        "runs--best",
        "runs--differs",
        "runs--hidden",
    }
    DEFAULT_CSS = """
    RunTable {
        & > .runs--best { color: $text-success; text-style: bold; }
        & > .runs--differs { color: $foreground; text-style: bold; }
        & > .runs--hidden { color: $dim-text; }
    }
    """ + run_css("RunTable")

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self.choosable = False
        self._table: ComparisonTable | None = None
        self._rows: Sequence[TableRow] = ()
        self._sorted_by = ""
        self._falling = False
        self.says: Callable[[TableRow], str] = lambda row: ""
        """Returns what the table says of the run under the cursor."""

    def set_table(self, table: ComparisonTable, sorted_by: str, *, falling: bool) -> None:
        """Show a table; the cursor stays on its run.

        Args:
            table: The table.
            sorted_by: The key of the column that it is sorted by; empty for the order of the letters.
            falling: Whether the largest is first.
        """
        letter = self.row.run.letter if self.row is not None else ""
        self._table, self._sorted_by, self._falling = table, sorted_by, falling
        self._rows = table.sorted_rows(sorted_by, falling=falling) if sorted_by else table.rows
        label = max((cell_width(run_mark(row.run.place)) for row in self._rows), default=2) + 3
        place = next((i for i, row in enumerate(self._rows) if row.run.letter == letter), self.cursor[0])
        self.cursor = (place, self.cursor[1])
        self.lay_out(len(self._rows), [self._width(at) for at in range(len(table.columns))], label)
        self.refresh()

    def _width(self, place: int) -> int:
        assert self._table is not None
        column = self._table.columns[place]
        texts = [cell_width(self._prefix(row, column) + row.texts[place]) for row in self._rows]
        return min(_WIDEST, max([cell_width(self._title(column)), *texts])) + _GAP

    def _title(self, column: ComparedColumn) -> str:
        sign = ("▾" if self._falling else "▴") if column.key == self._sorted_by else ""
        return column.title + sign

    def _prefix(self, row: TableRow, column: ComparedColumn) -> str:
        """What stands before a text: the star of the best, or the sign of the open run."""
        if column.key == NAME:
            return OPEN if row.current else "  "
        return STAR if self._is_best(row, column) else ""

    def _is_best(self, row: TableRow, column: ComparedColumn) -> bool:
        return self._table is not None and (row.run.letter, column.key) in self._table.best

    @property
    def row(self) -> TableRow | None:
        """The run under the cursor."""
        return self._rows[self.cursor[0]] if self.cursor[0] < len(self._rows) else None

    @property
    def table(self) -> ComparisonTable | None:
        """What is shown."""
        return self._table

    @property
    def rows(self) -> Sequence[TableRow]:
        """The runs in their order on the screen."""
        return self._rows

    @property
    def column(self) -> ComparedColumn | None:
        """The column under the cursor."""
        columns = self._table.columns if self._table is not None else ()
        return columns[self.cursor[1]] if self.cursor[1] < len(columns) else None

    def describe(self) -> str:
        """Return what there is to say of the run under the cursor."""
        return self.says(self.row) if self.row is not None else ""

    def header(self, column: int, width: int) -> tuple[str, Style]:
        """Return the title of a column; an arrow marks the one that sorts."""
        assert self._table is not None
        here = ("grid--crosshair",) if column == self.cursor[1] and self.has_focus else ()
        title = self._title(self._table.columns[column])
        return fit(f"  {title}" if self._table.columns[column].key == NAME else title, width), self.style_of(
            "grid--header", *here
        )

    def row_label(self, row: int, width: int) -> tuple[str, Style]:
        """Return whether the run is shown, its letter and its glyph."""
        run = self._rows[row].run
        text = f"{SHOWN if run.shown else HIDDEN} {run_mark(run.place)}"
        return fit(text, width), self.style_of(RUN_INKS[run_colour(run.place)])

    def cell(self, row: int, column: int, width: int) -> tuple[str, Style]:
        """Return a cell; the best of its column with a star."""
        assert self._table is not None
        found, of = self._rows[row], self._table.columns[column]
        text = self._prefix(found, of) + found.texts[column]
        look = "runs--best" if self._is_best(found, of) else "runs--differs" if of.differs else ""
        if of.key == TREND:
            look = RUN_INKS[run_colour(found.run.place)]
        if not found.run.shown:
            look = "runs--hidden"
        return fit(text, width - 1) + " ", self.style_of(*([look] if look else []))

    def text_at(self, row: int, column: int) -> str:
        """Return the whole text of a cell."""
        return self._rows[row].texts[column]
