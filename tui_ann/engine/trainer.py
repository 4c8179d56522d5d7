"""The trainer: runs the tape over the batches, epoch by epoch, and yields what happened.

It knows no screens, files, threads or callbacks.  All its position is in the object, so `run` can be dropped at any
event and called again.  Losses are not computed update by update: each update leaves its outputs behind, and one pass
over many gives the losses of all when an epoch or a window ends or somebody looks.  The same pass finds the first loss
that is not finite; the run is then taken back and replayed to exactly that update.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tui_ann.engine.decision import counted, decision
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.epoch_walk import Batch, EpochWalk
from tui_ann.engine.evaluation import Evaluation
from tui_ann.engine.events import EpochEnded, Event, Stopped, Updated
from tui_ann.engine.examples import features, input_rows, target_rows
from tui_ann.engine.history import History, Mark
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import TRACES_EVERY, Optimizer
from tui_ann.engine.stopping import Status, StopReason, Watch
from tui_ann.engine.tape import Array, Operation, Phase, Tape, run_calls
from tui_ann.engine.timeline import Timeline
from tui_ann.engine.trainer_state import TrainingState
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import EngineError

__all__ = ["EpochEnded", "Event", "Stopped", "Trainer", "Updated"]


class Trainer:
    """Trains a network on examples.

    Args:
        network: What is trained, from the parameters it has now.
        X: Training features (n, m).
        Y: Training targets (n, k).
        settings: The settings.
        X_val: Validation features (n_val, m).
        Y_val: Validation targets (n_val, k).
        target_scale: (k,) with `target_offset`: metrics are computed on y·scale + offset, the target's own units.
        target_offset: (k,).
        clock: Seconds that only grow.

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
    ) -> None:
        self.network, self.settings = network, settings
        self._rows = input_rows(network.architecture, X)
        self._Y = target_rows(network.architecture, Y, len(X))
        validation = None
        if X_val is not None and Y_val is not None and len(X_val):
            validation = (features(network.architecture, X_val), target_rows(network.architecture, Y_val, len(X_val)))
        self._validated = validation is not None
        self._evaluation = Evaluation(network, validation, target_scale, target_offset)
        self._clock = clock
        settings.check(validated=self._validated)
        self.burst = 1
        """Updates done between two events, at most."""
        self.update = 0
        """Updates done."""
        self.epoch = 0
        """Epochs completed."""
        self.seconds = 0.0
        """Time spent training since the start; pauses do not count."""
        self.stop_reason: StopReason | None = None
        """Why the run has ended, if it has."""
        self._history = History()
        self._best: tuple[Array, Array] | None = None
        self._timeline = Timeline()
        self._planned: list[Mark] = []
        self._walk = EpochWalk(network, self._rows, self._Y)
        network.seek_masks(0)
        self._set_up()
        self._watch = Watch(*self.settings.watched(validated=self._validated))
        self.remember()

    @property
    def n_examples(self) -> int:
        """Training examples n."""
        return len(self._rows)

    @property
    def position(self) -> int:
        """Examples of the current epoch met."""
        return self._walk.position

    @property
    def examples_met(self) -> int:
        """Examples met since the start."""
        if self.stop_reason and self.stop_reason.status is Status.DIVERGED:
            return self._history.epochs[-1].examples
        return self.epoch * self.n_examples + self.position

    @property
    def updates_per_epoch(self) -> int:
        """Updates that a whole epoch takes with the present batch size."""
        return -(-self.n_examples // self.settings.examples_per_update(self.n_examples))

    @property
    def finished(self) -> bool:
        """Whether the run has ended."""
        return self.stop_reason is not None

    @property
    def history(self) -> History:
        """What happened so far, up to the last update."""
        self._settle()
        return self._history

    @property
    def best_epoch(self) -> int | None:
        """The best epoch so far, by what early stopping watches, else the validation loss, else the loss."""
        return self._watch.best_epoch

    @property
    def best(self) -> dict[str, Array] | None:
        """Parameters of the best epoch by name."""
        return None if self._best is None else self.network.parameters.views(*self._best)

    def last_change(self) -> dict[str, Array]:
        """What the last update added to each parameter."""
        return self.network.parameters.views(self.optimizer.last_change())

    def run(self) -> Iterator[Event]:
        """Go on until the run ends, yielding an event after every burst of updates and every epoch."""
        while self.stop_reason is None:
            yield from self._proceed(self.burst)
        yield Stopped(self.stop_reason)

    def tape(self) -> Tape:
        """The next update as operations on the trainer's own arrays: forward, loss, backward and update.

        A stepper runs them one by one and then calls `end_update`; the result is that of `run` bit for bit.
        """
        self._enter_window()
        return self._walk.tape()

    def next_batch(self) -> Batch:
        """The examples of the next update, noise included, copied."""
        self._enter_window()
        return self._walk.next_batch()

    def end_update(self) -> list[Event]:
        """Count the update whose operations a stepper has run, and do what is due after it."""
        events = self._after(self._walk.count(1))
        self._make_planned_changes()
        return events

    def notice_divergence(self) -> None:
        """End the run here if it has diverged; left alone, it notices at the end of a window at the latest."""
        if self.stop_reason is None:
            self._settle()
            if not self._walk.healthy:
                self._pin_down_divergence()

    def interrupt(self) -> None:
        """End the run here."""
        if self.stop_reason is None:
            text = f"interrupted after {counted(self.update, 'update')}, {counted(self.epoch, 'epoch')} complete"
            self.stop_reason = StopReason(Status.INTERRUPTED, text)

    def change(self, **changes: Any) -> None:
        """Change settings from the next update on, and mark it in the history.

        A run that ended because its epochs were used up goes on when there are more of them.

        Raises:
            EngineError: If a setting cannot work; nothing has changed then.
        """
        if self._change(changes):
            self._planned = []

    def _change(self, changes: Mapping[str, Any]) -> bool:
        settings = self.settings.changed(**changes)
        if not (differences := self.settings.differences(settings)):
            return False
        settings.check(validated=self._validated)
        self.notice_divergence()
        self._history.marks.append(Mark(self.update, self.epoch, ", ".join(differences.values()), dict(changes)))
        self._take_over(settings)
        self._walk.leave_window()  # a divergence is sought from the start of a window, with the settings of then
        if self.stop_reason and self.stop_reason.status is Status.COMPLETED and settings.epochs > self.epoch:
            self.stop_reason = None
        return True

    def state(self) -> TrainingState:
        """Everything that decides how the run goes on, copied."""
        self._settle()
        return TrainingState(
            theta=self.network.theta.copy(),
            gradient=self.network.gradient.copy(),
            running_statistics=self.network.running_statistics.copy(),
            gradient_sum=self._gradient_sum.copy(),
            optimizer=self.optimizer.state(),
            walk=self._walk.state(),
            watch=self._watch.state,
            best=self._best,
            settings=self.settings,
            update=self.update,
            epoch=self.epoch,
            marks=len(self._history.marks),
            seconds=self.seconds,
            stop_reason=self.stop_reason,
        )

    def remember(self) -> None:
        """Keep this moment, so that coming back to it costs nothing."""
        self._timeline.keep(self.state())

    def restore(self, state: TrainingState) -> None:
        """Go back to a moment of this run, or on to one of an equal run; the history is cut to it."""
        if state.settings != self.settings:
            self.settings = state.settings
            self._set_up()
            self._watch = Watch(*self.settings.watched(validated=self._validated))
        self.network.theta[:] = state.theta
        self.network.gradient[:] = state.gradient
        self.network.running_statistics[:] = state.running_statistics
        self._gradient_sum[:] = state.gradient_sum
        self.optimizer.restore(state.optimizer)
        self._walk.restore(state.walk)
        self._watch.state = state.watch
        self.update, self.epoch, self.seconds = state.update, state.epoch, state.seconds
        self._best, self.stop_reason = state.best, state.stop_reason
        self._history.cut(state.update, state.epoch, state.marks)
        self._timeline.cut(state.update)
        self.network.seek_masks(self.update)

    def seek(self, update: int) -> None:
        """Go to the moment after so many updates, exactly as the run was or will be there.

        Changes that were made later than that moment are made again when the run comes by them, until a new change
        takes it another way.  The last moment of a diverged run is the one before the update that broke it.

        Raises:
            EngineError: If the run ends before.
        """
        self._settle()
        if 0 <= update < self.update + (self.stop_reason is not None and self.stop_reason.status is Status.DIVERGED):
            start = self._timeline.before(update)
            self._planned = [*self._history.marks[start.marks :], *self._planned]
            self.restore(start)
            self._make_planned_changes()
        while self.update < update and not self.finished:
            self._proceed(update - self.update)
        if self.update != update:
            message = f"The run has {counted(self.update, 'update')}; there is no moment after {update}."
            raise EngineError(message, remedy=f"Choose a number from 0 to {self.update}.", code="no_such_update")

    def _make_planned_changes(self) -> None:
        """Make the changes again that belong to this moment."""
        while self._planned and self._planned[0].update <= self.update:
            self._change(self._planned.pop(0).changes)

    def _set_up(self) -> None:
        """Make the update rule and the walk anew from the settings; the parameters stay."""
        d = self.settings
        self.optimizer = Optimizer(d.optimizer, self.network.theta, self.network.gradient, d.learning_rate, d.momentum)
        self._set_up_walk()

    def _set_up_walk(self) -> None:
        summed = self.settings.gradient_tolerance > 0.0
        self._gradient_sum = total = np.zeros(self.network.theta.shape if summed else 0, self.network.dtype)
        add = ((np.add, (total, self.network.gradient, total)),) if summed else ()
        keep = Operation("dL_sum", "dL_sum + dL", ("dL_sum", "dL"), total, add, Phase.UPDATE)
        closing = Tape([*([keep] if summed else []), *self.optimizer.operations])
        self._walk.set_up(self.settings.examples_per_update(self.n_examples), closing)

    def _take_over(self, settings: TrainingSettings) -> None:
        old, self.settings = self.settings, settings
        if settings.optimizer != old.optimizer:
            self._set_up()
        self.optimizer.eta[()] = settings.learning_rate
        self.optimizer.m[()] = settings.momentum
        summed, was_summed = settings.gradient_tolerance > 0.0, old.gradient_tolerance > 0.0
        if settings.examples_per_update(self.n_examples) != self._walk.batch_size or summed != was_summed:
            self._set_up_walk()
        if settings.watched(validated=self._validated) != (self._watch.monitor, self._watch.min_delta):
            self._watch = Watch(*self.settings.watched(validated=self._validated))

    def _enter_window(self) -> None:
        if self._walk.between_windows:
            if self._timeline.is_due(self.update):
                self.remember()
            self._window_start = self.update
            self._walk.enter_window(self.epoch + 1, self.settings)
        self.optimizer.drop_traces(self.update)

    def _proceed(self, burst: int) -> list[Event]:
        """Do so many updates at most, and what is due after them."""
        began = self._clock()
        to_traces = TRACES_EVERY - self.update % TRACES_EVERY
        burst = min([burst, to_traces, *(mark.update - self.update for mark in self._planned[:1])])
        self._enter_window()
        events = self._after(self._walk.advance(burst))
        self.seconds += self._clock() - began
        self._make_planned_changes()
        return events

    def _after(self, updates: int) -> list[Event]:
        walk = self._walk
        self.update += updates
        events: list[Event] = [Updated(self.update)]
        if walk.window_complete:
            self._settle()
        if not walk.healthy:
            return [EpochEnded(self._pin_down_divergence())]
        if walk.complete:
            events.append(EpochEnded(self._close_epoch()))
        elif walk.window_complete:
            walk.leave_window()
        return events

    def _settle(self) -> None:
        """Bring the losses of the history up to the last update."""
        self._history.append_losses(self._walk.settle())

    def _close_epoch(self) -> EpochRecord:
        record = self._record()
        previous = self._history.epochs[-1] if self._history.epochs else None
        self.epoch += 1
        self._history.epochs.append(record)
        if self._watch.see(self.epoch, record.values):
            self._best = (self.network.theta.copy(), self.network.running_statistics.copy())
        reason = decision(self.settings, self._watch, record, previous, self._gradient_sum)
        if reason is not None:
            restored = self._watch.best_epoch != self.epoch and self._restore_best()
            self.stop_reason = StopReason(reason.status, f"{reason.text}; {restored}") if restored else reason
        self._walk.restart()
        self._gradient_sum.fill(0.0)
        return record

    def _record(self) -> EpochRecord:
        values, penalty = self._evaluation.epoch(self.settings.metrics, self._walk)
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
            seconds=self.seconds,
        )

    def _restore_best(self) -> str:
        """Take the weights of the best epoch where early stopping is to do so, and say it."""
        early = self.settings.early_stopping
        if not (early and early.restore_best_weights and self._best):
            return ""
        self.network.theta[:], self.network.running_statistics[:] = self._best
        return f"the weights of epoch {self._watch.best_epoch} were restored"

    def _pin_down_divergence(self) -> EpochRecord:
        """Go back to the start of the window and replay to the first loss or gradient that is not finite.

        That update is not counted; its loss stays in the history as the last one.  The last finite parameters are
        kept, or those of the best epoch where early stopping restores them.
        """
        walk, network = self._walk, self.network
        self.seek(self._window_start)
        walk.leave_window()
        self._enter_window()
        while walk.healthy:
            theta, running_statistics = network.theta.copy(), network.running_statistics.copy()
            met = self.examples_met
            run_calls(self.tape().calls)
            self.update += walk.count(1)
            self._settle()
        self.update -= 1
        network.theta[:], network.running_statistics[:] = theta, running_statistics
        record = replace(self._record(), examples=met)
        self._history.epochs.append(record)
        self.epoch += 1
        what = "gradient" if np.isfinite(self._history.update_losses[-1]) else "loss"
        text = f"the {what} was no longer finite after update {self.update}, in epoch {self.epoch}"
        kept = self._restore_best() or f"the parameters of update {self.update} were kept"
        self.stop_reason = StopReason(Status.DIVERGED, f"{text}; {kept}")
        walk.restart()
        return record
