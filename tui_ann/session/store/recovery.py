"""Saves unfinished runs, so that a crash or a power failure loses at most a second of training.

A state is copied between two updates, and written by another thread.  A network that takes more than some tenths of a
second to write, or more than ten milliseconds to copy, is saved less often; see `aside`.

Each run that is kept has one file in the recovery folder; its session holds a lock on it until it ends.  A file whose
lock is free belongs to a session that has ended: its run is offered again.
"""

import contextlib
import math
import secrets
import threading
import time
import weakref
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from tui_ann.data.read.table import Table
from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder
from tui_ann.experiment.files import loads
from tui_ann.experiment.run_folder import HISTORY, STATE, is_run_folder
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.epoch_log import SUFFIX as LOG
from tui_ann.session.run.epoch_log import EpochLog
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Run
from tui_ann.session.run_note import small_curve
from tui_ann.session.store import state_file
from tui_ann.session.store.aside import WritingAside
from tui_ann.session.store.state_file import StoredRun, about_run
from tui_ann.session.store.unfinished import SUFFIX, lock, lock_of, read_head, unlock


class Recovery:
    """The file of one unfinished run of this session.  Who calls several methods in several threads holds `lock`.

    Args:
        folder: Where the unfinished runs of one user are.
        now: The time of day.
        clock: Seconds, from any start.
        source: Returns what the run was opened from; empty if that is not known.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime] = datetime.now,
        clock: Callable[[], float] = time.perf_counter,
        source: Callable[[], str] = str,
    ) -> None:
        self._folder, self._source = folder, source
        self._now = now
        self._clock = clock
        self.trouble: SessionError | None = None
        """Why the run could not be saved the last time it was due."""
        self.kept = False
        """Whether a run was ever saved."""
        self.lock = threading.RLock()
        """For its methods, which the owner of the run uses too."""
        self._mine: Path | None = None
        self._claim: IO[bytes] | None = None
        self._run: weakref.ref[Run] | None = None
        self._held: tuple[int, int, Experiment] | None = None  # what the file has: number, updates and settings
        self._aside = WritingAside(clock)
        self._log: EpochLog | None = None  # that of the run that is kept

    @property
    def path(self) -> Path | None:
        """The file, if it has a name yet."""
        return self._mine

    @property
    def run(self) -> Run | None:
        """The run that was last kept, as long as it is in use."""
        return None if self._run is None else self._run()

    def settle_source(self) -> None:
        """Know what the run was opened from, also when something else is open."""
        source = self._source()
        self._source = lambda: source

    def holds(self, run: Run) -> bool:
        """Whether the file has the run as far as it is; only for its owner."""
        return self._held == _state_of(run) and self._mine is not None and self._mine.exists()

    def keep(self, run: Run) -> Path:
        """Save a run; it replaces what was saved before.

        Raises:
            SessionError: It cannot be written; what was saved before is still there.
        """
        self._aside.wait()
        path = self._own()
        self._copied(run, path)()
        return path

    def _copied(self, run: Run, path: Path) -> Callable[[], None]:
        """Copy the state of a run; returns what writes the copy."""
        trainer = run.trainer
        self._log, self._run = run.log, weakref.ref(run)
        state = _state_of(run)
        run.log.keep_up(trainer.history.epochs)
        stored, last = StoredRun.of(run), trainer.history.epochs[-1:]
        about = {
            **about_run(run),
            "name": run.experiment.name,
            "epoch": trainer.epoch,
            "epochs": trainer.settings.epochs,
            "update": trainer.update,
            "saved": self._now().isoformat(timespec="seconds"),
            "data": run.experiment.data.path,
            "ended": trainer.finished,
            "folder": str(run.folder) if run.folder else None,
            "loss": last[0].values["loss"] if last else math.nan,
            "log": run.log.path.name if run.log.path else None,
            "source": self._source(),
        }

        def write() -> None:
            curve = small_curve(EpochRecords.of(stored.epochs).trend("loss").tolist())
            state_file.write(path, stored, {**about, "curve": curve})
            self.kept, self.trouble, self._held = True, None, state

        return write

    def keep_when_due(self, run: Run, *, at_once: bool = False, resting: bool = False) -> None:
        """Save the run when due; a failed write is retried later.

        Args:
            run: The run.
            at_once: Whether to save it now, whenever it was last saved.
            resting: Whether the run is paused, so that the next call may come much later.
        """
        if self.run is not run:
            self._run = weakref.ref(run)
            self._aside.begin()
        try:
            now = at_once or (resting and self._aside.rested())
            if not (now or self._aside.due()):
                return
            with run.whole():
                if now:
                    self._aside.wrote()
                    self.keep(run)
                else:
                    path = self._own()
                    self._aside.write(lambda: self._copied(run, path))
        except SessionError as error:
            self.trouble = error

    def forget(self) -> None:
        """Delete the file: its run has ended and is saved, or is to be lost."""
        self._aside.wait()
        if self._mine is not None:
            with contextlib.suppress(OSError):
                self._mine.unlink()

    def adopt(self, path: Path) -> None:
        """Take over the file of an earlier session."""
        self.forget()
        self._release()
        self._mine = path
        self._take(path)

    def discard(self, path: Path) -> None:
        """Delete the file of an unfinished run."""
        for file in (path, lock_of(path), *path.parent.glob(f"{path.stem}.*{LOG}")):
            with contextlib.suppress(OSError):
                file.unlink()

    def let_go(self) -> None:
        """Release the file; if it still exists, its run is offered again."""
        self._aside.wait()
        mine = self._mine
        if mine is not None and mine.exists() and self._log is not None:
            self._log.let_stay()
        self._log = None
        self._release()
        if mine is not None and not mine.exists():
            self.discard(mine)

    def new_log(self) -> Path:
        """A new name for the log of a long run, beside its file."""
        return self._own().with_suffix(f".{secrets.token_hex(4)}{LOG}")

    def _own(self) -> Path:
        if self._mine is None:
            make_folder(self._folder)
            self._mine = self._folder / f"{self._now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{SUFFIX}"
            self._take(self._mine)
        return self._mine

    def _take(self, path: Path) -> None:
        # Without locks (on some network disks) a second session is offered the run as well.
        with contextlib.suppress(OSError):
            self._claim = lock_of(path).open("ab")
            lock(self._claim)

    def _release(self) -> None:
        if self._claim is not None:
            with contextlib.suppress(OSError):
                unlock(self._claim)
            self._claim.close()
        self._claim = self._mine = None


def _state_of(run: Run) -> tuple[int, int, Experiment]:
    return run.number, run.length, run.experiment


def refuse_changed(path: str, table: Table, sha256: str | None) -> None:
    """Refuse to continue a run on other data.

    Raises:
        SessionError: The data file has changed since.
    """
    if table.report.sha256 != sha256:
        raise SessionError(
            f"{path} has changed since this run was saved, so it cannot be continued.",
            remedy="Restore the old data file, or discard the run and train the experiment again.",
            code="data_changed",
        )


def take_up(path: Path, number: int, clock: Callable[[], float], *, resume: bool = False) -> tuple[Run, Table]:
    """The saved run in a file, with its table.

    Args:
        path: The file.
        number: The run's number in its session.
        clock: Seconds, from any start.
        resume: Whether a run that was interrupted goes on.

    Raises:
        SessionError: The file is damaged, or the data file has changed since.
        DataError: The data cannot be read.
        ExperimentError: The experiment in the file has mistakes.
    """
    about = read_head(path)["about"]
    experiment = loads(str(about.get("experiment", "")), label=path.name, folder=path.parent)
    stored = state_file.read(path)
    table, dataset = Prepared().make(experiment)
    refuse_changed(experiment.data.path, table, about.get("sha256"))
    run = stored.live(experiment, dataset, table.report.sha256, number, clock, resume=resume)
    forked, folder = about.get("forked"), about.get("folder")
    run.forked = forked if isinstance(forked, int) else 0
    if isinstance(folder, str) and folder and is_run_folder(Path(folder)):
        run.folder, run.saved_at = Path(folder), (run.trainer.update, run.experiment)
    _take_log(run, path, about.get("log"))
    return run, table


def _take_log(run: Run, path: Path, name: object) -> None:
    """Go on with the log of every epoch of a long run: that of the session that left it, else that of its folder."""
    log = path.with_name(Path(str(name)).name) if name else None
    if log is not None and log.exists():
        run.log.take(log, run.trainer.history.epochs, own=True)
    elif run.folder is not None or path.name == STATE:
        run.log.take((run.folder or path.parent) / HISTORY, run.trainer.history.epochs)
