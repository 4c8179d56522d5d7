"""The table and the prepared rows of an experiment, redone only where its settings changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_ann.data.prepare.dataset import Dataset, build_dataset, target_names, task_of
from tui_ann.data.prepare.targets import find_target
from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError
from tui_ann.experiment.checks import Misfit, problems
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.run.build import Cancelled, Progress
from tui_ann.session.run.start_weights import StartWeights


@dataclass(frozen=True)
class _Answer:
    """The task, as the table determines it."""

    task: str
    n_classes: int | None
    n_targets: int


def read_options(experiment: Experiment) -> ReadOptions:
    """The reader options of the experiment."""
    data = experiment.data
    return ReadOptions(data.delimiter, data.decimal, data.encoding, data.header, data.skip_lines, data.table)


def read_table_of(
    experiment: Experiment, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Table:
    """The table of an experiment, read with its options.

    Raises:
        DataError: It cannot be read.
    """
    path = Path(experiment.data.path)
    return read_table(path, read_options(experiment), progress=progress, cancelled=cancelled)


def one_hot(experiment: Experiment) -> bool:
    """Whether two classes get one output each, as an output layer with several units needs."""
    last = experiment.network.layers[-1]
    return isinstance(last, DenseSpec) and last.units > 1


class Prepared:
    """A table and a dataset, each with the settings that produced it."""

    def __init__(self) -> None:
        self._table: tuple[Any, Table] | None = None
        self._dataset: tuple[Any, Dataset] | None = None
        self._answer: tuple[Any, _Answer | Misfit] | None = None
        self._start_weights = StartWeights()

    def put_table(self, experiment: Experiment, table: Table) -> None:
        """Store a table that was read with the settings of an experiment."""
        self._table = (_reading(experiment), table)

    def put_dataset(self, experiment: Experiment, dataset: Dataset) -> None:
        """Store a dataset that was prepared with the settings of an experiment."""
        self._dataset = (_preparing(experiment), dataset)

    def table(self, experiment: Experiment) -> Table | None:
        """The table, if it was read with the settings of this experiment."""
        return self._table[1] if self._table and self._table[0] == _reading(experiment) else None

    def dataset(self, experiment: Experiment) -> Dataset | None:
        """The dataset, if it was prepared with the settings of this experiment."""
        return self._dataset[1] if self._dataset and self._dataset[0] == _preparing(experiment) else None

    def make(
        self, experiment: Experiment, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> tuple[Table, Dataset]:
        """The table and the dataset of an experiment, read and prepared only if not stored yet.

        Nothing is stored: give the results to `put_table` and `put_dataset`.

        Raises:
            DataError: The table cannot be read, or does not fit the experiment.
        """
        table = self.table(experiment)
        if table is None:
            table = read_table_of(experiment, progress, cancelled)
        dataset = self.dataset(experiment)
        if dataset is None:
            dataset = build_dataset(table, experiment.data, one_hot=one_hot(experiment))
        return table, dataset

    def problems(self, experiment: Experiment) -> list[Misfit]:
        """What prevents an experiment from running, as far as the data read so far show."""
        answer = self._answered(experiment)
        dataset = self.dataset(experiment)
        inputs = len(dataset.feature_names) if dataset else None
        if isinstance(answer, _Answer):
            found = problems(
                experiment,
                inputs=inputs,
                task=answer.task,
                n_classes=answer.n_classes,
                n_targets=answer.n_targets,
            )
        else:
            found = [*([answer] if answer else []), *problems(experiment)]
        weights = self._start_weights.misfit(experiment, inputs)
        # The last of the problems: mending the layers may mend it too.
        return [*found, weights] if weights else found

    def _answered(self, experiment: Experiment) -> _Answer | Misfit | None:
        """The task of the target, or its problem; `None` without a table."""
        table, data = self.table(experiment), experiment.data
        if table is None:
            return None
        key = (_reading(experiment), data.target, data.task, data.classes, data.features, one_hot(experiment))
        if self._answer is None or self._answer[0] != key:
            self._answer = (key, _answer(table, experiment))
        return self._answer[1]


def _reading(experiment: Experiment) -> Any:
    return experiment.data.path, read_options(experiment)


def _preparing(experiment: Experiment) -> Any:
    return experiment.data, one_hot(experiment)


def _answer(table: Table, experiment: Experiment) -> _Answer | Misfit:
    data = experiment.data
    try:
        names = target_names(data.target)
        task = task_of(table, names, data.task)
        target = find_target(table, names, task, data.classes, one_hot(experiment), features=data.features)
    except DataError as error:
        return Misfit("data.target", error.message, error.remedy, error.code)
    return _Answer(task, len(target.classes) or None, len(names))
