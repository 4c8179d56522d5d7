"""Message dialogs: a refusal with its remedy, a bug in the program, questions with two or three answers."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from tui_ann.errors import TuiAnnError
from tui_ann.tui.content.remedy_text import in_labels
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import BY_ID, bindings
from tui_ann.tui.widgets.plain import plain


def _lines(text: str) -> Content:
    """Several lines of external text, each cleaned."""
    return Content("\n").join([plain(line) for line in text.split("\n")])


class ErrorDialog(Dialog[str]):
    """A refusal: the cause, all findings, the remedy, and a button for it.

    Dismissed with the id of the action if the user chose it, or with `None`.

    Args:
        error: The refusal.
        action: Id of the action that removes its cause.
        title: The title.
        key: The key of that action.
    """

    OF_EDITION = False

    def __init__(
        self, error: TuiAnnError, action: str | None = None, title: str = "Not possible", key: str = ""
    ) -> None:
        super().__init__(title)
        self.error = error
        self._action, self._key = action, key
        self.add_class("-error")

    def compose_content(self) -> Iterable[Widget]:
        """Cause, findings, remedy, buttons."""
        with VerticalScroll(can_focus=False):
            yield Static(_lines(self.error.message), classes="cause", markup=False)
            for detail in self.error.details:
                yield Static(_lines("• " + in_labels(detail)), classes="detail", markup=False)
            if self.error.remedy:
                yield Static(_lines(in_labels(self.error.remedy)), classes="remedy", markup=False)
            if self._action is not None and self._key:
                action = BY_ID[self._action]
                where = "" if action.scope == "app" else f" on {action.scope.capitalize()}"
                yield Static(_lines(f"{self._key}{where}: {action.help}"), classes="remedy", markup=False)
        with Horizontal(classes="buttons"):
            if self._action is not None:
                action = BY_ID[self._action]
                yield Button(Content(f"{action.label} …"), id="remedy", variant="primary", tooltip=Content(action.help))
            yield Button(Content("Close"), id="close")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Close, with the id of the action if the user chose it."""
        event.stop()
        self.dismiss(self._action if event.button.id == "remedy" else None)


class CrashDialog(Dialog[str]):
    """A bug in the program: what was saved, and the details for a bug report.  Dismissed with `quit` or `None`.

    Args:
        summary: The error in a line.
        report: Versions and traceback.
        saved: What was saved.
    """

    OF_EDITION = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog", "details")]

    def __init__(self, summary: str, report: str, saved: str) -> None:
        super().__init__("Error in the program")
        self._summary = summary
        self._report = report
        self._saved = saved
        self.add_class("-error")

    def compose_content(self) -> Iterable[Widget]:
        """What happened, what was saved, the details on request."""
        yield Static(_lines(self._summary), classes="cause", markup=False)
        yield Static(_lines(self._saved), classes="detail", markup=False)
        yield Static(
            "You can continue. If it happens again, report it with the details.", classes="remedy", markup=False
        )
        with VerticalScroll(id="report", can_focus=False) as details:
            details.display = False
            yield Static(_lines(self._report), markup=False)
        with Horizontal(classes="buttons"):
            yield Button(Content("Continue"), id="close", variant="primary")
            yield Button(Content("Details"), id="details")
            yield Button(Content("Quit"), id="quit")

    def action_details(self) -> None:
        """Show or hide the details for a bug report."""
        details = self.query_one("#report")
        details.display = not details.display

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Continue, show the details, or quit."""
        event.stop()
        if event.button.id == "details":
            self.action_details()
        else:
            self.dismiss("quit" if event.button.id == "quit" else None)


class ConfirmDialog(Dialog[bool]):
    """A question with two answers; Escape chooses the one that changes nothing.

    Args:
        title: Title of the dialog.
        question: The question, with the consequence of each answer.
        yes: Label of the button that confirms.
        no: Label of the button that cancels.
    """

    def __init__(self, title: str, question: str, yes: str, no: str = "Cancel") -> None:
        super().__init__(title)
        self._question = question
        self._yes = yes
        self._no = no

    def compose_content(self) -> Iterable[Widget]:
        """The question and its answers."""
        yield Static(_lines(self._question), classes="cause", markup=False)
        with Horizontal(classes="buttons"):
            yield Button(Content(self._yes), id="yes", variant="primary")
            yield Button(Content(self._no), id="no")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        event.stop()
        self.dismiss(event.button.id == "yes")


class NotSavedDialog(Dialog[str]):
    """Something is not saved and the user wants to quit; dismissed with `save`, `lose`, or `None` to stay.

    Args:
        question: What is not saved, and why.
        save: Label of the button that saves it.
        lose: Label of the button that quits without it.
        error: Whether saving has failed.
    """

    OF_EDITION = False

    def __init__(
        self, question: str, save: str = "Save to …", lose: str = "Quit and lose the run", *, error: bool = True
    ) -> None:
        super().__init__("Not saved")
        self._question, self._save, self._lose = question, save, lose
        self.set_class(error, "-error")

    def compose_content(self) -> Iterable[Widget]:
        """The reason and three answers."""
        yield Static(_lines(self._question), classes="cause", markup=False)
        with Horizontal(classes="buttons"):
            yield Button(Content(self._save), id="save", variant="primary")
            yield Button(Content(self._lose), id="lose")
            yield Button(Content("Stay"), id="stay")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        event.stop()
        self.dismiss(event.button.id if event.button.id != "stay" else None)
