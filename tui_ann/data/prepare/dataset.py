"""Turns a table into the arrays that a network learns from, with notes on everything that was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.extremes import extreme_notes
from tui_ann.data.prepare.folds import with_fold
from tui_ann.data.prepare.missing import usable_rows
from tui_ann.data.prepare.near_copies import near_copy_notes
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.protocols import DataChoices
from tui_ann.data.prepare.repeats import repeat_notes
from tui_ann.data.prepare.report import class_notes, feature_notes, scaling_notes, selection_notes, split_note
from tui_ann.data.prepare.roles import excluded, propose_task
from tui_ann.data.prepare.row_order import order_notes
from tui_ann.data.prepare.selection import FeatureSelection, select
from tui_ann.data.prepare.split import Rows, Split, split_rows
from tui_ann.data.prepare.targets import Target, find_target, is_by_name
from tui_ann.data.prepare.unknown_labels import unknown_notes
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Features X (n, m) and targets Y (n, k) of the three parts, float64, one row per example."""

    X_train: Array
    """Training features."""
    Y_train: Array
    """Their targets."""
    X_validation: Array
    """Validation features; may have no rows."""
    Y_validation: Array
    """Their targets."""
    X_test: Array
    """Test features; may have no rows."""
    Y_test: Array
    """Their targets."""
    rows: Split
    """The row of the table for each row of the arrays."""
    preprocessing: Preprocessing
    """How the arrays were made; it can be applied to other tables."""
    left_out: dict[str, str]
    """Columns that are unused but not ignored, with the reason (a key of `roles.REASONS`)."""
    notes: tuple[str, ...]
    """Everything that was done, one sentence each."""

    @property
    def task(self) -> str:
        """`regression`, `binary` or `multiclass`."""
        return self.preprocessing.task

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the target columns."""
        return self.preprocessing.target.names

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels in the order of their codes; empty for regression."""
        return self.preprocessing.classes

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Name of each column of X."""
        return self.preprocessing.feature_names


def target_names(target: str | Sequence[str]) -> tuple[str, ...]:
    """The target columns as a tuple, each once.

    Raises:
        DataError: There is none.
    """
    names = (target,) if isinstance(target, str) else tuple(dict.fromkeys(target))
    if not names or "" in names:
        raise DataError("No target is chosen.", remedy="Name the column to predict as target.", code="no_target")
    return names


def task_of(table: Table, names: Sequence[str], task: str) -> str:
    """The task; `auto` means regression for several targets, and is decided by the column for one."""
    if task != "auto":
        return task
    return "regression" if len(names) > 1 else propose_task(table, names[0])


def build_dataset(table: Table, choices: DataChoices, *, one_hot: bool = False) -> Dataset:
    """Turn a table into training, validation and test arrays.

    First rows are dropped by the rule for missing cells; then rows are split (a single row is always trained on); then
    means, scales, labels and fill values are fitted on the training rows and applied to all parts.  The table is not
    changed.

    Args:
        table: The table.
        choices: Target, features, scaling, rule for missing cells, and split.
        one_hot: Whether a binary target gets two columns, for a softmax output of two units.

    Raises:
        DataError: The choices do not fit the table; the message names the place and a remedy.
    """
    divided = _divide(table, choices, one_hot)
    target, selection, rows, how = divided.target, divided.selection, divided.rows, divided.how
    if not is_by_name(choices.features):
        _check_classes(target, None if divided.codes is None else divided.codes[divided.split.train])
    preprocessing = Preprocessing.fit(
        table,
        selection.columns,
        target,
        rows.train,
        scaling=choices.scaling,
        target_scaling=choices.target_scaling,
        missing=choices.missing,
    )
    unknown: dict[str, Rows] = {}
    X = [preprocessing.features(table, part, unknown=unknown) for part in (rows.train, rows.validation, rows.test)]
    Y = [preprocessing.targets(table, part) for part in (rows.train, rows.validation, rows.test)]
    notes = (
        *selection_notes(selection.left_out),
        *divided.notes,
        split_note(rows, how, choices.split_seed, divided.fold),
        *(["The target is a number, so rows were shuffled instead of stratified."] if how != choices.split else []),
        *(order_notes(table, target.names) if how != "ordered" and rows.validation.size + rows.test.size else []),
        *class_notes(
            target, divided.codes, divided.split, _fewest(divided, choices), partial(_stratified, divided, choices)
        ),
        *feature_notes(preprocessing),
        *scaling_notes(preprocessing, rows.train.size),
        *extreme_notes(table, preprocessing.columns, preprocessing.target, rows.train),
        *unknown_notes(table, preprocessing.columns, unknown),
        *near_copy_notes(preprocessing, X[0], Y[0]),
        *repeat_notes((X[0], Y[0]), {"validation": (X[1], Y[1]), "test": (X[2], Y[2])}),
    )
    return Dataset(X[0], Y[0], X[1], Y[1], X[2], Y[2], rows, preprocessing, dict(selection.left_out), notes)


def part_rows(table: Table, choices: DataChoices, *, one_hot: bool = False) -> Split:
    """The row of the table for each row of the three parts, as `build_dataset` finds them, without the arrays.

    Args:
        table: The table.
        choices: The same as for `build_dataset`.
        one_hot: The same.

    Raises:
        DataError: The choices do not fit the table.
    """
    return _divide(table, choices, one_hot).rows


class _Divided(NamedTuple):
    """The rows of a table in three parts."""

    target: Target
    selection: FeatureSelection
    codes: NDArray[np.intp] | None
    """Class of each usable row."""
    how: str
    """How they were split."""
    split: Split
    """The usable rows, counted from 0, of each part."""
    rows: Split
    """The same as rows of the table."""
    fold: str
    """The fold that validates, in words; empty without folds."""
    notes: list[str]
    """What was left out."""


def _divide(table: Table, choices: DataChoices, one_hot: bool) -> _Divided:
    if table.n_rows == 0:
        raise DataError("The table has no rows.", remedy="Open a file with at least one row of data.", code="no_rows")
    names = target_names(choices.target)
    task = task_of(table, names, choices.task)
    target = find_target(table, names, task, choices.classes, one_hot, features=choices.features)
    selection = select(table, names, choices.features, choices.ignore, excluded(table, names[0]))
    usable, notes = usable_rows(table, selection.columns, choices.missing, [table.column(name) for name in names])
    codes = target.codes(table)[usable] if target.classes else None
    how = "shuffled" if codes is None and choices.split == "stratified" else choices.split
    alone = table.n_rows == 1  # a row of its own is a whole exercise, and nothing can be set aside
    dealt = choices.folds is not None and not alone
    split = split_rows(len(usable)) if alone else _split(len(usable), codes, choices, how, target.classes)
    in_words = f"fold {choices.fold or 1} of {choices.folds}" if dealt else ""
    return _Divided(target, selection, codes, how, split, split.of(usable), in_words, notes)


def _split(n: int, codes: NDArray[np.intp] | None, choices: DataChoices, how: str, classes: tuple[str, ...]) -> Split:
    """The parts of n rows: a share or a fold validates."""
    split = split_rows(
        n,
        codes,
        choices.test_split,
        0.0 if choices.folds is not None else choices.validation_split,
        how,
        choices.split_seed,
        class_names=classes or None,
    )
    if choices.folds is None:
        return split
    return with_fold(split, codes, choices.fold or 1, choices.folds, choices.split_seed, class_names=classes)


def _stratified(divided: _Divided, choices: DataChoices) -> Split | None:
    """The parts as a stratified split would have them; `None` if it is refused."""
    codes = divided.codes
    try:
        return None if codes is None else _split(len(codes), codes, choices, "stratified", divided.target.classes)
    except DataError:
        return None


def _fewest(divided: _Divided, choices: DataChoices) -> int:
    """How many rows of a class are needed for one in each part, and in each fold."""
    parts = divided.split.train, divided.split.validation, divided.split.test
    if choices.folds is not None and divided.fold:
        return choices.folds + (divided.split.test.size > 0)
    return sum(part.size > 0 for part in parts)


def _check_classes(target: Target, train_codes: NDArray[np.intp] | None) -> None:
    """Refuse training rows of a single class."""
    if train_codes is None or len(train_codes) == 0 or (train_codes != train_codes[0]).any():
        return
    if len(train_codes) == 1:
        return
    raise DataError(
        f"The training part has only one class, {quoted(target.classes[train_codes[0]])}.",
        remedy='Use split = "stratified" or "shuffled".',
        code="one_class",
    )
