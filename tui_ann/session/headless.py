"""Training without a screen: into a run folder that can be read at any moment, until it ends or is interrupted."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tui_ann.engine.epoch_records import EpochRecord, EpochRecords
from tui_ann.errors import TuiAnnError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.run_record import RunRecord
from tui_ann.session.interruption import AbortedError, interruptible
from tui_ann.session.run.owner_loop import Listener, Moment
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.store.storage import checkpoint, complete

_SHARE = 0.03
_PERIOD = 0.2
"""Seconds between two progress reports."""


class Report:
    """Reports on training without a screen; override the events you need.  Called in the training thread."""

    def started(self, run: Run, folder: Path) -> None:
        """Before the first update."""

    def epoch(self, record: EpochRecord) -> None:
        """After each epoch."""

    def progress(self, snapshot: Snapshot) -> None:
        """A few times a second, and at the end."""

    def ending(self, run: Run) -> None:
        """After the last update, before the run is evaluated and saved, which takes a while on large data."""

    def warned(self) -> None:
        """At a second interruption: the run is being saved, and a third one loses it.  It must not take a lock."""

    def aborted(self, folder: Path) -> None:
        """After a third interruption: the folder holds the state of the last automatic save."""


@dataclass(frozen=True)
class TrainingOutcome:
    """How a training without a screen ended."""

    folder: Path
    """The run folder."""
    record: RunRecord
    """The content of `run.json`."""
    learning_rate: float
    """η of the run."""
    restores_best: bool = False
    """Whether it would have ended with the parameters of its best epoch."""


class Keeper:
    """Keeps a run folder up to date while its run trains.

    A row of the history is written after every epoch.  The parameters and the record follow as often as possible
    without slowing the training down, so that a killed run loses only the last moments.

    Args:
        run: The run.
        folder: Its folder.
        epoch: Called with each epoch.
        clock: Seconds, from any start.
    """

    def __init__(
        self, run: Run, folder: RunFolder, epoch: Callable[[EpochRecord], None], clock: Callable[[], float]
    ) -> None:
        self._run = run
        self._folder = folder
        self._epoch = epoch
        self._clock = clock
        self._written = run.trainer.epoch
        run.trainer.history.before_thinning = self._write
        self._next_parameters = clock() + 1.0

    def catch_up(self) -> None:
        """Write the epochs completed since the last call."""
        self._write(self._run.trainer.history.epochs)
        self.keep_when_due(Moment.TRAINING)

    def _write(self, epochs: EpochRecords) -> None:
        """Write the epochs that are new; a long run keeps only some of them in memory."""
        new = epochs.after(self._written)
        self._folder.append(*new)
        for record in new:
            self._written = record.epoch
            self._epoch(record)

    def keep_when_due(self, moment: Moment) -> None:
        """Write parameters and record if it is time: an epoch of a large network takes much longer than that.

        Args:
            moment: Only a run in training is written; at its end everything is.
        """
        if moment is not Moment.TRAINING:
            return
        begun = self._clock()
        if begun >= self._next_parameters:
            checkpoint(self._run, self._folder)
            ended = self._clock()
            self._next_parameters = max(begun + 1.0, ended + (ended - begun) / _SHARE)

    def finish(self) -> RunRecord:
        """Write everything that is known at the end."""
        self.catch_up()
        self._folder.close()
        self._run.log.take(self._folder.history_path, self._run.trainer.history.epochs)
        return complete(self._run, self._folder)


def train(
    run: Run, folder: RunFolder, report: Report, clock: Callable[[], float] = time.perf_counter
) -> TrainingOutcome:
    """Train a run in this thread to its end, or until it is interrupted, and save it in its folder either way.

    Args:
        run: The run, at its start.
        folder: Its folder, already created.
        report: Gets what happens.
        clock: Seconds, from any start.
    """
    keeper = Keeper(run, folder, report.epoch, clock)
    try:
        with interruptible(run.owner.interrupt, report.warned):
            return _train(run, folder, report, keeper)
    except AbortedError:
        report.aborted(folder.path)
        raise


def _train(run: Run, folder: RunFolder, report: Report, keeper: Keeper) -> TrainingOutcome:
    report.started(run, folder.path)
    run.owner.autosave(keeper.keep_when_due)
    try:
        run.owner.train_here(Listener(report.progress, _PERIOD, keeper.catch_up))
    except AbortedError:  # possibly in the middle of an update
        raise
    except KeyboardInterrupt:  # not from a signal that is handled here
        pass
    except BaseException:
        # A bug or a full disk: saving the trained state matters more than a clean exit.
        run.trainer.interrupt()
        with contextlib.suppress(TuiAnnError):
            keeper.finish()
        raise
    run.trainer.interrupt()
    report.ending(run)
    settings = run.trainer.settings
    early = settings.early_stopping
    restores = early is not None and early.restore_best_weights
    return TrainingOutcome(folder.path, keeper.finish(), settings.learning_rate, restores)
