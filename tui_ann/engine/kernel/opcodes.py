"""The opcodes: which instruction of the C kernel each callable of a tape is.

A NumPy function is in the table below; a function of our own says its opcode where it is defined, by `computes`, or
that only Python can make it, by `python_only`.  A callable that says neither is an error.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from tui_ann.engine.kernel.opcode import Opcode as Opcode

Function = Callable[..., object]
F = TypeVar("F", bound=Function)


BINARY: dict[Function, Opcode] = {
    np.add: Opcode.ADD,
    np.subtract: Opcode.SUBTRACT,
    np.multiply: Opcode.MULTIPLY,
    np.divide: Opcode.DIVIDE,
    np.logaddexp: Opcode.LOGADDEXP,
    np.greater: Opcode.GREATER,
    np.less: Opcode.LESS,
}
"""Calls of (x, y, out)."""

UNARY: dict[Function, Opcode] = {
    np.negative: Opcode.NEGATIVE,
    np.reciprocal: Opcode.RECIPROCAL,
    np.sqrt: Opcode.SQRT,
    np.sign: Opcode.SIGN,
    np.exp: Opcode.EXP,
    np.expm1: Opcode.EXPM1,
    np.tanh: Opcode.TANH,
}
"""Calls of (x, out)."""

METHODS: dict[str, Opcode] = {"dot": Opcode.DOT, "fill": Opcode.FILL}
"""Bound methods of an array: `A.dot(x, out)`, `out.fill(value)`."""

UFUNC_METHODS: dict[tuple[Any, str], Opcode] = {
    (np.add, "reduce"): Opcode.SUM,
    (np.maximum, "reduce"): Opcode.LARGEST,
}
"""Calls of (x, axis, None, out) or (x, axis, None, out, True)."""

IN_PLACE: dict[Function, Opcode] = {}
"""Calls of (x) or (x, y) that change x."""

PYTHON_ONLY: set[Function] = set()
"""Functions that no instruction computes, such as products on threads: Python calls them, whatever the kernel."""


def computes(opcode: Opcode, table: dict[Function, Opcode]) -> Callable[[F], F]:
    """Declare the opcode of a function of our own.

    Args:
        opcode: The opcode.
        table: What its arguments are: `BINARY`, `UNARY` or `IN_PLACE`.
    """

    def declare(function: F) -> F:
        table[function] = opcode
        return function

    return declare


def python_only(function: F) -> F:
    """Declare that no instruction computes a function."""
    PYTHON_ONLY.add(function)
    return function
