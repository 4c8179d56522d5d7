"""Saving the runs of a session, and continuing those that were left unfinished."""

import os
import time
import weakref
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import DISK_FULL, NOT_WRITABLE, cannot_keep
from tui_ann.experiment.files import save as save_experiment
from tui_ann.experiment.run_folder import RunFolder, is_run_folder, new_names
from tui_ann.session.run.owner_loop import Moment
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run_note import run_note
from tui_ann.session.store import storage
from tui_ann.session.store.kept_runs import KeptRuns
from tui_ann.session.store.recents import Kind, Recents
from tui_ann.session.store.recovery import take_up
from tui_ann.session.store.resuming import resumed
from tui_ann.session.store.run_place import replaced
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.session.workspace import Workspace

T = TypeVar("T")


class RunStore:
    """Saves the run of the open experiment, and those on Compare.  Every method may be called from any thread.

    Args:
        workspace: What is open.
        recovery: The folder for unfinished runs.
        runs: Where runs are saved unless a folder is named.
        autosave: Whether to save a run for recovery about every second of training.
        recents: The list that every saved run is put on, if there is one.
        clock: Seconds, from any start.
        now: The time of day.
    """

    def __init__(
        self,
        workspace: Workspace,
        recovery: Path,
        runs: Path,
        *,
        autosave: bool = False,
        recents: Recents | None = None,
        clock: Clock = time.perf_counter,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._workspace = workspace
        self._runs, self._recents = runs, recents
        self._kept = KeptRuns(recovery, lambda run: run is workspace.run, now=now, clock=clock, source=self._source)
        self._not_kept = cannot_keep(recovery) if autosave else ""
        self._autosave, self._clock, self._now = autosave, clock, now
        workspace.left = self._kept.leave

    def _source(self) -> str:
        source = self._workspace.source
        return source.text if source is not None else ""

    def watch(self, run: Run) -> None:
        """Save a run for recovery regularly while it trains, and keep every epoch of a long run on disk."""
        known = weakref.ref(run)  # an unused run is freed at once

        if self._autosave:
            run.log.follow(run.trainer.history, lambda: self._kept.new_log(known()))
        else:
            run.log.follow(run.trainer.history)

        def autosave(moment: Moment) -> None:
            if (live := known()) is not None:
                self.autosave(live, moment)

        run.owner.autosave(autosave)

    def autosave(self, run: Run, moment: Moment = Moment.TRAINING) -> None:
        """Save a run for recovery when due; only for its owner.

        Args:
            run: The run; only that of the open experiment and those on Compare are saved.
            moment: When a training pauses, the run is saved at once.
        """
        stale = run is self._workspace.run and self._workspace.stale
        if self._autosave and not stale and run.unsaved:
            self._kept.keep_when_due(run, moment)

    def compare(self, run: Run) -> None:
        """Save a run for recovery from now on that is on Compare; what it was made from is saved at once."""
        self.watch(run)
        self._kept.add(run)
        self._keep_up(run)

    def compare_no_more(self, run: Run) -> None:
        """Save a run no longer that was on Compare, unless it is the open one; what was not saved is lost."""
        self._kept.remove(run)

    def keep_compared(self) -> None:
        """Save every run on Compare for recovery as far as it is."""
        for run in self._kept.beside:
            self._keep_up(run)

    def _keep_up(self, run: Run) -> None:
        if run is not self._workspace.run:
            run.owner.call(lambda: self.autosave(run, Moment.PAUSED), changes=False)

    @property
    def trouble(self) -> SessionError | None:
        """Why a run is not being saved automatically; `None` if all are."""
        return self._kept.trouble

    @property
    def not_kept(self) -> str:
        """The same in a few words; before a run is due, whether its folder can be written at all."""
        if self.trouble is not None:
            return DISK_FULL if self.trouble.code == "disk_full" else NOT_WRITABLE
        return "" if self._kept.kept else self._not_kept

    @property
    def unsaved(self) -> bool:
        """Whether a run would be lost without `save` or `preserve`."""
        run = self._workspace.run
        return run is not None and run.unsaved

    @property
    def root(self) -> Path:
        """Where runs are saved unless a folder is named."""
        return self._runs

    def begin(self, run: Run, out: str | os.PathLike[str] | None = None, *, replace: bool = False) -> RunFolder:
        """Create the folder of a run before its training.

        Args:
            run: The run.
            out: The folder; a new one in `runs` unless given.
            replace: Whether a run in that folder is replaced, as soon as this one has begun.

        Raises:
            SessionError: The folder cannot be written, or already contains a run.
        """
        if out is None:
            return self._in_new_folder(run, lambda path: storage.begin(run, path))
        if replace and is_run_folder(Path(out)):
            path = Path(os.path.realpath(out))
            return storage.begin(run, path, replaced(path))
        return storage.begin(run, Path(out))

    def save(self, out: str | os.PathLike[str] | None = None, run: Run | None = None) -> Path:
        """Save a run as a run folder.

        Args:
            out: The folder; by default the one it was saved in before, else a new one.
            run: The run; by default that of the open experiment.

        Raises:
            SessionError: There is no run, or it cannot be written; then nothing is lost.
        """
        if run is None and (run := self._workspace.run) is None:
            raise SessionError("There is no run to save.", remedy="Train the network first.", code="no_run")
        saved = run
        return saved.owner.call(lambda: self._save(saved, out))

    def _save(self, run: Run, out: str | os.PathLike[str] | None) -> Path:
        folder = Path(os.path.abspath(out)) if out else run.folder
        with run.whole():
            if folder is not None:
                storage.save(run, folder)
            else:
                self._in_new_folder(run, lambda path: storage.save(run, path.absolute()))
            # Listed before it is forgotten: a program that is killed in between leaves it in both lists, not in none.
            path = self._listed(run)
            if run.trainer.finished or run is not self._workspace.run:
                self._kept.forget(run)
        return path

    def _listed(self, run: Run) -> Path:
        """Put a saved run on the list of recent work, and return its folder."""
        assert run.folder is not None
        if self._recents is not None:
            note = run_note(run, self._workspace.source)
            self._recents.add(Kind.RUN, str(run.folder), run.experiment.name, note)
        return run.folder

    def _in_new_folder(self, run: Run, write: Callable[[Path], T]) -> T:
        """Write a run into a new folder, under the first name that no other program takes meanwhile."""
        for path in new_names(self._runs, run.experiment.name, self._now()):
            try:
                return write(path)
            except SessionError as error:
                if error.code != "folder_in_use":
                    raise
        raise AssertionError("the names end with an error")

    def save_experiment(self, path: str | os.PathLike[str]) -> None:
        """Write the experiment as a file, whole or not at all."""
        save_experiment(path, self._workspace.experiment)

    def preserve(self) -> Path | None:
        """Make it safe to quit: a run that would be lost is saved, and an unfinished one is offered at the next start.

        Returns:
            The run folder, if there was anything to save.

        Raises:
            SessionError: It cannot be written.
        """
        run = self._workspace.run
        return run.owner.call(lambda: self._preserve(run)) if run is not None else None

    def _preserve(self, run: Run) -> Path | None:
        if not run.begun:
            return None
        folder = self._save(run, None) if run.unsaved else self._listed(run)
        with run.whole():
            if not run.trainer.finished:
                self._kept.keep(run)
        return folder

    def recoverable(self) -> list[Recoverable]:
        """Unfinished runs of earlier sessions, the latest first."""
        return self._kept.list()

    def recover(self, left: Recoverable) -> Run:
        """Open an unfinished run where it stopped; it continues bit for bit.

        Raises:
            SessionError: It is damaged, or its data file has changed since.
            DataError: Its data cannot be read.
        """
        run, table = take_up(left.path, self._workspace.next_number(), self._clock)
        data = Prepared()
        data.put_table(run.experiment, table)
        data.put_dataset(run.experiment, run.dataset)
        self.watch(run)
        self._workspace.install(run.experiment, data, run=run)
        self._kept.adopt(left.path)
        return run

    def resume(
        self, path: Path, epochs: int | None = None, out: str | os.PathLike[str] | None = None
    ) -> tuple[Run, RunFolder]:
        """Open the run of a folder where it stopped, and the folder to write on; it continues bit for bit.

        Args:
            path: The run folder.
            epochs: How many epochs the run has from now on, those done included.
            out: Another folder to write into; by default the same.

        Raises:
            SessionError: It cannot go on, or cannot be written.
            DataError: Its data cannot be read.
        """
        run, table = resumed(path, self._workspace.next_number(), self._clock, epochs)
        data = Prepared()
        data.put_table(run.experiment, table)
        data.put_dataset(run.experiment, run.dataset)
        self._workspace.install(run.experiment, data, run=run)
        if out is not None:
            return run, storage.begin(run, Path(out))
        folder = RunFolder.open(path)
        folder.tidy()
        # Epochs after its last state are made again; until then they stay in the history.
        history = len(folder.history_table().rows) <= run.trainer.epoch
        storage.write_state(run, folder, storage.record_in_progress(run), history=history)
        return run, folder

    def discard_recovery(self, left: Recoverable) -> None:
        """Delete the file of an unfinished run; its run folder, if any, stays."""
        self._kept.discard(left)

    def close(self) -> None:
        """Save what is on Compare as far as it is, and release the unfinished runs, so that they are offered again."""
        self.keep_compared()
        self._kept.close()
