"""How fast a run trains, and how a speed limit is kept."""

import math
from collections import deque
from collections.abc import Callable

from tui_ann.engine.trainer import Trainer

PLAYING = 12.0
"""Seconds that a new run takes on screen, so that it can be watched."""
_PER_UPDATE, _PER_MULTIPLICATION = 2e-5, 1e-9
"""Seconds of an update, roughly: for its operations, and for each multiplication."""
WINDOW = 2.0
"""Seconds over which the pace is measured."""
_SLACK = 0.25
"""Seconds that a run may fall behind its speed limit before the missed updates are given up."""


def playing_speed(updates: int, multiplications: int) -> float | None:
    """Updates per second at which a run lasts about `PLAYING` seconds, at least 1.

    Args:
        updates: Updates of the run.
        multiplications: Multiplications per update.

    Returns:
        `None`, full speed, if the run probably takes more than half of that time anyway.
    """
    needed = updates * (_PER_UPDATE + multiplications * _PER_MULTIPLICATION)
    return None if needed > PLAYING / 2 else max(1.0, updates / PLAYING)


class Pace:
    """How fast a run was in the last seconds, without pauses.

    Args:
        clock: Seconds, from any start.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int, int]] = deque()
        self._starting: int | None = None
        self.updates_per_second: float | None = None
        """`None` before the first measurement."""
        self.examples_per_second: float | None = None
        """`None` before the first measurement."""

    def begin(self, trainer: Trainer, *, held: bool = False) -> None:
        """Start measuring, as after a pause; the last pace stays until there is a new one.

        Args:
            trainer: The trainer of the run.
            held: Whether there is a speed limit.  The first update is then made at once, so the time counts from that
                update.
        """
        self._starting = trainer.update if held else None
        self._marks.clear()
        if not held:
            self._mark(trainer)

    def start(self, trainer: Trainer) -> None:
        """Start the clock of a run with a speed limit, if it has just made its first update."""
        if self._starting is not None and self._starting != trainer.update:
            self._starting = None
            self._mark(trainer)

    def forget(self) -> None:
        """Drop the last pace, because the speed limit has changed."""
        self.updates_per_second = self.examples_per_second = None

    def _mark(self, trainer: Trainer) -> None:
        self._marks.append((self._clock(), trainer.update, trainer.examples_met))

    def measure(self, trainer: Trainer) -> None:
        """Measure the pace now."""
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


class SpeedLimit:
    """Tells how many updates are due, and when the next one is.

    Args:
        clock: Seconds, from any start.
    """

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
        """Count completed updates."""
        self._last += updates / speed

    def wait(self, speed: float) -> float:
        """Seconds until the next update is due."""
        return max(0.0, self._last + 1 / speed - self._clock())
