"""The loss of a network as a function of its parameters, L(θ), on fixed examples.

It is the loss that training goes down on: the mean over the examples, plus the penalties.  Two decisions make it a
function, with one value for each θ:

- Dropout is off, as for predictions.  Its masks change with every update; without them this is the loss of the network
  that is kept.
- Batch normalisation uses the mean and the variance of these examples, as in an update.  The running statistics follow
  θ only after many updates, so that a loss with them would not be the one that the gradient belongs to.
"""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.examples import input_rows, target_rows
from tui_ann.engine.expression import Constant, expression
from tui_ann.engine.layers import Dropout, Layer, LayerContext, Signal
from tui_ann.engine.layers.dropout import DropoutPass
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Phase, TapeBuilder, run_calls
from tui_ann.text.symbols import Role, Symbol

MOST_ROWS = 512
"""Examples used by default: more of them change a picture of the loss little, and take longer."""


class LossFunction:
    """L(θ) and ∂L/∂θ of a network, bound once to fixed examples.

    It computes on a copy of the network, in float64; the network itself does not change.  One thread at a time may use
    it, since the copy has one set of buffers.

    Args:
        network: The network.
        X: Inputs (n, m).
        Y: Targets (n, k).
        most: Maximum number of examples; of more, a random selection is used, always the same one.

    Raises:
        EngineError: If X or Y do not fit the network.
    """

    def __init__(self, network: Network, X: Array, Y: Array, *, most: int = MOST_ROWS) -> None:
        layers = [_without_masks(layer) for layer in network.layers]
        self._twin = twin = Network(network.inputs, layers, network.loss, seed=network.seed)
        twin.theta[:] = network.theta
        chosen = some_rows(len(X), most)
        rows = input_rows(twin.architecture, np.asarray(X)[chosen])
        self._Y = target_rows(twin.architecture, np.asarray(Y)[chosen], len(rows))
        self._logits = np.empty((len(rows), twin.outputs))
        tape = twin.training_tape(len(rows)).bound(rows, self._Y, self._logits)
        forward = (operation for operation in tape.operations if operation.phase in (Phase.FORWARD, Phase.LOSS))
        self._forward = tuple(call for operation in forward for call in operation.calls)
        self._all = tape.calls
        self.rows = len(rows)
        """Number of examples."""
        self.layout = twin.layout
        """The parameters and their positions in θ."""

    @property
    def size(self) -> int:
        """Number of trainable parameters P."""
        return self._twin.n_parameters

    def value(self, theta: Array) -> float:
        """L at θ (P,); infinite or NaN where it overflows."""
        self._twin.theta[:] = theta
        run_calls(self._forward)
        return self._loss()

    def gradient(self, theta: Array) -> tuple[float, Array]:
        """L and ∂L/∂θ (P,) at θ (P,)."""
        self._twin.theta[:] = theta
        run_calls(self._all)
        return self._loss(), self._twin.gradient.copy()

    def _loss(self) -> float:
        return self._twin.mean_loss(self._Y, self._logits) + self._twin.penalties.value()


def some_rows(count: int, most: int) -> Array:
    """Which of `count` rows to use, at most `most`: all, or a random selection that is always the same, in order."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).permutation(count)[:most])


def _without_masks(layer: Layer) -> Layer:
    return _Unmasked(layer.rate, layer.mode) if isinstance(layer, Dropout) else layer


@dataclass(frozen=True)
class _Unmasked(Dropout):
    """A dropout layer that works in training as it does at inference."""

    draws = False

    def build(self, context: LayerContext) -> DropoutPass:
        return _UnmaskedPass(self, context)


class _UnmaskedPass(DropoutPass):
    """D = x (inverted) or d = p x (classic), and ∂L/∂x accordingly."""

    def forward(self, builder: TapeBuilder, x: Signal) -> Signal:
        return self.forward_inference(builder, x)

    def backward(self, builder: TapeBuilder, slope: Array, needs_dx: bool) -> Array | None:
        if not needs_dx or self.layer.mode == "inverted":
            return slope if needs_dx else None
        keep, dx = self.layer.keep, builder.buffer(slope.shape[0])
        value = Constant(Symbol("p"), keep, literal=True) * expression(Symbol("d", self.number).gradient)
        calls = [(np.multiply, (slope, builder.constant(keep), dx))]
        return builder.emit(Phase.BACKWARD, self.place, Symbol("x", role=Role.GRADIENT), value, dx, calls)
