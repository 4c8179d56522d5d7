"""Converts the columns of a table to X and Y, with statistics fitted on the training rows.

The same preprocessing applies to any table with these columns; it is stored as `preprocessing.json` with the trained
parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import msgspec
import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from tui_ann import large_arrays
from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.far_values import far_notes
from tui_ann.data.prepare.features import Feature, NumberFeature, fit_category, fit_number
from tui_ann.data.prepare.missing import RULES, bad_rule, usable_rows
from tui_ann.data.prepare.scaling import SCALINGS
from tui_ann.data.prepare.split import Rows
from tui_ann.data.prepare.targets import Target
from tui_ann.data.prepare.units import unit_notes
from tui_ann.data.prepare.unknown_labels import unknown_notes
from tui_ann.data.read.column_types import KnownColumn
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError

_REMEDY = (
    "Fill in these cells or remove their rows from the file; or use another rule: --missing drop, mean, median or "
    "most_frequent."
)


@dataclass(frozen=True, eq=False)
class Applied:
    """A table as features, ready for a prediction."""

    X: NDArray[np.float64]
    """Features (n, m)."""
    rows: Rows
    """The row of the table for each row of X."""
    notes: tuple[str, ...]
    """What was done: rows left out, cells filled in, unknown labels, numbers far from those of the training rows."""


class Preprocessing(Struct, frozen=True):
    """How a table becomes X and Y."""

    columns: tuple[Feature, ...]
    """The feature columns and their features, in the order of X."""
    target: Target
    """The target and its form in Y."""
    scaling: str
    """How number features are scaled."""
    target_scaling: str
    """How regression targets are scaled."""
    missing: str
    """The rule for missing cells."""
    schema: Literal[1] = 1
    """Version of this format."""

    def __post_init__(self) -> None:
        """Refuse what does not fit together.

        Raises:
            ValueError: There are no columns, one is there twice, or a rule is unknown.
        """
        names = [feature.column for feature in self.columns]
        if not names:
            raise ValueError("there are no columns")
        if len(set(names)) < len(names):
            raise ValueError(f"the column {next(name for name in names if names.count(name) > 1)!r} is there twice")
        for name, rules in (("scaling", SCALINGS), ("target_scaling", SCALINGS), ("missing", RULES)):
            if getattr(self, name) not in rules:
                raise ValueError(f"{name} is none of {', '.join(rules)}")

    @classmethod
    def fit(
        cls,
        table: Table,
        columns: Sequence[Column],
        target: Target,
        train: Rows,
        *,
        scaling: str = "standard",
        target_scaling: str = "none",
        missing: str = "error",
    ) -> Self:
        """Fit means, scales, labels and fill values on the training rows.

        Args:
            table: The table.
            columns: The feature columns.
            target: The target, not yet scaled.
            train: The training rows; each has a target.
            scaling: `none`, `standard` or `minmax`.
            target_scaling: The same for regression targets.
            missing: What to do with missing cells; under `error` and `drop` the rows have none.

        Raises:
            DataError: A column has no value in the training rows, or cannot be scaled.
        """
        fitted: list[Feature] = []
        for column in columns:
            if column.kind in ("number", "date", "time"):
                fitted.append(fit_number(table, column, train, scaling, missing))
            else:
                fitted.append(fit_category(column, train, missing))
        return cls(tuple(fitted), target.fit(table, train, target_scaling), scaling, target_scaling, missing)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Name of each column of X."""
        return tuple(name for feature in self.columns for name in feature.names)

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels in the order of their codes; empty for regression."""
        return self.target.classes

    @property
    def task(self) -> str:
        """`regression`, `binary` or `multiclass`."""
        return self.target.task

    @property
    def target_scale(self) -> NDArray[np.float64]:
        """What each column of Y is multiplied by to get the original units of the target, (k,); ones for classes."""
        return np.array(self.target.scale or [1.0] * self.target.outputs)

    @property
    def target_offset(self) -> NDArray[np.float64]:
        """What is then added, (k,); zeros for classes."""
        return np.array(self.target.offset or [0.0] * self.target.outputs)

    @property
    def known_columns(self) -> dict[str, KnownColumn]:
        """What the reader should know of the columns of another file, by their names."""
        units = {each.column: each.unit for each in self.columns if isinstance(each, NumberFeature)}
        units |= dict(zip(self.target.names, self.target.units, strict=False))  # earlier versions have no units
        kinds = {each.column: each.kind for each in self.columns} | dict.fromkeys(self.target.names, self.target.kind)
        return {
            name: KnownColumn(unit=units.get(name), boolean=kind == "boolean")
            for name, kind in kinds.items()
            if kind == "boolean" or units.get(name) is not None
        }

    def features(
        self, table: Table, rows: Rows | None = None, *, unknown: dict[str, Rows] | None = None
    ) -> NDArray[np.float64]:
        """X of the given rows, (rows, features); of all rows by default.

        Args:
            table: A table with the feature columns; other columns are ignored.
            rows: The rows.
            unknown: Gets, by column, the rows whose label the training rows did not have.

        Raises:
            DataError: A column is missing or in another unit, or a cell is missing or not a number; or there is no room
                for X, not even on the disk.
        """
        wanted = np.arange(table.n_rows) if rows is None else rows
        width = sum(len(feature.names) for feature in self.columns)
        columns = self._columns_of(table)
        X = large_arrays.zeros((len(wanted), width))
        for piece in large_arrays.pieces(X):
            first = 0
            for feature, column in zip(self.columns, columns, strict=True):
                last = first + len(feature.names)
                strange = feature.write(table, column, wanted[piece], X[piece, first:last])
                if len(strange) and unknown is not None:
                    unknown[feature.column] = np.concatenate([unknown.get(feature.column, strange[:0]), strange])
                first = last
        return X

    def with_missing(self, rule: str) -> Self:
        """The same preprocessing with another rule for missing cells, filled in with values of the training rows.

        Raises:
            DataError: There is no such rule, or a value is not known.
        """
        if rule not in RULES:
            raise bad_rule(rule)
        return structs.replace(self, missing=rule, columns=tuple(feature.filling(rule) for feature in self.columns))

    def apply(self, table: Table) -> Applied:
        """X of all rows of a table that can be used, for predictions.

        Raises:
            DataError: As `features`; also if a cell is missing and the rule is `error`.
        """
        columns = self._columns_of(table)
        rows, notes = usable_rows(table, columns, self.missing, remedy=_REMEDY)
        unknown: dict[str, Rows] = {}
        X = self.features(table, rows, unknown=unknown)
        far = far_notes(self.columns, X, rows, table.lines)
        units = unit_notes(
            (column, feature.unit)
            for column, feature in zip(columns, self.columns, strict=True)
            if isinstance(feature, NumberFeature)
        )
        return Applied(X, rows, (*notes, *units, *unknown_notes(table, self.columns, unknown), *far))

    def has_target(self, table: Table) -> bool:
        """Whether the table has the target, so that predictions can be evaluated."""
        return set(self.target.names) <= set(table.names)

    def targets(self, table: Table, rows: Rows | None = None) -> NDArray[np.float64]:
        """Y of the given rows, (rows, outputs), scaled; of all rows by default.  The rows must have a target.

        Raises:
            DataError: The target column is missing, or a label is not among the classes.
        """
        return self.target.write(table, np.arange(table.n_rows) if rows is None else rows)

    def undo(self, Y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Y or ŷ (n, k) in the original units of the target; probabilities are unchanged."""
        return self.target.undo(Y)

    def labels(self, codes: NDArray[np.intp]) -> list[str]:
        """The labels of class codes (n,)."""
        labels: list[str] = np.array(self.classes, object)[codes].tolist()
        return labels

    def numbers(self, y_hat: NDArray[np.float64]) -> list[Any]:
        """ŷ (n, k) of a regression in the target's units: a number for each row, or a tuple of several targets."""
        values = self.undo(y_hat)
        return values[:, 0].tolist() if values.shape[1] == 1 else list(map(tuple, values.tolist()))

    def to_json(self) -> dict[str, Any]:
        """The content of `preprocessing.json`."""
        content: dict[str, Any] = msgspec.to_builtins(self)
        return content

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            DataError: The content has another form.
        """
        try:
            return msgspec.convert(content, type=cls)
        except msgspec.ValidationError as error:
            raise DataError(
                f"preprocessing.json cannot be used: {error}.",
                remedy="Train again, or restore the file.",
                code="bad_json",
            ) from error

    def _columns_of(self, table: Table) -> list[Column]:
        by_name = {column.name: column for column in table.columns}
        lacking = [feature.column for feature in self.columns if feature.column not in by_name]
        if lacking:
            try:
                table.column(lacking[0])
            except DataError as error:
                near = error.remedy
            more = "" if len(lacking) == 1 else f" {_of_all(len(lacking), len(self.columns))} are missing."
            mend = f"Write {quoted(lacking[0])} in the header, or add the column"
            if len(lacking) == len(self.columns) > 1:
                mend = "Take a file with the columns of the run, or write their names in the header"
            elif self.missing not in ("error", "drop"):
                mend += "; its cells may be empty, they are filled in"
            raise DataError(
                f"The table has no column {quoted(lacking[0])}, which the network was trained on.{more}",
                remedy=f"{near} {mend}.".lstrip(),
                code="no_such_column",
            )
        return [by_name[feature.column] for feature in self.columns]


def _of_all(some: int, columns: int) -> str:
    """`All 5 columns`, `Both columns` or `3 of 5 columns`."""
    if some == columns == 2:
        return "Both columns"
    return f"All {columns} columns" if some == columns else f"{some} of {columns} columns"
