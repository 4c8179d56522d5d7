"""A run saved in a folder, for viewing and prediction; no data are needed."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.tape import Array
from tui_ann.errors import EngineError, SessionError
from tui_ann.experiment.history_file import AFTER, PENALTY, HistoryTable
from tui_ann.experiment.run_folder import UNFINISHED, RunFolder, Which
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.build import make_network
from tui_ann.session.run.results import Results
from tui_ann.session.run.run import copy_of
from tui_ann.session.run.run_source import no_such_update
from tui_ann.session.run.snapshot import Snapshot, saved_snapshot
from tui_ann.session.store.fitting import check_fit, misfit


def changed_data(record: RunRecord, sha256: str | None) -> str:
    """A sentence if the data file has changed since a run was trained; empty if not, or if that is not known.

    Args:
        record: How the run ended.
        sha256: The fingerprint of the data file now.
    """
    if record.sha256 in (None, sha256):
        return ""
    return "The data file has changed since this run was trained; figures of a new run cannot be compared with it."


@dataclass(frozen=True, eq=False)
class SavedRun:
    """The content of a run folder.  It is a `RunSource`."""

    folder: Path
    """The folder."""
    experiment: Experiment
    """The experiment of the run."""
    network: Network
    """The network with the final parameters."""
    preprocessing: Preprocessing
    """Its preprocessing."""
    history: History
    """Every epoch; the losses of single updates are not saved."""
    record: RunRecord
    """How it ended, and its results."""
    history_only: bool = False
    """Whether another program trained it and wrote no network: then `network` is none of it."""

    @property
    def going_on(self) -> bool:
        """Whether another program may still be training it."""
        going = self.record.stop_reason == UNFINISHED or bool(self.record.watched)
        return self.record.status == Status.INTERRUPTED and going

    @property
    def status(self) -> str:
        """How it ended, or `watched` while another program trains it."""
        return "watched" if self.going_on and self.record.watched else self.record.status

    def require_network(self) -> None:
        """Refuse what needs its network, if it has none.

        Raises:
            SessionError: It has none.
        """
        if self.history_only:
            raise SessionError(
                f"{self.name} has a history only: {self.record.watched} trains it, and wrote no network.",
                remedy="Compare shows its curves; to see its network too, give it to the watch: model=….",
                code="history_only",
            )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a run folder.

        Raises:
            SessionError: It is damaged, or its run ended before anything was saved.
            ExperimentError: Its experiment has mistakes.
        """
        folder = RunFolder.open(path)
        experiment = folder.experiment()
        preprocessing = Preprocessing.from_json(folder.preprocessing())
        record = folder.record()
        which: Which = "final" if folder.has_weights("final") or not folder.has_weights("initial") else "initial"
        history_only = bool(record.watched) and not folder.has_weights(which)
        try:
            start = None if history_only else folder.weights(which)
            network = make_network(experiment, len(preprocessing.feature_names), start)
        except EngineError as error:
            raise misfit(path, error.message, error.details) from error
        table = folder.history_table()
        if not history_only:
            check_fit(path, experiment, network, preprocessing, record, table)
        return cls(path, experiment, network, preprocessing, _history(table, record.penalty), record, history_only)

    @property
    def name(self) -> str:
        """Its name."""
        return self.experiment.name

    @property
    def can_go_on(self) -> bool:
        """Whether it can be trained further: never, because a run folder lacks the required state."""
        return False

    @property
    def stop_reason(self) -> StopReason:
        """Why it ended."""
        return StopReason(Status(self.record.status), self.record.stop_reason)

    def snapshot(self) -> Snapshot:
        """The final state of the run; values that only a live run has are empty."""
        shot = saved_snapshot(
            self.network,
            self.history,
            self.stop_reason,
            self.experiment.training.epochs,
            self.record.updates,
            self.record.best_epoch,
            self.record.verdict,
            self.results,
        )
        return replace(shot, status="watched") if self.status == "watched" else shot

    @property
    def results(self) -> Results | None:
        """The figures of its parameters and of the baselines, if they were written."""
        record = self.record
        return Results(record.metrics, record.baseline, record.kept, record.penalty) if record.metrics else None

    def copy_network(self) -> Network:
        """A copy of the network with the final parameters.

        Raises:
            SessionError: It has none.
        """
        self.require_network()
        return copy_of(self.network)

    def parameters_at(self, update: int) -> dict[str, Array]:
        """Copies of the parameters after this number of updates: 0 or the last.

        Raises:
            SessionError: The folder does not contain them.
        """
        self.require_network()
        folder, last = RunFolder.open(self.folder), self.record.updates
        if update == last:
            return self.network.copy_parameters()
        if update == 0 and folder.has_weights("initial"):
            return dict(folder.weights("initial"))
        raise no_such_update(self.name, update, f"0 or {last}, which the run folder holds")


def _history(table: HistoryTable, penalty: float | None) -> History:
    """The history of a table.

    Args:
        table: The rows.
        penalty: That of the parameters kept; it stands for all epochs if an older folder does not say more.
    """
    history = History()
    columns = dict(zip(table.names, table.rows.T, strict=True))
    if PENALTY not in columns and penalty and columns:
        columns[PENALTY] = np.full(len(table.rows), penalty)
    others = ("epoch", PENALTY, *AFTER)
    history.epochs = EpochRecords.of_columns(
        {name: column for name, column in columns.items() if name not in others},
        {name: columns[name] for name in others if name in columns},
    )
    return history
