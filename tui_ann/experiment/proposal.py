"""What the program proposes for a table: a complete experiment that is a good baseline.

The sizes were chosen by comparing test scores on many tables of a hundred to fifty thousand rows, with numbers and
categories, noise, rare classes, skewed targets and missing cells.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from tui_ann.data.prepare.cells import as_labels
from tui_ann.data.prepare.dataset import target_names, task_of
from tui_ann.data.prepare.roles import Task, check_target, excluded, is_by_hand, propose_target
from tui_ann.data.read.table import Column, Table
from tui_ann.engine.training_settings import EarlyStopping, LossName, TrainingSettings
from tui_ann.experiment.checks import Answer, proposed_output
from tui_ann.experiment.spec import Activation, DataSpec, DenseSpec, Experiment, Missing, NetworkSpec

FEWEST_TO_SPLIT = 20
"""With fewer rows there is no split: two or three test rows would mean nothing."""
TEST_SPLIT, VALIDATION_SPLIT = 0.2, 0.1
MOST_PENALTY, PENALTY_BY_ROWS = 0.01, 5.0
"""The l2 penalty of small tables; for larger ones, the penalty times the rows: many rows need less regularisation."""
MANY_ROWS = 10_000
"""With this many rows or more, batches are larger: an epoch still has enough updates, and takes less time."""


def propose(
    table: Table, path: str | Path, target: str | Sequence[str] | None = None, *, task: str = "auto"
) -> Experiment:
    """Propose everything for a table: target, task, split, network, loss, training settings.

    Args:
        table: The table.
        path: The file it was read from.
        target: The column to predict, or several number columns; proposed too unless given.
        task: `regression`, `binary` or `multiclass`; proposed too unless given.

    Raises:
        DataError: The table cannot be used for training; the message says why.
    """
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
    return Experiment(
        name=_name(Path(path)),
        data=DataSpec(
            path=str(Path(path).absolute()),
            target=names[0] if len(names) == 1 else names,
            task=settled,
            scaling="none" if by_hand else "standard",
            target_scaling="standard" if settled == "regression" and not by_hand else "none",
            missing=_missing(table, names),
            test_split=TEST_SPLIT if test else 0.0,
            validation_split=VALIDATION_SPLIT if split else 0.0,
            split="stratified" if rarest is not None and rarest >= (3 if test else 2) else "shuffled",
        ),
        network=NetworkSpec(
            layers=(
                DenseSpec(units=64, activation="relu"),
                DenseSpec(units=32, activation="relu"),
                DenseSpec(units=units or 1, activation=cast(Activation, activation)),
            )
        ),
        training=TrainingSettings(
            loss=cast(LossName, loss),
            batch_size=32 if rows < MANY_ROWS else 128,
            optimizer="adam",
            learning_rate=0.003,
            l2=min(MOST_PENALTY, float(f"{PENALTY_BY_ROWS / rows:.0e}")),
            epochs=200,
            metrics=("mae", "r2") if settled == "regression" else ("accuracy",),
            early_stopping=EarlyStopping(patience=20) if split else None,
        ),
    )


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
