"""Turns a part of a trace into a step, using only its expression and the arrays to evaluate it with."""

from collections.abc import Mapping

import numpy as np

from tui_ann.engine.calculus import Value
from tui_ann.engine.expression import (
    Expression,
    MatrixProduct,
    Number,
    Product,
    Quantity,
    Sum,
    Transpose,
    expression,
    is_per_example,
    substituted,
)
from tui_ann.engine.functions import Drawn, Total
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.notation import Axis
from tui_ann.export.worked.chain import down_to, is_signal_gradient, partial, users_of
from tui_ann.export.worked.nodes import (
    FractionNode,
    GroupNode,
    MatrixNode,
    Node,
    PartialNode,
    Row,
    ShapeNode,
    SymbolNode,
    TotalNode,
    TransposedNode,
    WordsNode,
    column,
    joined,
    row,
)
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.remarks import remark
from tui_ann.export.worked.steps import Step
from tui_ann.export.worked.working import EntryInNumbers, in_numbers, is_elaborate, shown_places, tidied
from tui_ann.text.symbols import Symbol

SHOWN_ENTRIES = 3
"""How many entries of a layer are worked out one by one."""
MOST_INPUTS = 6
"""A neuron with more inputs than this is not written out term by term."""


def step_of(reading: Reading, part: Part) -> Step:
    """The step for one part of the trace."""
    with np.errstate(all="ignore"):  # a diverging run is worked out too
        return _Builder(reading, part).step()


_Place = tuple[Node, tuple[int, int], tuple[int, ...]]
"""An entry to work out: its left side, its row and column in the formula, and its index in the value, from 0."""


