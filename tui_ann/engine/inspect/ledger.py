"""The ledger of an update as formulas that can be re-evaluated with some of them replaced."""

from collections.abc import Mapping

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.calculus import Value, evaluate
from tui_ann.engine.expression import Expression
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace, as_operand
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Phase
from tui_ann.text.symbols import Symbol


class Ledger:
    """The parts of a traced update by name, with the values of all symbols in their formulas.

    Args:
        network: The network that was traced.
        trace: The update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self.network, self.trace = network, trace
        self.parts: dict[Symbol, Part] = {part.name: part for part in trace.parts}
        self._leading: dict[Symbol, tuple[Symbol, ...]] = {}
        self._operands = {name: frozenset(part.operands) for name, part in self.parts.items()}
        self._values: dict[Symbol, Value] = {**trace.settings, **trace.given}
        self._values |= {name: as_operand(part.symbol, part.value) for name, part in self.parts.items()}

    def shape(self, symbol: Symbol) -> tuple[int, ...]:
        """Shape of a quantity as an operand.

        Raises:
            KeyError: If the update has no such quantity.
        """
        return np.shape(self._values[symbol])

    def is_square(self, symbol: Symbol) -> bool:
        """Whether a matrix is square, so that it can be transposed by mistake."""
        rows, columns = self.shape(symbol)
        return rows == columns

    def gradient(self, parameter: Symbol) -> Symbol:
        """The gradient used to update a parameter: with its penalty, if any."""
        total = parameter.total_gradient
        return total if total in self.parts else parameter.gradient

    def leading_to(self, target: Part) -> list[Part]:
        """The part, with the parts of the loss, backward pass and update that it is computed from, in order.

        The forward pass is omitted: a student does the backward pass with the numbers on the sheet.
        """
        return [self.parts[name] for name in self._leading_to(target.name)]

    def _leading_to(self, target: Symbol) -> tuple[Symbol, ...]:
        if target in self._leading:
            return self._leading[target]
        needed, found = {target}, list[Symbol]()
        for name, part in reversed(self.parts.items()):
            if name in needed and (name == target or part.phase is not Phase.FORWARD):
                needed |= self._operands[name]
                found.append(name)
        self._leading[target] = tuple(reversed(found))
        return self._leading[target]

    def carried_on(self, changed: Mapping[Symbol, Expression], target: Part) -> Array | None:
        """The value of a part when some formulas are replaced and everything that depends on them is recomputed.

        Args:
            changed: The new formulas, by the name of their part.
            target: The part to compute.

        Returns:
            The value, of the shape of the part's; None if it is not affected, or the shapes do not match.
        """
        values = dict(self._values)
        new: set[Symbol] = set()
        for name in self._leading_to(target.name):
            if name in changed or not new.isdisjoint(self._operands[name]):
                formula = changed[name] if name in changed else self.parts[name].expression
                try:
                    values[name] = _shaped(evaluate(formula, values), np.shape(values[name]))
                except ValueError:  # NumPy's error for shapes that do not match
                    return None
                new.add(name)
        return np.reshape(values[target.name], target.value.shape) if target.name in new else None


def _shaped(value: Value, shape: tuple[int, ...]) -> Array:
    array = np.asarray(value)
    return array.reshape(shape) if array.size == int(np.prod(shape)) else np.broadcast_to(array, shape)
