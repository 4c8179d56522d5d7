"""Why the program proposes what it proposes for a table: a line for each choice."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tui_ann.data.prepare.dataset import target_names
from tui_ann.data.prepare.roles import choose_target, is_by_hand
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError
from tui_ann.experiment.keys import LAYERS, get
from tui_ann.experiment.proposal import (
    FEWEST_TO_SPLIT,
    FEWEST_UPDATES,
    MANY_ROWS,
    PARAMETERS_PER_ROW,
    PENALTY_BY_ROWS,
    capacity,
    n_features,
    n_parameters,
    propose,
    training_rows,
)
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.text import clean, count, counted


class Reason(NamedTuple):
    """Why some settings are proposed."""

    keys: tuple[str, ...]
    """Their dotted keys."""
    text: str
    """The choice and the reason, one sentence without its full stop."""


def reasons(table: Table, experiment: Experiment) -> list[Reason]:
    """Why the settings of an experiment are what they are, of those that are as proposed for its table and target."""
    data = experiment.data
    try:
        made = propose(table, data.path, data.target, task=data.task, ignore=data.ignore)
    except DataError:  # the task or the target does not suit the table
        return []
    same = (
        reason for reason in _all(table, made) if all(get(made, key) == get(experiment, key) for key in reason.keys)
    )
    return list(same)


def _all(table: Table, made: Experiment) -> Iterator[Reason]:
    data, training = made.data, made.training
    table = replace(table, columns=[column for column in table.columns if column.name not in data.ignore])
    names = (data.target,) if isinstance(data.target, str) else data.target
    columns = [table.column(name) for name in names]
    chosen = choose_target(table)
    if chosen is not None and names == (chosen.name,):
        yield Reason(("data.target",), f"target {clean(chosen.name)}: it {chosen.reason}")
    yield Reason(("data.task",), f"{data.task}: {_task_reason(table, columns, data.task)}")
    by_hand = is_by_hand(table)
    yield Reason(("data.test_split", "data.validation_split"), _split_reason(table, made))
    if data.missing != "error":
        yield Reason(("data.missing",), f"missing cells: {data.missing}, {_MISSING[data.missing]}")
    scaled = (
        "numbers as they are: an exercise to follow by hand"
        if by_hand
        else "numbers scaled to mean 0 and deviation 1: no feature counts more because of its unit"
    )
    yield Reason(("data.scaling", "data.target_scaling"), scaled)
    yield Reason((LAYERS,), _network_reason(table, made))
    yield Reason(("training.loss",), f"loss {training.loss.replace('_', ' ')}: the one for a {data.task} task")
    if by_hand:
        yield Reason(
            ("training.optimizer", "training.learning_rate", "training.variant"),
            f"plain gradient descent over all rows, η {training.learning_rate:g}: one linear unit settles with it",
        )
    else:
        yield Reason(
            ("training.optimizer", "training.learning_rate", "training.batch_size"),
            f"adam with η {training.learning_rate:g} in batches of {training.batch_size}: "
            f"usual for {'fewer' if training.batch_size == 32 else 'more'} than {count(MANY_ROWS)} rows",
        )
        yield Reason(("training.l2",), _penalty_reason(table, made, columns[0]))
    if training.early_stopping is not None:
        patience = training.early_stopping.patience
        yield Reason(
            ("training.epochs", "training.early_stopping"),
            f"at most {counted(training.epochs, 'epoch')}, ending {patience} after the best validation loss",
        )
    else:
        epochs = counted(training.epochs, "epoch")
        yield Reason(("training.epochs",), f"{epochs}: about {count(FEWEST_UPDATES)} updates")


_MISSING = {
    "median": "so that no row is lost",
    "drop": "because a target is never filled in",
}


_MOMENTS = {"date": "dates", "time": "times of day"}
"""What a column of moments holds, by its kind: as a target it has classes without an order."""


def _task_reason(table: Table, columns: list[Column], task: str) -> str:
    if len(columns) > 1:
        return f"{counted(len(columns), 'target')} of numbers"
    column = columns[0]
    if task == "regression":
        return "a number with many values" if table.n_rows > column.distinct > 2 else "a number"
    if column.kind in _MOMENTS:
        return f"a column of {_MOMENTS[column.kind]}, {count(column.distinct)} different ones, each a class of its own"
    what = "values" if column.is_number else "labels"
    return f"{count(column.distinct)} different {what}"


def _split_reason(table: Table, made: Experiment) -> str:
    data = made.data
    if not data.validation_split:
        why = "a single row" if table.n_rows == 1 else f"fewer than {FEWEST_TO_SPLIT} rows"
        return f"every row trains: {why}, so nothing is set aside for validation or test"
    parts = [f"{100 * data.test_split:g} % of the rows to test"] if data.test_split else []
    parts.append(f"{100 * data.validation_split:g} % of the {'rest' if parts else 'rows'} to validate")
    how = "with the same share of each class" if data.split == "stratified" else "at random"
    return f"{' and '.join(parts)}, {how}"


def _network_reason(table: Table, made: Experiment) -> str:
    widths = [layer.units for layer in made.network.layers if isinstance(layer, DenseSpec)]
    if len(widths) == 1:
        return f"{counted(widths[0], 'output')} without hidden layers: an exercise to follow by hand"
    inputs, rows = n_features(table, made.data.target), training_rows(table, made)
    shape = "-".join(map(str, (inputs, *widths)))
    have = n_parameters((inputs, *widths))
    most = capacity(rows, inputs, widths[-1])
    a_row = f"at most {count(most // rows)} a row, {_CAPACITY[most > rows * PARAMETERS_PER_ROW]}"
    why = a_row if have <= most else "the smallest that is proposed"
    return f"network {shape}: {counted(have, 'parameter')} for {counted(rows, 'training row')}, {why}"


_CAPACITY = {False: "as usual", True: "as many as it has numbers"}
"""Why a network may have that many parameters for each row, by whether the rows are long."""


def _penalty_reason(table: Table, made: Experiment, target: Column) -> str:
    l2 = made.training.l2
    rows = count(table.n_rows - max(table.column(name).missing for name in target_names(made.data.target)))
    by_rows = f"the fewer rows, the stronger ({PENALTY_BY_ROWS:g} / {rows} rows of the table, at most 0.01)"
    classes = f", and less for {count(target.distinct)} classes" if made.data.task == "multiclass" else ""
    return f"penalty l2 {l2:g}: {by_rows}{classes}"
