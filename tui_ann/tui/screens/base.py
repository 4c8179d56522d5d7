"""The base class of every screen: header, status line, keys, panes, and updates from the session.

A screen only displays.  `show_session` is called when the experiment has changed and `show_snapshot` when the run has
advanced, both only while the screen is active; when it becomes active again, it catches up.
"""

from collections.abc import Callable, Iterable, Mapping
from inspect import isawaitable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.tui.content.doctor_line import NOW
from tui_ann.tui.keys.modes import HOME
from tui_ann.tui.services.choices import SharedChoices
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.doctor_line import DoctorLine
from tui_ann.tui.widgets.empty_card import EmptyCard
from tui_ann.tui.widgets.guarded import Guarded
from tui_ann.tui.widgets.header import HeaderBar
from tui_ann.tui.widgets.key_footer import KeyFooter
from tui_ann.tui.widgets.panes import Panes
from tui_ann.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.session.session import Session

GOOD_SIZE = (80, 24)
"""Minimum columns and lines to show everything."""
_STATUS_PERIOD = 0.25
"""Minimum seconds between two updates of the status line while a run trains at full speed."""
_ShownRun = tuple["Snapshot | None", "Snapshot | None", SharedChoices | None]
"""The newest snapshot, the picked one, and the choices that all screens share."""
_PADDING = 4
"""Blank columns of the two texts of the status line."""


