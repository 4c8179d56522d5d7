"""How one column becomes features: a number is scaled, a category becomes columns of 0 and 1.

Everything fitted on the training rows (mean, scale, fill value, labels) is stored, so that the same column of another
table becomes the same features.
"""

from typing import ClassVar, Self

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.cells import as_known_labels, as_labels, as_numbers, in_order
from tui_ann.data.prepare.roles import MOST_LABELS
from tui_ann.data.prepare.scaling import check_scale, scale_of, scaled
from tui_ann.data.prepare.split import Rows
from tui_ann.data.prepare.units import check_unit
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError

_MOST_COUNTED = 100_000
"""From more rows on, the most frequent number is looked for only if it is needed."""


class NumberFeature(Struct, frozen=True, tag_field="type", tag="number"):
    """One feature: (x − offset) / scale."""

    column: str
    """Name of the column it comes from."""
    kind: str
    """Kind of that column according to the reader; dates count as days, times as seconds."""
    mean: float
    """Mean of the training rows, in the original units."""
    offset: float
    """What is subtracted: the mean, the minimum, or 0."""
    scale: float
    """What is divided by: the standard deviation, the range, or 1."""
    fill: float | None = None
    """The value for a missing cell; None if missing cells are not filled in."""
    deviation: float | None = None
    """Standard deviation of the training rows, over n; like all that follow, None in runs of earlier versions."""
    low: float | None = None
    """Their minimum."""
    high: float | None = None
    """Their maximum."""
    median: float | None = None
    """Their median."""
    most_frequent: float | None = None
    """Their most frequent value; None if there are too many rows to look for it."""
    unit: str | None = None
    """The unit of the numbers in the file; None if they have none."""

    labels: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        """Refuse a scale that no column has.

        Raises:
            ValueError: It is not above 0, or not finite, or the offset is not.
        """
        check_scale(self.offset, self.scale)

    @property
    def names(self) -> tuple[str, ...]:
        """Name of the feature."""
        return (self.column,)

    def filling(self, how: str) -> Self:
        """The same feature with missing cells filled in, or not.

        Args:
            how: A rule for missing cells.

        Raises:
            DataError: The value is not known.
        """
        if how in ("error", "drop"):
            return structs.replace(self, fill=None)
        fill = {"mean": self.mean, "median": self.median, "most_frequent": self.most_frequent}[how]
        if fill is None:
            raise DataError(
                f"The run does not hold the {how.replace('_', ' ')} value of column {quoted(self.column)}.",
                remedy="Use mean or drop, or train again.",
                code="bad_missing",
            )
        return structs.replace(self, fill=fill)

    def write(self, table: Table, column: Column, rows: Rows, out: NDArray[np.float64]) -> Rows:
        """Write the feature of the given rows into `out`, (rows, 1); returns no rows, because no cell is unknown.

        Raises:
            DataError: A cell is missing and not filled, or no finite number; or the column is in another unit.
        """
        check_unit(column, self.unit)
        values = as_numbers(table, column)[rows]
        if self.fill is not None:
            values[np.isnan(values)] = self.fill
        if not np.isfinite(values).all():
            row = int(rows[np.argmin(np.isfinite(values))])
            raise DataError(
                f"Line {int(table.lines[row])}, column {quoted(self.column)}: no finite number.",
                remedy="Correct the cell, or ignore the column.",
                code="not_finite",
            )
        out[:, 0] = scaled(values, self.offset, self.scale)
        if not np.isfinite(out[:, 0]).all():
            row = int(rows[np.argmin(np.isfinite(out[:, 0]))])
            raise DataError(
                f"Line {int(table.lines[row])}, column {quoted(self.column)}: the number is too far from those of the "
                "training rows to be scaled.",
                remedy="Correct the cell, or ignore the column.",
                code="not_finite",
            )
        return rows[:0]


