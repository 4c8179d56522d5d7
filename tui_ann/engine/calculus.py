"""The value and the derivative of an expression: two walks over its tree.

Differentiation is in forward mode: given the change of each symbol, `tangent` is the change of the expression, itself
an expression.  Each function is declared once, with its value and its derivative.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.arrays import Array
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
from tui_ann.engine.functions import Cases, Function, Given, Total, exp
from tui_ann.engine.notation import Axis
from tui_ann.text.symbols import Symbol

Value = Array | float
"""A number stays a Python float, so that it does not widen float32 arrays."""

erf = np.frompyfunc(math.erf, 1, 1)
"""The error function, elementwise, from the standard library."""


def evaluate(tree: Expression, values: Mapping[Symbol, Value]) -> Value:
    """The value of an expression.

    Args:
        tree: The expression.
        values: Arrays of its symbols: (units, b), (units, 1), (1, b), (neurons, inputs) or 0-d, or Jacobians
            (b, units, units).

    Raises:
        KeyError: If a symbol has no value.
        TypeError: If it contains something without a value, such as random numbers.
    """
    return value_of(tree, [evaluate(part, values) for part in tree.parts], values)


def value_of(tree: Expression, of_parts: Sequence[Value], values: Mapping[Symbol, Value]) -> Value:
    """The value of a node of an expression from those of its parts.

    Args:
        tree: The node.
        of_parts: The value of each of its parts.
        values: Arrays of symbols, as `evaluate` takes them.

    Raises:
        KeyError: If it is a symbol without a value.
        TypeError: If it has no value, such as random numbers.
    """
    match tree, of_parts:
        case Number(value) | Constant(_, value, _), _:
            return value
        case Values(array), _:
            return array
        case Quantity(symbol, index, _), _:
            whole = values[symbol]
            return float(np.asarray(whole)[tuple(place - 1 for place in index)]) if index else whole
        case Sum(), (first, *others):
            for other in others:
                first = first + other
            return first
        case Negative(), (inside,):
            return -inside
        case Product(), (left, right):
            return left * right
        case Quotient(), (left, right):
            return left / right
        case Power(), (left, right):
            raised: Value = left**right
            return raised
        case Root(), (inside,):
            return math.sqrt(inside) if isinstance(inside, float) else np.sqrt(inside)
        case Transpose(), (inside,):
            return np.swapaxes(np.asarray(inside), -1, -2)
        case MatrixProduct(), (left, right):
            return matrix_product(np.asarray(left), np.asarray(right))
        case Total(_, over), (inside,):
            return summed(np.asarray(inside), over)
        case Function(name, _), _:
            return FUNCTIONS[name].value(*of_parts)
        case Cases(), (positive, then, otherwise):
            return np.where(np.asarray(positive) > 0, then, otherwise)
    raise TypeError(f"{type(tree).__name__} has no value")


def matrix_product(left: Array, right: Array) -> Array:
    """The product of two matrices; of Jacobians (b, units, units) and a column for each example, each with its own."""
    product: Array = np.einsum("eij,je->ie", left, right) if left.ndim == 3 else left @ right
    return product


def summed(values: Array, over: Axis) -> Array:
    """The sum of an array over an axis, of which one place is left."""
    axes: dict[Axis, int | tuple[int, int]] = {Axis.UNITS: 0, Axis.EXAMPLES: 1, Axis.ENTRIES: (0, 1)}
    total: Array = np.add.reduce(values, axis=axes[over], keepdims=True)
    return total


def tangent(tree: Expression, of: Mapping[Symbol, Expression]) -> Expression | None:
    """The first-order change of an expression when its symbols change.

    Args:
        tree: The expression.
        of: The changes of symbols; those without an entry are constant.

    Returns:
        The change, linear in the changes of `of`, or None if nothing in it changes.
    """
    match tree:
        case Quantity(symbol, _, _):
            return of.get(symbol)
        case Number() | Constant() | Values() | Given():
            return None
        case Sum(terms):
            return _sum([tangent(term, of) for term in terms])
        case Negative(inside):
            return _mapped(tangent(inside, of), Negative)
        case Product(left, right):
            return _sum([
                _mapped(tangent(left, of), lambda change: Product(change, right)),
                _mapped(tangent(right, of), lambda change: Product(left, change)),
            ])  # fmt: skip
        case MatrixProduct(left, right):
            return _sum([
                _mapped(tangent(left, of), lambda change: MatrixProduct(change, right)),
                _mapped(tangent(right, of), lambda change: MatrixProduct(left, change)),
            ])  # fmt: skip
        case Quotient(left, right):
            below = tangent(right, of)
            return _sum([
                _mapped(tangent(left, of), lambda change: change / right),
                None if below is None else -(tree * below / right),
            ])  # fmt: skip
        case Power(left, Number(exponent)):
            factor = exponent * (left if exponent == 2 else left ** (exponent - 1))
            return _mapped(tangent(left, of), lambda change: factor * change)
        case Root(inside):
            return _mapped(tangent(inside, of), lambda change: change / (2 * tree))
        case Transpose(inside):
            return _mapped(tangent(inside, of), Transpose)
        case Total(inside, over):
            return _mapped(tangent(inside, of), lambda change: Total(change, over))
        case Function(name, arguments):
            shares = FUNCTIONS[name].derivatives
            changes = [tangent(argument, of) for argument in arguments]
            return _sum([
                None if change is None else share(*arguments) * change
                for share, change in zip(shares, changes, strict=True)
            ])  # fmt: skip
        case Cases(positive, then, otherwise):
            upper, lower = tangent(then, of), tangent(otherwise, of)
            if upper is None and lower is None:
                return None
            return Cases(positive, upper or Number(0.0), lower or Number(0.0))
    raise TypeError(f"{type(tree).__name__} has no derivative")


def _mapped(change: Expression | None, rule: Callable[[Expression], Expression]) -> Expression | None:
    return None if change is None else rule(change)


def _sum(changes: list[Expression | None]) -> Expression | None:
    found = [change for change in changes if change is not None]
    return found[0] if len(found) == 1 else Sum(tuple(found)) if found else None


@dataclass(frozen=True)
class Primitive:
    """A function that formulas may call."""

    value: Callable[..., Value]
    """Its value, from the values of its arguments."""
    derivatives: tuple[Callable[..., Expression], ...] = ()
    """Its derivative with respect to each argument, from the arguments; empty if it is never differentiated."""
    elementwise: bool = True
    """Whether it acts elementwise; else on all units of an example together."""


def _numeric(function: Callable[..., Array]) -> Callable[..., Value]:
    """A NumPy function that gives a Python float for Python floats."""

    def value(*arguments: Value) -> Value:
        result = function(*arguments)
        return float(result) if all(isinstance(argument, float) for argument in arguments) else result

    return value


def _erf(x: Value) -> Array:
    return np.asarray(erf(x), np.asarray(x).dtype)


def _largest(x: Array) -> Array:
    """(units, b) → (1, b)."""
    most: Array = np.maximum.reduce(x, 0, keepdims=True)
    return most


def _diagonal(x: Array) -> Array:
    """(units, b) → a diagonal matrix for each example (b, units, units)."""
    matrices: Array = x.T[:, :, None] * np.eye(len(x), dtype=x.dtype)
    return matrices


def _outer(x: Array, y: Array) -> Array:
    """Two (units, b) → their outer product for each example (b, units, units)."""
    products: Array = np.einsum("ie,je->eij", x, y)
    return products


FUNCTIONS: dict[str, Primitive] = {
    "exp": Primitive(_numeric(np.exp), (exp,)),
    "ln": Primitive(_numeric(np.log), (lambda x: 1 / x,)),
    "abs": Primitive(_numeric(np.abs), (lambda x: Function("sign", (x,)),)),
    "sign": Primitive(_numeric(np.sign), (lambda x: Number(0.0),)),
    "tanh": Primitive(_numeric(np.tanh), (lambda x: 1 - Function("tanh", (x,)) ** 2,)),
    "erf": Primitive(_numeric(_erf), (lambda x: 2 / math.sqrt(math.pi) * exp(-(x**2)),)),
    "max": Primitive(
        _numeric(np.maximum),
        (lambda x, y: Cases(x - y, Number(1.0), Number(0.0)), lambda x, y: Cases(y - x, Number(1.0), Number(0.0))),
    ),
    "min": Primitive(
        _numeric(np.minimum),
        (lambda x, y: Cases(y - x, Number(1.0), Number(0.0)), lambda x, y: Cases(x - y, Number(1.0), Number(0.0))),
    ),
    "largest": Primitive(_largest),
    "diag": Primitive(_diagonal, elementwise=False),
    "outer": Primitive(_outer, elementwise=False),
}
"""Every function by name."""
