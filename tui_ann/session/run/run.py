"""A live run: one network that trains on one dataset, and its initial parameters."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.history import History
from tui_ann.engine.layer_summary import multiplications, summary
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.run_record import EndVerdict
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.epoch_log import EpochLog
from tui_ann.session.run.farthest import FarthestHistory
from tui_ann.session.run.owner import RunOwner
from tui_ann.session.run.pace import Pace, playing_speed
from tui_ann.session.run.results import Measured, MeasuredMoment, Results, kept_in_words
from tui_ann.session.run.run_source import no_such_update
from tui_ann.session.run.snapshot import Snapshot, live_snapshot
from tui_ann.session.run.threads import suited_threads
from tui_ann.session.run.verdict import EndCheck
from tui_ann.session.step.stepper import Stepper

Clock = Callable[[], float]
"""Seconds, from any start."""


@dataclass(eq=False)
class Run:
    """A live run.  Only its owner touches the network and the trainer; the others read `snapshot`.

    It is a `RunSource`.
    """

    experiment: Experiment
    """Its experiment, including changes made during the run."""
    dataset: Dataset
    """The data."""
    network: Network
    """The network, live."""
    trainer: Trainer
    """The trainer, live."""
    start: Mapping[str, Array]
    """The initial parameters."""
    begun_with: TrainingSettings
    """The initial training settings."""
    sha256: str | None
    """The fingerprint of the data file."""
    number: int
    """The number of the run in its session, so that snapshots of different runs are not confused."""
    clock: Clock = time.perf_counter
    """Seconds, from any start."""
    saved_at: tuple[int, Experiment] | None = None
    """The update at which it was last saved, and the experiment it was saved with."""
    folder: Path | None = None
    """The run folder it was saved in."""
    forked: int = 0
    """The updates that it shares with the run from which it was forked; 0 if it was not."""

    def __post_init__(self) -> None:
        trainer, number, example = self.trainer, self.number, self.dataset.X_train[0]
        measured = Measured(self.dataset)
        check = EndCheck(trainer, self.start, self.dataset.X_train, self.dataset.Y_train)
        farthest = self.farthest = FarthestHistory()
        """The run as far as it was trained; the trainer may have gone back."""

        def take(status: str, pace: Pace) -> Snapshot:
            speeds = pace.updates_per_second, pace.examples_per_second
            shot = live_snapshot(number, trainer, example, status, speeds, farthest)
            if not trainer.finished:
                return shot
            return replace(shot, verdict=check.verdict(), results=measured.known(_moment(trainer)))

        self.log = EpochLog()
        """Every epoch on disk, of a run of very many."""
        # The owner has no reference to the run, so an unused run is freed at once.
        self.owner = RunOwner(trainer, take, threads=partial(threads_for, trainer), clock=self.clock)
        """Trains the run and does the jobs of other threads."""
        self._check = check
        self._measured = measured

    @cached_property
    def stepper(self) -> Stepper:
        """Steps through this run; only for its owner."""
        return Stepper(self.trainer)

    @property
    def name(self) -> str:
        """Its name."""
        return self.experiment.name

    @property
    def preprocessing(self) -> Preprocessing:
        """Its preprocessing."""
        return self.dataset.preprocessing

    @property
    def history(self) -> History:
        """The history so far; it grows while the run trains."""
        return self.owner.call(lambda: self.trainer.history, changes=False)

    @property
    def can_go_on(self) -> bool:
        """Whether it can be trained further."""
        return not self.trainer.finished

    @property
    def playing_speed(self) -> float | None:
        """Updates per second at which all of it can be watched in about 12 seconds; `None` is full speed.

        Early stopping rarely leaves more than half of the epochs, so only these count then.
        """
        trainer, settings = self.trainer, self.trainer.settings
        batch_size = settings.examples_per_update(trainer.n_examples)
        work = multiplications(summary(self.network.inputs, self.network.layers), batch_size)
        updates = settings.epochs * trainer.updates_per_epoch
        return playing_speed(updates // 2 if settings.early_stopping else updates, work)

    def snapshot(self) -> Snapshot:
        """The run as it is now."""
        return self.owner.snapshot()

    def copy_network(self) -> Network:
        """A copy of the current network."""
        return self.owner.call(lambda: copy_of(self.network), changes=False)

    def verdict(self) -> EndVerdict | None:
        """What is wrong with the result, if the run has ended; only for the owner."""
        return self._check.verdict()

    def results(self) -> Results:
        """The figures of the current parameters and of the baselines.

        They are measured once for each moment of the run, in the calling thread with a copy of the network, so that the
        owner can do other work.
        """
        moment, network = self.owner.call(lambda: (_moment(self.trainer), copy_of(self.network)), changes=False)
        return self._measured.of(moment, network, self.experiment.training.metrics)

    def results_here(self) -> Results:
        """The same, without a copy; only for the owner."""
        return self._measured.of(_moment(self.trainer), self.network, self.experiment.training.metrics)

    def parameters_at(self, update: int) -> dict[str, Array]:
        """Copies of the parameters after this number of updates; the run returns to its current position afterwards.

        Raises:
            SessionError: The run has not made that many updates.
        """
        return self.owner.call(lambda: self._parameters_at(update), changes=False)

    def _parameters_at(self, update: int) -> dict[str, Array]:
        trainer = self.trainer
        now, reason = trainer.update, trainer.stop_reason
        if not 0 <= update <= now:
            raise no_such_update(self.name, update, f"0 to {now}")
        if update == now:
            return self.network.copy_parameters()
        with self.suited_threads():
            trainer.seek(update)
            parameters = self.network.copy_parameters()
            trainer.seek(now)
            if reason is not None and reason.status is Status.DIVERGED:
                for _ in trainer.run():  # repeats the update that diverged
                    pass
            elif reason is not None and not trainer.finished:
                trainer.interrupt()
        return parameters

    @property
    def begun(self) -> bool:
        """Whether there is any progress that could be lost."""
        return self.length > 0

    @property
    def length(self) -> int:
        """Updates made in all; going back does not reduce it."""
        return max(self.trainer.update, self.farthest.update)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """The run as far as it was trained; afterwards it is back where it is now.  Only for the owner."""
        with self.farthest.whole(self):
            yield

    @property
    def unsaved(self) -> bool:
        """Whether there is progress that is not in a run folder yet."""
        return self.begun and self.saved_at != (self.length, self.experiment)

    def suited_threads(self) -> AbstractContextManager[None]:
        """Let BLAS use as many threads as suit this network; see `threads`."""
        return threads_for(self.trainer)

    def advance(self, *, updates: int = 0, epochs: int = 0) -> "Run":
        """Make this number of updates or epochs, unless the run ends; only for the owner."""
        trainer = self.trainer
        with self.suited_threads():
            last = trainer.epoch + epochs
            while trainer.epoch < last and not trainer.finished:
                trainer.burst = trainer.updates_per_epoch
                next(trainer.run())
            goal = trainer.update + updates
            while trainer.update < goal and not trainer.finished:
                trainer.burst = goal - trainer.update
                next(trainer.run())
        return self

    def seek(self, update: int) -> "Run":
        """Go to the exact state after this number of updates, earlier or later; only for the owner.

        Raises:
            EngineError: The run ends before.
        """
        self.farthest.follow(self)
        with self.suited_threads():
            self.trainer.seek(update)
        return self

    def takes_up(self, experiment: Experiment) -> bool:
        """Whether the run can continue with other training settings: it has not ended, or there are more epochs."""
        if not self._differences(experiment) or self.trainer.stop_reason is None:
            return True
        return self.trainer.stop_reason.status is Status.COMPLETED and experiment.training.epochs > self.trainer.epoch

    def take_up(self, experiment: Experiment) -> None:
        """Use other training settings from the next update on; only for the owner.

        A run that has gone back becomes another run here.  If it was saved further on, that folder stays as it is.

        Raises:
            EngineError: A setting is invalid; then nothing changes.
        """
        differences = self._differences(experiment)
        self.trainer.change(**differences)
        self.experiment = experiment
        if differences:
            self.farthest.forget()
            self.log.cut(self.trainer.epoch)
            if self.saved_at is not None and self.saved_at[0] > self.trainer.update:
                self.saved_at = self.folder = None

    def _differences(self, experiment: Experiment) -> dict[str, Any]:
        return {
            name: getattr(experiment.training, name) for name in self.trainer.settings.differences(experiment.training)
        }


def _moment(trainer: Trainer) -> MeasuredMoment:
    return MeasuredMoment(trainer.update, kept_in_words(trainer))


def copy_of(network: Network) -> Network:
    """A copy of a network, so that it can predict while the original trains."""
    copy = Network(network.inputs, network.layers, network.loss, seed=network.seed, dtype=str(network.dtype))
    copy.theta[:], copy.running_statistics[:] = network.theta, network.running_statistics
    return copy


def threads_for(trainer: Trainer) -> AbstractContextManager[None]:
    """Let BLAS use as many threads as suit the network of a trainer; see `threads`."""
    batch_size = trainer.settings.examples_per_update(trainer.n_examples)
    return suited_threads(trainer.network.largest_matrix, trainer.network.examples_at_once(batch_size))
