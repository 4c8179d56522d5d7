"""A dialog to type one value: shows its meaning, what is allowed, and errors while typing."""

from collections.abc import Callable, Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput


class EntryDialog(Dialog[str]):
    """One line of text; dismissed with it when it is valid.

    Args:
        title: What to enter.
        value: The initial text.
        help: What it means.
        allowed: What is allowed, in words.
        fault: Returns what is wrong with a text, or `None`.
    """

    def __init__(
        self,
        title: str,
        value: str,
        *,
        help: str = "",
        allowed: str = "",
        fault: Callable[[str], str | None] = lambda text: None,
    ) -> None:
        super().__init__(title)
        self._value = value
        self._help = help
        self._allowed = allowed
        self._fault = fault

    def compose_content(self) -> Iterable[Widget]:
        """The help, the input, and what is allowed or wrong."""
        if self._help:
            yield Static(plain(self._help), classes="help", markup=False)
        yield PlainInput(self._value, id="entry", select_on_focus=True)
        yield Static(plain(self._allowed), id="allowed", markup=False)

    @on(Input.Changed, "#entry")
    def _judge(self, event: Input.Changed) -> None:
        """Show errors while the user types."""
        fault = self._fault(event.value)
        note = self.query_one("#allowed", Static)
        note.update(plain(f"{fault}. Allowed: {self._allowed}" if fault and self._allowed else fault or self._allowed))
        note.set_class(fault is not None, "-bad")

    @on(Input.Submitted, "#entry")
    def _submit(self, event: Input.Submitted) -> None:
        """Accept the text, if it is valid."""
        event.stop()
        if self._fault(event.value) is None:
            self.dismiss(event.value)
        else:
            self.app.bell()
