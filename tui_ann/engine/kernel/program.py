"""Programs: the calls of a tape as tables of instructions, whole windows at a time.

Calls without an instruction divide an update into segments.  If those are only calls that Python can make ahead, such
as the draws of dropout masks, the whole window is one program; else Python runs the segments of each update in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.kernel.instruction import Instruction, Table, address_of, table
from tui_ann.engine.kernel.library import Library
from tui_ann.engine.kernel.opcode import OPERANDS
from tui_ann.engine.kernel.per_update import PerUpdate
from tui_ann.engine.kernel.translator import translated
from tui_ann.engine.kernel.updates import FLUSH_EVERY, Call, Updates

AHEAD = 1 << 15
"""Numbers that Python computes ahead at a time."""
_STEP = 3


@dataclass(frozen=True, eq=False)
class Segment:
    """Consecutive calls of an update that all have an instruction, or a single one that has none."""

    place: int
    """Index of its first call."""
    instructions: Sequence[Instruction] = ()
    """Those of the first update, which keep their arrays alive; none if Python makes the call."""
    table: Table = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    """The same for all updates."""
    call: Call | None = None
    """The call that Python makes, as in the first update."""


def segments(first: Sequence[Call], second: Sequence[Call], last: Sequence[Call], count: int) -> list[Segment]:
    """The calls of `count` updates, divided.

    Args:
        first: The calls of the first update.
        second: Of the second; of the first, if there is only one.
        last: Of the last.
        count: Number of updates.
    """
    one = _instructions(first)
    two, end = (_instructions(second), _instructions(last)) if count > 1 else (one, one)
    found: list[Segment] = []
    for by_python, group in groupby(range(len(first)), lambda place: one[place] is None):
        places = list(group)
        if by_python:
            found += [Segment(place, call=first[place]) for place in places]
            continue
        mine, next_, final = ([x for x in every[places[0] : places[-1] + 1] if x] for every in (one, two, end))
        found.append(Segment(places[0], mine, table(mine, next_, final, count)))
    return found


def _instructions(calls: Sequence[Call]) -> list[Instruction | None]:
    return [None if isinstance(call[0], PerUpdate) else translated(call) for call in calls]


def mixed_calls(library: Library, parts: Sequence[Segment], updates: Sequence[Sequence[Call]]) -> list[list[Call]]:
    """The calls that Python makes in each update: one for each segment.

    Args:
        library: The interpreter.
        parts: The segments of an update.
        updates: The calls of every update.
    """
    runs = [_Run(library, part) if part.call is None else None for part in parts]
    return [
        [(run, (index,)) if run else calls[part.place] for run, part in zip(runs, parts, strict=True)]
        for index, calls in enumerate(updates)
    ]


class _Run:
    """Runs a segment of one update."""

    def __init__(self, library: Library, part: Segment) -> None:
        self._run, self._part = library.run_held, part
        self._start = part.table.ctypes.data, len(part.table)

    def __call__(self, index: int) -> None:
        self._run(*self._start, index, 1, None, 0, 1, 1)


class Program(Updates):
    """All updates of a window as one program.

    Args:
        library: The interpreter.
        parts: The segments of an update, which must fit.
        flushes: Those of the calls that are due every `FLUSH_EVERY` updates.
    """

    def __init__(self, library: Library, parts: Sequence[Segment], flushes: Sequence[Segment]) -> None:
        self._run = library.run
        self._parts = parts
        empty = np.zeros((0, 1), np.int64)
        self._table = np.vstack([part.table for part in parts if part.call is None])
        self._flush = np.vstack([part.table for part in flushes]) if flushes else empty
        self._flushes = flushes
        calls = [part.call[0] for part in parts if part.call]
        self._ahead = [_Ahead(call, self._table) for call in calls if isinstance(call, PerUpdate)]
        self._most = min((ahead.most for ahead in self._ahead), default=1 << 62)
        self._program = self._table.ctypes.data, len(self._table)
        self._flush_program = self._flush.ctypes.data, len(self._flush)

    @staticmethod
    def fits(parts: Sequence[Segment]) -> bool:
        """Whether Python need not be asked between two updates."""
        return all(part.call is None or isinstance(part.call[0], PerUpdate) for part in parts)

    def run(self, first: int, count: int, number: int) -> int:
        """Make updates first … first + count − 1; see `Updates.run`."""
        done = 0
        while done < count:
            some = min(count - done, self._most)
            for ahead in self._ahead:
                ahead.prepare(first + done, some)
            self._run(*self._program, first + done, some, *self._flush_program, number + done, FLUSH_EVERY)
            done += some
        return count


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
        at, size = result.__array_interface__["data"][0], result.nbytes
        self._readers = [
            (row, column, int(program[row, column]) - at)
            for row in range(len(program))
            for column in map(address_of, range(OPERANDS))
            if size and at <= program[row, column] < at + size
        ]
        self._address, self._step = self._results.ctypes.data, result.nbytes
        for row, column, _ in self._readers:
            program[row, column + _STEP] = self._step

    def prepare(self, first: int, count: int) -> None:
        """Compute the results of updates first … first + count − 1 of the window."""
        self._call.ahead(self._results[:count])
        for row, column, offset in self._readers:
            self._program[row, column] = self._address + offset - first * self._step
        self._call.result[...] = self._results[count - 1]
