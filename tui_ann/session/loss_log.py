"""Writes the loss of every update to disk during a training without a screen; memory holds only the last ones."""

from pathlib import Path

from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.experiment.losses_file import LossesFile
from tui_ann.session.headless import Report
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot


class LossLog(Report):
    """Writes the losses, and passes every event on to another report.

    It writes after every epoch and a few times a second, long before a loss leaves memory.

    Args:
        path: The file.
        report: Also gets every event.
        force: Whether an existing file is replaced.

    Raises:
        SessionError: The file cannot be written.
    """

    def __init__(self, path: Path, report: Report, *, force: bool = False) -> None:
        self._file = LossesFile(path, force=force)
        self._report = report
        self._run: Run | None = None

    def started(self, run: Run, folder: Path) -> None:
        """Before the first update."""
        self._run = run
        self._report.started(run, folder)

    def epoch(self, record: EpochRecord) -> None:
        """After each epoch."""
        self.catch_up()
        self._report.epoch(record)

    def progress(self, snapshot: Snapshot) -> None:
        """A few times a second, and at the end."""
        self.catch_up()
        self._report.progress(snapshot)

    def ending(self, run: Run) -> None:
        """After the last update."""
        self._report.ending(run)

    def warned(self) -> None:
        """At a second interruption."""
        self._report.warned()

    def aborted(self, folder: Path) -> None:
        """After a third interruption."""
        self._report.aborted(folder)

    def catch_up(self) -> None:
        """Write the new losses; a run that went back to find where it diverged has fewer losses than before.

        Raises:
            SessionError: It cannot be written.
        """
        if self._run is None:
            return
        losses = self._run.trainer.history.losses
        if len(losses) < self._file.written:
            self._file.cut(len(losses))
        assert losses.start <= self._file.written, "losses left memory before they were written"
        self._file.extend(losses.values[self._file.written - losses.start :])

    def close(self) -> None:
        """Write the rest, and close the file."""
        self.catch_up()
        self._file.close()
