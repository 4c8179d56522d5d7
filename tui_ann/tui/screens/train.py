"""Train: the run as it goes: loss, gradients, the network alive, its numbers, its metrics."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

import numpy as np
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.snapshot import Snapshot
from tui_ann.tui.actions import bindings
from tui_ann.tui.draw.lines import Progress
from tui_ann.tui.follow import EpochColumns
from tui_ann.tui.plan import Plan
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.widgets.describing import Described, Describing
from tui_ann.tui.widgets.gradient_norms import GradientNorms
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import Pane, Panes
from tui_ann.tui.widgets.parameters import Parameters
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.run_lines import MetricsTable, ProgressLine

_MOST_BARS = 12
_SENTENCES = 0.5
"""Seconds between two sentences on a frame while the run goes on."""
_GOOD_ENDS = ("completed", "converged", "early_stopped")


class TrainScreen(AnnScreen):
    """The run, watched live. What is shown comes from the application's newest snapshot and from nowhere else."""

    MODE = "train"
    CSS_PATH = "train.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("train")]
    AUTO_FOCUS = "LossCurve"

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self._epochs = EpochColumns()
        self._sentences: dict[Pane, str] = {}

    def compose_body(self) -> Iterable[Widget]:
        """The panes, and below them the line that says how far the run is."""
        yield Panes(
            Pane(LossCurve(), title="Loss · log", id="loss-pane"),
            Pane(NetworkPicture(), title="Network", id="network-pane"),
            Pane(Parameters(), title="Numbers", id="numbers-pane"),
            Pane(GradientNorms(), title="‖∂L/∂W‖ · log", id="gradients-pane"),
            Pane(MetricsTable(), title="Metrics", id="metrics-pane"),
        )
        yield ProgressLine()

    def show_session(self) -> None:
        """Take the shape of the network from the experiment."""
        self._plan = self.host.plan()
        layers = self._plan.experiment.network.layers if self._plan else ()
        bars = 2 * sum(isinstance(layer, DenseSpec) for layer in layers)
        spare = max(1, min(bars, _MOST_BARS) - 2)  # with a scale and a frame, less the metrics' rows beside it
        self.query_one(Panes).styles.grid_rows = f"3fr 2fr {spare} 5"

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Give every pane what it shows; panes that are hidden draw nothing."""
        self._show_network(snapshot)
        self._show_loss(snapshot)
        numbers, norms = self.query_one(Parameters), self.query_one(GradientNorms)
        metrics, progress = self.query_one(MetricsTable), self.query_one(ProgressLine)
        if snapshot is None:
            numbers.set_data({}, {}, {})
            norms.set_data({})
            metrics.set_data({})
            epochs = self._plan.experiment.training.epochs if self._plan else 0
            progress.set_data(Progress(epochs=epochs))
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
        metrics.set_data(snapshot.metrics)
        progress.set_data(self._progress(snapshot))

    def _progress(self, snapshot: Snapshot) -> Progress:
        return Progress(
            status=snapshot.status,
            epoch=snapshot.epoch,
            epochs=snapshot.epochs,
            share=snapshot.position / max(1, snapshot.examples),
            update=snapshot.update,
            updates_per_second=snapshot.updates_per_second,
            eta_seconds=snapshot.eta_seconds,
            learning_rate=snapshot.learning_rate,
            speed=self.host.runner.speed,
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
        curve, epochs = self.query_one(LossCurve), self._epochs
        if snapshot is None:
            nothing = np.zeros(0)
            curve.set_data(nothing, nothing, nothing, nothing)
            return
        epochs.follow(snapshot.history, snapshot.epoch)
        curve.set_data(
            snapshot.history.losses.up_to(snapshot.update),
            epochs.ends,
            epochs.loss,
            epochs.validation,
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
            return plain(f"{start} starts the training, {one} makes one update, {epoch} one epoch."), "note"
        if snapshot.stop_reason is not None:
            return plain(snapshot.stop_reason.text), "good" if snapshot.status in _GOOD_ENDS else "bad"
        if self.has_class("-short"):
            return plain(self.focused.describe() if isinstance(self.focused, Describing) else ""), ""
        views = {"log_axis": "log axis", "epochs_axis": "epochs/updates", "window": "recent/all"}
        tables = {"layer_before": "", "layer_after": "table", "kind": "value/gradient/change"}
        hints = [f"{key(f'train.{name}')} {word}".rstrip() for name, word in (views | tables).items()]
        return plain(" · ".join([*hints, f"{key('app.zoom')} maximise"]).replace("[ · ]", "[ ]")), ""

    def on_mount(self) -> None:
        """Follow the application, and keep the frames up to date."""
        super().on_mount()
        self.set_interval(_SENTENCES, self.write_frames)

    def on_described(self, event: Described) -> None:
        """Have what a picture says of itself written on the frame of its pane.

        Nobody reads ten sentences a second, so while the run goes on they wait a moment; but not what the mouse asks
        for.
        """
        event.stop()
        pane = next((node for node in event.widget.ancestors if isinstance(node, Pane)), None)
        if pane is not None:
            self._sentences[pane] = event.text
        if event.widget.mouse_hover or not self.host.runner.running:
            self.write_frames()
        if event.widget is self.focused and self.has_class("-short"):
            self.refresh_status()  # without frames, the sentence stands there

    def write_frames(self) -> None:
        """Write the sentences that wait on the frames of their panes."""
        for pane, text in self._sentences.items():
            pane.tell(plain(text))
        self._sentences.clear()

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
        curve = self.query_one(LossCurve)
        axis = "log" if curve.log_axis else "linear"
        title = f"Loss · {axis}" + (" · recent" if curve.recent else "")
        self.query_one("#loss-pane", Pane).border_title = plain(title)
