"""The target as Y, and back: numbers, scaled or not, or classes as 0/1 or one-hot."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.prepare.cells import as_known_labels, as_labels, as_numbers, in_order
from tui_ann.data.prepare.roles import likely_task
from tui_ann.data.prepare.scaling import check_scale, scale_of, scaled, unscaled
from tui_ann.data.prepare.split import Rows
from tui_ann.data.prepare.units import check_unit
from tui_ann.data.read.table import Column, Table, spelled, suggestion
from tui_ann.errors import DataError
from tui_ann.text import counted

MAX_CLASSES = 1000
"""A target with more classes is refused: it is a number, an identifier or text."""


class Target(Struct, frozen=True):
    """The target, with what was fitted on the training rows."""

    names: tuple[str, ...]
    """The target column, or several number columns."""
    task: str
    """`regression`, `binary` or `multiclass`."""
    classes: tuple[str, ...] = ()
    """Labels in the order of their codes; of a binary task the second is the one whose probability is predicted."""
    kind: str = "number"
    """Kind of the column according to the reader."""
    one_hot: bool = False
    """Whether Y has a column for each class."""
    offset: tuple[float, ...] = ()
    """Regression: what was subtracted from each target."""
    scale: tuple[float, ...] = ()
    """Regression: what each target was divided by."""
    units: tuple[str | None, ...] = ()
    """Regression: the unit of each target in the file, None if it has none; empty in runs of earlier versions."""

    def __post_init__(self) -> None:
        """Refuse what does not fit together.

        Raises:
            ValueError: The task has other targets or classes, or a target has no scale.
        """
        if self.task == "regression":
            if self.classes or self.one_hot:
                raise ValueError("a regression has no classes")
            if not self.names or not len(self.names) == len(self.offset) == len(self.scale):
                raise ValueError(
                    f"there are {len(self.names)} names, {len(self.offset)} offsets and {len(self.scale)} scales"
                )
            if self.units and len(self.units) != len(self.names):
                raise ValueError(f"there are {len(self.names)} names and {len(self.units)} units")
            for offset, scale in zip(self.offset, self.scale, strict=True):
                check_scale(offset, scale)
            return
        if self.task not in ("binary", "multiclass"):
            raise ValueError(f"the task {self.task!r} is none of regression, binary and multiclass")
        if len(self.names) != 1:
            raise ValueError(f"a {self.task} task has one target, not {len(self.names)}")
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("a class is there twice")
        if len(self.classes) < 2 or (self.task == "binary" and len(self.classes) > 2):
            raise ValueError(f"a {self.task} task does not have {counted(len(self.classes), 'class')}")
        if self.task == "multiclass" and not self.one_hot:
            raise ValueError("a multiclass task has a column for each class")

    @property
    def outputs(self) -> int:
        """Number of columns of Y."""
        if self.task == "regression":
            return len(self.names)
        return len(self.classes) if self.one_hot else 1

    def codes(self, table: Table) -> NDArray[np.intp]:
        """Class of each row, (n,), −1 where missing.

        Raises:
            DataError: A label is none of the classes.
        """
        column = table.column(self.names[0])
        codes, labels = as_known_labels(column, self.classes, self.kind)
        place = {label: index for index, label in enumerate(self.classes)}
        places = np.array([place.get(label, -2) for label in labels] + [-1], dtype=np.intp)
        result: NDArray[np.intp] = places[codes]
        if (result == -2).any():
            row = int(np.argmax(result == -2))
            unknown = [label for label in labels if label not in place]
            raise DataError(
                f"Column {quoted(column.name)} has labels that are not among the classes: {listing(unknown)}; "
                f"the first is in line {int(table.lines[row])}.",
                remedy=suggestion(unknown[0], self.classes) or "Add them to classes.",
                code="unknown_class",
            )
        return result

    def fit(self, table: Table, rows: Rows, how: str) -> Self:
        """The same target with the scaling of the training rows; classes are never scaled."""
        if self.task != "regression":
            return self
        pairs = [scale_of(as_numbers(table, table.column(name))[rows], how, name) for name in self.names]
        offset, scale = zip(*pairs, strict=True)
        units = tuple(table.column(name).unit for name in self.names)
        return structs.replace(self, offset=offset, scale=scale, units=units)

    def write(self, table: Table, rows: Rows) -> NDArray[np.float64]:
        """Y of the given rows, (rows, outputs), scaled; the rows must have a target.

        Raises:
            DataError: A label is none of the classes; or a target is no number, or in another unit.
        """
        if self.task == "regression":
            for name, unit in zip(self.names, self.units or (None,) * len(self.names), strict=True):
                check_unit(table.column(name), unit)
            Y = np.empty((len(rows), len(self.names)))
            for j, name in enumerate(self.names):
                Y[:, j] = as_numbers(table, table.column(name))[rows]
            return scaled(Y, self.offset, self.scale)
        codes = self.codes(table)[rows]
        if not self.one_hot:
            return codes[:, None].astype(np.float64)
        Y = np.zeros((len(rows), len(self.classes)))
        Y[np.arange(len(rows)), codes] = 1.0
        return Y

    def undo(self, Y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Y or ŷ (n, k) in the original units of the target; probabilities are unchanged."""
        return unscaled(Y, self.offset, self.scale) if self.task == "regression" else Y


