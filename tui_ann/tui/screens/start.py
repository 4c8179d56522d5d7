"""Start: the unfinished run if there is one, the course's examples in their order, what was open before, a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.data.samples import SAMPLES
from tui_ann.session.recovery import Recoverable
from tui_ann.text import cell_width, clean, count
from tui_ann.tui.actions import bindings
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.widgets.panes import Pane
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

MOST_RECENTS = 8
"""Entries of the list of what was open before."""


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    kind: str
    """`heading`, `unfinished`, `sample`, `recent` or `file`."""
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
            yield Pane(RowList(id="entries"), title="Open", id="open-pane")
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

    def _all_entries(self) -> Iterable[Entry]:
        unfinished = self.session.recoverable()
        if unfinished:
            yield Entry("heading", "Unfinished")
            for run in unfinished:
                note = f"epoch {count(run.epoch)} of {count(run.epochs)}, left {run.saved:%d %b %H:%M}"
                yield Entry("unfinished", run.name, note, details=(run.data,), left=run)
        yield Entry("heading", "Examples, in the order of the course")
        for sample in SAMPLES:
            shape = f"{count(sample.rows)} rows, {count(sample.columns)} columns"
            rows = shape if sample.rows > 1 else f"1 row, {count(sample.columns)} columns"
            yield Entry("sample", sample.title, sample.shows, f"sample:{sample.name}", (rows,))
        recents = [recent for recent in self.host.recents.entries() if recent.kind != "sample"][:MOST_RECENTS]
        if recents:
            yield Entry("heading", "Recent")
            for recent in recents:
                folder = _tilde(Path(recent.source).parent)
                yield Entry("recent", recent.name, f"{recent.kind} in {folder}", recent.source, (recent.source,))
        yield Entry("heading", "Your own data")
        yield Entry("file", "Open a file …", "CSV, Parquet, JSON lines, an experiment or a run folder")

    def _row(self, index: int, width: int) -> Row:
        entry = self.entries[index]
        if entry.kind == "heading":
            return Row(((f" {entry.name}", ""),), heading=True)
        mark = {"unfinished": " ◐ ", "file": " + "}.get(entry.kind, "   ")
        name = clean(entry.name, max(10, width - 6))
        gap = " " * max(2, 22 - cell_width(name))
        return Row(((mark, "accent"), (name, ""), (gap, ""), (entry.note, "muted")))

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
        self.query_one("#about-details", Static).update(Content("\n").join(plain(line) for line in entry.details))
        keys = {
            "sample": "Enter opens it, then Space trains.",
            "unfinished": "Enter goes on where it stopped.",
            "file": "Enter asks for the path; everything else is proposed.",
        }.get(entry.kind, "Enter opens it.")
        self.query_one("#about-keys", Static).update(Content(keys))
        self.refresh_bindings()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Say what the entry in hand is."""
        event.stop()
        self._describe()

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the entry in hand."""
        event.stop()
        entry = self.entries[event.index]
        if entry.kind == "file":
            self.host.action_open()
        elif entry.left is not None:
            await self.host.opener.recover(entry.left)
        else:
            await self.host.opener.open(entry.source)

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
            self.session.discard_recovery(self.entry.left)
            self.show_session()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what the entry in hand bears."""
        if not self.is_mounted or action != "forget":
            return True
        return self.entry is not None and self.entry.kind in ("recent", "unfinished")


def _tilde(path: Path) -> str:
    """A folder as people write it, with ~ for their own."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
