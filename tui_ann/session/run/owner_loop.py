"""The owner's loop: does jobs and trains, at full or limited speed, and reports to a listener.

The thread that owns the run calls `run`.  Every few milliseconds the loop serves the mailbox; in between it only makes
updates.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from tui_ann.engine.trainer import Trainer
from tui_ann.session.run.orders import Go, Orders
from tui_ann.session.run.pace import Pace, SpeedLimit
from tui_ann.session.run.snapshot import Snapshot

LOOK = 0.004
"""Seconds between two checks of the mailbox, unless one update takes longer."""
SHARE = 0.03
"""Maximum share of the time for snapshots; if a snapshot costs more, fewer are taken."""


_UNWATCHED = 0.1
"""Minimum seconds between two times that a run without a listener is looked at."""
_ASK = 0.05
"""Seconds between two calls of `autosave` while updates are made; it has a pace of its own."""


class TakeSnapshot(Protocol):
    """Takes a snapshot of the run."""

    def __call__(self, status: str, pace: Pace) -> Snapshot:
        """The run as it is now."""


class Moment(Enum):
    """When a snapshot is taken; autosave depends on it."""

    TRAINING = "training"
    """Updates are being made."""
    RESTING = "resting"
    """Single steps are being made, or a job was done."""
    PAUSED = "paused"
    """Training has just ended or paused."""


@dataclass(frozen=True)
class Listener:
    """Listens to training.  All methods are called in the owner's thread and must not wait for another thread."""

    publish: Callable[[Snapshot], None] = lambda _: None
    """Gets a snapshot at most every `period` seconds, and always the last one."""
    period: float = 0.1
    """Minimum seconds between two snapshots; expensive snapshots come less often."""
    epoch_ended: Callable[[], None] = lambda: None
    """Called after one or more epochs have ended."""
    period_at_full_speed: float | None = None
    """`period` while no speed limit is set; `None` for no other."""


