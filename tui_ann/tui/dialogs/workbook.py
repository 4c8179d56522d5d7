"""A page of the course: expected numbers next to those that the engine computes, each with a ✓."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from tui_ann.session.course.pages import Page, pages
from tui_ann.session.course.workbook import CheckedNumber, KnownNumber, given, verdict, work_out
from tui_ann.text import cell_width, fit
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

GROUP = "preparing"
"""Worker group for computing."""


@dataclass(frozen=True)
class Going:
    """Where to go from a page."""

    page: Page
    screen: str
    """Id of the screen."""
    practise: bool = False
    """Whether each number is asked for there."""


@dataclass(frozen=True)
class _Cells:
    """One line of the table."""

    label: str
    expected: str
    computed: str
    mark: str


class WorkbookDialog(Dialog[Going]):
    """One page; dismissed with where to go next.

    Args:
        page: The initial page.
        turned: Called with every page that is shown.
        book: The pages of a course of one's own; by default those of the program.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("course")]

    def __init__(
        self, page: Page, turned: Callable[[Page], None] = lambda page: None, book: Sequence[Page] = ()
    ) -> None:
        super().__init__(page.title)
        self.page, self._turned = page, turned
        self._book = tuple(book) or pages()
        self._given: tuple[KnownNumber, ...] = ()
        self.lines: tuple[CheckedNumber, ...] | None = None
        """The results of the checks; `None` while they are computed."""
        self._cells: list[_Cells] = []
        self._widths = (0, 0)

    def compose_content(self) -> Iterable[Widget]:
        """The topic, the conventions, the table, and the result."""
        yield Static(id="about", markup=False)
        yield Static(id="notes", classes="help", markup=False)
        yield Static(id="heads", classes="detail", markup=False)
        yield RowList(id="numbers", choosable=False)
        yield Static(id="verdict", markup=False)

    def on_mount(self) -> None:
        """Show the page."""
        self._show_page()

    def _show_page(self) -> None:
        page = self.page
        place = self._book.index(page) + 1 if page in self._book else 0
        self.query_one(".dialog").border_title = Content(page.title)
        self.query_one(".dialog").border_subtitle = Content(f"page {place} of {len(self._book)}")
        self.query_one("#about", Static).update(plain(page.about))
        self.query_one("#notes", Static).update(plain(" ".join(page.remarks)))
        self.lines = None
        self._show_lines()
        self.run_worker(
            lambda: (page, given(page), work_out(page)),
            name="page",
            group=GROUP,
            thread=True,
            exclusive=True,
            exit_on_error=False,
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the results, or why they could not be computed."""
        event.stop()
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self._say(str(event.worker.error), "-bad")
        elif event.state is WorkerState.SUCCESS and event.worker.result is not None:
            page, known, lines = event.worker.result
            if page is self.page:
                self.lines, self._given = lines, known
                self._show_lines()

    def _show_lines(self) -> None:
        told = [cells for line in self.lines or () for cells in _cells(line)]
        known = [cells for one in self._given for cells in _known(one)] if told else []
        self._cells = known + told
        label = max((cell_width(cells.label) for cells in self._cells), default=0)
        expected = max((cell_width(cells.expected) for cells in self._cells), default=0)
        self._widths = (label, max(expected, len("expected")))
        heads = f"   {fit('', label)}  {fit('expected', self._widths[1])}  computed" if self._cells else ""
        self.query_one("#heads", Static).update(Content(heads))
        rows = self.query_one(RowList)
        rows.show(len(self._cells), self._row, cursor=0)
        if self.lines is None:
            self._say("Computing …", "")
            return
        self._say(verdict(self.lines), "-good" if all(line.holds for line in self.lines) else "-bad")

    def _row(self, index: int, width: int) -> Row:
        cells = self._cells[index]
        label, expected = self._widths
        look = "good" if cells.mark == "✓" else "bad"
        return Row(
            (
                (f" {cells.mark or ' '} ", look),
                (fit(cells.label, label) + "  ", "strong"),
                (fit(cells.expected, expected) + "  ", "muted"),
                (cells.computed, ""),
            )
        )

    def _say(self, words: str, look: str) -> None:
        verdict = self.query_one("#verdict", Static)
        verdict.update(plain(words))
        verdict.set_classes(look.split())

    def action_step(self) -> None:
        """Go to the Step screen with the update of the page."""
        self.dismiss(Going(self.page, "step"))

    def action_practise(self) -> None:
        """Go to the Step screen, where each number of the update is asked for."""
        self.dismiss(Going(self.page, "step", practise=True))

    def action_train(self) -> None:
        """Train the network of the page."""
        self.dismiss(Going(self.page, "train"))

    def action_following(self) -> None:
        """Show the next page."""
        self._turn(1)

    def action_before(self) -> None:
        """Show the previous page."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        place = self._book.index(self.page) + by
        if 0 <= place < len(self._book):
            self.page = self._book[place]
            self._show_page()
            self._turned(self.page)


def _known(one: KnownNumber) -> Iterable[_Cells]:
    """The lines of the table for a given value."""
    for i, text in enumerate(one.text):
        yield _Cells(one.label if i == 0 else "", "given" if i == 0 else "", text, "")


def _cells(line: CheckedNumber) -> Iterable[_Cells]:
    """The lines of the table for a check, one for each row of a matrix."""
    for i, (expected, computed) in enumerate(zip_longest(line.expected_text, line.computed_text, fillvalue="")):
        yield _Cells(line.check.label if i == 0 else "", expected, computed, line.mark if i == 0 else "")
