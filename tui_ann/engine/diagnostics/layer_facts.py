"""What one update says about each dense layer: the sizes of its signals on the way back, its dead and saturated units.

The rows run through the network's own training tape, operation by operation, on a copy of the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.arrays import norm, rms
from tui_ann.engine.examples import in_precision, input_rows
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Operation
from tui_ann.text.symbols import Role

MOST_ROWS = 512
"""Rows that are looked at, evenly spread."""
MOST_NUMBERS = 1 << 22
"""Numbers in these rows."""
BOUNDED = {"sigmoid": 0.25, "tanh": 1.0}
"""Activations that saturate on both sides, with the largest value of g′."""
SATURATED_SLOPE = 0.1
"""A unit is saturated on a row where g′ is below this share of its largest value."""
SATURATED_ROWS = 0.9
"""A saturated unit is so on this share of the rows."""
SHRUNK = 1e-3
"""A unit has lost its weights if each is below this share of the largest in its layer."""


@dataclass(frozen=True)
class LayerFacts:
    """One dense layer in one update."""

    number: int
    """Its number, counted from 1."""
    place: int
    """Its position among all layers, counted from 1."""
    units: int
    """Its neurons."""
    activation: str
    """Its activation."""
    delta: float
    """The root of the mean square of ∂L/∂z over units and rows."""
    slope: float
    """The mean of g′(z); NaN for softmax, whose slope is a matrix."""
    dead: tuple[int, ...]
    """Units of a ReLU whose z ≤ 0 on every row, counted from 1."""
    saturated: float
    """Share of the units of a sigmoid or tanh that are saturated on nearly every row; 0 for others."""
    twins: int
    """Units that have a twin in the layer: equal weights in, bias and weights out."""
    weights: float
    """‖W‖, the root of the sum of its squares."""
    weight_size: float
    """The root of the mean square of its weights."""
    data_gradient: float
    """‖∂L/∂W‖ of the data alone, without penalties; 0 if it vanishes in the rounding of what the penalties add."""
    penalty_gradient: float
    """‖∂R/∂W‖ of the penalties alone; 0 without penalties."""
    shrunk: int = 0
    """Dead units whose weights a penalty has brought to next to nothing."""

    @property
    def dead_share(self) -> float:
        """Share of its units that are dead."""
        return len(self.dead) / self.units


def spread_rows(n: int, inputs: int, most: int = MOST_ROWS) -> Array:
    """Indices of at most `most` of n rows, evenly spread (rows,); fewer of very wide rows.

    Args:
        n: Rows.
        inputs: Numbers in each.
        most: Maximum number of rows.
    """
    most = max(2, min(most, MOST_NUMBERS // max(inputs, 1)))
    rows: Array = np.unique(np.linspace(0, n - 1, min(n, most)).astype(np.intp))
    return rows


def layer_facts(network: Network, X: Array, Y: Array) -> tuple[LayerFacts, ...]:
    """Measure the dense layers of a network, from one traced update whose step is not made.

    Args:
        network: A copy that nobody else uses: its buffers, gradient and masks are overwritten.
        X: Training features (n, m); at most `MOST_ROWS` of them.
        Y: Training targets (n, k).
    """
    architecture = network.architecture
    signals: dict[tuple[int, Role, str], list[Array]] = {}
    statistics = network.running_statistics.copy()
    network.seek_masks(0)
    logits = np.empty((len(X), network.outputs), network.dtype)
    tape = network.training_tape(len(X)).bound(input_rows(architecture, X), in_precision(architecture, Y), logits)
    for operation in tape.operations:
        operation.run()
        _keep(signals, operation)
    network.running_statistics[:] = statistics
    dense = [placed for placed in architecture.placed if isinstance(placed.layer, Dense)]
    with np.errstate(all="ignore"):
        return tuple(_facts(network, placed.place, placed.number, signals) for placed in dense)


def _keep(signals: dict[tuple[int, Role, str], list[Array]], operation: Operation) -> None:
    """Copy z, g′ and ∂L/∂z as they appear; a batch in chunks gives several pieces."""
    symbol = operation.symbol
    if symbol.kind == "z" and symbol.number and not symbol.new:
        pieces = signals.setdefault((symbol.number, symbol.role, "z"), [])
        # The gradient of a linear unit is emitted twice, once by the loss: it is one piece.
        if pieces and np.array_equal(pieces[-1], operation.result, equal_nan=True):
            return
        pieces.append(operation.result.copy())


def _facts(
    network: Network, place: int, number: int, signals: Mapping[tuple[int, Role, str], list[Array]]
) -> LayerFacts:
    layer = network.layers[place - 1]
    assert isinstance(layer, Dense)
    z = np.concatenate(signals[number, Role.VALUE, "z"], axis=1)
    delta = np.concatenate(signals[number, Role.GRADIENT, "z"], axis=1)
    g = ACTIVATIONS[layer.activation]
    alpha = network.parameters[f"alpha{number}"][:, None] if g.learns_alpha else g.alpha(layer.alpha)
    slopes = g.g_prime(z, alpha) if g.elementwise else None
    W, dW = network.parameters[f"W{number}"], network.gradients[f"W{number}"]
    dead = np.flatnonzero((z <= 0).all(axis=1)) + 1 if layer.activation == "relu" else np.zeros(0, int)
    saturated = 0.0
    if slopes is not None and layer.activation in BOUNDED:
        flat = (slopes < SATURATED_SLOPE * BOUNDED[layer.activation]).mean(axis=1) >= SATURATED_ROWS
        saturated = float(flat.mean())
    penalty, shrunk, data_gradient = 0.0, 0, rms(dW) * float(np.sqrt(dW.size))
    if layer.is_penalized:
        pull = layer.l1 * np.sign(W, dtype=np.float64) + 2.0 * layer.l2 * W.astype(np.float64)
        penalty, data_gradient = norm(pull), norm(dW - pull)
        if data_gradient <= 4.0 * float(np.finfo(dW.dtype).eps) * penalty:
            data_gradient = 0.0
        lengths = np.abs(W).max(axis=1)
        shrunk = int((lengths[dead - 1] <= SHRUNK * lengths.max()).sum())
    return LayerFacts(
        number=number,
        place=place,
        units=layer.units,
        activation=layer.activation,
        delta=rms(delta),
        slope=float("nan") if slopes is None else float(slopes.mean()),
        dead=tuple(int(unit) for unit in dead),
        saturated=saturated,
        twins=_twins(network, place, number),
        weights=rms(W) * float(np.sqrt(W.size)),
        weight_size=rms(W),
        data_gradient=data_gradient,
        penalty_gradient=penalty,
        shrunk=shrunk,
    )


def _twins(network: Network, place: int, number: int) -> int:
    """Units that compute and learn the same as another one; dropout or a start of its own makes them differ."""
    following = network.layers[place:]
    after = next((i for i, layer in enumerate(following) if isinstance(layer, Dense)), None)
    if after is None or any(isinstance(layer, Dropout) for layer in following[:after]):
        return 0
    W, b = network.parameters[f"W{number}"], network.parameters[f"b{number}"]
    if len(W) < 2:
        return 0
    outgoing = network.parameters[f"W{number + 1}"].T
    rows = np.concatenate([W, b[:, None], outgoing], axis=1)
    _, counts = np.unique(rows, axis=0, return_counts=True)
    return int(counts[counts > 1].sum())
