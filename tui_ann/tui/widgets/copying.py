"""What can be copied of the widget that has the focus, from the smallest thing to the largest."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual.widget import Widget

from tui_ann.session.compare.table_text import TABLE_FORMATS
from tui_ann.text import counted
from tui_ann.tui.widgets.describing import Describing
from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.lines_view import LinesView
from tui_ann.tui.widgets.row_list import RowList
from tui_ann.tui.widgets.run_lines import MetricsTable
from tui_ann.tui.widgets.run_table import RunTable

MOST_CELLS = 200_000
"""Cells of the largest table that is copied."""


@dataclass(frozen=True)
class Copy:
    """Something that can be copied."""

    what: str
    """Its name, after “Copied”."""
    text: Callable[[], str]
    """Returns it as plain text; cells are separated by tabs."""


def copies_of(widget: Widget) -> list[Copy]:
    """What a widget has to copy, the thing under the cursor first; empty if it has nothing.

    Args:
        widget: The widget that has the focus.
    """
    match widget:
        case RunTable():
            return [*_of_grid(widget)[:2], *_of_runs(widget)]
        case GridView():
            return _of_grid(widget)
        case RowList():
            return _of_list(widget)
        case FormulaView():
            return [Copy("the formula", lambda: "\n".join(widget.lines))] if widget.lines else []
        case LinesView():
            return [Copy("the text", lambda: widget.plain)] if widget.plain else []
        case MetricsTable():
            return [Copy("the table", lambda: widget.tabbed)] if widget.tabbed else []
        case Describing():
            return [Copy("what the pane says", widget.describe)] if widget.describe() else []
    return []


def _of_grid(grid: GridView) -> list[Copy]:
    if not grid.n_rows or not grid.n_columns:
        return []
    row, column = grid.cursor
    columns = range(grid.n_columns)

    def line(row: int) -> str:
        return "\t".join(_cell(grid.text_at(row, column)) for column in columns)

    def table() -> str:
        head = "\t".join(_cell(grid.header(column, 40)[0].strip()) for column in columns)
        return "\n".join([head, *map(line, range(grid.n_rows))])

    found = [Copy("the cell", lambda: grid.text_at(row, column))]
    if grid.n_columns > 1:
        found.append(Copy("the row", lambda: line(row)))
    if grid.n_rows > 1 and grid.n_rows * grid.n_columns <= MOST_CELLS:
        found.append(Copy(f"the table of {counted(grid.n_rows, 'row')}", table))
    return found


def _of_runs(runs: RunTable) -> list[Copy]:
    """The whole table of compared runs, in each format."""
    table, rows = runs.table, runs.rows
    if table is None:
        return []
    return [Copy(f"the table as {each.name}", partial(each.text, table, rows)) for each in TABLE_FORMATS]


def _of_list(rows: RowList) -> list[Copy]:
    if not rows.count:
        return []
    index = rows.cursor
    found = [Copy("the row", lambda: rows.reading.line(index))]
    path = rows.path_of(index) if rows.path_of is not None else ""
    if path:
        found.insert(0, Copy("the path", lambda: path))
    if rows.count > 1:
        found.append(
            Copy(f"all {len(rows.filter.shown)} lines", lambda: "\n".join(map(rows.reading.line, rows.filter.shown)))
        )
    return found


def _cell(text: str) -> str:
    """A cell that cannot break the table."""
    return " ".join(text.split()) if "\t" in text or "\n" in text else text
