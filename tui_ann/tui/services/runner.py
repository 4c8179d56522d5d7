"""Training, from the application's side: commands to the owner of the run, and the newest snapshot to show.

The owner of the run stores snapshots in one slot; the application polls the slot a few times a second.  No message is
posted per step, and a slow terminal does not slow down the training.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from textual.content import Content
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from tui_ann.text import count, number
from tui_ann.text.symbols import run_sign
from tui_ann.tui.services.host import Host

if TYPE_CHECKING:
    from tui_ann.session.run.owner import RunOwner
    from tui_ann.session.run.run import Run
    from tui_ann.session.run.snapshot import Snapshot

SPEEDS: tuple[float | None, ...] = (1, 2, 5, 10, 30, 100, 300, 1000, None)
"""The available speeds in updates per second; the last is full speed."""
_AT_FULL_SPEED = 0.16
"""Minimum seconds between two snapshots at full speed, for five a second with ten frames: faster numbers cannot be
read, and training gets the rest."""
GROUP = "training"
"""Worker group for training; only one worker runs at a time."""


class Runner:
    """Starts, controls and watches the training of the open experiment.

    A worker prepares the run, sends it the first commands and waits until it rests, so that its exceptions are shown
    like all other errors.

    Args:
        app: The application; runs the worker.
    """

    def __init__(self, app: Host) -> None:
        self._app = app
        self._worker: Worker[None] | None = None
        self._owner: RunOwner | None = None
        self._first: list[Callable[[RunOwner], Future[None]]] = []
        self._awaited: deque[Future[None]] = deque()
        self._alive = self._starting = False
        self._latest: Snapshot | None = None
        self._lock = Lock()
        self._speed: float | None = None
        self._again = False
        self.speed_chosen = False
        """Whether the speed was changed since something was opened; otherwise the run has the pace that suits it."""

    @property
    def alive(self) -> bool:
        """Whether training is being prepared or in progress, also by single steps."""
        return self._alive

    @property
    def running(self) -> bool:
        """Whether the run trains continuously."""
        owner = self._owner
        return self._alive and (self._starting if owner is None else owner.training)

    @property
    def speed(self) -> float | None:
        """Maximum updates per second; `None` is full speed."""
        return self._speed

    @property
    def paced(self) -> bool:
        """Whether the run is played slower than it could train, at a pace that nobody chose."""
        return self._speed is not None and not self.speed_chosen

    @property
    def full_speed_chosen(self) -> bool:
        """Whether the user chose the speed of this run, or full speed for all runs."""
        return self.speed_chosen or self._app.preferences.full_speed

    def toggle(self) -> None:
        """Start, pause or continue; a run that has ended plays again from its start."""
        if self.running:
            self.pause()
        else:
            self._starting = self._again = True
            self._order(lambda owner: owner.resume())

    def one_update(self) -> None:
        """Make one update, then wait."""
        self._starting = False
        self._order(lambda owner: owner.one_update())

    def one_epoch(self) -> None:
        """Train to the end of the epoch, then wait."""
        self._starting = False
        self._order(lambda owner: owner.one_epoch())

    def pause(self) -> None:
        """Pause after the current update."""
        with self._lock:
            self._starting = False
            self._first.clear()
            owner = self._owner
        if owner is not None:
            owner.pause()

    def change_speed(self, step: int) -> None:
        """Train faster or slower; the next frame shows it, even if nothing runs.

        Args:
            step: 1 for faster, −1 for slower.
        """
        before, self._speed = self._speed, _next_speed(self._speed, step)
        self.speed_chosen = True
        if self._speed is None or before is None:  # the choice between full speed and another one
            self._app.preferences.keep_full_speed(self._speed is None)
        if self._owner is not None:
            self._owner.set_speed(self.speed)
        with self._lock:  # the thread may store a snapshot at the same time
            shot = self._latest
            if shot is not None:
                known = (shot.updates_per_second, shot.eta_seconds) if before == self._speed else (None, None)
                self._latest = replace(shot, updates_per_second=known[0], eta_seconds=known[1])

    async def stop(self) -> None:
        """Pause after the current update, and wait for it."""
        self.pause()
        if self._worker is not None and not self._worker.is_finished:
            with suppress(WorkerFailed, WorkerCancelled):  # the error is shown like all other errors
                await self._worker.wait()
        self._worker = None

    def restart(self, verb: Callable[[], object]) -> None:
        """Let the session replace the run or take it elsewhere, and show it as it is then.

        Args:
            verb: `rewind`, `new_start` or `end_again`.
        """
        verb()
        shot = self._app.session.runs.snapshot()
        if shot is not None:
            self.publish(shot)

    def stop_soon(self) -> None:
        """Pause after the current update, without waiting."""
        self.pause()

    def publish(self, snapshot: "Snapshot") -> None:
        """Store a snapshot to show; the newest wins.  Called by the owner of the run."""
        with self._lock:
            self._latest = snapshot

    def newest(self) -> "Snapshot | None":
        """The newest snapshot, or `None` before the first."""
        return self._latest

    def forget(self) -> None:
        """Drop the snapshot and the speed of a run that is no longer open."""
        self._latest = None
        self._speed, self.speed_chosen = None, False

    @property
    def state(self) -> str:
        """`ready`, `running`, `paused`, or how the run ended."""
        if self.running:
            return "running"
        shot = self._latest
        if shot is None:
            return "ready"
        return "paused" if shot.status == "running" else shot.outcome

    def summary(self) -> Content:
        """The state of the run, for the status line of every screen."""
        shot = self._latest
        if shot is None or (shot.length == 0 and not self.running):
            return Content("")
        parts = [f"{run_sign(self.state)} epoch {count(shot.epoch)}/{count(shot.epochs)}"]
        if shot.length > shot.update and not self.running:
            parts = [f"{run_sign(self.state)} update {count(shot.update)} of {count(shot.length)}"]
        loss = shot.metrics.get("loss")
        if loss is not None:
            parts.append(f"train (mean) {number(loss)}")  # the name of this figure in the loss curve
        return Content(" · ".join(parts))

    def _order(self, order: "Callable[[RunOwner], Future[None]]") -> None:
        """Send a command to the owner of the run, or start to prepare the run."""
        with self._lock:
            if self._owner is not None:
                self._awaited.append(order(self._owner))
                return
            self._first.append(order)
            begin, self._alive = not self._alive, True
        if begin:
            self._worker = self._app.run_worker(
                self._train, name="train", group=GROUP, thread=True, exit_on_error=False
            )

    def _train(self) -> None:
        """Prepare the run, send it the commands and wait until it rests."""
        from tui_ann.session.run.owner_loop import Listener  # loads NumPy, which would delay the start

        try:
            run = self._prepare()
            owner = run.owner
            # Slightly more often than frames, so that each frame has something new to show.
            period = 0.8 * self._app.preferences.frame_time
            owner.listen(Listener(self.publish, period, period_at_full_speed=max(period, _AT_FULL_SPEED)))
            with self._lock:
                if not self.speed_chosen:
                    self._speed = None if self._app.preferences.full_speed else run.playing_speed
                owner.set_speed(self._speed)
                self._owner = owner
                self._awaited.extend(order(owner) for order in self._first)
                self._first.clear()
            while (awaited := self._next()) is not None:
                awaited.result()
        except BaseException:
            with self._lock:
                self._owner, self._alive = None, False
                self._first.clear()
                self._awaited.clear()
            raise

    def _prepare(self) -> "Run":
        """The run; at its start again if it has ended and is to train."""
        again, self._again = self._again, False
        session = self._app.session
        return session.stepper.play_again() if again else session.runs.take_up()

    def _next(self) -> "Future[None] | None":
        """The next future to wait for; `None` if the training is over."""
        with self._lock:
            if self._awaited:
                return self._awaited.popleft()
            self._owner, self._alive = None, False
            return None


def _next_speed(speed: float | None, step: int) -> float | None:
    """The speed a number of steps faster (positive) or slower; `None` is full speed."""
    for _ in range(abs(step)):
        if step > 0:
            speed = next((other for other in SPEEDS if other and speed and other > speed), None)
        else:
            slower = [other for other in SPEEDS if other is not None and (speed is None or other < speed)]
            speed = slower[-1] if slower else SPEEDS[0]
    return speed
