"""Start: an unfinished run, the examples in their order, what was open before, a file, the pages of the course."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.data.samples import SAMPLES, sample_folder
from tui_ann.errors import TuiAnnError
from tui_ann.experiment.files import load
from tui_ann.session.course.pages import Page, pages
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.text import count, fit, number
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.widgets.panes import Pane
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from tui_ann.tui.dialogs.workbook import Going

MOST_RECENTS = 8
"""Entries of the list of what was open before."""
NAME_WIDTH = 23
"""Cells for the names of the entries."""
PAGE_WIDTH = 34
"""Cells for the titles of the course's pages."""


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    kind: str
    """`heading`, `unfinished`, `ended`, `sample`, `recent`, `file` or `page`."""
    name: str
    """What it is called."""
    note: str = ""
    """What it shows, or where it is."""
    source: str = ""
    """What is opened."""
    details: tuple[str, ...] = ()
    """Further lines for the one in hand."""
    left: Recoverable | None = None
    """The unfinished run."""
    page: Page | None = None
    """The page of the course."""


class StartScreen(AnnScreen):
    """The first screen: something sensible is one key away."""

    MODE = "start"
    CSS_PATH = "start.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("start")]
    AUTO_FOCUS = "#entries"

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def compose_body(self) -> Iterable[Widget]:
        """The list, and what the entry in hand is."""
        with Horizontal(id="start-body"):
            yield Pane(RowList(id="entries", choosable=False), title="Open", id="open-pane", topic="examples")
            with Vertical(id="about"):
                yield Static(id="about-name", markup=False)
                yield Static(id="about-note", markup=False)
                yield Static(id="about-details", markup=False)
                yield Static(id="about-keys", markup=False)

    def show_session(self) -> None:
        """List what there is to open now."""
        self.entries = list(self._all_entries())
        rows = self.query_one(RowList)
        headings = frozenset(i for i, entry in enumerate(self.entries) if entry.kind == "heading")
        rows.show(len(self.entries), self._row, headings=headings)
        self._describe()

    def on_screen_resume(self) -> None:
        """What was opened in the meantime is on the list as well."""
        self._shown_revision = -1
        super().on_screen_resume()

    def on_resize(self) -> None:
        """Say it in fewer lines where there are few."""
        super().on_resize()
        self.call_after_refresh(self._describe)

    def _all_entries(self) -> Iterable[Entry]:
        unfinished = self.host.unfinished()
        for kind, heading in (("unfinished", "Unfinished"), ("ended", "At their end, but not saved yet")):
            runs = [run for run in unfinished if run.ended == (kind == "ended")]
            if runs:
                yield Entry("heading", heading)
            for run in runs:
                note = f"epoch {count(run.epoch)} of {count(run.epochs)}, left {run.saved:%d %b %H:%M}"
                yield Entry(kind, run.name, note, details=(_tilde(Path(run.data)),), left=run)
        yield Entry("heading", "Examples, in the order of the course")
        for sample in SAMPLES:
            rows = "1 row" if sample.rows == 1 else f"{count(sample.rows)} rows"
            data = f"data     {rows}, {count(sample.columns)} columns"
            yield Entry("sample", sample.title, sample.shows, f"sample:{sample.name}", (data,))
        recents = [recent for recent in self.host.recents.entries() if recent.kind != "sample"][:MOST_RECENTS]
        if recents:
            yield Entry("heading", "Recent")
            for recent in recents:
                folder = _tilde(Path(recent.source).parent)
                yield Entry(
                    "recent", recent.name, f"{recent.kind} in {folder}", recent.source, (_tilde(Path(recent.source)),)
                )
        yield Entry("heading", "Your own data")
        yield Entry("file", "Open a file …", "CSV, Parquet, JSON lines, an experiment or a run folder")
        yield Entry("heading", "The course, page by page: numbers expected and computed")
        for page in pages():
            yield Entry("page", page.title, page.about, details=page.notes, page=page)

    def _row(self, index: int, width: int) -> Row:
        entry = self.entries[index]
        if entry.kind == "heading":
            return Row(((f" {entry.name}", ""),), heading=True)
        mark = {"unfinished": " ◐ ", "ended": " ● ", "file": " + ", "page": " = "}.get(entry.kind, "   ")
        wanted = PAGE_WIDTH if entry.page else NAME_WIDTH
        name = fit(entry.name, min(wanted, max(10, width - 6)))
        return Row(((mark, "accent"), (name, ""), ("  " + entry.note, "muted")))

    @property
    def entry(self) -> Entry | None:
        """The entry in hand."""
        cursor = self.query_one(RowList).cursor
        return self.entries[cursor] if cursor < len(self.entries) else None

    def _describe(self) -> None:
        entry = self.entry
        if entry is None:
            return
        self.query_one("#about-name", Static).update(plain(entry.name))
        self.query_one("#about-note", Static).update(plain(entry.note))
        column = self.has_class("-wide")
        # An experiment file takes its time to read: only that of the entry in hand is.
        recipe = _recipe(entry.source.removeprefix("sample:")) if entry.kind == "sample" else ()
        lines = [line if column else " ".join(line.split()) for line in (*entry.details, *recipe)]
        joined = Content("\n" if column else " · ").join(plain(line) for line in lines)
        self.query_one("#about-details", Static).update(joined)
        keys = {
            "sample": "Enter opens it, then Space trains.",
            "unfinished": "Enter goes on where it stopped.",
            "ended": "Enter shows it as it ended.",
            "page": "Enter compares the numbers, then goes on to Step or Train.",
            "file": "Enter asks for the path; everything else is proposed.",
        }.get(entry.kind, "Enter opens it.")
        self.query_one("#about-keys", Static).update(Content(keys))
        self.refresh_bindings()

    def status(self) -> tuple[Content, str]:
        """What the program is for."""
        return Content("Every number of a small neural network, live, on your own data"), ""

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Say what the entry in hand is."""
        event.stop()
        self._describe()

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the entry that was clicked."""
        event.stop()
        await self.action_choose()

    async def action_choose(self) -> None:
        """Open the entry in hand."""
        entry = self.entry
        if entry is None:
            return
        if entry.kind == "file":
            self.host.action_open()
        elif entry.page is not None:
            from tui_ann.tui.dialogs.workbook import WorkbookDialog  # works the numbers out, with the engine

            self.app.push_screen(WorkbookDialog(entry.page, self._turned), self._go_on)
        elif entry.left is not None:
            await self.host.opener.recover(entry.left)
        else:
            await self.host.opener.open(entry.source)

    async def _go_on(self, going: "Going | None") -> None:
        if going is not None:
            await self.host.opener.open_page(going.page, going.screen)

    def _turned(self, page: Page) -> None:
        """Go along with the pages that are turned, so that the line below the list is that of the one in hand."""
        self.query_one(RowList).cursor = next(i for i, other in enumerate(self.entries) if other.page is page)

    def action_course(self) -> None:
        """Go to the first page of the course, or to the examples if the cursor is on a page."""
        entry = self.entry
        wanted = "sample" if entry is not None and entry.kind == "page" else "page"
        rows = self.query_one(RowList)
        rows.cursor = next(i for i, other in enumerate(self.entries) if other.kind == wanted)
        rows.scroll_to(y=rows.cursor - 1, animate=False, force=True)

    def action_forget(self) -> None:
        """Take the entry in hand off the list."""
        entry = self.entry
        if entry is None:
            return
        if entry.left is not None:
            question = f"The unfinished run of {entry.name} cannot be gone on with afterwards. Forget it?"
            self.app.push_screen(ConfirmDialog("Forget", question, "Forget it"), self._forget)
        else:
            self.host.recents.remove(entry.source)
            self.show_session()

    def _forget(self, sure: bool | None) -> None:
        if sure and self.entry is not None and self.entry.left is not None:
            self.session.store.discard_recovery(self.entry.left)
            self.show_session()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what the entry in hand bears."""
        if not self.is_mounted or action != "forget":
            return True
        return self.entry is not None and self.entry.kind in ("recent", "unfinished", "ended")


@cache
def _recipe(sample: str) -> tuple[str, ...]:
    """Network and descent of an example, a line each; nothing where its files are missing."""
    try:
        experiment = load(sample_folder(sample) / "experiment.toml")
    except TuiAnnError:
        return ()
    training = experiment.training
    batch = f" of {training.batch_size}" if training.variant == "mini-batch" else ""
    return (
        f"network  {' → '.join(layer.words for layer in experiment.network.layers)}",
        f"loss     {training.loss}",
        f"descent  {training.variant}{batch}, {training.optimizer}, η {number(training.learning_rate)}",
        f"epochs   {count(training.epochs)}",
    )


def _tilde(path: Path) -> str:
    """A path as people write it, with ~ for their own folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
