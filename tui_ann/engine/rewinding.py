"""Going back in a run: checkpoints, a replay that repeats changes of settings, and the search for a divergence.

A run is deterministic, so any moment can be reached from the last checkpoint before it.  Whether a loss or a gradient
is finite is checked once a window; the window is then replayed to exactly the update that diverged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tui_ann.engine.checkpoints import Checkpoints
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.events import EpochEnded, Event
from tui_ann.engine.history import Mark
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.training_loop import TrainingLoop
from tui_ann.engine.training_state import TrainingState
from tui_ann.errors import EngineError
from tui_ann.text import counted


class Rewinder:
    """Takes a training loop forward and back.

    Args:
        loop: The loop, at the start of its run.
        validated: Whether there are validation examples.
    """

    def __init__(self, loop: TrainingLoop, *, validated: bool) -> None:
        self._loop, self._validated = loop, validated
        self.checkpoints = Checkpoints()
        """States from which any moment can be replayed."""
        self._planned: list[Mark] = []
        self.checkpoint()

    def checkpoint(self) -> None:
        """Keep this moment, so that going back to it costs nothing."""
        self.checkpoints.keep(self._loop.state())

    def begin_here(self) -> None:
        """Make this moment the first that can be reached."""
        self.checkpoints.forget()
        self.checkpoint()

    def refuse_earlier(self, update: int) -> None:
        """Refuse a moment before the first that can be reached.

        Raises:
            EngineError: It is one.
        """
        if update < (first := self.checkpoints.first):
            raise EngineError(
                f"The run begins at update {first}; there is no moment after {update}.",
                remedy=f"Choose {first} or more.",
                code="no_such_update",
            )

    def enter_window(self) -> None:
        """Prepare the next update, with a checkpoint at the start of a window if due."""
        loop = self._loop
        if loop.cursor.between_windows and self.checkpoints.is_due(loop.update):
            self.checkpoint()
        loop.enter_window()

    def advance(self, burst: int) -> list[Event]:
        """Do up to `burst` updates and the work due after them."""
        for mark in self._planned[:1]:
            burst = min(burst, mark.update - self._loop.update)
        self.enter_window()
        return self._after(self._loop.advance(burst))

    def count_stepped(self) -> list[Event]:
        """Count an update whose operations a stepper has run, and do the work due after it."""
        return self._after(self._loop.count(self._loop.cursor.count(1)))

    def _after(self, events: list[Event]) -> list[Event]:
        if not self._loop.cursor.finite:
            events = [EpochEnded(self._find_divergence())]
        self._make_planned_changes()
        return events

    def change(self, changes: Mapping[str, Any]) -> None:
        """Change settings from the next update on; changes planned for later are dropped.

        Raises:
            EngineError: A setting is not allowed; then nothing changes.
        """
        if self._change(changes):
            self._planned = []

    def _change(self, changes: Mapping[str, Any]) -> bool:
        """Change settings; return whether anything differs."""
        loop = self._loop
        settings = loop.settings.changed(**changes)
        differences = loop.settings.differences(settings)
        if not differences:
            return False
        settings.check(validated=self._validated)
        loop.cursor.check(settings)
        self.check_divergence()
        loop.change_settings(settings, Mark(loop.update, loop.epoch, ", ".join(differences.values()), dict(changes)))
        return True

    def _make_planned_changes(self) -> None:
        """Repeat the changes that were made at this moment."""
        while self._planned and self._planned[0].update <= self._loop.update:
            self._change(self._planned.pop(0).changes)

    def restore(self, state: TrainingState) -> None:
        """Go to a moment of this run or of an equal run; the history is truncated there."""
        self._loop.restore(state)
        self.checkpoints.cut(state.update)

    def join(self, state: TrainingState | None, marks: Sequence[Mark]) -> None:
        """Go to a moment of an equal run, and follow it from there; see `Trainer.join`."""
        if state is not None:
            self.restore(state)
            self._loop.history.marks = list(marks[: state.marks])
        self._planned = list(marks[len(self._loop.history.marks) :])
        self._make_planned_changes()

    def seek(self, update: int) -> None:
        """Go to the moment after this number of updates; see `Trainer.seek`.

        Raises:
            EngineError: The run ends earlier.
        """
        loop = self._loop
        loop.collect_losses()
        diverged = loop.stop_reason is not None and loop.stop_reason.status is Status.DIVERGED
        if 0 <= update < loop.update + diverged:
            self.refuse_earlier(update)
            start = self.checkpoints.before(update)
            self._planned = [*loop.history.marks[start.marks :], *self._planned]
            self.restore(start)
            self._make_planned_changes()
        while loop.update < update and loop.stop_reason is None:
            self.advance(update - loop.update)
        if loop.update != update:
            message = f"The run has {counted(loop.update, 'update')}; there is no moment after {update}."
            raise EngineError(message, remedy=f"Choose a number from 0 to {loop.update}.", code="no_such_update")

    def check_divergence(self) -> None:
        """End the run if one of its losses so far is not finite."""
        if self._loop.stop_reason is None:
            self._loop.collect_losses()
            if not self._loop.cursor.finite:
                self._find_divergence()

    def _find_divergence(self) -> EpochRecord:
        """Go back to the start of the window and replay to the first loss or gradient that is not finite.

        That update is not counted; its loss stays in the history as the last one.  The last finite parameters are
        kept, or those of the best epoch are restored if early stopping asks for it.
        """
        loop, network = self._loop, self._loop.network
        self.seek(loop.window_start)
        loop.cursor.leave_window()
        while loop.cursor.finite:
            theta, running_statistics = network.theta.copy(), network.running_statistics.copy()
            examples = loop.examples_met
            self.enter_window()
            loop.update += loop.cursor.advance(1, loop.update)
            loop.collect_losses()
        loop.update -= 1
        network.theta[:], network.running_statistics[:] = theta, running_statistics
        record = replace(loop.record(), examples=examples)
        loop.history.epochs.append(record)
        loop.epoch += 1
        what = "gradient" if np.isfinite(loop.history.update_losses[-1]) else "loss"
        text = f"the {what} was no longer finite after update {loop.update}, in epoch {loop.epoch}"
        kept = loop.restore_best() or f"the parameters of update {loop.update} were kept"
        loop.stop_reason = StopReason(Status.DIVERGED, text, kept)
        loop.cursor.restart()
        return record
