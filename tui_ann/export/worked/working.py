"""Substitutes numbers into expressions: whole matrices, or one entry, by rewriting the expression."""

from collections.abc import Mapping, Sequence

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.calculus import Value, evaluate
from tui_ann.engine.expression import (
    Constant,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Product,
    Quantity,
    Quotient,
    Root,
    Sum,
    Transpose,
    Values,
    is_per_example,
    rewritten,
)
from tui_ann.engine.functions import Cases, Function, Total
from tui_ann.engine.notation import Axis
from tui_ann.text.symbols import Symbol

SHOWN_TERMS = 4
"""Maximum terms of a sum that are written out; of a longer sum, the first two and the last."""
_DOTS = Quantity(Symbol("…"))
_NOTHING = Number(0.0)
"""A vanishing term of a cross-entropy: 0 times a logarithm."""


def is_elaborate(tree: Expression, symbol: Symbol, examples: int) -> bool:
    """Whether whole matrices in an expression would be hard to read, so that entries are worked out instead."""
    for node in tree.walk():
        match node:
            case Total(inside, Axis.EXAMPLES) if not isinstance(inside, Quantity | Product):
                return True
            case Total(_, Axis.UNITS) | Cases():
                return True
            case Function() | Root() if is_per_example(symbol):
                return True
            case Product(_, Sum()) if is_per_example(symbol) and examples > SHOWN_TERMS:  # wide matrices in brackets
                return True
            case Quotient() if is_per_example(symbol) and not node.is_scalar:
                return True
    return False


_MOST_TERMS = 1000
"""Of a sum with more terms, terms that are 0 are counted among those that are not written."""


def shown_places(count: int) -> list[int | None]:
    """Indices of the written terms of a sum, None for omitted ones."""
    return list(range(count)) if count <= SHOWN_TERMS else [0, 1, None, count - 1]


def tidied(tree: Expression) -> Expression:
    """An expression without factors that a layer sets to 1, such as α."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Product(Constant(_, 1.0, True), right):
                return tidied(right)
        return None

    return rewritten(tree, rule)


def of_unit(tree: Expression, unit: int) -> Expression:
    """A formula of a layer for one of its units, counted from 0; sums over the units stay unchanged."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Total():
                return node
            case Quantity(symbol, ()):
                return Quantity(symbol, (unit + 1,))
        return None

    return rewritten(tree, rule)


def in_numbers(tree: Expression, values: Mapping[Symbol, Value]) -> Expression:
    """An expression with the numbers of its symbols; sums over the examples of one quantity are written out."""

    def rule(node: Expression) -> Expression | None:
        match node:
            case Total(inside, Axis.EXAMPLES):
                return _columns(inside, values)
            case Total(_, Axis.ENTRIES):
                return Number(float(np.asarray(evaluate(node, values)).item()))
            case Quantity(symbol, ()):
                return _whole(values[symbol])
            case Constant(_, value, _):
                return Number(value)
            case Sum(terms) if all(_is_number(term) for term in terms):  # 1 − β₁
                return Number(round(float(evaluate(node, {})), 12))
        return None

    return rewritten(tree, rule)


def _is_number(term: Expression) -> bool:
    return isinstance(term.inside if isinstance(term, Negative) else term, Number | Constant)


def _whole(value: Value) -> Expression:
    array = np.asarray(value)
    return Number(float(array)) if array.ndim == 0 else Values(array)


def _columns(inside: Expression, values: Mapping[Symbol, Value]) -> Expression | None:
    """The sum of the columns of the only quantity in a sum; None if there is more than one."""
    only = inside.left if isinstance(inside, Product) and isinstance(inside.right, Number) else inside
    if not isinstance(only, Quantity):
        return None
    array = np.asarray(values[only.symbol])
    if array.shape[1] == 1:
        return None
    factor = inside.right if isinstance(inside, Product) and inside.right != Number(1.0) else None
    terms: list[Expression] = []
    for i in shown_places(array.shape[1]):
        term: Expression = _DOTS if i is None else Values(array[:, i : i + 1])
        terms.append(term if factor is None or i is None else term * factor)
    return Sum(tuple(terms))


