"""The distribution of one column: a histogram of numbers, counts of labels, and summary statistics."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.grouping import Groups
from tui_ann.data.read.table import Column

_MOST_BINS = 1000


@dataclass(frozen=True, eq=False)
class Histogram:
    """Numbers counted in bins of equal width."""

    edges: NDArray[np.float64]
    """(bins + 1,) borders, ascending; a value on an inner border belongs to the bin on its right."""
    counts: NDArray[np.int64]
    """(bins,) values in each bin."""
    by_class: NDArray[np.int64] | None = None
    """(classes, bins) the same for each class; `None` if the rows have no classes."""


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each label occurs, the most frequent first."""

    labels: tuple[str, ...]
    """The labels shown."""
    counts: NDArray[np.int64]
    """(labels,) rows of each."""
    others: int = 0
    """Rows whose label is not shown."""
    by_class: NDArray[np.int64] | None = None
    """(labels, classes) rows of each label in each class; `None` if the rows have no classes."""


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


def distribution(column: Column, bins: int = 20, groups: Groups | None = None) -> Histogram | Counts:
    """A histogram of a number column, the most frequent `bins` labels of another column.

    Args:
        column: The column.
        bins: Bins or labels.
        groups: The classes of the rows, to count each class.
    """
    bins = max(1, min(bins, _MOST_BINS))
    return _histogram(column.numbers, bins, groups) if column.is_number else _counts(column, bins, groups)


def _histogram(numbers: NDArray[np.float64], bins: int, groups: Groups | None) -> Histogram:
    finite = np.isfinite(numbers)
    values = numbers[finite]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    # Divide first: the width of the range may be too large for a float64.
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    if half <= abs(middle) * 1e-14:
        half = max(abs(middle) * 1e-6, 0.5)
    edges = middle + half * np.linspace(-1.0, 1.0, bins + 1)
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins).astype(np.int64)
    return Histogram(edges, counts, None if groups is None else _crossed(groups.codes[finite], places, groups, bins))


def _crossed(codes: NDArray[np.intp], places: NDArray[np.intp], groups: Groups, bins: int) -> NDArray[np.int64]:
    """(classes, bins) how often each class is in each place."""
    known = codes >= 0
    pairs = np.bincount(codes[known] * bins + places[known], minlength=len(groups.labels) * bins)
    return pairs.astype(np.int64).reshape(len(groups.labels), bins)


def _counts(column: Column, most: int, groups: Groups | None) -> Counts:
    counts = label_counts(column)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    shown = order[:most]
    labels = tuple(column.labels[code] for code in shown.tolist())
    by_class = None
    if groups is not None:
        rows = column.codes >= 0
        by_class = _crossed(groups.codes[rows], column.codes[rows].astype(np.intp), groups, len(column.labels))
        by_class = by_class[:, shown].T
    return Counts(labels, counts[shown], int(counts[order[most:]].sum()), by_class)


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
