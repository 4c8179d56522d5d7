"""The doctor: all checks of the open run with evidence, and remedies to apply or to race."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.session.doctor.diagnosis import Diagnosis
from tui_ann.session.doctor.remedy import Remedy
from tui_ann.tui.content.doctor_page import DoctorEntry, DoctorPage, numbered
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.dialogs.content_height import ContentHeight
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.lines_view import LinesView


@dataclass(frozen=True)
class DoctorOrder:
    """The answer of the dialog."""

    apply: Remedy | None = None
    """The remedy to apply; without one, the forked run is to be opened."""


class Practitioner(Protocol):
    """What the dialog asks of the application."""

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What was found last."""

    @property
    def muted(self) -> frozenset[str]:
        """Ids of the muted findings."""

    def race_words(self) -> str:
        """How a race stands, in a sentence; empty without one."""

    @property
    def has_fork(self) -> bool:
        """Whether there is a forked run to open."""

    def mute(self, finding: str) -> None:
        """Mute a finding, or tell it again."""

    def race(self, remedy: Remedy) -> None:
        """Train the same with this one thing changed, in the background."""


class DoctorDialog(Dialog[DoctorOrder]):
    """Shows all checks; dismissed with what is to be done to the open experiment.

    Args:
        practice: Knows what was found, mutes findings and races remedies.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("doctor"), *bindings("app", "help", "palette")]
    AUTO_FOCUS = "LinesView"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-usual")]  # noqa: RUF012
    help_topic = "doctor"

    def __init__(self, practice: Practitioner) -> None:
        super().__init__("Doctor")
        self._practice = practice
        self._height = ContentHeight()
        self._page = DoctorPage(practice.diagnosis, practice.muted)
        self._cursor = self._remedy = 0
        self._judged = False

    def compose_content(self) -> Iterable[Widget]:
        """The lines."""
        yield LinesView()

    def on_mount(self) -> None:
        """Write the text now that the size is known, and whenever there is something new."""
        self.call_after_refresh(self.write)
        self.watch(self.app, "consulted", self._news, init=False)

    def on_resize(self) -> None:
        """Write the text for the new width."""
        self.call_after_refresh(self.write)

    def _news(self) -> None:
        """Write what is new; the cursor stays on its finding."""
        before = self._entry
        if before is not None:
            found = DoctorPage(self._practice.diagnosis, self._practice.muted).entries
            self._cursor = next((i for i, entry in enumerate(found) if entry.id == before.id), self._cursor)
        self.write()

    def write(self) -> None:
        """Write the text, with the finding under the cursor in view."""
        view = self.query_one(LinesView)
        self._page = DoctorPage(
            self._practice.diagnosis, self._practice.muted, judged=self._judged, race=self._practice.race_words()
        )
        self._cursor = max(0, min(self._cursor, len(self._page.entries) - 1))
        self._remedy = max(0, min(self._remedy, len(self._remedies) - 1))
        self.query_one(".dialog").border_title = Content(self._page.title())
        if view.size.width:
            lines, place = self._page.lines(view.size.width - 1, self._cursor, self._remedy)
            view.set_lines(lines, keep_place=True)
            self._height.fit(self, view, len(lines))
            self.call_after_refresh(self._show_place, place)
        self.refresh_bindings()

    def _show_place(self, place: int) -> None:
        if not self.is_open:  # this comes after a refresh
            return
        view = self.query_one(LinesView)
        top = view.scroll_offset.y
        if self._cursor == 0:
            view.scroll_to(y=0, animate=False, force=True)
        elif not top <= place < top + max(1, view.size.height - 4):
            view.scroll_to(y=place, animate=False, force=True)

    @property
    def _entry(self) -> DoctorEntry | None:
        """What the cursor is on."""
        found = self._page.entries
        return found[self._cursor] if 0 <= self._cursor < len(found) else None

    @property
    def _remedies(self) -> tuple[Remedy, ...]:
        return self._entry.remedies if self._entry is not None else ()

    @property
    def _chosen(self) -> Remedy | None:
        return self._remedies[self._remedy] if self._remedy < len(self._remedies) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only what is possible now."""
        if action in ("apply", "fork"):
            return self._chosen is not None
        if action == "open_fork":
            return self._practice.has_fork
        if action == "turn":
            return len(self._remedies) > 1
        return self._entry is not None if action == "mute" else True

    def on_key(self, event: events.Key) -> None:
        """Apply the remedy of a digit."""
        if event.character is not None and event.character in "123456789":
            remedy = numbered(self._page.entries, int(event.character))
            if remedy is not None:
                event.stop()
                self.dismiss(DoctorOrder(remedy))

    def action_move(self, step: int) -> None:
        """Go to the next or previous finding; with none, scroll."""
        if not self._page.entries:
            self.query_one(LinesView).scroll_relative(y=step, animate=False, force=True)
            return
        self._cursor, self._remedy = (self._cursor + step) % len(self._page.entries), 0
        self.write()

    def action_turn(self, step: int) -> None:
        """Go to the next or previous remedy of the finding."""
        if self._remedies:
            self._remedy = (self._remedy + step) % len(self._remedies)
            self.write()

    def action_apply(self) -> None:
        """Close, and apply the chosen remedy."""
        if self._chosen is not None:
            self.dismiss(DoctorOrder(self._chosen))

    def action_fork(self) -> None:
        """Race the chosen remedy."""
        if self._chosen is not None:
            self._practice.race(self._chosen)

    def action_open_fork(self) -> None:
        """Close, and open the forked run."""
        self.dismiss(DoctorOrder())

    def action_mute(self) -> None:
        """Mute the finding, or tell it again."""
        if self._entry is not None:
            self._practice.mute(self._entry.id)
            self.write()

    def action_judged(self) -> None:
        """Say how each is judged, or not."""
        self._judged, self._height = not self._judged, ContentHeight()
        self.write()
