"""The whole run, as far as it was trained, while the screens go back and forth in it.

Going back cuts the history of a trainer.  The run does not get shorter by that: it is still saved, compared and shown
up to its furthest update, until other settings make a different run of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.history import History, Mark
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_state import TrainingState
from tui_ann.engine.update_losses import UpdateLosses


class _Trained(Protocol):
    """What this module reads of a run."""

    trainer: Trainer


class FarthestHistory:
    """The furthest moment of a run and the history up to it.  Only the owner of the run calls its methods."""

    def __init__(self) -> None:
        self.losses = UpdateLosses(np.zeros(0))
        """Loss of each update's batch."""
        self.epochs = EpochRecords()
        """The epochs."""
        self.ended = False
        """Whether the run has ever ended."""
        self._marks: list[Mark] = []
        self._state: TrainingState | None = None

    @property
    def update(self) -> int:
        """Updates made in all."""
        return self._state.update if self._state else 0

    @property
    def kept_epoch(self) -> int | None:
        """The best epoch, if the run ended and kept the weights of that instead of the last ones."""
        state = self._state
        return state.best_epoch.epoch if state is not None and state.ended_with is not None else None

    @property
    def marks(self) -> list[Mark]:
        """The changes of settings up to there."""
        return list(self._marks)

    def as_history(self) -> History:
        """The history up to there, only to read."""
        history = History()
        history.epochs, history.marks = self.epochs, self.marks
        history.take_over_losses(self.losses)
        return history

    def follow(self, run: _Trained) -> None:
        """Record where the run is, if it has never been further; call it before the run goes back."""
        trainer, known = run.trainer, self._state
        if known is not None and (trainer.update, trainer.finished) <= (known.update, self.ended):
            return
        history = trainer.history
        self.losses, self._marks = history.losses, list(history.marks)
        self.epochs = history.epochs.view()
        self.ended, self._state = trainer.finished, trainer.state()

    def forget(self) -> None:
        """Start again, because the run has become another one."""
        FarthestHistory.__init__(self)

    def is_beyond(self, run: _Trained) -> bool:
        """Whether the run has been further than it is now."""
        trainer, known = run.trainer, self._state
        return known is not None and (known.update > trainer.update or (self.ended and not trainer.finished))

    def go_there(self, run: _Trained) -> None:
        """Take the run to its furthest moment, without a replay."""
        if self._state is None or not self.is_beyond(run):
            return
        run.trainer.join(self._state, self._marks)
        history = run.trainer.history
        history.take_over_losses(self.losses)
        history.epochs = EpochRecords.of(self.epochs.table())

    @contextmanager
    def whole(self, run: _Trained) -> Iterator[None]:
        """Take the run to its furthest moment, and back to the present one afterwards."""
        if not self.is_beyond(run):
            yield
            return
        here = run.trainer.state()
        self.go_there(run)
        try:
            yield
        finally:
            run.trainer.join(here, self._marks)
