"""The forward pass as a chain: how the output of a network changes with one parameter, link by link.

Every forward part of a trace gives its change with its operands: the declared tangent, else the derivative of its
expression.  A link leads from one quantity on all paths to the next; quantities between them, such as μ and σ² of a
normalisation, are handled within the link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.calculus import Value, evaluate, tangent
from tui_ann.engine.expression import Expression, MatrixProduct, Number, Product, substituted
from tui_ann.engine.functions import Total
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace, as_operand
from tui_ann.engine.notation import Axis
from tui_ann.engine.tape import CHANGE, Phase
from tui_ann.text.symbols import Symbol

_CHANGED = CHANGE.symbols[0]


class LinkAction(Enum):
    """How a link acts on a change."""

    ENTRY_BY_ENTRY = "entry by entry"
    """Each unit is multiplied by its own number."""
    MATRIX = "matrix"
    """The same matrix for every example, such as W."""
    OTHER = "other"
    """Anything else, such as the Jacobian of a softmax."""


@dataclass(frozen=True)
class Link:
    """A step of the chain: how one quantity changes with an earlier one."""

    top: Symbol
    """What changes."""
    bottom: Symbol
    """With what."""
    change: Expression
    """The change of `top`, as an expression in the change of `bottom`, `CHANGE`."""
    between: tuple[Symbol, ...] = ()
    """Quantities between them, in order."""

    @property
    def factor(self) -> Expression:
        """The factor of the change; if it is not a plain factor, `change` itself."""
        match self.change:
            case Product(left, right) | MatrixProduct(left, right) if right == CHANGE and _CHANGED not in left.symbols:
                return left
            case Product(left, right) | MatrixProduct(left, right) if left == CHANGE and _CHANGED not in right.symbols:
                return right
        return Number(1.0) if self.change == CHANGE else self.change

    @property
    def action(self) -> LinkAction:
        """How it acts."""
        if self.change != CHANGE and _CHANGED in self.factor.symbols:
            return LinkAction.OTHER
        return LinkAction.MATRIX if isinstance(self.change, MatrixProduct) else LinkAction.ENTRY_BY_ENTRY

    @property
    def mixes_examples(self) -> bool:
        """Whether the change of one example affects others."""
        sums = (node for node in self.change.walk() if isinstance(node, Total) and node.over is not Axis.UNITS)
        return any(_CHANGED in node.symbols for node in sums)


class Chain:
    """The links from a parameter to the output of a traced network.

    Args:
        trace: The update.
        parameter: Where the chain begins.
        output: Where it ends.
    """

    def __init__(self, trace: UpdateTrace, parameter: Symbol, output: Symbol) -> None:
        forward = [part for part in trace.parts if part.phase is Phase.FORWARD]
        self._values: dict[Symbol, Value] = {**trace.given}
        self._values |= {part.symbol: as_operand(part.symbol, part.value) for part in forward}
        self.links: list[Link] = _links(forward, parameter, output)
        """From the parameter to the output."""

    def carried(self, link: Link, change: Array) -> Array:
        """The change of the top of a link, from that of its bottom; of the top's shape."""
        shape = np.shape(self._values[link.top])
        return np.broadcast_to(evaluate(link.change, {**self._values, _CHANGED: change}), shape)

    def factors(self, link: Link) -> Array:
        """The factor for each unit of the bottom of an elementwise link (units, b)."""
        return np.broadcast_to(evaluate(link.factor, self._values), np.shape(self._values[link.bottom]))

    def matrices(self, link: Link, most: int) -> Array | None:
        """A link as a matrix for each example (b, rows, columns).

        Args:
            link: Any but the first, whose bottom is a parameter.
            most: Maximum size of the result.

        Returns:
            None if examples affect each other, or if there would be more numbers.
        """
        (rows, examples), columns = np.shape(self._values[link.top]), len(np.asarray(self._values[link.bottom]))
        if link.mixes_examples:
            return None
        if link.action is LinkAction.MATRIX:
            matrix = np.asarray(evaluate(link.factor, self._values))
            return np.broadcast_to(matrix, (examples, *matrix.shape))
        if examples * rows * columns > most:
            return None
        if link.action is LinkAction.ENTRY_BY_ENTRY:
            diagonals: Array = self.factors(link).T[:, :, None] * np.eye(rows)
            return diagonals
        matrices = np.zeros((examples, rows, columns))
        for column in range(columns):
            unit = np.zeros((columns, examples))
            unit[column] = 1.0
            matrices[:, :, column] = self.carried(link, unit).T
        return matrices


def _links(forward: Sequence[Part], parameter: Symbol, output: Symbol) -> list[Link]:
    """The chain, split at the quantities on all paths."""
    ways = _on_the_way(forward, parameter, output)
    links: list[Link] = []
    bottom, changes, between = parameter, {parameter: CHANGE}, list[Symbol]()
    for i, part in enumerate(ways):
        change = change_of(part, changes)
        passed = {parameter, *(earlier.symbol for earlier in ways[:i])}
        if any(passed.intersection(later.operands) for later in ways[i + 1 :]):
            changes[part.symbol] = change
            between.append(part.symbol)
            continue
        links.append(Link(part.symbol, bottom, change, tuple(between)))
        bottom, changes, between = part.symbol, {part.symbol: CHANGE}, []
    return links


def _on_the_way(forward: Sequence[Part], parameter: Symbol, output: Symbol) -> list[Part]:
    """The parts that depend on the parameter and affect the output, in order."""
    reached = {parameter}
    changing: list[Part] = []
    for part in forward:
        if reached.intersection(part.operands):
            reached.add(part.symbol)
            changing.append(part)
    needed = {output}
    ways: list[Part] = []
    for part in reversed(changing):
        if part.symbol in needed:
            needed.update(part.operands)
            ways.insert(0, part)
    return ways


def change_of(part: Part, changes: Mapping[Symbol, Expression]) -> Expression:
    """How a part changes with its operands.

    Args:
        part: A part, at least one of whose operands changes.
        changes: The changes of the operands; those without an entry are constant.

    Raises:
        ValueError: If no operand of the part changes.
    """
    declared = [
        substituted(share, {_CHANGED: changes[symbol]}) for symbol, share in part.tangents.items() if symbol in changes
    ]
    rest = tangent(part.expression, {s: change for s, change in changes.items() if s not in part.tangents})
    shares = [*declared, *([rest] if rest is not None else [])]
    if not shares:
        raise ValueError(f"{part.symbol} does not change")
    total = shares[0]
    for share in shares[1:]:
        total = total + share
    return total
