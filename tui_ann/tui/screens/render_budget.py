"""Keeping the pictures of a running training to a share of the time, on a fast machine as on a slow one."""

import time
from collections.abc import Callable

LONGEST = 0.4
"""Seconds that a picture is waited for at most."""


class Thrift:
    """Says whether a picture can be afforded: while the thread has spent no more than its share of the time.

    A beginning has a purse beside, so that it is drawn in full: there the most happens. What was spent beyond the share
    is waited off, but not for long: keys pressed meanwhile have cost some of it, and their effect is to be seen.

    Args:
        share: The share of the time, 0 to 1.
        purse: Seconds of processor time that a beginning may take beyond it.
        clock: Seconds, from any start.
        spent: Seconds of processor time that this thread has had.
    """

    def __init__(
        self,
        share: float,
        purse: float,
        *,
        clock: Callable[[], float] = time.perf_counter,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        self._share, self._purse, self._clock, self._spent = share, purse, clock, spent
        self.begin()

    def begin(self) -> None:
        """Fill the purse."""
        self._left = self._purse
        self._seen, self._paid = self._clock(), self._spent()

    def affords(self) -> bool:
        """Whether another picture is within the share by now, or is in the purse."""
        now, spent = self._clock(), self._spent()
        left = self._left + self._share * (now - self._seen) - (spent - self._paid)
        self._left = max(-LONGEST * self._share, min(left, max(self._left, 0.0)))
        self._seen, self._paid = now, spent
        return self._left >= 0.0
