"""A traced update as the steps of a solution read it: numbers by name, shapes, and single entries."""

import numpy as np

from tui_ann.engine.inspect.trace import Part, UpdateTrace
from tui_ann.engine.layers import BatchNormalization, Dense
from tui_ann.engine.network import Network
from tui_ann.engine.signals import Signals
from tui_ann.engine.tape import Array
from tui_ann.export.worked.nodes import Group, Number, Partial, Row, Shape, Symbol, Value, column, joined, over, row

SHOWN_ENTRIES = 3
"""Entries of a layer that are worked out one by one."""
SHOWN_TERMS = 4
"""Examples whose terms are written out; of more, the first and the last ones."""


class Reading:
    """The numbers of a traced update, ready to be put into formulas.

    Args:
        network: The network.
        trace: Its update.
    """

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self.network, self.trace = network, trace
        self.signals = Signals(network, trace)
        self.n = len(trace.examples)
        """Examples in the batch."""
        self._values: dict[str, Array] = {}
        for part in trace.parts:
            self._values.setdefault(part.symbol, part.value)
        self._values |= trace.before

    def array(self, name: str) -> Array:
        """Numbers by name: a parameter before the update, else the first part with that symbol."""
        return self._values[name]

    def value(self, name: str) -> Value:
        """The same, to stand in a formula."""
        return column(self._values[name])

    def shape(self, name: str, *, transposed: bool = False) -> Group:
        """Its shape in parentheses."""
        rows, columns = self.value(name).array.shape
        return Group((Shape(columns, rows) if transposed else Shape(rows, columns),))

    def bare_shape(self, name: str) -> Shape:
        """Its shape."""
        return Shape(*self.value(name).array.shape)

    def layer(self, part: Part) -> Dense:
        """The dense layer of a part."""
        layer = self.network.layers[part.layer - 1]
        assert isinstance(layer, Dense)
        return layer

    def times(self, name: str) -> str:
        """The sign of multiplication entry by entry; between single numbers a dot."""
        return "·" if self.array(name).size == 1 else "⊙"

    def average(self) -> Row:
        """The factor 1/n; nothing for a single example."""
        return row(over(1, self.n)) if self.n > 1 else ()

    def entry(self, name: str, *index: int, example: int = 0) -> Symbol:
        """One entry of a quantity that has a column for each example; places counted from 0."""
        return Symbol(name, tuple(place + 1 for place in index), self.example(example) if self.n > 1 else None)

    def example(self, place: int) -> int:
        """Number of an example in the training data, from its place in the batch counted from 0."""
        return int(self.trace.examples[place]) + 1

    def number(self, name: str, unit: int, example: int = 0) -> Number:
        """Its number; of a quantity that all examples share, the unit's."""
        numbers = column(self._values[name]).array
        return Number(float(numbers[unit, example if numbers.shape[1] > 1 else 0]))

    def units(self, name: str) -> range:
        """The units whose entries are worked out one by one."""
        return range(min(len(self._values[name]), SHOWN_ENTRIES))

    def averaged_apart(self, place: int) -> bool:
        """Whether each example has a gradient of its own at this layer: no normalisation above mixes them."""
        return not any(isinstance(layer, BatchNormalization) for layer in self.network.layers[place:])

    def shown_examples(self) -> list[int | None]:
        """Examples whose terms are written out, None for those left out."""
        if self.n <= SHOWN_TERMS:
            return list(range(self.n))
        return [0, 1, None, self.n - 1]

    def columns(self, name: str) -> Row:
        """The columns of a quantity added up, an example each."""
        values = self.array(name)
        return self.terms([column(values[:, i]) if i is not None else None for i in self.shown_examples()])

    def terms(self, terms: list[Value | None]) -> Row:
        """Terms added up, dots for those left out."""
        return joined([row(Symbol("…") if term is None else term) for term in terms], "+")

    def chain(self, name: str, number: int, place: int) -> Row:
        """∂L/∂a^L · ∂a^L/∂z^L · … down to ∂z/∂(parameter `name`) of the dense layer at this place."""
        signal = self.signals
        factors: list[Row] = [row(Symbol(f"da{signal.n_dense}"))]
        for at in range(len(self.network.layers), place, -1):
            out, into = signal.symbol(at), signal.symbol(at - 1)
            if isinstance(self.network.layers[at - 1], Dense):
                net = f"z{signal.numbers[at]}"
                factors += [row(Partial(out, net)), row(Partial(net, into))]
            else:
                factors.append(row(Partial(out, into)))
        return joined([*factors, row(Partial(f"a{number}", f"z{number}")), row(Partial(f"z{number}", name))], "·")


def is_finite(*arrays: Array) -> bool:
    """Whether every number is."""
    return all(bool(np.isfinite(array).all()) for array in arrays)
