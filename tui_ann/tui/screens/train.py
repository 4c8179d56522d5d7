"""Train: the run during training: loss, gradients, network, numbers and metrics."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.train_panes import TrainPanes
from tui_ann.tui.screens.train_progress import ProgressSource
from tui_ann.tui.screens.train_status import TrainStatus
from tui_ann.tui.services.moment_stepping import MomentStepping
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.run_lines import ProgressLine


class TrainScreen(AnnScreen):
    """Shows the run live.  Everything comes from the application's newest snapshot."""

    MODE = "train"
    WRITES_LAYERS = True
    CSS_PATH = "train.tcss"
    SHOWS_RUN = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("train")]
    AUTO_FOCUS = "LossCurve"

    def __init__(self) -> None:
        super().__init__()
        self.body = TrainPanes(lambda: self.host)
        """The panes."""
        self.verbs = {**self.body.verbs(), "now": self._return, "step_here": MomentStepping(self.host).go}
        self._plan: Plan | None = None
        self._progress = ProgressSource()
        self._past: Snapshot | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The panes, and below them the progress line."""
        yield self.body
        yield ProgressLine()

    def show_session(self) -> None:
        """Read the shape of the network from the experiment."""
        self._plan = self.host.plan()
        self.body.show_plan(self._plan)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the run, or the moment of it that was picked on the curve."""
        past = self.host.picked
        if past is not self._past:
            self._past = past
            if past is None:
                self.body.leave_cursor()  # by whichever key the look back ended
            self.refresh_bindings()
        full_speed = snapshot is not None and snapshot.status == "running" and self.host.runner.speed is None
        self.body.show_run(snapshot, full_speed, past)
        self.query_one(ProgressLine).set_data(self._progress.progress(snapshot, self._plan, self.host.runner))

    # Looking back.

    def on_loss_curve_picked(self, event: LossCurve.Picked) -> None:
        """Show the picked update in every pane as soon as it is replayed."""
        event.stop()
        now = self.host.snapshot
        if now is None or event.update >= now.update:
            self._return()
        else:
            self.host.moments.ask(event.update)

    def _return(self) -> None:
        """Show the present again."""
        self.host.moments.give_up()
        self.body.leave_cursor()  # also if nothing was picked yet

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way back to the present, and to Step, only while an earlier moment is shown."""
        looks_back = (action, parameters) in (("do", ("now",)), ("do", ("step_here",)))
        return self.host.picked is not None if looks_back else True

    def status(self) -> tuple[Content, str]:
        """How to start, why the run ended, or what the active pane shows."""
        self.offers_calmer = self.host.picked is None and TrainStatus.offers_calmer(self.host.snapshot)
        return TrainStatus(self, self.body).line(self._plan, self.host.snapshot)

    def on_described(self, event: Described) -> None:
        """Show the description of a picture in the status line if the panes have no frames."""
        event.stop()
        if event.widget is self.focused and self.has_class("-short"):
            self.refresh_status()

    def on_resize(self) -> None:
        """Show the keys for the visible and the active panes."""
        if self.is_current:
            self.refresh_status()

    on_descendant_focus = on_resize

    def action_move_pane(self, verb: str) -> None:
        """Maximise the active pane or show all (`zoom`), or go to the `next` or `previous` pane."""
        super().action_move_pane(verb)
        self.refresh_status()
