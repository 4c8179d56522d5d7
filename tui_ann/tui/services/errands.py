"""What the Step screen wants done at the run: one thing after the other in a thread, so that no key waits.

Most of it takes milliseconds; going far back in a long run, or on to its end, takes as long as it takes.
"""

import threading
from collections import deque
from collections.abc import Callable

from textual.message import Message
from textual.worker import Worker

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.session.step.stepper import Place
from tui_ann.tui.services.screen_host import ScreenHost

GROUP = "stepping"
"""Group of the worker that steps; there is one at a time."""


class Stepped(Message):
    """The stepper stands somewhere, perhaps where it stood before."""

    def __init__(self, place: Place, alone: UpdateTrace | None = None, met: str = "") -> None:
        super().__init__()
        self.place = place
        self.alone = alone
        """The update in hand with the example alone that was asked for."""
        self.met = met
        """What made it stop there, in words, where it stopped by itself."""


Errand = Callable[[], Stepped | None]
"""Done in the thread; returns what is to be told then, `None` where nobody needs to know."""


class Errands:
    """Does errands at the run in the order in which they were given.

    Args:
        app: The application, which owns the worker.
        tell: Gets a message after each; called in the thread.
    """

    def __init__(self, app: ScreenHost, tell: Callable[[Message], object]) -> None:
        self._app, self._tell = app, tell
        self._lock = threading.Lock()
        self._left: deque[Errand] = deque()
        self._busy = self._off = False
        self._worker: Worker[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._busy

    def called_off(self) -> bool:
        """Whether the errand that is being done should leave off; for errands that may take long."""
        return self._off or (self._worker is not None and self._worker.is_cancelled)

    def add(self, errand: Errand) -> None:
        """Have something done; a long errand before it leaves off.

        Args:
            errand: What to do.
        """
        with self._lock:
            self._left.append(errand)
            self._off = self._busy
            start, self._busy = not self._busy, True
        if start:
            self._worker = self._app.run_worker(self._work, name="step", group=GROUP, thread=True, exit_on_error=False)

    def call_off(self) -> None:
        """Let a long errand leave off where it is."""
        self._off = True

    def _work(self) -> None:
        while (errand := self._next()) is not None:
            try:
                stepped = errand()
            except BaseException:
                self._drop()
                raise
            self._publish()
            if stepped is not None:
                self._tell(stepped)

    def _next(self) -> Errand | None:
        with self._lock:
            self._off = False
            self._busy = bool(self._left)
            return self._left.popleft() if self._left else None

    def _drop(self) -> None:
        """Forget what is left: it was meant for where the errand that failed would have led."""
        with self._lock:
            self._left.clear()
            self._busy = False

    def _publish(self) -> None:
        """Let the other screens see where the run stands."""
        shot = self._app.session.runs.snapshot()
        if shot is not None:
            self._app.runner.publish(shot)
