"""Limits the drawing time while a run trains, on fast and slow machines."""

import time
from collections.abc import Callable

LONGEST = 0.4
"""Maximum seconds that a frame waits because keys have used the share."""
SLOWEST = 1.0
"""Maximum seconds between two frames, even if the rest of the screen uses the whole share."""


class RenderBudget:
    """Decides whether a frame may be drawn: only while the thread has used less than its share of the time.

    A run starts with a reserve, so that its first frames are all drawn: they change the most.  After exceeding its
    share the thread waits, but not for long: part of that time was spent on keys, and the user wants to see their
    effect.

    Args:
        share: Share of the time, 0 to 1.
        reserve: Extra seconds of processor time for the start.
        clock: Returns a monotonic time in seconds.
        spent: Returns the processor time of this thread in seconds.
    """

    def __init__(
        self,
        share: float,
        reserve: float,
        *,
        clock: Callable[[], float] = time.perf_counter,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        self._share, self._reserve, self._clock, self._spent = share, reserve, clock, spent
        self.begin()

    def begin(self) -> None:
        """Fill the reserve."""
        self._left = self._reserve
        self._seen, self._paid = self._clock(), self._spent()
        self._drawn = self._seen

    def affords(self) -> bool:
        """Whether another frame is within the share or the reserve now, or the last one is long ago."""
        now, spent = self._clock(), self._spent()
        left = self._left + self._share * (now - self._seen) - (spent - self._paid)
        self._left = max(-LONGEST * self._share, min(left, max(self._left, 0.0)))
        self._seen, self._paid = now, spent
        affords = self._left >= 0.0 or now - self._drawn >= SLOWEST
        if affords:
            self._drawn = now
        return affords