class EntryInNumbers:
    """Works out one entry: symbols become numbers, cases become the branch that holds, sums become terms.

    Args:
        values: The arrays of the symbols.
        example: Index of the example, counted from 0.
    """

    def __init__(self, values: Mapping[Symbol, Value], example: int = 0) -> None:
        self._values = values
        self._example = example

    def at(self, tree: Expression, row: int, column: int) -> Expression:
        """The entry of an expression in a row and a column, counted from 0.

        Raises:
            TypeError: If it has no entries, such as random numbers.
        """
        match tree:
            case Number():
                return tree
            case Constant(_, value, _):
                return Number(value)
            case Quantity(symbol, ()):
                return Number(_entry(np.asarray(self._values[symbol]), row, column))
            case Values(array):
                return Number(_entry(array, row, column))
            case Sum(terms):
                return _sum([self.at(term, row, column) for term in terms])
            case Product(left, Function("ln", _) as logarithm):
                return _weighted(self.at(left, row, column), self.at(logarithm, row, column))
            case MatrixProduct(left, right):
                inner = self._shape(left)[1]
                return _sum([self.at(left, row, k) * self.at(right, k, column) for k in range(inner)])
            case Transpose(inside):
                return self.at(inside, column, row)
            case Total(inside, Axis.UNITS):
                return _shown_sum([self.at(inside, unit, column) for unit in range(self._shape(inside)[0])])
            case Total(inside, Axis.EXAMPLES):
                n = self._shape(inside)[1]
                if n > _MOST_TERMS:  # terms that are not written are not worked out
                    return _sum([_DOTS if i is None else self.at(inside, row, i) for i in shown_places(n)])
                return _shown_sum([self.at(inside, row, i) for i in range(n)])
            case Total(_, Axis.ENTRIES):
                return Number(float(np.asarray(evaluate(tree, self._values)).item()))
            case Function("diag", (inside,)):
                return self.at(inside, row, self._example) if row == column else Number(0.0)
            case Function("outer", (first, second)):
                return self.at(first, row, self._example) * self.at(second, column, self._example)
            case Function("largest", (inside,)):
                largest = np.asarray(evaluate(inside, self._values)).max(axis=0)
                return Number(float(largest[column if largest.size > 1 else 0]))
            case Cases(positive, then, otherwise):
                return self._case(self.at(positive, row, column), then, otherwise, row, column)
        if not tree.parts:
            raise TypeError(f"{type(tree).__name__} has no entries")
        return tree.with_parts(tuple(self.at(part, row, column) for part in tree.parts))

    def _case(
        self, condition: Expression, then: Expression, otherwise: Expression, row: int, column: int
    ) -> Expression:
        """The branch that holds; a quantity keeps its symbol, so that the result reads a = z."""
        holding = then if evaluate(condition, {}) > 0 else otherwise
        if isinstance(holding, Quantity):
            several = np.asarray(self._values[holding.symbol]).shape[1] > 1
            return Quantity(holding.symbol, (row + 1,), column + 1 if several else None)
        return self.at(holding, row, column)

    def _shape(self, tree: Expression) -> tuple[int, int]:
        """Rows and columns of an expression."""
        rows, columns = np.broadcast_shapes(np.shape(evaluate(tree, self._values)), (1, 1))
        return rows, columns


def _entry(array: Array, row: int, column: int) -> float:
    if array.ndim == 0:
        return float(array)
    rows, columns = array.shape
    return float(array[row if rows > 1 else 0, column if columns > 1 else 0])


def _weighted(weight: Expression, logarithm: Expression) -> Expression:
    """A term of a cross-entropy: it is omitted for weight 0, and a weight of 1 is not written."""
    match float(evaluate(weight, {})):
        case 0.0:
            return _NOTHING
        case 1.0:
            return logarithm
    return weight * logarithm


def _sum(terms: Sequence[Expression]) -> Expression:
    """Terms of one sum; nested sums are flattened."""
    flat: list[Expression] = []
    for term in terms:
        if term is not _NOTHING:
            flat += term.terms if isinstance(term, Sum) else (term,)
    return flat[0] if len(flat) == 1 else Sum(tuple(flat)) if flat else _NOTHING


def _shown_sum(terms: Sequence[Expression]) -> Expression:
    """A sum with only its first terms and its last one written."""
    found = [term for term in terms if term is not _NOTHING]
    return _sum([_DOTS if i is None else found[i] for i in shown_places(len(found))])
