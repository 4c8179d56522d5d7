"""Predictions of a network for a file: how it is read, which rows are left out, and which belong to the run."""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tui_ann.data.prepare.dataset import Dataset, part_rows
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.split import Split
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.engine.network import Network
from tui_ann.errors import DataError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run import predictions
from tui_ann.session.run.build import Progress
from tui_ann.session.run.predictions import Predictions
from tui_ann.session.run.prepared import one_hot, read_options


@dataclass(frozen=True, eq=False)
class Answerer:
    """A predictor with its own copy of the network."""

    network: Network
    """The copy."""
    preprocessing: Preprocessing
    """How rows are prepared."""
    experiment: Experiment
    """The experiment of the run."""
    dataset: Dataset | None
    """The data of a live run."""
    sha256: str | None
    """The fingerprint of the data file of the run."""
    table: Table | None = None
    """The table of `dataset`, if it is at hand."""

    @property
    def file_changed(self) -> bool:
        """Whether `table` is not the one that the run was trained on, so that `dataset` has other parts than the run.

        False if that is not known.
        """
        return self.table is not None and self.sha256 is not None and self.table.report.sha256 != self.sha256

    def predict(
        self,
        data: Table | str | os.PathLike[str],
        threshold: float = 0.5,
        *,
        missing: str | None = None,
        options: ReadOptions | None = None,
        progress: Progress | None = None,
    ) -> Predictions:
        """Predictions for the rows of a table or data file; see `Runs.predict`."""
        table, own = (data, self._is_own(data)) if isinstance(data, Table) else self.read(data, options, progress)
        split = self.split_of(table) if own else None
        metrics = self.experiment.training.metrics
        return predictions.predict(self.network, self.preparing(missing), table, metrics, threshold, split)

    def preparing(self, missing: str | None = None) -> Preprocessing:
        """How rows to predict are prepared.

        Args:
            missing: The rule for missing cells; by default that of the run if it fills them in, else `drop`.

        Raises:
            DataError: There is no such rule.
        """
        preprocessing = self.preprocessing
        if missing is None:
            missing = "drop" if preprocessing.missing == "error" else preprocessing.missing
        return preprocessing if missing == preprocessing.missing else preprocessing.with_missing(missing)

    def read(
        self, data: str | os.PathLike[str], options: ReadOptions | None = None, progress: Progress | None = None
    ) -> tuple[Table, bool]:
        """Read a file for the columns of the run; also whether it is that of the run, read as the run read it.

        Raises:
            DataError: It cannot be read.
        """
        used, given = read_options(self.experiment), options or ReadOptions()
        known = self.preprocessing.known_columns

        def read(options: ReadOptions) -> Table:
            return read_table(Path(data), replace(options, known=known), progress=progress)

        try:
            table = read(given)
        except DataError as error:
            if error.code != "several_tables" or used.table is None:
                raise
            given = replace(given, table=used.table)  # like the run itself
            table = read(given)
        if not self._is_own(table):
            return table, False
        if used != given == ReadOptions(table=given.table):
            return read(used), True
        return table, used == given

    def _is_own(self, table: Table) -> bool:
        return self.sha256 is not None and table.report.sha256 == self.sha256

    def split_of(self, table: Table) -> Split | None:
        """The rows of each part of the run; `None` if its experiment does not fit the table."""
        if self.dataset is not None and not self.file_changed:
            return self.dataset.rows
        with suppress(DataError):
            return part_rows(table, self.experiment.data, one_hot=one_hot(self.experiment))
        return None
