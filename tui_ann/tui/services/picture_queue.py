"""Pictures of a run, computed in a thread: the newest request first, outdated ones dropped, results by message.

A picture is computed from a frozen moment, so it can be late but never wrong: the widget that asked drops what it no
longer wants.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from textual.message import Message
from textual.widget import Widget

from tui_ann.tui.services.screen_host import ScreenHost

GROUP = "picturing"
"""Worker group for pictures; only one worker runs at a time."""

Outdated = Callable[[], bool]
"""Whether the same widget has asked for a newer picture; long computations check this and return early."""
Work = Callable[[Outdated], Any]
"""Computes a picture in the thread."""


_TICKETS = count(1)


class Pictured(Message):
    """A picture is ready, or could not be computed; sent to the widget that asked."""

    def __init__(self, ticket: int, picture: Any, error: Exception | None) -> None:
        super().__init__()
        self.ticket = ticket
        """The number that `ask` returned."""
        self.picture = picture
        """What the work returned; `None` after an error."""
        self.error = error
        """Why there is none."""


class PictureQueue:
    """Computes pictures one by one; a widget has at most one request waiting.

    Args:
        host: Returns the application, which runs the worker.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._waiting: dict[Widget, tuple[int, Work]] = {}
        self._busy = False
        self.spent = 0.0
        """Seconds of processor time used so far, by the thread."""

    @property
    def busy(self) -> bool:
        """Whether a picture is being computed or waits for it."""
        return self._busy

    def ask(self, widget: Widget, work: Work) -> int:
        """Request a picture; an older request of the same widget is dropped.

        Args:
            widget: Gets a `Pictured`.
            work: Computes it.

        Returns:
            The number of the request, also in the message; no other queue gives it.
        """
        with self._lock:
            ticket = next(_TICKETS)
            self._waiting.pop(widget, None)
            self._waiting[widget] = (ticket, work)
            start, self._busy = not self._busy, True
        if start:
            self._host().run_worker(self._work, name="picture", group=GROUP, thread=True, exit_on_error=False)
        return ticket

    def _work(self) -> None:
        try:
            while (wanted := self._next()) is not None:
                widget, ticket, work = wanted
                begun = time.thread_time()
                picture, error = None, None
                try:
                    picture = work(partial(self._waiting.__contains__, widget))
                except Exception as failed:
                    error = failed
                self.spent += time.thread_time() - begun
                widget.post_message(Pictured(ticket, picture, error))
        except BaseException:
            self._busy = False
            raise

    def _next(self) -> tuple[Widget, int, Work] | None:
        with self._lock:
            self._busy = bool(self._waiting)
            if not self._waiting:
                return None
            widget, (ticket, work) = self._waiting.popitem()
            return widget, ticket, work
