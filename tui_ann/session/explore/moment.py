"""A moment of a run, frozen: a network of its own with the parameters of a snapshot, and the data of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.read.table import Table
from tui_ann.engine.architecture import parameter_shapes
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.workspace import Workspace
from tui_ann.text import count

PARTS = ("train", "validation", "test")
"""The parts of the data, in order."""


@dataclass(frozen=True, eq=False)
class DataPart:
    """The rows of one part of the data, in the units of the engine."""

    name: str
    """`train`, `validation` or `test`."""
    X: Array
    """Features (n, m), scaled; n may be 0."""
    Y: Array
    """Targets (n, k), scaled."""


@dataclass(frozen=True, eq=False)
class RunMoment:
    """A run as it was after some number of updates.  Nothing in it changes, whatever the run does next.

    The network is made when it is first asked for, which belongs into the thread that computes pictures: only one
    thread may use it, because it computes in buffers of its own.
    """

    snapshot: Snapshot
    """The state of the run."""
    source: RunSource
    """The run, live or saved."""
    rows: Dataset
    """The rows, prepared as the open experiment says; `dataset` are those of the run."""
    table: Table | None = None
    """The table, if it has been read."""
    data: Prepared | None = None
    """What has been read and prepared, from which a saved run can be repeated."""
    rig: "NetworkRig" = field(default_factory=lambda: NetworkRig())
    """Holds the network; moments that are shown one after the other share it."""

    @property
    def run(self) -> int:
        """The number of the run in its session; 0 for a saved run."""
        return self.snapshot.run

    @property
    def update(self) -> int:
        """Updates made."""
        return self.snapshot.update

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.snapshot.epoch

    @property
    def restored(self) -> tuple[int, int] | None:
        """The epoch whose parameters early stopping restored at the end, and the updates made then; `None` if none."""
        snapshot, early = self.snapshot, self.experiment.training.early_stopping
        best, epochs = snapshot.best_epoch, snapshot.history.epochs
        if early is None or not early.restore_best_weights or snapshot.stop_reason is None:
            return None
        ended = snapshot.stop_reason.status in (Status.COMPLETED, Status.CONVERGED, Status.EARLY_STOPPED)
        record = epochs.at(best)
        if not ended or best is None or best == snapshot.epoch or record is None:
            return None
        return best, record.updates

    @property
    def inputs(self) -> int:
        """Features of an example."""
        return len(self.preprocessing.feature_names)

    @property
    def experiment(self) -> Experiment:
        """The experiment of the run."""
        return self.source.experiment

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shape of every parameter by name; where they differ, nothing said of one θ holds for the other."""
        return parameter_shapes(self.inputs, engine_layers(self.experiment))

    @property
    def preprocessing(self) -> Preprocessing:
        """How the rows of the run were prepared; `undo` gives the units of the target."""
        return self.source.preprocessing

    @cached_property
    def dataset(self) -> Dataset:
        """The data of the run.  A saved run keeps its own scales, also if the file has changed since.

        Raises:
            DataError: The table lacks a column of the run.
        """
        own = self.preprocessing
        if self.table is None or own is self.rows.preprocessing or own == self.rows.preprocessing:
            return self.rows
        rows, table = self.rows.rows, self.table
        parts = (rows.train, rows.validation, rows.test)
        X = [own.features(table, part) for part in parts]
        Y = [own.targets(table, part) for part in parts]
        return replace(
            self.rows,
            X_train=X[0],
            X_validation=X[1],
            X_test=X[2],
            Y_train=Y[0],
            Y_validation=Y[1],
            Y_test=Y[2],
            preprocessing=own,
        )

    def part(self, name: str) -> DataPart:
        """One part of the data.

        Args:
            name: One of `PARTS`.

        Raises:
            KeyError: There is no such part.
        """
        data = self.dataset
        X, Y = {
            "train": (data.X_train, data.Y_train),
            "validation": (data.X_validation, data.Y_validation),
            "test": (data.X_test, data.Y_test),
        }[name]
        return DataPart(name, X, Y)

    @property
    def network(self) -> Network:
        """A network with the parameters and running statistics of this moment, until that of another one is asked for.

        A network whose parameters are too many for each snapshot is copied from the run when it is first asked for.

        Raises:
            SessionError: It is an earlier moment of such a network.
        """
        return self.rig.holding(self)

    def network_with(self, parameters: Mapping[str, Array]) -> Network:
        """A network like that of the run with other parameters, which may be those of a run that has diverged.

        Args:
            parameters: Every parameter and running statistic by name.
        """
        experiment = self.experiment
        network = Network(
            self.inputs,
            engine_layers(experiment),
            experiment.training.loss,
            seed=experiment.network.seed,
            dtype=experiment.training.dtype,
        )
        put_parameters(network, parameters)
        return network

    @cached_property
    def start(self) -> Mapping[str, Array] | None:
        """The initial parameters by name; `None` if a saved run does not hold them."""
        if isinstance(self.source, Run):
            return self.source.start
        try:
            return self.source.parameters_at(0)
        except SessionError:
            return None


