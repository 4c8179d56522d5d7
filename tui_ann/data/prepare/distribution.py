"""The distribution of one column: a histogram of numbers, counts of labels, and summary statistics."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.table import Column

_MOST_BINS = 1000


@dataclass(frozen=True, eq=False)
class Histogram:
    """Numbers counted in bins of equal width."""

    edges: NDArray[np.float64]
    """(bins + 1,) borders, ascending; a value on an inner border belongs to the bin on its right."""
    counts: NDArray[np.int64]
    """(bins,) values in each bin."""


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each label occurs, the most frequent first."""

    labels: tuple[str, ...]
    """The labels shown."""
    counts: NDArray[np.int64]
    """(labels,) rows of each."""
    others: int = 0
    """Rows whose label is not shown."""


@dataclass(frozen=True)
class Summary:
    """Summary statistics of a number column; NaN if it has no values."""

    count: int
    """Cells with a value."""
    mean: float
    """Sum over count."""
    std: float
    """Root of the mean squared distance from the mean (divided by count, as scaling does)."""
    minimum: float
    """Smallest value."""
    quartile_1: float
    """A quarter of the values are smaller."""
    median: float
    """Half of the values are smaller."""
    quartile_3: float
    """Three quarters of the values are smaller."""
    maximum: float
    """Largest value."""


def distribution(column: Column, bins: int = 20) -> Histogram | Counts:
    """A histogram of a number column, the most frequent `bins` labels of another column."""
    bins = max(1, min(bins, _MOST_BINS))
    return _histogram(column.numbers, bins) if column.is_number else _counts(column, bins)


def _histogram(numbers: NDArray[np.float64], bins: int) -> Histogram:
    values = numbers[np.isfinite(numbers)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    # Divide first: the width of the range may be too large for a float64.
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    if half <= abs(middle) * 1e-14:
        half = max(abs(middle) * 1e-6, 0.5)
    edges = middle + half * np.linspace(-1.0, 1.0, bins + 1)
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    places = np.searchsorted(edges, values, side="right") - 1
    counts = np.bincount(np.clip(places, 0, bins - 1), minlength=bins)
    return Histogram(edges, counts.astype(np.int64))


def _counts(column: Column, most: int) -> Counts:
    counts = label_counts(column)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    shown = order[:most]
    labels = tuple(column.labels[code] for code in shown.tolist())
    return Counts(labels, counts[shown], int(counts[order[most:]].sum()))


def label_counts(column: Column) -> NDArray[np.int64]:
    """(labels,) rows of each label of a column that is not numeric."""
    return np.bincount(column.codes[column.codes >= 0], minlength=len(column.labels)).astype(np.int64)


def summary(column: Column) -> Summary:
    """Summary statistics of a number column."""
    values = column.numbers[np.isfinite(column.numbers)]
    if not len(values):
        return Summary(0, *[float("nan")] * 7)
    minimum, first, median, third, maximum = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist()
    # Scaled first, so that squares of huge values stay finite.
    scale = float(np.max(np.abs(values))) or 1.0
    shrunk = values / scale
    return Summary(
        len(values), float(shrunk.mean()) * scale, float(shrunk.std()) * scale, minimum, first, median, third, maximum
    )
