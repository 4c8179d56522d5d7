"""Opening a file, an experiment, a run or a sample in a thread, with progress and a way to cancel.

The open experiment stays open until the new one is ready, so a file that cannot be read does no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from textual.worker import Worker, WorkerState

from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.experiment.settings import SETTINGS
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.compare.found_runs import best_folder, find_runs
from tui_ann.session.course.own import is_course_file, read_course
from tui_ann.session.course.pages import Page
from tui_ann.session.course.workbook import experiment_of
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.run_note import run_note
from tui_ann.session.source import Opened
from tui_ann.session.store.recents import Kind, RunNote
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.text import clean
from tui_ann.tui.content.edits import put
from tui_ann.tui.content.setting_text import DIALECT
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.form import FormDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.dialogs.progress import ProgressDialog
from tui_ann.tui.dialogs.settings_form import Line
from tui_ann.tui.dialogs.workbook import Going, WorkbookDialog
from tui_ann.tui.keys.remedies import REFUSED, remedy_action
from tui_ann.tui.services.host import BRIEF, Host
from tui_ann.tui.services.landing import Landing
from tui_ann.tui.services.runner import Runner

GROUP = "loading"
"""Worker group for opening."""
PATIENCE = 0.25
"""Seconds before the progress is shown; most files are open by then."""


@dataclass(frozen=True)
class Asked:
    """What the user wants to open."""

    source: str
    """A path, or `sample:NAME`."""
    target: str | None
    """The column to predict, instead of the proposed one."""
    options: ReadOptions | None
    """Reader options that override what the reader detects."""


class Kept(NamedTuple):
    """A run that was saved because something else was opened."""

    name: str
    """Name of its experiment."""
    folder: Path
    """Its folder."""
    ended: bool
    """Whether it had ended."""
    note: RunNote
    """What it came to."""


Work = Callable[[ProgressDialog], Landing]
"""Opens something and reports its progress to the dialog."""


class Opener:
    """Opens things for the application.

    Args:
        app: The application; runs the worker.
        runner: Runs the training.
    """

    def __init__(self, app: Host, runner: Runner) -> None:
        self._app, self._runner = app, runner
        self._worker: Worker[Landing] | None = None
        self._dialog: ProgressDialog | None = None
        self._again: tuple[str, Work] | None = None
        self._unsaved: SessionError | None = None
        self._skipped: Sequence[str] = ()
        self._kept: Kept | None = None
        self._asked: Asked | None = None
        self._refused = False

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._worker is not None and not self._worker.is_finished

    async def open(
        self,
        source: str | Path,
        *,
        target: str | None = None,
        options: ReadOptions | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Start to open something; the screen changes when it is ready.

        Args:
            source: A path, or `sample:NAME`.
            target: The column to predict, instead of the proposed one.
            options: Reader options that override what the reader detects.
            patience: Seconds before the progress is shown.
        """
        text = str(source)
        if not text.startswith("sample:") and is_course_file(path := Path(text).expanduser()):
            self._open_course(path)
            return
        name = text.removeprefix("sample:") if text.startswith("sample:") else Path(text).name
        self._asked = Asked(text, target, options)

        def work(dialog: ProgressDialog) -> Landing:
            opened: Opened = self._app.session.workspace.open(
                text, target=target, options=options, progress=dialog.report, cancelled=dialog.cancelled.is_set
            )
            return Landing(opened.source.kind, opened.source.text, screen="step" if opened.by_hand else "")

        await self._begin(name, work, patience=patience)

    def _open_course(self, path: Path) -> None:
        """Show the pages of a course of one's own."""
        try:
            book = read_course(path)
        except TuiAnnError as error:
            self._app.failures.refuse(error, "app.open", "This course has mistakes")
            return
        self._app.recents.add(Kind.COURSE, str(path.absolute()), path.stem)
        self._app.push_screen(WorkbookDialog(book[0], book=book), self._follow)

    @property
    def refused(self) -> bool:
        """Whether the last source could not be opened."""
        return self._asked is not None and not self.busy and self._refused

    def ask_dialect(self) -> None:
        """Ask for the format of the refused file, and read it again."""
        if self._asked is None:
            return
        given = self._asked.options or ReadOptions()
        data = DataSpec(path=self._asked.source, **asdict(given))
        experiment = Experiment(data=data, network=NetworkSpec(layers=(DenseSpec(units=1),)))
        lines = [Line(SETTINGS[f"data.{name}"]) for name in DIALECT]
        dialog: FormDialog[Experiment] = FormDialog("File format", experiment, lines, put, "Read again")
        self._app.push_screen(dialog, self._read_again)

    async def _read_again(self, told: Experiment | None) -> None:
        if told is not None and self._asked is not None:
            options = ReadOptions(**{name: getattr(told.data, name) for name in DIALECT})
            await self.open(self._asked.source, target=self._asked.target, options=options)

    def ask_target(self) -> None:
        """Ask for the target of the refused file, and open it again."""
        asked = self._asked
        if asked is None or self.busy:
            return

        def work() -> Landing:
            table = read_table(Path(asked.source).expanduser(), asked.options or ReadOptions())
            return Landing("names", "", tuple((column.name, column.kind) for column in table.columns))

        self._worker = self._app.run_worker(
            work, name="names", group=GROUP, thread=True, exclusive=True, exit_on_error=False
        )

    def _choose_target(self, columns: tuple[tuple[str, str], ...]) -> None:
        choices = [Choice(name, name, kind) for name, kind in columns]
        self._app.push_screen(ChooseDialog("Target", choices), self._open_again)

    async def _open_again(self, choice: Choice | None) -> None:
        if choice is not None and self._asked is not None:
            await self.open(self._asked.source, target=choice.value, options=self._asked.options)

    async def _open_table(self, choice: Choice | None) -> None:
        if choice is not None and self._asked is not None:
            options = replace(self._asked.options or ReadOptions(), table=choice.value)
            await self.open(self._asked.source, target=self._asked.target, options=options)

    async def recover(self, left: Recoverable) -> None:
        """Start to continue an unfinished run.

        Args:
            left: The unfinished run.
        """

        def work(dialog: ProgressDialog) -> Landing:
            self._app.session.store.recover(left)
            return Landing("unfinished", "")

        await self._begin(left.name, work)

    async def _follow(self, going: Going | None) -> None:
        if going is not None:
            await self.open_page(going.page, going.screen, practise=going.practise)

    async def open_page(self, page: Page, screen: str, *, practise: bool = False) -> None:
        """Start to open the experiment of a course page, at the update of that page.

        Args:
            page: The page.
            screen: The screen that shows it.
            practise: Whether each number is asked for, on the Step screen.
        """

        def work(dialog: ProgressDialog) -> Landing:
            session = self._app.session
            session.workspace.adopt(experiment_of(page))
            if screen == "step":
                session.stepper.go_to(page.update)
            return Landing("page", "", screen=screen, then="predict" if practise else "")

        await self._begin(page.title, work)

    async def open_exercise(self, fields: Mapping[str, str]) -> None:
        """Start to open an exercise on the Step screen.

        Args:
            fields: Its fields as text, by name.
        """

        def work(dialog: ProgressDialog) -> Landing:
            session = self._app.session
            session.open_exercise(fields)
            source = session.workspace.source
            return Landing(Kind.EXPERIMENT, source.text if source else "", screen="step")

        await self._begin("the exercise", work)

    async def open_run(self, source: RunSource) -> None:
        """Start to open a run of this session on the Train screen.

        Args:
            source: A live run, which goes on where it is, or a saved one.
        """
        if isinstance(source, SavedRun):
            await self.open(source.folder)
            return
        assert isinstance(source, Run), "a run is live or saved"

        def work(dialog: ProgressDialog) -> Landing:
            self._app.session.runs.open(source)
            return Landing("run", "", screen="train")

        await self._begin(source.name, work)

    async def open_runs(self, names: Sequence[str | Path], *, patience: float = PATIENCE) -> None:
        """Start to open saved runs on the Compare screen; the best of a sweep, or the first, becomes the open one.

        Args:
            names: Run folders, folders of runs, and patterns.
            patience: Seconds before the progress is shown.
        """

        def work(dialog: ProgressDialog) -> Landing:
            session, found = self._app.session, find_runs(names)
            if not found.runs:
                raise SessionError(
                    "No run can be opened.",
                    remedy="Name run folders that `tui-ann train` wrote, or a folder with such folders in it.",
                    code="cannot_open",
                    details=found.skipped,
                )
            best = best_folder(names)
            first = next((run for run in found.runs if run.folder == best), found.runs[0])
            session.workspace.open(first.folder)
            for run in found.runs:
                if run is not first:
                    session.runs.add(run)
            self._skipped = found.skipped
            session.comparison.lab = Path(names[0]).absolute() if len(names) == 1 else None
            return Landing(Kind.RUN, str(first.folder), screen="compare")

        await self._begin("runs", work, patience=patience)

    async def open_drawing(self) -> None:
        """Start to open an experiment whose data are to be drawn, on the Explore screen."""

        def work(dialog: ProgressDialog) -> Landing:
            self._app.session.own_data.begin()
            return Landing("drawing", "", screen="explore")

        await self._begin("an empty plane", work)

    async def _begin(self, name: str, work: Work, *, keep: bool = True, patience: float = PATIENCE) -> None:
        """Save a run that would be lost, then open; both in a thread."""
        if self.busy:
            return
        await self._runner.stop()
        dialog = self._dialog = ProgressDialog(f"Opening {name}")
        self._again = (name, work)
        self._unsaved = None
        self._kept = None

        def keep_and_work() -> Landing:
            if keep:
                try:
                    self._kept = self._keep()
                except SessionError as error:
                    self._unsaved = error
                    raise
            return work(dialog)

        self._worker = self._app.run_worker(
            keep_and_work, name="open", group=GROUP, thread=True, exclusive=True, exit_on_error=False
        )
        if patience:
            self._app.set_timer(patience, self._show_progress)
        else:
            self._show_progress()

    def _keep(self) -> Kept | None:
        """Save a run that would be lost."""
        session = self._app.session
        folder = session.preserve()
        if folder is None or session.workspace.trainer is None:
            return None
        run, source = session.workspace.run, session.workspace.source
        assert run is not None, "there is a trainer"
        return Kept(run.experiment.name, folder, run.trainer.finished, run_note(run, source))

    def _show_progress(self) -> None:
        if self.busy and self._dialog is not None and not self._dialog.is_attached:
            self._app.push_screen(self._dialog)

    def cancel(self) -> None:
        """Cancel the opening."""
        if self._dialog is not None:
            self._dialog.cancelled.set()

    def ended(self, worker: Worker[Any]) -> bool:
        """Close the progress dialog and show what was opened, if the opening worker has ended.

        Args:
            worker: A worker that has ended.

        Returns:
            Whether the outcome has been handled.
        """
        dialog, error = self._dialog, worker.error
        if worker is not self._worker:
            return False
        self._refused = worker.state is not WorkerState.SUCCESS
        if isinstance(worker.result, Landing) and worker.result.kind != "names":
            self._app.call_later(self._arrive, worker.result)
            return True
        self._close()
        if isinstance(worker.result, Landing):
            self._choose_target(worker.result.columns)
        elif self._unsaved is not None:
            question = f"The run cannot be saved. {self._unsaved} Open anyway and discard the run?"
            self._app.push_screen(ConfirmDialog("Not saved", question, "Open"), self._lose)
        elif dialog is not None and dialog.cancelled.is_set():
            self._app.tell("Opening was cancelled; nothing has changed.")
        elif isinstance(error, TuiAnnError) and error.code == "several_tables" and self._asked is not None:
            choices = [Choice(name, name, "") for name in error.details]
            self._app.push_screen(ChooseDialog("Table", choices), self._open_table)
        elif isinstance(error, TuiAnnError):
            action = REFUSED.get(remedy_action(error) or "", "app.open")
            self._app.failures.refuse(error, action, "Cannot open this")
        return error is None or isinstance(error, TuiAnnError)

    def _close(self) -> None:
        """Close the progress dialog."""
        dialog = self._dialog
        if dialog is not None and dialog.is_attached:
            dialog.pop_until_active()
            dialog.dismiss(None)

    async def _arrive(self, landing: Landing) -> None:
        """Show what was opened and say what happened to the previous run; no key is handled between the two."""
        self._close()
        if self._kept is not None:
            name, folder, ended, note = self._kept
            self._app.recents.add(Kind.RUN, str(folder), name, note)
        await self._app.land(landing)
        skipped, self._skipped = self._skipped, ()
        if skipped:
            self._app.tell("\n".join(map(clean, skipped)), "warning", 15)
        if self._kept is not None:
            start = self._app.key_of("app.start")
            how = f"is saved in {folder}" if ended else f"is saved; {start} lists it as unfinished"
            self._app.tell(f"The run of {name} {how}.", timeout=BRIEF)

    async def _lose(self, sure: bool | None) -> None:
        if sure and self._again is not None:
            name, work = self._again
            await self._begin(name, work, keep=False)
