"""The trainer: runs the tape over the batches, epoch by epoch, and yields what happened.

It has no screens, files, threads or callbacks.  Its whole state is in the object, so `run` can be stopped at any event
and called again.  `training_loop` goes forward; `rewinding` goes back and finds the update that diverged.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tui_ann.engine.epoch_cursor import Batch, EpochCursor
from tui_ann.engine.evaluation import Evaluation
from tui_ann.engine.events import EpochEnded, Event, Stopped, Updated
from tui_ann.engine.examples import features, input_rows, target_rows
from tui_ann.engine.history import History, Mark
from tui_ann.engine.kernel.choice import new_runs_kernel
from tui_ann.engine.kernel.kernels import Kernel
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import Optimizer
from tui_ann.engine.rewinding import Rewinder
from tui_ann.engine.schedule import pieces
from tui_ann.engine.stopping import StopReason
from tui_ann.engine.tape import Array, Tape
from tui_ann.engine.training_loop import TrainingLoop
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.engine.training_state import TrainingState

__all__ = ["EpochEnded", "Event", "Stopped", "Trainer", "Updated"]


class Trainer:
    """Trains a network on examples.

    Args:
        network: The network to train, from its current parameters.
        X: Training features (n, m).
        Y: Training targets (n, k).
        settings: The settings.
        X_val: Validation features (n_val, m).
        Y_val: Validation targets (n_val, k).
        target_scale: (k,) with `target_offset`: metrics are computed on y·scale + offset, the target's original units.
        target_offset: (k,).
        clock: Seconds that only grow.
        kernel: What runs the updates; that of new runs by default.

    Raises:
        EngineError: If data, settings and network do not fit each other.
    """

    def __init__(
        self,
        network: Network,
        X: Array,
        Y: Array,
        settings: TrainingSettings,
        *,
        X_val: Array | None = None,
        Y_val: Array | None = None,
        target_scale: Array | None = None,
        target_offset: Array | None = None,
        clock: Callable[[], float] = time.perf_counter,
        kernel: Kernel | None = None,
    ) -> None:
        self.network = network
        self.kernel = kernel or new_runs_kernel()
        """What runs the updates; results of two kernels differ in rounding."""
        rows, targets = input_rows(network.architecture, X), target_rows(network.architecture, Y, len(X))
        cursor = EpochCursor(network, rows, targets, self.kernel)
        validation = None
        if X_val is not None and Y_val is not None and len(X_val):
            validation = (features(network.architecture, X_val), target_rows(network.architecture, Y_val, len(X_val)))
        settings.check(validated=validation is not None)
        cursor.check(settings)
        evaluation = Evaluation(network, validation, target_scale, target_offset)
        self._loop = TrainingLoop(network, cursor, settings, evaluation, clock)
        self._rewinder = Rewinder(self._loop, validated=evaluation.validated)
        self.burst = 1
        """Maximum updates between two events."""

    def run(self) -> Iterator[Event]:
        """Train until the run ends, yielding an event after every burst of updates and every epoch."""
        while self._loop.stop_reason is None:
            yield from self._rewinder.advance(self.burst)
        yield Stopped(self._loop.stop_reason)

    def tape(self) -> Tape:
        """The next update as operations on the trainer's own arrays: forward, loss, backward and update.

        A stepper runs them one by one and then calls `end_update`; the result is that of `run` bit for bit.
        """
        self._rewinder.enter_window()
        return self._loop.cursor.tape()

    def next_batch(self) -> Batch:
        """The examples of the next update, noise included, copied."""
        self._rewinder.enter_window()
        return self._loop.cursor.next_batch()

    def end_update(self) -> list[Event]:
        """Count the update whose operations a stepper has run, and do the work due after it."""
        return self._rewinder.count_stepped()

    def change(self, **changes: Any) -> None:
        """Change settings from the next update on, and mark it in the history.

        A run that ended because its epochs were used up continues if there are more of them now.

        Raises:
            EngineError: If a setting is not allowed; then nothing changes.
        """
        self._rewinder.change(changes)

    def notice_divergence(self) -> None:
        """End the run here if it has diverged; otherwise it notices at the end of a window at the latest."""
        self._rewinder.check_divergence()

    def interrupt(self) -> None:
        """End the run here."""
        self._loop.interrupt()

    def seek(self, update: int) -> None:
        """Go to the exact state after this number of updates, earlier or later.

        Later changes of settings are repeated when the run passes them, until a new change replaces them.  The last
        moment of a diverged run is the one before the update that diverged.

        Raises:
            EngineError: If the run ends earlier.
        """
        self._rewinder.seek(update)

    def state(self) -> TrainingState:
        """A copy of the complete training state."""
        return self._loop.state()

    def restore(self, state: TrainingState) -> None:
        """Go to a moment of this run or of an equal run; the history is truncated there."""
        self._rewinder.restore(state)

    def nearest(self, update: int) -> TrainingState:
        """The last kept moment at or before this number of updates; an equal run can be restored to it.

        Raises:
            EngineError: There is none, see `begin_here`.
        """
        self._rewinder.refuse_earlier(update)
        return self._rewinder.checkpoints.before(update)

    def kept(self) -> list[TrainingState]:
        """Every kept moment up to the present one, in order: dense near the present, sparse in the past."""
        return list(self._rewinder.checkpoints)

    def join(self, state: TrainingState | None, marks: Sequence[Mark]) -> None:
        """Go to a moment of an equal run, and repeat from there the changes of settings that were made in that run.

        Args:
            state: The moment; `None` stays at the present one.
            marks: All changes of settings in that run.
        """
        self._rewinder.join(state, marks)

    def begin_here(self) -> None:
        """Make this moment the first of the run, because what came before was computed by another network."""
        self._rewinder.begin_here()

    def remember(self) -> None:
        """Keep this moment, so that going back to it costs nothing."""
        self._rewinder.checkpoint()

    @property
    def settings(self) -> TrainingSettings:
        """The current settings."""
        return self._loop.settings

    @property
    def optimizer(self) -> Optimizer:
        """The update rule with its state."""
        return self._loop.optimizer

    @property
    def update(self) -> int:
        """Updates done."""
        return self._loop.update

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self._loop.epoch

    @property
    def seconds(self) -> float:
        """Time spent training since the start; pauses do not count."""
        return self._loop.seconds

    @property
    def stop_reason(self) -> StopReason | None:
        """Why the run ended, if it did."""
        return self._loop.stop_reason

    @property
    def finished(self) -> bool:
        """Whether the run has ended."""
        return self._loop.stop_reason is not None

    @property
    def history(self) -> History:
        """The history up to the last update."""
        self._loop.collect_losses()
        return self._loop.history

    @property
    def n_examples(self) -> int:
        """Training examples n."""
        return self._loop.cursor.n

    @property
    def position(self) -> int:
        """Examples of the current epoch used so far."""
        return self._loop.cursor.position

    @property
    def examples_met(self) -> int:
        """Examples used since the start, counted again in every epoch."""
        return self._loop.examples_met

    @property
    def updates_per_epoch(self) -> int:
        """Updates per epoch with the current batch size."""
        return pieces(self.n_examples, self.settings.examples_per_update(self.n_examples))

    @property
    def best_epoch(self) -> int | None:
        """The best epoch so far, by what early stopping monitors, else the validation loss, else the loss."""
        return self._loop.best_epoch.epoch

    @property
    def best(self) -> dict[str, Array] | None:
        """Parameters of the best epoch by name."""
        best = self._loop.best
        return None if best is None else self.network.parameters.views(*best)

    def last_change(self) -> dict[str, Array]:
        """What the last update added to each parameter."""
        return self.network.parameters.views(self._loop.optimizer.last_change())
