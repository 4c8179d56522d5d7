"""The two kernels: NumPy makes the calls of a tape one by one, the C kernel makes many updates in one call.

A run has one kernel.  It runs all its updates, those that are stepped through as well, because the two differ in
rounding: NumPy sums products in the order of its BLAS, the C kernel from left to right.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from tui_ann.engine.kernel.library import Library
from tui_ann.engine.kernel.program import MixedUpdates, Program
from tui_ann.engine.kernel.segments import segments
from tui_ann.engine.kernel.updates import Bind, Call, CallByCall, Updates


class Kernel(ABC):
    """What runs the calls of a tape."""

    name: str
    """As `run.json` and `TUI_ANN_KERNEL` have it."""
    label: str
    """As `--version` has it."""
    runs_programs = False
    """Whether many updates cost little more than one, so that windows should be long."""

    @abstractmethod
    def updates(self, bind: Bind, count: int, flush: Sequence[Call]) -> Updates:
        """Prepare updates that differ only in the arrays of their batch.

        Args:
            bind: The calls of each.
            count: Their number, at least 1.
            flush: Calls due every `FLUSH_EVERY` updates; see `Updates.run`.
        """


class NumpyKernel(Kernel):
    """Makes the calls one by one."""

    name = "numpy"
    label = "NumPy"

    def updates(self, bind: Bind, count: int, flush: Sequence[Call]) -> Updates:
        """The calls of every update."""
        return _OneByOne([tuple(bind(index)) for index in range(count)])


class CKernel(Kernel):
    """Translates the calls into a program for the compiled interpreter.

    Args:
        library: The interpreter.
    """

    name = "c"
    label = "C"
    runs_programs = True

    def __init__(self, library: Library) -> None:
        self._library = library

    def updates(self, bind: Bind, count: int, flush: Sequence[Call]) -> Updates:
        """A program of all calls, or one of each stretch of calls between those that only Python can make."""
        parts = segments(bind(0), bind(min(1, count - 1)), bind(count - 1), count)
        flushes = segments(flush, flush, flush, 1)
        if Program.fits(parts) and Program.fits(flushes):
            return Program(self._library, parts, flushes)
        return MixedUpdates(self._library, parts, [bind(index) for index in range(count)])


class _OneByOne(CallByCall):
    """Updates whose calls Python makes."""

    def step(self, index: int, places: range) -> None:
        """Make some of the calls of one update."""
        with np.errstate(all="ignore"):
            for call, args in self.calls[index][places.start : places.stop]:
                call(*args)


NUMPY = NumpyKernel()
"""The kernel that is always there."""
