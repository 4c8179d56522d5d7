"""The list of all keys and commands, of things to open and of terms: found by name, chosen with Enter."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from tui_ann.text import cell_width, clean
from tui_ann.tui.content.commands import Command, matching
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput
from tui_ann.tui.widgets.row_list import Row, RowList
from tui_ann.tui.widgets.whole_note import WholeNote

_MOVES = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}
_NAME_WIDTH = 26


class PaletteDialog(Dialog[Command]):
    """Lists commands; dismissed with the chosen one.

    Args:
        commands: All commands, those of a group together.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("palette")]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__("Keys, commands, terms")
        self._commands = commands
        self._rows: list[Command | str] = []
        name = max((cell_width(command.name) for command in commands), default=0)
        self._name_width = min(name, _NAME_WIDTH)
        self._key_width = max((cell_width(command.key) for command in commands), default=0)

    def compose_content(self) -> Iterable[Widget]:
        """The text to find, and what matches."""
        yield PlainInput(placeholder="a word, a key, a term", id="wanted")
        yield RowList(id="found", empty="Nothing matches.")
        yield WholeNote(self._cut)

    def on_mount(self) -> None:
        """List everything."""
        self._list("")
        self.query_one(RowList).driven = True
        self.query_one(Input).focus()

    @on(Input.Changed, "#wanted")
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    def _list(self, query: str) -> None:
        found = matching(self._commands, query)
        if query.strip():
            self._rows = list(found)
        else:
            groups = ((name, list(those)) for name, those in groupby(found, lambda command: command.group))
            self._rows = [row for name, those in groups for row in (name, *those)]
        headings = frozenset(index for index, row in enumerate(self._rows) if isinstance(row, str))
        self.query_one(RowList).show(len(self._rows), self._row, headings=headings, cursor=0)
        self.query_one(".dialog").border_subtitle = plain(f"{len(found)} of {len(self._commands)}")

    def _row(self, index: int, width: int) -> Row:
        row = self._rows[index]
        if isinstance(row, str):
            return Row(((f" {row}", ""),), heading=True)
        return self._line(row, width)

    def _line(self, row: Command, width: int) -> Row:
        room = min(self._name_width, width // 3)
        name = clean(row.name, room)
        gap = " " * (room - cell_width(name) + 2)
        key = row.key.rjust(self._key_width) if row.key else ""
        where = f"{row.where}: " if row.where and row.key else row.where
        return Row(((f" {name}", "strong"), (gap + row.help, "muted")), ((f"  {where}", "muted"), (f"{key} ", "key")))

    def on_resize(self) -> None:
        """Show the sentence that the new width cuts."""
        self.call_after_refresh(self._tell_note)

    def _cut(self, width: int) -> Iterable[str]:
        """The sentences that a list of this width cuts."""
        return [row.help for row in self._commands if self._is_cut(row, width)]

    def _is_cut(self, command: Command, width: int) -> bool:
        shown = self._line(command, width)
        return sum(cell_width(text) for text, _ in (*shown.parts, *shown.right)) > width

    @on(RowList.Moved, "#found")
    def _tell_note(self) -> None:
        """Show the whole sentence of the current row if the row cuts it."""
        cursor = self.query_one(RowList).cursor
        row = self._rows[cursor] if cursor < len(self._rows) else ""
        self.query_one(WholeNote).tell(row.help if isinstance(row, Command) else "")

    def on_key(self, event: events.Key) -> None:
        """Let the arrow keys move the cursor of the list while a text is being typed."""
        rows = self.query_one(RowList)
        if event.key in _MOVES and not rows.has_focus:
            event.stop()
            event.prevent_default()
            rows.action_move(_MOVES[event.key])

    @on(Input.Submitted, "#wanted")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    @on(RowList.Chosen, "#found")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Close with the command under the cursor."""
        row = self._rows[self.query_one(RowList).cursor] if self._rows else None
        if isinstance(row, Command):
            self.dismiss(row)
