"""Type or paste weights or biases: one number, or a whole table."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static, TextArea

from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import visible

NUMBERS = "Numbers, fractions and expressions: 0.4, 1/3, 0.4*0.2. A table: one row on each line."


class PlainArea(TextArea):
    """A `TextArea` that shows control characters as visible glyphs.

    Keys act in the order in which they are typed: the keys of the dialog act at once, and what is typed after the one
    that closes it goes to the screen below.

    Args:
        text: The initial text.
        one: Whether Enter accepts a single line.
    """

    class Submitted(Message):
        """Posted when Enter accepts the text."""

    def __init__(self, text: str, *, one: bool) -> None:
        super().__init__(text, id="matrix", soft_wrap=False, show_line_numbers=False)
        self._one = one

    async def _on_key(self, event: Key) -> None:
        if not self.screen.is_current:  # the dialog is closing: this was typed for what comes after it
            event.stop()
            event.prevent_default()
            self.app.post_message(event.copy())
            return
        if not event.is_printable and await self._is_of_dialog(event.key):
            event.stop()
            event.prevent_default()
            return
        if event.key == "enter" and self._one and "\n" not in self.text:
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())
            return
        if event.key == "enter" and self.text and self.selected_text == self.text:
            # Enter accepts in most dialogs; here it must not replace a selected table with a blank line.
            event.stop()
            event.prevent_default()
            self.move_cursor(self.document.end)
            return
        await super()._on_key(event)

    async def _is_of_dialog(self, key: str) -> bool:
        """Run the action of the dialog for a key, if it has one."""
        for namespace, known in self.screen._modal_binding_chain:
            for binding in known.key_to_bindings.get(key, ()) if namespace is self.screen else ():
                if await self.app.run_action(binding.action, namespace):
                    return True
        return False

    def get_line(self, line_index: int) -> Text:
        """A line with its control characters made visible."""
        return Text(visible(self.document.get_line(line_index)), end="", no_wrap=True)


class MatrixEntryDialog(Dialog[str]):
    """Multi-line text; dismissed with it when it is valid.

    Args:
        title: What to type.
        text: The initial text.
        help: What happens with it.
        fault: Returns what is wrong with a text, or `None`.
        one: Whether a single number is expected; Enter accepts it. A table can still be pasted.
        note: Returns what is said about a text without fault; by default, what numbers may look like.
        lines: Lines of the text that are seen; by default those of the initial text.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("weights")]
    AUTO_FOCUS = "PlainArea"

    def __init__(
        self,
        title: str,
        text: str,
        *,
        help: str,
        fault: Callable[[str], str | None],
        one: bool = False,
        note: Callable[[str], str] = lambda text: NUMBERS,
        lines: int = 0,
    ) -> None:
        super().__init__(title)
        self._text, self._help, self._fault, self._one = text, help, fault, one
        self._note, self._lines = note, lines

    def compose_content(self) -> Iterable[Widget]:
        """The help, the text, its errors, the buttons."""
        yield Static(plain(self._help), classes="help", markup=False)
        area = PlainArea(self._text, one=self._one)
        area.styles.height = self._lines or max(3, min(10, self._text.count("\n") + 3))
        yield area
        yield Static(id="allowed", markup=False)
        with Horizontal(classes="buttons"):
            yield Button(Content("Accept"), id="accept", variant="primary")
            yield Button(Content("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Select the text, so that typing replaces it."""
        self.query_one(PlainArea).select_all()
        self._judge()

    @on(TextArea.Changed)
    def _judge(self) -> None:
        """Show errors while the user types."""
        text = self.query_one(PlainArea).text
        fault = self._fault(text)
        note = self.query_one("#allowed", Static)
        note.update(plain(fault or self._note(text)))
        note.set_class(fault is not None and bool(text), "-bad")  # an empty field is not wrong yet

    @on(PlainArea.Submitted)
    def _enter(self) -> None:
        """Accept a single number with Enter."""
        self.action_accept()

    def action_accept(self) -> None:
        """Accept the text, if it is valid."""
        text = self.query_one(PlainArea).text
        if self._fault(text) is None:
            self.dismiss(text)
        else:
            self.app.bell()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Accept the text, or close."""
        event.stop()
        if event.button.id == "accept":
            self.action_accept()
        else:
            self.dismiss(None)
