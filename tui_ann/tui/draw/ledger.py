"""The ledger of an update as lines: every part with its numbers in short, phase by phase."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array, Phase
from tui_ann.engine.trace import Part
from tui_ann.text import cell_width, clean
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import spelled, spelled_formula

PHASES = {
    Phase.FORWARD: "Forward, the signal →",
    Phase.LOSS: "Loss",
    Phase.BACKWARD: "← Backward, the error",
    Phase.UPDATE: "Update",
}
"""What stands above the parts of a phase."""
_MARKS = {"done": "✓", "current": "▶", "ahead": "·"}
_ROOMY = 36
"""Cells from which on the shapes have a column."""
_MOST = 64
"""Numbers of an array that are written at all: more fit in no line."""


@dataclass(frozen=True)
class Entry:
    """One line: the title of a phase, or a part by its index in the trace."""

    phase: Phase
    part: int | None = None


def entries(parts: Sequence[Part]) -> list[Entry]:
    """The lines of a ledger: a title wherever another phase begins.

    Args:
        parts: The parts of the update.
    """
    lines: list[Entry] = []
    for index, part in enumerate(parts):
        if not lines or lines[-1].phase is not part.phase:
            lines.append(Entry(part.phase))
        lines.append(Entry(part.phase, index))
    return lines


def symbol_width(parts: Sequence[Part]) -> int:
    """Cells of the widest symbol.

    Args:
        parts: The parts of the update.
    """
    return max((cell_width(spelled(part.symbol)) for part in parts), default=0)


def shape_text(value: Array) -> str:
    """The shape of a part's value: 3×2; 8 of 3×3 for Jacobians, nothing for a single number."""
    if value.size == 1:
        return ""
    if value.ndim == 3:
        return f"{len(value)} of {value.shape[1]}×{value.shape[2]}"
    return "×".join(map(str, value.shape)) if value.ndim == 2 else f"{len(value)}×1"


def short_value(value: Array, decimals: int, width: int) -> str:
    """Numbers in one line: 1.4, (1, 2, 1.5), [0.16 0.32; 0.12 0.24; …].

    Args:
        value: Any array.
        decimals: Decimals at most.
        width: Cells at most; what does not fit leaves "…".
    """
    if value.size == 1:
        return clean(shown(value.item(), decimals), width)
    table = value[0] if value.ndim == 3 else value
    if table.ndim == 2 and table.shape[1] > 1:
        words = [
            "; " * (column == 0 and row > 0) + shown(table[row, column], decimals)
            for row in range(min(len(table), _MOST))
            for column in range(min(table.shape[1], _MOST))
        ]
        return _joined(words, "[]", " ", table.size, width)
    return _joined([shown(number, decimals) for number in table.ravel()[:_MOST]], "()", ", ", table.size, width)


def _joined(words: Sequence[str], brackets: str, between: str, total: int, width: int) -> str:
    text = brackets[0]
    for index, word in enumerate(words):
        piece = word if index == 0 or word.startswith(";") else between + word
        rest = "" if index == total - 1 else " …"
        if cell_width(text) + cell_width(piece) + len(rest) + 1 > width:
            return clean(f"{text}{'' if index == 0 else ' '}…{brackets[1]}", width)
        text += piece
    return clean(f"{text}{'' if len(words) == total else ' …'}{brackets[1]}", width)


def line(part: Part, state: str, told: bool, decimals: int, widest: int, width: int) -> tuple[str, str, str, str]:
    """A part as a line: its mark, its symbol, its numbers or how they come about, its shape.

    Args:
        part: The part.
        state: `done`, `current` or `ahead`.
        told: Whether its numbers may be seen.
        decimals: Decimals at most.
        widest: Cells for the symbol.
        width: Cells of the line.
    """
    symbol, shape = spelled(part.symbol), shape_text(part.value) if width >= _ROOMY else ""
    room = max(0, width - widest - 5 - (cell_width(shape) + 2 if shape else 0))
    middle = short_value(part.value, decimals, room) if told else clean(formula(part), room)
    mark = "✗" if told and not np.isfinite(part.value).all() else _MARKS[state]
    return f" {mark} ", symbol + " " * (widest - cell_width(symbol) + 2), middle, shape


def formula(part: Part) -> str:
    """How a part comes about, in symbols; those of an activation with the number of its layer."""
    match = re.fullmatch(r"(?:a|g_prime)(\d+)", part.symbol)
    text = re.sub(r"\b([za])\b", rf"\g<1>{match[1]}", part.formula) if match else part.formula
    return spelled_formula(text)
