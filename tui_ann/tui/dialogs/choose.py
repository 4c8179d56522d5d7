"""Dialogs to choose one or several items from a list, each with a one-line explanation."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Button, Static

from tui_ann.text import cell_width
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList
from tui_ann.tui.widgets.typed_start import TypedStart
from tui_ann.tui.widgets.whole_note import WholeNote

_LEAST_WIDTH, _MOST_WIDTH = 72, 140
_AROUND = 16
"""Cells around label and note: frame, blanks, mark and scroll bar."""


@dataclass(frozen=True)
class Choice:
    """One choice."""

    value: Any
    """The value of the dialog's result."""
    label: str
    """Its label; plain text."""
    note: str = ""
    """What it means, or its formula."""


Result = TypeVar("Result")


class _ListDialog(Dialog[Result]):
    """A list of choices, each with a mark before it and a note after it.

    Args:
        title: Title of the dialog.
        choices: The choices.
        help: A sentence above the list.
    """

    MOST_ROWS: ClassVar[int] = 16
    """Maximum number of visible rows, except on a high screen."""

    def __init__(self, title: str, choices: Sequence[Choice], help: str = "") -> None:
        super().__init__(title)
        self.choices = choices
        self._help = help
        self._typed = TypedStart()
        self._label_width = max((cell_width(choice.label) for choice in choices), default=0)

    def compose_content(self) -> Iterable[Widget]:
        """The sentence and the list."""
        if self._help:
            yield Static(plain(self._help), classes="help", markup=False)
        rows = RowList(id="choices")
        rows.add_class("-one-click")
        yield rows
        yield WholeNote(self._cut)

    def on_resize(self) -> None:
        """Make room for the longest choice, and for more of them on a high screen."""
        longest = max((cell_width(choice.note) for choice in self.choices), default=0)
        wanted = self._label_width + longest + _AROUND
        self.query_one(".dialog").styles.width = max(_LEAST_WIDTH, min(wanted, _MOST_WIDTH))
        rows = max(self.MOST_ROWS, self.size.height * 3 // 5 - 4)
        self.query_one(RowList).styles.height = min(len(self.choices), rows)
        self.call_after_refresh(self._tell_note)

    def _cut(self, width: int) -> Iterable[str]:
        """The notes that a list of this width cuts."""
        head = sum(cell_width(text) for text, _ in self._parts(Choice(None, "")))
        return [choice.note for choice in self.choices if head + cell_width(choice.note) > width]

    @on(RowList.Moved)
    def _tell_note(self) -> None:
        """Show the whole note of the current row if the row cuts it."""
        cursor = self.query_one(RowList).cursor
        if cursor < len(self.choices):
            self.query_one(WholeNote).tell(self.choices[cursor].note)

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(RowList).show(len(self.choices), self._row, cursor=self.start)

    def on_key(self, event: Key) -> None:
        """Go to the next choice that begins with what is typed; a letter that begins it may not be another key."""
        letter, rows = event.character, self.query_one(RowList)
        if letter is None or not letter.isprintable() or letter.isspace() or not rows.has_focus:
            return
        shown = rows.filter.shown
        is_key = event.key in self.active_bindings
        labels = [self.choices[index].label for index in shown]
        place = self._typed.row(letter, labels, rows.filter.place(rows.cursor), is_key=is_key)
        if place is not None:
            event.stop()
            rows.cursor = shown[place]

    @property
    def start(self) -> int:
        """The initial row of the cursor."""
        return 0

    @abstractmethod
    def mark(self, choice: Choice) -> str:
        """The mark before a choice."""

    def _row(self, index: int, width: int) -> Row:
        return Row(self._parts(self.choices[index]))

    def _parts(self, choice: Choice) -> tuple[tuple[str, str], ...]:
        gap = " " * (self._label_width - cell_width(choice.label) + 2)
        return (" " + self.mark(choice), "accent"), (choice.label, ""), (gap + choice.note, "muted")


class ChooseDialog(_ListDialog[Choice]):
    """Choose one item; dismissed with the choice.

    Args:
        title: Title of the dialog.
        choices: The choices.
        current: The current value.
        help: A sentence above the list.
    """

    def __init__(self, title: str, choices: Sequence[Choice], current: Any = None, help: str = "") -> None:
        super().__init__(title, choices, help)
        self._current = current

    @property
    def start(self) -> int:
        """The row of the current value."""
        values = [choice.value for choice in self.choices]
        return values.index(self._current) if self._current in values else 0

    def mark(self, choice: Choice) -> str:
        """A dot before the current value."""
        return "● " if choice.value == self._current else "  "

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Choose the current row."""
        event.stop()
        self.dismiss(self.choices[event.index])


class ChecklistDialog(_ListDialog[tuple[Any, ...]]):
    """Tick any number of items; dismissed with the ticked values, in list order.

    Args:
        title: Title of the dialog.
        choices: The choices.
        ticked: The values that are ticked initially.
        help: A sentence above the list.
    """

    MOST_ROWS: ClassVar[int] = 14
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog", "tick")]

    def __init__(self, title: str, choices: Sequence[Choice], ticked: Sequence[Any], help: str = "") -> None:
        super().__init__(title, choices, help)
        self._ticked = set(ticked)

    def compose_content(self) -> Iterable[Widget]:
        """The sentence, the list and the Accept button."""
        yield from super().compose_content()
        with Horizontal(classes="buttons"):
            yield Button(Content("Accept"), id="accept", variant="primary")

    def mark(self, choice: Choice) -> str:
        """A box, ticked or not."""
        return "[x] " if choice.value in self._ticked else "[ ] "

    def action_tick(self) -> None:
        """Tick or untick the current row."""
        rows = self.query_one(RowList)
        self._ticked ^= {self.choices[rows.cursor].value}
        rows.refresh()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter accepts what is ticked; a click ticks."""
        event.stop()
        self._accept()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Accept what is ticked."""
        event.stop()
        self._accept()

    def _accept(self) -> None:
        self.dismiss(tuple(choice.value for choice in self.choices if choice.value in self._ticked))
