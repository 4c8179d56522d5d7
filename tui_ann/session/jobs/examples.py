"""What jobs learn from.  It is sent once to each worker, which then prepares the rows that a job asks for."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol, Self

from tui_ann.data.prepare.dataset import Dataset, build_dataset
from tui_ann.data.read.table import Table
from tui_ann.experiment.spec import DataSpec, Experiment
from tui_ann.session.run.prepared import one_hot

MOST_BYTES = 1 << 26
"""Prepared rows that a worker keeps at most, except those in use."""


class Examples(Protocol):
    """Rows to learn from."""

    @property
    def sha256(self) -> str | None:
        """Fingerprint of the data file."""

    def dataset(self, experiment: Experiment) -> Dataset:
        """The rows as an experiment asks for them.

        Raises:
            DataError: They do not fit the experiment.
        """


@dataclass(frozen=True, eq=False)
class ReadyExamples:
    """Rows that are the same for every job, already prepared."""

    rows: Dataset
    """The prepared rows."""
    sha256: str | None = None
    """Fingerprint of the data file."""

    def dataset(self, experiment: Experiment) -> Dataset:
        """The rows."""
        return self.rows


class TableExamples:
    """A table, from which each job gets the rows that its settings ask for: other folds, scaling or features.

    What was prepared last is kept, so that jobs that differ in other settings share it.

    Args:
        table: The table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept: OrderedDict[tuple[DataSpec, bool], Dataset] = OrderedDict()
        self._lock = threading.Lock()  # a worker of a cluster may have several threads

    def __reduce__(self) -> tuple[type[Self], tuple[Table]]:
        """The table alone travels; a worker prepares its rows itself."""
        return type(self), (self._table,)

    @property
    def sha256(self) -> str | None:
        """Fingerprint of the data file."""
        return self._table.report.sha256

    def dataset(self, experiment: Experiment) -> Dataset:
        """The rows as an experiment asks for them.

        Raises:
            DataError: They do not fit the experiment.
        """
        key = (experiment.data, one_hot(experiment))
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                found = build_dataset(self._table, experiment.data, one_hot=key[1])
            self._kept[key] = found
            while len(self._kept) > 1 and sum(map(_size, self._kept.values())) > MOST_BYTES:
                self._kept.popitem(last=False)
        return found


def _size(dataset: Dataset) -> int:
    parts = (dataset.X_train, dataset.Y_train, dataset.X_validation, dataset.Y_validation)
    return sum(int(part.nbytes) for part in (*parts, dataset.X_test, dataset.Y_test))
