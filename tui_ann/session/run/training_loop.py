"""The loop that drives a trainer: flat out or slowed down, paused, one step at a time, watched from outside.

The thread that calls `drive` does all the work; there is no other.  Every few milliseconds it looks at the `Control`
and serves what other threads have left with the `RunLock`; in between it does nothing but updates.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from tui_ann.engine.trainer import Trainer
from tui_ann.session.run.control import Control, Go, Wish
from tui_ann.session.run.snapshot import Snapshot

LOOK = 0.004
"""Seconds between two looks at the control, where one update does not take longer."""
SHARE = 0.03
"""The share of the time that pictures may take, at most; where one costs more than a period allows, fewer are taken."""
WINDOW = 2.0
"""Seconds over which the pace is measured."""
_SLACK = 0.25
"""Seconds a speed limit may fall behind before what was missed is given up."""


class Takes(Protocol):
    """Takes a snapshot of the run that is driven."""

    def __call__(self, status: str, pace: "Pace") -> Snapshot:
        """The run as it is now."""


class Pace:
    """How fast a run has been of late; pauses are left out.

    Args:
        clock: Seconds, from any start.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int, int]] = deque()
        self._starting: int | None = None
        self.updates_per_second: float | None = None
        """`None` until something has been measured."""
        self.examples_per_second: float | None = None
        """`None` until something has been measured."""

    def begin(self, trainer: Trainer, *, held: bool = False) -> None:
        """Start measuring, as after a pause; what was measured before stands until there is something newer.

        Args:
            trainer: What is driven.
            held: Whether a speed limit holds it. Its first update waits for nothing, so the time counts from there.
        """
        self._starting = trainer.update if held else None
        self._marks.clear()
        if not held:
            self._mark(trainer)

    def start(self, trainer: Trainer) -> None:
        """Begin to count the time of a held run, if it has just made its first update."""
        if self._starting is not None and self._starting != trainer.update:
            self._starting = None
            self._mark(trainer)

    def forget(self) -> None:
        """Drop what was measured, as of another speed."""
        self.updates_per_second = self.examples_per_second = None

    def _mark(self, trainer: Trainer) -> None:
        self._marks.append((self._clock(), trainer.update, trainer.examples_met))

    def measure(self, trainer: Trainer) -> None:
        """Take the time now."""
        self.start(trainer)
        if not self._marks:
            return
        self._mark(trainer)
        now = self._marks[-1][0]
        while len(self._marks) > 2 and now - self._marks[1][0] >= WINDOW:
            self._marks.popleft()
        start, updates, examples = self._marks[0]
        if now > start and trainer.update > updates:
            self.updates_per_second = (trainer.update - updates) / (now - start)
            self.examples_per_second = (trainer.examples_met - examples) / (now - start)


