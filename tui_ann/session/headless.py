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
from tui_ann.session.store.aside import WritingAside
from tui_ann.session.store.run_files import KeptState
from tui_ann.session.store.storage import record_in_progress, record_of, write_state

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

    A row of the history is written after every epoch.  A state of the run follows as often as is possible without
    slowing the training down, written in another thread, so that a killed run loses only the last moments.

    Args:
        run: The run.
        folder: Its folder; its history may be ahead of the run, if that goes on after it was killed.
        epoch: Called with each epoch.
        clock: Seconds, from any start.
    """

    def __init__(
        self, run: Run, folder: RunFolder, epoch: Callable[[EpochRecord], None], clock: Callable[[], float]
    ) -> None:
        self._run = run
        self._folder = folder
        self._epoch = epoch
        self._told = run.trainer.epoch
        self._written = folder.last_epoch
        self._aside = WritingAside(clock)
        run.trainer.history.before_thinning = self._write

    @property
    def _ahead(self) -> bool:
        """Whether there are rows of epochs that the run, which was killed, has not made again yet."""
        return self._written > self._run.trainer.epoch

    def catch_up(self) -> None:
        """Write the epochs completed since the last call."""
        self._write(self._run.trainer.history.epochs)
        self.keep_when_due(Moment.TRAINING)

    def _write(self, epochs: EpochRecords) -> None:
        """Write the epochs that are new; a long run keeps only some of them in memory."""
        new = epochs.after(self._told)
        self._folder.append(*(record for record in new if record.epoch > self._written))
        for record in new:
            self._told = record.epoch
            self._written = max(self._written, record.epoch)
            self._epoch(record)

    def keep_when_due(self, moment: Moment) -> None:
        """Write the state if it is time: an epoch of a large network takes much longer than that.

        Args:
            moment: Only a run in training is written; at its end everything is.

        Raises:
            SessionError: The state before could not be written.
        """
        if moment is Moment.TRAINING and self._aside.due():
            self._aside.write(self._copied)

    def _copied(self) -> Callable[[], None]:
        """Copy the state; returns what writes the copy."""
        state, folder = KeptState.of(self._run, record_in_progress(self._run)), self._folder
        return lambda: folder.write(state.files())

    def finish(self) -> RunRecord:
        """Write everything that is known at the end; its state at once, since evaluating a run may take long.

        Raises:
            SessionError: It cannot be written; the last state that could is there.
        """
        self._aside.wait()
        self.catch_up()
        self._aside.write(self._copied)
        try:
            record = record_of(self._run)
        except Exception:
            self._aside.wait()
            raise
        self._aside.wait()
        self._aside.raise_failed()
        self._folder.close()
        self._run.log.take(self._folder.history_path, self._run.trainer.history.epochs)
        write_state(self._run, self._folder, record, history=self._ahead)
        return record


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
        with contextlib.suppress(TuiAnnError):
            folder.tidy()
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
