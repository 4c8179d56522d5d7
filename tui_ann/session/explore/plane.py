"""A plane through the data: two columns vary, all others are held, in the units of the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.features import CategoryFeature, Feature, NumberFeature
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.errors import SessionError
from tui_ann.text import counted

Floats = NDArray[np.float64]

_MARGIN = 0.1
"""Room around the data, of their range."""
_ROUNDING = 1e-9
"""A smaller share than this is rounding."""


@dataclass(frozen=True)
class PlaneAxis:
    """One axis: a number column from `low` to `high`, or a column of labels with a band for each."""

    column: str
    """Name of the column."""
    low: float
    """Lower edge, in the units of the file; −½ for labels."""
    high: float
    """Upper edge; for k labels k − ½, so that label i is at i."""
    labels: tuple[str, ...] = ()
    """The labels of a category, in order."""
    kind: str = "number"
    """Kind of the column according to the reader."""

    def centres(self, cells: int) -> Floats:
        """The centres of equal cells along the axis, from low to high, (cells,)."""
        return self.low + (np.arange(cells) + 0.5) / cells * (self.high - self.low)

    def place(self, values: Floats, cells: int) -> Floats:
        """Where values lie, in cells from the lower edge; 0.5 is the centre of the first cell."""
        return (values - self.low) / (self.high - self.low) * cells


@dataclass(frozen=True, eq=False)
class Plane:
    """Two columns that vary, and a value for every other feature; with one column it is a line."""

    preprocessing: Preprocessing
    """How columns become features."""
    x: PlaneAxis
    """Across."""
    y: PlaneAxis | None
    """Upwards; `None` if there is only one column."""
    base: Floats
    """The features (m,) of the point that all others are held at, scaled as in X."""
    row: int | None = None
    """The example that the others are held at, counted from 0 over train, validation and test; `None` for the mean."""

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        x: str,
        y: str | None = None,
        row: int | None = None,
        frame: tuple[float, float] | None = None,
    ) -> Self:
        """The plane of two columns.

        Args:
            dataset: The data; the axes contain all its rows.
            x: The column across.
            y: The column upwards; may be missing only if there is one column.
            row: An example, counted over all parts, whose other features are held; by default their means over the
                training rows, and of a category the most frequent label.
            frame: What the axes contain in any case.

        Raises:
            SessionError: A column is no feature, or both are the same.
        """
        preprocessing, X = dataset.preprocessing, all_rows(dataset)
        if x == y:
            raise SessionError(f"Both axes are {x!r}.", remedy="Choose two different columns.", code="same_axes")
        base = typical(preprocessing, dataset.X_train) if row is None else X[row].copy()
        axes = [None if name is None else axis_of(preprocessing, X, name, frame) for name in (x, y)]
        assert axes[0] is not None
        return cls(preprocessing, axes[0], axes[1], base, row)

    def features(self, x: Floats, y: Floats | None = None) -> Floats:
        """X (n, m) of points with these values of the columns, (n,) each; a label counts by its place."""
        X = np.tile(self.base, (len(x), 1))
        for axis, values in ((self.x, x), (self.y, y)):
            if axis is not None and values is not None:
                feature, first = find_feature(self.preprocessing, axis.column)
                _write(feature, values, X[:, first : first + len(feature.names)])
        return X

    def grid(self, columns: int, rows: int) -> Floats:
        """X (rows · columns, m) of the centres of a grid of cells, the upper row first; one row of a line."""
        x = self.x.centres(columns)
        if self.y is None:
            return self.features(x)
        y = self.y.centres(rows)[::-1]
        return self.features(np.tile(x, rows), np.repeat(y, columns))

    def places(self, X: Floats) -> Floats:
        """The values of both columns for examples X (n, m), (n, 2); 0 for y if it is a line."""
        found = np.zeros((len(X), 2))
        for j, axis in enumerate((self.x, self.y)):
            if axis is not None:
                found[:, j] = column_values(self.preprocessing, X, axis.column)
        return found

    @property
    def held(self) -> str:
        """How the other columns are held, in words; empty if there are none."""
        chosen = {self.x.column, *(() if self.y is None else (self.y.column,))}
        others = [feature for feature in self.preprocessing.columns if feature.column not in chosen]
        if not others:
            return ""
        if self.row is not None:
            return f"{counted(len(others), 'other')} as in the chosen row"
        labelled = sum(isinstance(feature, CategoryFeature) for feature in others)
        if not labelled:
            return f"{counted(len(others), 'other')} at {'its mean' if len(others) == 1 else 'their means'}"
        if labelled == len(others):
            return f"{counted(len(others), 'other')} at the most frequent label"
        return f"{counted(len(others), 'other')} at the mean or most frequent label"


def all_rows(dataset: Dataset) -> Floats:
    """X of all parts: train, validation, test."""
    return np.concatenate([dataset.X_train, dataset.X_validation, dataset.X_test])


def find_feature(preprocessing: Preprocessing, column: str) -> tuple[Feature, int]:
    """The feature of a column, and its first place in X.

    Raises:
        SessionError: The column is no feature.
    """
    first = 0
    for feature in preprocessing.columns:
        if feature.column == column:
            return feature, first
        first += len(feature.names)
    raise SessionError(
        f"The column {column!r} is no feature of this network.", remedy="Choose a feature.", code="no_such_feature"
    )


def axis_of(
    preprocessing: Preprocessing, X: Floats, column: str, frame: tuple[float, float] | None = None
) -> PlaneAxis:
    """The axis of a column that contains the examples X (n, m) with a margin, and a frame without one."""
    feature, _ = find_feature(preprocessing, column)
    if isinstance(feature, CategoryFeature):
        return PlaneAxis(column, -0.5, len(feature.labels) - 0.5, feature.labels, feature.kind)
    values = column_values(preprocessing, X, column)
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    margin = (high / 2 - low / 2) * 2 * _MARGIN or abs(low) * 0.1 or 0.5
    if frame is not None and frame[0] <= low <= high <= frame[1]:
        return PlaneAxis(column, *frame, kind=feature.kind)
    return PlaneAxis(column, low - margin, high + margin, kind=feature.kind)


def column_values(preprocessing: Preprocessing, X: Floats, column: str) -> Floats:
    """The values (n,) of a column in the units of the file, of examples X (n, m); the place of a label, from 0.

    A label without a feature of its own is not a number.
    """
    feature, first = find_feature(preprocessing, column)
    own = X[:, first : first + len(feature.names)]
    if isinstance(feature, NumberFeature):
        with np.errstate(over="ignore"):
            values: Floats = own[:, 0] * feature.scale + feature.offset
        return values
    if len(feature.shown) < len(feature.labels):
        return np.asarray(own[:, 0] >= 0.5, np.float64)
    places: Floats = np.where(own.any(axis=1), own.argmax(axis=1).astype(np.float64), np.nan)
    return places


def typical(preprocessing: Preprocessing, X: Floats) -> Floats:
    """A typical example (m,): the means of numbers, the most frequent label of categories.

    The means of columns of 0 and 1 would be shares, which no row has.
    """
    base: Floats = X.mean(axis=0)
    first = 0
    for feature in preprocessing.columns:
        if isinstance(feature, CategoryFeature):
            share = base[first : first + len(feature.names)]
            if len(feature.shown) < len(feature.labels):
                share[:] = share >= 0.5
            elif len(share):
                share[:] = np.arange(len(share)) == share.argmax()
        first += len(feature.names)
    return base


def telling_columns(dataset: Dataset) -> tuple[str, str | None]:
    """The two columns that tell most about the target, each for itself; both in their order if there are two.

    A column that the first one determines is not the second, since the points would lie on a line.
    """
    columns = [feature.column for feature in dataset.preprocessing.columns]
    if len(columns) <= 2:
        return columns[0], (columns[1] if len(columns) == 2 else None)
    owner = np.array([j for j, f in enumerate(dataset.preprocessing.columns) for _ in f.names])
    X = dataset.X_train - dataset.X_train.mean(axis=0)
    told = shares_told(X, dataset.Y_train)
    best = int(told.argmax())
    line = X[:, best : best + 1]
    along = line * (line.T @ X / (float((line * line).sum()) or 1.0))
    told[((X - along) ** 2).sum(axis=0) <= _ROUNDING * (X * X).sum(axis=0)] = -1.0
    told[owner == owner[best]] = -2.0
    return columns[owner[best]], columns[owner[int(told.argmax())]]


def shares_told(X: Floats, Y: Floats) -> Floats:
    """How much each feature by itself tells about the targets, from 0 to 1, (m,).

    It is R² of the feature over the targets: the squared correlation with one number, and with classes the share of its
    variance that lies between them.

    Args:
        X: Features (n, m).
        Y: Targets (n, k).
    """
    X = X - X.mean(axis=0)
    with np.errstate(all="ignore"):
        told: Floats = np.nan_to_num((_along(X, Y) ** 2).sum(axis=0) / (X * X).sum(axis=0), posinf=0.0)
    return told


def _along(X: Floats, Y: Floats) -> Floats:
    """The features (n, m), without their means, along directions at right angles that span those of the targets."""
    sizes = Y.sum(axis=0)
    if Y.shape[1] > 1 and bool((Y.any(axis=1)).all()) and np.count_nonzero(Y) == len(Y) == sizes.sum():  # one-hot
        sums: Floats = Y.T @ X / np.sqrt(np.maximum(sizes, 1.0))[:, None]
        return sums
    Y = Y - Y.mean(axis=0)
    u, lengths, _ = np.linalg.svd(np.nan_to_num(Y / np.abs(Y).max(axis=0)), full_matrices=False)
    found: Floats = u[:, lengths > _ROUNDING * lengths[0]].T @ X
    return found


def _write(feature: Feature, values: Floats, out: Floats) -> None:
    if isinstance(feature, NumberFeature):
        out[:, 0] = (values - feature.offset) / feature.scale
        return
    out[:] = 0.0
    codes = np.clip(np.rint(values), 0, len(feature.labels) - 1).astype(int)
    hidden = len(feature.labels) - len(feature.shown)
    named = codes >= hidden
    out[np.flatnonzero(named), codes[named] - hidden] = 1.0


def offered(columns: tuple[str, str | None] | None, dataset: Dataset) -> tuple[str, str | None] | None:
    """Chosen columns, if they can be the axes of this dataset; else `None`, as without a choice."""
    names = feature_columns(dataset.preprocessing)
    return columns if columns is not None and all(name is None or name in names for name in columns) else None


def feature_columns(preprocessing: Preprocessing) -> Sequence[str]:
    """The columns that can be an axis."""
    return [feature.column for feature in preprocessing.columns]
