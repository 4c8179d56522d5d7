"""Dust: what rounding leaves where the exact result is 0, such as 2.78e−17 for 0.1 + 0.2 − 0.3.

Whether a number is dust depends on its operands: it is at most a few units in the last place of the largest magnitude
that was added up.  A small number that comes from small numbers alone is none.  What is computed from dust alone is
dust too.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from tui_ann.engine.arrays import Array
from tui_ann.engine.calculus import FUNCTIONS, Value, evaluate, summed
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
from tui_ann.text.symbols import Symbol

ULPS = 4
"""How many units in the last place of the magnitudes that are added up count as rounding."""
_SLACK = 1 + 1e-6
"""Tolerance for the rounding of the noise itself."""

Noise = Array | float
"""How much of a value may be rounding, entry by entry; 0.0 where none is known."""


def is_dust(value: Array, noise: Noise) -> npt.NDArray[np.bool_]:
    """Which entries of a value are dust: not 0, but no larger than their noise.

    Args:
        value: Any array.
        noise: What `noise_of` gives, of a shape that fits.
    """
    level = np.where(np.isfinite(noise), noise, 0.0)
    level = level.reshape(value.shape) if level.size == value.size else level
    mask: npt.NDArray[np.bool_] = (value != 0) & (np.abs(value) <= level * _SLACK)
    return mask


def without_dust(value: Array, noise: Noise) -> Array:
    """A value with 0 instead of its dust."""
    mask = is_dust(value, noise) if _some(noise) else np.zeros((), bool)
    return np.where(mask, np.zeros((), value.dtype), value) if mask.any() else value


def noise_of(tree: Expression, values: Mapping[Symbol, Value], noises: Mapping[Symbol, Noise]) -> Noise:
    """How much of the value of an expression may be rounding where terms cancel.

    Args:
        tree: The expression.
        values: Arrays of its symbols, as `calculus.evaluate` takes them.
        noises: The noise of those that are dust.

    Returns:
        An array that fits the value; 0.0 if nothing in the expression is added up, or it has no value.
    """
    types = [value.dtype for value in values.values() if isinstance(value, np.ndarray) and value.dtype.kind == "f"]
    unit = max((float(np.finfo(each).eps) for each in types), default=float(np.finfo(float).eps))
    if any(isinstance(node, Drawn | Given) for node in tree.walk()):
        return 0.0
    with np.errstate(all="ignore"):
        return _Noise(values, noises, ULPS * unit).of(tree)


class _Noise:
    def __init__(self, values: Mapping[Symbol, Value], noises: Mapping[Symbol, Noise], unit: float) -> None:
        self._values, self._noises, self._unit = values, noises, unit

    def _size(self, tree: Expression) -> Array:
        size: Array = np.abs(np.asarray(evaluate(tree, self._values), float))
        return size

    def of(self, tree: Expression) -> Noise:
        """The noise of an expression."""
        match tree:
            case Number() | Constant() | Values():
                return 0.0
            case Quantity(symbol, index, _):
                noise = self._noises.get(symbol, 0.0)
                whole = not index or not _some(noise)
                return noise if whole else float(np.asarray(noise)[tuple(place - 1 for place in index)])
            case Sum(terms):
                largest = self._size(terms[0])
                for term in terms[1:]:
                    largest = np.maximum(largest, self._size(term))
                return _added([self.of(term) for term in terms]) + self._unit * largest
            case Negative(inside):
                return self.of(inside)
            case Transpose(inside):
                noise = self.of(inside)
                return np.swapaxes(noise, -1, -2) if isinstance(noise, np.ndarray) else noise
            case Product(left, right):
                return self._product(left, right, np.multiply)
            case MatrixProduct(left, right):
                return self._product(left, right, _matmul) + self._unit * self._summed(left, right)
            case Total(inside, over):
                noise, size = self.of(inside), self._size(inside)
                known = summed(np.broadcast_to(noise, size.shape), over) if _some(noise) else 0.0
                return known + self._unit * np.sqrt(summed(size**2, over))
            case Cases(positive, then, otherwise):
                upper, lower = self.of(then), self.of(otherwise)
                if not (_some(upper) or _some(lower)):
                    return 0.0
                return np.where(np.asarray(evaluate(positive, self._values)) > 0, upper, lower)
            case Quotient(left, right):
                below, of_left, of_right = self._size(right), self.of(left), self.of(right)
                share = self._size(left) * of_right / below**2 if _some(of_right) else 0.0
                return of_left / below + share if _some(of_left) or _some(of_right) else 0.0
            case Power(left, right):
                exponent = evaluate(right, self._values)
                return self._moved(left, lambda base: base**exponent)
            case Root(inside):
                return self._moved(inside, lambda square: np.sqrt(np.maximum(square, 0.0)))
            case Function(name, arguments):
                return self._of_function(name, arguments)
        raise TypeError(f"{type(tree).__name__} has no value")

    def _product(self, left: Expression, right: Expression, times: Callable[[Array, Array], Array]) -> Noise:
        """What the noise of each factor makes with the other factor."""
        of_left, of_right = self.of(left), self.of(right)
        total: Noise = 0.0
        if _some(of_left):
            size = self._size(left)
            total = total + times(np.broadcast_to(np.asarray(of_left), size.shape), self._size(right))
        if _some(of_right):
            size = self._size(right)
            total = total + times(self._size(left), np.broadcast_to(np.asarray(of_right), size.shape))
        return total

    def _summed(self, left: Expression, right: Expression) -> Array:
        """The magnitude of the terms of a matrix product: the root of the sum of their squares; 0 for single terms."""
        first, second = self._size(left), self._size(right)
        if first.shape[-1] == 1:
            return np.zeros(())
        return np.sqrt(_matmul(first**2, second**2))

    def _moved(self, inside: Expression, function: Callable[[Array], Array]) -> Noise:
        """How far a function of one argument moves within the noise of the argument."""
        noise = self.of(inside)
        if not _some(noise):
            return 0.0
        value = np.asarray(evaluate(inside, self._values), float)
        at = function(value)
        away = [np.abs(np.asarray(function(value + side * noise), float) - at) for side in (1.0, -1.0)]
        return np.asarray(np.fmax(*away))

    def _of_function(self, name: str, arguments: tuple[Expression, ...]) -> Noise:
        match name, arguments:
            case "outer", (x, y):
                return self._product(x, y, lambda one, other: np.asarray(FUNCTIONS["outer"].value(one, other)))
            case "max" | "min", (x, y):
                return np.asarray(np.maximum(self.of(x), self.of(y)))
            case "largest", (x,):
                noise = self.of(x)
                return _largest(np.broadcast_to(noise, self._size(x).shape)) if _some(noise) else 0.0
            case "diag", (x,):
                noise = self.of(x)
                whole = np.broadcast_to(np.asarray(noise, float), self._size(x).shape)
                return np.asarray(FUNCTIONS["diag"].value(whole)) if _some(noise) else 0.0
            case _, (x,):
                return self._moved(x, lambda value: np.asarray(FUNCTIONS[name].value(value), float))
        raise TypeError(f"{name} has no noise")


def _matmul(first: Array, second: Array) -> Array:
    product: Array = np.einsum("eij,je->ie", first, second) if first.ndim == 3 else first @ second
    return product


def _largest(noise: Array) -> Array:
    largest: Array = noise.max(axis=0, keepdims=True)
    return largest


def _some(noise: Noise) -> bool:
    return isinstance(noise, np.ndarray) or noise != 0.0


def _added(noises: list[Noise]) -> Noise:
    total: Noise = 0.0
    for noise in noises:
        if _some(noise):
            total = total + noise
    return total