class AnnScreen(Guarded, Screen[None], inherit_bindings=False):
    """A screen of the application.  Subclasses set `MODE` and their bindings, and compose the body."""

    MODE: ClassVar[str]
    """Id of the screen among the modes."""
    SHOWS_RUN: ClassVar[bool] = True
    """Whether the status line shows the progress of the run."""
    SHOWS_RUN_NARROW: ClassVar[bool] = True
    """Whether it shows it, and what cannot be saved, on a narrow screen too; else the sentence has the whole line."""
    WRITES_LAYERS: ClassVar[bool] = False
    """Whether it writes layers like W¹ as soon as something is open."""
    BINDINGS: ClassVar[list[BindingType]] = []
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-usual"), (34, "-tall")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id=f"{self.MODE}-screen")
        self.verbs: Mapping[str, Callable[[], object]] = {}
        """What each action of the screen does, by the second half of its id."""
        self.run_state: Callable[[], tuple[str, str]] = lambda: (
            self.host.runner.state if self.host.open_name else "",
            "",
        )
        """Returns what the header shows of the run: one of `header.STATES`, and other words for it, or nothing."""
        self.offers_calmer = False
        """Whether the status line offers a smaller η already, so that the doctor does not repeat it."""
        self._shown_revision = -1
        self._shown_opening: int | None = None
        self._shown_run: _ShownRun = (None, None, None)
        self._next_status = 0.0

    @property
    def host(self) -> ScreenHost:
        """The application with its services."""
        return cast(ScreenHost, self.app)

    @property
    def session(self) -> "Session":
        """The session with the open experiment."""
        return self.host.session

    def compose(self) -> ComposeResult:
        """Header, body, status line and keys."""
        yield HeaderBar(self.MODE)
        yield Static(id="size-hint", markup=False)
        yield Static(id="tour", markup=False)
        if self.MODE != HOME:
            yield EmptyCard("Nothing is open yet")
        yield from self.compose_body()
        yield StatusLine()
        yield DoctorLine(
            lambda width: self.host.doctor.line(width, calmer=self.offers_calmer) if self.host.open_name else None
        )
        yield KeyFooter()

    def compose_body(self) -> Iterable[Widget]:
        """The body of the screen."""
        raise NotImplementedError

    def begin(self) -> None:
        """Reset for a newly opened experiment: all panes, the first one active."""
        if self.panes is not None:
            self.panes.begin()

    def show_session(self) -> None:
        """Show the current experiment.  Subclasses override this."""

    def show_snapshot(self, snapshot: "Snapshot | None") -> None:
        """Show the state of the run; `host.moment` may be an earlier one.  Subclasses override this."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that the screen could show."""
        return not self.host.open_name

    def status(self) -> tuple[Content, str]:
        """The sentence for the status line and its kind (`good`, `warn`, `bad`, `note` or empty)."""
        return Content(""), ""

    def on_mount(self) -> None:
        """Watch the application for changes."""
        self.watch(self.app, "revision", self.catch_up, init=False)
        self.watch(self.app, "snapshot", self.catch_up, init=False)
        self.watch(self.app, "picked", self.catch_up, init=False)

    def _compositor_refresh(self) -> None:
        """Paint later while the application mounts its screens.

        Textual drops what is painted then but counts it as shown, so the first frame would lack everything that is
        painted only once, such as borders.
        """
        if self.app._batch_count:
            self.refresh()
        else:
            super()._compositor_refresh()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was active."""
        self._next_status = 0.0
        self.catch_up()

    def catch_up(self) -> None:
        """Show what is new, if the screen is active."""
        if not self.is_mounted or not self.is_current or not self._is_whole:
            return
        revision, snapshot = self.host.revision, self.host.snapshot
        before, run = self._shown_run, (snapshot, self.host.picked, self.host.choices)
        if self._shown_revision != revision:
            self._shown_revision = revision
            self._shown_run = run
            self._next_status = 0.0
            if self._shown_opening not in (None, self.host.openings):
                self.begin()
            self._shown_opening = self.host.openings
            self.show_session()
            self.show_snapshot(snapshot)
            self.query_one(HeaderBar).show_name(self.host.open_name)
            self.set_class(self.is_empty and self.MODE != HOME, "-nothing-open")
            for card in self.query(EmptyCard) if self.is_empty else ():
                card.show_keys(self.host.key_of)
            self.refresh_bindings()
        elif self._shown_run != run:  # snapshots are equal only to themselves
            self._shown_run = run
            self.show_snapshot(snapshot)
            if _can_go_to_end(*before[:2]) != _can_go_to_end(*run[:2]):
                self.refresh_bindings()
        if self.WRITES_LAYERS and not self.is_empty:
            self.host.notation.saw()
        full_speed = self.host.runner.speed is None
        if not (full_speed and _trains_on(before, run)) or monotonic() >= self._next_status:
            self._next_status = monotonic() + _STATUS_PERIOD
            self.refresh_status()

    @property
    def _is_whole(self) -> bool:
        """Whether its parts are there: they come one after the other, and go before the screen does."""
        return {HeaderBar, StatusLine} <= {type(child) for child in self.children}

    def refresh_status(self) -> None:
        """Update the status line."""
        if not self._is_whole:
            return
        self.query_one(HeaderBar).show_state(*self.run_state())
        line = self.query_one(StatusLine)
        sentence, kind = self.status()
        line.show_text(sentence, kind)
        run = self.host.runner.summary() if self.SHOWS_RUN else Content("")
        if not self.host.runner.running and sentence.cell_length + run.cell_length + _PADDING > self.size.width:
            run = Content("")  # the header has its state; the sentence is nowhere else
        if run.plain and self.host.picked is not None:
            run = Content.assemble(f"{NOW}: ", run)  # the panes show an earlier moment
        warning = self.host.keeping.warning()
        run = Content(" · ").join([part for part in (warning, run) if part.plain])
        hidden = not self.SHOWS_RUN_NARROW and self.has_class("-narrow")
        line.show_run(Content("") if hidden else run)
        self.query_one(DoctorLine).show()
        tour, words = self.query_one("#tour", Static), self.host.tour.line(self.MODE) if self.is_current else ""
        tour.display = bool(words)
        if words and str(tour.content) != words:  # an update lays out the whole screen
            tour.update(Content(words))

    def on_resize(self) -> None:
        """Show a hint if the terminal is too small."""
        width, height = self.app.size
        wanted_width, wanted_height = GOOD_SIZE
        hint = self.query_one("#size-hint", Static)
        hint.display = width < wanted_width or height < wanted_height
        if hint.display:
            hint.update(Content(f"{width}×{height} is too small: use {wanted_width}×{wanted_height} or more"))

    @property
    def panes(self) -> Panes | None:
        """The panes of the screen, if it has any."""
        return next(iter(self.query(Panes)), None)

    def action_move_pane(self, verb: str) -> None:
        """Maximise the active pane or show all (`zoom`), or go to the `next` or `previous` pane."""
        panes = self.panes
        if panes is None:
            return
        if verb == "zoom":
            panes.zoomed = not panes.zoomed
        else:
            panes.move({"next": 1, "previous": -1}[verb])

    async def action_do(self, verb: str) -> None:
        """Run an action of this screen.

        Args:
            verb: Second half of the action's id.

        Raises:
            KeyError: The screen has no such action.
        """
        done = self.verbs[verb]()
        if isawaitable(done):
            await done


def _can_go_to_end(snapshot: "Snapshot | None", picked: "Snapshot | None") -> bool:
    """Whether there is a key that goes back to the end of the run."""
    return picked is not None or (snapshot is not None and snapshot.left_its_end)


def _trains_on(before: _ShownRun, now: _ShownRun) -> bool:
    """Whether the run has trained on, and nothing else has changed."""
    old, new = before[0], now[0]
    return old is not None and new is not None and old.status == new.status == "running" and before[1:] == now[1:]
