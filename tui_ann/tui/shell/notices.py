"""Short messages over the screens: they disappear by themselves, or as soon as what they say is no longer true."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from textual.app import App
from textual.notifications import Notification, Notifications

from tui_ann.text import clean
from tui_ann.tui.services.host import Severity

_LEAST = 0.05
"""Seconds for which a message that has not expired is shown at least."""


@dataclass
class LastingNotification(Notification):
    """A message whose time never runs out while its toast is made.

    Textual starts a timer with what is left of the time; with less than a microsecond, or less than nothing, that timer
    turns in a circle for ever and no key is read any more.
    """

    @property
    def time_left(self) -> float:
        """Seconds until the message expires."""
        return max(super().time_left, _LEAST)

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return super().time_left <= 0


class LastingNotifications(Notifications):
    """The messages that are shown."""

    def add(self, notification: Notification) -> Self:
        """Add a message.

        Args:
            notification: The message.
        """
        return super().add(LastingNotification(**vars(notification)))


class Notices:
    """Shows the messages of the application.

    Args:
        app: The application.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._passing: set[str] = set()

    def tell(self, text: str, severity: Severity, timeout: float | None, *, passing: bool) -> Callable[[], None]:
        """Show a message; it replaces the same message and, if both only inform, the previous one.

        Args:
            text: The message; it may have several lines.
            severity: Its severity.
            timeout: Seconds until it disappears.
            passing: Whether it speaks of the present state: it disappears when something is changed or trained.

        Returns:
            What takes it away before its time is over.
        """
        text = "\n".join(map(clean, text.split("\n")))
        for note in list(self._app._notifications):
            if note.message == text or note.severity == severity == "information":
                self._app._unnotify(note, refresh=False)
        if passing:
            self.forget_passing()
            self._passing.add(text)
        self._app.notify(text, severity=severity, timeout=timeout, markup=False)
        return lambda: self._withdraw(text)

    def _withdraw(self, text: str) -> None:
        for note in list(self._app._notifications):
            if note.message == text:
                self._app._unnotify(note)

    def forget_passing(self) -> None:
        """Take away the messages about a state that is over."""
        for note in list(self._app._notifications):
            if note.message in self._passing:
                self._app._unnotify(note)
        self._passing.clear()
