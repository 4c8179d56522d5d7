"""Three descents from one start: all examples an update, a batch of them, or one, for the same number of epochs.

Batch descent needs the fewest updates for an epoch and more epochs for a loss; stochastic descent goes further in an
epoch, on a path that fluctuates, and takes longer for it; mini-batches lie between them.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import Variant
from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.landscape import ROWS
from tui_ann.session.run.build import Cancelled, make_run
from tui_ann.session.run.lookback import advance
from tui_ann.session.run.run import threads_for

VARIANTS: tuple[Variant, ...] = ("batch", "mini-batch", "stochastic")
"""The three, from the largest batch to the smallest."""
MOST_UPDATES = 100_000
"""Maximum updates of the stochastic descent; more epochs are left out in all three."""
MOST_POINTS = 300
"""Maximum points kept of each path, start and end included."""


@dataclass(frozen=True, eq=False)
class Descent:
    """One of them, as far as it has come."""

    variant: Variant
    """How many examples make an update."""
    batch_size: int
    """The same as a number."""
    thetas: Array
    """Parameters at points of its path (n, P), the start first."""
    epochs: int
    """Epochs completed."""
    updates: int
    """Updates made."""
    loss: float
    """The loss of all examples now; NaN before the first update."""
    seconds: float
    """Time spent training."""
    done: bool
    """Whether it has come to its end."""
    diverged: bool
    """Whether it ended because it diverged."""


class ThreeDescents:
    """Computes them one after the other; used by one thread at a time.

    Args:
        experiment: The experiment; its variant and its stopping rules do not count.
        dataset: Its data.
        start: The parameters that all three start from, by name.

    Raises:
        TuiAnnError: The experiment cannot run.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset, start: Mapping[str, Array]) -> None:
        examples = len(dataset.X_train)
        self.epochs = max(1, min(experiment.training.epochs, MOST_UPDATES // examples))
        """Epochs of each."""
        self.start = start
        """The parameters that they start from."""
        self._trainers: list[Trainer] = []
        for variant in VARIANTS:
            training = msgspec.structs.replace(
                experiment.training,
                variant=variant,
                epochs=self.epochs,
                early_stopping=None,
                tolerance=0.0,
                gradient_tolerance=0.0,
            )
            changed = msgspec.structs.replace(experiment, training=training)
            self._trainers.append(make_run(changed, dataset, None, 0, start=start).trainer)
        self._loss = LossFunction(self._trainers[0].network, dataset.X_train, dataset.Y_train, most=ROWS)
        self._paths = [[trainer.network.theta.astype(float)] for trainer in self._trainers]
        self._targets = [self._points(trainer) for trainer in self._trainers]
        self._losses = [float("nan")] * len(VARIANTS)

    @property
    def done(self) -> bool:
        """Whether all have come to their end."""
        return all(trainer.finished for trainer in self._trainers)

    def go_on(self, cancelled: Cancelled, seconds: float) -> tuple[Descent, ...]:
        """All three after so many seconds more.

        Args:
            cancelled: Called every few milliseconds; returns whether to stop.
            seconds: How long.
        """
        deadline = time.perf_counter() + seconds
        for place, trainer in enumerate(self._trainers):
            with threads_for(trainer):
                while not trainer.finished and time.perf_counter() < deadline and not cancelled():
                    goal = self._targets[place][0] if self._targets[place] else trainer.update + 1
                    if advance(trainer, goal, lambda: cancelled() or time.perf_counter() > deadline):
                        self._targets[place] = self._targets[place][1:]
                        self._paths[place].append(trainer.network.theta.astype(float))
                        self._losses[place] = self._loss.value(self._paths[place][-1])
        return tuple(self._descent(place) for place in range(len(VARIANTS)))

    def _points(self, trainer: Trainer) -> list[int]:
        """The updates after which the path is kept."""
        last = self.epochs * trainer.updates_per_epoch
        targets: list[int] = np.unique(np.linspace(1, last, MOST_POINTS - 1).round().astype(int)).tolist()
        return targets

    def _descent(self, place: int) -> Descent:
        trainer = self._trainers[place]
        reason = trainer.stop_reason
        return Descent(
            variant=VARIANTS[place],
            batch_size=trainer.settings.examples_per_update(trainer.n_examples),
            thetas=np.array(self._paths[place]),
            epochs=trainer.epoch,
            updates=trainer.update,
            loss=self._losses[place],
            seconds=trainer.seconds,
            done=trainer.finished,
            diverged=reason is not None and reason.status is Status.DIVERGED,
        )