class _Limit:
    """A speed limit: says how many updates are due, and when the next one is."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = -math.inf

    def due(self, speed: float) -> int:
        """How many updates may be made now; the first is due at once."""
        now = self._clock()
        if now - self._last > _SLACK + 1 / speed:
            self._last = now - 1 / speed
        return int((now - self._last) * speed + 1e-9)

    def made(self, updates: int, speed: float) -> None:
        """Count updates that were made."""
        self._last += updates / speed

    def wait(self, speed: float) -> float:
        """Seconds until the next update is due."""
        return max(0.0, self._last + 1 / speed - self._clock())


class Drive:
    """One drive of one trainer, from `Control` to `Stopped`.

    Args:
        trainer: What is driven.
        take: Takes a snapshot of it.
        publish: Gets the snapshots, in this thread; it must not wait for another thread.
        control: What the front end wishes.
        period: Seconds between two snapshots, at least.
        serve: Does what other threads have left; returns whether there was anything.
        current: Whether `trainer` is still the one to be driven; a verb served in between may have replaced it.
        epoch_ended: Called when one or more epochs have ended.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        trainer: Trainer,
        take: Takes,
        publish: Callable[[Snapshot], None],
        control: Control,
        period: float,
        *,
        serve: Callable[[], bool],
        current: Callable[[], bool],
        epoch_ended: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._trainer = trainer
        self._take = take
        self._publish = publish
        self._control = control
        self._period = period
        self._serve = serve
        self._current = current
        self._epoch_ended = epoch_ended
        self._clock = clock
        self._pace = Pace(clock)
        self._limit = _Limit(clock)
        self._burst = 1
        self._next_picture = -math.inf
        self._costs: deque[float] = deque(maxlen=4)
        self._shown: tuple[str, int, int] | None = None
        self._goal: int | None = None
        self._epoch = trainer.epoch
        self._speed = control.speed

    def run(self) -> None:
        """Drive until the run ends, the control says stop, or another run has taken its place."""
        if not self._current():
            return
        self._begin_pace()
        resting = False
        while True:
            # First look, then serve, then wait: an errand left after the look has set the event the wait is for.
            wish = self._control.look()
            if self._serve():
                if not self._current():
                    return
                self._shown = None
            if wish.go is Go.STOP:
                break
            if wish.speed != self._speed:
                self._change_speed(wish.speed)
            if wish.go is not Go.EPOCH:
                self._goal = None
            if wish.go is Go.WAIT:
                self._show("paused")
                resting = True
                self._control.wait()
                continue
            if resting:
                self._begin_pace()
                resting = False
            if not self._go(wish):
                break
        self._last()

    def _begin_pace(self) -> None:
        self._pace.begin(self._trainer, held=self._speed is not None)

    def _change_speed(self, speed: float | None) -> None:
        """Show the run anew, without the pace of before."""
        self._speed = speed
        self._pace.forget()
        self._begin_pace()
        self._shown = None

    def _go(self, wish: Wish) -> bool:
        """Make what is wished for the next few milliseconds; returns whether the run goes on."""
        if wish.go is Go.UPDATE or wish.go is Go.EPOCH:
            going = self._step(wish.go)
            self._show_when_due("paused")
            return going
        if wish.speed is None:
            going = self._stretch(math.inf)
        else:
            due = self._limit.due(wish.speed)
            if not due:
                self._control.wait(self._until_due(wish.speed))
                self._show_when_due("running")
                return True
            before = self._trainer.update
            going = self._stretch(due)
            self._pace.start(self._trainer)
            self._limit.made(self._trainer.update - before, wish.speed)
        if going:
            self._show_when_due("running")
        return going

    def _until_due(self, speed: float) -> float:
        """How long to wait for the next update, or for the next picture where the last update is not shown yet."""
        wait = self._limit.wait(speed)
        if self._shown is None or self._shown[1] != self._trainer.update:
            wait = min(wait, max(0.0, self._next_picture - self._clock()))
        return max(wait, 1e-4)

    def _stretch(self, updates: float) -> bool:
        """Make updates until it is time to look again, `updates` of them at most; returns whether the run goes on."""
        trainer, clock = self._trainer, self._clock
        start, first = clock(), trainer.update
        look = start + LOOK
        trainer.burst = int(min(self._burst, updates))
        for _ in trainer.run():
            if trainer.epoch != self._epoch:
                self._tell_epoch()
            if clock() >= look:
                break
            if updates is not math.inf:
                left = first + updates - trainer.update
                if left <= 0:
                    break
                trainer.burst = int(min(self._burst, left))
        made, took = trainer.update - first, clock() - start
        if made and took > 0:
            # Half a look's worth: a look then comes neither late nor after a rest that is too short for a burst.
            self._burst = max(1, min(16 * self._burst, int(made / took * LOOK / 2)))
        return not trainer.finished

    def _step(self, go: Go) -> bool:
        """Make one update, or go on towards the end of the epoch until it is time to look again."""
        trainer = self._trainer
        if go is Go.UPDATE:
            trainer.burst = 1
            next(trainer.run())
            self._tell_epoch()
            self._control.made(go)
            return not trainer.finished
        if self._goal is None:
            self._goal = trainer.epoch + 1
        trainer.burst = self._burst
        look = self._clock() + LOOK
        for _ in trainer.run():
            if trainer.epoch >= self._goal or self._clock() >= look:
                break
        self._tell_epoch()
        if trainer.epoch >= self._goal or trainer.finished:
            self._goal = None
            self._control.made(go)
        return not trainer.finished

    def _tell_epoch(self) -> None:
        """Say that epochs have ended, if any have.

        What was done is read from the trainer and not from its events: a loop over events that ends with an update may
        never get to the event of the epoch which that update has ended.
        """
        if self._trainer.epoch != self._epoch:
            self._epoch = self._trainer.epoch
            if self._epoch_ended is not None:
                self._epoch_ended()

    def _show_when_due(self, status: str) -> None:
        if self._clock() >= self._next_picture:
            self._show(status)

    def _show(self, status: str) -> None:
        """Publish the run as it is, unless that is what was published last."""
        key = (status, self._trainer.update, self._trainer.epoch)
        if key == self._shown:
            return
        begun = self._clock()
        if status != "paused":  # single steps are held by nothing
            self._pace.measure(self._trainer)
        self._publish(self._take(status, self._pace))
        ended = self._clock()
        self._shown = key
        # The least of the last few: a screen that has the interpreter meanwhile is no cost of the picture.
        self._costs.append(ended - begun)
        self._next_picture = max(begun + self._period, ended + min(self._costs) / SHARE)

    def _last(self) -> None:
        reason = self._trainer.stop_reason
        self._show(str(reason.status) if reason else "paused" if self._trainer.update else "ready")
