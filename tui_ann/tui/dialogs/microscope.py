"""The microscope: ∂L/∂w of one weight or bias as the product of the chain rule, in symbols, shapes and numbers."""

from collections.abc import Sequence

import numpy as np

from tui_ann.engine.inspect.microscope import loss_of_batch, microscope, numeric_gradient, paths
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.text.symbols import parameter_symbol
from tui_ann.tui.dialogs.study import StudyDialog
from tui_ann.tui.draw.microscope import MicroscopePage, Seen
from tui_ann.tui.draw.prose import Line


class MicroscopeDialog(StudyDialog):
    """Explains the gradient of one weight or bias in an update; keys move to others.

    Args:
        network: The network; its layers and loss are read, not its current parameters.
        taken: The trace of the update.
        name: The initial parameter; the first trainable one if it is not trained.
        index: The index in it, counted from 0.
        decimals: Maximum number of decimals.
        input_names: Names of the features.
    """

    def __init__(
        self,
        network: Network,
        taken: UpdateTrace,
        name: str = "",
        index: tuple[int, ...] = (),
        *,
        decimals: int = 4,
        input_names: Sequence[str] = (),
    ) -> None:
        super().__init__(f"Microscope · update {taken.update}")
        self._network, self._taken, self._decimals, self._input_names = network, taken, decimals, input_names
        self._names = list(taken.gradients)
        self.parameter = name if name in self._names else self._names[0]
        """The parameter."""
        shape = taken.gradients[self.parameter].shape
        self.index = index if len(index) == len(shape) else (0,) * len(shape)
        """The index in the parameter, counted from 0."""
        self._example = 0
        self._seek_a_slope()
        self._loss = loss_of_batch(network, taken)

    def _seek_a_slope(self) -> None:
        """Start with the largest gradient if that of the first weight is 0, and with an example that contributes."""
        gradient = np.abs(np.nan_to_num(self._taken.gradients[self.parameter]))
        if not any(self.index) and not gradient[self.index]:
            self.index = tuple(int(place) for place in np.unravel_index(int(gradient.argmax()), gradient.shape))
        with np.errstate(all="ignore"):
            shares = microscope(self._network, self._taken, self.parameter, self.index).per_example
        if not shares[self._example]:
            self._example = int(np.abs(np.nan_to_num(shares)).argmax())

    def tabs(self) -> tuple[Sequence[str], int]:
        """The trainable parameters."""
        return [parameter_symbol(name) for name in self._names], self._names.index(self.parameter)

    def choose_tab(self, index: int) -> None:
        """Go to another parameter, as close to the same index as possible."""
        self.parameter = self._names[index]
        shape = self._taken.gradients[self.parameter].shape
        wanted = (*self.index, 0)[: len(shape)]
        self.index = tuple(min(place, size - 1) for place, size in zip(wanted, shape, strict=True))

    def move(self, rows: int, columns: int) -> None:
        """Go to the weight of another neuron or input; biases form one column."""
        shape = self._taken.gradients[self.parameter].shape
        steps = (rows, columns) if len(shape) == 2 else (rows or columns,)
        places = zip(self.index, steps, shape, strict=True)
        self.index = tuple(max(0, min(size - 1, place + step)) for place, step, size in places)

    def go_on(self, step: int) -> None:
        """Show the numbers of another example of the batch."""
        self._example = (self._example + step) % len(self._taken.examples)

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The chain rule for the chosen weight."""
        name, index, network, taken = self.parameter, self.index, self._network, self._taken
        weighs_a_feature = name == "W1" and isinstance(network.layers[0], Dense) and index[1] < len(self._input_names)
        with np.errstate(all="ignore"):
            seen = Seen(
                microscope(network, taken, name, index),
                paths(network, taken, name, index, self._example),
                numeric_gradient(self._loss, taken, name, index),
                self._input_names[index[1]] if weighs_a_feature else "",
            )
            return MicroscopePage(network, taken, self._example, width, self._decimals).lines(seen)
