"""Every epoch of a long run, on disk: its history keeps only some of them in memory.

The file has the form of `history.csv`, so that saving the run moves it into the run folder.  A run that is saved, or
was opened from a folder, has no file of its own until it goes on: then it copies the rows that are its own.
"""

import contextlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path

from tui_ann.engine import record_thinning
from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.history import History
from tui_ann.errors import SessionError
from tui_ann.experiment.history_file import HistoryFile
from tui_ann.experiment.history_rows import copy_rows, cut_rows, end_of_row

SUFFIX = ".epochs"
"""The file name suffix of a log."""


def _beginning() -> int:
    """Epochs from which on a run has a log: half of those that fit, so that few are written at once."""
    return record_thinning.MOST // 2


def _temporary() -> Path:
    descriptor, name = tempfile.mkstemp(SUFFIX, "tui-ann-")
    os.close(descriptor)
    return Path(name)


class EpochLog:
    """The epochs of one run.  Only the owner of the run calls its methods.

    If it cannot be written, the run goes on without: a saved run then has the epochs that its history kept.
    """

    def __init__(self) -> None:
        self._new_path: Callable[[], Path] = _temporary
        self._own: HistoryFile | None = None
        self._elsewhere: Path | None = None
        self._written = 0
        self._given_up = False
        self._passing = False  # its own file is a temporary one
        self._deletion: weakref.finalize | None = None  # type: ignore[type-arg]

    @property
    def path(self) -> Path | None:
        """Its own file, if it has one."""
        return None if self._own is None else self._own.path

    @property
    def _begun(self) -> bool:
        return self._own is not None or self._elsewhere is not None

    def follow(self, history: History, new_path: Callable[[], Path] = _temporary) -> None:
        """Write down the epochs of a run before its history drops them.

        Args:
            history: That of the run.
            new_path: Names a new file, when it is needed.
        """
        moves = self._passing and new_path is not _temporary
        self._new_path = new_path
        history.before_thinning = self.keep_up
        if moves:
            self._move()

    def take(self, path: Path, epochs: EpochRecords, *, own: bool = False) -> None:
        """Go on from a file with the epochs of the run, if its history has not every one.

        Args:
            path: The history of a run folder, or the log of an earlier session.
            epochs: The epochs of the run so far; later ones in the file are not its own.
            own: Whether the file belongs to this log from now on.
        """
        if not epochs.thinned:
            return
        with contextlib.suppress(OSError, ValueError):
            self._written = end_of_row(path, epochs.done)[1]
            if own:
                cut_rows(path, self._written)
                self._have(path)
            else:
                self._elsewhere = path

    def keep_up(self, epochs: EpochRecords) -> None:
        """Write the epochs that are new, of a run that is long enough."""
        if self._given_up or (not self._begun and epochs.done < _beginning()) or epochs.done <= self._written:
            return
        try:
            own = self._own or self._begin()
            new = epochs.after(self._written)
            own.extend(new)
            self._written = new[-1].epoch
        except (SessionError, OSError, ValueError):
            self._give_up()

    def cut(self, epoch: int) -> None:
        """Forget the epochs after this one: the run has become another one."""
        if epoch < self._written:
            self._written = epoch
            if self._own is not None:
                try:
                    self._own.close()
                    cut_rows(self._own.path, epoch)
                except (OSError, ValueError):
                    self._give_up()

    def file(self, epochs: EpochRecords) -> Path | None:
        """A file of its own with every epoch of the run, which is there until `settle`.

        It is `None` if the records have every epoch, or the file could not be kept.

        Args:
            epochs: The epochs of the run.
        """
        self.keep_up(epochs)
        if self._given_up or not self._begun:
            return None
        try:
            own = self._own or self._begin()
        except (SessionError, OSError, ValueError):
            self._give_up()
            return None
        own.close()
        return own.path

    def settle(self, path: Path) -> None:
        """Go on from a file that has every epoch now, such as the history of the saved run."""
        if self._begun:
            self._drop_own()
            self._elsewhere = path

    def lend(self, other: "EpochLog", epochs: EpochRecords) -> None:
        """Give the epochs to the log of a run that goes its own way from here.

        Args:
            other: The other log.
            epochs: The epochs of that run so far.
        """
        path = self.path or self._elsewhere
        if path is not None and epochs.thinned and not self._given_up:
            with contextlib.suppress(OSError, ValueError):
                other._have(copy := other._name())
                other._written = copy_rows(path, copy, epochs.done)

    def let_stay(self) -> None:
        """Do not delete the file when this object goes."""
        if self._deletion is not None:
            self._deletion.detach()
        if self._own is not None:
            self._own.close()

    def _begin(self) -> HistoryFile:
        path = self._name()
        own = self._have(path)
        if self._elsewhere is not None and copy_rows(self._elsewhere, path, self._written) != self._written:
            raise ValueError("the saved history has changed")
        self._elsewhere = None
        return own

    def _have(self, path: Path) -> HistoryFile:
        """Own a file, which is deleted with this object; at the end of the program only a temporary one."""
        self._own = HistoryFile(path)
        self._deletion = weakref.finalize(self, _delete, self._own)
        self._deletion.atexit = self._new_path is _temporary
        return self._own

    def _name(self) -> Path:
        """The name of a new file of its own."""
        self._passing = self._new_path is _temporary
        return self._new_path()

    def _move(self) -> None:
        """Go on in a file where new ones are now."""
        own, deletion = self._own, self._deletion
        assert own is not None
        assert deletion is not None
        try:
            own.close()
            shutil.move(own.path, path := self._name())
        except (SessionError, OSError):
            self._give_up()
        else:
            deletion.detach()
            self._have(path)

    def _give_up(self) -> None:
        self._given_up, self._elsewhere = True, None
        self._drop_own()

    def _drop_own(self) -> None:
        if self._deletion is not None:
            self._deletion()
        self._own, self._deletion, self._passing = None, None, False


def _delete(own: HistoryFile) -> None:
    with contextlib.suppress(OSError):
        own.close()
        own.path.unlink()