def find_target(
    table: Table,
    names: Sequence[str],
    task: str,
    classes: Sequence[object],
    one_hot: bool,
    *,
    features: Sequence[str] = ("*",),
) -> Target:
    """Check the target columns and find the classes; `Target.fit` finds the scaling.

    Args:
        table: The table.
        names: One column, or several number columns.
        task: `regression`, `binary` or `multiclass`.
        classes: Wanted order of the labels; empty for sorted.
        one_hot: Whether a binary target gets a column for each class; a multiclass target always does.
        features: The names of the features.  Where each is named, as in an exercise, a target may be constant.

    Raises:
        DataError: The columns do not suit the task.
    """
    columns = [table.column(name) for name in names]
    for column in columns:
        if column.missing == len(column):
            raise DataError(
                f"The target {quoted(column.name)} has no value in any row.",
                remedy="Choose another target.",
                code="all_missing",
            )
    if task == "regression":
        return _numbers(columns, constant=is_by_name(features))
    if task not in ("binary", "multiclass"):
        raise DataError(
            f"There is no task called {task!r}.", remedy="Use regression, binary or multiclass.", code="bad_task"
        )
    if len(columns) > 1:
        raise DataError(
            f"A {task} task has one target, not {len(columns)}: {listing(names)}.",
            remedy='Name one column, or set task = "regression".',
            code="bad_target",
        )
    found = _classes(columns[0], task, [_text(label) for label in classes])
    return Target((columns[0].name,), task, found, columns[0].kind, one_hot or task == "multiclass")


def is_by_name(features: Sequence[str]) -> bool:
    """Whether every feature is named, so that the columns are those of an exercise and taken as they are."""
    return "*" not in features


def _numbers(columns: Sequence[Column], *, constant: bool) -> Target:
    for column in columns:
        if column.kind != "number":
            raise DataError(
                f"Regression predicts numbers, but the target {quoted(column.name)} is a {column.kind} column.",
                remedy='Set task = "auto", or choose a number column.',
                code="bad_target",
            )
        if len(column) > 1 and column.distinct < 2 and not constant:
            raise DataError(
                f"The target {quoted(column.name)} is constant: there is nothing to predict.",
                remedy="Choose another target.",
                code="constant_target",
            )
        infinite = np.flatnonzero(np.isinf(column.numbers))
        if infinite.size:
            raise DataError(
                f"The target {quoted(column.name)} has an infinite value (row {int(infinite[0]) + 1}).",
                remedy="Correct the cell, or leave the row out.",
                code="not_finite",
            )
    k = len(columns)
    return Target(tuple(column.name for column in columns), "regression", offset=(0.0,) * k, scale=(1.0,) * k)


def _classes(column: Column, task: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """Labels of the column in the given order, or in their own."""
    if column.distinct > MAX_CLASSES:
        raise DataError(
            f"The target {quoted(column.name)} has {counted(column.distinct, 'different value')}; "
            f"that is too many for classes (at most {MAX_CLASSES}).",
            remedy='Set task = "regression" if it is a number, or choose another target.',
            code="too_many_classes",
        )
    unordered = as_labels(column)[1]
    labels = [unordered[code] for code in in_order(column, unordered)]
    if len(labels) < 2 and len(wanted) < 2:
        raise DataError(
            f"The target {quoted(column.name)} has only one class, {listing(labels)}: there is nothing to learn.",
            remedy="Choose another target, or a file with more than one class.",
            code="one_class",
        )
    repeated = [label for index, label in enumerate(wanted) if label in wanted[:index]]
    if repeated:
        raise DataError(f"classes names {listing(repeated)} twice.", remedy="Name each once.", code="bad_classes")
    absent = [label for label in labels if label not in wanted]
    if wanted and absent:
        raise DataError(
            f"classes does not name all labels of the target {quoted(column.name)}: {listing(absent)} is missing.",
            remedy=f"The labels are {listing(labels, 12)}; or leave classes empty.",
            code="bad_classes",
        )
    found = tuple(wanted or labels)
    if task == "binary" and len(found) != 2:
        several = "regression" if likely_task(column) == "regression" else "multiclass"
        raise DataError(
            f"A binary task has two classes, but the target {quoted(column.name)} has {len(found)}: {listing(found)}.",
            remedy=f'Set task = "{several}".',
            code="bad_task",
        )
    return found


def _text(label: object) -> str:
    """A class named in an experiment file as the label of a cell."""
    if isinstance(label, int | float) and not isinstance(label, bool):
        return spelled(label)
    return str(label)
