"""Train: the run during training: loss, gradients, network, numbers and metrics."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.experiment.run_record import EndVerdict, Trouble
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import cell_width, count, number
from tui_ann.text.symbols import run_sign
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.content.run_text import GOOD_ENDS, ending, looking_back, trouble
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.train_panes import TrainPanes
from tui_ann.tui.screens.train_progress import ProgressSource
from tui_ann.tui.services.past_moments import Looked, PastMoments
from tui_ann.tui.widgets.describing import Described, Describing
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.run_lines import ProgressLine


class TrainScreen(AnnScreen):
    """Shows the run live.  Everything comes from the application's newest snapshot."""

    MODE = "train"
    CSS_PATH = "train.tcss"
    SHOWS_RUN = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("train")]
    AUTO_FOCUS = "LossCurve"

    def __init__(self) -> None:
        super().__init__()
        self.body = TrainPanes()
        """The panes."""
        self.verbs = {**self.body.verbs(), "now": self._return}
        self._plan: Plan | None = None
        self._progress = ProgressSource()
        self._moments = PastMoments(lambda: self.host, self.post_message)

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
        past = self._moments.beside(snapshot)
        full_speed = snapshot is not None and snapshot.status == "running" and self.host.runner.speed is None
        self.body.show_run(snapshot, full_speed, past)
        progress = self._progress.progress(snapshot, self._plan, self.host.runner)
        self.query_one(ProgressLine).set_data(progress)

    # Looking back.

    def on_loss_curve_picked(self, event: LossCurve.Picked) -> None:
        """Show the picked update in every pane as soon as it is replayed."""
        event.stop()
        now = self.host.snapshot
        if now is None or event.update >= now.update:
            self._return()
        else:
            self._moments.ask(event.update)

    def on_looked(self, event: Looked) -> None:
        """Show an earlier moment."""
        event.stop()
        if self._moments.take(event.snapshot, self.host.snapshot):
            self._show_moment()

    def _return(self) -> None:
        """Show the present again."""
        self._moments.give_up()
        self.body.leave_cursor()
        self._show_moment()

    def _show_moment(self) -> None:
        self.show_snapshot(self.host.snapshot)
        self.refresh_status()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way back to the present only while an earlier moment is shown."""
        return self._moments.shown is not None if (action, parameters) == ("do", ("now",)) else True

    # The status line.

    def status(self) -> tuple[Content, str]:
        """How to start, why the run ended, or what the active pane shows."""
        snapshot, key = self.host.snapshot, self.host.key_of
        if self._plan is None:
            return plain(f"Nothing is open yet: {key('app.start')} goes to the examples."), "note"
        if snapshot is None or (snapshot.status == "ready" and not self.host.runner.running):
            return self._ready(self._plan)
        if self._moments.shown is not None:
            return plain(looking_back(self._moments.shown, snapshot, key("train.now"))), "note"
        if snapshot.length > snapshot.update and not self.host.runner.running:
            return plain(self._gone_back(snapshot)), ""
        if snapshot.stop_reason is not None:
            return self._ended(snapshot)
        if self.has_class("-short"):
            return plain(self.focused.describe() if isinstance(self.focused, Describing) else ""), ""
        return plain(" · ".join(self._hints())), ""

    def _gone_back(self, snapshot: Snapshot) -> str:
        """Which moment of the run is shown."""
        shown, length, key = count(snapshot.update), count(snapshot.length), self.host.key_of
        return f"The run is {length} updates long, shown at update {shown} · {key('train.run')} goes on from there"

    def _ready(self, plan: Plan) -> tuple[Content, str]:
        """How to start, or what prevents it."""
        key = self.host.key_of
        if plan.problems:
            return plain(f"✗ {plan.problems[0].message} {key('app.build')} goes to the fix."), "bad"
        start, one, epoch = key("train.run"), key("train.update"), key("train.epoch")
        zoomed = f" {key('app.zoom')} shows all panes." if self.body.zoomed and not self._narrow else ""
        return plain(f"{start} starts the training, {one} makes one update, {epoch} one epoch.{zoomed}"), "note"

    def _ended(self, snapshot: Snapshot) -> tuple[Content, str]:
        """Why the run ended, or what is wrong with its result, and the key that helps; short enough for a line."""
        if snapshot.verdict is not None:
            kind = "bad" if snapshot.verdict.trouble is Trouble.DIVERGED else "warn"
            return plain(self._troubled(snapshot, snapshot.verdict)), kind
        text = ending(self._plan, snapshot)
        if snapshot.status not in GOOD_ENDS:
            return plain(text), "bad"
        text += f" · {self.host.key_of('train.run')} plays it again"
        longer = f"{text} · ← → on the curve look back"
        return plain(longer if cell_width(longer) < self.app.size.width - 1 else text), "good"

    def _troubled(self, snapshot: Snapshot, verdict: EndVerdict) -> str:
        """What is wrong with the result, and the key that helps."""
        long, short = trouble(verdict)
        calmer, other = self.host.key_of("train.calmer"), self.host.key_of("train.new_start")
        help_, brief = f"{other} draws new start values", f"{other} new start values"
        if verdict.smaller_steps:
            eta = number(snapshot.learning_rate / 10)
            help_, brief = f"{calmer} trains again from the same start with η {eta}", f"{calmer} trains with η {eta}"
        sign = run_sign(snapshot.outcome)
        lines = [
            f"{sign} {text} · {key}" for text, key in ((long, help_), (long, brief), (short, help_), (short, brief))
        ]
        return next((line for line in lines if cell_width(line) < self.app.size.width - 1), lines[-1])

    def _hints(self) -> Iterator[str]:
        """The keys for the visible panes."""
        key = self.host.key_of
        if self.host.runner.paced and self.host.runner.running:
            yield f"{key('train.faster')} trains faster, up to full speed"
        single = self.body.zoomed or self._narrow
        if not single or self.body.active == "loss-pane":
            words = {"log_axis": "log", "epochs_axis": "updates", "window": "recent", "batches": "batches"}
            yield from (f"{key(f'train.{name}')} {word}" for name, word in words.items())
        if not single or self.body.active == "numbers-pane":
            yield f"{key('train.layer_before')} {key('train.layer_after')} table"
            yield f"{key('train.kind')} value/∂L/Δ"
        yield f"{key('app.next_pane')} next pane"
        if not self._narrow:
            yield f"{key('app.zoom')} {'all panes' if self.body.zoomed else 'maximise'}"

    @property
    def _narrow(self) -> bool:
        """Whether there is room for only one pane."""
        return self.app.size.width < self.HORIZONTAL_BREAKPOINTS[1][0]

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
