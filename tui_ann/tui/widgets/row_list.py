"""A list with a cursor, drawn line by line: only visible rows cost time, however long the list is.

Rows consist of parts, each with a text and a role; the style sheet defines their look (`row-list--muted` etc.).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_ann.text import cell_width, clean
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.filtering import RowFilter
from tui_ann.tui.widgets.finding import ask, left_to_screen


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    parts: tuple[tuple[str, str], ...]
    """Texts from left to right, each with its role: a `row-list--` class, or empty."""
    right: tuple[tuple[str, str], ...] = ()
    """Texts at the right end of the line."""
    heading: bool = False
    """Whether it is a heading between rows; the cursor skips it."""


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """A virtual list with a cursor.

    Args:
        id: Its id.
        choosable: Whether Enter chooses the current row; otherwise Enter is left to the screen.
        empty: The text to show if there are no rows.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("list", "up", "down", "page_up", "page_down", "first", "last", "top", "find", "row", "choose"),
        *bindings("list", "filter", "all_rows"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--cursor",
        "row-list--hover",
        "row-list--heading",
        "row-list--muted",
        "row-list--accent",
        "row-list--good",
        "row-list--bad",
        "row-list--strong",
        "row-list--lit",
        "row-list--key",
    }
    """Styles of a line, and of the roles of its parts."""

    cursor: reactive[int] = reactive(0, init=False)
    """Index of the current row."""
    hover: reactive[int] = reactive(-1, init=False)
    """Index of the row under the pointer."""

    @dataclass
    class Moved(Message):
        """The cursor moved to another row."""

        rows: "RowList"
        index: int

        @property
        def control(self) -> "RowList":
            """The list."""
            return self.rows

    @dataclass
    class Chosen(Message):
        """A row was chosen, by Enter or by a double click."""

        rows: "RowList"
        index: int

        @property
        def control(self) -> "RowList":
            """The list."""
            return self.rows

    def __init__(self, *, id: str, choosable: bool = True, empty: str = "") -> None:
        super().__init__(id=id)
        self.choosable = choosable
        self.driven = False
        """Whether another widget moves the cursor, which is then shown as if the list had the focus."""
        self.empty = empty
        self.path_of: Callable[[int], str] | None = None
        """Returns the path that a row stands for, to be copied; empty if it stands for none."""
        self._count = 0
        self._row: Callable[[int, int], Row] = lambda index, width: Row(())
        self._headings: frozenset[int] = frozenset()
        self.reading = ListReading(self)
        """Its rows as text, to be copied or searched."""
        self.action_find = self.reading.find
        self.filter = RowFilter(self, self.reading, self.reading.line, lambda before: self._put_cursor(self.cursor))
        """Which rows are shown."""
        self.action_filter = self.filter.do

    @property
    def count(self) -> int:
        """Number of rows."""
        return self._count

    def show(
        self,
        count: int,
        row: Callable[[int, int], Row],
        *,
        headings: frozenset[int] = frozenset(),
        cursor: int | None = None,
    ) -> None:
        """Show other rows; the cursor stays if possible, the filter only with as many rows and no place for the cursor.

        Args:
            count: Number of rows.
            row: Returns the row of an index for a width in cells; called only for visible rows.
            headings: Indices of the rows that are headings.
            cursor: Where the cursor goes.
        """
        self._count, self._row, self._headings = count, row, headings
        self.filter.begin(count, headings, again=cursor is None)
        self._put_cursor(self.cursor if cursor is None else cursor)

    def _put_cursor(self, row: int) -> None:
        """Fit the shown rows and move the cursor to a row, or to the next one that is shown."""
        self.virtual_size = Size(self.scrollable_content_region.width, max(1, len(self.filter.shown)))
        target = self._nearest(self.filter.place(row), 1)
        if target != self.cursor:
            self.cursor = target
        else:
            self._scroll_to_cursor()
        self.refresh()
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self._put_cursor(self.cursor)

    def _nearest(self, start: int, step: int) -> int:
        """The row shown at the place `start`, or the next one in the direction that is not a heading."""
        shown = self.filter.shown
        start = max(0, min(len(shown) - 1, start))
        for direction in (step, -step):
            place = start
            while 0 <= place < len(shown):
                if shown[place] not in self._headings:
                    return shown[place]
                place += direction
        return 0

    def validate_cursor(self, index: int) -> int:
        """Keep the cursor on a row."""
        return self._nearest(self.filter.place(index), 1 if index >= self.cursor else -1)

    def watch_cursor(self) -> None:
        """Show the current row and post a message."""
        self._scroll_to_cursor()
        self.refresh()
        if self._count:
            self.post_message(self.Moved(self, self.cursor))

    def _scroll_to_cursor(self) -> None:
        if self.size.height:
            place = self.filter.place(self.cursor)
            top = place - 1 if place and self.filter.shown[place - 1] in self._headings else place
            self.scroll_to_region(Region(0, top, 1, place - top + 1), animate=False, force=True, x_axis=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave to the screen its own letters, Enter if rows cannot be chosen, and Escape if all are shown."""
        if parameters == ("top",) and left_to_screen(self, "list.top"):
            return False
        if (action, parameters) == ("filter", ("all",)):
            return bool(self.filter.wanted)
        return self.choosable and self._count > 0 if action == "choose" else True

    def action_move(self, where: str) -> None:
        """Move the cursor.

        Args:
            where: Second half of a list action's id, such as `up`.
        """
        page, place = max(1, self.size.height - 1), self.filter.place(self.cursor)
        target, step = {
            "up": (max(0, place - 1), -1),
            "down": (place + 1, 1),
            "page_up": (place - page, -1),
            "page_down": (place + page, 1),
            "first": (0, 1),
            "top": (0, 1),
            "last": (len(self.filter.shown) - 1, -1),
        }[where]
        self.cursor = self._nearest(target, step)

    def action_choose(self) -> None:
        """Choose the current row."""
        if self._count:
            self.post_message(self.Chosen(self, self.cursor))

    def _row_at(self, event: events.MouseEvent) -> int:
        offset = event.get_content_offset(self)
        if offset is None:
            return -1
        place = offset.y + round(self.scroll_y)
        index = self.filter.shown[place] if place < len(self.filter.shown) else -1
        return index if index not in self._headings else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Remember the row under the pointer."""
        self.hover = self._row_at(event)

    def on_leave(self) -> None:
        """Forget the row under the pointer."""
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; a double click chooses the row, in some lists a single click."""
        index = self._row_at(event)
        if index < 0:
            return
        event.stop()
        self.cursor = index
        if event.chain > 1 or self.has_class("-one-click"):
            self.post_message(self.Chosen(self, index))

    def _look(self, *names: str) -> Style:
        """The style of component classes on top of each other and of the widget's own."""
        return self.get_visual_style(*(f"row-list--{name}" for name in names if name)).rich_style

    def render_line(self, y: int) -> Strip:
        """Return one line: a row, a heading, or a blank."""
        width = self.scrollable_content_region.width
        place = y + round(self.scroll_y)
        if place >= len(self.filter.shown):
            text = self.empty if y == 0 and not self._count else ""
            return Strip([Segment(clean(text, width), self._look("muted"))]).adjust_cell_length(width, self._look())
        index = self.filter.shown[place]
        row = self._row(index, width)
        in_hand = index == self.cursor and not row.heading
        if in_hand and (self.has_focus or self.driven):
            state, roles = "cursor", False
        else:
            state = "heading" if row.heading else "hover" if in_hand or index == self.hover else ""
            roles = not row.heading
        base = self._look(state)
        room = width - sum(cell_width(clean(text)) for text, _ in row.right)
        segments: list[Segment] = []
        for text, role in row.parts:
            shown = clean(text, max(0, room))
            room -= cell_width(shown)
            segments.append(Segment(shown, self._look(state, role) if roles else base))
        segments.append(Segment(" " * max(0, room), base))
        segments += [Segment(clean(text), self._look(state, role) if roles else base) for text, role in row.right]
        return Strip(segments).adjust_cell_length(width, base)


class ListReading:
    """The rows of a list as text, without its headings where places are counted.

    Args:
        rows: The list.
    """

    def __init__(self, rows: RowList) -> None:
        self._rows = rows
        self._indices: Sequence[int] = ()

    def line(self, index: int) -> str:
        """The text of a row or heading."""
        row = self._rows._row(index, self._rows.scrollable_content_region.width)
        tail = "".join(text for text, _ in row.right).strip()
        return "  ".join(filter(None, ("".join(text for text, _ in row.parts).strip(), tail)))

    def find(self, how: str) -> None:
        """Ask for a text to find, or for the number of a row.

        Args:
            how: `text` or `row`.
        """
        ask(self._rows, self, how)

    def _look(self) -> None:
        """Read which rows there are: the list may have changed since the line that searches it was opened."""
        self._indices = [row for row in self._rows.filter.shown if row not in self._rows._headings]

    def place(self) -> int:
        """The place of the cursor."""
        self._look()
        return self._indices.index(self._rows.cursor) if self._rows.cursor in self._indices else 0

    def places(self) -> int:
        """How many rows there are."""
        self._look()
        return len(self._indices)

    def text(self, place: int) -> str:
        """The text at a place; `places` comes first."""
        return self.line(self._indices[place])

    def go(self, place: int) -> None:
        """Move the cursor there, unless the list has become shorter."""
        self._look()
        if place < len(self._indices):
            self._rows.cursor = self._indices[place]

    def row(self, number: int) -> int | None:
        """The place of a row, counted from 1; `None` if there is no such row."""
        self._look()
        return number - 1 if 1 <= number <= len(self._indices) else None

    def rows(self) -> int:
        """How many rows there are."""
        return len(self._indices)
