"""The owner of a run: the only thread that touches it, with a mailbox for requests from other threads.

The arrays of a network are written in place, so only one thread at a time may train, change or copy them.  A run has
one owner.  While a run trains, its owner is a thread that lives as long as there is work, or the thread that called
`train_here`.  Others put jobs into the mailbox; the owner does them between two updates and answers with futures.
While a run is paused it has no owner, and a thread that calls `call` becomes the owner for that one job.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from tui_ann.engine.trainer import Trainer
from tui_ann.errors import SessionError
from tui_ann.gate import refuse_changes
from tui_ann.session.run.mailbox import Mailbox
from tui_ann.session.run.orders import Go, Orders, checked_speed
from tui_ann.session.run.owner_loop import Listener, Moment, OwnerLoop, TakeSnapshot
from tui_ann.session.run.pace import Pace
from tui_ann.session.run.snapshot import Snapshot

Answer = TypeVar("Answer")

_STARTING = -1
"""Placeholder for the owner while its thread starts."""


class RunOwner:
    """Owns the trainer of one run.  Every method may be called from any thread.

    An owner must not wait for a thread that may be waiting for it: a listener may post messages, but not wait for
    answers.

    Args:
        trainer: The trainer.
        take: Takes a snapshot of the run.
        threads: Limits BLAS to the number of threads that suits the network.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        trainer: Trainer,
        take: TakeSnapshot,
        *,
        threads: Callable[[], AbstractContextManager[None]] = nullcontext,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._trainer, self._take, self._clock = trainer, take, clock
        self._mailbox = Mailbox()
        self._orders = Orders()
        self._loop = OwnerLoop(trainer, take, self._orders, self._mailbox.serve, threads=threads, clock=clock)
        self._change = threading.Condition()
        self._owner: int | None = None
        self._waiting: list[Future[None]] = []
        self._asked = False

    @property
    def training(self) -> bool:
        """Whether the run was last ordered to train continuously; False once it pauses."""
        return self._asked

    @property
    def busy(self) -> bool:
        """Whether a thread owns the run now."""
        return self._owner is not None

    def listen(self, listener: Listener) -> None:
        """Report to this listener from now on."""
        self.call(lambda: self._listen(listener), changes=False)

    def resume(self) -> Future[None]:
        """Train until the run ends or `pause` is called.

        Returns:
            Is done when the run rests again; it raises what the training has raised.
        """
        refuse_changes()
        return self._order(self._orders.resume, asked=True)

    def one_update(self, count: int = 1) -> Future[None]:
        """Stop training and make this number of updates; the future is done when the run pauses."""
        refuse_changes()
        return self._order(lambda: self._orders.one_update(count), asked=False)

    def one_epoch(self, count: int = 1) -> Future[None]:
        """Continue to the end of the epoch, this number of times; the future is done when the run pauses."""
        refuse_changes()
        return self._order(lambda: self._orders.one_epoch(count), asked=False)

    def pause(self) -> Future[None]:
        """Pause after the current update; the future is done when the run pauses."""
        return self._order(self._orders.pause, asked=False)

    def interrupt(self) -> None:
        """Pause after the current update.  It takes no lock, so a signal handler may call it."""
        self._asked = False
        self._mailbox.drop(self._orders.pause)

    def set_speed(self, updates_per_second: float | None) -> Future[None]:
        """Limit training to this number of updates per second; `None` is full speed.

        Raises:
            SessionError: The speed is not above 0.
        """
        speed = checked_speed(updates_per_second)

        def change() -> None:
            self._orders.speed = speed

        return self.post(change, changes=False)

    def post(self, job: Callable[[], Answer], *, changes: bool = True) -> Future[Answer]:
        """Have the owner do a job between two updates.

        Args:
            job: What to do.
            changes: Whether it may change the run, so that the listener gets a new snapshot.

        Returns:
            Gets what the job returns or raises.
        """
        future = self._mailbox.post(job, changes=changes)
        with self._change:
            if self._owner is None:
                self._start_thread()
        return future

    def call(self, job: Callable[[], Answer], *, changes: bool = True) -> Answer:
        """Run a job and wait for its answer; if nobody owns the run, this thread does it.

        Args:
            job: What to do; its exceptions are raised here.
            changes: Whether it may change the run.
        """
        if self._owner == threading.get_ident():
            return job()
        if not self._enter():
            return self.post(job, changes=changes).result()
        try:
            return job()
        finally:
            self._leave()

    def snapshot(self) -> Snapshot:
        """The current state of the run."""
        return self.call(self._snapshot, changes=False)

    def autosave(self, autosave: Callable[[Moment], None]) -> None:
        """Set a function that saves the run when due; the owner's thread calls it before each snapshot."""
        self._loop.autosave = autosave

    def keep_up(self) -> None:
        """Have the run saved when due; for a job that trains it, in the owner's thread."""
        self._loop.keep_up()

    def train_here(self, listener: Listener | None = None) -> None:
        """Train in this thread until the run ends or `pause` or `interrupt` is called.

        Args:
            listener: The new listener; by default the previous one.

        Raises:
            SessionError: Another thread trains the run.
        """
        refuse_changes()
        while not self._enter():
            if self._owner == threading.get_ident() or self.call(lambda: self._orders.go is not Go.REST):
                raise SessionError(
                    "The network is already training.",
                    remedy="Stop that training first, or watch it.",
                    code="already_training",
                )
            with self._change:
                self._change.wait_for(lambda: self._owner is None, timeout=1.0)
        try:
            if listener is not None:
                self._listen(listener)
            self._asked = True
            self._orders.resume()
            self._loop.run()
        except BaseException as error:
            self._rest(error)
            raise
        else:
            self._rest(None)
        finally:
            self._leave()

    def close(self) -> None:
        """Rest, and wait until no thread owns the run; not for the owner itself."""
        if self.busy:
            self.pause()
        with self._change:
            self._change.wait_for(lambda: self._owner is None, timeout=10.0)

    def _snapshot(self) -> Snapshot:
        resting = "paused" if self._trainer.update else "ready"
        return self._take("running" if self._orders.go is Go.TRAIN else resting, Pace(self._clock))

    def _order(self, order: Callable[[], None], *, asked: bool) -> Future[None]:
        """Post an order; the future is done when the run pauses after it."""
        self._asked = asked
        rested: Future[None] = Future()

        def follow() -> None:
            order()
            self._asked = asked
            if rested.set_running_or_notify_cancel():  # from here on it cannot be cancelled, only answered
                self._waiting.append(rested)

        self.post(follow, changes=False)
        return rested

    def _listen(self, listener: Listener) -> None:
        if listener != self._loop.listener:
            self._loop.watch(listener)

    def _rest(self, error: BaseException | None) -> None:
        """Answer the callers that wait for the run to pause."""
        self._orders.pause()
        self._asked = False
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

    def _enter(self) -> bool:
        """Become the owner if there is none."""
        with self._change:
            if self._owner is not None:
                return False
            self._owner = threading.get_ident()
            return True

    def _leave(self) -> None:
        """Be the owner no longer; a thread of its own does what has come into the mailbox."""
        with self._change:
            if self._mailbox.empty:
                self._owner = None
                self._change.notify_all()
            else:
                self._start_thread()

    def _start_thread(self) -> None:
        self._owner = _STARTING
        threading.Thread(target=self._own, name="run owner", daemon=True).start()

    def _own(self) -> None:
        """Own the run until there is nothing left to do."""
        self._owner = threading.get_ident()
        while True:
            try:
                self._loop.run()
            except BaseException as error:
                self._rest(error)
            else:
                self._rest(None)
            with self._change:
                if self._mailbox.empty:
                    self._owner = None
                    self._change.notify_all()
                    return
