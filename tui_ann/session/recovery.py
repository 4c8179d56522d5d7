"""Unfinished runs, kept so that a quit, a crash or a power failure costs at most a few seconds of training.

Each session has one file in the recovery folder and holds a lock on it while it lives.  A file whose lock is free was
left by a session that is gone: its run is offered again.
"""

import contextlib
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from tui_ann.data.table import Table
from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.experiment.atomic import make_folder
from tui_ann.experiment.files import dumps, loads
from tui_ann.experiment.run_folder import is_run_folder
from tui_ann.session import state_file
from tui_ann.session.build import make_run
from tui_ann.session.places import UNFINISHED
from tui_ann.session.prepared import Prepared
from tui_ann.session.run import Run
from tui_ann.session.state_file import StoredRun

FIRST = 1.0
"""Seconds after which a run is first saved by itself; also between two saves of a run that is paused."""
EVERY = 5.0
"""Seconds of training between two further automatic saves, at least."""
_SHARE = 0.02

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True)
class Recoverable:
    """An unfinished run that can be gone on with."""

    path: Path
    """Its file."""
    name: str
    """The experiment's name."""
    epoch: int
    """Epochs completed."""
    epochs: int
    """Epochs at most."""
    update: int
    """Updates made."""
    saved: datetime
    """When it was saved."""
    data: str
    """The data file."""
    ended: bool = False
    """Whether it had come to its end, and only has not been saved in a run folder."""


class Recovery:
    """The unfinished runs of one user, and the one of this session.

    Args:
        folder: Where they are.
        now: The time of day.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime] = datetime.now,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._folder = folder
        self._now = now
        self._clock = clock
        self._mine: Path | None = None
        self._claim: IO[bytes] | None = None
        self._run = 0
        self._last = self._next = 0.0

    def list(self) -> list[Recoverable]:
        """The runs that sessions now gone have left, the latest first; damaged files are left out."""
        try:
            paths = sorted(self._folder.glob(f"*{UNFINISHED}"))
        except OSError:
            return []
        found = []
        for path in paths:
            with contextlib.suppress(TuiAnnError, KeyError, TypeError, ValueError):
                if path != self._mine and _is_free(path):
                    found.append(_recoverable(path))
        return sorted(found, key=lambda run: run.saved, reverse=True)

    def keep(self, run: Run) -> Path:
        """Keep the session's run, in place of what it kept before.

        Raises:
            SessionError: It cannot be written; what was kept before still is.
        """
        path = self._own()
        trainer = run.trainer
        about = {
            "name": run.experiment.name,
            "epoch": trainer.epoch,
            "epochs": trainer.descent.epochs,
            "update": trainer.update,
            "saved": self._now().isoformat(timespec="seconds"),
            "data": run.experiment.data.path,
            "ended": trainer.finished,
            "experiment": dumps(run.experiment),
            "sha256": run.sha256,
            "folder": str(run.folder) if run.folder else None,
        }
        begun = self._clock()
        state_file.write(path, StoredRun.of(run), about)
        ended = self._clock()
        self._last, self._next = ended, max(begun + EVERY, ended + (ended - begun) / _SHARE)
        return path

    def keep_when_due(self, run: Run, *, at_once: bool = False, resting: bool = False) -> None:
        """Keep the run if it is some time since it was; a disk that does not take it is tried again later.

        Args:
            run: The run.
            at_once: Keep it whenever that was last done.
            resting: Whether the run is paused, so that nobody asks again for long.
        """
        now = self._clock()
        if run.number != self._run:
            self._run, self._last, self._next = run.number, now - FIRST, now + FIRST
        if at_once or now >= self._next or (resting and now >= self._last + FIRST):
            self._last, self._next = now, now + EVERY
            with contextlib.suppress(SessionError):
                self.keep(run)

    def forget(self) -> None:
        """Forget this session's run: it has ended, or it is saved elsewhere."""
        if self._mine is not None:
            with contextlib.suppress(OSError):
                self._mine.unlink()

    def adopt(self, path: Path) -> None:
        """Make a run that was left by another session this session's own."""
        self.forget()
        self._release()
        self._mine = path
        self._take(path)

    def discard(self, path: Path) -> None:
        """Delete a run that was left."""
        for file in (path, _lock_of(path)):
            with contextlib.suppress(OSError):
                file.unlink()

    def let_go(self) -> None:
        """Let go of this session's run; if it is still there, it is offered again from now on."""
        mine = self._mine
        self._release()
        if mine is not None and not mine.exists():
            self.discard(mine)

    def _own(self) -> Path:
        if self._mine is None:
            make_folder(self._folder)
            self._mine = self._folder / f"{self._now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{UNFINISHED}"
            self._take(self._mine)
        return self._mine

    def _take(self, path: Path) -> None:
        # Where locks are not to be had (some network disks), the run is offered to a second session as well.
        with contextlib.suppress(OSError):
            self._claim = _lock_of(path).open("ab")
            _lock(self._claim)

    def _release(self) -> None:
        if self._claim is not None:
            self._claim.close()
        self._claim = self._mine = None


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _is_free(path: Path) -> bool:
    """Whether no living session holds the file."""
    try:
        with _lock_of(path).open("ab") as file:
            _lock(file)
    except OSError:
        return False
    return True


def take_up(path: Path, number: int, clock: Callable[[], float]) -> tuple[Run, Table]:
    """The run of a file at the moment it was kept, with its table.

    Args:
        path: The file.
        number: The run's number in its session.
        clock: Seconds, from any start.

    Raises:
        SessionError: The file is damaged, or the data file has changed since.
        DataError: The data cannot be read.
        ExperimentError: The experiment in the file has mistakes.
    """
    about = state_file.read_about(path)
    experiment = loads(str(about.get("experiment", "")), label=path.name, folder=path.parent)
    stored = state_file.read(path)
    table, dataset = Prepared().make(experiment)
    if table.report.sha256 != about.get("sha256"):
        raise SessionError(
            f"{experiment.data.path} has changed since this run was left, so it cannot be gone on with.",
            remedy="Put the old data file back, or discard the run and train the experiment again.",
            code="data_changed",
        )
    run = make_run(
        experiment, dataset, table.report.sha256, number, start=stored.start, begun_with=stored.begun_with, clock=clock
    )
    stored.take_up(run)
    folder = about.get("folder")
    if folder and is_run_folder(Path(folder)):
        run.folder, run.saved_at = Path(folder), (run.trainer.update, run.experiment)
    return run, table


def _recoverable(path: Path) -> Recoverable:
    about = state_file.read_about(path)
    return Recoverable(
        path=path,
        name=str(about["name"]),
        epoch=int(about["epoch"]),
        epochs=int(about["epochs"]),
        update=int(about["update"]),
        saved=datetime.fromisoformat(about["saved"]),
        data=str(about["data"]),
        ended=bool(about.get("ended", False)),
    )
