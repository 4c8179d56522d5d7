"""The runs of a session that are saved for recovery: the open one, and those beside it on Compare.

Each has a file of its own.  The file of the open run is that of its place: a run that is begun anew writes over the one
before, unless that one stays on Compare.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.session.run.owner_loop import Moment
from tui_ann.session.run.run import Run
from tui_ann.session.store.recovery import Recovery
from tui_ann.session.store.unfinished import Recoverable, left_in


class KeptRuns:
    """Keeps them.  Every method may be called from any thread.

    Args:
        folder: Where the files are.
        is_open: Whether a run is that of the open experiment.
        now: The time of day.
        clock: Seconds, from any start.
        source: Returns what the open experiment was opened from; empty if that is not known.
    """

    def __init__(
        self,
        folder: Path,
        is_open: Callable[[Run], bool],
        *,
        now: Callable[[], datetime] = datetime.now,
        clock: Callable[[], float] = time.perf_counter,
        source: Callable[[], str] = str,
    ) -> None:
        self._folder, self._is_open = folder, is_open
        self._make: Callable[[], Recovery] = partial(Recovery, folder, now=now, clock=clock, source=source)
        self._open = self._make()
        self._beside: dict[Run, Recovery | None] = {}  # `None` until there is something to keep
        self._closed = False
        self._lock = threading.RLock()  # for the fields; never held while a file is written

    @property
    def files(self) -> tuple[Recovery, ...]:
        """What writes the files: that of the open run first."""
        with self._lock:
            return (self._open, *(each for each in self._beside.values() if each is not None))

    @property
    def beside(self) -> tuple[Run, ...]:
        """The runs on Compare; the open one may be one of them."""
        with self._lock:
            return tuple(self._beside)

    @property
    def kept(self) -> bool:
        """Whether a run was ever saved."""
        return any(each.kept for each in self.files)

    @property
    def trouble(self) -> SessionError | None:
        """Why a run could not be saved the last time it was due."""
        return next((each.trouble for each in self.files if each.trouble is not None), None)

    def of(self, run: Run) -> Recovery | None:
        """What writes the file of a run; `None` if it is not kept."""
        with self._lock:
            if self._closed:
                return None
            if run in self._beside:
                return self._beside[run] or self._put_beside(run)
            if not self._is_open(run):
                return None
            self._make_room(run)
            return self._open

    def _put_beside(self, run: Run) -> Recovery:
        """Give a run on Compare a file of its own: that of the open run, if it has that."""
        if self._open.run is run:
            file, self._open = self._open, self._make()
        else:
            file = self._make()
        file.settle_source()
        self._beside[run] = file
        return file

    def _make_room(self, run: Run | None = None) -> None:
        """Leave the file of the open run to the one that has it, if that is on Compare and not this one."""
        before = self._open.run
        if before is not None and before is not run and before in self._beside:
            self._put_beside(before)

    @contextmanager
    def _writing(self, run: Run) -> Iterator[Recovery | None]:
        file = self.of(run)
        if file is None:
            yield None
            return
        with file.lock:
            yield file

    def keep_when_due(self, run: Run, moment: Moment) -> None:
        """Save a run when due; only for its owner.

        Args:
            run: The run.
            moment: When a training pauses, the run is saved at once.
        """
        with self._writing(run) as file:
            if file is None:
                return
            if self._is_open(run):
                file.keep_when_due(run, at_once=moment is Moment.PAUSED, resting=moment is not Moment.TRAINING)
            elif not file.holds(run):  # it rests between two strides of a race, which is no pause
                file.keep_when_due(run, at_once=moment is Moment.PAUSED or run.trainer.finished)

    def keep(self, run: Run) -> None:
        """Save a run now; only for its owner.

        Raises:
            SessionError: It cannot be written; what was saved before is still there.
        """
        with self._writing(run) as file:
            if file is not None:
                file.keep(run)

    def forget(self, run: Run) -> None:
        """Delete the file of a run, which is saved elsewhere or is to be lost."""
        with self._writing(run) as file:
            if file is not None:
                file.forget()

    def new_log(self, run: Run | None) -> Path:
        """A new name for the log of a long run, beside its file; beside that of the open run if it has none."""
        file = (self.of(run) if run is not None else None) or self._open
        with file.lock:
            return file.new_log()

    def add(self, run: Run) -> None:
        """Keep a run from now on that is on Compare."""
        with self._lock:
            self._beside.setdefault(run)

    def remove(self, run: Run) -> None:
        """Keep a run no longer that was on Compare, unless it is the open one; what is saved is offered again."""
        with self._lock:
            file = self._beside.pop(run, None)
            if file is None:
                return
            if self._is_open(run):
                file, self._open = self._open, file
        with file.lock:
            if file.run is None or file.run.unsaved:
                file.forget()
            file.let_go()

    def adopt(self, path: Path) -> None:
        """Take over the file of an earlier session for the open run."""
        with self._open.lock:
            self._open.adopt(path)

    def leave(self) -> None:
        """Release the file of the open run, so that it is offered again; if it is on Compare, it is still here."""
        with self._lock:
            self._make_room()
            file = self._open
        with file.lock:
            file.let_go()

    def close(self) -> None:
        """Release every file; nothing is saved from now on."""
        with self._lock:
            self._closed = True
        for file in self.files:
            with file.lock:
                file.let_go()

    def list(self) -> list[Recoverable]:
        """Unfinished runs of earlier sessions, the latest first; damaged files are left out."""
        return left_in(self._folder, [file.path for file in self.files if file.path is not None])

    def discard(self, left: Recoverable) -> None:
        """Delete the file of an unfinished run; its run folder, if any, stays."""
        self._open.discard(left.path)
