"""A run that was saved in a folder, to be looked at and to predict with; that needs no data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.epoch_records import EpochRecord, EpochRecords
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.tape import Array
from tui_ann.errors import EngineError, SessionError
from tui_ann.experiment.history_file import AFTER
from tui_ann.experiment.run_folder import RunFolder, RunRecord, Which
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.build import make_network
from tui_ann.session.run.run import copy_of
from tui_ann.session.run.run_source import no_such_update
from tui_ann.session.run.snapshot import Snapshot, saved_snapshot


@dataclass(frozen=True, eq=False)
class SavedRun:
    """What a run folder holds.  It is a `RunSource`."""

    folder: Path
    """The folder."""
    experiment: Experiment
    """The experiment as it ran."""
    network: Network
    """The network with the last parameters."""
    preprocessing: Preprocessing
    """How a table becomes its features."""
    history: History
    """Every epoch; the losses of single updates are not saved."""
    record: RunRecord
    """How it ended and what it reached."""

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
        which: Which = "final" if folder.has_weights("final") or not folder.has_weights("initial") else "initial"
        try:
            network = make_network(experiment, len(preprocessing.feature_names), folder.weights(which))
        except EngineError as error:
            raise SessionError(
                f"The files of {path} do not fit each other: {error.message}",
                remedy="Open another run, or train this experiment again.",
                code="bad_run",
                details=error.details,
            ) from error
        return cls(path, experiment, network, preprocessing, _history(folder.history()), folder.record())

    @property
    def name(self) -> str:
        """What it is called."""
        return self.experiment.name

    @property
    def can_go_on(self) -> bool:
        """Whether it can be trained further: a run folder does not hold what that takes."""
        return False

    @property
    def stop_reason(self) -> StopReason:
        """Why it ended."""
        known = self.record.status in {str(status) for status in Status}
        return StopReason(Status(self.record.status) if known else Status.INTERRUPTED, self.record.stop_reason)

    def snapshot(self) -> Snapshot:
        """The run as it ended; what only a live run has is empty."""
        return saved_snapshot(
            self.network,
            self.history,
            self.stop_reason,
            self.experiment.training.epochs,
            self.record.updates,
            self.record.best_epoch,
        )

    def copy_network(self) -> Network:
        """The network with the last parameters, with arrays of its own."""
        return copy_of(self.network)

    def parameters_at(self, update: int) -> dict[str, Array]:
        """Copies of the parameters after so many updates: 0 or the last.

        Raises:
            SessionError: The folder does not hold them.
        """
        folder, last = RunFolder.open(self.folder), self.record.updates
        if update == last:
            return self.network.copy_parameters()
        if update == 0 and folder.has_weights("initial"):
            return dict(folder.weights("initial"))
        raise no_such_update(self.name, update, f"0 or {last}, which the run folder holds")


def _history(rows: list[dict[str, float]]) -> History:
    history = History()
    history.epochs = EpochRecords(_epoch(row) for row in rows)
    return history


def _epoch(row: Mapping[str, float]) -> EpochRecord:
    return EpochRecord(
        epoch=int(row["epoch"]),
        values={name: value for name, value in row.items() if name != "epoch" and name not in AFTER},
        penalty=0.0,
        learning_rate=row["learning_rate"],
        gradient_norm=row["gradient_norm"],
        gradient_norms={},
        examples=int(row["examples"]),
        updates=int(row["updates"]),
        seconds=row["seconds"],
    )
