"""The one answer of a dialog.

What a dialog shows is a snapshot of what was open when it appeared.  It answers once, and an answer about an older
edition of what is open is dropped.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from textual._callback import invoke
from textual.app import App
from textual.screen import Screen

Answer = TypeVar("Answer")


class OneAnswer(Generic[Answer]):
    """Gives the answer of a dialog, and closes it.

    Args:
        dialog: The dialog.
        close: Closes it with an answer; it must be the active screen then.
        of_edition: Whether the answer is about what is open.
    """

    def __init__(self, dialog: Screen[Answer], close: Callable[[Answer | None], Any], of_edition: bool) -> None:
        self._dialog, self._close = dialog, close
        self._of_edition = of_edition
        self._given = self._waits = False
        self._edition: object = None
        self._answer: Answer | None = None

    def begin(self) -> None:
        """Remember what is open."""
        self._edition = _edition(self._dialog.app)

    def give(self, answer: Answer | None) -> Any:
        """Answer, the first time; below another dialog, as soon as that one is closed.

        Args:
            answer: The answer; `None` for none.

        Returns:
            What `close` returned; `None` if nothing was closed.
        """
        dialog = self._dialog
        if self._given:
            return self._leave() if self._waits and dialog.is_active else None
        if answer is not None and self._of_edition and self._edition is not _edition(dialog.app):
            dialog.notify("What is open has changed while this was shown; nothing was done.", markup=False)
            answer = None
        self._given, self._answer = True, answer
        if dialog.is_active:
            return self._leave()
        self._waits = True
        dialog.app.screen_change_signal.subscribe(dialog, self._seen)
        return None

    def _seen(self, screen: Screen[Any]) -> None:
        if screen is self._dialog and self._waits:
            self._dialog.app.screen_change_signal.unsubscribe(self._dialog)
            self._leave()

    def _leave(self) -> Any:
        self._waits = False
        taker = self._dialog._result_callbacks[-1] if self._dialog._result_callbacks else None
        if taker is not None and taker.callback is not None:
            taker.callback = _reporting(self._dialog.app, taker.callback)
        return self._close(self._answer)


def _edition(app: App[Any]) -> object:
    """What is open: another object after every edit."""
    return getattr(app, "edition", None)


def _reporting(app: App[Any], take: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What takes an answer; what it raises is shown like every other error, and the screen stays as it is."""

    async def taking(answer: Any) -> None:
        try:
            await invoke(take, answer)
        except Exception as error:
            report = getattr(app, "report", None)
            if report is None or not app.is_running:
                raise
            report(error)

    return taking
