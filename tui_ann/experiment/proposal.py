"""What the program proposes for a table: a complete experiment that is a good baseline.

The sizes were chosen by comparing test scores on many tables of a hundred to fifty thousand rows, with numbers and
categories, noise, rare classes, skewed targets and missing cells.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from tui_ann.data.prepare.cells import as_labels
from tui_ann.data.prepare.dataset import target_names, task_of
from tui_ann.data.prepare.roles import Task, check_target, excluded, is_by_hand, propose_target
from tui_ann.data.read.table import Column, Table
from tui_ann.engine.training_settings import EarlyStopping, LossName, MetricName, TrainingSettings
from tui_ann.experiment.checks import Answer, proposed_output
from tui_ann.experiment.spec import Activation, DataSpec, DenseSpec, Experiment, Missing, NetworkSpec

RATE = 0.003
"""The proposed η, with Adam."""
FEWEST_TO_SPLIT = 20
"""With fewer rows there is no split: two or three test rows would mean nothing."""
TEST_SPLIT, VALIDATION_SPLIT = 0.2, 0.1
MOST_PENALTY, PENALTY_BY_ROWS = 0.01, 5.0
"""The l2 penalty of small tables; for larger ones, the penalty times the rows: many rows need less regularisation."""
EPOCHS, FEWEST_UPDATES = 200, 1000
"""Epochs of a table; of a small one, enough for this number of updates."""
HIDDEN = ((64, 32), (32, 16), (16, 8), (8,))
"""Units of the hidden layers, the largest network first."""
PARAMETERS_PER_ROW = 10
"""A network may have this many parameters for each training row, even if the rows have fewer numbers."""
PENALTY_BY_CLASSES = 0.02
"""The l2 penalty times the classes is at most this: each of many classes has few rows to pull its weights with."""
MANY_ROWS = 10_000
"""With this many rows or more, batches are larger: an epoch still has enough updates, and takes less time."""


class Wishes(NamedTuple):
    """What a proposal must respect."""

    task: str = "auto"
    """`regression`, `binary` or `multiclass`."""
    ignore: tuple[str, ...] = ()
    """Columns that are not used."""
    validation: float | None = None
    """The share of the rows to validate on."""


def propose(
    table: Table,
    path: str | Path,
    target: str | Sequence[str] | None = None,
    *,
    task: str = "auto",
    ignore: Sequence[str] = (),
    validation: float | None = None,
) -> Experiment:
    """Propose everything for a table: target, task, split, network, loss, training settings.

    Args:
        table: The table.
        path: The file it was read from.
        target: The column to predict, or several number columns; proposed too unless given.
        task: `regression`, `binary` or `multiclass`; proposed too unless given.
        ignore: Columns that are not used.
        validation: The share of the rows to validate on; proposed too unless given.

    Raises:
        DataError: The table cannot be used for training; the message says why.
    """
    for name in ignore:
        table.column(name)
    if ignore:
        table = replace(table, columns=[column for column in table.columns if column.name not in ignore])
    names = target_names(target or propose_target(table) or ())
    columns = [table.column(name) for name in names]
    settled = cast(Task, task_of(table, names, task))
    for name in names:
        check_target(table, name, settled)
    rows = table.n_rows - max(column.missing for column in columns)
    classes = None if settled == "regression" else columns[0].distinct
    rarest = None if settled == "regression" else _rarest(columns[0])
    split, by_hand = rows >= FEWEST_TO_SPLIT, is_by_hand(table)
    # Each of two classes needs training rows: with two rows of a class, none is left for a test.
    test = split and not (settled == "binary" and rarest == 2)
    units, activation, loss = proposed_output(Answer(settled, classes, len(names)))
    test_split, validation_split = TEST_SPLIT * test, VALIDATION_SPLIT * split
    if validation is not None:
        validation_split = validation
    kept = max(1, int(rows * (1 - test_split) * (1 - validation_split)))
    batch_size = 32 if rows < MANY_ROWS else 128
    hidden = () if by_hand else hidden_units(kept, n_features(table, names), units or 1)
    return Experiment(
        name=_name(Path(path)),
        data=DataSpec(
            path=str(Path(path).absolute()),
            target=names[0] if len(names) == 1 else names,
            task=settled,
            ignore=tuple(ignore),
            scaling="none" if by_hand else "standard",
            target_scaling="standard" if settled == "regression" and not by_hand else "none",
            missing=_missing(table, names),
            test_split=test_split,
            validation_split=validation_split,
            split="stratified" if rarest is not None and rarest >= (3 if test else 2) else "shuffled",
        ),
        network=NetworkSpec(
            layers=(
                *(DenseSpec(units=each, activation="relu") for each in hidden),
                DenseSpec(units=units or 1, activation=cast(Activation, activation)),
            )
        ),
        training=TrainingSettings(
            loss=cast(LossName, loss),
            variant="batch" if by_hand else "mini-batch",
            batch_size=batch_size,
            optimizer="sgd" if by_hand else "adam",
            learning_rate=_steady_rate(table, names) if by_hand else RATE,
            l2=0.0 if by_hand else _penalty(rows, classes or 1),
            epochs=max(EPOCHS, 100 * math.ceil(FEWEST_UPDATES / math.ceil(kept / batch_size) / 100)),
            metrics=usual_metrics(settled, len(names)),
            early_stopping=EarlyStopping(patience=20) if validation_split > 0 else None,
        ),
    )


def hidden_units(rows: int, inputs: int, outputs: int) -> tuple[int, ...]:
    """The largest hidden layers whose network the training rows can hold; the smallest if they can hold none.

    Args:
        rows: Training rows.
        inputs: Features.
        outputs: Units of the output layer.
    """
    most = capacity(rows, inputs, outputs)
    fitting = (units for units in HIDDEN if n_parameters((inputs, *units, outputs)) <= most)
    return next(fitting, HIDDEN[-1])


def capacity(rows: int, inputs: int, outputs: int) -> int:
    """The most parameters that this number of training rows can hold: as many as they have numbers, or ten a row."""
    return rows * max(PARAMETERS_PER_ROW, inputs + outputs)


def n_parameters(widths: Sequence[int]) -> int:
    """Weights and biases of dense layers, from the number of inputs to that of outputs."""
    return sum((before + 1) * units for before, units in pairwise(widths))


def training_rows(table: Table, experiment: Experiment) -> int:
    """About how many rows of the table the experiment trains on."""
    data = experiment.data
    rows = table.n_rows - max(table.column(name).missing for name in target_names(data.target))
    return max(1, int(rows * (1 - data.test_split) * (1 - data.validation_split)))


def n_features(table: Table, target: str | Sequence[str]) -> int:
    """The number of features that predict the target."""
    targets = target_names(target)
    unused = {*excluded(table, targets[0]), *targets}
    used = (column for column in table.columns if column.name not in unused)
    return sum(1 if column.is_number or column.distinct <= 2 else column.distinct for column in used)


def usual_metrics(task: str, targets: int) -> tuple[MetricName, ...]:
    """The metrics of every epoch; several targets may have different units, so that a mean over them means nothing.

    Args:
        task: `regression`, `binary` or `multiclass`.
        targets: Columns to predict.
    """
    if task != "regression":
        return ("accuracy",)
    return ("mae", "r2") if targets == 1 else ("r2",)


def _penalty(rows: int, classes: int) -> float:
    return float(f"{min(MOST_PENALTY, PENALTY_BY_ROWS / rows, PENALTY_BY_CLASSES / classes):.0e}")


def _steady_rate(table: Table, targets: Sequence[str]) -> float:
    """The largest power of ten, at most 0.1, at which gradient descent of one linear unit settles on these numbers."""
    used = [column.numbers for column in table.columns if column.name not in targets]
    inputs = np.nan_to_num(np.column_stack([np.ones(table.n_rows), *used]))
    with np.errstate(over="ignore"):
        steepest = 2 / len(inputs) * float((inputs * inputs).sum())
    return 10.0 ** -max(1, math.ceil(math.log10(min(steepest, 1e12))))


def _name(path: Path) -> str:
    """The file's name without its endings: `titanic` of `titanic.csv.gz`."""
    packed = path.suffix.lower() in (".gz", ".zst", ".zip")
    return (path.with_suffix("") if packed else path).stem[:200] or "experiment"


def _missing(table: Table, targets: Sequence[str]) -> Missing:
    """Fill in missing cells, so that no row is lost; rows without a target are dropped."""
    unused = {*excluded(table, targets[0]), *targets}
    if any(column.missing for column in table.columns if column.name not in unused):
        return "median"
    return "drop" if any(table.column(name).missing for name in targets) else "error"


def _rarest(target: Column) -> int:
    """Rows of the smallest class."""
    codes, labels = as_labels(target)
    return int(np.bincount(codes[codes >= 0], minlength=len(labels)).min())
