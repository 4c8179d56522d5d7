"""Mathematics as a tree, so that one worked solution can be printed for a terminal and for TeX.

A `Row` is a line of nodes beside each other.  Numbers are kept exactly; how many decimals are shown is the printer's
affair.  Examples stand as columns, as everywhere inside the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array


@dataclass(frozen=True)
class Symbol:
    """A quantity by its engine name: `W1`, `da2`, `x_hat1`; see `tui_ann.text.symbols`."""

    name: str
    index: tuple[int, ...] = ()
    """Place of one entry, counted from 1."""
    example: int | str | None = None
    """Its example, counted from 1, in a batch of several; "i" for any."""


@dataclass(frozen=True)
class Partial:
    """∂of/∂by, a factor of the chain."""

    of: str
    by: str
    example: int | str | None = None
    """The example that `of` belongs to."""


@dataclass(frozen=True)
class Operator:
    """`=`, `+`, `−`, `·`, `⊙`, `→`, `,` or `:`: where a long line may be broken."""

    text: str


@dataclass(frozen=True)
class Words:
    """Text between mathematics."""

    text: str


@dataclass(frozen=True)
class Number:
    """One number."""

    value: float


@dataclass(frozen=True, eq=False)
class Value:
    """The numbers of a quantity (rows, columns); a single one is shown without brackets."""

    array: Array


@dataclass(frozen=True)
class Blank:
    """Room for so many numbers, to be filled in by a student."""

    rows: int
    columns: int


@dataclass(frozen=True)
class Shape:
    """rows × columns."""

    rows: int
    columns: int


@dataclass(frozen=True)
class Fraction:
    """top/bottom."""

    top: "Row"
    bottom: "Row"


@dataclass(frozen=True)
class Root:
    """√inside."""

    inside: "Row"


@dataclass(frozen=True)
class Power:
    """base^exponent."""

    base: "Row"
    exponent: "Row"


@dataclass(frozen=True)
class Group:
    """(inside), or between other brackets."""

    inside: "Row"
    brackets: str = "()"


@dataclass(frozen=True)
class Function:
    """name(inside): `max`, `sign`, `ln`, `tanh`."""

    name: str
    inside: "Row"


@dataclass(frozen=True)
class Transposed:
    """insideᵀ."""

    inside: "Node"


@dataclass(frozen=True)
class Total:
    """Σ over `over`, such as the units j or the examples i."""

    over: str


@dataclass(frozen=True)
class Indexed:
    """A letter with a running index, such as y_j or J_ij."""

    letter: "Node"
    index: str


@dataclass(frozen=True)
class Cases:
    """first where the condition holds, else second."""

    first: "Row"
    condition: "Row"
    second: "Row"


Node = (
    Symbol
    | Partial
    | Operator
    | Words
    | Number
    | Value
    | Blank
    | Shape
    | Fraction
    | Root
    | Power
    | Group
    | Function
    | Transposed
    | Total
    | Indexed
    | Cases
)
Row = tuple[Node, ...]

Item = Node | str | float | Row
"""What `row` takes: a node, an operator or symbol by name, a number, or a row to be spliced in."""

_OPERATORS = frozenset("=+−·⊙→,:")


def row(*items: Item) -> Row:
    """A row from nodes, operators (`"+"`), names of symbols (`"W1"`), numbers and further rows."""
    nodes: list[Node] = []
    for item in items:
        if isinstance(item, tuple):
            nodes += item
        elif isinstance(item, str):
            nodes.append(Operator(item) if item in _OPERATORS else Symbol(item))
        elif isinstance(item, int | float):
            nodes.append(Number(float(item)))
        else:
            nodes.append(item)
    return tuple(nodes)


def over(top: Item, bottom: Item) -> Fraction:
    """A fraction."""
    return Fraction(row(top), row(bottom))


def group(*items: Item) -> Group:
    """Something in parentheses."""
    return Group(row(*items))


def power(base: Item, exponent: Item) -> Power:
    """base^exponent; whoever needs parentheses round the base puts them."""
    return Power(row(base), row(exponent))


def exponential(exponent: Item) -> Power:
    """e^exponent."""
    return power("e", exponent)


def call(name: str, *items: Item) -> Function:
    """A named function of something."""
    return Function(name, row(*items))


def column(values: Array) -> Value:
    """Numbers as they stand in a formula: vectors as columns, single numbers as 1 × 1."""
    array = np.asarray(values)
    return Value(array.reshape(-1, 1) if array.ndim < 2 else array)


def joined(rows: Sequence[Row], operator: str) -> Row:
    """Rows with an operator between them."""
    return row(*(item for i, part in enumerate(rows) for item in ((operator, part) if i else (part,))))
