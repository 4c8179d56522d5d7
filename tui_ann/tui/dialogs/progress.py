"""Dialogs that show the progress of long work; one of them can cancel it."""

import threading
from collections.abc import Iterable

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, ProgressBar, Static

from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.widgets.plain import plain


class WaitDialog(Dialog[None]):
    """Shows that work is in progress that cannot be cancelled.

    Args:
        title: Description of the work.
        text: A sentence about it.
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self._text = text

    def compose_content(self) -> Iterable[Widget]:
        """The text."""
        yield Static(plain(self._text), markup=False)

    def action_cancel(self) -> None:
        """The user cannot close it."""


class ProgressDialog(Dialog[None]):
    """Progress of work in a thread; the thread writes to two fields and never touches the widgets.

    No button has the initial focus: a key typed ahead for the opened screen must not cancel the work.

    Args:
        title: Description of the work.
    """

    AUTO_FOCUS = ""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.cancelled = threading.Event()
        """Set when the user cancels the work."""
        self._share = 0.0
        self._text = ""

    def compose_content(self) -> Iterable[Widget]:
        """The current work, its progress, and a button to cancel."""
        yield Static(id="step", markup=False)
        yield ProgressBar(total=1.0, show_eta=False)
        with Horizontal(classes="buttons"):
            yield Button(Content("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Update the progress ten times a second."""
        self.set_interval(0.1, self._look)

    def report(self, share: float, text: str) -> None:
        """Record the progress of the work.  Called from the worker thread.

        Args:
            share: 0 to 1.
            text: The current work.
        """
        self._share, self._text = share, text

    def _look(self) -> None:
        self.query_one(ProgressBar).update(progress=self._share)
        if not self.cancelled.is_set():
            self.query_one("#step", Static).update(plain(self._text))

    def action_cancel(self) -> None:
        """Cancel the work; the dialog closes when it has stopped."""
        self.cancelled.set()
        self.query_one("#step", Static).update(Content("Stopping …"))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Cancel the work."""
        event.stop()
        self.action_cancel()
