"""Activations: every activation function with its slope, and where the net inputs of a layer are on it."""

from dataclasses import replace

import numpy as np

from tui_ann.engine.layers import Dense
from tui_ann.engine.tape import Array
from tui_ann.experiment.assemble import engine_layers
from tui_ann.session.explore.layer_values import layer_values, rows_for
from tui_ann.session.explore.moment import PARTS, RunMoment
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.activation_plot import ActivationPlot, LayerInputs

_POINT = "point"


class ActivationsView(ExploreView):
    """The activation function of a layer with the z's of a point or of a part of the data."""

    NAME, TITLE = "activations", "Activations"
    BESIDE = ("map", "histograms")
    TOPIC = "activation"

    def __init__(self, queue: PictureQueue) -> None:
        self.plot = ActivationPlot()
        """The picture."""
        super().__init__(queue, self.plot)
        self.verbs = {
            "layer_before": lambda: self._turn(-1),
            "layer_after": lambda: self._turn(1),
            "more": lambda: self.plot.change_alpha(1),
            "fewer": lambda: self.plot.change_alpha(-1),
            "kind": self._next_rows,
        }
        self._layer = 1
        self._rows = _POINT
        self._followed: tuple[int, int] | None = None
        """The neuron of the map that was followed last; from it the keys go on to others."""
        self._unit: int | None = None
        """Its unit until it is shown."""

    def begin(self) -> None:
        """Return to the first layer and the picked point."""
        super().begin()
        self.plot.begin()
        self._layer, self._rows, self._followed, self._unit = 1, _POINT, None, None

    def refresh_picture(self) -> None:
        """Ask for the net inputs of the chosen layer: that of the neuron on the map, once it is another one."""
        neuron, before = self.host.choices.neuron, self._followed
        self._followed = neuron
        if neuron is not None and neuron != before:
            self._layer, self._unit = neuron
        self._ask(own=False)

    def _ask(self, own: bool) -> None:
        moment, point = self.moment, self.point
        if moment is None:
            return
        layers = [layer for layer in engine_layers(moment.experiment) if isinstance(layer, Dense)]
        self._layer = layer = min(self._layer, len(layers))
        name = self._rows if self._rows == _POINT or len(moment.part(self._rows).X) else "train"
        x, other = None if point is None else point.x, None if own else self.plot.other

        def work(_: object) -> LayerInputs:
            return _inputs(moment, layer, name, x, other)

        def take(inputs: LayerInputs) -> None:
            self.plot.set_inputs(inputs, own)
            if self._unit is not None:
                self.plot.choose_unit(self._unit)
                self._unit = None
            self.name_pane(self.plot.title)

        self.compute(work, take)

    def _turn(self, step: int) -> None:
        """Go to the next layer (1) or the previous one (−1)."""
        if self.moment is not None:
            dense = sum(isinstance(layer, Dense) for layer in engine_layers(self.moment.experiment))
            self._layer = (self._layer - 1 + step) % dense + 1
            self._ask(own=True)

    def _next_rows(self) -> None:
        """Show the z's of the point, or of the next part of the data that has rows."""
        if self.moment is not None:
            order = [_POINT, *(name for name in PARTS if len(self.moment.part(name).X))]
            self._rows = order[(order.index(self._rows) + 1) % len(order)] if self._rows in order else _POINT
            self.refresh_picture()

    def on_activation_plot_turned(self, event: ActivationPlot.Turned) -> None:
        """Name the function, and measure how much of it is flat."""
        event.stop()
        self.name_pane(self.plot.title)
        self.refresh_picture()


def _inputs(
    moment: RunMoment, layer: int, name: str, x: Array | None, other: tuple[str, float | None] | None
) -> LayerInputs:
    """The net inputs of a layer for a point (by default the first training row) or for a part.

    Args:
        moment: The moment.
        layer: Number of the layer.
        name: `point`, or a part.
        x: The point.
        other: Another function and its α, whose slope is measured instead.
    """
    network, train = moment.network, moment.part("train")
    point = (train.X[0] if x is None else x)[None]
    rows = point if name == _POINT else rows_for(network, moment.part(name).X)
    (values,) = layer_values(network, rows, [layer])
    alpha = None if values.alpha is None else float(np.mean(values.alpha))
    whole = name != _POINT
    return LayerInputs(
        layer,
        values.activation,
        alpha,
        values.z,
        values.a,
        len(rows) if whole else 0,
        (values if other is None else replace(values, activation=other[0], alpha=other[1])).flat_share,
        name if whole else train.name,
    )
