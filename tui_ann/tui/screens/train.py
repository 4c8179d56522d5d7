"""Train: the run as it goes: loss, gradients, the network alive, its numbers, its metrics."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import cell_width, count
from tui_ann.tui.content.plan import Plan, grouped
from tui_ann.tui.draw.lines import Progress
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.render_budget import Thrift
from tui_ann.tui.widgets.describing import Described, Describing
from tui_ann.tui.widgets.gradient_norms import GradientNorms
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import DescribedPane, Pane, Panes
from tui_ann.tui.widgets.parameters import Parameters
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.run_lines import MetricsTable, ProgressLine

_MOST_BARS = 12
_SHARE = 0.08
"""The share of the time that this screen may take while the run goes flat out."""
_PURSE = 0.25
"""Seconds of processor time that it may take beyond that at first."""
_SLOW_EPOCH = 3.0
"""Seconds from which on an epoch has a bar of its own."""
_GOOD_ENDS = ("completed", "converged", "early_stopped")


class TrainScreen(AnnScreen):
    """The run, watched live. What is shown comes from the application's newest snapshot and from nowhere else."""

    MODE = "train"
    CSS_PATH = "train.tcss"
    SHOWS_RUN = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("train")]
    AUTO_FOCUS = "LossCurve"

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        """Name and data of the experiment that is shown."""
        self._slow = False
        self._turns = 0
        """Pictures drawn in turns since the run went flat out."""
        self._thrift = Thrift(_SHARE, _PURSE)

    def compose_body(self) -> Iterable[Widget]:
        """The panes, and below them the line that says how far the run is."""
        yield Panes(
            DescribedPane(LossCurve(), title="Loss", id="loss-pane", topic="loss_curve"),
            DescribedPane(NetworkPicture(), title="Network", id="network-pane", topic="network_alive"),
            DescribedPane(Parameters(), title="Numbers", id="numbers-pane", topic="numbers"),
            DescribedPane(GradientNorms(), title="Gradients", id="gradients-pane", topic="gradient_norms"),
            DescribedPane(MetricsTable(), title="Metrics", id="metrics-pane", topic="metrics_table"),
        )
        yield ProgressLine()

    def show_session(self) -> None:
        """Take the shape of the network from the experiment."""
        self._plan = self.host.plan()
        layers = self._plan.experiment.network.layers if self._plan else ()
        bars = 2 * sum(isinstance(layer, DenseSpec) for layer in layers)
        spare = max(1, min(bars, _MOST_BARS) - 2)  # with a scale and a frame, less the metrics' rows beside it
        self.query_one(Panes).styles.grid_rows = f"3fr 2fr {spare} 5"

    def begin(self) -> None:
        """Show what was opened anew from the start: all panes, the first parameter's value, the whole curve."""
        super().begin()
        self.query_one(Parameters).begin()
        self.query_one(LossCurve).recent = False
        self._retitle()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Give every pane what it shows; panes that are hidden draw nothing.

        Flat out, the curve and the numbers take turns, as often as their share of the time allows: the run is to have
        all the rest.
        """
        flat_out = snapshot is not None and snapshot.status == "running" and self.host.runner.speed is None
        parts = (self._show_course, self._show_state)
        if not flat_out or self._turns == 0:
            self._turns = int(flat_out)
            self._thrift.begin()
            for show in parts:
                show(snapshot)
        elif self._thrift.affords():
            self._turns += 1
            parts[self._turns % 2](snapshot)
        self.query_one(ProgressLine).set_data(self._progress(snapshot))
        self._retitle()

    def _show_course(self, snapshot: Snapshot | None) -> None:
        """What grows with the run: losses and metrics."""
        self._show_loss(snapshot)
        metrics = self.query_one(MetricsTable)
        if snapshot is None:
            metrics.set_data({})
        else:
            metrics.set_data(snapshot.metrics, self._best(snapshot))

    def _show_state(self, snapshot: Snapshot | None) -> None:
        """What is true at this moment: the network, its numbers, its gradients."""
        self._show_network(snapshot)
        numbers, norms = self.query_one(Parameters), self.query_one(GradientNorms)
        if snapshot is None:
            numbers.set_data({}, {}, {})
            norms.set_data({})
            return
        trained = snapshot.update > 0
        numbers.set_data(
            snapshot.parameters,
            snapshot.gradients if trained else {},
            snapshot.changes if trained else {},
            input_names=self._plan.input_names if self._plan else (),
            omitted=snapshot.omitted,
        )
        norms.set_data(snapshot.gradient_norms if trained else {})

    def _best(self, snapshot: Snapshot) -> tuple[int, Mapping[str, float]] | None:
        """The best epoch and its figures, if it is not the last one anyhow."""
        best = snapshot.best_epoch
        if best is None or best == snapshot.epoch or not 0 < best <= len(snapshot.history.epochs):
            return None
        return best, snapshot.history.epochs[best - 1].values

    def _restored(self, snapshot: Snapshot) -> bool:
        """Whether the parameters are no longer those of the last epoch, but those of the best."""
        early = self._plan.experiment.training.early_stopping if self._plan else None
        ended = snapshot.stop_reason is not None and snapshot.status in _GOOD_ENDS
        return early is not None and early.restore_best_weights and ended and self._best(snapshot) is not None

    def _progress(self, snapshot: Snapshot | None) -> Progress:
        if snapshot is None:
            return Progress(epochs=self._plan.experiment.training.epochs if self._plan else 0)
        pace = snapshot.updates_per_second
        if pace:  # with some hysteresis, so that the bar does not change to and fro
            self._slow = snapshot.updates_per_epoch / pace > (_SLOW_EPOCH / 2 if self._slow else _SLOW_EPOCH)
        return Progress(
            examples=snapshot.examples if self._slow and snapshot.status == "running" else 0,
            status=snapshot.status,
            epoch=snapshot.epoch,
            epochs=snapshot.epochs,
            share=snapshot.position / max(1, snapshot.examples),
            update=snapshot.update,
            updates_per_second=snapshot.updates_per_second,
            eta_seconds=snapshot.eta_seconds,
            learning_rate=snapshot.learning_rate,
            speed=self.host.runner.speed,
            speed_chosen=self.host.runner.speed_chosen,
        )

    def _show_network(self, snapshot: Snapshot | None) -> None:
        picture = self.query_one(NetworkPicture)
        if self._plan is None:
            picture.set_data(())
            return
        views = self._plan.views()
        weights = None
        if snapshot is not None:
            weights = [snapshot.parameters.get(f"W{layer}") for layer in range(1, len(views))]
            signals = [snapshot.signals.get(f"a{layer}" if layer else "x") for layer in range(len(views))]
            views = [replace(view, values=values) for view, values in zip(views, signals, strict=True)]
        picture.set_data(views, weights)

    def _show_loss(self, snapshot: Snapshot | None) -> None:
        curve = self.query_one(LossCurve)
        if snapshot is None:
            curve.clear()
            return
        curve.set_data(
            snapshot.history.losses.up_to(snapshot.update),
            *snapshot.history.epochs.curves(snapshot.epoch),
            best_epoch=snapshot.best_epoch,
            updates_per_epoch=snapshot.updates_per_epoch,
            marks=[(mark.update, mark.text) for mark in snapshot.history.marks],
        )

    # Words.

    def status(self) -> tuple[Content, str]:
        """What the run waits for, why it ended, or the pane in hand in a sentence."""
        snapshot, key = self.host.snapshot, self.host.key_of
        if self._plan is None:
            return plain(f"Nothing is open yet: {key('app.start')} leads to the examples."), "note"
        if snapshot is None or (snapshot.status == "ready" and not self.host.runner.running):
            if self._plan.problems:
                return plain(f"✗ {self._plan.problems[0].message} {key('app.build')} leads to the remedy."), "bad"
            start, one, epoch = key("train.run"), key("train.update"), key("train.epoch")
            alone = self.query_one(Panes).zoomed and not self._narrow
            zoomed = f" {key('app.zoom')} shows all panes." if alone else ""
            return plain(f"{start} starts the training, {one} makes one update, {epoch} one epoch.{zoomed}"), "note"
        if snapshot.stop_reason is not None:
            return plain(self._ending(snapshot)), "good" if snapshot.status in _GOOD_ENDS else "bad"
        if self.has_class("-short"):
            return plain(self.focused.describe() if isinstance(self.focused, Describing) else ""), ""
        return plain(" · ".join(self._hints())), ""

    def _hints(self) -> Iterator[str]:
        """What the keys change of the pictures; of the one that stands alone, if one does."""
        key, panes = self.host.key_of, self.query_one(Panes)
        alone = panes.zoomed or self._narrow
        if not alone or panes.active == "loss-pane":
            words = {"log_axis": "log", "epochs_axis": "updates", "window": "recent", "batches": "batches"}
            yield from (f"{key(f'train.{name}')} {word}" for name, word in words.items())
        if not alone or panes.active == "numbers-pane":
            yield f"{key('train.layer_before')} {key('train.layer_after')} table"
            yield f"{key('train.kind')} value/∂L/Δ"
        yield f"{key('app.next_pane')} next pane"
        if not self._narrow:
            yield f"{key('app.zoom')} {'all panes' if panes.zoomed else 'maximise'}"

    @property
    def _narrow(self) -> bool:
        """Whether there is room for one pane only."""
        return self.app.size.width < self.HORIZONTAL_BREAKPOINTS[1][0]

    def _ending(self, snapshot: Snapshot) -> str:
        """Why the run ended, short enough for a line."""
        assert snapshot.stop_reason is not None
        early = self._plan.experiment.training.early_stopping if self._plan else None
        text = grouped(snapshot.stop_reason.text)
        if early is not None and snapshot.best_epoch is not None and snapshot.status == "early_stopped":
            text = f"early stopping: {early.monitor} best at epoch {count(snapshot.best_epoch)}"
            text += ", those weights restored" if self._restored(snapshot) else ""
        if snapshot.status not in _GOOD_ENDS:
            return text
        back, again = self.host.key_of("train.rewind"), self.host.key_of("train.run")
        text += f" · {back} rewinds to the start"
        longer = f"{text}, then {again} trains again"
        return longer if cell_width(longer) < self.app.size.width - 1 else text

    def on_described(self, event: Described) -> None:
        """Write what a picture says of itself into the status line, where there are no frames."""
        event.stop()
        if event.widget is self.focused and self.has_class("-short"):
            self.refresh_status()

    # How the pictures are looked at.

    def action_log_axis(self) -> None:
        """Draw the losses on the other axis."""
        curve = self.query_one(LossCurve)
        curve.log_axis = not curve.log_axis
        self._retitle()

    def action_epochs_axis(self) -> None:
        """Count epochs below the curve, or updates."""
        curve = self.query_one(LossCurve)
        curve.epochs_axis = not curve.epochs_axis

    def action_window(self) -> None:
        """Show the last part of the curve only, or all of it."""
        curve = self.query_one(LossCurve)
        curve.recent = not curve.recent
        self._retitle()

    def action_batches(self) -> None:
        """Show single batches, or leave them out."""
        curve = self.query_one(LossCurve)
        curve.batches = not curve.batches

    def on_resize(self) -> None:
        """The hints are those of the panes in sight."""
        if self.is_current:
            self.refresh_status()

    def on_descendant_focus(self) -> None:
        """The hints are those of the pane in hand."""
        if self.is_current:
            self.refresh_status()

    def action_zoom(self) -> None:
        """Give the pane in hand the whole screen, or give it back."""
        super().action_zoom()
        self.refresh_status()

    def action_layer_before(self) -> None:
        """Show the parameter before."""
        self.query_one(Parameters).step(-1)

    def action_layer_after(self) -> None:
        """Show the next parameter."""
        self.query_one(Parameters).step(1)

    def action_kind(self) -> None:
        """Show values, gradient or last change."""
        self.query_one(Parameters).next_kind()

    def _retitle(self) -> None:
        """Say on the frames how the panes are looked at, and whose numbers they hold."""
        curve, snapshot = self.query_one(LossCurve), self.host.snapshot
        axis = "log" if curve.log_axis else "linear"
        numbers, metrics = "Numbers", "Metrics"
        if snapshot is not None and self._restored(snapshot):
            numbers += f" · of epoch {count(snapshot.best_epoch or 0)}, restored"
            metrics += f" · of epoch {count(snapshot.epoch)}, the last"
        elif snapshot is not None and snapshot.stop_reason is not None and snapshot.is_within_epoch:
            metrics += f" · of epoch {count(snapshot.epoch)}"
        if self._plan is not None and self._plan.scales_target:
            metrics += " · loss: scaled target"
        titles = {
            "loss": f"Loss · {axis}" + (" · recent" if curve.recent else ""),
            "gradients": "‖∂L/∂W‖ and ‖∂L/∂b‖ · log",
            "numbers": numbers,
            "metrics": metrics,
        }
        for name, title in titles.items():
            pane = self.query_one(f"#{name}-pane", Pane)
            if str(pane.border_title) != title:
                pane.border_title = plain(title)
