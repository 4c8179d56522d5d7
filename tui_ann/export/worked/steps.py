"""What a worked solution consists of, whatever it is printed on: sections of steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui_ann.engine.arrays import Array
from tui_ann.engine.expression import Expression
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.export.worked.nodes import BlankNode, Node, Row, SymbolNode, WordsNode, column, row
from tui_ann.text.symbols import Symbol


class Stage(StrEnum):
    """The sections of a worked solution, in order."""

    GIVEN = "given"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, eq=False)
class Step:
    """One quantity worked out: in symbols, with shapes, with numbers put in, and its value."""

    symbol: Symbol
    """As in the trace: `z1`, `da2`, `dW1`, `W1_new`; `v_W1_new` for an update rule's state."""
    title: str
    """What it is, in words."""
    place: int
    """Place of its layer in the list, the first is 1; 0 for the whole network."""
    value: Array
    """Its numbers, exact."""
    expression: Expression | None = None
    """What the last right side in symbols says; None for what is read from the data."""
    symbols: tuple[Row, ...] = ()
    """Right sides in symbols, one after the other."""
    shapes: Row = ()
    """The shapes of the last of them: (3×2) · (2×1) + (3×1) → 3×1."""
    numbers: tuple[Row, ...] = ()
    """Right sides with the numbers put in, before they are worked out."""
    entries: tuple[Row, ...] = ()
    """Equations of single entries with their numbers."""
    note: Row = ()
    """A remark."""
    operands: tuple[Symbol, ...] = ()
    """What it is made from."""
    left: Node | None = None
    """The left side, where it is not the symbol itself."""
    blank: bool = False
    """Whether room is left for the value, to be filled in."""
    drawn: bool = False
    """Whether chance made it, so that nobody can work it out: a dropout mask."""

    @property
    def left_side(self) -> Node:
        """What the equations begin with."""
        return self.left or SymbolNode(self.symbol)

    @property
    def result(self) -> Row:
        """The value as a right side; of a batch of Jacobians the first."""
        if self.blank:
            shape = column(self.value[0] if self.value.ndim == 3 else self.value).array.shape
            return row(BlankNode(*shape))
        if self.value.ndim < 3:
            return row(column(self.value))
        first = row(column(self.value[0]))
        return first if len(self.value) == 1 else row(first, WordsNode("for the first example"))

    @property
    def right_sides(self) -> tuple[Row, ...]:
        """Everything that follows an =, line by line; the last one ends with the value."""
        if not self.numbers:
            return (*self.symbols, self.result)
        return (*self.symbols, *self.numbers[:-1], row(self.numbers[-1], "=", self.result))


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the solution."""

    stage: Stage
    title: str
    rows: tuple[Row, ...] = ()
    """Equations before the steps: what is given."""
    steps: tuple[Step, ...] = ()
    closing: Mapping[Symbol, Row] = field(default_factory=dict)
    """After the steps: each parameter's old value and its new one."""


@dataclass(frozen=True, eq=False)
class Solution:
    """One update worked out."""

    network: Network
    """The network that was traced."""
    trace: UpdateTrace
    """The update."""
    title: str
    facts: tuple[tuple[str, str], ...]
    """What it is about: label and text."""
    remarks: tuple[str, ...]
    """How to read it."""
    sections: tuple[Section, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step in order."""
        return tuple(step for section in self.sections for step in section.steps)

    def step(self, symbol: Symbol | str) -> Step:
        """The last step with this symbol.

        Raises:
            KeyError: If there is none.
        """
        meant = Symbol.parse(symbol) if isinstance(symbol, str) else symbol
        for step in reversed(self.steps):
            if step.symbol == meant:
                return step
        raise KeyError(str(symbol))
