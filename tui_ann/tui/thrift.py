"""Keeping the pictures of a running training to a share of the time, on a fast machine as on a slow one."""

import time
from collections.abc import Callable


class Thrift:
    """Says whether a picture can be afforded: while there is something in the purse, which fills as time goes by.

    The purse is full at first, so that the beginning, where the most happens, is drawn in full. What the thread spends
    beyond it is waited off, but no longer than a second: a picture comes then at the latest, whatever else has kept
    the thread busy.

    Args:
        share: The share of the time that goes into the purse, 0 to 1.
        purse: Seconds of processor time that it holds.
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
        self._left = purse
        self._seen, self._paid = clock(), spent()

    def affords(self) -> bool:
        """Whether another picture is within the share by now."""
        now, spent = self._clock(), self._spent()
        left = self._left + self._share * (now - self._seen) - (spent - self._paid)
        self._left = min(self._purse, max(-self._share, left))
        self._seen, self._paid = now, spent
        return self._left >= 0.0
