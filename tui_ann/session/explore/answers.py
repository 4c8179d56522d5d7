"""The answers of a frozen network over a plane: a probability, a class with its probability, a number, or a neuron."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.arrays import mean
from tui_ann.engine.layers import Dense
from tui_ann.engine.metrics import class_codes
from tui_ann.engine.network import Network
from tui_ann.session.explore.plane import Floats, Plane, all_rows
from tui_ann.session.run.judging import PARTS
from tui_ann.session.run.threads import suited_threads
from tui_ann.text import count, number

MOST_NUMBERS = 1 << 21
"""Most features computed at once, so that a plane of images does not fill the memory."""
MOST_POINTS = 2000
"""Most examples shown on a plane; of more, evenly spaced ones."""
_RANGES = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""Ranges of activations that have one."""


class AnswerKind(StrEnum):
    """What the values of a map are."""

    SHARE = "share"
    """ŷ of two classes: the probability of the second one."""
    CLASSES = "classes"
    """The likeliest of several classes, and its probability."""
    NUMBER = "number"
    """A number in the units of the target."""
    NEURON = "neuron"
    """The activation of a unit."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers for some points, in any shape."""

    kind: AnswerKind
    """What the values are."""
    values: Floats
    """The probability, the number or the activation of each point."""
    codes: NDArray[np.intp] | None = None
    """The class of each point, counted from 0; `None` for numbers and neurons."""
    low: float = 0.0
    """The value drawn as the lowest."""
    high: float = 1.0
    """The value drawn as the highest."""

    def shaped(self, *shape: int) -> "Answers":
        """The same answers, as a grid."""
        codes = None if self.codes is None else self.codes.reshape(shape)
        return Answers(self.kind, self.values.reshape(shape), codes, self.low, self.high)


@dataclass(frozen=True)
class Neuron:
    """A unit of a dense layer."""

    layer: int
    """The number of the dense layer, from 1."""
    unit: int
    """The unit, counted from 0."""


@dataclass(frozen=True, eq=False)
class Points:
    """The examples of all parts: train, validation, test."""

    X: Floats
    """Features (n, m)."""
    places: Floats
    """The values of both axes, (n, 2)."""
    codes: NDArray[np.intp] | None
    """The true class of each, (n,); `None` for regression."""
    targets: Floats
    """The true number of each in the units of the file, (n, outputs); the class as 0 and 1 otherwise."""
    parts: NDArray[np.intp]
    """The part of each, an index into `PARTS`, (n,)."""
    rows: NDArray[np.intp]
    """The row of the table of each, (n,)."""
    whole: int
    """Number of examples in all; more than these if they are only a sample."""

    def __len__(self) -> int:
        return len(self.X)


