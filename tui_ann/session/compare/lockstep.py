"""Several live runs in lockstep: none is more than a stride ahead, counted in epochs, updates or seconds.

A run is the same bit for bit whether it is advanced alone or in lockstep, because no run knows of the others.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from enum import StrEnum
from functools import partial

from tui_ann.gate import refuse_changes
from tui_ann.session.run.build import Cancelled
from tui_ann.session.run.lookback import never
from tui_ann.session.run.run import Run

_AT_ONCE = 0.02
"""Seconds between two looks whether to stop, unless one update takes longer."""


class RacePace(StrEnum):
    """What is equal for all runs of a race."""

    EPOCHS = "epochs"
    UPDATES = "updates"
    SECONDS = "seconds"


STRIDES = {RacePace.EPOCHS: 1.0, RacePace.UPDATES: 50.0, RacePace.SECONDS: 0.05}
"""How far a run may be ahead of another."""


class Lockstep:
    """Advances runs in lockstep until all have ended.

    Only runs that are paused are advanced; the caller decides which thread.

    Args:
        runs: The runs; those that have ended count no more.
        pace: What is equal for all.
        stride: How far a run may be ahead; by default that of `STRIDES`.
    """

    def __init__(self, runs: Sequence[Run], pace: RacePace = RacePace.EPOCHS, stride: float | None = None) -> None:
        self.runs = tuple(runs)
        """The runs."""
        self.pace = pace
        """What is equal for all."""
        self.stride = STRIDES[pace] if stride is None else stride
        """How far a run may be ahead."""

    @property
    def over(self) -> bool:
        """Whether all runs have ended."""
        return not self._alive()

    def _alive(self) -> list[Run]:
        return [run for run in self.runs if not run.owner.call(partial(_has_ended, run), changes=False)]

    def advance(self, cancelled: Cancelled = never) -> bool:
        """Make one stride: every run that is behind goes up to one stride beyond the last of them.

        Args:
            cancelled: Called every few milliseconds; returns whether to stop.

        Returns:
            Whether there is more to do; a run that was stopped within a stride goes on from there.
        """
        refuse_changes()
        alive = self._alive()
        if not alive or cancelled():
            return bool(alive)
        places = [run.owner.call(partial(place_of, run, self.pace), changes=False) for run in alive]
        goal = min(places) + self.stride
        behind = [run for run, place in zip(alive, places, strict=True) if place < goal]
        if self.pace is RacePace.SECONDS:  # two at once would slow each other down
            for run in behind:
                run.owner.call(partial(_go, run, self.pace, goal, cancelled))
        else:
            going: list[Future[None]] = [
                run.owner.post(partial(_go, run, self.pace, goal, cancelled)) for run in behind
            ]
            for future in going:
                future.result()
        return True

    def run(self, cancelled: Cancelled = never, each: Callable[[], object] = lambda: None) -> None:
        """Go on to the end of all runs.

        Args:
            cancelled: Called every few milliseconds; returns whether to stop.
            each: Called after every stride.
        """
        while not cancelled() and self.advance(cancelled):
            each()


def place_of(run: Run, pace: RacePace) -> float:
    """How far a run is; only for its owner."""
    trainer = run.trainer
    match pace:
        case RacePace.EPOCHS:
            return float(trainer.epoch)
        case RacePace.UPDATES:
            return float(trainer.update)
        case RacePace.SECONDS:
            return trainer.seconds


def _has_ended(run: Run) -> bool:
    return run.trainer.finished


def _go(run: Run, pace: RacePace, goal: float, cancelled: Cancelled) -> None:
    """Advance a run up to a goal; only for its owner."""
    trainer, burst = run.trainer, 1
    with run.suited_threads():
        while place_of(run, pace) < goal and not trainer.finished and not cancelled():
            left = goal - trainer.update if pace is RacePace.UPDATES else burst
            trainer.burst = max(1, min(burst, int(left)))
            begun = time.perf_counter()
            next(trainer.run())
            run.owner.keep_up()
            burst = max(1, 2 * burst if time.perf_counter() - begun < _AT_ONCE else burst // 2)
