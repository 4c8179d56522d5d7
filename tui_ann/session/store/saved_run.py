"""A run that was kept in a folder, taken up for looking and predicting; its data are not needed for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.epoch_records import EpochRecord, EpochRecords
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.errors import EngineError, SessionError
from tui_ann.experiment.history_file import AFTER
from tui_ann.experiment.run_folder import RunFolder, RunRecord, Which
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.build import make_network
from tui_ann.session.run.snapshot import Snapshot, saved_snapshot


@dataclass(frozen=True, eq=False)
class SavedRun:
    """What a run folder holds."""

    folder: Path
    """The folder."""
    experiment: Experiment
    """The experiment as it ran."""
    network: Network
    """The network with the parameters that were kept."""
    preprocessing: Preprocessing
    """How a table becomes its features."""
    history: History
    """Every epoch; the losses of single updates are not kept in a folder."""
    record: RunRecord
    """How it ended and what it reached."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a run folder.

        Raises:
            SessionError: It is damaged, or its run ended before anything was kept.
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
                f"The parts of {path} do not belong together: {error.message}",
                remedy="Open another run, or train this experiment again.",
                code="bad_run",
                details=error.details,
            ) from error
        return cls(path, experiment, network, preprocessing, _history(folder.history()), folder.record())

    @property
    def stop_reason(self) -> StopReason:
        """Why it ended."""
        known = self.record.status in {str(status) for status in Status}
        return StopReason(Status(self.record.status) if known else Status.INTERRUPTED, self.record.stop_reason)

    def snapshot(self) -> Snapshot:
        """A picture of the run as it ended; what only a live run has is empty."""
        return saved_snapshot(
            self.network, self.history, self.stop_reason, self.experiment.training.epochs, self.record.best_epoch
        )


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
