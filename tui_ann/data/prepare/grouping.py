"""What a picture of the data needs besides one column: the classes of the rows, points of two columns, images.

Everything is in the order of the table and for display only: nothing here changes what a network learns from.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.cells import as_labels, in_order
from tui_ann.data.read.table import Column

MOST_CLASSES = 16
"""A picture cannot tell more classes apart; the rarest of more are left out of it."""

_SMALLEST_SIDE = 4
_ROWS_SAMPLED = 5000
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, eq=False)
class Groups:
    """The rows of a table by a column of classes."""

    labels: tuple[str, ...]
    """The classes, in the order of the network's outputs."""
    codes: NDArray[np.intp]
    """(n,) index of each row's class; −1 if it has none, or one that is not shown."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        """(classes,) rows of each class."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.labels)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class ColumnAxis:
    """A column as positions on an axis."""

    values: NDArray[np.float64]
    """(n,) NaN if missing; of a category the number of its label, from 0."""
    labels: tuple[str, ...] = ()
    """The labels of a category, in order; empty for numbers."""


def group_rows(column: Column) -> Groups:
    """The rows by the values of a column; of more than `MOST_CLASSES` classes the most frequent."""
    codes, labels = as_labels(column)
    order = in_order(column, labels)
    if len(order) > MOST_CLASSES:
        sizes = np.bincount(codes[codes >= 0], minlength=len(labels))
        frequent = set(np.argsort(-sizes, kind="stable")[:MOST_CLASSES].tolist())
        order = [code for code in order if code in frequent]
    place = np.full(len(labels) + 1, -1, dtype=np.intp)  # the last one is for the code −1 of a missing cell
    place[order] = np.arange(len(order))
    return Groups(tuple(labels[code] for code in order), place[codes])


def axis_of(column: Column) -> ColumnAxis:
    """A column as positions: numbers as they are, other values by the order of their labels."""
    if column.is_number:
        return ColumnAxis(np.where(np.isfinite(column.numbers), column.numbers, np.nan))
    labels = in_order(column, column.labels)
    place = np.full(len(column.labels) + 1, np.nan)
    place[labels] = np.arange(len(labels), dtype=np.float64)
    return ColumnAxis(place[column.codes], tuple(column.labels[code] for code in labels))


def most_telling(columns: Sequence[Column], target: Column, groups: Groups | None) -> list[Column]:
    """Number columns, those that tell most about the target first.

    For classes the measure is the share of a column's variance that lies between the classes, for a number the square
    of the correlation.  At most `_ROWS_SAMPLED` rows are read, evenly spaced.

    Args:
        columns: The candidates; those without numbers and the target are left out.
        target: The column to predict.
        groups: Its classes; `None` if it is a number.
    """
    candidates = [column for column in columns if column.is_number and column is not target]
    if not candidates:
        return []
    n = len(target)
    rows = np.arange(0, n, max(1, n // _ROWS_SAMPLED))
    if groups is None and not target.is_number:
        return candidates
    if groups is None:
        scores = [_correlation(column.numbers[rows], target.numbers[rows]) for column in candidates]
    else:
        scores = [_between(column.numbers[rows], groups.codes[rows]) for column in candidates]
    return [candidates[place] for place in np.argsort(-np.array(scores), kind="stable").tolist()]


def _correlation(values: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    """The squared correlation; 0 if there is none."""
    use = np.isfinite(values) & np.isfinite(target)
    x, y = _centred(values[use]), _centred(target[use])
    spread = float((x * x).sum() * (y * y).sum())
    return float((x * y).sum()) ** 2 / spread if spread else 0.0


def _between(values: NDArray[np.float64], codes: NDArray[np.intp]) -> float:
    """The share of the variance between the classes; 0 if there is none."""
    use = np.isfinite(values) & (codes >= 0)
    x, codes = _centred(values[use]), codes[use]
    spread = float((x * x).sum())
    if not spread:
        return 0.0
    sums, sizes = np.bincount(codes, weights=x), np.bincount(codes)
    return float((sums[sizes > 0] ** 2 / sizes[sizes > 0]).sum()) / spread


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values without their mean, in a scale whose squares stay finite."""
    if not values.size:
        return values
    scale = float(np.abs(values).max()) or 1.0
    shrunk = values / scale
    centred: NDArray[np.float64] = shrunk - shrunk.mean()
    return centred


def image_columns(columns: Sequence[Column]) -> list[Column]:
    """The columns that are the pixels of a square image, row by row; empty if there are none.

    Their names must be equal but for the numbers in them, such as `row 1 column 2` or `pixel12`, and their number a
    square.

    Args:
        columns: The columns that are not the target.
    """
    alike: dict[str, list[Column]] = {}
    for column in columns:
        if column.is_number and _DIGITS.search(column.name):
            alike.setdefault(_DIGITS.sub("#", column.name), []).append(column)
    pixels = max(alike.values(), key=len, default=[])
    side = isqrt(len(pixels))
    if side < _SMALLEST_SIDE or side * side != len(pixels):
        return []
    places = [tuple(map(int, _DIGITS.findall(column.name))) for column in pixels]
    order = sorted(range(len(pixels)), key=places.__getitem__)
    if any(places[left] == places[right] for left, right in pairwise(order)):
        return []
    return [pixels[place] for place in order]


def pixel_range(pixels: Sequence[Column]) -> tuple[float, float]:
    """The smallest and the largest pixel of all rows; (0, 1) if there are none.

    Args:
        pixels: From `image_columns`.
    """
    finite = [values for each in pixels if (values := each.numbers[np.isfinite(each.numbers)]).size]
    if not finite:
        return 0.0, 1.0
    return min(float(values.min()) for values in finite), max(float(values.max()) for values in finite)


def images(pixels: Sequence[Column], rows: Sequence[int], limits: tuple[float, float]) -> NDArray[np.float64]:
    """The images of some rows, (rows, side, side), from 0 to 1; missing pixels are 0.

    Args:
        pixels: From `image_columns`.
        rows: The rows of the table.
        limits: The pixels that become 0 and 1.
    """
    side, low = isqrt(len(pixels)), limits[0]
    values = np.array([[each.numbers[row] for each in pixels] for row in rows]).reshape(len(rows), side, side)
    return np.nan_to_num((values - low) / (limits[1] - low or 1.0))
