"""Training as the application sees it: one worker thread, a control to steer it, the newest snapshot to show.

The thread runs `session.drive` and leaves snapshots in one slot; the application looks into the slot a few times a
second.  So nothing is ever posted for a step, and a slow terminal slows nothing down.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from textual.content import Content
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from tui_ann.session.run.control import Control
from tui_ann.text import count, number
from tui_ann.text.symbols import run_sign
from tui_ann.tui.services.host import Host

if TYPE_CHECKING:
    from tui_ann.session.run.snapshot import Snapshot

SPEEDS: tuple[float | None, ...] = (1, 2, 5, 10, 30, 100, 300, 1000, None)
"""Updates a second to choose from; the last is flat out."""
GROUP = "training"
"""Group of the worker that trains; there is one at a time."""


class Runner:
    """Starts, steers and watches the training of what is open.

    Args:
        app: The application, which owns the worker.
    """

    def __init__(self, app: Host) -> None:
        self._app = app
        self._control = Control(paused=True)
        self._worker: Worker[None] | None = None
        self._latest: Snapshot | None = None
        self._lock = Lock()
        self._speed = len(SPEEDS) - 1
        self.speed_chosen = False
        """Whether the speed was ever changed; then it is told even where it is flat out."""

    @property
    def alive(self) -> bool:
        """Whether a thread has the run in hand, be it paused."""
        return self._worker is not None and not self._worker.is_finished

    @property
    def running(self) -> bool:
        """Whether updates are being made without end."""
        return self.alive and not self._control.paused

    @property
    def speed(self) -> float | None:
        """Updates a second at most; `None` is flat out."""
        return SPEEDS[self._speed]

    def toggle(self) -> None:
        """Start, pause, or go on."""
        if self.alive:
            self._control.toggle()
        else:
            self._start(Control(speed=self.speed))

    def one_update(self) -> None:
        """Make one update, then wait."""
        self._steered().step_update()

    def one_epoch(self) -> None:
        """Train to the end of the epoch, then wait."""
        self._steered().step_epoch()

    def pause(self) -> None:
        """Hold after the update in hand."""
        if self.alive:
            self._control.pause()

    def change_speed(self, step: int) -> None:
        """Train faster or slower; the next frame shows it, also where nothing runs.

        Args:
            step: 1 for faster, −1 for slower.
        """
        before, self._speed = self._speed, max(0, min(len(SPEEDS) - 1, self._speed + step))
        self.speed_chosen = True
        self._control.speed = self.speed
        with self._lock:  # the thread may leave a picture at this very moment
            shot = self._latest
            if shot is not None:
                known = (shot.updates_per_second, shot.eta_seconds) if before == self._speed else (None, None)
                self._latest = replace(shot, updates_per_second=known[0], eta_seconds=known[1])

    async def stop(self) -> None:
        """End the thread after the update in hand, and wait for that."""
        self._control.stop()
        if self._worker is not None and not self._worker.is_finished:
            with suppress(WorkerFailed, WorkerCancelled):  # how it failed is shown where all failures are
                await self._worker.wait()
        self._worker = None

    def restart(self, verb: Callable[[], object]) -> None:
        """Have the session put another run in the place of this one, and show it.

        Args:
            verb: `rewind` or `new_start`.
        """
        verb()
        shot = self._app.session.snapshot()
        if shot is not None:
            self.publish(shot)

    def stop_soon(self) -> None:
        """End the thread after the update in hand, without waiting."""
        self._control.stop()

    def publish(self, snapshot: "Snapshot") -> None:
        """Leave a snapshot to be shown.  Called by the thread that trains; the newest wins."""
        with self._lock:
            self._latest = snapshot

    def newest(self) -> "Snapshot | None":
        """The newest snapshot, or `None` before the first."""
        return self._latest

    def forget(self) -> None:
        """Drop the snapshot of a run that is no longer open."""
        self._latest = None

    def summary(self) -> Content:
        """How the run stands, for the status line of every screen."""
        shot = self._latest
        if shot is None or (shot.update == 0 and not self.running):
            return Content("")
        mark = run_sign("running" if self.running else "paused" if self.alive else shot.status)
        parts = [f"{mark} epoch {count(shot.epoch)}/{count(shot.epochs)}"]
        loss = shot.metrics.get("loss")
        if loss is not None:
            parts.append(f"loss {number(loss)}")
        return Content(" · ".join(parts))

    def _steered(self) -> Control:
        if not self.alive:
            self._start(Control(paused=True, speed=self.speed))
        return self._control

    def _start(self, control: Control) -> None:
        self._control = control
        self._worker = self._app.run_worker(
            self._drive, name="train", group=GROUP, thread=True, exclusive=True, exit_on_error=False
        )

    def _drive(self) -> None:
        # A little ahead of the frames, so that none comes by without anything new to show.
        self._app.session.drive(self.publish, self._control, 0.8 * self._app.frame_time)
