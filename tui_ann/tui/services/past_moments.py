"""Earlier moments of the run, for the Train screen: replayed in a thread, the newest request first."""

import threading
from collections.abc import Callable

from textual.message import Message

from tui_ann.errors import SessionError
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.services.screen_host import ScreenHost

GROUP = "looking back"
"""Worker group for replaying; only one worker runs at a time."""


class Looked(Message):
    """An earlier moment is ready to be shown."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot
        """The run as it was then."""


class PastMoments:
    """Replays the run up to a requested update.  A newer request replaces an older one, also one being replayed.

    Args:
        host: Returns the application, which runs the worker.
        tell: Called with a `Looked` for each moment reached; called from the thread.
    """

    def __init__(self, host: Callable[[], ScreenHost], tell: Callable[[Message], object]) -> None:
        self._host, self._tell = host, tell
        self.shown: Snapshot | None = None
        """The moment on display instead of the present one."""
        self._present: Snapshot | None = None
        self._lock = threading.Lock()
        self._wanted: int | None = None
        self._given_up = self._busy = False

    def ask(self, update: int) -> None:
        """Request the moment after this number of updates; returns at once."""
        with self._lock:
            self._wanted = update
            start, self._busy = not self._busy, True
        if start:
            self._host().run_worker(self._work, name="look back", group=GROUP, thread=True, exit_on_error=False)

    def give_up(self) -> None:
        """Return to the present; a request is dropped, also while it is being replayed."""
        with self._lock:
            self._wanted, self._given_up = None, True
        self.shown = None

    def take(self, moment: Snapshot, now: Snapshot | None) -> bool:
        """Display a moment, if it belongs to the run as it is now; returns whether it does."""
        if now is None or now.run != moment.run or now.update <= moment.update:
            return False
        self.shown = moment
        return True

    def beside(self, now: Snapshot | None) -> Snapshot | None:
        """The moment to display beside the newest snapshot; `None` once something was done with the run.

        Mere training goes on unseen.
        """
        before, self._present = self._present, now
        done = now is not before and (before is None or before.status != "running")
        if self.shown is not None and (done or not self.take(self.shown, now)):
            self.give_up()
        return self.shown

    def _work(self) -> None:
        try:
            while (update := self._next()) is not None:
                try:
                    shot = self._host().session.runs.look_back(update, self._outdated)
                except SessionError:  # the run was rewound in the meantime
                    continue
                if shot is not None and not self._given_up:
                    self._tell(Looked(shot))
        except BaseException:
            self._busy = False
            raise

    def _outdated(self) -> bool:
        return self._given_up or self._wanted is not None

    def _next(self) -> int | None:
        with self._lock:
            update, self._wanted, self._given_up = self._wanted, None, False
            self._busy = update is not None
            return update
