"""The judged rows: line, truth, answer, and whether it is right; then the columns of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from tui_ann.text import cell_width, clean, fit, line_name
from tui_ann.tui.content.judged_text import JudgedColumn
from tui_ann.tui.widgets.grid import GridView

_WIDEST = 20
_SAMPLED = 40
_GAP = 2


@dataclass(frozen=True, eq=False)
class JudgedList:
    """What the table shows."""

    columns: Sequence[JudgedColumn]
    """The columns, left to right."""
    order: NDArray[np.intp]
    """The place of each listed row among the judged ones, top to bottom."""
    lines: NDArray[np.int64]
    """(n,) the line in the file of every judged row."""
    sorted_by: str = ""
    """The key of the column that it is sorted by; empty for none."""
    falling: bool = True
    """Whether the largest is first."""


class JudgedTable(GridView):
    """The table, set with `set_list`; the cursor is on a row and a column."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "judged--right", "judged--wrong", "judged--positive", "judged--negative", "judged--plain",
    }  # fmt: skip
    DEFAULT_CSS = """
    JudgedTable {
        & > .judged--right { color: $text-success; }
        & > .judged--wrong { color: $text-error; }
        & > .judged--positive { color: $data-positive; text-style: bold; }
        & > .judged--negative { color: $data-negative; text-style: bold; }
        & > .judged--plain { color: $foreground; }
    }
    """
    NARROWS_LAST = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._list: JudgedList | None = None

    def set_list(self, shown: JudgedList | None) -> None:
        """Show rows; the cursor stays on its row, if that is still listed and the order was not changed by the user.

        Args:
            shown: What to show.
        """
        kept, before = self.row, self._list
        self._list = shown
        if shown is None:
            self.lay_out(0, [])
            self.refresh()
            return
        same_order = before is not None and (before.sorted_by, before.falling) == (shown.sorted_by, shown.falling)
        same_rows = before is not None and before.lines is shown.lines
        top = self.cursor[0] if same_rows else 0
        if kept is not None and same_order and same_rows:
            top = next(iter(np.flatnonzero(shown.order == kept).tolist()), top)
        self.cursor = (top, self.cursor[1])
        label = max(cell_width(line_name(shown.lines.max(initial=0))), 4) + 2
        widths = [self._width(column) for column in shown.columns]
        if label + sum(widths) > self.size.width:
            label, widths = label - 1, [width - 1 for width in widths]  # rather one blank than half a column
        self.lay_out(len(shown.order), widths, label)
        self.refresh()

    def _width(self, column: JudgedColumn) -> int:
        assert self._list is not None
        sample = self._list.order[:_SAMPLED]
        texts = [cell_width(clean(column.text(int(place)), _WIDEST)) for place in sample]
        return max([cell_width(clean(column.title, _WIDEST)) + 1, *texts]) + _GAP

    @property
    def row(self) -> int | None:
        """The place of the row under the cursor among the judged ones."""
        if self._list is None or self.cursor[0] >= len(self._list.order):
            return None
        return int(self._list.order[self.cursor[0]])

    @property
    def column(self) -> JudgedColumn | None:
        """The column under the cursor."""
        columns = self._list.columns if self._list is not None else ()
        return columns[self.cursor[1]] if self.cursor[1] < len(columns) else None

    def describe(self) -> str:
        """Return the cell under the cursor in words."""
        row, column = self.row, self.column
        if row is None or column is None or self._list is None:
            return "no rows"
        return f"line {line_name(self._list.lines[row])}, {clean(column.title, 40)}: {clean(column.text(row), 60)}"

    def corner(self, width: int) -> tuple[str, Style]:
        """Return the title of the lines."""
        return fit("line", width - 1, "right") + " ", self.style_of("grid--header")

    def header(self, column: int, width: int) -> tuple[str, Style]:
        """Return the title of a column; an arrow marks the one that sorts."""
        assert self._list is not None
        shown = self._list.columns[column]
        arrow = ("▾" if self._list.falling else "▴") if shown.key == self._list.sorted_by else ""
        here = ("grid--crosshair",) if column == self.cursor[1] and self.has_focus else ()
        text = clean(shown.title, max(1, width - 1 - len(arrow))) + arrow
        return fit(fit(text, max(1, width - 1), "right" if shown.right else "left"), width), self.style_of(
            "grid--header", *here
        )

    def row_label(self, row: int, width: int) -> tuple[str, Style]:
        """Return the line in the file."""
        assert self._list is not None
        style = self.style_of("grid--crosshair" if row == self.cursor[0] else "grid--label")
        return fit(line_name(self._list.lines[self._list.order[row]]), width - 1, "right") + " ", style

    def cell(self, row: int, column: int, width: int) -> tuple[str, Style]:
        """Return a cell."""
        assert self._list is not None
        shown, place = self._list.columns[column], int(self._list.order[row])
        text = fit(fit(shown.text(place), max(1, width - 1), "right" if shown.right else "left"), width)
        return text, self.style_of(f"judged--{shown.look(place) or 'plain'}")

    def text_at(self, row: int, column: int) -> str:
        """Return the whole text of a cell."""
        assert self._list is not None
        return self._list.columns[column].text(int(self._list.order[row]))