class CategoryFeature(Struct, frozen=True, tag_field="type", tag="category"):
    """A column of 0 and 1 for each label; two labels share one column, which is 1 for the second."""

    column: str
    """Name of the column it comes from."""
    kind: str
    """Kind of that column according to the reader."""
    labels: tuple[str, ...]
    """Labels of the training rows that are used."""
    rare: int = 0
    """Number of labels that were too rare for a column."""
    fill: str | None = None
    """The label for a missing cell; None if missing cells are not filled in."""
    most_frequent: str | None = None
    """The most frequent label; None in runs of earlier versions."""

    def __post_init__(self) -> None:
        """Refuse labels that no column has.

        Raises:
            ValueError: There are none, one is there twice, or fewer than none are rare.
        """
        if not self.labels:
            raise ValueError("there are no labels")
        if len(set(self.labels)) < len(self.labels):
            raise ValueError("a label is there twice")
        if self.rare < 0:
            raise ValueError(f"rare = {self.rare} is below 0")

    def filling(self, how: str) -> Self:
        """The same feature with missing cells filled in with the most frequent label, or not.

        Args:
            how: A rule for missing cells.

        Raises:
            DataError: The label is not known.
        """
        if how in ("error", "drop"):
            return structs.replace(self, fill=None)
        if self.most_frequent is None:
            raise DataError(
                f"The run does not hold the most frequent label of column {quoted(self.column)}.",
                remedy="Use drop, or train again.",
                code="bad_missing",
            )
        return structs.replace(self, fill=self.most_frequent)

    @property
    def shown(self) -> tuple[str, ...]:
        """The labels that have a column."""
        return self.labels[1:] if len(self.labels) == 2 and not self.rare else self.labels

    @property
    def zeros(self) -> str | None:
        """The label whose features are all 0, like those of an unknown label; None if each label has a column."""
        return self.labels[0] if len(self.shown) < len(self.labels) else None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features, such as `colour=red`; a boolean keeps the name of its column."""
        if self.kind == "boolean" and len(self.shown) == 1:
            return (self.column,)
        return tuple(f"{self.column}={label}" for label in self.shown)

    def write(self, table: Table, column: Column, rows: Rows, out: NDArray[np.float64]) -> Rows:
        """Write 1 where a row has the label of a column of `out`, (rows, features), which has zeros.

        Returns:
            The rows with a label that the training rows did not have; they stay all zeros.
        """
        codes, labels = as_known_labels(column, self.labels, self.kind)
        place = {label: index for index, label in enumerate(self.shown)}
        filled = -1 if self.fill is None else place.get(self.fill, -1)
        where = np.array([place.get(label, -1) for label in labels] + [filled])[codes[rows]]
        present = np.flatnonzero(where >= 0)
        out[present, where[present]] = 1.0
        if self.rare:  # the rare labels are not stored, so an unknown label cannot be distinguished from them
            return rows[:0]
        known = set(self.labels)
        strange = np.array([label not in known for label in labels] + [False])
        return rows[np.flatnonzero(strange[codes[rows]])]


Feature = NumberFeature | CategoryFeature


def fit_number(table: Table, column: Column, rows: Rows, scaling: str, missing: str) -> NumberFeature:
    """Statistics of a number column over the training rows; with missing cells filled in.

    Raises:
        DataError: No training row has a value, or the numbers are too large.
    """
    values = as_numbers(table, column)[rows]
    gaps = np.isnan(values)
    if gaps.all():
        raise _no_value(column)
    fill = None
    if missing in ("mean", "median", "most_frequent"):
        fill = _typical(values[~gaps] if gaps.any() else values, missing)
        values[gaps] = fill
    offset, scale = scale_of(values, scaling, column.name)
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(values.mean()), float(values.std())
    if missing != "most_frequent":
        most_frequent = _typical(values, "most_frequent") if len(values) <= _MOST_COUNTED else None
    else:
        most_frequent = fill
    return NumberFeature(
        column.name,
        column.kind,
        mean if np.isfinite(mean) else 0.0,
        offset,
        scale,
        fill,
        deviation=deviation if np.isfinite(deviation) else None,
        low=float(values.min()),
        high=float(values.max()),
        median=_typical(values, "median"),
        most_frequent=most_frequent,
        unit=column.unit,
    )


def fit_category(column: Column, rows: Rows, missing: str) -> CategoryFeature:
    """Labels of a category over the training rows, sorted; if there are very many, the most frequent.

    Raises:
        DataError: No training row has a label.
    """
    codes, labels = as_labels(column)
    mine = codes[rows]
    counts = np.bincount(mine[mine >= 0], minlength=len(labels))
    if not counts.any():
        raise _no_value(column)
    commonest = labels[int(np.argmax(counts))]
    fill = None if missing in ("error", "drop") else commonest
    seen = np.flatnonzero(counts)
    frequent = set(seen[np.argsort(-counts[seen], kind="stable")][:MOST_LABELS].tolist())
    kept = tuple(labels[code] for code in in_order(column, labels) if code in frequent)
    return CategoryFeature(column.name, column.kind, kept, len(seen) - len(kept), fill, commonest)


def _typical(values: NDArray[np.float64], how: str) -> float:
    """Mean, median or most frequent value (the smallest if there are several)."""
    if how in ("mean", "median"):
        typical = np.mean if how == "mean" else np.median
        with np.errstate(over="ignore", invalid="ignore"):
            found = float(typical(values))
            # Sums of very large numbers overflow; powers of two change no digit.
            return found if np.isfinite(found) else float(typical(values * 2.0**-64)) * 2.0**64
    distinct, counts = np.unique(values, return_counts=True)
    return float(distinct[np.argmax(counts)])


def _no_value(column: Column) -> DataError:
    return DataError(
        f"Column {quoted(column.name)} has no value in any training row.",
        remedy="Ignore the column, or choose another split.",
        code="all_missing",
    )
