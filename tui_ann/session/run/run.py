"""A run: one network in training on one dataset, from a start that it remembers."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.threads import suited_threads


@dataclass(eq=False)
class Run:
    """What a session trains.  It changes with every update; see `Snapshot` for a picture that does not."""

    experiment: Experiment
    """The experiment it follows, changes in mid-run included."""
    dataset: Dataset
    """What it learns from."""
    network: Network
    """The network, as it is now."""
    trainer: Trainer
    """The training, as it is now."""
    start: Mapping[str, Array]
    """The parameters it started from."""
    begun_with: TrainingSettings
    """The settings that it started with."""
    sha256: str | None
    """The fingerprint of the data file."""
    number: int
    """Counts the runs of a session, so that a picture of one is not taken for one of another."""
    saved_at: tuple[int, Experiment] | None = None
    """The update up to which it has been saved, and the experiment it was saved with."""
    folder: Path | None = None
    """The run folder it has been saved in."""

    @property
    def begun(self) -> bool:
        """Whether there is anything that could be lost."""
        return self.trainer.update > 0

    @property
    def unsaved(self) -> bool:
        """Whether there is something that is not in a run folder yet."""
        return self.begun and self.saved_at != (self.trainer.update, self.experiment)

    def suited_threads(self) -> AbstractContextManager[None]:
        """Let BLAS use as many threads as suit this network; see `threads`."""
        batch_size = self.trainer.settings.examples_per_update(self.trainer.n_examples)
        examples = self.network.examples_at_once(batch_size)
        return suited_threads(self.network.largest_matrix, examples)

    def advance(self, *, updates: int = 0, epochs: int = 0) -> "Run":
        """Make so many updates, or go on to the end of so many epochs, unless the run ends before."""
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
        """Go to the moment after so many updates, exactly as the run was or will be there.

        Raises:
            EngineError: The run ends before.
        """
        with self.suited_threads():
            self.trainer.seek(update)
        return self

    def takes_up(self, experiment: Experiment) -> bool:
        """Whether the run can go on with other training settings: it has not ended, or there are more epochs."""
        if not self._differences(experiment) or self.trainer.stop_reason is None:
            return True
        return self.trainer.stop_reason.status is Status.COMPLETED and experiment.training.epochs > self.trainer.epoch

    def take_up(self, experiment: Experiment) -> None:
        """Follow other training settings from the next update on.

        Raises:
            EngineError: A setting cannot work; nothing has changed then.
        """
        self.trainer.change(**self._differences(experiment))
        self.experiment = experiment

    def _differences(self, experiment: Experiment) -> dict[str, Any]:
        return {
            name: getattr(experiment.training, name) for name in self.trainer.settings.differences(experiment.training)
        }
