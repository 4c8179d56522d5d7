"""Opening a file, an experiment, a run, a page or a sample: what each is, and the screen that shows it."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from textual.worker import Worker

from tui_ann.data.read.reader import ReadOptions
from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.session.compare.found_runs import best_folder, find_runs
from tui_ann.session.course.own import is_course_file, read_course
from tui_ann.session.course.pages import Page
from tui_ann.session.course.workbook import experiment_of
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.source import Opened
from tui_ann.session.store.recents import Kind
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.tui.dialogs.progress import ProgressDialog
from tui_ann.tui.dialogs.workbook import Going, WorkbookDialog
from tui_ann.tui.services.host import Host
from tui_ann.tui.services.landing import Landing
from tui_ann.tui.services.opening_work import PATIENCE, OpeningWork, Work
from tui_ann.tui.services.refused_file import Asked, RefusedFile
from tui_ann.tui.services.runner import Runner


class Opener:
    """Opens things for the application.

    Args:
        app: The application; runs the worker.
        runner: Runs the training.
    """

    def __init__(self, app: Host, runner: Runner) -> None:
        self._app = app
        self._file = RefusedFile(app, self._open_file)
        self._work = OpeningWork(app, runner, self._file.ask_table)

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._work.busy

    @property
    def opening(self) -> bool:
        """Whether another screen will be shown: something is being opened, or is open and not shown yet."""
        return self._work.shows_soon

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
        if not text.startswith("sample:") and is_course_file(path := Path(os.path.expanduser(text))):
            self._open_course(path)
            return
        await self._open_file(Asked(text, target, options), patience)

    async def _open_file(self, asked: Asked, patience: float = PATIENCE) -> None:
        text = asked.source
        name = text.removeprefix("sample:") if text.startswith("sample:") else Path(text).name

        def work(dialog: ProgressDialog) -> Landing:
            opened: Opened = self._app.session.workspace.open(
                text,
                target=asked.target,
                options=asked.options,
                progress=dialog.report,
                cancelled=dialog.cancelled.is_set,
            )
            self._work.skipped = tuple(map(str, opened.remarks))
            drawn = self._app.session.own_data.drawn is not None
            screen = "explore" if drawn else "step" if opened.by_hand else ""
            return Landing(opened.source.kind, opened.source.text, screen=screen)

        await self._begin(name, work, asked=asked, patience=patience)

    def _open_course(self, path: Path) -> None:
        """Show the pages of a course of one's own."""
        try:
            book = read_course(path)
        except TuiAnnError as error:
            self._app.failures.refuse(error, "app.open", "This course has mistakes")
            return
        self._app.recents.add(Kind.COURSE, str(path.absolute()), path.stem)
        self._app.push_screen(WorkbookDialog(book[0], book=book), self._follow)

    async def recover(self, left: Recoverable) -> None:
        """Start to continue an unfinished run.

        Args:
            left: The unfinished run.
        """

        def work(dialog: ProgressDialog) -> Landing:
            self._app.session.recover(left)
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
            whole = [run for run in found.runs if not run.history_only]
            first = next((run for run in whole if run.folder == best), whole[0] if whole else None)
            if first is not None:
                session.workspace.open(first.folder)
            for run in found.runs:
                if run is not first:
                    session.runs.add(run)
            self._work.skipped = found.skipped
            session.comparison.lab = Path(names[0]).absolute() if len(names) == 1 else None
            return Landing(Kind.RUN, str(first.folder) if first is not None else "", screen="compare")

        await self._begin("runs", work, patience=patience)

    async def open_drawing(self) -> None:
        """Start to open an experiment whose data are to be drawn, on the Explore screen."""

        def work(dialog: ProgressDialog) -> Landing:
            self._app.session.own_data.begin()
            return Landing("drawing", "", screen="explore")

        await self._begin("an empty plane", work)

    async def _begin(self, name: str, work: Work, *, asked: Asked | None = None, patience: float = PATIENCE) -> None:
        if not self.busy:
            self._file.asked = asked
            await self._work.begin(name, work, patience=patience)

    # What could not be opened, and the end of the opening.

    @property
    def refused(self) -> bool:
        """Whether the last file could not be opened, so that it can be asked for in another way."""
        return self._file.asked is not None and self._work.failed

    def reopen(self, how: str) -> None:
        """Ask how the refused file is to be read, and open it again.

        Args:
            how: Another `dialect` or another `target`.
        """
        self._file.ask(how)

    def cancel(self) -> None:
        """Cancel the opening."""
        self._work.cancel()

    def ended(self, worker: Worker[Any]) -> bool:
        """Show what was opened or why it was not, if a worker of the opening has ended.

        Args:
            worker: A worker that has ended.

        Returns:
            Whether the outcome has been handled.
        """
        return self._file.ended(worker) or self._work.ended(worker)
