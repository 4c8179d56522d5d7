"""Which column to predict, as what, and from which others: proposed, with the reason, never decided for good."""

from typing import Literal, NamedTuple

import numpy as np

from tui_ann.data.distribution import label_counts
from tui_ann.data.table import Column, Table
from tui_ann.data.wording import counted, quoted
from tui_ann.errors import DataError

Task = Literal["regression", "binary", "multiclass"]

MOST_LABELS = 100
"""A category with more labels than this is left out by default: one-hot it would be most of the network's inputs."""

_FEWEST_ROWS = 4
_TARGET_NAMES = (
    *("target", "label", "labels", "class", "classes", "klasse", "y", "outcome", "response", "output"),
    *("ziel", "zielwert", "zielgröße", "zielgroesse", "zielvariable"),
)
_FEWEST_CLASSES, _MOST_CLASSES, _ROWS_PER_CLASS = 3, 10, 5

REASONS = {
    "id": "names the row, so it says nothing about others",
    "constant": "has the same value everywhere",
    "empty": "has no values",
    "date": "is a date or a time",
    "text": "is free text",
    "many_labels": f"has more than {MOST_LABELS} labels",
}
"""Why a column is left out, in words that follow its name."""


class Proposal(NamedTuple):
    """The output layer and the loss that fit a task."""

    units: int
    """Neurons of the output layer."""
    activation: str
    """Their activation function."""
    loss: str
    """What is minimised."""


def excluded(table: Table, target: str | None) -> dict[str, str]:
    """The columns not used as features unless the user says so, each with its reason (a key of `REASONS`)."""
    reasons = ((column.name, _reason(column)) for column in table.columns if column.name != target)
    return {name: reason for name, reason in reasons if reason is not None}


def _reason(column: Column) -> str | None:
    if column.kind == "empty":
        return "empty"
    if column.kind in ("date", "time"):
        return "date"
    for flag in ("constant", "id"):
        if flag in column.flags:
            return flag
    if column.kind == "text":
        return "text"
    if column.kind == "category" and column.distinct > MOST_LABELS:
        return "many_labels"
    return None


def propose_target(table: Table) -> str | None:
    """The column most likely meant to be predicted: by its name, else the last one that may serve."""
    present = [column for column in table.columns if column.kind != "empty"]
    for column in reversed(present):
        if column.name.strip().casefold() in _TARGET_NAMES:
            return column.name
    usable = [column for column in present if _reason(column) is None]
    last = (usable or present or table.columns)[-1:]
    return last[0].name if last else None


def propose_task(table: Table, target: str) -> Task:
    """What predicting the column is.

    Two different values make a binary task, other labels a multiclass one.  Numbers make a regression, unless they are
    whole, have 3 to 10 different values and each of these has 5 rows or more: then they look like classes.

    Raises:
        DataError: There is no such column.
    """
    column = table.column(target)
    if column.kind == "boolean" or column.distinct == 2:
        return "binary"
    if not column.is_number:
        return "multiclass"
    return "multiclass" if _looks_like_classes(column) else "regression"


def _looks_like_classes(column: Column) -> bool:
    if not _FEWEST_CLASSES <= column.distinct <= _MOST_CLASSES:
        return False
    values = column.numbers[~np.isnan(column.numbers)]
    if np.any(values != np.floor(values)):
        return False
    _, counts = np.unique(values, return_counts=True)
    return int(counts.min()) >= _ROWS_PER_CLASS


def proposal(table: Table, target: str, task: Task | None = None) -> Proposal:
    """Output layer and loss for predicting the column; the task is proposed too unless it is given."""
    match task or propose_task(table, target):
        case "regression":
            return Proposal(1, "linear", "mean_squared_error")
        case "binary":
            return Proposal(1, "sigmoid", "binary_crossentropy")
    return Proposal(table.column(target).distinct, "softmax", "categorical_crossentropy")


def check_target(table: Table, target: str, task: Task | None = None) -> None:
    """Refuse what cannot be trained.

    Args:
        table: The data.
        target: Name of the column to predict.
        task: What predicting it is; proposed unless given.

    Raises:
        DataError: The column does not exist (`no_such_column`), or there are too few rows (`too_few_rows`), no column
            to predict from (`no_features`), no value or only one (`constant_target`), a class with a single row
            (`rare_class`), or labels where numbers are wanted (`not_a_number`).
    """
    column = table.column(target)
    task = task or propose_task(table, target)
    name = quoted(target)
    present = table.n_rows - column.missing
    if present < _FEWEST_ROWS:
        raise DataError(
            f"{counted(present, 'row')} with a value of {name} is too little to train on.",
            remedy=f"Give at least {_FEWEST_ROWS} rows.",
            code="too_few_rows",
        )
    if not any(other.kind != "empty" and other.name != target for other in table.columns):
        raise DataError(
            f"There is no column left to predict {name} from.",
            remedy="Give a table with one column or more beside the target.",
            code="no_features",
        )
    if column.distinct < 2:
        raise DataError(
            f"{name} has the same value in every row, so there is nothing to learn.",
            remedy="Choose another target, or add rows of other classes.",
            code="constant_target",
        )
    if task == "regression":
        if not column.is_number:
            raise DataError(
                f"{name} is a {column.kind} column, so it cannot be predicted as a number.",
                remedy="Choose another target, or a classification task.",
                code="not_a_number",
            )
    else:
        _check_classes(column)


def _check_classes(column: Column) -> None:
    if column.is_number:
        values, counts = np.unique(column.numbers[~np.isnan(column.numbers)], return_counts=True)
        rarest = str(values[counts.argmin()])
    else:
        counts = label_counts(column)
        rarest = column.labels[int(counts.argmin())]
    if counts.min() < 2:
        single = int(np.count_nonzero(counts < 2))
        raise DataError(
            f"The class {quoted(rarest)} of {quoted(column.name)} has a single row"
            + (f", as have {counted(single - 1, 'other')}." if single > 1 else "."),
            remedy="Join rare classes, leave their rows out, or choose another target.",
            code="rare_class",
        )
