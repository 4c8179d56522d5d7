"""The neurons of the first layer as images, where the features are the pixels of a square."""

from dataclasses import dataclass, replace
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.features import NumberFeature
from tui_ann.data.prepare.grouping import image_columns
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.read.table import Table
from tui_ann.engine.tape import Array
from tui_ann.session.explore.layer_values import dense_layers, layer_values, some_rows
from tui_ann.session.explore.moment import RunMoment

_MOST_ROWS = 4096
_MOST_CLASSES = 64


@dataclass(frozen=True, eq=False)
class PixelGrid:
    """Which feature is which pixel."""

    side: int
    """Pixels in a row."""
    places: NDArray[np.intp]
    """The feature of each pixel, row by row, (side²,); −1 if it is none, because it never changes."""

    def image(self, values: Array) -> Array:
        """Values of the features (…, m) as images (…, side, side), 0 where a pixel is no feature."""
        padded = np.concatenate([values, np.zeros((*values.shape[:-1], 1))], axis=-1)
        images: Array = padded[..., self.places].reshape(*values.shape[:-1], self.side, self.side)
        return images


@dataclass(frozen=True, eq=False)
class NeuronImages:
    """The neurons of the first layer, those with the largest weights first."""

    side: int
    """Pixels in a row."""
    units: NDArray[np.intp]
    """The neuron of each image, counted from 0."""
    weights: Array
    """W¹ times the spread of each pixel in the units of the file, (units, side, side)."""
    norms: Array
    """‖W¹‖ of each neuron, times those spreads, (units,)."""
    fires_for: Array
    """Mean of the rows weighted by max(a, 0), less the mean of all rows, (units, side, side)."""
    positive: Array
    """The share of the rows for which z > 0, (units,)."""
    outgoing: Array
    """The weights that lead on from each neuron, (units, next units); no columns if there is no second layer."""
    onward: tuple[str, ...]
    """Names of the next units, if they are classes."""
    favourites: tuple[tuple[str, ...], ...]
    """The two classes whose rows have the largest mean a, for each neuron; empty without classes."""
    rows: int
    """Training rows that all this is of."""

    def by_number(self) -> "NeuronImages":
        """The same neurons in their own order."""
        order = np.argsort(self.units, kind="stable")
        return replace(
            self,
            units=self.units[order],
            weights=self.weights[order],
            norms=self.norms[order],
            fires_for=self.fires_for[order],
            positive=self.positive[order],
            outgoing=self.outgoing[order],
            favourites=tuple(self.favourites[place] for place in order.tolist()) if self.favourites else (),
        )


def pixel_grid(preprocessing: Preprocessing, table: Table | None) -> PixelGrid | None:
    """The grid of the features; `None` if they form none.

    Args:
        preprocessing: How the rows are prepared.
        table: The table of the run.
    """
    if table is None:
        return None
    pixels = image_columns([column for column in table.columns if column.name not in preprocessing.target.names])
    places = {name: place for place, name in enumerate(preprocessing.feature_names)}
    if not pixels or not set(places) <= {column.name for column in pixels}:
        return None
    return PixelGrid(isqrt(len(pixels)), np.array([places.get(column.name, -1) for column in pixels], np.intp))


def neuron_images(moment: RunMoment, grid: PixelGrid) -> NeuronImages:
    """The images of a moment.

    Args:
        moment: The moment; its network is used.
        grid: The grid of its features.
    """
    network, train, preprocessing = moment.network, moment.part("train"), moment.preprocessing
    chosen = some_rows(len(train.X), _MOST_ROWS)
    rows, targets = train.X[chosen], train.Y[chosen]
    scales = np.array(
        [feature.scale if isinstance(feature, NumberFeature) else 1.0 for feature in preprocessing.columns]
    )
    weights = np.asarray(network.parameters["W1"], float) * rows.std(axis=0) * scales
    (first,) = layer_values(network, rows, [1])
    fire = np.maximum(np.nan_to_num(np.asarray(first.a, float)), 0.0)
    total = fire.sum(axis=0)[:, None]
    means = np.divide(fire.T @ rows, total, out=np.zeros((fire.shape[1], rows.shape[1])), where=total > 0)
    fires_for = np.where(total > 0, (means - rows.mean(axis=0)) * scales, 0.0)
    norms = np.linalg.norm(weights, axis=1)
    order = np.argsort(-np.nan_to_num(norms), kind="stable")
    leads = np.array(network.parameters["W2"], float).T if len(dense_layers(network)) > 1 else np.zeros((len(order), 0))
    classes = preprocessing.classes if 2 < len(preprocessing.classes) <= _MOST_CLASSES else ()
    onward = classes if leads.shape[1] == len(classes) else ()
    return NeuronImages(
        grid.side,
        order.astype(np.intp),
        grid.image(weights[order]),
        norms[order],
        grid.image(fires_for[order]),
        (first.z > 0).mean(axis=0)[order],
        leads[order],
        onward,
        _favourites(fire[:, order], targets, classes),
        len(rows),
    )


def _favourites(fire: Array, targets: Array, classes: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The two classes with the largest mean of max(a, 0) for each neuron."""
    if not classes or targets.shape[1] != len(classes):
        return ()
    many = np.maximum(targets.sum(axis=0), 1.0)
    means = (targets.T @ fire) / many[:, None]
    best = np.argsort(-means, axis=0, kind="stable")[:2].T
    return tuple(tuple(classes[place] for place in pair) for pair in best.tolist())
