"""Reads a printed formula back: the value of a row of nodes, with the usual order of operations."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.export.worked.nodes import (
    CasesNode,
    FractionNode,
    FunctionNode,
    GroupNode,
    MatrixNode,
    Node,
    NumberNode,
    OperatorNode,
    PowerNode,
    RootNode,
    Row,
    SymbolNode,
    TotalNode,
    TransposedNode,
)
from tui_ann.text.symbols import Symbol

Value = Array | float
_E = Symbol("e")
_erf = np.vectorize(__import__("math").erf)
_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "max": np.maximum,
    "min": np.minimum,
    "ln": np.log,
    "sign": np.sign,
    "tanh": np.tanh,
    "erf": lambda x: _erf(x),
    "diag": lambda x: np.stack([np.diag(column) for column in x.T]),
}


class Formula:
    """A row as a formula.

    Args:
        values: The arrays of its symbols.
    """

    def __init__(self, values: Mapping[Symbol, Value]) -> None:
        self._values = values

    def value(self, row: Row) -> Value:
        """Its value; sums of products, each of which may begin with a sign or with Σ."""
        total: Value = 0.0
        term: list[Node] = []
        sign = 1.0
        for node in (*row, OperatorNode("+")):
            if isinstance(node, OperatorNode) and node.text in "+−":
                if term:
                    total = total + sign * self._product(tuple(term))
                    sign = 1.0
                sign = (sign if not term else 1.0) * (-1.0 if node.text == "−" else 1.0)
                term = []
            else:
                term.append(node)
        return total

    def _product(self, row: Row) -> Value:
        for i, node in enumerate(row):
            if isinstance(node, TotalNode):
                inside = np.atleast_2d(np.asarray(self._product(row[i + 1 :])))
                axis: Any = {"j": 0, "i": 1, "": (0, 1)}[node.over]
                if node.over == "i" and self._is_outer(row[i + 1 :]):
                    summed: Value = inside
                else:
                    summed = np.add.reduce(inside, axis, keepdims=True)
                return self._factors(row[:i], summed) if i else summed
        return self._factors(row, None)

    def _is_outer(self, row: Row) -> bool:
        return any(isinstance(node, TransposedNode) for node in row)

    def _factors(self, row: Row, last: Value | None) -> Value:
        """Factors from left to right; · and ⊙ multiply entry by entry, matrices side by side as matrices."""
        result: Value | None = None
        operator = ""
        for node in row:
            if isinstance(node, OperatorNode):
                assert node.text in "·⊙", node
                operator = node.text
                continue
            factor = self._node(node)
            result = factor if result is None else self._times(result, operator, factor)
            operator = ""
        assert result is not None
        return result if last is None else result * last

    def _times(self, left: Value, operator: str, right: Value) -> Value:
        if operator == "⊙" or np.ndim(left) == 0 or np.ndim(right) == 0:
            return left * right
        if operator == "·" and (np.size(left) == 1 or np.size(right) == 1):
            return left * right
        if np.ndim(left) == 3:
            product: Array = np.einsum("eij,je->ie", left, right)
            return product
        return np.asarray(np.asarray(left) @ np.asarray(right))

    def _node(self, node: Node) -> Value:
        match node:
            case NumberNode(value):
                return value
            case MatrixNode(array):
                return array
            case SymbolNode(symbol, index, example):
                whole = self._values[symbol]
                if all(isinstance(place, str) for place in index) and (example is None or isinstance(example, str)):
                    return whole
                return float(np.ravel(whole)[0])
            case FractionNode(top, bottom):
                return self.value(top) / self.value(bottom)
            case RootNode(inside):
                return np.sqrt(self.value(inside))
            case PowerNode(base, exponent):
                if base == (SymbolNode(_E),):
                    return np.exp(self.value(exponent))
                return self.value(base) ** self.value(exponent)
            case GroupNode(inside, brackets):
                return np.abs(self.value(inside)) if brackets == "||" else self.value(inside)
            case FunctionNode(name, inside):
                return _FUNCTIONS[name](*(self.value(argument) for argument in _arguments(inside)))
            case TransposedNode(inside):
                return np.swapaxes(np.asarray(self.value(inside)), -1, -2)
            case CasesNode(first, condition, second):
                place = condition.index(SymbolNode(Symbol(">")))
                positive = np.asarray(self.value(condition[:place])) > self.value(condition[place + 1 :])
                return np.where(positive, self.value(first), self.value(second))
        raise TypeError(f"{node} is no part of a formula")


def _arguments(row: Row) -> list[Row]:
    arguments: list[list[Node]] = [[]]
    for node in row:
        if node == OperatorNode(","):
            arguments.append([])
        else:
            arguments[-1].append(node)
    return [tuple(argument) for argument in arguments]
