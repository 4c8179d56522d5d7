"""Message handlers that may raise without ending the application."""

import os

from textual.message import Message
from textual.message_pump import MessagePump

from tui_ann.errors import TuiAnnError

DEBUG_VARIABLE = "TUI_ANN_DEBUG"
"""Environment variable that lets a defect end the program with a traceback."""


class Guarded(MessagePump):
    """A screen or an application whose message handlers may raise: the error is reported, the next message handled."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; report an exception instead of passing it on."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            report = getattr(self.app, "report", None)
            debugging = wants_debug() and not isinstance(error, TuiAnnError)
            if report is None or debugging or not self.app.is_running:
                raise
            report(error)


def wants_debug() -> bool:
    """Whether a defect shall end the program with a traceback."""
    return os.environ.get(DEBUG_VARIABLE) == "1"
