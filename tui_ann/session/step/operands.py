"""The operands of a number in an update: whole matrices, or for one entry the rows and columns it needs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.calculus import FUNCTIONS
from tui_ann.engine.expression import (
    Constant,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Quotient,
    Root,
    Sum,
    Transpose,
    Values,
)
from tui_ann.engine.functions import Cases, Drawn, Function, Given, Total
from tui_ann.engine.inspect.answer_check import entry_name
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.notation import Axis
from tui_ann.engine.tape import Array
from tui_ann.text.symbols import Symbol, spelled


@dataclass(frozen=True, eq=False)
class Operand:
    """A quantity, or a part of it."""

    name: str
    """Its label: W¹, or W¹ row 2."""
    value: Array


@dataclass(frozen=True)
class _Slice:
    """A place in a table; None means all rows or all columns."""

    row: int | None
    column: int | None

    def __or__(self, other: "_Slice") -> "_Slice":
        """The smallest slice that contains both."""
        row = self.row if self.row == other.row else None
        return _Slice(row, self.column if self.column == other.column else None)


_WHOLE = _Slice(None, None)


def operands(trace: UpdateTrace, index: int, entry: tuple[int, int] | None = None) -> list[Operand]:
    """The operands of a part.

    Args:
        trace: The update.
        index: The part.
        entry: Row and column of the one entry, counted from 0.
    """
    part = trace.parts[index]
    if part.value.ndim == 3:  # the Jacobian of the first example
        wanted = _Slice(None, 0)
    elif entry is None:
        wanted = _WHOLE
    else:
        # The losses are shown as a column of examples but computed as a row.
        wanted = _Slice(0, entry[0]) if part.symbol == Symbol("l") else _Slice(*entry)
    needed: dict[Symbol, _Slice] = {}
    for symbol, place in _needs(part.expression, wanted):
        needed[symbol] = needed[symbol] | place if symbol in needed else place
    values = trace.clean_operands(index)
    return [_operand(symbol, np.asarray(values[symbol]), place, trace.examples) for symbol, place in needed.items()]


def _needs(tree: Expression, wanted: _Slice) -> Iterator[tuple[Symbol, _Slice]]:
    """The symbols of an expression, each with the slice of it that a slice of the value needs."""
    match tree:
        case Quantity(symbol, _, _):
            yield symbol, wanted
        case MatrixProduct(left, right):
            yield from _needs(left, _Slice(wanted.row, None))
            yield from _needs(right, _Slice(None, wanted.column))
        case Transpose(inside):
            yield from _needs(inside, _Slice(wanted.column, wanted.row))
        case Total(inside, Axis.UNITS):
            yield from _needs(inside, _Slice(None, wanted.column))
        case Total(inside, Axis.EXAMPLES):
            yield from _needs(inside, _Slice(wanted.row, None))
        case Total(inside, Axis.ENTRIES):
            yield from _needs(inside, _WHOLE)
        case Function(name, arguments):
            inner = wanted if FUNCTIONS[name].elementwise else _Slice(None, wanted.column)
            for argument in arguments:
                yield from _needs(argument, inner)
        case Sum() | Negative() | Product() | Quotient() | Power() | Root() | Cases():  # entry by entry
            for part in tree.parts:
                yield from _needs(part, wanted)
        case Number() | Constant() | Values() | Given() | Drawn():
            return
        case _:
            raise TypeError(f"no such expression: {type(tree).__name__}")


def _operand(symbol: Symbol, value: Array, wanted: _Slice, examples: Array) -> Operand:
    """The needed slice of an operand; a single row or column counts as the whole."""
    if value.ndim == 0 or value.size == 1 or wanted == _WHOLE:
        return Operand(spelled(symbol), value.item() * np.ones(()) if value.size == 1 else _plain(symbol, value))
    row = None if value.shape[0] == 1 else wanted.row
    column = None if value.shape[1] == 1 else wanted.column
    if row is not None and column is not None:
        name = entry_name(symbol, (row, column), value.shape, examples=examples)
        return Operand(name, np.asarray(value[row, column]))
    if row is not None and value.shape[1] == 1:
        return Operand(spelled(symbol, index=(row + 1,)), np.asarray(value[row, 0]))
    if row is not None:
        return Operand(f"{spelled(symbol)} row {row + 1}", value[row])
    if column is not None and value.shape[0] == 1 and wanted.row is not None:
        return Operand(entry_name(symbol, (0, column), value.shape, examples=examples), np.asarray(value[0, column]))
    if column is not None:
        return Operand(f"{spelled(symbol)} column {column + 1}", value[:, column])
    return Operand(spelled(symbol), value)


def _plain(symbol: Symbol, value: Array) -> Array:
    """A whole operand for display: a vector of units has no second axis."""
    return value[:, 0] if value.shape[1] == 1 and symbol.kind in ("b", "alpha", "gamma", "beta") else value
