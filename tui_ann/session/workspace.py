"""The open experiment, its data and its run, with methods to open, edit and prepare them.

Slow work (reading a table, preparing rows) is done without the lock; only its result is stored under it.  A method that
fails changes nothing.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.reader import ReadOptions
from tui_ann.data.read.table import Table
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.errors import SessionError
from tui_ann.experiment.checks import Misfit
from tui_ann.experiment.proposal import Wishes
from tui_ann.experiment.spec import Experiment
from tui_ann.gate import refuse_changes
from tui_ann.session.changes import Edit, Reach, describe
from tui_ann.session.run.build import Cancelled, Progress
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Run
from tui_ann.session.source import Opened, Source, Target, find, load_source
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.undo import UndoStack
from tui_ann.text import counted


class _State(NamedTuple):
    """What undo restores."""

    experiment: Experiment
    run: Run | None
    stale: bool
    saved_run: SavedRun | None


class Workspace:
    """An experiment with its data and its run.  Every method may be called from any thread.

    Args:
        imported: Where the files of networks of other programs are kept; by default the user's folder.
    """

    def __init__(self, imported: Path | None = None) -> None:
        self._imported = imported
        self.source: Source | None = None
        """What was opened."""
        self.run: Run | None = None
        """The run of the experiment; a stale run can still be viewed."""
        self.stale = False
        """Whether the experiment has changed so that the next training starts a new run."""
        self.saved_run: SavedRun | None = None
        """The opened saved run, until its experiment is trained again."""
        self._experiment: Experiment | None = None
        self.data = Prepared()
        """The table and the dataset read so far."""
        self.left: Callable[[], None] = lambda: None
        """Called before another experiment is opened."""
        self.edited: Callable[[], None] = lambda: None
        """Called after every edit, also one that is undone or redone."""
        self._undo: UndoStack[_State] = UndoStack(lambda state: state._replace(run=None, stale=False))
        self._lock = threading.RLock()  # held only briefly, never by the owner of a run
        self._runs_made = 0

    @property
    def is_open(self) -> bool:
        """Whether there is an experiment."""
        return self._experiment is not None

    @property
    def experiment(self) -> Experiment:
        """The open experiment.

        Raises:
            SessionError: Nothing is open.
        """
        if self._experiment is None:
            remedy = "Open a data file, an experiment, a run or a sample."
            raise SessionError("Nothing is open.", remedy=remedy, code="nothing_open")
        return self._experiment

    @property
    def edition(self) -> Experiment | None:
        """What is open, another object after every edit: what is shown or asked names it; `None` if nothing is."""
        return self._experiment

    @property
    def table(self) -> Table | None:
        """The table, if it was read with the current settings."""
        return self.data.table(self._experiment) if self._experiment else None

    @property
    def dataset(self) -> Dataset | None:
        """The prepared rows, if they match the current settings."""
        return self.data.dataset(self._experiment) if self._experiment else None

    @property
    def network(self) -> Network | None:
        """The network of the run, or of the opened saved run."""
        return self.run.network if self.run else self.saved_run.network if self.saved_run else None

    @property
    def trainer(self) -> Trainer | None:
        """The trainer of the run."""
        return self.run.trainer if self.run else None

    def open(
        self,
        source: str | PathLike[str],
        *,
        target: Target | None = None,
        options: ReadOptions | None = None,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        wishes: Wishes | None = None,
    ) -> Opened:
        """Open a data file, an experiment, a run folder, a network of another program, or `sample:NAME`; see `source`.

        The old experiment stays open until the new source has been read, also if reading fails.
        """
        opened = load_source(
            find(source),
            target=target,
            options=options,
            progress=progress,
            cancelled=cancelled,
            wishes=wishes,
            imported=self._imported,
        )
        data = Prepared()
        if opened.table is not None:
            data.put_table(opened.experiment, opened.table)
        self.install(opened.experiment, data, source=opened.source, saved_run=opened.saved_run)
        return opened

    def adopt(self, experiment: Experiment) -> None:
        """Open an experiment that is not in a file; its data are read when they are needed."""
        self.install(experiment, Prepared())

    def install(
        self,
        experiment: Experiment,
        data: Prepared,
        *,
        source: Source | None = None,
        saved_run: SavedRun | None = None,
        run: Run | None = None,
    ) -> None:
        """Open what was read; the old experiment is closed with its undo list."""
        with self._lock:
            self.left()
            self._experiment, self.data, self.source = experiment, data, source
            self._place(run, saved_run)
            self._undo.clear()

    def consequence(self, experiment: Experiment) -> Edit:
        """What `edit` would do, in words, and what must be redone; nothing changes."""
        edit, run = describe(self.experiment, experiment), None if self.stale else self.run
        if run and edit.reach is Reach.NEXT_UPDATE and not run.takes_up(experiment):
            edit = Edit(edit.label, Reach.RUN)
        if run and run.begun and edit.reach >= Reach.RUN:
            edit = Edit(edit.label, edit.reach, f"The run of {counted(run.trainer.update, 'update')} ends.")
        return edit

    def edit(self, experiment: Experiment, label: str | None = None, *, anew: bool = False) -> Edit:
        """Switch to an edited experiment; `undo` restores the old one, including its run.

        Training settings take effect at the run's next update.  Any other edit makes the run stale: it can still be
        viewed, and the next training starts a new one.

        Args:
            experiment: The next experiment.
            label: The label for undo; by default what changed.
            anew: Whether the next training starts a new run in any case.

        Raises:
            EngineError: The run cannot use the settings; nothing has changed.
            ReadOnlyError: This program changes nothing.
        """
        refuse_changes()
        with self._lock:
            edit, left = self.consequence(experiment), self._state()
            if experiment != left.experiment:
                self._follow(experiment, edit.reach < Reach.RUN and not anew)
                self._undo.push(label or edit.label, left)
        self.edited()
        return replace(edit, label=label) if label else edit

    def _follow(self, experiment: Experiment, run_goes_on: bool) -> None:
        run = self.run
        if run and not self.stale:
            if run_goes_on:
                run.owner.call(lambda: run.take_up(experiment))
            self._place(run, self.saved_run, stale=not run_goes_on)
        self._experiment = experiment

    @property
    def undo_label(self) -> str | None:
        """The label of the edit that `undo` would undo; `None` if there is none."""
        return self._undo.undo_label

    @property
    def redo_label(self) -> str | None:
        """The label of the edit that `redo` would redo; `None` if there is none."""
        return self._undo.redo_label

    def undo(self) -> str | None:
        """Undo the last edit, which restores the run that it ended; returns its label."""
        return self._move(lambda: self._undo.undo_label, self._undo.undo)

    def redo(self) -> str | None:
        """Redo the last undone edit; returns its label."""
        return self._move(lambda: self._undo.redo_label, self._undo.redo)

    def _move(self, label_of: Callable[[], str | None], move: Callable[[_State], _State]) -> str | None:
        with self._lock:
            if (label := label_of()) is None:
                return None
            now = self._state()
            then = move(now)
            # Keep this run if that state has none: it began later, or was dropped to save memory.
            reach = describe(now.experiment, then.experiment).reach
            if then.run is None and then.saved_run is None and reach < Reach.RUN:
                then = then._replace(run=now.run, stale=now.stale)
            self._place(then.run, then.saved_run, stale=then.stale)
            self._follow(then.experiment, self.run is not None and self.run.takes_up(then.experiment))
        self.edited()
        return label

    def _state(self) -> _State:
        return _State(self.experiment, self.run, self.stale, self.saved_run)

    def problems(self) -> list[Misfit]:
        """What prevents the experiment from running, with remedies and, where possible, fixes."""
        return self.data.problems(self.experiment)

    def apply_fix(self, problem: Misfit) -> Edit:
        """Apply the fix of a problem."""
        if problem.fix is None:
            raise SessionError(problem.message, remedy=problem.remedy, code="no_fix")
        return self.edit(problem.fix.apply(self.experiment))

    def prepare_data(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Dataset:
        """The prepared rows; the table is read and the rows are prepared only if not done yet.

        Raises:
            DataError: The table cannot be read, or does not fit the experiment.
        """
        experiment, data = self.experiment, self.data
        table, dataset = data.make(experiment, progress, cancelled)
        with self._lock:
            now = self.experiment  # it may have been edited meanwhile: what suits it now is kept
            if now == experiment or data.table(now) is None:
                data.put_table(experiment, table)
            if now == experiment or data.dataset(now) is None:
                data.put_dataset(experiment, dataset)
        return dataset

    # ------------------------------------------------------------------ the run

    def fresh_run(self) -> Run | None:
        """The run, unless there is none or it is stale."""
        with self._lock:
            return None if self.stale else self.run

    def next_number(self) -> int:
        """The number of the next run."""
        with self._lock:
            self._runs_made += 1
            return self._runs_made

    def put_run(self, make: Callable[[int], Run | None], label: str | None = None) -> None:
        """Replace the run by a new one; the old one pauses.

        Args:
            make: Makes the run from its number; `None` keeps the old one.
            label: The label for undo; without one it cannot be undone.
        """
        with self._lock:
            left = self._state()
            run = make(self._runs_made + 1)
            if run is None:
                return
            self._runs_made += 1
            if label:
                self._undo.push(label, left)
            self._place(run, None)

    def renew(self, old: SavedRun, new: SavedRun) -> None:
        """Show what the opened run folder holds now; nothing happens if another one is open, or it is trained here."""
        with self._lock:
            if self.saved_run is old and self.run is None:
                self.saved_run = new

    def _place(self, run: Run | None, saved_run: SavedRun | None, *, stale: bool = False) -> None:
        """Change the run; a replaced or stale run pauses."""
        old = self.run
        self.run, self.stale, self.saved_run = run, stale, saved_run
        if old is not None and (old is not run or stale) and old.owner.busy:
            old.owner.pause()
