"""What happens when something goes wrong: it is said in words, what there is is saved, and the application lives on.

Refusals (`TuiAnnError`) are part of normal work: they come with a cause and a remedy, and where an action mends them,
the dialog offers its key.  Anything else is a mistake of the program: it is shown with what a bug report needs.
"""

import platform
import sys
import traceback
from importlib.metadata import version

from textual.message import Message
from textual.message_pump import MessagePump

import tui_ann
from tui_ann.errors import TuiAnnError

REMEDIES: dict[str, str] = {
    "missing_values": "data.missing",
    "unknown_target": "data.target",
    "no_target": "data.target",
    "constant_target": "data.target",
    "one_class": "data.target",
    "bad_delimiter": "data.dialect",
    "no_file": "app.open",
    "not_found": "app.open",
}
"""Code of a refusal → the action that mends it."""


class Survivor(MessagePump):
    """A part of the application whose handlers may fail without taking the application down."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; an exception is reported, and the next message is handled as ever."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            report = getattr(self.app, "report", None)
            if report is None:
                raise
            report(error)


def remedy_action(error: TuiAnnError) -> str | None:
    """Id of the action that mends a refusal, if one does."""
    return REMEDIES.get(error.code)


def bug_report(error: BaseException) -> str:
    """What a bug report needs: versions and the way the program went, without anyone's data.

    Args:
        error: What was raised.
    """
    versions = ", ".join(
        [
            f"tui-ann {tui_ann.__version__}",
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in ("textual", "numpy")),
            sys.platform,
        ]
    )
    return versions + "\n\n" + "".join(traceback.format_exception(error, limit=-12))
