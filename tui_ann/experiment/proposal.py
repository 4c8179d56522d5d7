"""What the program proposes for a table: a whole experiment that is a good baseline as it stands.

The sizes were chosen by comparing test scores on many tables of a hundred to fifty thousand rows, with numbers and
categories, noise, rare classes, skewed targets and missing cells.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from tui_ann.data.cells import as_labels
from tui_ann.data.dataset import target_names, task_of
from tui_ann.data.roles import Task, check_target, excluded, propose_target
from tui_ann.data.table import Table
from tui_ann.experiment.checks import Answer, proposed_output
from tui_ann.experiment.spec import (
    Activation,
    DataSpec,
    DenseSpec,
    EarlyStoppingSpec,
    Experiment,
    LossName,
    Missing,
    NetworkSpec,
    TrainingSpec,
)

FEWEST_TO_SPLIT = 20
"""With fewer rows nothing is set aside: a test part of two or three rows would say nothing."""
TEST_SPLIT, VALIDATION_SPLIT = 0.2, 0.1


def propose(
    table: Table, path: str | Path, target: str | Sequence[str] | None = None, *, task: str = "auto"
) -> Experiment:
    """Propose everything for a table: target, task, split, network, loss, descent.

    Args:
        table: The table.
        path: The file it was read from.
        target: The column to predict, or several number columns; proposed too unless given.
        task: `regression`, `binary` or `multiclass`; proposed too unless given.

    Raises:
        DataError: The table cannot be learnt from; the message says why.
    """
    names = target_names(target or propose_target(table) or ())
    columns = [table.column(name) for name in names]
    settled = cast(Task, task_of(table, names, task))
    for name in names:
        check_target(table, name, settled)
    rows = table.n_rows - max(column.missing for column in columns)
    classes = None if settled == "regression" else columns[0].distinct
    split = rows >= FEWEST_TO_SPLIT
    units, activation, loss = proposed_output(Answer(settled, classes, len(names)))
    return Experiment(
        name=_name(Path(path)),
        data=DataSpec(
            path=str(Path(path).absolute()),
            target=names[0] if len(names) == 1 else names,
            task=settled,
            target_scaling="standard" if settled == "regression" else "none",
            missing=_missing(table, names),
            test_split=TEST_SPLIT if split else 0.0,
            validation_split=VALIDATION_SPLIT if split else 0.0,
            split="stratified" if settled != "regression" and _enough_of_each(table, names[0]) else "shuffled",
        ),
        network=NetworkSpec(
            layers=(
                DenseSpec(units=64, activation="relu"),
                DenseSpec(units=32, activation="relu"),
                DenseSpec(units=units or 1, activation=cast(Activation, activation)),
            )
        ),
        training=TrainingSpec(
            loss=cast(LossName, loss),
            batch_size=32,
            optimizer="adam",
            learning_rate=0.003,
            l2=0.003,
            epochs=200,
            metrics=("mae", "r2") if settled == "regression" else ("accuracy",),
            early_stopping=EarlyStoppingSpec(patience=15) if split else None,
        ),
    )


def _name(path: Path) -> str:
    """The file's name without its endings: `titanic` of `titanic.csv.gz`."""
    packed = path.suffix.lower() in (".gz", ".zst", ".zip")
    return (path.with_suffix("") if packed else path).stem[:200] or "experiment"


def _missing(table: Table, targets: Sequence[str]) -> Missing:
    """Fill cells in where some are missing, so that no row is lost; a target is never filled in, its row is dropped."""
    unused = {*excluded(table, targets[0]), *targets}
    if any(column.missing for column in table.columns if column.name not in unused):
        return "median"
    return "drop" if any(table.column(name).missing for name in targets) else "error"


def _enough_of_each(table: Table, target: str) -> bool:
    """Whether each class has a row for the training, the validation and the test part."""
    codes, labels = as_labels(table.column(target))
    return bool(np.bincount(codes[codes >= 0], minlength=len(labels)).min() >= 3)
