"""Start: unfinished runs, examples, recent files, opening a file, the pages of the course."""

import time
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.session.course.pages import Page
from tui_ann.text import cell_width, ends, fit, phrase
from tui_ann.tui.content.start_entries import StartEntry, entry_details, opens_on_step, start_entries
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.preview_slot import PreviewSlot
from tui_ann.tui.screens.start_opening import StartOpening
from tui_ann.tui.widgets.panes import Pane
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

NAME_WIDTH = 23
"""Width of the entry names in cells."""
RECENT_WIDTH = 16
"""Width of the names of recent work in cells; what it came to needs the room."""
PAGE_WIDTH = 34
"""Width of the course page titles in cells."""
_MARKS = {
    "unfinished": " ◐ ",
    "ended": " ● ",
    "file": " + ",
    "page": " = ",
    "exercise": " + ",
    "drawing": " + ",
    "exam": " ? ",
}
_KEYS = {
    "sample": "Enter opens it, then Space trains.",
    "unfinished": "Enter opens it, paused; Space continues.",
    "ended": "Enter shows it as it ended.",
    "page": "Enter compares the numbers, then goes to Step or Train.",
    "file": "Enter asks for the path; everything else is proposed.",
    "exam": "Enter asks the first question.",
    "drawing": "Enter opens an empty plane on Explore.",
    "exercise": "Enter asks for the numbers; every one is proposed.",
}


class StartScreen(AnnScreen):
    """The first screen: an example or the last experiment is one key away."""

    MODE = "start"
    CSS_PATH = "start.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("start")]
    AUTO_FOCUS = "#entries"

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[StartEntry] = []
        self.verbs = {
            "choose": self._choose,
            "course": self._go_to_course,
            "exercise": lambda: self.opening.ask_exercise(),
            "exam": lambda: self.opening.ask_exam(),
            "forget": self._forget,
        }

    @cached_property
    def opening(self) -> StartOpening:
        """Opens the entries."""
        return StartOpening(self.app, self.host, self._follow_page)

    def compose_body(self) -> Iterable[Widget]:
        """The list, and the details of the current entry."""
        with Horizontal(id="start-body"):
            yield Pane(RowList(id="entries", choosable=False), title="Open", id="open-pane", topic="examples")
            with Vertical(id="about"):
                yield PreviewSlot(id="preview")
                yield Static(id="about-name", markup=False)
                yield Static(id="about-note", markup=False)
                yield Static(id="about-details", markup=False)
                yield Static(id="about-keys", markup=False)

    @property
    def entry(self) -> StartEntry | None:
        """The current entry."""
        cursor = self.query_one(RowList).cursor
        return self.entries[cursor] if cursor < len(self.entries) else None

    # Display.

    def show_session(self) -> None:
        """List what can be opened now."""
        self.entries = list(start_entries(self.host.unfinished(), self.host.recents.entries(), time.time()))
        headings = frozenset(i for i, entry in enumerate(self.entries) if entry.kind == "heading")
        self.query_one(RowList).path_of = lambda index: self.entries[index].source
        self.query_one(RowList).show(
            len(self.entries), lambda index, width: _row(self.entries[index], width), headings=headings
        )
        self._describe()

    def on_screen_resume(self) -> None:
        """Update the list with newly opened entries."""
        self._shown_revision = -1
        super().on_screen_resume()

    def on_resize(self) -> None:
        """Describe the current entry in as many lines as fit."""
        super().on_resize()
        self.call_after_refresh(self._describe)

    def _describe(self) -> None:
        entry = self.entry
        if entry is None:
            return
        self.query_one("#about-name", Static).update(plain(entry.name))
        self.query_one("#about-note", Static).update(plain(entry.note))
        column = not self.has_class("-narrow")
        lines = [line if column else " ".join(line.split()) for line in entry_details(entry)]
        joined = Content("\n" if column else " · ").join(plain(line) for line in lines)
        self.query_one("#about-details", Static).update(joined)
        keys = "Enter opens it on Step, part by part." if opens_on_step(entry) else _KEYS.get(entry.kind)
        self.query_one("#about-keys", Static).update(Content(keys or "Enter opens it."))
        self.query_one(PreviewSlot).show_entry(entry.sample)
        self.refresh_bindings()

    def status(self) -> tuple[Content, str]:
        """What the program is for."""
        return Content("Every number of a small neural network, live, on your own data"), ""

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Describe the current entry."""
        event.stop()
        self._describe()

    # Opening.

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the entry that was clicked."""
        event.stop()
        await self._choose()

    async def _choose(self) -> None:
        """Open the current entry."""
        if self.entry is not None:
            await self.opening.open(self.entry)

    def _follow_page(self, page: Page) -> None:
        """Move the cursor to the page shown in the dialog."""
        self.query_one(RowList).cursor = next(i for i, other in enumerate(self.entries) if other.page is page)

    def _go_to_course(self) -> None:
        """Go to the first page of the course, or to the examples if the cursor is on a page."""
        entry = self.entry
        wanted = "sample" if entry is not None and entry.kind == "page" else "page"
        rows = self.query_one(RowList)
        rows.cursor = next(i for i, other in enumerate(self.entries) if other.kind == wanted)
        rows.scroll_to(y=rows.cursor - 1, animate=False, force=True)

    def _forget(self) -> None:
        """Remove the current entry from the list."""
        entry = self.entry
        if entry is None:
            return
        left = entry.left
        if left is None:
            self.host.recents.remove(entry.source)
            self.show_session()
            return

        def discard(sure: bool | None) -> None:
            if sure:
                self.session.store.discard_recovery(left)
                self.show_session()

        question = f"The unfinished run of {entry.name} will be deleted. Delete it?"
        self.app.push_screen(ConfirmDialog("Delete", question, "Delete it"), discard)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only what the current entry allows."""
        if not self.is_mounted or parameters != ("forget",):
            return True
        return self.entry is not None and self.entry.kind in ("recent", "unfinished", "ended")


def _row(entry: StartEntry, width: int) -> Row:
    if entry.kind == "heading":
        return Row(((f" {entry.name}", ""),), heading=True)
    work = entry.kind in ("recent", "unfinished", "ended")
    wanted = PAGE_WIDTH if entry.page else RECENT_WIDTH if work else NAME_WIDTH
    room = min(wanted, max(10, width - 6))
    name = fit(ends(entry.name, room) if work else entry.name, room)
    right = ((f" {entry.curve} ", "accent"),) if entry.curve else ()
    mark = _MARKS.get(entry.kind, "   ")
    note = phrase(entry.note, width - sum(map(cell_width, (mark, name, "  ", *(text for text, _ in right)))))
    return Row(((mark, "accent"), (name, ""), ("  " + note, "muted")), right)
