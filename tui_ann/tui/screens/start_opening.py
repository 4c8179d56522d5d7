"""What the entries of the start screen open."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_ann.session.course.pages import Page
from tui_ann.tui.content.start_entries import StartEntry
from tui_ann.tui.services.screen_host import ScreenHost

if TYPE_CHECKING:  # these load the engine
    from tui_ann.session.exam.exam import Exam
    from tui_ann.session.exercise.draft import Draft
    from tui_ann.tui.dialogs.workbook import Going


class StartOpening:
    """Opens the entries of the start screen.

    Args:
        app: The application.
        host: The same application, with its services.
        turned: Called with the page that the workbook shows.
    """

    def __init__(self, app: App[Any], host: ScreenHost, turned: Callable[[Page], None]) -> None:
        self._app, self._host, self._turned = app, host, turned
        self._draft: Draft | None = None
        """The exercise that is being typed; it outlives its dialog, and is kept for the next start."""
        self._exam: Exam | None = None
        """The exam that is being taken; it can be left and continued."""

    async def open(self, entry: StartEntry) -> None:
        """Open an entry, or ask what to open.

        Args:
            entry: The entry.
        """
        if entry.kind == "file":
            self._host.action_open()
        elif entry.kind == "exercise":
            self.ask_exercise()
        elif entry.kind == "drawing":
            await self._host.opener.open_drawing()
        elif entry.kind == "exam":
            self.ask_exam()
        elif entry.page is not None:
            self.show_page(entry.page)
        elif entry.left is not None:
            await self._host.opener.recover(entry.left)
        else:
            await self._host.opener.open(entry.source)

    def show_page(self, page: Page) -> None:
        """Show a page of the course.

        Args:
            page: The page.
        """
        from tui_ann.tui.dialogs.workbook import WorkbookDialog

        self._app.push_screen(WorkbookDialog(page, self._turned), self._open_page)

    async def _open_page(self, going: "Going | None") -> None:
        if going is not None:
            await self._host.opener.open_page(going.page, going.screen, practise=going.practise)

    def ask_exercise(self) -> None:
        """Ask for an exercise of one's own; what was typed before is still there."""
        from tui_ann.session.exercise.draft import read_draft
        from tui_ann.tui.dialogs.exercise import ExerciseDialog

        self._draft = self._draft or read_draft(self._host.session.paths.exercise_form)
        self._app.push_screen(ExerciseDialog(self._draft), self._open_exercise)

    def ask_exam(self) -> None:
        """Go on with the exam that was left, or begin the next one."""
        from tui_ann.session.exam.exam import Exam
        from tui_ann.session.exam.records import ExamRecords
        from tui_ann.tui.dialogs.exam import ExamDialog

        if self._exam is None or self._exam.question is None:
            records = ExamRecords(self._host.session.paths.exams)
            self._exam = Exam(records.next_seed, records)
        self._app.push_screen(ExamDialog(self._exam), self._look_up)

    def _look_up(self, page: Page | None) -> None:
        if page is not None:
            self.show_page(page)

    async def _open_exercise(self, fields: dict[str, str] | None) -> None:
        from tui_ann.session.exercise.draft import keep_draft

        if self._draft is not None:
            keep_draft(self._draft, self._host.session.paths.exercise_form)
        if fields is not None:
            await self._host.opener.open_exercise(fields)
