"""The panes of the Train screen, and what each shows."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.run.farthest import FarthestHistory
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import count
from tui_ann.tui.content.plan import Plan, shown_network
from tui_ann.tui.content.run_text import best_epoch, loss_in_words, metrics_title, restored
from tui_ann.tui.screens.render_budget import RenderBudget
from tui_ann.tui.screens.train_maps import TrainMaps
from tui_ann.tui.services.picture_queue import Pictured
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.gradient_norms import NOT_SAVED, NOT_YET, GradientNorms
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import TITLE_FRAME, DescribedPane, Pane, Panes, show_description
from tui_ann.tui.widgets.parameters import ParameterTable
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.run_lines import MetricsTable

_MOST_BARS = 12
_METRICS_HEIGHT = 5
"""Lines of the metrics during the training, with the frame."""
_ROOMY = 26
"""From this many lines on, the whole result of a run is shown next to the curve."""
_TALL = 40
"""From this many lines on, the gradients are shown next to the maps of the neurons."""
_TWO_COLUMNS = 100
"""Least width for the network on the left and everything else on the right."""
_LEFT = 0.58
"""Share of the width for the maps of the neurons."""
_SHARE = 0.03
"""Maximum share of the time for drawing while the run trains at full speed."""
_RESERVE = 0.25
"""Extra seconds of processor time for drawing at the start."""


class TrainPanes(Panes):
    """Loss, network, numbers, gradients and metrics.

    Args:
        host: Returns the application.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._curve, self._network = LossCurve(), NetworkPicture()
        self._numbers, self._gradients, self._metrics = ParameterTable(), GradientNorms(), MetricsTable()
        super().__init__(
            DescribedPane(
                self._curve, title="Loss", id="loss-pane", beside="metrics-pane numbers-pane", topic="loss_curve"
            ),
            DescribedPane(self._network, title="Network", id="network-pane", topic="network_alive"),
            DescribedPane(
                self._numbers, title="Numbers", id="numbers-pane", beside="loss-pane metrics-pane", topic="numbers"
            ),
            DescribedPane(self._gradients, title="Gradients", id="gradients-pane", topic="gradient_norms"),
            DescribedPane(
                self._metrics,
                title="Metrics",
                id="metrics-pane",
                beside="loss-pane numbers-pane",
                topic="metrics_table",
            ),
        )
        self._host = host
        self.maps = maps = TrainMaps(host, self._network)
        """What the drawn neurons answer."""
        self.budget = RenderBudget(_SHARE, _RESERVE, spent=lambda: maps.queue.spent + time.thread_time())
        """Limits the frames drawn at full speed."""
        self._curve.pickable = self._curve.scrubs = True
        self._plan: Plan | None = None
        self._bars, self._heights, self._result_rows = 0, "", 0
        self._named: tuple[Snapshot | None, Snapshot | None] = (None, None)
        """The run and the earlier moment that the titles are about."""
        self._shown: Snapshot | None = None
        """The moment whose state is shown."""
        self._hurries = False
        """Whether the newest frame was one at full speed."""

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions that change the display, by the second half of their ids."""
        return {
            "log_axis": lambda: self._toggle("log_axis"),
            "epochs_axis": lambda: self._toggle("epochs_axis"),
            "window": lambda: self._toggle("recent"),
            "batches": lambda: self._toggle("batches"),
            "layer_before": lambda: self._numbers.step(-1),
            "layer_after": lambda: self._numbers.step(1),
            "kind": self._numbers.next_kind,
            "maps": self._toggle_maps,
        }

    def _toggle_maps(self) -> None:
        self.maps.toggle(self._shown)
        self._make_room()
        if not self.has_class("-playground"):  # which has room for them
            self.maps.say_what_lacks()
        self.call_after_refresh(lambda: self._name_panes(*self._named))

    def on_pictured(self, event: Pictured) -> None:
        """Show what the neurons answer."""
        event.stop()
        self.maps.take(event)

    def on_parameter_table_number_chosen(self, event: ParameterTable.NumberChosen) -> None:
        """Keep the chosen number for the other screens."""
        event.stop()
        if self._numbers.number is not None:
            self._host().choices = replace(self._host().choices, weight=self._numbers.number)

    def _toggle(self, name: str) -> None:
        setattr(self._curve, name, not getattr(self._curve, name))
        self._name_curve()

    def begin(self) -> None:
        """Reset for a newly opened experiment: all panes, the values of the first parameter, the whole curve."""
        super().begin()
        self.maps.begin()
        self._numbers.begin()
        self._curve.recent = False
        self._name_curve()

    def leave_cursor(self) -> None:
        """Remove the cursor from the curve."""
        self._curve.put_cursor(None)

    def show_plan(self, plan: Plan | None) -> None:
        """Read the shape of the network from the experiment.

        Args:
            plan: The experiment; `None` if nothing is open.
        """
        self._plan = plan
        layers = plan.experiment.network.layers if plan else ()
        self._bars = min(2 * sum(isinstance(layer, DenseSpec) for layer in layers), _MOST_BARS)
        self._make_room()
        # The panes get their room in the next layout; until then a title has as many words as fitted before.
        self.call_after_refresh(lambda: self._name_panes(*self._named))

    def on_resize(self) -> None:
        """Show more or less of a result, and titles that fit."""
        self._make_room()
        self.call_after_refresh(lambda: self._name_panes(*self._named))

    def _make_room(self) -> None:
        """Set the heights of the rows, for the metrics, and the gradient bars with axis and frame next to them."""
        width, height = self.size
        played = width >= _TWO_COLUMNS and self.maps.fits(self._plan, int(width * _LEFT) - 4, height - 2)
        self.set_class(played, "-playground")
        self.offer("gradients-pane", not played or height >= _TALL)
        roomy = self._result_rows and height >= _ROOMY
        metrics = self._result_rows + 3 if roomy else _METRICS_HEIGHT
        heights = f"3fr 2fr {max(1, self._bars + 3 - metrics)} {metrics}"
        if played:
            heights = f"1fr 1fr {self._bars + 3} {metrics}" if height >= _TALL else f"1fr 1fr {metrics}"
        if heights != self._heights:
            self._heights = heights
            self.styles.grid_rows = heights

    def show_run(self, snapshot: Snapshot | None, full_speed: bool, past: Snapshot | None = None) -> None:
        """Show a run in every pane and in their titles, all from one snapshot; hidden panes draw nothing.

        At full speed that is done as often as its share of the time allows; training gets the rest.

        Args:
            snapshot: The run; `None` before its start.
            full_speed: Whether it trains without a limit.
            past: An earlier moment to show instead of the present one; the curve is always whole.
        """
        if not full_speed or not self._hurries:
            self._hurries = full_speed
            self.budget.begin()
        elif not self.budget.affords():
            return
        moment = past or snapshot
        self._show_course(snapshot, moment)
        self._show_state(moment)
        marked = past or (snapshot if snapshot is not None and _beyond(snapshot) is not None else None)
        self._curve.pin(None if marked is None else marked.update)
        self._name_panes(snapshot, past)
        # The messages of the pictures would come a frame later, with frames and contents of two moments until then.
        for picture in (self._curve, self._network, self._numbers.matrix, self._gradients):
            show_description(picture.query_ancestor(DescribedPane), picture.describe())

    def _show_course(self, snapshot: Snapshot | None, moment: Snapshot | None) -> None:
        """Show the history of the run, and the metrics of a moment."""
        if snapshot is None or moment is None:
            self._curve.clear()
            self._metrics.set_data({})
            return
        losses, curves = snapshot.history.losses.up_to(snapshot.update), snapshot.history.epochs.curves(snapshot.epoch)
        whole = _beyond(snapshot)
        if whole is not None:  # the run has gone back: all of it is shown, with a mark at the present update
            losses, curves = whole.losses, whole.epochs.curves()
        self._curve.set_data(
            losses,
            *curves,
            best_epoch=snapshot.best_epoch,
            updates_per_epoch=snapshot.updates_per_epoch,
            marks=[(mark.update, mark.text) for mark in snapshot.history.marks],
            made=snapshot.update,
        )
        results = moment.results
        self._result_rows = 0 if results is None else len(results.rows())
        self._make_room()
        self._metrics.set_data(moment.metrics, best_epoch(snapshot), results)

    def _show_state(self, snapshot: Snapshot | None) -> None:
        """Show the current state: the network, its numbers, its gradients."""
        self._shown = snapshot
        if self._plan is None:
            self._network.set_data(())
        else:
            self._network.set_data(*shown_network(self._plan, snapshot))
            self.maps.show(self._plan, snapshot)
        if snapshot is None:
            self._numbers.set_data({}, {}, {})
            self._gradients.set_data({})
            return
        trained = snapshot.update > 0
        self._numbers.set_data(
            snapshot.parameters,
            snapshot.gradients if trained else {},
            snapshot.changes if trained else {},
            columns=self._plan.weight_columns if self._plan else {},
            omitted=snapshot.omitted,
        )
        if (weight := self._host().choices.weight) is not None:
            self._numbers.choose_number(*weight)
        norms, lacks = (snapshot.gradient_norms, NOT_SAVED) if trained else ({}, NOT_YET)
        self._gradients.set_data(norms, lacks)

    def _name_panes(self, snapshot: Snapshot | None, past: Snapshot | None) -> None:
        """Write the titles: which epoch the numbers are from."""
        self._named = snapshot, past
        numbers = "Numbers"
        if past is not None:
            numbers += f" · after update {count(past.update)}"
        elif snapshot is not None and restored(self._plan, snapshot):
            numbers += f" · of epoch {count(snapshot.best_epoch or 0)}, restored"
        room = self.query_one("#metrics-pane").size.width - TITLE_FRAME
        metrics = metrics_title(self._plan, snapshot, past, room)
        self._set_title("network", self.maps.title)
        self._set_title("gradients", "‖∂L/∂W‖ and ‖∂L/∂b‖ · log")
        self._set_title("numbers", numbers)
        self._set_title("metrics", metrics)
        self._name_curve()

    def _name_curve(self) -> None:
        axis = "log" if self._curve.log_axis else "linear"
        loss = f"Loss: {loss_in_words(self._plan.experiment)}" if self._plan else "Loss"
        self._set_title("loss", f"{loss} · {axis}" + (" · recent" if self._curve.recent else ""))

    def _set_title(self, name: str, title: str) -> None:
        pane = self.query_one(f"#{name}-pane", Pane)
        if str(pane.border_title) != title:
            pane.border_title = plain(title)


def _beyond(snapshot: Snapshot) -> FarthestHistory | None:
    """The whole run, if it has gone back and does not train on."""
    return snapshot.farthest if snapshot.status != "running" else None
