"""Mathematics as a tree for layout, so that one worked solution can be printed for a terminal and for TeX.

A `Row` is a line of nodes side by side.  Numbers are exact; the printer decides how many decimals to show.
Examples are columns, as everywhere inside the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class SymbolNode:
    """A quantity, or an entry of it."""

    symbol: Symbol
    index: tuple[int | str, ...] = ()
    """Index of one entry, counted from 1; "j" for any unit."""
    example: int | str | None = None
    """Its example, counted from 1, in a batch; "i" for any."""
    style: str = ""
    """Style on a terminal where the usual one could be misread."""


@dataclass(frozen=True)
class PartialNode:
    """∂of/∂by, a factor of the chain."""

    of: SymbolNode
    by: SymbolNode


@dataclass(frozen=True)
class OperatorNode:
    """`=`, `+`, `−`, `·`, `⊙`, `→`, `,` or `:`: where a long line may break."""

    text: str


@dataclass(frozen=True)
class WordsNode:
    """Text between mathematics."""

    text: str


@dataclass(frozen=True)
class NumberNode:
    """One number."""

    value: float


@dataclass(frozen=True, eq=False)
class MatrixNode:
    """The numbers of a quantity (rows, columns); a single number is shown without brackets."""

    array: Array


@dataclass(frozen=True)
class BlankNode:
    """Blank space for numbers that a student fills in."""

    rows: int
    columns: int


@dataclass(frozen=True)
class ShapeNode:
    """rows × columns."""

    rows: int
    columns: int


@dataclass(frozen=True)
class FractionNode:
    """top/bottom."""

    top: "Row"
    bottom: "Row"


@dataclass(frozen=True)
class RootNode:
    """√inside."""

    inside: "Row"


@dataclass(frozen=True)
class PowerNode:
    """base^exponent."""

    base: "Row"
    exponent: "Row"


@dataclass(frozen=True)
class GroupNode:
    """(inside), or between other brackets."""

    inside: "Row"
    brackets: str = "()"


@dataclass(frozen=True)
class FunctionNode:
    """name(inside): `max`, `sign`, `ln`, `tanh`."""

    name: str
    inside: "Row"


@dataclass(frozen=True)
class TransposedNode:
    """insideᵀ."""

    inside: "Row"


@dataclass(frozen=True)
class TotalNode:
    """Σ over `over`, such as the units j or the examples i."""

    over: str


@dataclass(frozen=True)
class CasesNode:
    """first if the condition holds, else second."""

    first: "Row"
    condition: "Row"
    second: "Row"


Node = (
    SymbolNode
    | PartialNode
    | OperatorNode
    | WordsNode
    | NumberNode
    | MatrixNode
    | BlankNode
    | ShapeNode
    | FractionNode
    | RootNode
    | PowerNode
    | GroupNode
    | FunctionNode
    | TransposedNode
    | TotalNode
    | CasesNode
)
Row = tuple[Node, ...]

Item = Node | Symbol | str | float | Row
"""What `row` takes: a node, an operator or symbol by name, a number, or a row to splice in."""

_OPERATORS = frozenset("=+−·⊙→,:")


def row(*items: Item) -> Row:
    """A row from nodes, operators (`"+"`), symbols or their names (`"W1"`), numbers and further rows."""
    nodes: list[Node] = []
    for item in items:
        if isinstance(item, tuple):
            nodes += item
        elif isinstance(item, str):
            nodes.append(OperatorNode(item) if item in _OPERATORS else SymbolNode(Symbol.parse(item)))
        elif isinstance(item, Symbol):
            nodes.append(SymbolNode(item))
        elif isinstance(item, int | float):
            nodes.append(NumberNode(float(item)))
        else:
            nodes.append(item)
    return tuple(nodes)


def column(values: Array) -> MatrixNode:
    """Numbers as a formula shows them: vectors as columns, single numbers as 1 × 1."""
    array = np.asarray(values)
    return MatrixNode(array.reshape(-1, 1) if array.ndim < 2 else array)


def joined(rows: Sequence[Row], operator: str) -> Row:
    """Rows with an operator between them."""
    return row(*(item for i, part in enumerate(rows) for item in ((operator, part) if i else (part,))))
