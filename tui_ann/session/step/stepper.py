"""Stepping through a run: one part, phase, update or epoch at a time, forwards and exactly back.

The stepper holds the trace of one update and a position in it: how many of its parts are done.  The trainer is before
that update until its last part is done, and after it from then on, so that every other view of the run agrees.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import Trainer
from tui_ann.errors import EngineError
from tui_ann.session.step.breakpoints import Breakpoint
from tui_ann.text import count, counted

_STRETCH = 64
"""Updates made between two checks of the clock."""


class Grain(StrEnum):
    """The size of a step."""

    PART = "part"
    PHASE = "phase"
    UPDATE = "update"
    EPOCH = "epoch"


@dataclass(frozen=True, eq=False)
class Place:
    """The position of a stepper."""

    trace: UpdateTrace
    """The current update."""
    done: int
    """How many of its parts are done."""
    ended: bool
    """Whether the run ends here: the current update is the last, and all of it is done."""
    broken: bool = False
    """Whether the run diverges in this update: its numbers become infinite or NaN, and it is not counted."""

    @property
    def complete(self) -> bool:
        """Whether the whole update is done."""
        return self.done == len(self.trace.parts)

    @property
    def made_parts(self) -> int:
        """How many of its parts the run computes: all, or those up to the first number that is not finite."""
        parts = self.trace.parts
        if not self.broken:
            return len(parts)
        return next((i + 1 for i, part in enumerate(parts) if not np.isfinite(part.value).all()), len(parts))

    @property
    def current(self) -> Part | None:
        """The last part done; None before the first."""
        return self.trace.parts[self.done - 1] if self.done else None

    @property
    def made(self) -> int:
        """Updates completed at this position."""
        return self.trace.update - (0 if self.complete and not self.broken else 1)


class Stepper:
    """Steps through the run of a trainer; only the run's owner may use it.

    Args:
        trainer: The trainer; every method leaves it between two updates.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._broken: UpdateTrace | None = None
        self._settings = trainer.settings
        self._trace: UpdateTrace | None = None
        """The update of the position; none before the first question, as many go elsewhere first."""
        self._done = 0

    @property
    def place(self) -> Place:
        """The position; if the run has moved on by itself, the run's current position."""
        return self.kept_place or self._hold(*self._present())

    @property
    def kept_place(self) -> Place | None:
        """The position of the last step; `None` if the run has moved on by itself."""
        if self._trace is None:
            return None
        place = self._hold(self._trace, self._done)
        return None if self._overtaken(place) else place

    def _hold(self, taken: UpdateTrace, done: int) -> Place:
        self._trace, self._done = taken, done
        complete = done == len(taken.parts)
        return Place(taken, done, self._trainer.finished and complete, taken is self._broken)

    def _overtaken(self, place: Place) -> bool:
        """Whether the trainer is elsewhere, or would now compute this update differently."""
        trainer = self._trainer
        if trainer.update != place.made or (place.broken and trainer.finished != place.complete):
            return True
        return not place.complete and trainer.settings != self._settings

    def _present(self) -> tuple[UpdateTrace, int]:
        """The next update with no part done; at the end of the run, the last one with all parts done."""
        if not self._trainer.finished:
            return self._trace_of(self._trainer.update + 1), 0
        return self._last()

    def _last(self) -> tuple[UpdateTrace, int]:
        """The last update, or the one in which the run diverged, with all parts done."""
        trainer, reason = self._trainer, self._trainer.stop_reason
        diverged = reason is not None and reason.status is Status.DIVERGED
        last = self._trace_of(max(1, trainer.update + diverged))
        self._stand(last, len(last.parts))
        return last, len(last.parts)

    def _trace_of(self, update: int) -> UpdateTrace:
        """Update number `update` (counted from 1) in parts; afterwards the trainer is before it."""
        trainer = self._trainer
        trainer.seek(update - 1)
        trainer.remember()
        self._settings = trainer.settings
        taken = trace(trainer)
        trainer.notice_divergence()
        if trainer.update < update:
            self._broken = taken
        trainer.seek(update - 1)
        return taken

    def _stand(self, taken: UpdateTrace, done: int) -> None:
        """Move the trainer before an update, or after it if all parts are done."""
        self._trainer.seek(taken.update - 1)
        if done == len(taken.parts):
            burst, self._trainer.burst = self._trainer.burst, 1
            next(self._trainer.run())
            self._trainer.burst = burst
            self._trainer.notice_divergence()

    def _go(self, taken: UpdateTrace, done: int) -> Place:
        """Go to this update with this number of parts done."""
        self._trace, self._done = taken, done
        self._stand(taken, done)
        return self.place

    def forward(self, grain: Grain) -> Place:
        """One step forward; at the end of the run nothing happens."""
        place = self.place
        if place.ended:
            return place
        if grain is Grain.EPOCH:
            return self._to_the_end_of_the_epoch()
        if grain is Grain.PART and place.complete:
            return self._go(self._trace_of(place.trace.update + 1), 0)
        taken, done = (self._trace_of(place.trace.update + 1), 0) if place.complete else (place.trace, place.done)
        if grain is Grain.PART:
            return self._go(taken, done + 1)
        return self._go(taken, _end_of_phase(taken.parts, done) if grain is Grain.PHASE else len(taken.parts))

    def back(self, grain: Grain) -> Place:
        """One step back; at the start of the run nothing happens."""
        taken, done = self.place.trace, self.place.done
        if grain is Grain.EPOCH:
            first = taken.update - taken.update_of_epoch + 1
            start = first if taken.update > first or done else max(1, first - 1)
            if start < first:
                taken = self._trace_of(start)
                start = taken.update - taken.update_of_epoch + 1
            return self._go(self._trace_of(start), 0)
        if done == 0:
            if taken.update == 1:
                return self.place
            taken = self._trace_of(taken.update - 1)
            done = len(taken.parts) + (grain is Grain.PART)
        if grain is Grain.PART:
            return self._go(taken, done - 1)
        return self._go(taken, _start_of_phase(taken.parts, done) if grain is Grain.PHASE else 0)

    def go_to(self, update: int, *, complete: bool = False) -> Place:
        """Go to just before update number `update` (counted from 1), or just after it.

        Raises:
            EngineError: The run ends earlier.
        """
        self._reach(update)
        taken = self._trace_of(update)
        return self._go(taken, len(taken.parts) if complete else 0)

    def _reach(self, update: int) -> None:
        """Move the trainer before an update that the run makes, or in which it diverges."""
        trainer = self._trainer
        while not self.approach(update, seconds=1.0):
            pass
        if trainer.update >= update:
            trainer.seek(update - 1)
        reason = trainer.stop_reason
        diverged = reason is not None and reason.status is Status.DIVERGED
        last = trainer.update + diverged
        if trainer.finished and update > last:
            made = f"The run diverged in update {last}" if diverged else f"The run has {counted(last, 'update')}"
            raise EngineError(
                f"{made}; there is no update {count(update)}.",
                remedy=f"Choose a number from 1 to {count(last)}.",
                code="no_such_update",
            )

    def approach(self, update: int, *, seconds: float, clock: Callable[[], float] = time.perf_counter) -> bool:
        """Continue towards update number `update`, until the run ends or the time is over.

        Args:
            update: The target.
            seconds: Time after which it returns, so that the caller can check for input and call again.
            clock: Seconds, from any start.

        Returns:
            Whether `go_to` has no more updates to make.
        """
        trainer, limit = self._trainer, clock() + seconds
        burst = trainer.burst
        while trainer.update < update - 1 and not trainer.finished:
            trainer.burst = min(_STRETCH, update - 1 - trainer.update)
            next(trainer.run())
            if clock() >= limit:
                break
        trainer.burst = burst
        trainer.notice_divergence()
        return trainer.update >= update - 1 or trainer.finished

    def stand_at(self, done: int) -> Place:
        """Go to this number of parts done in the current update, at most all of them."""
        taken = self.place.trace
        return self._go(taken, max(0, min(done, len(taken.parts))))

    def _to_the_end_of_the_epoch(self) -> Place:
        trainer = self._trainer
        goal = trainer.epoch + 1
        burst, trainer.burst = trainer.burst, 1 << 20
        for _ in trainer.run():
            if trainer.epoch >= goal:
                break
        trainer.burst = burst
        self._trace, self._done = self._last()
        return self.place

    def run_until(
        self, breakpoints: Sequence[Breakpoint], *, seconds: float, clock: Callable[[], float] = time.perf_counter
    ) -> str | None:
        """Continue update by update until a breakpoint is reached, the run ends or the time is over.

        Args:
            breakpoints: Where to stop; each is checked after every update.
            seconds: Time after which it returns, so that the caller can check for input and call again.
            clock: Seconds, from any start.

        Returns:
            The breakpoint reached, in words; None if the time was over.
        """
        trainer, place, limit = self._trainer, self.place, clock() + seconds
        if place.done and not place.complete:
            self._stand(place.trace, len(place.trace.parts))
        for point in breakpoints:
            point.begin(trainer)
        burst, trainer.burst = trainer.burst, 1
        met = None
        while met is None and not trainer.finished and clock() < limit:
            examples = trainer.next_batch().examples if any(point.reads_examples for point in breakpoints) else None
            next(trainer.run())
            met = next((words for point in breakpoints if (words := point.met(trainer, examples))), None)
        trainer.burst = burst
        trainer.notice_divergence()
        if met is not None or trainer.finished:
            self._trace, self._done = self._last()
        return met or (trainer.stop_reason.text if trainer.stop_reason else None)


def _end_of_phase(parts: Sequence[Part], done: int) -> int:
    phase = parts[done].phase
    return next((i for i in range(done, len(parts)) if parts[i].phase is not phase), len(parts))


def _start_of_phase(parts: Sequence[Part], done: int) -> int:
    phase = parts[done - 1].phase
    return next(i for i in range(done) if all(part.phase is phase for part in parts[i:done]))
