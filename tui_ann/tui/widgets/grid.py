"""A table of any size that draws only visible cells; its header and row labels stay visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.describing import Describing
from tui_ann.tui.widgets.filtering import RowFilter
from tui_ann.tui.widgets.finding import ask, left_to_screen
from tui_ann.tui.widgets.scrolling import resize_content


class GridView(Describing, ScrollView, can_focus=True):
    """Rows and columns of text with a cursor. A subclass provides the text of each cell.

    `lay_out` sets the number of rows and the column widths; `header`, `row_label` and `cell` return a text of exactly
    the given width and a style. They are called only for visible cells, so a million rows cost as much as forty.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--header",
        "grid--label",
        "grid--cursor",
        "grid--cursor-focused",
        "grid--crosshair",
    }
    DEFAULT_CSS = """
    GridView {
        overflow: hidden auto;
        scrollbar-size: 1 1;
        & > .grid--header { color: $dim-text; text-style: bold; }
        & > .grid--label { color: $dim-text; }
        & > .grid--cursor { color: $foreground; background: $panel; text-style: bold; }
        & > .grid--crosshair { color: $foreground; text-style: bold; }
        & > .grid--cursor-focused { color: $block-cursor-foreground; background: $block-cursor-background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("list", "up", "down", "left", "right", "page_up", "page_down"),
        *bindings("list", "first", "last", "top", "find", "row", "choose"),
    ]
    ALLOW_SELECT = False
    NARROWS_LAST: ClassVar[bool] = False
    """Whether a column that is cut at the right edge fits its cells into the part that is visible."""

    class CursorMoved(Message):
        """The cursor moved to another cell."""

        def __init__(self, grid: GridView, row: int, column: int) -> None:
            super().__init__()
            self.grid = grid
            self.row = row
            self.column = column

        @property
        def control(self) -> GridView:
            """The table."""
            return self.grid

    class Chosen(CursorMoved):
        """A cell was chosen, by Enter or a double click."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self.n_rows = 0
        self.filter: RowFilter | None = None
        """Which rows are laid out, in a table that can be filtered."""
        self.choosable = True
        """Whether Enter chooses a cell; otherwise Enter is left to the screen."""
        self.cursor: tuple[int, int] = (0, 0)
        """Row and column of the cursor."""
        self._offsets: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
        self._label_width = 0
        self._header_rows = 1

    # Overridden by subclasses.

    def header(self, column: int, width: int) -> tuple[str, Style]:
        """Return the header of a column, `width` cells wide, and its style."""
        return " " * width, self.style_of("grid--header")

    def row_label(self, row: int, width: int) -> tuple[str, Style]:
        """Return the label of a row, `width` cells wide, and its style."""
        return " " * width, self.style_of("grid--label")

    def corner(self, width: int) -> tuple[str, Style]:
        """Return the text above the row labels."""
        return " " * width, self.style_of()

    def cell(self, row: int, column: int, width: int) -> tuple[str, Style]:
        """Return a cell's text, `width` cells wide, and its style."""
        return " " * width, self.style_of()

    def text_at(self, row: int, column: int) -> str:
        """Return the whole text of a cell, to be copied or searched."""
        return self.cell(row, column, 40)[0].strip()

    # Called by subclasses.

    def lay_out(self, n_rows: int, widths: Sequence[int], label_width: int = 0) -> None:
        """Set the number of rows and the widths of columns and row labels; the cursor stays if possible."""
        self.n_rows = n_rows
        self._offsets = np.concatenate(([0], np.cumsum(np.asarray(widths, dtype=np.int64))))
        self._label_width = label_width
        row, column = self.cursor
        self.cursor = (max(0, min(row, n_rows - 1)), max(0, min(column, self.n_columns - 1)))
        size = Size(label_width + int(self._offsets[-1]), n_rows + self._header_rows)
        if size != self.virtual_size:
            resize_content(self, size)
        else:  # nothing has changed below the last row
            self.refresh(Region(0, 0, self.size.width, min(self.size.height, size.height)))
        self.tell()

    def style_of(self, *classes: str) -> Style:
        """Return a component style on top of the widget's own; Textual caches it until the theme changes."""
        return self.get_visual_style(*classes).rich_style

    @property
    def n_columns(self) -> int:
        """Number of columns, without the row labels."""
        return len(self._offsets) - 1

    def move_cursor(self, row: int, column: int) -> None:
        """Move the cursor as close as possible, and scroll to it."""
        if not self.n_rows or not self.n_columns:
            return
        target = (max(0, min(row, self.n_rows - 1)), max(0, min(column, self.n_columns - 1)))
        moved = target != self.cursor
        self.cursor = target
        offset = _offset_showing(self, *target)
        if offset != tuple(self.scroll_offset):
            self.scroll_to(*offset, animate=False, force=True)
        if moved:
            self.refresh()
            self.tell()
            self.post_message(self.CursorMoved(self, *target))

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Return one visible line."""
        width = self.size.width - self.scrollbar_size_vertical
        blank = self.style_of()
        row = y - self._header_rows + self.scroll_offset.y if y >= self._header_rows else -1
        if row >= self.n_rows or not self.n_columns:
            return Strip.blank(width, blank)
        segments: list[Segment] = []
        label_width = min(self._label_width, width)
        if label_width:
            text, style = self.row_label(row, label_width) if row >= 0 else self.corner(label_width)
            segments.append(Segment(text, style))
        left = self.scroll_offset.x
        first = int(np.searchsorted(self._offsets, left, side="right")) - 1
        last = min(int(np.searchsorted(self._offsets, left + width - label_width, side="left")), self.n_columns)
        cells: list[Segment] = []
        for column in range(first, last):
            wide = int(self._offsets[column + 1] - self._offsets[column])
            if self.NARROWS_LAST and column == last - 1 > first:
                wide = min(wide, left + width - label_width - int(self._offsets[column]))
            text, style = self.header(column, wide) if row < 0 else self.cell(row, column, wide)
            if (row, column) == self.cursor:
                style = style + self.style_of("grid--cursor", *(["grid--cursor-focused"] if self.has_focus else []))
            cells.append(Segment(text, style))
        start = left - int(self._offsets[first])
        shown = _cut_ends(cells, start, start + width - label_width)
        return Strip([*segments, *shown.extend_cell_length(width - label_width, blank)], width)

    # Keys and mouse.

    def action_move(self, where: str) -> None:
        """Move the cursor.

        Args:
            where: Second half of a list action's id, such as `up`.
        """
        row, column = self.cursor
        page = max(1, self.scrollable_content_region.height - self._header_rows - 1)
        places = {
            "up": (row - 1, column),
            "down": (row + 1, column),
            "left": (row, column - 1),
            "right": (row, column + 1),
            "page_up": (row - page, column),
            "page_down": (row + page, column),
            "first": (0, column),
            "last": (self.n_rows - 1, column),
            "top": (0, column),
        }
        self.move_cursor(*places[where])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Enter to the screen if cells cannot be chosen, and a letter that the screen uses itself."""
        if parameters == ("top",) and left_to_screen(self, "list.top"):
            return False
        return self.choosable if action == "choose" else True

    def action_find(self, how: str) -> None:
        """Ask for a text to find, or for the number of a row.

        Args:
            how: `text` or `row`.
        """
        ask(self, SearchedGrid(self), how)

    def action_choose(self) -> None:
        """Choose the cell under the cursor."""
        if self.n_rows and self.n_columns:
            self.post_message(self.Chosen(self, *self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the cell that was clicked; a second click chooses it."""
        offset = event.get_content_offset(self)
        at = _cell_at(self, offset.x, offset.y) if offset is not None else None
        if at is None:
            return
        row, column = at
        self.move_cursor(self.cursor[0] if row < 0 else row, self.cursor[1] if column < 0 else column)
        if event.chain == 2:
            self.action_choose()


class SearchedGrid:
    """The cells of a table, row by row, for a search.

    Args:
        grid: The table.
    """

    def __init__(self, grid: GridView) -> None:
        self._grid = grid

    def place(self) -> int:
        """The place of the cursor."""
        row, column = self._grid.cursor
        return row * self._grid.n_columns + column

    def places(self) -> int:
        """How many cells there are."""
        return self._grid.n_rows * self._grid.n_columns

    def text(self, place: int) -> str:
        """The text of a cell."""
        return self._grid.text_at(*divmod(place, self._grid.n_columns))

    def go(self, place: int) -> None:
        """Move the cursor there."""
        self._grid.move_cursor(*divmod(place, self._grid.n_columns))

    def row(self, number: int) -> int | None:
        """The place in a row, counted from 1 in the data; `None` if there is no such row, or the filter hides it."""
        rows, place = self._grid.filter, number - 1
        if rows is not None and rows.shown:
            place = rows.place(number - 1)
            if rows.shown[place] != number - 1:
                return None
        return place * self._grid.n_columns + self._grid.cursor[1] if 0 <= place < self._grid.n_rows else None

    def rows(self) -> int:
        """How many rows the data have."""
        return self._grid.n_rows if self._grid.filter is None else self._grid.filter.total


def _cell_at(grid: GridView, x: int, y: int) -> tuple[int, int] | None:
    """Return row and column at an offset in the content; row −1 is the header, column −1 the row labels."""
    row = y - grid._header_rows + grid.scroll_offset.y if y >= grid._header_rows else -1
    along = x - grid._label_width + grid.scroll_offset.x
    column = int(np.searchsorted(grid._offsets, along, side="right")) - 1 if x >= grid._label_width else -1
    return None if row >= grid.n_rows or column >= grid.n_columns else (row, column)


def _offset_showing(grid: GridView, row: int, column: int) -> tuple[int, int]:
    """Return the scroll offset, as near as possible, at which a cell is in sight."""
    size = grid.scrollable_content_region.size
    height, width = max(1, size.height - grid._header_rows), max(1, size.width - grid._label_width)
    x, y = grid.scroll_offset
    y = min(max(y, row - height + 1), row)
    left, right = int(grid._offsets[column]), int(grid._offsets[column + 1])
    if right > x + width:  # scroll so that a column begins at the left edge
        x = int(grid._offsets[np.searchsorted(grid._offsets, right - width)])
    return min(x, left), y


def _cut_ends(cells: list[Segment], start: int, end: int) -> Strip:
    """Return the visible part of a row; a cut cell gets an ellipsis, so that no number is misread."""
    row = Strip(cells)
    shown = list(row.crop(start, min(end, row.cell_length)))
    if shown and start > 0:
        text, style, _ = shown[0]
        if text.strip() and text != cells[0].text:
            shown[0] = Segment("…" + set_cell_size(text[::-1], cell_len(text) - 1)[::-1], style)
    if shown and row.cell_length > end:
        text, style, _ = shown[-1]
        if cells[-1].text.strip() and text != cells[-1].text:
            shown[-1] = Segment(set_cell_size(text, cell_len(text) - 1) + "…", style)
    return Strip(shown)
