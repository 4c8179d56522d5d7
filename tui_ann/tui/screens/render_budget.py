"""Limit the time that drawing takes while a run trains, on a fast machine as on a slow one."""

import time
from collections.abc import Callable

LONGEST = 0.4
"""Longest wait for a frame in seconds."""


class RenderBudget:
    """Says whether a frame can be drawn: while the thread has used no more than its share of the time.

    A run starts with a reserve, so that its first frames are all drawn: they change the most.  Time used beyond the
    share is waited off, but not for long: keys pressed meanwhile have used some of it, and the user wants to see their
    effect.

    Args:
        share: The share of the time, 0 to 1.
        reserve: Seconds of processor time that the start may take beyond it.
        clock: Seconds, from any start.
        spent: Seconds of processor time that this thread has had.
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

    def affords(self) -> bool:
        """Whether another frame is within the share by now, or within the reserve."""
        now, spent = self._clock(), self._spent()
        left = self._left + self._share * (now - self._seen) - (spent - self._paid)
        self._left = max(-LONGEST * self._share, min(left, max(self._left, 0.0)))
        self._seen, self._paid = now, spent
        return self._left >= 0.0
