"""Divides the calls of an update: into stretches that the C kernel runs, and calls that only Python can make."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from tui_ann.engine.kernel.instruction import Instruction, Table, table
from tui_ann.engine.kernel.per_update import PerUpdate
from tui_ann.engine.kernel.translator import translated
from tui_ann.engine.kernel.updates import Call


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

    @property
    def stop(self) -> int:
        """Index of the call after its last one."""
        return self.place + (len(self.instructions) or 1)


def segments(first: Sequence[Call], second: Sequence[Call], last: Sequence[Call], count: int) -> list[Segment]:
    """The calls of `count` updates, divided.

    Args:
        first: The calls of the first update.
        second: Of the second; of the first, if there is only one.
        last: Of the last.
        count: Number of updates.
    """
    one = [_instruction(call) for call in first]
    two, end = _again(one, first, second), _again(one, first, last)
    found: list[Segment] = []
    for by_python, group in groupby(range(len(first)), lambda place: one[place] is None):
        places = list(group)
        if by_python:
            found += [Segment(place, call=first[place]) for place in places]
            continue
        mine, next_, final = ([x for x in every[places[0] : places[-1] + 1] if x] for every in (one, two, end))
        found.append(Segment(places[0], mine, table(mine, next_, final, count)))
    return found


_Found = Sequence[Instruction | None]


def _again(known: _Found, first: Sequence[Call], other: Sequence[Call]) -> _Found:
    """The instructions of another update; most of its calls are those of the first."""
    return [
        made if call[0] is of_first[0] and call[1] is of_first[1] else _instruction(call)
        for made, of_first, call in zip(known, first, other, strict=True)
    ]


def _instruction(call: Call) -> Instruction | None:
    return None if isinstance(call[0], PerUpdate) else translated(call)
