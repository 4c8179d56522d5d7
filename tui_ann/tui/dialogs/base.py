"""The base class of every dialog: a title, the content, a line of keys, and one answer."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from tui_ann.tui.dialogs.one_answer import OneAnswer
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.guarded import Guarded, is_leaving
from tui_ann.tui.widgets.key_footer import KeyFooter

Answer = TypeVar("Answer")


class Dialog(Guarded, ModalScreen[Answer], inherit_bindings=False):
    """A dialog.  Subclasses provide the content and dismiss it with the answer.

    Args:
        title: Its title; plain text.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("dialog", "next", "previous", "cancel"),
        *bindings("app", "take", "screenshot"),
    ]
    OF_EDITION: ClassVar[bool] = True
    """Whether the answer is about what is open; if so, it is dropped when that has been edited meanwhile."""
    AUTO_FOCUS = "*"
    HORIZONTAL_BREAKPOINTS = [(0, "-normal"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-usual"), (44, "-tall")]  # noqa: RUF012

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._one_answer: OneAnswer[Answer] = OneAnswer(self, super().dismiss, self.OF_EDITION)

    def compose(self) -> ComposeResult:
        """The frame with the content, and the key line below."""
        self._one_answer.begin()
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(self._title)
            yield from self.compose_content()
        yield KeyFooter()

    def compose_content(self) -> Iterable[Widget]:
        """The content of the dialog."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether what comes late can still be shown: a dialog loses its parts before it goes."""
        return self in self.app.screen_stack and self.is_attached and not is_leaving(self)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer and close; see `OneAnswer`.

        Args:
            result: The answer; `None` for none.
        """
        return self._one_answer.give(result) or AwaitComplete(_nothing())

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


async def _nothing() -> None:
    """Wait for nothing."""
