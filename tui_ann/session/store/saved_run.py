"""A run saved in a folder, for viewing and prediction; no data are needed."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.history import History
from tui_ann.engine.kernel.choice import kernel_named, new_runs_kernel
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.tape import Array
from tui_ann.errors import EngineError, SessionError
from tui_ann.experiment.run_folder import UNFINISHED, RunFolder, Which
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.build import make_network
from tui_ann.session.run.results import Results
from tui_ann.session.run.run import copy_of
from tui_ann.session.run.run_source import no_such_update
from tui_ann.session.run.snapshot import Snapshot, saved_snapshot
from tui_ann.session.store.fitting import check_fit, misfit
from tui_ann.session.store.saved_history import saved_history
from tui_ann.text import clean


def changed_data(record: RunRecord, sha256: str | None) -> str:
    """A sentence if the data file has changed since a run was trained; empty if not, or if that is not known.

    Args:
        record: How the run ended.
        sha256: The fingerprint of the data file now.
    """
    if record.sha256 in (None, sha256):
        return ""
    return "The data file has changed since this run was trained; figures of a new run cannot be compared with it."


def missing_kernel(record: RunRecord) -> str:
    """A sentence if what ran the updates of a run cannot run here, so that they cannot be repeated; empty if it can.

    Args:
        record: How the run ended.
    """
    if record.watched or kernel_named(record.kernel) is not None:
        return ""
    ours = new_runs_kernel().label
    return (
        f"its updates were made by the kernel “{clean(record.kernel)}”, which cannot be used here; "
        f"training it further continues from its stored state with {ours}, which rounds differently."
    )


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
    """Its epochs; the losses of single updates are not saved.  Of a run that was killed, it may have epochs after the
    record and the parameters, which are of one moment."""
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

        def state() -> tuple[Experiment, RunRecord, dict[str, Array] | None]:
            which: Which = "final" if folder.has_weights("final") or not folder.has_weights("initial") else "initial"
            record = folder.record()
            nothing = bool(record.watched) and not folder.has_weights(which)
            return folder.experiment(), record, None if nothing else folder.weights(which)

        experiment, record, start = folder.as_one(state)
        history_only = start is None
        preprocessing = Preprocessing.from_json(folder.preprocessing())
        try:
            network = make_network(experiment, len(preprocessing.feature_names), start)
        except EngineError as error:
            raise misfit(path, error.message, error.details) from error
        history = saved_history(folder, record)
        if not history_only:
            check_fit(path, experiment, network, preprocessing, record, history)
        return cls(path, experiment, network, preprocessing, history, record, history_only)

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
