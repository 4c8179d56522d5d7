"""The tape: one update of a network as a list of named operations.

Layers, losses, penalties and update rules each contribute operations.  An operation has a symbol, an expression of what
it computes, and the NumPy calls that compute it into a preallocated buffer.  The trainer runs the calls of the list in
one loop; a stepper runs the same operations with stops in between; explanations of an update read their expressions.
There is no second forward or backward pass.

Arrays inside a tape are feature-major: (units, examples), as in the lecture's z = W x + b with examples as columns.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from tui_ann.engine.arrays import Array as Array
from tui_ann.engine.arrays import cast_to
from tui_ann.engine.expression import Expression, expression
from tui_ann.engine.kernel.opcodes import BINARY, Opcode, computes
from tui_ann.engine.kernel.updates import Call as Call
from tui_ann.text.symbols import Role, Symbol


def run_calls(calls: Iterable[Call]) -> None:
    """Make the calls in order, without warnings: infinities and NaN are found when losses are checked."""
    with np.errstate(all="ignore"):
        for call, args in calls:
            call(*args)


@computes(Opcode.MAXIMUM, BINARY)
def maximum(x: Array, y: Array, out: Array) -> None:
    """Put max(x, y) into out: np.maximum takes `out` only by keyword."""
    np.maximum(x, y, out=out)


@computes(Opcode.MINIMUM, BINARY)
def minimum(x: Array, y: Array, out: Array) -> None:
    """Put min(x, y) into out, like `maximum`."""
    np.minimum(x, y, out=out)


class Phase(StrEnum):
    """The part of an update that an operation belongs to."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """One named step of an update."""

    symbol: Symbol
    """What it computes, in the lecture's letters: `z1`, `a1`, `dz1`, `dW1` …"""
    expression: Expression
    """How: `W1 x + b1`."""
    result: Array
    """The buffer, or a view of one, with the value after it has run."""
    calls: tuple[Call, ...]
    """The NumPy calls in order; none if the value is already there (a linear unit's a is its z)."""
    phase: Phase
    """Forward, loss, backward or update."""
    layer: int = 0
    """Position in the list of layers, counted from 1; 0 for the whole network."""
    title: str = ""
    """What it computes, in words; empty for bookkeeping, which is not shown."""
    tangents: Mapping[Symbol, Expression] = field(default_factory=dict)
    """How the result changes with an operand, as an expression of that change, `CHANGE`.

    Given if a formula in terms of the result is exact for any input; else the expression itself is differentiated.
    """
    safe: Expression | None = None
    """The same written so that large numbers do not overflow; None if the expression itself does not."""
    make: Callable[[], None] | None = None
    """Makes its calls as the run does, so that an operation stepped through has its bits; None: NumPy makes them."""

    def run(self) -> None:
        """Compute the result."""
        if self.make is None:
            run_calls(self.calls)
        else:
            self.make()


CHANGE = expression(Symbol("change"))
"""The change of an operand, in `Operation.tangents`."""


class Tape:
    """Operations in the order in which they run.

    Args:
        operations: The operations.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations: tuple[Operation, ...] = tuple(operations)
        self.calls: tuple[Call, ...] = tuple(call for operation in self.operations for call in operation.calls)
        """All operations' calls in one list, for the trainer's loop."""

    def run(self) -> None:
        """Run every operation."""
        for operation in self.operations:
            operation.run()

    def bound_calls(self, substitutes: Mapping[int, Array]) -> tuple[Call, ...]:
        """The flat calls with some arrays replaced, such as one batch's inputs by the next batch's.

        Args:
            substitutes: `id` of an array on this tape → the array to use in its place, of the same shape.
        """
        return _substituted(self.calls, substitutes)

    def bound(self, substitutes: Mapping[int, Array]) -> "Tape":
        """This tape on other arrays, with its operations, for stepping."""
        return Tape(
            replace(
                operation,
                result=substitutes.get(id(operation.result), operation.result),
                calls=_substituted(operation.calls, substitutes),
            )
            for operation in self.operations
        )


def _substituted(calls: Sequence[Call], substitutes: Mapping[int, Array]) -> tuple[Call, ...]:
    """`calls` with arguments replaced by identity; the arguments of a call that names none of them are shared.

    A bound method such as `A.dot` counts as naming the array it belongs to.
    """
    bound: list[Call] = []
    for call, args in calls:
        owner = getattr(call, "__self__", None)
        if id(owner) in substitutes:
            call = getattr(substitutes[id(owner)], call.__name__)
        # Most calls use none of the arrays; checking that once is faster than rebuilding them all.
        if not substitutes.keys().isdisjoint(map(id, args)):
            args = tuple(substitutes.get(id(arg), arg) for arg in args)
        bound.append((call, args))
    return tuple(bound)


class TapeBuilder:
    """Collects operations and allocates their buffers, for one batch size.

    Args:
        batch_size: Examples in the batch.
        dtype: Working precision.
    """

    def __init__(self, batch_size: int, dtype: np.dtype[Any]) -> None:
        self.batch_size = batch_size
        self.dtype = dtype
        self.operations: list[Operation] = []

    def buffer(self, rows: int) -> Array:
        """A zeroed (rows, batch) buffer."""
        return np.zeros((rows, self.batch_size), self.dtype)

    def constant(self, value: float) -> Array:
        """A number as a 0-d array: multiplying by it is faster than by a Python float and keeps float32."""
        return cast_to(value, self.dtype)

    def emit(
        self,
        phase: Phase,
        layer: int,
        symbol: Symbol,
        expression: Expression,
        result: Array,
        calls: Iterable[Call] = (),
        *,
        title: str = "",
        tangents: Mapping[Symbol, Expression] | None = None,
        safe: Expression | None = None,
    ) -> Array:
        """Append an operation and return its result; the arguments are those of `Operation`."""
        made = Operation(symbol, expression, result, tuple(calls), phase, layer, title, tangents or {}, safe)
        self.operations.append(made)
        return result


GRADIENT = Symbol("L", role=Role.GRADIENT)
"""∂L/∂θ, the gradient of all parameters."""


def accumulate(total: Array, share: str, calls: Iterable[Call], symbol: Symbol = GRADIENT) -> Operation:
    """The operation that adds a share of a gradient to it.

    Args:
        total: The gradient (P,).
        share: Name of what is added.
        calls: The calls that add it.
        symbol: What is added up.
    """
    sum_ = expression(symbol) + expression(Symbol(share, role=Role.GRADIENT))
    return Operation(symbol, sum_, total, tuple(calls), Phase.BACKWARD)


def quantity(letter: str, number: int = 0) -> Expression:
    """A quantity by its letter and the number of its layer, to write expressions with."""
    return expression(Symbol(letter, number))
