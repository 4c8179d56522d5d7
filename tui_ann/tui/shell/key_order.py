"""Keys in order: each one acts, with all it brings about, before the next one is handled.

Textual gives a key to the widget that has the focus when the key arrives. What an earlier key brings about may not be
there yet: another screen, a dialog, or the screen of a file that is still being opened. Later keys wait for it here.
"""

from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

_LOOK = 0.02
"""Seconds between two looks whether a key that waits can be handled."""
_PATIENCE = 30.0
"""Most seconds that a key waits for the one before it."""
_GRACE = 0.5
"""Seconds that it waits for a widget that handles no messages: its handler raised, or it has not begun."""
_ROUNDS = 2
"""Times that the widgets of a key are visited after its action: for the messages that the action posts, and for those
that their handlers post, such as the answer of a dialog."""


def as_pressed(event: events.Event) -> events.Event:
    """Return an event, as Enter if it is a line feed: a terminal that waits for whole lines turned Enter into that.

    It does so with what is typed before the program has begun to run.

    Args:
        event: Any event.
    """
    if isinstance(event, events.Key) and event.key == "ctrl+j" and not event.is_forwarded:
        return events.Key("enter", "\r")
    return event


def is_pressed_on_removed(event: events.Event, app: App[Any]) -> bool:
    """Whether the mouse is pressed on a widget that is still drawn but has left its parent, whose place Textual reads.

    Args:
        event: Any event.
        app: The application that gets it.
    """
    if not isinstance(event, events.MouseDown):
        return False
    widget, _ = app.screen.get_widget_and_offset_at(event.x, event.y)
    return widget is not None and widget.parent is None


class _Acting:
    """A key on its way.

    Args:
        screen: The screen when it was pressed.
        at: The widget whose queue it is in.
    """

    def __init__(self, screen: Screen[Any], at: MessagePump) -> None:
        self.screen, self.at, self._since = screen, at, monotonic()

    @property
    def goes_on(self) -> bool:
        """Whether an answer can still be expected."""
        return monotonic() - self._since < _PATIENCE

    @property
    def is_lost(self) -> bool:
        """Whether the widget that should answer handles no messages."""
        return monotonic() - self._since > _GRACE and not self.at.is_running


class KeyOrder:
    """Hands keys and pastes to the application one after the other.

    Args:
        app: The application.
        opening: Whether something is being opened, so that another screen will be shown.
    """

    def __init__(self, app: App[Any], opening: Callable[[], bool]) -> None:
        self._app, self._opening = app, opening
        self._kept: deque[events.Event] = deque()
        self._due: events.Event | None = None
        self._acting: _Acting | None = None
        self._looking = False
        self.pressed = monotonic()
        """When the last key was pressed, on the clock of `time.monotonic`."""

    @property
    def waiting(self) -> bool:
        """Whether there are keys that have not been handled."""
        return bool(self._kept) or self._due is not None

    def keeps(self, event: events.Event) -> bool:
        """Return whether an event must wait; then it is kept, and posted to the application again.

        Args:
            event: An event that the application is about to handle.
        """
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            return False
        self.pressed = monotonic()
        if event is self._due:
            self._due = None
        elif self.waiting or not self._free(event):
            self._kept.append(event)
            self._release()
            return True
        app = self._app
        widgets = [node for node in (app.focused or app.screen).ancestors_with_self if node is not app]
        self._acting = _Acting(app.screen, app)
        self._follow(self._acting, [*widgets, app, *widgets * _ROUNDS])
        return False

    def drop(self) -> None:
        """Forget the keys that wait: the screen they were meant for will not be shown."""
        self._kept.clear()

    def _follow(self, acting: "_Acting", pumps: Sequence[MessagePump]) -> None:
        """Follow the key through the queues of its widgets and of the application, which does its action.

        If another screen is shown then, its answer has to be handled, and the new one to be composed.
        """
        for index, pump in enumerate(pumps):
            acting.at = pump
            if pump.call_later(self._follow, acting, pumps[index + 1 :]):
                return
        if self._app.screen is acting.screen:
            self._acted(acting)
        else:
            self._see_application(acting)

    def _see_application(self, acting: "_Acting") -> None:
        """Wait until the application has handled what the key brought about."""
        acting.at = self._app
        self._app.call_later(self._see_screen, acting)

    def _see_screen(self, acting: "_Acting") -> None:
        """Wait until the new screen has been composed."""
        acting.at = self._app.screen
        self._app.screen.call_later(self._acted, acting)

    def _acted(self, acting: "_Acting") -> None:
        if acting is self._acting:
            self._acting = None
        self._release()

    def _free(self, event: events.Event) -> bool:
        """Return whether an event can be handled now."""
        if self._acting is not None and self._acting.goes_on:
            if self._acting.is_lost:
                self._see_application(self._acting)
            return False
        return not self._opening() or self._cancels(event)

    def _cancels(self, event: events.Event) -> bool:
        """Return whether an event is for the dialog that shows the progress, or ends the program."""
        active = self._app.screen.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        return active is not None and (active.binding.priority or active.binding.id == "dialog.cancel")

    def _release(self) -> None:
        """Post the next event if it can be handled; otherwise look again soon."""
        if self._opening():
            urgent = next((event for event in self._kept if self._cancels(event)), None)
            while urgent is not None and self._kept[0] is not urgent:
                self._kept.popleft()
        if self._kept and self._due is None and self._free(self._kept[0]):
            self._due = self._kept.popleft()
            self._app.post_message(self._due)
        if self._kept and not self._looking:
            self._looking = True
            self._app.set_timer(_LOOK, self._look)

    def _look(self) -> None:
        self._looking = False
        self._release()
