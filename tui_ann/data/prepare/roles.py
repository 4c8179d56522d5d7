"""Proposes the target, the task and the feature columns, with reasons."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.distribution import label_counts
from tui_ann.data.prepare.naming import MOST_CLASSES, MOSTLY, called_answers, why_unlikely
from tui_ann.data.read.table import Column, Table, spelled
from tui_ann.errors import DataError
from tui_ann.text import counted

Task = Literal["regression", "binary", "multiclass"]

MOST_LABELS = 100
"""A category with more labels is left out by default: one-hot, it would be most of the inputs."""

FEW_ROWS = 4
"""With fewer rows a table is an exercise to work out by hand: every row is used, and nothing must be learnt from it."""
_FEWEST_CLASSES, _ROWS_PER_CLASS = 3, 5

REASONS = {
    "id": "identifies the row, so it cannot help to predict others",
    "constant": "has the same value everywhere",
    "empty": "has no values",
    "date": "is a date or a time",
    "text": "is free text",
    "many_labels": f"has more than {MOST_LABELS} labels",
}
"""Why a column is left out, as words after its name."""


class Proposal(NamedTuple):
    """The output layer and the loss that fit a task."""

    units: int
    """Neurons of the output layer."""
    activation: str
    """Their activation function."""
    loss: str
    """The loss."""


def excluded(table: Table, target: str | None) -> dict[str, str]:
    """The columns that are not features by default, each with its reason (a key of `REASONS`)."""
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


class TargetChoice(NamedTuple):
    """The proposed target, and why."""

    name: str
    """The column."""
    reason: str
    """Words after its name."""


def propose_target(table: Table) -> str | None:
    """The most likely target column; see `choose_target`."""
    found = choose_target(table)
    return found.name if found else None


def choose_target(table: Table) -> TargetChoice | None:
    """The most likely target column, with the reason.

    Candidates are columns with the name of an answer, then a first column with classes in files without names, then the
    columns from the last to the first.  A number of a group, a part of a date and a column that is mostly missing come
    last.  The first candidate that the other columns can predict is proposed.
    """
    present = [column for column in table.columns if column.kind != "empty"]
    usable = [column for column in present if _reason(column) is None]
    pairs = _candidates(table, present, usable)
    likeliest = next(pairs, None)
    if likeliest is None:
        return None
    may = (pair for pair in chain([likeliest], pairs) if _can_be_predicted(table, pair[0], usable))
    column, reason = next(may, likeliest)
    return TargetChoice(column.name, reason or _why_last(column, usable))


def _candidates(table: Table, present: Sequence[Column], usable: Sequence[Column]) -> Iterator[tuple[Column, str]]:
    """Columns to predict, the likeliest first, each with the reason (empty for the last likely one)."""
    yield from (
        (column, "is named like an answer") for column in called_answers(present) if not _mostly_missing(column)
    )
    if not table.report.has_header and _classes_come_first(usable):
        yield usable[0], "is a first column of classes"
    yield from ((column, "") for column in reversed(usable) if why_unlikely(column) is None)
    yield from ((column, "is the last that others may predict") for column in reversed(usable))
    for column in reversed(present):
        if column.kind in ("number", "category", "boolean"):
            yield column, "is the last with numbers or classes"
    yield from ((column, "is the last column") for column in reversed(usable or present or table.columns))


def _why_last(column: Column, usable: Sequence[Column]) -> str:
    """Why the last likely column is proposed; it names the columns after it that are not."""
    after = usable[[other is column for other in usable].index(True) + 1 :]
    reasons = [f"{quoted(other.name)} {why}" for other in after[-3:] if (why := why_unlikely(other))]
    return f"is the last column that may be an answer: {', '.join(reasons)}" if reasons else "is the last column"


def _mostly_missing(column: Column) -> bool:
    return column.missing > MOSTLY * max(1, len(column))


def _classes_come_first(usable: Sequence[Column]) -> bool:
    """Whether only the first column looks like classes and the last like a measurement, as in some old data sets."""
    if len(usable) < 2 or not all(column.is_number for column in usable[1:]):
        return False
    first, last = usable[0], usable[-1]
    values = last.numbers[~np.isnan(last.numbers)]
    classes = _looks_like_classes(first) if first.is_number else first.distinct <= MOST_CLASSES
    return classes and bool(np.any(values != np.floor(values)))


def _can_be_predicted(table: Table, column: Column, usable: Sequence[Column]) -> bool:
    others = any(other is not column for other in usable)
    return others and _refusal(table, column, propose_task(table, column.name)) is None


def propose_task(table: Table, target: str) -> Task:
    """The task of predicting a column of a table; see `likely_task`.

    Raises:
        DataError: There is no such column.
    """
    return likely_task(table.column(target))


def likely_task(column: Column) -> Task:
    """The task of predicting a column.

    Two different values make a binary task, other labels a multiclass one.  Numbers make a regression, unless they are
    whole, have 3 to 10 different values and each of these has 5 rows or more: then they look like classes.  In a table
    of very few rows two numbers are classes only if they are 0 and 1.
    """
    if column.is_number and len(column) < FEW_ROWS:
        return "binary" if column.distinct == 2 and {0.0, 1.0}.issuperset(column.numbers.tolist()) else "regression"
    if column.kind == "boolean" or column.distinct == 2:
        return "binary"
    if not column.is_number:
        return "multiclass"
    return "multiclass" if _looks_like_classes(column) else "regression"


def is_by_hand(table: Table) -> bool:
    """Whether the table is an exercise to work out by hand: a few rows of numbers."""
    return table.n_rows < FEW_ROWS and all(column.is_number for column in table.columns)


def _looks_like_classes(column: Column) -> bool:
    if not _FEWEST_CLASSES <= column.distinct <= MOST_CLASSES:
        return False
    values = column.numbers[~np.isnan(column.numbers)]
    if np.any(values != np.floor(values)):
        return False
    _, counts = np.unique(values, return_counts=True)
    return int(counts.min()) >= _ROWS_PER_CLASS


def proposal(table: Table, target: str, task: Task | None = None) -> Proposal:
    """Output layer and loss for predicting the column; the task is proposed if it is not given."""
    match task or propose_task(table, target):
        case "regression":
            return Proposal(1, "linear", "mean_squared_error")
        case "binary":
            return Proposal(1, "sigmoid", "binary_crossentropy")
        case "multiclass":
            return Proposal(table.column(target).distinct, "softmax", "categorical_crossentropy")


def check_target(table: Table, target: str, task: Task | None = None) -> None:
    """Refuse a target that cannot be trained.

    Args:
        table: The data.
        target: Name of the column to predict.
        task: The task; proposed by default.

    Raises:
        DataError: The column does not exist (`no_such_column`), or there are too few rows (`too_few_rows`), no column
            to predict from (`no_features`), no value or only one (`constant_target`), classes that nearly all have a
            single row (`rare_class`), or labels instead of numbers (`not_a_number`).
    """
    column = table.column(target)
    refusal = _refusal(table, column, task or propose_task(table, target))
    if refusal is not None:
        raise refusal


def _refusal(table: Table, column: Column, task: Task) -> DataError | None:
    """Why the column cannot be predicted; `None` if it can be."""
    name = quoted(column.name)
    present = table.n_rows - column.missing
    by_hand = is_by_hand(table) and present > 0
    if present < FEW_ROWS and not by_hand:
        return DataError(
            f"{counted(present, 'row')} with a value of {name} are too few for training.",
            remedy=f"Use at least {FEW_ROWS} rows; of numbers alone, a single row is enough.",
            code="too_few_rows",
        )
    if not any(other.kind != "empty" and other is not column for other in table.columns):
        return DataError(
            f"There is no column left to predict {name} from.",
            remedy="Use a table with at least one other column.",
            code="no_features",
        )
    if column.distinct < 2 and not by_hand:
        return DataError(
            f"{name} has the same value in every row, so there is nothing to learn.",
            remedy="Choose another target, or add rows of other classes.",
            code="constant_target",
        )
    if task != "regression":
        return None if by_hand else _class_refusal(column)
    if not column.is_number:
        return DataError(
            f"{name} is a {column.kind} column, so it cannot be predicted as a number.",
            remedy="Choose another target, or a classification task.",
            code="not_a_number",
        )
    return None


def _class_refusal(column: Column) -> DataError | None:
    """Refuse values that only identify their row, and targets with a single common class.

    One or two rare classes are allowed.
    """
    if column.is_number:
        values, counts = np.unique(column.numbers[~np.isnan(column.numbers)], return_counts=True)
        rarest = spelled(float(values[counts.argmin()]))
    else:
        counts = label_counts(column)
        rarest = column.labels[int(counts.argmin())]
    name, rows = quoted(column.name), int(counts.sum())
    if len(counts) > rows / 2:
        return DataError(
            f"{name} has {counted(len(counts), 'different value')} in {counted(rows, 'row')}: they identify rows, "
            "not classes.",
            remedy='Set task = "regression", or choose another target.'
            if likely_task(column) == "regression"
            else "Choose another target, or join rare classes.",
            code="rare_class",
        )
    if np.count_nonzero(counts > 1) < 2:
        return DataError(
            f"The class {quoted(rarest)} of {name} has a single row.",
            remedy="Join rare classes, leave their rows out, or choose another target.",
            code="rare_class",
        )
    return None
