"""What a number of an update is worked out from: whole matrices, or for one entry the rows and columns that meet."""

import re
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.mistakes import entry_name
from tui_ann.engine.tape import Array
from tui_ann.engine.trace import Part, UpdateTrace
from tui_ann.text.symbols import spelled

_LETTERS = {"velocity": "v", "accumulator": "s"}
"""How the state of an update rule is written, where it is not its own letter."""
_SUMS = re.compile(r"(db|dgamma|dbeta|dalpha|mu|var)\d+")
"""Sums over the examples: an entry needs a row."""


@dataclass(frozen=True, eq=False)
class Operand:
    """A quantity, or a part of it."""

    name: str
    """What it is called: W¹, or W¹ row 2."""
    value: Array


def operands(trace: UpdateTrace, index: int, entry: tuple[int, int] | None = None) -> list[Operand]:
    """What a part is made from.

    Args:
        trace: The update.
        index: The part.
        entry: Row and column of the only entry that is wanted, counted from 0.
    """
    part = trace.parts[index]
    found: list[Operand] = []
    for position, symbol in enumerate(dict.fromkeys(part.operands)):
        value = _known(trace, index, symbol)
        if value is not None:
            found.append(_needed(part, position, symbol, value, entry, trace.examples))
    slope = part.symbol.replace("dz", "g_prime")
    if re.fullmatch(r"dz\d+", part.symbol) and part.formula.endswith("· 1"):  # the factor that the formula leaves out
        value = _known(trace, index, slope)
        if value is not None:
            found.append(_needed(part, len(found), slope, value, entry, trace.examples))
    if part.symbol.endswith("_new"):
        name = part.symbol.removesuffix("_new")
        for slot, values in trace.slots_before.items():
            state = f"{_LETTERS.get(slot, slot)}_{name}"
            found.append(_needed(part, len(found), state, values[name], entry, trace.examples))
        found.append(Operand("η", np.array(trace.learning_rate)))
    return found


def _known(trace: UpdateTrace, index: int, symbol: str) -> Array | None:
    """The last value of a symbol before a part."""
    earlier = [part.value for part in trace.parts[:index] if part.symbol == symbol]
    return earlier[-1] if earlier else trace.before.get(symbol)


def _needed(
    part: Part, position: int, symbol: str, value: Array, entry: tuple[int, int] | None, examples: Array
) -> Operand:
    """As much of an operand as the entry needs."""
    if part.value.ndim == 3:  # the Jacobian of the first example
        return _column(symbol, value, 0)
    if entry is None or value.ndim == 0:
        return Operand(spelled(symbol), value)
    row, column = entry
    if re.fullmatch(r"z\d+", part.symbol):
        return (_row, _column, _entry)[position](symbol, value, (row, column, row)[position])
    if re.fullmatch(r"dW\d+", part.symbol) and "ᵀ" in part.formula:
        return _row(symbol, value, entry[position])
    if re.match(r"W\d+ᵀ ", part.formula):
        return _column(symbol, value, entry[position])
    if part.symbol == "l":
        return _column(symbol, value, row)
    if _SUMS.fullmatch(part.symbol):
        return _row(symbol, value, row)
    if "ᶻⁱ" in part.formula or "Jᵀ" in part.formula:  # softmax: all units of the example
        return _column(symbol, value, column)
    if value.ndim == 2 and value.shape[1] > 1:
        return Operand(entry_name(symbol, entry, value.shape, examples=examples), value[row, column])
    return _entry(symbol, value, row)


def _row(symbol: str, value: Array, index: int) -> Operand:
    if value.ndim < 2 or value.shape[0] == 1:
        return Operand(spelled(symbol), value)
    return Operand(f"{spelled(symbol)} row {index + 1}", value[index])


def _column(symbol: str, value: Array, index: int) -> Operand:
    if value.ndim < 2 or value.shape[1] == 1:
        return Operand(spelled(symbol), value)
    return Operand(f"{spelled(symbol)} column {index + 1}", value[:, index])


def _entry(symbol: str, value: Array, index: int) -> Operand:
    if value.size == 1:
        return Operand(spelled(symbol), value)
    return Operand(spelled(symbol, index=(index + 1,)), value.ravel()[index])
