"""The job queue of the Step screen: one job at a time in a thread, so that no key waits.

Most jobs take milliseconds; going far back in a long run, or to its end, can take long.
"""

import threading
from collections import deque
from collections.abc import Callable

from textual.message import Message
from textual.worker import Worker

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.experiment.spec import Experiment
from tui_ann.session.step.stepper import Place
from tui_ann.tui.services.screen_host import ScreenHost

GROUP = "stepping"
"""Worker group for stepping; only one worker runs at a time."""


class Stepped(Message):
    """A step was taken; the place may be the same as before."""

    def __init__(self, place: Place, alone: UpdateTrace | None, edition: Experiment, towards: int = 0) -> None:
        super().__init__()
        self.place = place
        self.alone = alone
        """The current update for one example alone, if requested."""
        self.edition = edition
        """The experiment of the run: the step is not shown if another one is open by then."""
        self.towards = towards
        """1 for a step towards the end of the run, −1 towards its start, 0 for any other."""


Job = Callable[[], Stepped | None]
"""Runs in the thread; returns the message to post, or `None`."""


class StepQueue:
    """Runs jobs on the run in the order in which they were added.

    Args:
        app: The application; runs the worker.
        tell: Called with a message after each job; called from the thread.
    """

    def __init__(self, app: ScreenHost, tell: Callable[[Message], object]) -> None:
        self._app, self._tell = app, tell
        self._lock = threading.Lock()
        self._left: deque[Job] = deque()
        self._busy = self._cancelled = False
        self._worker: Worker[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._busy

    def is_cancelled(self) -> bool:
        """Whether the running job should stop; long jobs check this."""
        return self._cancelled or (self._worker is not None and self._worker.is_cancelled)

    def add(self, job: Job) -> None:
        """Add a job; a long job before it is cancelled.

        Args:
            job: The job.
        """
        with self._lock:
            self._left.append(job)
            self._cancelled = self._busy
            start, self._busy = not self._busy, True
        if start:
            self._worker = self._app.run_worker(self._work, name="step", group=GROUP, thread=True, exit_on_error=False)

    def cancel(self) -> None:
        """Stop a long job at its current position."""
        self._cancelled = True

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                stepped = job()
            except BaseException:
                self._drop()
                raise
            self._publish()
            if stepped is not None:
                self._tell(stepped)

    def _next(self) -> Job | None:
        with self._lock:
            self._cancelled = False
            self._busy = bool(self._left)
            return self._left.popleft() if self._left else None

    def _drop(self) -> None:
        """Drop the waiting jobs: they assumed that the failed job had succeeded."""
        with self._lock:
            self._left.clear()
            self._busy = False

    def _publish(self) -> None:
        """Publish the position of the run to the other screens."""
        shot = self._app.session.runs.snapshot()
        if shot is not None:
            self._app.runner.publish(shot)
