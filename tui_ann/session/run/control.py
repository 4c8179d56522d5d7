"""What a front end asks of a run that another thread drives: pause, go on, one more, slower, stop.

A `Control` is a handful of flags under one lock.  Any thread may set them; the thread that drives looks at them every
few milliseconds and, where it has nothing to do, sleeps until one of them changes.  Nothing here touches the run.
"""

import threading
from dataclasses import dataclass
from enum import Enum

from tui_ann.errors import SessionError


class Go(Enum):
    """What the driver is to do next."""

    RUN = "run"
    """Updates until told otherwise."""
    UPDATE = "update"
    """One update, then look again."""
    EPOCH = "epoch"
    """Updates to the end of the epoch, then look again."""
    WAIT = "wait"
    """Nothing: the run is paused."""
    STOP = "stop"
    """Leave the loop; the run can be driven on later."""


@dataclass(frozen=True)
class Wish:
    """The flags at one moment, read together."""

    go: Go
    """What to do next."""
    speed: float | None
    """Updates a second at most; `None` is flat out."""


class Control:
    """Thread-safe switches of one drive.

    Args:
        paused: Start without an update, waiting for `resume` or a single step.
        speed: Updates a second at most; `None` is flat out.
    """

    def __init__(self, *, paused: bool = False, speed: float | None = None) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._paused = paused
        self._stopped = False
        self._updates = 0
        self._epochs = 0
        self._speed = _checked(speed)

    @property
    def paused(self) -> bool:
        """Whether the run waits, or will wait once the single steps asked for are done."""
        return self._paused

    @property
    def stopped(self) -> bool:
        """Whether the drive was asked to end."""
        return self._stopped

    @property
    def speed(self) -> float | None:
        """Updates a second at most; `None` is flat out.  Takes effect at once, also in the midst of a wait."""
        return self._speed

    @speed.setter
    def speed(self, updates_per_second: float | None) -> None:
        with self._lock:
            self._speed = _checked(updates_per_second)
            self._changed.set()

    def pause(self) -> None:
        """Hold after the update in hand; single steps not yet made are dropped."""
        with self._lock:
            self._paused, self._updates, self._epochs = True, 0, 0
            self._changed.set()

    def resume(self) -> None:
        """Go on; single steps not yet made are dropped, for they are made anyway."""
        with self._lock:
            self._paused, self._updates, self._epochs = False, 0, 0
            self._changed.set()

    def toggle(self) -> None:
        """Pause what runs, resume what is paused."""
        if self._paused:
            self.resume()
        else:
            self.pause()

    def stop(self) -> None:
        """Leave the loop after the update in hand, also out of a pause or a wait.  Final for this control."""
        with self._lock:
            self._stopped = True
            self._changed.set()

    def step_update(self, count: int = 1) -> None:
        """Pause, and make `count` updates from there."""
        with self._lock:
            self._updates += count
            self._paused = True
            self._changed.set()

    def step_epoch(self, count: int = 1) -> None:
        """Pause, and go on to the end of the epoch, `count` times over."""
        with self._lock:
            self._epochs += count
            self._paused = True
            self._changed.set()

    def wake(self) -> None:
        """Let a driver that waits look again."""
        self._changed.set()

    def look(self) -> Wish:
        """What is wished now.  For the driver; asking changes nothing."""
        with self._lock:
            self._changed.clear()
            if self._stopped:
                go = Go.STOP
            elif not self._paused:
                go = Go.RUN
            elif self._updates:
                go = Go.UPDATE
            elif self._epochs:
                go = Go.EPOCH
            else:
                go = Go.WAIT
            return Wish(go, self._speed)

    def made(self, go: Go) -> None:
        """Count off one single step that was asked for.  For the driver."""
        with self._lock:
            if go is Go.UPDATE and self._updates:
                self._updates -= 1
            elif go is Go.EPOCH and self._epochs:
                self._epochs -= 1

    def wait(self, seconds: float | None = None) -> bool:
        """Sleep until a flag changes since the last `look`, or for `seconds`.  For the driver.

        Returns:
            Whether something changed.
        """
        return self._changed.wait(seconds)


def _checked(speed: float | None) -> float | None:
    if speed is not None and not speed > 0:
        raise SessionError(
            f"A speed of {speed:g} updates a second would never get anywhere.",
            remedy="Give a number above 0, or none to run flat out.",
            code="bad_speed",
        )
    return speed
