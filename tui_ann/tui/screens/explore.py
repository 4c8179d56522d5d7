"""Explore: pictures of what the network has learnt, at one moment of the run."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.session.explore.moment import NetworkRig, moment_of
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.content.run_text import looking_back
from tui_ann.tui.draw.fitting import first_parts
from tui_ann.tui.explore.view import SummaryChanged
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.explore_panes import ExplorePanes
from tui_ann.tui.screens.train_progress import ProgressSource
from tui_ann.tui.screens.went_back import went_back
from tui_ann.tui.services.moment_stepping import MomentStepping
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.run_lines import ProgressLine


class ExploreScreen(AnnScreen):
    """Shows views of the run: the chosen one, and two beside it.

    The views compute their pictures from a frozen moment of the run in a thread; the screen gives them the moment, and
    gives the actions of the chosen view to it.
    """

    MODE = "explore"
    WRITES_LAYERS = True
    CSS_PATH = "explore.tcss"
    SHOWS_RUN = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("explore")]

    def __init__(self) -> None:
        super().__init__()
        self.body = ExplorePanes(lambda: self.host)
        """The views."""
        self._of_views = {name for view in self.body.views for name in view.verbs}
        self.verbs = {
            "view_before": partial(self._turn, -1),
            "view_after": partial(self._turn, 1),
            **{name: partial(self._do_in_view, name) for name in self._of_views},
            "now": self.host.moments.give_up,
            "step_here": MomentStepping(self.host).go,
            "output": self._leave,
        }
        self._plan: Plan | None = None
        self._progress = ProgressSource()
        self._rig = NetworkRig()

    def compose_body(self) -> Iterable[Widget]:
        """The views, and below them the progress line."""
        yield self.body
        yield ProgressLine()

    def show_session(self) -> None:
        """Read the shape of the network from the experiment."""
        self._plan = self.host.plan()
        self.body.show_plan(self._plan)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the run, or the moment of it that was picked on the loss curve."""
        runner, shown = self.host.runner, self.host.moment
        moment = moment_of(self.session.workspace, shown, self._rig) if self.host.used else None
        self.body.show_moment(moment, runner.running, runner.running and runner.speed is None, self._why_nothing())
        self.query_one(ProgressLine).set_data(self._progress.progress(snapshot, self._plan, runner))
        self.refresh_bindings()

    def _why_nothing(self) -> str:
        """Why there is no moment to show."""
        plan, trouble, key = self._plan, self.host.bench.trouble if self.host.used else None, self.host.key_of
        if trouble is not None and self.session.own_data.drawn is not None:
            return f"No points yet: {key('explore.add')} on the map adds one."
        if trouble is not None:
            return f"{trouble.message} {key('app.data')} goes to the data."
        if plan is not None and plan.problems:
            return f"{plan.problems[0].message} {key('app.build')} goes to the fix."
        return "The data are being prepared."

    def _turn(self, step: int) -> None:
        self.body.turn(step)

    def _leave(self) -> None:
        """Show the output again instead of a neuron."""
        if self.body.chosen.leave is not None:
            self.body.chosen.leave()

    def _do_in_view(self, name: str) -> object:
        """Run an action of the chosen view."""
        done = self.body.chosen.verbs[name]()
        self.refresh_status()
        return done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the actions of the chosen view, and the way back to the present while an earlier moment is shown."""
        if action == "do" and parameters and parameters[0] in self._of_views:
            return parameters[0] in self.body.chosen.verbs
        leaves = self.body.chosen.leave is not None
        if (action, parameters) == ("do", ("output",)):
            return leaves
        if (action, parameters) == ("do", ("now",)):
            return self.host.picked is not None and not leaves
        return self.host.picked is not None if (action, parameters) == ("do", ("step_here",)) else True

    def status(self) -> tuple[Content, str]:
        """How to start, or the whole sentence about the chosen view."""
        plan, snapshot, key = self._plan, self.host.snapshot, self.host.key_of
        if plan is None:
            return plain(f"Nothing is open yet: {key('app.start')} goes to the examples."), "note"
        if self.session.own_data.drawn is not None:
            return plain(self.body.chosen.summary), "note"
        if plan.problems or self.host.bench.trouble is not None:
            return plain(f"✗ {self._why_nothing()}"), "bad"
        if snapshot is not None and self.host.picked is not None:
            sentence = looking_back(self.host.picked, snapshot, key("explore.now"), key("explore.step_here"))
            return plain(sentence), "note"
        if back := went_back(self.host):
            return plain(back), "note"
        if snapshot is not None and snapshot.status == "ready" and not self.host.runner.running:
            return plain(f"These are the start values; {key('explore.run')} starts the training."), "note"
        return plain(first_parts(self.body.chosen.summary, self.app.size.width - 2)), ""

    def on_summary_changed(self, event: SummaryChanged) -> None:
        """Show the sentence of the chosen view in the status line."""
        event.stop()
        self.refresh_status()

    def on_descendant_focus(self) -> None:
        """Show the keys of the chosen view."""
        self.refresh_bindings()
        if self.is_current:
            self.refresh_status()
