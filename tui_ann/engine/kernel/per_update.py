"""Calls that only Python can make, once in each update, and whose results it can compute for many updates ahead."""

from abc import ABC, abstractmethod

from tui_ann.engine.arrays import Array


class PerUpdate(ABC):
    """A call without arguments, such as the draw of a dropout mask, or Adam's step size."""

    result: Array
    """What it writes; only later calls of the same update read it."""

    @abstractmethod
    def __call__(self) -> None:
        """Make it for the next update."""

    @abstractmethod
    def ahead(self, results: Array) -> None:
        """Make it for so many updates, and keep the result of each.

        Args:
            results: Where, (updates, *result.shape).
        """
