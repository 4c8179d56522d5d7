"""Message handlers that can raise without crashing the application."""

import os

from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump

from tui_ann.errors import TuiAnnError

DEBUG_VARIABLE = "TUI_ANN_DEBUG"
"""Environment variable that makes unexpected errors end the program with a traceback."""


class Guarded(MessagePump):
    """Base of screens and application: reports the error if a message handler raises, then handles the next message."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; report an exception instead of passing it on."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if is_leaving(self):
                return
            report = getattr(self.app, "report", None)
            debugging = wants_debug() and not isinstance(error, TuiAnnError)
            if report is None or debugging or not self.app.is_running:
                raise
            report(error)


def is_leaving(pump: MessagePump | None) -> bool:
    """Whether a screen or widget is being removed: its parts go before it does, so what it has still to show is lost.

    Args:
        pump: What handles messages.
    """
    return isinstance(pump, DOMNode) and pump._pruning


def wants_debug() -> bool:
    """Whether an unexpected error ends the program with a traceback."""
    return os.environ.get(DEBUG_VARIABLE) == "1"
