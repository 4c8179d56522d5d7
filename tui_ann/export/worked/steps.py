"""The content of a worked solution in any format: sections of steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui_ann.engine.arrays import Array
from tui_ann.engine.expression import Expression
from tui_ann.engine.inspect.noise import Noise, without_dust
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.export.worked.nodes import BlankNode, Node, Row, SymbolNode, WordsNode, column, row
from tui_ann.text.symbols import Symbol, last_named


class Stage(StrEnum):
    """The sections of a worked solution, in order."""

    GIVEN = "given"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, eq=False)
class Step:
    """One quantity worked out: in symbols, with shapes, with numbers substituted, and its value."""

    symbol: Symbol
    """As in the trace: `z1`, `da2`, `dW1`, `W1_new`; `v_W1_new` for an update rule's state."""
    title: str
    """Its description in words."""
    place: int
    """Position of its layer, counted from 1; 0 for the whole network."""
    value: Array
    """Its numbers, exact."""
    expression: Expression | None = None
    """The expression of the last right side in symbols; None for values read from the data."""
    symbols: tuple[Row, ...] = ()
    """Successive right sides in symbols."""
    shapes: Row = ()
    """The shapes of the last one: (3×2) · (2×1) + (3×1) → 3×1."""
    numbers: tuple[Row, ...] = ()
    """Right sides with the numbers substituted, before evaluation."""
    entries: tuple[Row, ...] = ()
    """Equations of single entries with their numbers."""
    note: Row = ()
    """A remark."""
    operands: tuple[Symbol, ...] = ()
    """The symbols of its operands."""
    left: Node | None = None
    """The left side, if it is not the symbol itself."""
    blank: bool = False
    """Whether the value is left blank for the student."""
    drawn: bool = False
    """Whether it is random, so that nobody can compute it: a dropout mask."""
    noise: Noise = 0.0
    """How much of each number may be rounding."""

    @property
    def clean(self) -> Array:
        """Its numbers as they are shown: 0 where only rounding is left."""
        return without_dust(self.value, self.noise)

    @property
    def left_side(self) -> Node:
        """The left side of the equations."""
        return self.left or SymbolNode(self.symbol)

    @property
    def result(self) -> Row:
        """The value as a right side; for a batch of Jacobians, the first."""
        if self.blank:
            shape = column(self.value[0] if self.value.ndim == 3 else self.value).array.shape
            return row(BlankNode(*shape))
        if self.value.ndim < 3:
            return row(column(self.clean))
        first = row(column(self.clean[0]))
        return first if len(self.value) == 1 else row(first, WordsNode("for the first example"))

    @property
    def right_sides(self) -> tuple[Row, ...]:
        """All right sides, line by line; the last one ends with the value."""
        if not self.numbers:
            return (*self.symbols, self.result)
        return (*self.symbols, *self.numbers[:-1], row(self.numbers[-1], "=", self.result))


@dataclass(frozen=True, eq=False)
class Section:
    """A section of the solution."""

    stage: Stage
    title: str
    rows: tuple[Row, ...] = ()
    """Equations before the steps: the given values."""
    steps: tuple[Step, ...] = ()
    closing: Mapping[Symbol, Row] = field(default_factory=dict)
    """After the steps: the old and new value of each parameter."""


@dataclass(frozen=True, eq=False)
class Solution:
    """One update worked out."""

    network: Network
    """The network that was traced."""
    trace: UpdateTrace
    """The update."""
    title: str
    facts: tuple[tuple[str, str], ...]
    """Facts about the update: label and text."""
    remarks: tuple[str, ...]
    """Notes on the notation."""
    sections: tuple[Section, ...]

    def shown_facts(self, decimals: int) -> tuple[tuple[str, str], ...]:
        """The facts, and how numbers are shown in a format that rounds them.

        Args:
            decimals: Maximum number of decimals.
        """
        return (*self.facts, ("Numbers", f"shown with up to {decimals} decimals, computed with all"))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step in order."""
        return tuple(step for section in self.sections for step in section.steps)

    def step(self, symbol: Symbol | str) -> Step:
        """The last step with this symbol.

        Raises:
            KeyError: If there is none.
        """
        return last_named(self.steps, symbol)
