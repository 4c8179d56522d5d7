"""The ledger of an update as lines: every part with its numbers, shortened, phase by phase."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.inspect.part import LOSSES_SYMBOL, Part
from tui_ann.engine.notation import SpelledText
from tui_ann.engine.readability import reads_as_power
from tui_ann.engine.tape import Array, Phase
from tui_ann.text import ELLIPSIS, cell_width, clean
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import spelled

PHASES = {
    Phase.FORWARD: "Forward, the signal →",
    Phase.LOSS: "Loss",
    Phase.BACKWARD: "← Backward, the error",
    Phase.UPDATE: "Update",
}
"""Titles of the phases."""
_MARKS = {"done": "✓", "current": "▶", "ahead": "·", "unmade": "–"}
_ROOMY = 36
"""Minimum width for a column of shapes."""


@dataclass(frozen=True)
class LedgerLine:
    """One line: the heading of a phase, or a part by its index in the trace."""

    phase: Phase
    part: int | None = None


def entries(parts: Sequence[Part]) -> list[LedgerLine]:
    """The lines of a ledger, with a heading at the start of each phase.

    Args:
        parts: The parts of the update.
    """
    lines: list[LedgerLine] = []
    for index, part in enumerate(parts):
        if not lines or lines[-1].phase is not part.phase:
            lines.append(LedgerLine(part.phase))
        lines.append(LedgerLine(part.phase, index))
    return lines


def symbol_width(parts: Sequence[Part]) -> int:
    """Width of the widest symbol in cells.

    Args:
        parts: The parts of the update.
    """
    return max((cell_width(spelled(part.name)) for part in parts), default=0)


def shape_text(value: Array) -> str:
    """The shape of a part's value: 3×2; 8 of 3×3 for Jacobians, empty for a single number."""
    if value.size == 1:
        return ""
    if value.ndim == 3:
        return f"{len(value)} of {value.shape[1]}×{value.shape[2]}"
    return "×".join(map(str, value.shape)) if value.ndim == 2 else f"{len(value)}×1"


def short_value(value: Array, decimals: int, width: int) -> str:
    """The numbers of an array in one line: 1.4, (1, 2, 1.5), [0.16 0.32; 0.12 0.24; …].

    Args:
        value: Any array.
        decimals: Maximum number of decimals.
        width: Maximum width in cells; "…" replaces what does not fit.
    """
    if value.size == 1:
        return clean(shown(value.item(), decimals), width)
    table = value[0] if value.ndim == 3 else value
    if table.ndim < 2 or table.shape[1] == 1:
        pieces = ((", " * (place > 0)) + shown(number, decimals) for place, number in enumerate(table.ravel()))
        return _joined(pieces, "()", table.size, width)
    last = table.shape[1]
    pieces = (
        (" " if column else "; " * (row > 0)) + shown(table[row, column], decimals)
        for row in range(len(table))
        for column in range(last)
    )
    return _joined(pieces, "[]", table.size, width)


def _joined(pieces: Iterator[str], brackets: str, total: int, width: int) -> str:
    """Join as many pieces as fit; the others are not computed."""
    text = brackets[0]
    for index, piece in enumerate(pieces):
        rest = 1 if index == total - 1 else 3
        if cell_width(text) + cell_width(piece) + rest > width:
            return clean(f"{text}{' ' if index else ''}…{brackets[1]}", width)
        text += piece
    return clean(text + brackets[1], width)


def line(part: Part, state: str, told: bool, decimals: int, widest: int, width: int) -> tuple[str, str, str, str]:
    """A part as a line: its mark, its symbol, its numbers or formula, its shape.

    Args:
        part: The part.
        state: `done`, `current` or `ahead`; `unmade` if it is computed but not part of the run.
        told: Whether its numbers are shown.
        decimals: Maximum number of decimals.
        widest: Width of the symbol column in cells.
        width: Line width in cells.
    """
    # A loss for each example is a row, like everything else that has a column for each example.
    across = part.symbol == LOSSES_SYMBOL
    value, numbers = (part.value[None], part.clean[None]) if across else (part.value, part.clean)
    symbol, shape = spelled(part.name), shape_text(value) if width >= _ROOMY else ""
    room = max(0, width - widest - 5 - (cell_width(shape) + 2 if shape else 0))
    middle = short_value(numbers, decimals, room) if told else clean(formula(part), room)
    gap = widest - cell_width(symbol)
    if not shape and ELLIPSIS in middle:  # in a narrow pane, numbers that are cut begin right after their symbol
        room += gap
        gap, middle = 0, short_value(numbers, decimals, room) if told else clean(formula(part), room)
    mark = "✗" if told and not np.isfinite(part.value).all() else _MARKS[state]
    return f" {mark} ", symbol + " " * (gap + 2), middle, shape


def formula(part: Part) -> str:
    """The formula of a part, in symbols."""
    return part.expression.write(SpelledText("brackets" if reads_as_power(part.expression) else ""))
