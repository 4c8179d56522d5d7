"""The training loop: bursts of updates, and the work at the end of a window and of an epoch.

It only goes forward; `rewinding` takes it back.  Losses are not computed update by update: each update stores its
logits, and one pass computes all losses when a window ends or the history is read.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tui_ann.engine.best_epoch import BestEpoch
from tui_ann.engine.epoch_cursor import EpochCursor
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.evaluation import Evaluation
from tui_ann.engine.events import EpochEnded, Event, Updated
from tui_ann.engine.history import History, Mark
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import Optimizer
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.stopping_rules import stop_reason
from tui_ann.engine.tape import Array, Tape, accumulate
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.engine.training_state import TrainingState
from tui_ann.text import counted
from tui_ann.text.symbols import Role, Symbol


class TrainingLoop:
    """Trains a network epoch by epoch.

    Args:
        network: The network to train, from its current parameters.
        cursor: Goes through the training examples.
        settings: The settings.
        evaluation: Computes the values of an epoch.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        network: Network,
        cursor: EpochCursor,
        settings: TrainingSettings,
        evaluation: Evaluation,
        clock: Callable[[], float],
    ) -> None:
        self.network, self.cursor, self.settings = network, cursor, settings
        self._evaluation, self._clock = evaluation, clock
        self.update = 0
        """Updates done."""
        self.epoch = 0
        """Epochs completed."""
        self.seconds = 0.0
        """Time spent training since the start; pauses do not count."""
        self.stop_reason: StopReason | None = None
        """Why the run ended, if it did."""
        self.history = History()
        """The history so far, with losses up to the last `collect_losses`."""
        self.best: tuple[Array, Array] | None = None
        """θ and running statistics of the best epoch, copied."""
        self.ended_with: tuple[Array, Array] | None = None
        """θ and running statistics of the last update, if the run ended with those of the best epoch."""
        self.window_start = 0
        """Updates done at the start of the window."""
        network.seek_masks(0)
        self._set_up_optimizer()
        self._set_up_best_epoch()

    def advance(self, burst: int) -> list[Event]:
        """Do up to `burst` updates within the window, and the work due after them."""
        began = self._clock()
        self.enter_window()
        events = self.count(self.cursor.advance(burst, self.update))
        self.seconds += self._clock() - began
        return events

    def enter_window(self) -> None:
        """Prepare the next update."""
        if self.cursor.between_windows:
            self.window_start = self.update
            self.cursor.enter_window(self.epoch + 1, self.settings)
        self.optimizer.flush_underflow(self.update)

    def count(self, updates: int) -> list[Event]:
        """Count this number of completed updates, and do the work due after them.

        If `cursor.finite` is false afterwards, the run has diverged somewhere in this window.
        """
        cursor = self.cursor
        self.update += updates
        events: list[Event] = [Updated(self.update)]
        if cursor.window_complete:
            self.collect_losses()
        if not cursor.finite:
            return events
        if cursor.complete:
            events.append(EpochEnded(self._close_epoch()))
        elif cursor.window_complete:
            cursor.leave_window()
        return events

    def collect_losses(self) -> None:
        """Bring the losses of the history up to the last update."""
        self.history.append_losses(self.cursor.collect_losses())

    def _close_epoch(self) -> EpochRecord:
        record = self.record()
        previous = self.history.epochs[-1] if self.history.epochs else None
        self.epoch += 1
        self.history.epochs.append(record)
        if self.best_epoch.observe(self.epoch, record.values):
            self.best = (self.network.theta.copy(), self.network.running_statistics.copy())
        reason = stop_reason(self.settings, self.best_epoch, record, previous, self._gradient_sum)
        if reason is not None:
            last = (self.network.theta.copy(), self.network.running_statistics.copy())
            restored = self.best_epoch.epoch != self.epoch and self.restore_best()
            self.ended_with = last if restored else None
            self.stop_reason = replace(reason, kept=restored) if restored else reason
        self.cursor.restart()
        self._gradient_sum.fill(0.0)
        self.history.thin_when_full(self.best_epoch.epoch)
        return record

    def record(self) -> EpochRecord:
        """The record of the epoch so far."""
        values, penalty = self._evaluation.epoch(self.settings.metrics, self.cursor)
        norms = self.network.parameters.gradient_norms()
        return EpochRecord(
            epoch=self.epoch + 1,
            values=values,
            penalty=penalty,
            learning_rate=self.settings.learning_rate,
            gradient_norm=math.hypot(*norms.values()),
            gradient_norms=norms,
            examples=self.examples_met,
            updates=self.update,
            seconds=round(self.seconds, 6),
        )

    @property
    def examples_met(self) -> int:
        """Examples used since the start, counted again in every epoch."""
        if self.stop_reason and self.stop_reason.status is Status.DIVERGED:
            return self.history.epochs[-1].examples
        return self.epoch * self.cursor.n + self.cursor.position

    def restore_best(self) -> str:
        """Restore the weights of the best epoch if early stopping asks for it; return a phrase about it."""
        early = self.settings.early_stopping
        if not (early and early.restore_best_weights and self.best):
            return ""
        self.network.theta[:], self.network.running_statistics[:] = self.best
        return f"the weights of epoch {self.best_epoch.epoch} were restored"

    def interrupt(self) -> None:
        """End the run here."""
        if self.stop_reason is None:
            text = f"interrupted after {counted(self.update, 'update')}, {counted(self.epoch, 'epoch')} complete"
            self.stop_reason = StopReason(Status.INTERRUPTED, text)

    def change_settings(self, settings: TrainingSettings, mark: Mark) -> None:
        """Use other settings from the next update on.

        A run that ended because its epochs were used up continues if there are more of them now.

        Args:
            settings: The settings; they must have been checked.
            mark: The text for the change in the history.
        """
        self.history.marks.append(mark)
        old, self.settings = self.settings, settings
        if settings.optimizer != old.optimizer:
            self._set_up_optimizer()
        self.optimizer.eta[()] = settings.learning_rate
        self.optimizer.m[()] = settings.momentum
        summed, was_summed = settings.gradient_tolerance > 0.0, old.gradient_tolerance > 0.0
        if self._batch_size != self.cursor.batch_size or summed != was_summed:
            self._set_up_cursor()
        monitored = self.best_epoch.monitor, self.best_epoch.min_delta
        if settings.watched(validated=self._evaluation.validated) != monitored:
            self._set_up_best_epoch()
        # The search for a divergence starts at a window, with the settings of that time.
        self.cursor.leave_window()
        if self.stop_reason and self.stop_reason.status is Status.COMPLETED and settings.epochs > self.epoch:
            self.stop_reason = None
            if self.ended_with is not None:  # continue as if the run had never ended
                self.network.theta[:], self.network.running_statistics[:] = self.ended_with
                self.ended_with = None

    def state(self) -> TrainingState:
        """A copy of the complete training state."""
        self.collect_losses()
        return TrainingState(
            theta=self.network.theta.copy(),
            gradient=self.network.gradient.copy(),
            running_statistics=self.network.running_statistics.copy(),
            gradient_sum=self._gradient_sum.copy(),
            optimizer=self.optimizer.state(),
            cursor=self.cursor.state(),
            best_epoch=self.best_epoch.state,
            best=self.best,
            settings=self.settings,
            update=self.update,
            epoch=self.epoch,
            marks=len(self.history.marks),
            seconds=self.seconds,
            stop_reason=self.stop_reason,
            ended_with=self.ended_with,
            records=self.history.epochs.those_of({self.best_epoch.epoch or 0, self.epoch}),
        )

    def restore(self, state: TrainingState) -> None:
        """Go to a moment of this run or of an equal run; the history is truncated there."""
        if state.settings != self.settings:
            self.settings = state.settings
            self._set_up_optimizer()
            self._set_up_best_epoch()
        self.network.theta[:] = state.theta
        self.network.gradient[:] = state.gradient
        self.network.running_statistics[:] = state.running_statistics
        self._gradient_sum[:] = state.gradient_sum
        self.optimizer.restore(state.optimizer)
        self.cursor.restore(state.cursor)
        self.best_epoch.state = state.best_epoch
        self.update, self.epoch, self.seconds = state.update, state.epoch, state.seconds
        self.best, self.stop_reason, self.ended_with = state.best, state.stop_reason, state.ended_with
        self.history.cut(state.update, state.epoch, state.marks)
        for record in state.records:
            self.history.epochs.put_back(record)
        self.network.seek_masks(self.update)

    @property
    def _batch_size(self) -> int:
        return self.settings.examples_per_update(self.cursor.n)

    def _set_up_optimizer(self) -> None:
        """Start the update rule of the settings; the parameters stay."""
        rule, eta, m = self.settings.optimizer, self.settings.learning_rate, self.settings.momentum
        self.optimizer = Optimizer(rule, self.network.theta, self.network.gradient, eta, m)
        self._set_up_cursor()

    def _set_up_cursor(self) -> None:
        """Bind the batches to the update rule; sum up the gradients if a stopping rule needs their average."""
        summed = self.settings.gradient_tolerance > 0.0
        self._gradient_sum = total = np.zeros(self.network.theta.shape if summed else 0, self.network.dtype)
        add = ((np.add, (total, self.network.gradient, total)),)
        sums = [accumulate(total, "L", add, Symbol("L_sum", role=Role.GRADIENT))] if summed else []
        self.cursor.set_up(self._batch_size, Tape([*sums, *self.optimizer.operations]), self.optimizer.flush_calls)

    def _set_up_best_epoch(self) -> None:
        self.best_epoch = BestEpoch(*self.settings.watched(validated=self._evaluation.validated))