class OwnerLoop:
    """Carries out the orders for one trainer.

    Args:
        trainer: The trainer; the loop leaves it between two updates.
        take: Takes a snapshot.
        orders: What to do; jobs change it.
        serve: Does the jobs of other threads, and waits at most the given seconds for the first; returns whether a job
            may have changed the run.
        threads: Limits BLAS to the number of threads that suits the network.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        trainer: Trainer,
        take: TakeSnapshot,
        orders: Orders,
        serve: Callable[[float], bool],
        *,
        threads: Callable[[], AbstractContextManager[None]] = nullcontext,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._trainer = trainer
        self._take = take
        self._orders = orders
        self._serve = serve
        self._threads = threads
        self._clock = clock
        self._pace = Pace(clock)
        self._limit = SpeedLimit(clock)
        self.listener: Listener | None = None
        """The listener; without one no snapshots are taken."""
        self.autosave: Callable[[Moment], None] = lambda moment: None
        """Called often while the run trains, and whenever it rests: saves the run when due."""
        self._next_autosave = -math.inf
        self._burst = 1
        self._next_snapshot = -math.inf
        self._costs: deque[float] = deque(maxlen=4)
        self._shown: tuple[str, int, int] | None = None
        self._goal: int | None = None
        self._epoch = trainer.epoch
        self._speed: float | None = None

    def watch(self, listener: Listener) -> None:
        """Report to this listener from now on."""
        self.listener = listener
        self._shown, self._next_snapshot, self._epoch = None, -math.inf, self._trainer.epoch

    def run(self) -> None:
        """Do jobs and train until nothing is left to do: the orders say pause, or the run has ended."""
        orders, trainer = self._orders, self._trainer
        with ExitStack() as stack:
            begun, moment = False, Moment.RESTING
            while True:
                if self._serve(0.0):
                    self._shown = None
                if orders.speed != self._speed:
                    self._change_speed(orders.speed)
                go = orders.go
                if go is not Go.EPOCH:
                    self._goal = None
                if go is Go.REST or trainer.finished:
                    break
                if not begun:
                    begun = True
                    stack.enter_context(self._threads())
                    self._epoch = trainer.epoch
                    self._begin_pace()
                if go is Go.TRAIN:
                    moment = Moment.PAUSED
                if not self._go(go):
                    break
        orders.pause()
        reason = trainer.stop_reason
        self._show(str(reason.status) if reason else "paused" if trainer.update else "ready", moment)

    def _begin_pace(self) -> None:
        self._pace.begin(self._trainer, held=self._speed is not None)

    def _change_speed(self, speed: float | None) -> None:
        """Apply a new speed limit, and report the run without its old pace."""
        self._speed = speed
        self._pace.forget()
        self._begin_pace()
        self._shown = None

    def _go(self, go: Go) -> bool:
        """Make the updates of the next few milliseconds; returns whether the run continues."""
        if go is not Go.TRAIN:
            going = self._step(go)
            self._show_when_due("paused", Moment.RESTING)
            return going
        speed = self._speed
        if speed is None:
            going = self._stretch(math.inf)
        else:
            due = self._limit.due(speed)
            if not due:
                if self._serve(self._until_due(speed)):
                    self._shown = None
                if self._orders.go is Go.TRAIN:
                    self._show_when_due("running")
                return True
            before = self._trainer.update
            going = self._stretch(due)
            self._pace.start(self._trainer)
            self._limit.made(self._trainer.update - before, speed)
        if going:
            self._show_when_due("running")
        return going

    def _until_due(self, speed: float) -> float:
        """Seconds until the next update is due, or until the next snapshot if the last update is not reported yet."""
        wait = self._limit.wait(speed)
        if self._shown is None or self._shown[1] != self._trainer.update:
            wait = min(wait, max(0.0, self._next_snapshot - self._clock()))
        return max(wait, 1e-4)

    def _stretch(self, updates: float) -> bool:
        """Make at most `updates` updates until the next check is due; returns whether the run continues."""
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
            # Half the time between two checks: then no check is late, and no rest is too short for a burst.
            self._burst = max(1, min(16 * self._burst, int(made / took * LOOK / 2)))
        return not trainer.finished

    def _step(self, go: Go) -> bool:
        """Make one update, or continue towards the end of the epoch until the next check is due."""
        trainer = self._trainer
        if go is Go.UPDATE:
            trainer.burst = 1
            next(trainer.run())
            self._tell_epoch()
            self._orders.made(go)
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
            self._orders.made(go)
        return not trainer.finished

    def _tell_epoch(self) -> None:
        """Tell the listener if epochs have ended.

        This asks the trainer instead of reading its events: a loop over events that stops after an update may never see
        the event of the epoch which that update ended.
        """
        if self._trainer.epoch != self._epoch:
            self._epoch = self._trainer.epoch
            if self.listener is not None:
                self.listener.epoch_ended()

    def keep_up(self) -> None:
        """Have the run saved when due, in the midst of training."""
        now = self._clock()
        if now >= self._next_autosave:
            self._next_autosave = now + _ASK
            self.autosave(Moment.TRAINING)

    def _show_when_due(self, status: str, moment: Moment = Moment.TRAINING) -> None:
        if moment is Moment.TRAINING:
            self.keep_up()
        if self._clock() >= self._next_snapshot:
            self._show(status, moment)

    def _show(self, status: str, moment: Moment) -> None:
        """Publish the current state, unless it was already published."""
        key = (status, self._trainer.update, self._trainer.epoch)
        if key == self._shown:
            return
        begun = self._clock()
        if status != "paused":  # no speed limit slows single steps down
            self._pace.measure(self._trainer)
        if moment is not Moment.TRAINING:
            self.autosave(moment)
        period = _UNWATCHED
        if self.listener is not None:
            self.listener.publish(self._take(status, self._pace))
            period = self._period(self.listener)
        ended = self._clock()
        self._shown = key
        # The minimum of the last few: time during which a screen holds the interpreter is no cost of the snapshot.
        self._costs.append(ended - begun)
        self._next_snapshot = max(begun + period, ended + min(self._costs) / SHARE)

    def _period(self, listener: Listener) -> float:
        """Minimum seconds until the listener gets the next snapshot."""
        if self._speed is not None or listener.period_at_full_speed is None:
            return listener.period
        return listener.period_at_full_speed
