"""The session: the headless application.  The commands and the terminal application call its parts and nothing else.

A session may be used from any thread.  Each run has an owner, which handles requests between two updates while the
caller waits.  A method that replaces the run pauses the old one.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui_ann.errors import EngineError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session import headless
from tui_ann.session.compare.comparison import Comparison
from tui_ann.session.compare.forking import Forking
from tui_ann.session.doctor.doctor import Doctor
from tui_ann.session.evaluate.evaluating import Evaluating
from tui_ann.session.explore.own_data import OwnData
from tui_ann.session.headless import Report, TrainingOutcome
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run_store import RunStore
from tui_ann.session.runs import Runs
from tui_ann.session.stepping import Stepping
from tui_ann.session.store.claim import claimed
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.recents import Recents
from tui_ann.session.store.step_marks import StepMark, StepMarks
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.session.watching.follower import Follower
from tui_ann.session.workspace import Workspace

if TYPE_CHECKING:
    from tui_ann.session.exporting import Exporting
    from tui_ann.session.reporting.reporting import Reporting


class Session:
    """One open experiment with its run, and other runs to compare with.

    Args:
        paths: Where the user's files are; by default the system's folders.
        runs: Where runs are saved unless a folder is named; `runs` in the working folder unless given.
        autosave: Whether a run is saved for recovery about every second of training.
        recents: The list of recent work that every saved run and every drawing is put on, if there is one.
        clock: Seconds, from any start.
        now: The time of day.
    """

    def __init__(
        self,
        *,
        paths: UserPaths | None = None,
        runs: Path | None = None,
        autosave: bool = False,
        recents: Recents | None = None,
        clock: Clock = time.perf_counter,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.paths = paths or UserPaths.of_user()
        """The user's own files."""
        self.workspace = Workspace(self.paths.imported)
        """The open experiment and its edits."""
        self.store = RunStore(
            self.workspace,
            self.paths.recovery,
            runs or Path("runs"),
            autosave=autosave,
            recents=recents,
            clock=clock,
            now=now,
        )
        """Saves runs, and continues unfinished ones."""
        self.runs = Runs(self.workspace, self.paths.start_values, keeper=self.store, clock=clock)
        """The run of the open experiment, and others."""
        self.stepper = Stepping(self.runs, stepped=self.store.autosave, clock=clock)
        """Steps through the run of the open experiment."""
        self.evaluating = Evaluating(self.workspace, self.runs)
        """Judges the answers of the run."""
        self._marks = StepMarks(self.paths.step_marks)
        self.own_data = OwnData(self.workspace, self.paths.drawn, recents)
        """Edits the rows of the open experiment."""
        self.doctor = Doctor(self.workspace, self.runs)
        """Says what is wrong with what is open."""
        self.comparison = Comparison(self.runs)
        """The runs that are compared."""
        self.forking = Forking(self.workspace, self.runs, clock)
        """Makes runs that differ from another one in one setting."""
        self.follower = Follower(self.workspace, self.runs)
        """Takes up what other programs write into run folders."""
        self._clock = clock

    @cached_property
    def exporting(self) -> "Exporting":
        """Takes the run to other programs."""
        from tui_ann.session.exporting import Exporting  # not needed until something is exported

        return Exporting(self.workspace, self.runs, self.reporting)

    @cached_property
    def reporting(self) -> "Reporting":
        """Reports the run."""
        from tui_ann.session.reporting.reporting import Reporting  # as above

        return Reporting(self.workspace, self.runs, self.evaluating, self.doctor)

    def train(
        self, out: str | os.PathLike[str] | None = None, report: Report | None = None, *, replace: bool = False
    ) -> TrainingOutcome:
        """Train to the end in this thread, into a run folder that is readable at any moment.

        Ctrl-C ends the run after the current update; the trained state is saved and the status is `interrupted`.

        Args:
            out: The folder; a new one `<name>-<time>` in `runs` unless given.
            report: Gets the start, every epoch and the progress.
            replace: Whether a run in that folder is replaced.

        Raises:
            SessionError: The folder cannot be written, or already contains a run.
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        run = self.runs.prepare()
        folder = self.store.begin(run, out, replace=replace)
        with claimed(folder.path):
            return headless.train(run, folder, report or Report(), clock=self._clock)

    def resume(
        self,
        path: str | os.PathLike[str],
        *,
        epochs: int | None = None,
        out: str | os.PathLike[str] | None = None,
        report: Report | None = None,
    ) -> TrainingOutcome:
        """Train the run of a folder from where it stopped to its end, bit for bit as if it had never stopped.

        Args:
            path: The run folder.
            epochs: How many epochs the run has from now on, those done included.
            out: Another folder to write into; by default the same.
            report: Gets the start, every epoch and the progress.

        Raises:
            SessionError: The run cannot go on, or cannot be written.
            DataError: Its data cannot be read.
        """
        path = RunFolder.open(Path(path)).path
        # The state of a run that is being trained may be continued elsewhere, but not in its own folder.
        with claimed(path) if out is None else nullcontext():
            run, folder = self.store.resume(path, epochs, out)
            return headless.train(run, folder, report or Report(), clock=self._clock)

    def open_exercise(self, fields: Mapping[str, str], out: Path | None = None) -> Path:
        """Open an exercise: exactly this network and these examples, ready to be stepped through.

        Args:
            fields: The fields of the sheet as text, by name: `sizes`, `x`, `W1` …; missing ones are proposed.
            out: A new folder for it; by default one below the user's exercises, named by its content.

        Returns:
            Its folder, an experiment with its table and start values.

        Raises:
            ExperimentError: A field cannot be read; every problem is at the name of its field.
            SessionError: The folder cannot be written, or is not empty.
        """
        from tui_ann.session.exercise.folder import keep_exercise, write_exercise

        folder = write_exercise(fields, out) if out else keep_exercise(fields, self.paths.exercises)
        self.workspace.open(folder)
        return folder

    def preserve(self) -> Path | None:
        """Make it safe to quit: a run that would be lost is saved, and an unfinished one is offered at the next start.

        Returns:
            The run folder, if there was anything to save.

        Raises:
            SessionError: It cannot be written.
        """
        mark = self.stepper.mark()
        self.stepper.end_again()
        folder = self.store.preserve()
        if folder is not None:
            self._marks.put(folder, mark)
        return folder

    @property
    def left_at(self) -> StepMark | None:
        """Where the opened saved run was left, as long as nothing is done with it."""
        saved = self.workspace.saved_run
        return self._marks.of(saved.folder) if saved is not None and self.workspace.run is None else None

    def recover(self, left: Recoverable) -> Run:
        """Open an unfinished run where it was left; see `RunStore.recover`.

        Args:
            left: The unfinished run.
        """
        run = self.store.recover(left)
        mark = self._marks.of(left.folder) if left.folder else None
        if mark is not None:
            with suppress(EngineError):  # another version of the run is in that folder
                self.stepper.return_to(mark)
        return run

    def close(self) -> None:
        """Pause all runs and release the session's resources; call it last, after `preserve`."""
        self.runs.close()
        self.store.close()