class _Builder:
    def __init__(self, reading: Reading, part: Part) -> None:
        self._reading, self._part = reading, part
        self._tree, self._symbol = tidied(part.expression), part.symbol
        self._values: Mapping[Symbol, Value] = reading.operands(part)
        self._write = reading.notation.clear_for(self._tree)
        self._drawn = isinstance(self._tree, Drawn)
        self._worked = bool(self._tree.symbols) and not isinstance(self._tree, Quantity)
        """Whether there are numbers to substitute."""
        self._elaborate = is_elaborate(self._tree, self._symbol, reading.n)

    def step(self) -> Step:
        """The step."""
        part, write = self._part, self._write
        symbols = (*self._before(), self._tree.write(write))
        entries, numbers = self._entries(), tuple[Row, ...]()
        if self._worked and not self._elaborate:
            numbers = (in_numbers(self._tree, self._values).write(write),)
        elif len(entries) == 1 and part.value.size == 1:  # the single entry is the whole
            numbers, entries = ((entries[0][2:-2]),), ()
        return Step(
            part.symbol,
            part.title,
            part.layer,
            part.value,
            self._tree,
            () if part.name.kind == "LR" else symbols,  # the left side already shows it
            self._shapes(),
            numbers,
            (*self._example_terms(), *entries),
            remark(part, self._reading.output, self._reading.n),
            part.operands,
            SymbolNode(part.name) if part.with_penalty else None,
            drawn=self._drawn,
            noise=part.noise,
        )

    def _before(self) -> list[Row]:
        """What comes before the part's own formula: the chain rule, and a gradient as a sum over the examples."""
        value, trace = self._symbol.value, self._reading.trace
        if self._part.with_penalty or self._symbol != value.gradient:
            return []
        users = users_of(trace, value)
        if not is_signal_gradient(self._symbol):
            return [down_to(trace, value, self._reading.output), *self._over_examples()] if users else []
        if len(users) != 1:
            return []
        return self._through(users[0], value)

    def _through(self, user: Symbol, value: Symbol) -> list[Row]:
        """∂L/∂z = ∂L/∂a ⊙ ∂a/∂z, and if the tape has a shorter formula, also with the factors' formulas."""
        slope, write, trace = user.derivative, self._reading.notation, self._reading.trace
        own = user.kind == "a" and trace.has(slope)
        if slope in self._part.operands:
            return []
        if own and trace.has(user.gradient) and user.gradient not in self._part.operands:
            product = self._product(user)
            meant = {symbol: trace.part(symbol).expression for symbol in (user.gradient, slope)}
            replaced = substituted(product, meant)
            return [product.write(write), replaced.write(write.clear_for(replaced))]
        return [row(user.gradient, "·", partial(user, value))]

    def _product(self, user: Symbol) -> Expression:
        """∂L/∂a times ∂a/∂z: entry by entry, or with the Jacobian."""
        da, slope = expression(user.gradient), expression(user.derivative)
        jacobian = self._reading.trace.value(user.derivative).ndim == 3
        return slope.T @ da if jacobian else da * slope

    def _outer(self) -> tuple[Symbol, Symbol] | None:
        """The two quantities of a sum of outer products over the examples: ∂L/∂z xᵀ."""
        match self._tree:
            case MatrixProduct(Quantity(left), Transpose(Quantity(right))) if self._reading.n > 1:
                return (left, right) if is_per_example(left) and is_per_example(right) else None
        return None

    def _over_examples(self) -> list[Row]:
        """A gradient as a sum of one term per example."""
        if self._outer() is None:
            return []
        if not self._reading.has_own_gradients(self._part.layer):
            return [Total(self._tree, Axis.EXAMPLES).write(self._reading.notation)]
        own = PartialNode(SymbolNode(Symbol("l"), example="i"), SymbolNode(self._symbol.value))
        return [row(FractionNode(row(1), row(SymbolNode(Symbol("n")))), TotalNode("i"), own)]

    def _example_terms(self) -> list[Row]:
        """The terms of some examples, each an outer product."""
        outer = self._outer()
        if outer is None:
            return []
        separate = self._reading.has_own_gradients(self._part.layer)
        left, right = (np.asarray(self._values[symbol]) for symbol in outer)
        equations = []
        for i in shown_places(self._reading.n):
            if i is None:
                continue
            first, second = (self._reading.n if separate else 1) * left[:, i], right[:, i]
            number = self._reading.example(i + 1)
            one, other = (SymbolNode(symbol, example=number) for symbol in outer)
            own = PartialNode(SymbolNode(Symbol("l"), example=number), SymbolNode(self._symbol.value))
            name = row(own) if separate else row(one, TransposedNode(row(other)))
            product = row(column(first), "·", MatrixNode(second[None]))
            equations.append(row(name, "=", product, "=", MatrixNode(np.outer(first, second))))
        return equations

    def _shapes(self) -> Row:
        """The shapes of the operands in the formula, or only that of the result."""
        value = self._part.value
        if self._drawn or value.ndim == 0:
            return ()
        if value.ndim == 3:
            return row(ShapeNode(*value.shape[1:]), WordsNode("for each example"))
        result = ShapeNode(*column(value).array.shape)
        met = self._met(self._tree) if self._worked else None
        return row(met, "→", result) if met else row(result)

    def _met(self, tree: Expression) -> Row | None:
        """The shapes in sums and products of matrices; None for anything else."""
        match tree:
            case Quantity(symbol, ()) if np.ndim(self._values[symbol]) == 2:
                return (GroupNode((ShapeNode(*np.shape(self._values[symbol])),)),)
            case Transpose(Quantity(symbol)):
                rows, columns = np.shape(self._values[symbol])
                return (GroupNode((ShapeNode(columns, rows),)),)
            case Product(left, right) | MatrixProduct(left, right):
                single = all(np.size(value) == 1 for value in self._values.values())
                dot = isinstance(tree, MatrixProduct) or single
                return self._joined([left, right], "·" if dot else "⊙")
            case Sum(terms):
                return self._joined(terms, "+")
        return None

    def _joined(self, trees: tuple[Expression, ...] | list[Expression], operator: str) -> Row | None:
        met = [self._met(tree) for tree in trees]
        found = [shapes for shapes in met if shapes is not None]
        return joined(found, operator) if len(found) == len(met) else None

    def _entries(self) -> tuple[Row, ...]:
        """Equations of some entries, each worked out; those with the same numbers only once."""
        equations: list[Row] = []
        if not self._worked or self._drawn:
            return ()
        for left, at, place in self._places():
            tree = EntryInNumbers(self._values).at(self._tree, *at)
            if isinstance(tree, Number):
                continue
            number = float(column(self._part.clean).array[place])
            equation = row(left, "=", tree.write(self._write), "=", number)
            if equation[2:] not in [other[2:] for other in equations]:
                equations.append(equation)
        return tuple(equations)

    def _places(self) -> list[_Place]:
        """The entries that are worked out."""
        value, n = column(self._part.value).array, self._reading.n
        if value.ndim == 3:
            return self._jacobian_places()
        if not self._elaborate:
            return [self._place(0, 0)] if self._has_terms() else []
        if self._part.value.ndim == 1 and is_per_example(self._symbol):  # the losses, a number for each example
            return [self._loss_place(i) for i in shown_places(n) if i is not None]
        sums = any(isinstance(node, Total) and node.over is Axis.EXAMPLES for node in self._tree.walk())
        return [self._place(unit, 0) for unit in range(min(len(value), 1 if sums else SHOWN_ENTRIES))]

    def _has_terms(self) -> bool:
        """Whether a matrix product can be written out term by term."""
        products = [node for node in self._tree.walk() if isinstance(node, MatrixProduct)]
        if not products or not is_per_example(self._symbol):
            return False
        left = products[0].left
        symbol, axis = (left.symbol, 1) if isinstance(left, Quantity) else (left.symbols[0], 0)
        return 1 < int(np.shape(self._values[symbol])[axis]) <= MOST_INPUTS

    def _place(self, unit: int, example: int) -> _Place:
        value = column(self._part.value).array
        several = value.shape[1] > 1
        index = (unit + 1,) if len(value) > 1 or is_per_example(self._symbol) else ()
        number = self._reading.example(example + 1) if several else None
        return SymbolNode(self._part.name, index, number), (unit, example), (unit, example)

    def _loss_place(self, example: int) -> _Place:
        number = self._reading.example(example + 1) if self._reading.n > 1 else None
        return SymbolNode(self._symbol, (), number), (0, example), (example, 0)

    def _jacobian_places(self) -> list[_Place]:
        """The first entry on the diagonal and the next one in its row."""
        a, z = Symbol("a", self._symbol.number), Symbol("z", self._symbol.number)
        number = self._reading.example(1) if self._reading.n > 1 else None
        lefts = [PartialNode(SymbolNode(a, (1,), number), SymbolNode(z, (by + 1,), number)) for by in (0, 1)]
        return [(left, (0, by), (0, 0, by)) for by, left in enumerate(lefts)]
