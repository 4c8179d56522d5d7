"""Updates as programs for the C kernel.

If Python need not be asked within an update, but for calls that it can make ahead, such as the draws of dropout masks,
many updates are one call of the library.  Else Python runs the segments of each update in turn.
"""

from collections.abc import Sequence

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.kernel.instruction import Table, address_of
from tui_ann.engine.kernel.library import Library
from tui_ann.engine.kernel.opcode import OPERAND, OPERANDS
from tui_ann.engine.kernel.per_update import PerUpdate
from tui_ann.engine.kernel.segments import Segment
from tui_ann.engine.kernel.updates import FLUSH_EVERY, Call, CallByCall, Updates

AHEAD = 1 << 15
"""Numbers that Python computes ahead at a time."""


class Program(Updates):
    """Updates that the library makes many at a time.

    Args:
        library: The interpreter.
        parts: The segments of an update, which must fit.
        flushes: Those of the calls that are due every `FLUSH_EVERY` updates.
    """

    def __init__(self, library: Library, parts: Sequence[Segment], flushes: Sequence[Segment]) -> None:
        self._library, self._arrays = library, (parts, flushes)
        self._table, self._flush = _joined(parts), _joined(flushes)
        self._ahead = {
            part.place: _Ahead(part.call[0], self._table)
            for part in parts
            if part.call and isinstance(part.call[0], PerUpdate)
        }
        self._most = min((ahead.most for ahead in self._ahead.values()), default=1 << 62)
        self._program = self._table.ctypes.data, len(self._table)
        self._flush_program = self._flush.ctypes.data, len(self._flush)
        self._rows = np.cumsum([0, *(place not in self._ahead for place in range(parts[-1].stop))]).tolist()
        """The row of the table for each call."""

    @staticmethod
    def fits(parts: Sequence[Segment]) -> bool:
        """Whether Python need not be asked between two updates."""
        return all(part.call is None or isinstance(part.call[0], PerUpdate) for part in parts)

    def run(self, first: int, count: int, number: int) -> int:
        """Make updates first … first + count − 1; see `Updates.run`."""
        done = 0
        while done < count:
            some = min(count - done, self._most)
            for ahead in self._ahead.values():
                ahead.prepare(first + done, some)
            self._library.run(*self._program, first + done, some, *self._flush_program, number + done, FLUSH_EVERY)
            done += some
        return count

    def step(self, index: int, places: range) -> None:
        """Make some of the calls of one update; see `Updates.step`."""
        for place in places:
            if place in self._ahead:
                self._ahead[place].prepare(index, 1)
        first, stop = self._rows[places.start], self._rows[places.stop]
        self._library.run_held(_row(self._table, first), stop - first, index, 1, None, 0, 1, 1)


class MixedUpdates(CallByCall):
    """Updates of which Python makes some calls, and the library the segments between them.

    Args:
        library: The interpreter.
        parts: The segments of an update.
        updates: The calls of every update.
    """

    def __init__(self, library: Library, parts: Sequence[Segment], updates: Sequence[Sequence[Call]]) -> None:
        self._library, self._parts = library, parts
        runs = [_Run(library, part) if part.call is None else None for part in parts]
        super().__init__(
            [
                [(run, (index,)) if run else calls[part.place] for run, part in zip(runs, parts, strict=True)]
                for index, calls in enumerate(updates)
            ]
        )

    def step(self, index: int, places: range) -> None:
        """Make some of the calls of one update; see `Updates.step`."""
        for part, (call, args) in zip(self._parts, self.calls[index], strict=True):
            first, stop = max(part.place, places.start), min(part.stop, places.stop)
            if first >= stop:
                continue
            if part.call is None:
                start = _row(part.table, first - part.place)
                self._library.run_held(start, stop - first, index, 1, None, 0, 1, 1)
            else:
                with np.errstate(all="ignore"):
                    call(*args)


class _Run:
    """Runs a segment of one update."""

    def __init__(self, library: Library, part: Segment) -> None:
        self._run, self._part = library.run_held, part
        self._program = part.table.ctypes.data, len(part.table)

    def __call__(self, index: int) -> None:
        self._run(*self._program, index, 1, None, 0, 1, 1)


class _Ahead:
    """What a call of Python computes for the next updates, and the operands of a program that read it.

    Args:
        call: The call.
        program: The table, whose operands are moved to the results.
    """

    def __init__(self, call: PerUpdate, program: Table) -> None:
        self._call, self._program = call, program
        result = call.result
        self.most = max(1, AHEAD // max(1, result.size))
        """Updates at a time."""
        self._results: Array = np.zeros((self.most, *result.shape), result.dtype)
        at, size = result.ctypes.data, result.nbytes
        addresses = [address_of(place) for place in range(OPERANDS)]
        found = np.argwhere((at <= program[:, addresses]) & (program[:, addresses] < at + size)).tolist()
        self._readers = [(row, addresses[place], int(program[row, addresses[place]]) - at) for row, place in found]
        self._address, self._step = self._results.ctypes.data, result.nbytes
        for row, column, _ in self._readers:
            program[row, column + OPERAND - 1] = self._step

    def prepare(self, first: int, count: int) -> None:
        """Compute the results of updates first … first + count − 1 of the window."""
        self._call.ahead(self._results[:count])
        for row, column, offset in self._readers:
            self._program[row, column] = self._address + offset - first * self._step
        self._call.result[...] = self._results[count - 1]


def _joined(parts: Sequence[Segment]) -> Table:
    """The instructions of all segments."""
    tables = [part.table for part in parts if part.call is None]
    return np.vstack(tables) if tables else np.zeros((0, 1), np.int64)


def _row(table: Table, row: int) -> int:
    """The address of a row of a table."""
    return table.ctypes.data + row * table.strides[0]
