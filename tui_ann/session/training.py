"""A run in motion: driven, paused, stepped and looked at, from any thread.

While one thread drives, verbs called from others are done by that thread between two updates (see `run_lock`); the
caller waits for that.  A verb that replaces the run ends the drive.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tui_ann.engine.epoch_cursor import Batch
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.session.run import snapshot
from tui_ann.session.run.build import Clock
from tui_ann.session.run.control import Control
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.run.training_loop import Drive, Pace
from tui_ann.session.step.stepper import Stepper
from tui_ann.session.step.what_if import what_if
from tui_ann.session.workspace import Workspace

Publish = Callable[[Snapshot], None]
"""Gets the pictures of a run, in the thread that drives it; it must not wait for another thread."""


class Motion(Workspace):
    """A workspace whose run can be set in motion.

    Args:
        clock: Seconds, from any start.
    """

    def __init__(self, *, clock: Clock = time.perf_counter) -> None:
        super().__init__(clock=clock)
        self.control: Control | None = None
        """The switches of the drive that is on."""

    @property
    def driving(self) -> bool:
        """Whether a thread drives at this moment."""
        return self._floor.driving

    def drive(
        self,
        publish: Publish,
        control: Control,
        period: float = 0.1,
        *,
        epoch_ended: Callable[[], None] | None = None,
    ) -> None:
        """Train in this thread until the run ends, `control` says stop, or a verb replaces the run.

        Args:
            publish: Gets a picture every `period` seconds at most, and always the last one.
            control: Pauses, slows down, steps and stops, from any thread.
            period: Seconds between two pictures, at least; where pictures are costly, they come less often.
            epoch_ended: Called after epochs, in this thread.

        Raises:
            SessionError: Another thread drives.
            DataError, ExperimentError, EngineError: The experiment cannot be run as it is.
        """
        run = self.prepare()

        def take(status: str, pace: Pace) -> Snapshot:
            self._keep(run, resting=status == "paused")
            return snapshot.take(run, status, (pace.updates_per_second, pace.examples_per_second))

        def current() -> bool:
            return self.run is run and not self.stale

        with self._floor.drive(control.wake):
            self.control = control
            try:
                with run.suited_threads():
                    Drive(
                        run.trainer,
                        take,
                        publish,
                        control,
                        period,
                        serve=self._floor.serve,
                        current=current,
                        epoch_ended=epoch_ended,
                        clock=self._clock,
                    ).run()
            finally:
                self.control = None
            if not current() and (picture := self._picture()) is not None:
                publish(picture)
            else:
                self._keep(run, at_once=True)

    def _keep(self, run: Run, *, at_once: bool = False, resting: bool = False) -> None:
        """Keep a run in hand for recovery, if this session does: now, or when it is time; sooner where it rests."""

    def pause(self) -> None:
        """Hold the drive that is on."""
        if control := self.control:
            control.pause()

    def resume(self) -> None:
        """Let the drive that is on go on."""
        if control := self.control:
            control.resume()

    def stop(self) -> None:
        """Leave the drive that is on; the run can be driven on later."""
        if control := self.control:
            control.stop()

    def step_update(self, count: int = 1) -> Snapshot:
        """Make so many updates, unless the run ends before.  For a front end that drives, `control` does the same."""
        run = self.prepare()
        return self._floor.do(lambda: snapshot.take(run.advance(updates=count), "paused"))

    def step_epoch(self, count: int = 1) -> Snapshot:
        """Go on to the end of the epoch, so many times.  For a front end that drives, `control` does the same."""
        run = self.prepare()
        return self._floor.do(lambda: snapshot.take(run.advance(epochs=count), "paused"))

    def seek(self, update: int) -> Snapshot:
        """Go to the moment after so many updates, exactly as the run was there.

        Raises:
            EngineError: The run ends before.
        """
        run = self.prepare()
        return self._floor.do(lambda: snapshot.take(run.seek(update), "paused" if update else "ready"))

    def taken_apart(self, update: int, example: int | None = None) -> UpdateTrace:
        """Update number `update` (the first is 1) with all its numbers; the run stands before it then.

        Args:
            update: Which update.
            example: That update on this training example alone, counted from 0.

        Raises:
            EngineError: The run ends before.
            SessionError: There is no such example.
        """
        run = self.prepare()

        def take_apart() -> UpdateTrace:
            place = Stepper(run.trainer).go_to(update)
            return place.trace if example is None else alone(run, place.trace, example)

        return self._floor.do(take_apart)

    def snapshot(self) -> Snapshot | None:
        """A picture of the run in hand, or of the run folder that was opened; `None` where there is neither."""
        return self._floor.do(self._picture)

    def _picture(self) -> Snapshot | None:
        if self.run is None:
            return self.saved_run.snapshot() if self.saved_run else None
        running = self.control is not None and not self.control.paused
        return snapshot.take(self.run, "running" if running else "paused" if self.run.begun else "ready")

    def window(self, kind: str, name: str, rows: slice, columns: slice) -> Array:
        """A copy of a part of one array of the run in hand, for arrays too large for a snapshot; see `snapshot`."""
        run = self.prepare()
        return self._floor.do(lambda: snapshot.window(run, kind, name, rows, columns))


def alone(run: Run, taken: UpdateTrace, example: int) -> UpdateTrace:
    """An update as it would be with one training example alone; only for the thread that has the run in its hands.

    Args:
        run: The run.
        taken: The update.
        example: Row of the training data, counted from 0.

    Raises:
        SessionError: There is no such example.
    """
    X, Y = run.dataset.X_train, run.dataset.Y_train
    if not 0 <= example < len(X):
        raise SessionError(
            f"There is no training example {example + 1}.",
            remedy=f"The training part has {len(X)}; choose a number from 1 to {len(X)}.",
            code="no_such_example",
        )
    rows = slice(example, example + 1)
    batch = Batch(np.array([example]), X[rows].T, Y[rows].T)
    return replace(what_if(run.trainer, taken, batch=batch), alone=True)
