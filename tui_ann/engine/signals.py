"""The signals of a traced update by place: what enters and leaves each layer, and its ∂a/∂z."""

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS, Softmax
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array


class Signals:
    """The numbers of a traced update, by layer."""

    def __init__(self, network: Network, trace: UpdateTrace) -> None:
        self.network, self.trace = network, trace
        self.n_dense = sum(isinstance(layer, Dense) for layer in network.layers)
        self._out = {0: "x"}
        self.numbers: dict[int, int] = {}
        counts = {"a": 0, "d": 0, "n": 0}
        for place, layer in enumerate(network.layers, start=1):
            letter = "a" if isinstance(layer, Dense) else "d" if isinstance(layer, Dropout) else "n"
            counts[letter] += 1
            self.numbers[place] = counts[letter]
            self._out[place] = f"{letter}{counts[letter]}"
        self._slopes: dict[int, Array] = {}

    def symbol(self, place: int) -> str:
        """What leaves the layer at this place; 0 for the inputs."""
        return self._out[place]

    def into(self, place: int) -> Array:
        """What enters the layer at this place (units, b)."""
        return self.trace.value(self._out[place - 1])

    def slopes(self, number: int) -> Array:
        """g′(z) of a dense layer (units, b), or its Jacobians (b, units, units) for softmax."""
        if number not in self._slopes:
            self._slopes[number] = self._slopes_of(number)
        return self._slopes[number]

    def _slopes_of(self, number: int) -> Array:
        layer = [layer for layer in self.network.layers if isinstance(layer, Dense)][number - 1]
        z = self.trace.value(f"z{number}")
        g = ACTIVATIONS[layer.activation]
        if isinstance(g, Softmax):
            return np.stack([g.jacobian(column) for column in z.T])
        learned = self.trace.before.get(f"alpha{number}")
        return g.g_prime(z, layer.alpha if learned is None else learned[:, None])

    def slope(self, number: int, unit: int, example: int) -> float:
        """g′ of one neuron for one example."""
        return float(self.slopes(number)[unit, example])

    def mask_after(self, place: int, unit: int, example: int) -> float:
        """Product of the dropout masks between a dense layer and the next one."""
        factor = 1.0
        for after in range(place + 1, len(self.network.layers) + 1):
            if isinstance(self.network.layers[after - 1], Dense):
                break
            factor *= float(self.trace.value(f"r{self.numbers[after]}")[unit, example])
        return factor
