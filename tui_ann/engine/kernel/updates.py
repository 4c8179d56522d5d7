"""Updates that are ready to run, and the calls that they are made of."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Call = tuple[Callable[..., object], tuple[Any, ...]]
"""One NumPy call with its arguments, ready to be made: `call(*args)`."""
Bind = Callable[[int], Sequence[Call]]
"""The calls of an update of a window by its index."""

FLUSH_EVERY = 256
"""Updates between two checks for numbers close to underflow."""


class Updates(ABC):
    """Consecutive updates of a window, of batches of one size, ready to run."""

    @abstractmethod
    def run(self, first: int, count: int, number: int) -> int:
        """Make updates first … first + count − 1, or only the first few of them; return how many.

        Args:
            first: Index of the first, counted from 0.
            count: How many, at least 1.
            number: The updates of the run before it.  The flush is due before an update where this is a multiple of
                `FLUSH_EVERY`; of the first one it has been done.
        """

    @abstractmethod
    def step(self, index: int, places: range) -> None:
        """Make some of the calls of one update, which must come in order.

        Args:
            index: Which update, counted from 0.
            places: Which of its calls.
        """


class CallByCall(Updates):
    """Updates whose calls Python makes in turn.

    Args:
        calls: The calls of each update.
    """

    def __init__(self, calls: Sequence[Sequence[Call]]) -> None:
        self.calls = calls

    def run(self, first: int, count: int, number: int) -> int:
        """Make updates up to the next flush."""
        count = min(count, FLUSH_EVERY - number % FLUSH_EVERY)
        with np.errstate(all="ignore"):
            for calls in self.calls[first : first + count]:
                for call, args in calls:
                    call(*args)
        return count
