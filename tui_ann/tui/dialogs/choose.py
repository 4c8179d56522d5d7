"""Dialogs to choose from a list: one of several, or any number of them, each explained in a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from tui_ann.text import cell_width
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList


@dataclass(frozen=True)
class Choice:
    """One choice."""

    value: Any
    """What the dialog is dismissed with."""
    label: str
    """What it is called; plain text."""
    note: str = ""
    """What it means, or its formula."""


class ChooseDialog(Dialog[Choice]):
    """One of several; dismissed with the choice.

    Args:
        title: Title of the dialog.
        choices: The choices.
        current: Value chosen now.
        help: A sentence above the list.
    """

    def __init__(self, title: str, choices: Sequence[Choice], current: Any = None, help: str = "") -> None:
        super().__init__(title)
        self.choices = choices
        self._current = current
        self._help = help
        self._label_width = max((cell_width(choice.label) for choice in choices), default=0)

    def compose_content(self) -> Iterable[Widget]:
        """The sentence and the list."""
        if self._help:
            yield Static(plain(self._help), classes="help", markup=False)
        rows = RowList(id="choices")
        rows.add_class("-one-click")
        rows.styles.height = min(len(self.choices), 16)
        yield rows

    def on_mount(self) -> None:
        """Fill the list, with the cursor on what is chosen now."""
        values = [choice.value for choice in self.choices]
        cursor = values.index(self._current) if self._current in values else 0
        self.query_one(RowList).show(len(self.choices), self._row, cursor=cursor)

    def _row(self, index: int, width: int) -> Row:
        choice = self.choices[index]
        mark = "● " if choice.value == self._current else "  "
        gap = " " * (self._label_width - cell_width(choice.label) + 2)
        return Row(((" " + mark, "accent"), (choice.label, ""), (gap + choice.note, "muted")))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Choose the current row."""
        event.stop()
        self.dismiss(self.choices[event.index])


class ChecklistDialog(Dialog[tuple[Any, ...]]):
    """Any number of several; dismissed with the values ticked, in their order.

    Args:
        title: Title of the dialog.
        choices: The choices.
        ticked: Values ticked now.
        help: A sentence above the list.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog", "tick")]

    def __init__(self, title: str, choices: Sequence[Choice], ticked: Sequence[Any], help: str = "") -> None:
        super().__init__(title)
        self.choices = choices
        self._ticked = set(ticked)
        self._help = help
        self._label_width = max((cell_width(choice.label) for choice in choices), default=0)

    def compose_content(self) -> Iterable[Widget]:
        """The sentence, the list and the button that accepts."""
        if self._help:
            yield Static(plain(self._help), classes="help", markup=False)
        rows = RowList(id="choices")
        rows.add_class("-one-click")
        rows.styles.height = min(len(self.choices), 14)
        yield rows
        with Horizontal(classes="buttons"):
            yield Button(Content("Accept"), id="accept", variant="primary")

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(RowList).show(len(self.choices), self._row)

    def _row(self, index: int, width: int) -> Row:
        choice = self.choices[index]
        mark = "[x] " if choice.value in self._ticked else "[ ] "
        gap = " " * (self._label_width - cell_width(choice.label) + 2)
        return Row(((" " + mark, "accent"), (choice.label, ""), (gap + choice.note, "muted")))

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
