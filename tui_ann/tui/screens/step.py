"""Step: one update of the run, part by part: its ledger, and the formula of one part with all its numbers."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.step.stepper import Grain
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.services.step_queue import Stepped
from tui_ann.tui.step.autoplay import Autoplay
from tui_ann.tui.step.display import Display
from tui_ann.tui.step.example_choice import ExampleChoice
from tui_ann.tui.step.follower import RunFollower
from tui_ann.tui.step.inspection import Inspection
from tui_ann.tui.step.jumps import Jumps
from tui_ann.tui.step.panes import UpdatePanes
from tui_ann.tui.step.practice import PracticeMode
from tui_ann.tui.step.run_until import RunUntil
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.solution_file import SolutionFile
from tui_ann.tui.step.status import StepStatus
from tui_ann.tui.step.walk import Walk
from tui_ann.tui.step.weights_entry import WeightsEntry
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.row_list import RowList


class StepScreen(AnnScreen):
    """Shows one update.

    The session knows the position of the run. Each task has its own object: `selection` holds what is shown,
    `walk` takes steps, the display updates the panes, the others open dialogs. The screen connects them, forwards
    messages to them, and looks up the action of a key by name.
    """

    MODE = "step"
    SHOWS_RUN_NARROW = False
    CSS_PATH = "step.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("step")]
    AUTO_FOCUS = "LedgerView"

    def __init__(self) -> None:
        super().__init__()
        host, self._body = self.host, UpdatePanes()
        self.selection = selection = Selection(self._body.ledger, self._body.numbers)
        """The update, part and number on display."""
        self.walk = walk = Walk(host, selection, self.post_message)
        """Takes steps in the run."""
        self._jumps = jumps = Jumps(host, selection, walk)
        self.autoplay = autoplay = Autoplay(host, selection, walk, self.set_interval)
        """Plays the parts of an update."""
        self._status = StepStatus(
            host, self, selection, walk, jumps, lambda: bool(self._body.formula.region), autoplay.words
        )
        self._display = display = Display(host, selection, self._body, self._status)
        self._follower = RunFollower(host, selection, walk, display)
        self.run_until = RunUntil(host, selection, walk)
        """Runs until a breakpoint."""
        self.example = ExampleChoice(host, selection, walk)
        """Chooses between the batch and one example."""
        self._practice = PracticeMode(host, self, selection, walk, self._body.ledger, display.show_all)
        self._weights = WeightsEntry(host, selection)
        inspection, solution = Inspection(host, selection), SolutionFile(host, selection)
        self.verbs = {
            "forward": partial(walk.forward, Grain.PART),
            "back": partial(walk.back, Grain.PART),
            "phase": partial(walk.forward, Grain.PHASE),
            "phase_back": partial(walk.back, Grain.PHASE),
            "update": partial(walk.forward, Grain.UPDATE),
            "update_back": partial(walk.back, Grain.UPDATE),
            "epoch": partial(walk.forward, Grain.EPOCH),
            "epoch_back": partial(walk.back, Grain.EPOCH),
            "first": jumps.first,
            "last": jumps.last,
            "go_to": jumps.ask,
            "run_until": self.run_until.go,
            "breakpoints": self.run_until.edit,
            "stop": walk.cancel,
            "example": self.example.ask,
            "autoplay": autoplay.toggle,
            "more": partial(autoplay.change_speed, 1, display.change_decimals),
            "fewer": partial(autoplay.change_speed, -1, display.change_decimals),
            "formula_down": partial(display.scroll_formula, 1),
            "formula_up": partial(display.scroll_formula, -1),
            "predict": self._practice.begin,
            "microscope": inspection.microscope,
            "neuron": inspection.neuron,
            "what_if": inspection.what_if,
            "weights": self._weights.ask_table,
            "write": solution.ask,
        }

    def compose_body(self) -> Iterable[Widget]:
        """The panes."""
        yield self._body

    async def action_do(self, verb: str) -> None:
        """Run an action of this screen; most of them stop the playing of parts."""
        self.autoplay.heed(verb)
        await super().action_do(verb)

    def on_screen_suspend(self) -> None:
        """Stop playing when another screen or a dialog is shown; the last step is answered."""
        self.autoplay.stop()
        self.walk.stuck = 0

    # Updates from the session.

    def show_session(self) -> None:
        """Read the shape of the network, and ask for the position of the run."""
        self._follower.show_session()
        self.example.keep()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Ask for the position of the run, if it has changed."""
        self._follower.show_snapshot(snapshot)
        self.example.follow()

    def on_stepped(self, event: Stepped) -> None:
        """Show the new position of the run."""
        event.stop()
        if self._follower.is_old(event):
            return
        self._jumps.note(event.place)
        self._follower.show_step(event)
        self.example.arrive(self._body.ledger)
        self.autoplay.note()
        self._practice.follow(event.place)

    # The status line.

    def status(self) -> tuple[Content, str]:
        """A sentence about the part under the cursor, or why there is none."""
        return self._status.sentence()

    def on_resize(self) -> None:
        """Fit the title of the ledger and the status line to their new size."""
        super().on_resize()
        self.call_after_refresh(self._display.name_update)
        self.call_after_refresh(self.refresh_status)

    def on_descendant_focus(self) -> None:
        """Show the keys that work in the focused pane."""
        self.refresh_status()

    # Events of the panes.

    @on(RowList.Moved)
    def _look_at_part(self, event: RowList.Moved) -> None:
        event.stop()
        if self._display.show_part():
            self.walk.stuck = 0
            self.refresh_status()

    @on(GridView.CursorMoved)
    def _look_at_number(self, event: GridView.CursorMoved) -> None:
        event.stop()
        self._display.show_formula()

    @on(RowList.Chosen)
    def _go_to_part(self, event: RowList.Chosen) -> None:
        event.stop()
        self.autoplay.stop()
        index = self.selection.index
        if index is not None:
            self.walk.take(lambda: self.session.stepper.go_to_part(index + 1))

    @on(LossCurve.Picked)
    def _go_to_update(self, event: LossCurve.Picked) -> None:
        event.stop()
        self.autoplay.stop()
        self._jumps.to(event.update)

    @on(GridView.Chosen)
    def _type_number(self, event: GridView.Chosen) -> None:
        if self._weights.ask_number():
            event.stop()
