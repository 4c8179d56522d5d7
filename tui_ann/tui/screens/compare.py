"""Compare: several runs side by side, as curves and as a table; forks and races."""

import time
from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.errors import TuiAnnError
from tui_ann.session.compare.board import Board, BoardReader, BoardWish
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import counted
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.compare_panes import ComparePanes
from tui_ann.tui.screens.compare_verbs import CompareVerbs
from tui_ann.tui.screens.compare_wish import CompareWish
from tui_ann.tui.screens.lab_verbs import LabVerbs
from tui_ann.tui.services.laboratory import Laboratory
from tui_ann.tui.services.picture_queue import Pictured, PictureQueue
from tui_ann.tui.services.racing import Racer
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.plain import plain

_LOOK = 0.25
"""Seconds between two looks at runs that train."""
_SHARE = 8
"""A board is worked out again after at least so many times the seconds that it took."""


class CompareScreen(AnnScreen):
    """Shows the compared runs.  A board of everything is worked out in a thread; the panes only draw it."""

    MODE = "compare"
    CSS_PATH = "compare.tcss"
    SHOWS_RUN = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("compare")]
    AUTO_FOCUS = "RunTable"

    def __init__(self) -> None:
        super().__init__()
        self.body = ComparePanes(lambda: self.host)
        """The panes."""
        self.racer = Racer(lambda: self.host)
        """Runs the races."""
        self.laboratory = Laboratory(lambda: self.host)
        """Makes labs."""
        self.labs = LabVerbs(lambda: self.host, self.laboratory, self.look)
        """The actions for labs."""
        self._wanted = CompareWish(lambda: self.host, self.body, self.look)
        runs = CompareVerbs(lambda: self.host, self.body, self.racer, self.look, self._wanted.set_goal)
        self.verbs = {
            **runs.verbs(),
            **self._wanted.verbs(),
            "lab": self.labs.choose,
            "stop": lambda: self.racer.stop() if self.racer.running else self.labs.stop(),
        }
        self._state_of_one, self.run_state = self.run_state, self._state
        self._queue = PictureQueue(lambda: self.host)
        self._reader: BoardReader | None = None
        self._ticket = 0
        self._next_look = 0.0
        self._again = False
        self._last_going = False

    def compose_body(self) -> Iterable[Widget]:
        """The panes."""
        yield self.body

    def on_mount(self) -> None:
        """Look at runs that train a few times a second."""
        super().on_mount()
        self.set_interval(_LOOK, self._look_if_going)

    def on_unmount(self) -> None:
        """Stop the race and the lab, so that the process can end."""
        self.racer.stop()
        self.laboratory.stop()

    def begin(self) -> None:
        """Another experiment is open; what is compared, and how, stays."""

    def show_session(self) -> None:
        """Work out the board."""
        self.look()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Work out the board, now and then while the run trains."""
        if not self.host.runner.running or time.monotonic() >= self._next_look:
            self.look()

    def on_screen_resume(self) -> None:
        """Show what has happened to all runs meanwhile."""
        super().on_screen_resume()
        self.look()

    @property
    def going(self) -> bool:
        """Whether any run is being trained."""
        runs = self.body.board.runs if self.body.board is not None else ()
        sources = (run.run.source for run in runs)
        return (
            self.racer.running
            or self.laboratory.running
            or any(isinstance(run, Run) and run.owner.training for run in sources)
        )

    def _look_if_going(self) -> None:
        going = self.is_current and self.host.used and self.going
        if (going and time.monotonic() >= self._next_look) or (self._last_going and not going):
            self.look()
        self._last_going = going

    # The board.

    def look(self) -> None:
        """Work out the board in a thread."""
        if not self.is_current or not self.host.used:
            return
        if self._reader is None:
            self._reader = BoardReader(self.session.comparison)
        if self._queue.busy:
            self._again = True
            return
        reader, wish = self._reader, self._wanted.wish
        self._next_look = time.monotonic() + _LOOK
        self._ticket = self._queue.ask(self, lambda outdated: _timed(reader, wish))

    def on_pictured(self, event: Pictured) -> None:
        """Show a board."""
        event.stop()
        if isinstance(event.error, TuiAnnError):
            self.host.tell(f"{event.error.message} {event.error.remedy}", "warning")
        elif event.error is not None:
            self.host.report(event.error)
        elif event.ticket == self._ticket:
            board, seconds = event.picture
            self._next_look = max(self._next_look, time.monotonic() + _SHARE * seconds)
            self._show(board)
        if self._again:
            self._again = False
            self.call_later(self.look)

    def _show(self, board: Board) -> None:
        if (lab := self.session.comparison.lab) is not None:
            self.laboratory.recall(lab)
        self.body.words, self.body.lab_curves = self.laboratory.words, self.laboratory.curves
        self.body.show_board(board)
        self.labs.show(self.body)
        self.refresh_bindings()
        self.refresh_status()

    async def on_grid_view_chosen(self) -> None:
        """Open the run that was clicked twice."""
        await self.action_do("open")

    # Words.

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open, and no run was added: one that has a history only is never open."""
        return super().is_empty and (not self.host.openings or not self.session.runs.sources)

    def status(self) -> tuple[Content, str]:
        """The race, or what the chart shows."""
        key = self.host.key_of
        if self.racer.running:
            return plain(f"▶ In lockstep of {self.racer.pace}; {key('compare.stop')} stops."), "note"
        if self.laboratory.running:
            lab = self.laboratory
            return plain(f"▶ {lab.title}: {lab.progress}; {key('compare.stop')} stops."), "note"
        return plain(self.body.sentence), "good" if self.body.names_winner else ""

    def _state(self) -> tuple[str, str]:
        """The number of runs, as soon as there are several."""
        runs = self.body.board.runs if self.body.board is not None else ()
        if len(runs) < 2:
            return self._state_of_one()
        ended = all(run.facts.ended or not run.facts.updates for run in runs)
        return "running" if self.going else "completed" if ended else "paused", counted(len(runs), "run")

    def on_described(self, event: Described) -> None:
        """Show what the chart says."""
        event.stop()
        if self.is_current:
            self.refresh_status()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what is possible now."""
        if action != "do" or not self.is_mounted:
            return True
        board = self.body.board
        runs = len(board.runs) if board is not None else 0
        verb = parameters[0]
        if verb == "stop":
            return self.racer.running or self.laboratory.running or bool(self.laboratory.said)
        if verb == "lab":
            return True
        if verb == "weights":
            return runs > 1
        return True if verb == "add" else runs > 0


def _timed(reader: BoardReader, wish: BoardWish) -> tuple[Board, float]:
    """A board, and the seconds that it took."""
    begun = time.perf_counter()
    board = reader.read(wish)
    return board, time.perf_counter() - begun
