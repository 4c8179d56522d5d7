"""Dust: what rounding leaves where the exact result is 0, such as 2.78e−17 for 0.1 + 0.2 − 0.3.

Whether a number is dust depends on its operands: it is at most a few units in the last place of the largest magnitude
that was added up.  A small number that comes from small numbers alone is none.  What is computed from dust alone is
dust too.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tui_ann.engine.arrays import Array
from tui_ann.engine.calculus import FUNCTIONS, Value, matrix_product, summed, value_of
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
    is_per_example,
)
from tui_ann.engine.functions import Cases, Drawn, Function, Given, Total
from tui_ann.engine.notation import Axis
from tui_ann.text.symbols import Symbol

ULPS = 4
"""How many units in the last place of the magnitudes that are added up count as rounding."""
_SLACK = 1 + 1e-6
"""Tolerance for the rounding of the noise itself."""
BLOCK = 4096
"""Examples that are judged together, so that what is computed on the way of a large batch stays small."""

Noise = Array | float
"""How much of a value may be rounding, entry by entry; 0.0 where none is known."""


def is_dust(value: Array, noise: Noise) -> npt.NDArray[np.bool_]:
    """Which entries of a value are dust: not 0, but no larger than their noise.

    Args:
        value: Any array.
        noise: What `noise_of` gives, of a shape that fits.
    """
    if not _some(noise):
        return np.zeros(value.shape, bool)
    level = np.asarray(noise, float)
    level = level.reshape(value.shape) if level.size == value.size else level
    with np.errstate(all="ignore"):  # the noise of a diverging run goes to the ends of the numbers
        mask: npt.NDArray[np.bool_] = np.abs(value) <= level * _SLACK
    # Most values have no entry near their noise, so the rest is looked at for the others only.
    return mask & (value != 0) & np.isfinite(level) if mask.any() else mask


def without_dust(value: Array, noise: Noise) -> Array:
    """A value with 0 instead of its dust."""
    mask = is_dust(value, noise)
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
    nodes = list(tree.walk())
    has_some = any(
        isinstance(node, Sum | MatrixProduct | Total)
        or (isinstance(node, Quantity) and _some(noises.get(node.symbol, 0.0)))
        for node in nodes
    )
    if not has_some or any(isinstance(node, Drawn | Given) for node in nodes):
        return 0.0
    with np.errstate(all="ignore"):
        found = [_Judge(some, of_some, ULPS * unit).of(tree) for some, of_some in _blocks(tree, values, noises)]
        if len(found) == 1 or not any(block.has_some for block in found):
            return found[0].noise
        return np.concatenate([block.whole for block in found], axis=1)


_Operands = tuple[Mapping[Symbol, Value], Mapping[Symbol, Noise]]


def _blocks(tree: Expression, values: Mapping[Symbol, Value], noises: Mapping[Symbol, Noise]) -> Iterator[_Operands]:
    """The operands with their noise; of a large batch block by block, if the tree computes each column by itself."""
    batch = [value for symbol, value in values.items() if is_per_example(symbol)]
    n = max((np.shape(value)[1] for value in batch if np.ndim(value) == 2), default=0)
    if n <= BLOCK or not all(_is_by_column(node, values) for node in tree.walk()):
        yield values, noises
        return
    for start in range(0, n, BLOCK):

        def cut(symbol: Symbol, whole: Value, start: int = start) -> Value:
            has_columns = np.shape(whole)[1:] == (n,) and not symbol.is_matrix
            return np.asarray(whole)[:, start : start + BLOCK] if has_columns else whole

        some = {symbol: cut(symbol, value) for symbol, value in values.items()}
        of_some = {symbol: cut(symbol, noises[symbol]) for symbol in values if symbol in noises}
        yield some, of_some


def _is_by_column(node: Expression, values: Mapping[Symbol, Value]) -> bool:
    match node:
        case Transpose() | Total(_, Axis.EXAMPLES | Axis.ENTRIES) | Function("diag" | "outer", _) | Values():
            return False
        case MatrixProduct(left, _):
            return not any(is_per_example(symbol) for symbol in left.symbols)
        case Quantity(symbol, index, _):
            return not index and np.ndim(values[symbol]) < 3
    return True


class _Judged(NamedTuple):
    """A node of an expression, whose value and noise are known."""

    value: Value
    noise: Noise

    @property
    def has_some(self) -> bool:
        return _some(self.noise)

    @property
    def array(self) -> Array:
        return np.asarray(self.value)

    @property
    def size(self) -> Array:
        """The magnitude of each entry."""
        size: Array = np.abs(self.array)
        return size

    @property
    def whole(self) -> Array:
        """The noise in the shape of the value."""
        return np.broadcast_to(np.asarray(self.noise, float), np.shape(self.value))

    @property
    def squares(self) -> Array:
        """With double precision, which squares of single numbers cannot leave so soon."""
        squares: Array = np.square(self.array, dtype=float)
        return squares


class _Judge:
    """Walks an expression once: a node is judged by its parts, whose values are dropped afterwards."""

    def __init__(self, values: Mapping[Symbol, Value], noises: Mapping[Symbol, Noise], unit: float) -> None:
        self._values, self._noises, self._unit = values, noises, unit

    def of(self, tree: Expression) -> _Judged:
        """The value and the noise of an expression."""
        parts = [self.of(part) for part in tree.parts]
        noise = self._noise(tree, parts)
        return _Judged(value_of(tree, [part.value for part in parts], self._values), noise)

    def _noise(self, tree: Expression, parts: list[_Judged]) -> Noise:
        match tree, parts:
            case Number() | Constant() | Values(), _:
                return 0.0
            case Quantity(symbol, index, _), _:
                noise = self._noises.get(symbol, 0.0)
                whole = not index or not _some(noise)
                return noise if whole else float(np.asarray(noise)[tuple(place - 1 for place in index)])
            case Sum(), (first, *others):
                largest = first.size
                for other in others:
                    largest = np.maximum(largest, other.size)
                return _added([part.noise for part in parts]) + self._rounding(largest)
            case Negative(), (inside,):
                return inside.noise
            case Transpose(), (inside,):
                noise = inside.noise
                return np.swapaxes(noise, -1, -2) if isinstance(noise, np.ndarray) else noise
            case Product(), (left, right):
                return _product(left, right, np.multiply)
            case MatrixProduct(), (left, right):
                own = self._rounding(_root_of_squares(left, right))
                return _product(left, right, matrix_product) + own
            case Total(_, over), (inside,):
                known = summed(inside.whole, over) if inside.has_some else 0.0
                return known + self._rounding(np.sqrt(summed(inside.squares, over)))
            case Cases(), (positive, then, otherwise):
                if not (then.has_some or otherwise.has_some):
                    return 0.0
                return np.where(positive.array > 0, then.noise, otherwise.noise)
            case Quotient(), (left, right):
                below = right.size
                share = left.size * right.noise / np.square(below, dtype=float) if right.has_some else 0.0
                return left.noise / below + share if left.has_some or right.has_some else 0.0
            case Power(), (left, right):
                return _moved(left, lambda base: base**right.value)
            case Root(), (inside,):
                return _moved(inside, lambda square: np.sqrt(np.maximum(square, 0.0)))
            case Function(name, _), _:
                return _of_function(name, parts)
        raise TypeError(f"{type(tree).__name__} has no value")

    def _rounding(self, size: Array) -> Array:
        """What the rounding of numbers up to this magnitude leaves, with double precision."""
        rounding: Array = np.multiply(size, self._unit, dtype=float)
        return rounding


def _product(left: _Judged, right: _Judged, times: Callable[[Array, Array], Array]) -> Noise:
    """What the noise of each factor makes with the other factor."""
    total: Noise = 0.0
    if left.has_some:
        total = total + times(left.whole, right.size)
    if right.has_some:
        total = total + times(left.size, right.whole)
    return total


def _root_of_squares(left: _Judged, right: _Judged) -> Array:
    """The magnitude of the terms of a matrix product: the root of the sum of their squares; 0 for single terms."""
    if np.shape(left.value)[-1] == 1:
        return np.zeros(())
    root: Array = np.sqrt(matrix_product(left.squares, right.squares))
    return root


def _moved(inside: _Judged, function: Callable[[Array], Array]) -> Noise:
    """How far a function of one argument moves within the noise of the argument."""
    if not inside.has_some:
        return 0.0
    value = np.asarray(inside.value, float)
    at = function(value)
    away = [np.abs(np.asarray(function(value + side * inside.noise), float) - at) for side in (1.0, -1.0)]
    return np.asarray(np.fmax(*away))


def _of_function(name: str, parts: list[_Judged]) -> Noise:
    match name, parts:
        case "outer", (x, y):
            return _product(x, y, lambda one, other: np.asarray(FUNCTIONS["outer"].value(one, other)))
        case "max" | "min", (x, y):
            return np.asarray(np.maximum(x.noise, y.noise))
        case "largest" | "diag", (x,):
            return np.asarray(FUNCTIONS[name].value(x.whole)) if x.has_some else 0.0
        case _, (x,):
            return _moved(x, lambda value: np.asarray(FUNCTIONS[name].value(value), float))
    raise TypeError(f"{name} has no noise")


def _some(noise: Noise) -> bool:
    return isinstance(noise, np.ndarray) or noise != 0.0


def _added(noises: list[Noise]) -> Noise:
    total: Noise = 0.0
    for noise in noises:
        if _some(noise):
            total = total + noise
    return total
