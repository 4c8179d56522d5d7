"""Races between runs in a thread: in lockstep, and stopped within a moment."""

import threading
import time
from collections.abc import Callable, Sequence

from textual.worker import Worker, get_current_worker

from tui_ann.session.compare.forking import ForkWish
from tui_ann.session.compare.lockstep import Lockstep, RacePace
from tui_ann.session.run.run import Run
from tui_ann.tui.services.screen_host import ScreenHost

GROUP = "racing"
"""Worker group for races; only one runs at a time."""
_FRAME = 0.1
"""Seconds between two snapshots of the open run."""


class Racer:
    """Forks runs and advances several of them in lockstep.

    Args:
        host: Returns the application, which runs the worker.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._host = host
        self._stopped = threading.Event()
        self._running = False
        self._worker: Worker[None] | None = None
        self.pace = RacePace.EPOCHS
        """What is equal for all runs of the next race."""

    @property
    def running(self) -> bool:
        """Whether a race is going on, or a fork is being made."""
        return self._running

    async def race(self, runs: Sequence[Run]) -> None:
        """Advance runs to their ends; the training of the open run pauses first."""
        await self._begin(lambda: self._advance(runs))

    async def fork(self, wish: ForkWish, *, race: bool) -> None:
        """Fork a run, and let both race if that is wanted.

        Args:
            wish: What to fork.
            race: Whether both go on in lockstep; otherwise the fork waits where it was made.
        """

        def work() -> None:
            made = self._host().session.forking.fork(wish, self._stops)
            if made is not None and race:
                self._advance([*([wish.source] if isinstance(wish.source, Run) else []), made])

        await self._begin(work)

    def _stops(self) -> bool:
        """Whether the race is to stop: a person wants it, or the application ends and cancels its worker."""
        return self._stopped.is_set() or (self._worker is not None and self._worker.is_cancelled)

    def stop(self) -> None:
        """Stop after the current updates."""
        self._stopped.set()

    async def _begin(self, work: Callable[[], None]) -> None:
        if self._running:
            return
        self._running = True
        self._stopped.clear()
        await self._host().runner.stop()

        def run() -> None:
            self._worker = get_current_worker()
            try:
                work()
            finally:
                self._running = False

        self._host().run_worker(run, name="race", group=GROUP, thread=True, exit_on_error=False)

    def _advance(self, runs: Sequence[Run]) -> None:
        shown = 0.0

        def show(*, at_last: bool = False) -> None:
            nonlocal shown
            now = time.monotonic()
            if at_last or now - shown > _FRAME:
                shown = now
                self._show_open(runs)

        try:
            Lockstep(runs, self.pace).run(self._stops, show)
        finally:
            self._host().session.store.keep_compared()
        show(at_last=True)

    def _show_open(self, runs: Sequence[Run]) -> None:
        """Show the open run on the other screens, if it is in the race."""
        session = self._host().session
        run = session.runs.current
        if run is not None and run in runs:
            self._host().runner.publish(run.snapshot())
