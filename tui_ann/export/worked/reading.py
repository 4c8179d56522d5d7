"""A traced update, prepared for the steps of a solution."""

from collections.abc import Mapping

import numpy as np

from tui_ann.engine.calculus import Value
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.reading_aids import output_symbol
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.export.worked.notation import RowNotation
from tui_ann.text.symbols import Role, Symbol


class Reading:
    """A traced update with the data that its steps share.

    Args:
        network: The network.
        trace: Its update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self.network, self.trace = network, trace
        self.n = len(trace.examples)
        """Examples in the batch."""
        self.output = output_symbol(network)
        """The symbol of the network's outputs."""
        self._places = {id(part): index for index, part in enumerate(trace.parts)}
        values: dict[Symbol, Value] = {**trace.settings, **trace.given}
        values |= {part.symbol: part.value for part in trace.parts}
        self._sizes = {symbol: np.size(value) for symbol, value in values.items()}
        self.notation = RowNotation(self._is_single, self.example)

    def _is_single(self, symbol: Symbol) -> bool:
        """Whether a quantity is a single number; letters without a value, such as e, count as one."""
        meant = symbol.value.gradient if symbol.role is Role.TOTAL_GRADIENT else symbol
        return self._sizes.get(meant, 1) == 1

    def operands(self, part: Part) -> Mapping[Symbol, Value]:
        """The arrays for evaluating the expression of a part, as they are shown."""
        return self.trace.clean_operands(self._places[id(part)])

    def example(self, place: int) -> int:
        """Number of an example in the training data, given its position in the batch, both counted from 1."""
        return int(self.trace.examples[place - 1]) + 1

    def has_own_gradients(self, place: int) -> bool:
        """Whether each example has its own gradient at this layer: no later layer mixes them."""
        return not any(layer.mixes_examples for layer in self.network.layers[place:])
