"""Writes expressions as rows of nodes, for the terminal and for TeX."""

from collections.abc import Callable, Iterator
from dataclasses import fields

from tui_ann.engine.arrays import Array
from tui_ann.engine.expression import Expression
from tui_ann.engine.notation import Axis, Notation
from tui_ann.engine.readability import reads_as_power
from tui_ann.export.worked.nodes import (
    CasesNode,
    FractionNode,
    FunctionNode,
    GroupNode,
    MatrixNode,
    Node,
    NumberNode,
    PowerNode,
    RootNode,
    Row,
    SymbolNode,
    TotalNode,
    TransposedNode,
    WordsNode,
    row,
)
from tui_ann.text.symbols import Symbol


class RowNotation(Notation[Row]):
    """Writes an expression as a row.

    Args:
        is_single: Whether a quantity is a single number, which is multiplied with · instead of ⊙.
        number_of: Number of an example in the training data, given its position in the batch, both counted from 1.
        style: Style of the symbols on a terminal; by default the usual one.
    """

    def __init__(
        self,
        is_single: Callable[[Symbol], bool] = lambda symbol: False,
        number_of: Callable[[int], int] | None = None,
        style: str = "",
    ) -> None:
        self._is_single = is_single
        self._number_of = number_of
        self._style = style

    def clear_for(self, tree: Expression) -> "RowNotation":
        """A notation for an expression in which no layer can be read as a power."""
        return RowNotation(self._is_single, self._number_of, "brackets") if reads_as_power(tree) else self

    def symbol(self, symbol: Symbol, index: tuple[int, ...], example: int | None, running: Axis | None) -> Row:
        """Its symbol, with the index of an entry or of the sum around it."""
        style = self._style if symbol.number else ""
        if running is Axis.EXAMPLES:
            return (SymbolNode(symbol, index, Axis.EXAMPLES.value, style),)
        number = self._number_of(example) if self._number_of and example is not None else example
        return (SymbolNode(symbol, (Axis.UNITS.value,) if running is Axis.UNITS else index, number, style),)

    def number(self, value: float) -> Row:
        """A number."""
        return (NumberNode(value),)

    def values(self, array: Array) -> Row:
        """A matrix."""
        return (MatrixNode(array),)

    def words(self, text: str) -> Row:
        """Words, or a comparison sign."""
        return row(text) if text == ">" else (WordsNode(text),)

    def line(self, *items: Row | str) -> Row:
        """Pieces side by side; ⊙ between single numbers is written ·."""
        single = all(self._is_one(item) for item in items if not isinstance(item, str))
        return row(*("·" if item == "⊙" and single else item for item in items))

    def _is_one(self, piece: Row) -> bool:
        """Whether everything in a piece is a single number: an entry, or a quantity with only one."""
        for node in leaves(piece):
            if isinstance(node, MatrixNode) and node.array.size > 1:
                return False
            if isinstance(node, SymbolNode):
                is_entry = any(isinstance(place, int) for place in node.index)
                if not is_entry and not self._is_single(node.symbol):
                    return False
        return True

    def group(self, inside: Row, brackets: str = "()") -> Row:
        """In brackets."""
        return (GroupNode(inside, brackets),)

    def fraction(self, top: Row, bottom: Row, *, bare: tuple[bool, bool]) -> Row:
        """A fraction; the printers add brackets where needed."""
        return (FractionNode(top, bottom),)

    def root(self, inside: Row, *, bare: bool) -> Row:
        """A root; the printers add brackets where needed."""
        return (RootNode(inside),)

    def power(self, base: Row, exponent: Row) -> Row:
        """A power; a matrix or a negative number gets brackets."""
        first = base[0]
        numeric = isinstance(first, MatrixNode) or (isinstance(first, NumberNode) and first.value < 0)
        return (PowerNode(self.group(base) if numeric else base, exponent),)

    def function(self, name: str, inside: Row) -> Row:
        """A function."""
        return (FunctionNode(name, inside),)

    def transposed(self, inside: Row) -> Row:
        """Transposed; the numbers of a matrix are transposed directly."""
        only = inside[0]
        if len(inside) == 1 and isinstance(only, MatrixNode):
            return (MatrixNode(only.array.T),)
        return (TransposedNode(inside),)

    def total(self, over: Axis) -> Row:
        """The sign Σ with its index."""
        return (TotalNode(over.value),)

    def cases(self, first: Row, condition: Row, second: Row) -> Row:
        """Two cases."""
        return (CasesNode(first, condition, second),)


def leaves(row: Row) -> Iterator[Node]:
    """Every node of a row, including nested nodes."""
    for node in row:
        yield node
        for field in fields(node):
            inside = getattr(node, field.name)
            if isinstance(inside, tuple) and not isinstance(node, SymbolNode):
                yield from leaves(inside)
