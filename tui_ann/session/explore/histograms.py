"""Histograms of z, a and ∂l/∂z of every dense layer, at a moment, at the start and over the epochs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.arrays import rms
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.session.explore.layer_values import LayerValues, gradients_of, layer_values, some_rows
from tui_ann.session.explore.moment import RunMoment, put_parameters
from tui_ann.session.explore.recording import RecordedMoment

SAMPLE = 256
"""Training rows that histograms are of, evenly spaced; all if there are fewer."""
BINS = 4096
"""So fine that a drawing of any width makes its columns of whole bins: a value is never shared by two columns."""
_HUGE = 1e300
"""Beyond this, the distance of two ends may overflow."""
QUANTITIES = ("z", "a", "dlz")
"""Net inputs, outputs, and ∂l/∂z, where l is the loss of one row."""


Values = dict[int, tuple[LayerValues, dict[str, Array]]]
"""By the number of a layer, what it computes, and the arrays (n, units) by quantity."""


class Spread(NamedTuple):
    """How often values occur, in `BINS` equal bins."""

    low: float
    """Left end; 0 if no value is negative, else −`high`."""
    high: float
    """Right end."""
    counts: NDArray[np.int64]
    """(bins,)."""


@dataclass(frozen=True, eq=False)
class LayerHistograms:
    """One dense layer."""

    number: int
    """Its number."""
    activation: str
    """Its activation."""
    units: int
    """Its units."""
    now: dict[str, Spread]
    """By quantity."""
    start: dict[str, Spread]
    """The same with the start values, with the same ends; empty if they are not known."""
    flat: float
    """The share of z whose slope is below 0.1."""
    flat_start: float
    """The same at the start; nan if that is not known."""
    gradient: float
    """Root of the mean square of ∂l/∂z."""


@dataclass(frozen=True, eq=False)
class NetworkHistograms:
    """All dense layers of a network."""

    layers: tuple[LayerHistograms, ...]
    """By number."""
    rows: int
    """Rows that they are of."""
    of: int
    """Training rows."""
    update: int
    """Updates made."""

    @property
    def flattest(self) -> LayerHistograms:
        """The layer with the largest share of flat slopes; the output counts only if it is alone.

        A cross-entropy cancels the slope of its output, so that a sure answer is no harm there.
        """
        return max(self.layers[:-1] or self.layers, key=lambda layer: layer.flat)


@dataclass(frozen=True, eq=False)
class Ridge:
    """One quantity of one layer over the run."""

    quantity: str
    """One of `QUANTITIES`."""
    number: int
    """The layer."""
    epochs: tuple[int, ...]
    """Epochs completed at each moment."""
    updates: tuple[int, ...]
    """Updates made."""
    spreads: tuple[Spread, ...]
    """One for each moment, with the same ends."""
    rows: int
    """Rows that they are of."""


class StartValues:
    """What the layers compute with the start values, computed once for each run."""

    def __init__(self) -> None:
        self._of: tuple[object, int] = (None, 0)
        self._values: Values = {}

    def of(self, moment: RunMoment, rows: Array, targets: Array) -> Values:
        """The arrays of each layer; empty if the start values are not known."""
        key = (moment.source, moment.run)
        if key != self._of:
            start = moment.start
            self._values = {} if start is None else _values(moment.network_with(start), rows, targets, 0)
            self._of = key
        return self._values


def network_histograms(moment: RunMoment, begun: StartValues) -> NetworkHistograms:
    """The histograms of a moment, beside those of the start.

    Args:
        moment: The moment; its network is used.
        begun: Keeps what is known of the start.
    """
    rows, targets = _sample(moment)
    now = _values(moment.network, rows, targets, moment.update)
    before = begun.of(moment, rows, targets)
    layers = []
    for number, (values, arrays) in now.items():
        old_values, old = before.get(number, (None, {}))
        spreads, olds = {}, {}
        for quantity, array in arrays.items():
            other = [old[quantity]] if quantity in old else []
            low, high = _ends([array, *other])
            spreads[quantity] = _spread(array, low, high)
            if other:
                olds[quantity] = _spread(other[0], low, high)
        layers.append(
            LayerHistograms(
                number,
                values.activation,
                values.z.shape[1],
                spreads,
                olds,
                values.flat_share,
                float("nan") if old_values is None else old_values.flat_share,
                rms(arrays["dlz"]) if "dlz" in arrays else float("nan"),
            )
        )
    return NetworkHistograms(tuple(layers), len(rows), len(moment.part("train").X), moment.update)


def ridge(moment: RunMoment, moments: Sequence[RecordedMoment], quantity: str, number: int, most: int) -> Ridge:
    """One quantity of one layer at so many of the moments, evenly chosen, the first and the last included.

    Args:
        moment: The moment shown.
        moments: Earlier moments of the same run, and this one.
        quantity: One of `QUANTITIES`.
        number: The layer.
        most: How many there is room for.
    """
    chosen = [moments[place] for place in some_rows(len(moments), max(2, most))]
    rows, targets = _sample(moment)
    arrays = []
    network = moment.network_with(chosen[0].parameters)
    for each in chosen:
        put_parameters(network, each.parameters)
        _, found = _values(network, rows, targets, each.update, (quantity,))[number]
        arrays.append(found[quantity])
    low, high = _ends(arrays)
    return Ridge(
        quantity,
        number,
        tuple(each.epoch for each in chosen),
        tuple(each.update for each in chosen),
        tuple(_spread(array, low, high) for array in arrays),
        len(rows),
    )


def _sample(moment: RunMoment) -> tuple[Array, Array]:
    train = moment.part("train")
    chosen = some_rows(len(train.X), SAMPLE)
    return train.X[chosen], train.Y[chosen]


def _values(network: Network, rows: Array, targets: Array, update: int, wanted: Sequence[str] = QUANTITIES) -> Values:
    """The arrays (n, units) of each layer by its number, by quantity."""
    gradients = gradients_of(network, rows, targets, update) if "dlz" in wanted else {}
    found: Values = {}
    for values in layer_values(network, rows):
        arrays = {"z": values.z, "a": values.a, "dlz": gradients.get(values.number)}
        found[values.number] = (values, {name: array for name, array in arrays.items() if array is not None})
    return found


def _ends(arrays: Sequence[Array]) -> tuple[float, float]:
    """The ends of the common axis: almost all values lie within."""
    values = np.concatenate([array[np.isfinite(array)].ravel() for array in arrays])
    if not values.size:
        return -1.0, 1.0
    high = float(np.quantile(np.abs(values), 0.999)) or float(np.abs(values).max()) or 1.0
    return (0.0 if float(values.min()) >= 0 else -high), high


def _spread(array: Array, low: float, high: float) -> Spread:
    """The histogram between two ends; values beyond count at the ends."""
    finite = array[np.isfinite(array)]
    scale = max(1.0, high / _HUGE)
    counts, _ = np.histogram(np.clip(finite, low, high) / scale, BINS, (low / scale, high / scale))
    return Spread(low, high, counts)