def put_parameters(network: Network, parameters: Mapping[str, Array]) -> None:
    """Set every parameter and running statistic of a network, finite or not.

    Args:
        network: The network.
        parameters: By name.

    Raises:
        KeyError: One is missing.
    """
    for name, view in network.parameters.items():
        view[...] = parameters[name]


class NetworkRig:
    """One network for the moments of a run, with its tapes: the parameters change, what is compiled stays."""

    def __init__(self) -> None:
        self._network: Network | None = None
        self._made_for: tuple[object, ...] = ()
        self._holds: RunMoment | None = None

    def holding(self, moment: RunMoment) -> Network:
        """The network with the parameters of a moment; see `RunMoment.network`."""
        if self._holds is moment and self._network is not None:
            return self._network
        experiment, snapshot = moment.experiment, moment.snapshot
        training = experiment.training  # whose penalties are those of the layers that have none of their own
        made_for = (experiment.network, training.loss, training.dtype, training.l1, training.l2, moment.inputs)
        if snapshot.omitted:
            self._network = _copied(moment)
        elif self._network is None or made_for != self._made_for:
            self._network = moment.network_with(snapshot.parameters)
        else:
            put_parameters(self._network, snapshot.parameters)
        self._made_for = () if snapshot.omitted else made_for
        self._holds = moment
        return self._network


def _copied(moment: RunMoment) -> Network:
    """The network of the run, if the moment is that of the run."""
    source, earlier = moment.source, moment.snapshot.status in ("paused", "ready")
    if isinstance(source, Run) and source.trainer.update > moment.update and earlier:
        raise SessionError(
            f"This network has too many parameters to be shown as it was after update {count(moment.update)}.",
            remedy="Return to the present.",
            code="no_such_update",
        )
    return source.copy_network()


def moment_of(workspace: Workspace, snapshot: Snapshot | None, rig: NetworkRig | None = None) -> RunMoment | None:
    """The moment of a snapshot, at no cost; `None` if there is no run or no data yet.

    Args:
        workspace: What is open.
        snapshot: A snapshot of its run, also of an earlier moment, or of the opened saved run.
        rig: Holds its network; by default a new one.
    """
    rig = rig or NetworkRig()
    run, saved, table, dataset = workspace.run, workspace.saved_run, workspace.table, workspace.dataset
    if snapshot is None:
        return None
    if run is not None and run.number == snapshot.run:
        return RunMoment(snapshot, run, run.dataset, table, rig=rig)
    if run is None and saved is not None and dataset is not None and _alike(saved, dataset):
        return RunMoment(snapshot, saved, dataset, table, workspace.data, rig)
    return None


def _alike(saved: SavedRun, dataset: Dataset) -> bool:
    """Whether rows prepared for the open experiment can be given to a saved run."""
    ours, theirs = saved.preprocessing, dataset.preprocessing
    return (ours.feature_names, ours.classes) == (theirs.feature_names, theirs.classes)