def points_on(plane: Plane, dataset: Dataset) -> Points:
    """The examples of a dataset on a plane; evenly spaced ones if there are very many."""
    X = all_rows(dataset)
    whole, step = len(X), -(-len(X) // MOST_POINTS)
    Y = np.concatenate([dataset.Y_train, dataset.Y_validation, dataset.Y_test])
    split = dataset.rows
    rows = np.concatenate([split.train, split.validation, split.test])
    sizes = [len(dataset.X_train), len(dataset.X_validation), len(dataset.X_test)]
    parts = np.repeat(np.arange(len(PARTS)), sizes)
    X, Y = X[::step], Y[::step]
    codes = None if dataset.task == "regression" else class_codes(Y)
    targets = dataset.preprocessing.undo(Y)
    return Points(X, plane.places(X), codes, targets, parts[::step], rows[::step], whole)


def answers_at(
    network: Network,
    preprocessing: Preprocessing,
    X: Floats,
    what: Neuron | int = 0,
    span: tuple[float, float] = (0, 1),
) -> Answers:
    """The answers for examples X (n, m).

    Args:
        network: A network that nothing else uses meanwhile.
        preprocessing: Its preprocessing.
        X: The examples, scaled.
        what: A neuron, or the output whose ŷ is shown, counted from 0, where a regression has several targets.
        span: The numbers drawn as lowest and highest, for a regression.
    """
    step = max(1, MOST_NUMBERS // max(1, X.shape[1]))
    blocks = [X[first : first + step] for first in range(0, max(1, len(X)), step)]
    with suited_threads(network.largest_matrix, 1):
        if isinstance(what, Neuron):
            symbol = f"a{what.layer}"
            found = [network.signals_of(block, (symbol,))[symbol][:, what.unit] for block in blocks]
            return _neuron(network, what.layer, np.concatenate(found))
        y_hat = np.concatenate([np.asarray(network.predict(block), np.float64) for block in blocks])
    if preprocessing.task == "regression":
        return Answers(AnswerKind.NUMBER, preprocessing.undo(y_hat)[:, what], None, *span)
    codes = class_codes(y_hat)
    if y_hat.shape[1] <= 2:
        return Answers(AnswerKind.SHARE, y_hat[:, -1], codes)
    return Answers(AnswerKind.CLASSES, y_hat.max(axis=1), codes, 1 / y_hat.shape[1])


def _neuron(network: Network, layer: int, values: Floats) -> Answers:
    low, high = activation_range(network, layer, values)
    return Answers(AnswerKind.NEURON, np.asarray(values, np.float64), None, low, high)


def activation_range(network: Network, layer: int, values: Floats) -> tuple[float, float]:
    """What is drawn as lowest and highest activation: the range of g, or ± the largest |a| where it has none."""
    dense = [layer for layer in network.layers if isinstance(layer, Dense)][layer - 1]
    if dense.activation in _RANGES:
        return _RANGES[dense.activation]
    finite = np.abs(values[np.isfinite(values)])
    most = float(finite.max()) if finite.size else 0.0
    return -(most or 1.0), most or 1.0


def unit_maps(network: Network, plane: Plane, columns: int, rows: int, layers: tuple[int, ...]) -> dict[int, Floats]:
    """Maps of all units of some dense layers, in one pass, from −1 to 1, (units, rows, columns) each by layer.

    −1 and 1 are the ends of the range of g; where g has none, the largest |a| of each unit.

    Args:
        network: A network that nothing else uses meanwhile.
        plane: The plane.
        columns: Cells across.
        rows: Cells upwards.
        layers: Numbers of dense layers, from 1.
    """
    X = plane.grid(columns, rows)
    height = len(X) // columns
    with suited_threads(network.largest_matrix, 1):
        signals = network.signals_of(X, tuple(f"a{layer}" for layer in layers))
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    maps = {}
    for layer in layers:
        a = np.asarray(signals[f"a{layer}"], np.float64).T
        bounds = _RANGES.get(dense[layer - 1].activation)
        with np.errstate(all="ignore"):
            if bounds is None:
                most = np.max(np.abs(np.nan_to_num(a)), axis=1, keepdims=True)
                a = a / np.where(most > 0, most, 1.0)
            else:
                a = (a - (bounds[0] + bounds[1]) / 2) / ((bounds[1] - bounds[0]) / 2)
        maps[layer] = a.reshape(len(a), height, columns)
    return maps


def input_maps(plane: Plane, columns: int, rows: int) -> list[Floats]:
    """The maps of the two axes themselves, from −1 to 1, (rows, columns) each."""
    across = np.linspace(-1.0, 1.0, columns)
    found = [np.tile(across, (rows, 1))]
    if plane.y is not None:
        found.append(np.tile(np.linspace(1.0, -1.0, rows)[:, None], (1, columns)))
    return found


def target_span(dataset: Dataset, output: int = 0) -> tuple[float, float]:
    """The smallest and the largest target of the training rows, in the units of the file."""
    values = dataset.preprocessing.undo(dataset.Y_train)[:, output]
    low, high = float(values.min()), float(values.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def in_words(answers: Answers, points: Points, output: int = 0) -> str:
    """How the answers at the points compare with the truth: "398 of 400 right", or the mean distance."""
    if points.codes is not None and answers.codes is not None:
        right = int((answers.codes == points.codes).sum())
        sampled = " sampled rows" if points.whole > len(points) else ""
        return f"{count(right)} of {count(len(points))}{sampled} right"
    return f"mean |ŷ − y| {number(mean_error(answers, points, output), 3)}"


def mean_error(answers: Answers, points: Points, output: int) -> float:
    """The mean |ŷ − y| of the answers at the points, in the units of the target."""
    with np.errstate(all="ignore"):
        return mean(np.abs(answers.values - points.targets[:, output]))
