"""What the dense layers compute for some rows: z, a, the slope g′(z), and ∂l/∂z, where l is the loss of one row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.examples import in_precision, input_rows
from tui_ann.engine.layers import Dense, numbered
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Phase

FLAT = 0.1
"""A slope below this passes little of the gradient on."""
_MOST_NUMBERS = 1 << 21
"""Most numbers of one layer that are looked at."""


@dataclass(frozen=True, eq=False)
class LayerValues:
    """One dense layer, for n rows."""

    number: int
    """Its number, from 1."""
    activation: str
    """Name of its activation."""
    alpha: float | Array | None
    """α of the layer, or of each unit (units,); `None` for the default."""
    z: Array
    """Net inputs (n, units)."""
    a: Array
    """Outputs (n, units)."""

    @property
    def slopes(self) -> Array:
        """g′(z) (n, units); the diagonal a(1 − a) of the Jacobian for softmax."""
        g = ACTIVATIONS[self.activation]
        if not g.elementwise:
            slopes: Array = g.g_prime(self.z.T).T
            return slopes
        return g.g_prime(self.z, None if self.alpha is None else np.asarray(self.alpha))

    @property
    def flat_share(self) -> float:
        """The share of all z where the slope is below `FLAT`; nan without rows."""
        return float((np.abs(self.slopes) < FLAT).mean()) if self.z.size else float("nan")


def dense_layers(network: Network) -> list[tuple[int, Dense]]:
    """Number and declaration of each dense layer."""
    return [(number, layer) for _, layer, number in numbered(network.layers) if isinstance(layer, Dense)]


def some_rows(n: int, most: int) -> NDArray[np.intp]:
    """Indices of at most so many of n rows, evenly spaced; the same for the same numbers.

    Args:
        n: Number of rows.
        most: The limit.
    """
    return np.arange(n) if n <= most else np.linspace(0, n - 1, most).round().astype(np.intp)


def rows_for(network: Network, X: Array) -> Array:
    """All rows of X (n, m), or evenly spaced ones if the widest layer has too many numbers for all of them."""
    widest = max(layer.units for _, layer in dense_layers(network))
    return X[some_rows(len(X), max(1, _MOST_NUMBERS // widest))]


def layer_values(network: Network, X: Array, layers: Sequence[int] = ()) -> list[LayerValues]:
    """The dense layers for the rows of X (n, m), in inference mode.

    Args:
        network: The network; only for the thread that may use it.
        X: The rows.
        layers: Numbers of the wanted layers; all by default.
    """
    wanted = [(number, layer) for number, layer in dense_layers(network) if not layers or number in layers]
    found = network.signals_of(X, [f"{letter}{number}" for number, _ in wanted for letter in "za"])
    values = []
    for number, layer in wanted:
        z = found[f"z{number}"]
        alpha = network.parameters[f"alpha{number}"].copy() if layer.g.learns_alpha else layer.alpha
        a = found.get(f"a{number}")
        values.append(LayerValues(number, layer.activation, alpha, z, z if a is None else a))
    return values


def gradients_of(network: Network, X: Array, Y: Array, update: int) -> dict[int, Array]:
    """∂l/∂z of each dense layer by its number, (n, units), where l is the loss of each row alone, in training mode.

    Args:
        network: The network; its running statistics do not change.
        X: Rows (n, m), at least one.
        Y: Their targets (n, k).
        update: Which update's dropout masks to use.
    """
    statistics = network.running_statistics.copy()
    network.seek_masks(update)
    logits = np.empty((len(X), network.outputs), network.dtype)
    rows, targets = input_rows(network.architecture, X), in_precision(network.architecture, Y)
    found: dict[str, list[Array]] = {}
    with np.errstate(all="ignore"):
        for operation in network.training_tape(len(X)).bound(rows, targets, logits).operations:
            operation.run()
            if operation.phase is Phase.BACKWARD:
                found.setdefault(str(operation.symbol), []).append(np.array(operation.result))
        gradients = {
            number: np.hstack(found[f"dz{number}"]).T * len(X)
            for number, _ in dense_layers(network)
            if f"dz{number}" in found
        }
    network.running_statistics[:] = statistics
    return gradients
