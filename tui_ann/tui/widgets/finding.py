"""Search and "go to row" in lists and tables: a line at the bottom of the screen asks what for."""

import time
from collections.abc import Callable
from typing import ClassVar, Protocol

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_ann.text import count, whole_number
from tui_ann.tui.keys.actions import BY_ID, bindings
from tui_ann.tui.keys.keymap import split_keys
from tui_ann.tui.widgets.plain_input import PlainInput

WHILE_TYPING, ON_ENTER = 0.1, 1.5
"""Seconds that a search may take."""


class Searched(Protocol):
    """A list or a table, as its search sees it: numbered places with texts."""

    def place(self) -> int:
        """The place of the cursor."""

    def places(self) -> int:
        """How many there are."""

    def text(self, place: int) -> str:
        """The text at a place."""

    def go(self, place: int) -> None:
        """Move the cursor there."""

    def row(self, number: int) -> int | None:
        """The place of a row, counted from 1; `None` if there is no such row."""

    def rows(self) -> int:
        """How many rows there are."""


def folded(text: str) -> str:
    """The text as it is compared: without upper case, and with the minus sign of the keyboard.

    Args:
        text: What was typed, or what is shown.
    """
    return text.casefold().replace("−", "-")


def search(texts: Callable[[int], str], places: int, start: int, wanted: str, seconds: float) -> tuple[int | None, int]:
    """Look for a text in all places once, from one on; upper and lower case are the same.

    Args:
        texts: Returns the text of a place.
        places: Number of places.
        start: The first place to look at.
        wanted: The text.
        seconds: The time limit.

    Returns:
        The place where it is, or `None`; and how many places were looked at.
    """
    wanted, limit = folded(wanted), time.monotonic() + seconds
    for step in range(places):
        place = (start + step) % places
        if wanted in folded(texts(place)):
            return place, step + 1
        if step % 256 == 255 and time.monotonic() > limit:
            return None, step + 1
    return None, places


def left_to_screen(widget: Widget, action: str) -> bool:
    """Whether the screen has an action of its own on the key of a list action, which then has priority.

    Args:
        widget: The list.
        action: Id of its action.
    """
    chosen = widget.app._keymap
    mine = set(split_keys(chosen.get(action) or BY_ID[action].keys))
    return any(
        mine & set(split_keys(chosen.get(binding.id or "") or binding.key))
        for _, binding in widget.screen._bindings
        if binding.id is not None
    )


class PromptLine(Horizontal):
    """A line at the bottom: `/` with a text to find, or `:` with the number of a row.  It removes itself.

    Args:
        view: The widget that asks; it gets the focus back.
        searched: Its content.
        how: `text` or `row`.
    """

    DEFAULT_CSS = """
    PromptLine {
        dock: bottom;
        height: 1;
        background: $panel;
        & > Static { width: auto; }
        & > #prompt-sign { padding: 0 0 0 1; text-style: bold; }
        & > #prompt-note { padding: 0 1; color: $text-warning; }
        & > Input, & > Input:focus { width: 1fr; border: none; height: 1; padding: 0; background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog", "cancel")]
    SIGN: ClassVar[str] = "/"
    """What the line begins with, unless it asks for a row."""
    last: ClassVar[str] = ""
    """The text that was last looked for."""

    def __init__(self, view: Widget, searched: Searched, how: str) -> None:
        super().__init__()
        self._view, self._searched, self._how = view, searched, how
        self._start = searched.place()

    def compose(self) -> ComposeResult:
        """The sign, the text, and what came of it."""
        yield Static(":" if self._how == "row" else self.SIGN, id="prompt-sign", markup=False)
        yield PlainInput(placeholder=self.hint(), id="prompt-text")
        yield Static(id="prompt-note", markup=False)

    def hint(self) -> str:
        """What can be typed."""
        if self._how == "row":
            return f"row, 1 to {count(self._searched.rows())}"
        return f"text; Enter finds {PromptLine.last or 'it'}"

    def on_mount(self) -> None:
        """Ask."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Act on the text so far."""
        event.stop()
        self.typed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Act on the whole text."""
        event.stop()
        if self.entered(event.value):
            self.close()

    def typed(self, text: str) -> None:
        """Show the first place while a text is being typed.

        Args:
            text: The text so far.
        """
        self._say("")
        if self._how == "text":
            self._searched.go(self._start)
            if text:
                self._find(text, self._start, WHILE_TYPING)

    def entered(self, text: str) -> bool:
        """Go there; without a text, to the next place of the last one.

        Args:
            text: The whole text.

        Returns:
            Whether all is done.
        """
        if self._how == "row":
            return self._go_to_row(text)
        if text:
            PromptLine.last = text
            return self._find(text, self._start, ON_ENTER)
        return not PromptLine.last or self._find(PromptLine.last, self._start + 1, ON_ENTER)

    def _find(self, wanted: str, start: int, seconds: float) -> bool:
        searched = self._searched
        places = searched.places()
        place, looked = search(searched.text, places, start % max(1, places), wanted, seconds)
        if place is not None:
            searched.go(place)
            self._say("")
            return True
        self._say("not found" if looked == places else f"not in the next {count(looked)} places")
        return False

    def _go_to_row(self, text: str) -> bool:
        number = whole_number(text) or 0
        place = self._searched.row(number)
        if place is None:
            rows = self._searched.rows()
            self._say("the filter hides this row" if 1 <= number <= rows else f"a number from 1 to {count(rows)}")
            return False
        self._searched.go(place)
        return True

    def _say(self, text: str) -> None:
        self.query_one("#prompt-note", Static).update(Content(text))

    def action_cancel(self) -> None:
        """Leave the cursor where it was."""
        self._searched.go(self._start)
        self.close()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Close when something else is used."""
        self.close(focus=False)

    def close(self, *, focus: bool = True) -> None:
        """Remove the line.

        Args:
            focus: Whether the widget that asked gets the focus back.
        """
        if focus and self._view.is_attached:
            self._view.focus()
        if self.is_attached:
            self.remove()


def ask(view: Widget, searched: Searched, how: str) -> None:
    """Ask what to look for, or which row to go to.

    Args:
        view: The widget that asks.
        searched: Its content.
        how: `text` or `row`.
    """
    if searched.places():
        view.screen.mount(PromptLine(view, searched, how))
