"""Histograms of z, a and ∂l/∂z of each layer, or of one of them over the epochs."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.binding import BindingType
from textual.message import Message

from tui_ann.session.explore.histograms import NetworkHistograms, Ridge
from tui_ann.text import count, number
from tui_ann.text.symbols import spelled
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.layer_histograms import Curves, SpreadInk, draw_layers, draw_ridge
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.picture import Picture


class LayerHistogramsPicture(Picture):
    """Histograms set with `set_data`, or a ridge set with `set_ridge`; ↑ ↓ choose a layer."""

    INKS = (
        "",
        "spread--axis",
        "spread--positive",
        "spread--negative",
        "spread--old-positive",
        "spread--old-negative",
        "spread--label",
        "spread--warning",
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "up", "down", "first", "last")]
    DEFAULT_CSS = """
    LayerHistogramsPicture {
        & > .spread--axis { color: $dim-text; }
        & > .spread--positive { color: $data-positive; }
        & > .spread--negative { color: $data-negative; }
        & > .spread--old-positive { color: $data-positive 45%; }
        & > .spread--old-negative { color: $data-negative 45%; }
        & > .spread--label { color: $text-primary; }
        & > .spread--warning { color: $text-warning; }
    }
    """

    class LayerChosen(Message):
        """Another layer was chosen."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._found: NetworkHistograms | None = None
        self._ratios: Curves = {}
        self._ridge: Ridge | None = None
        self.number = 1
        """The chosen layer."""

    def set_data(self, found: NetworkHistograms, ratios: Curves) -> None:
        """Show the layers.

        Args:
            found: Their histograms.
            ratios: ‖ΔW‖/‖W‖ over the run.
        """
        self._found, self._ratios, self._ridge = found, ratios, None
        self.number = min(self.number, len(found.layers))
        self.redraw()

    def set_ridge(self, ridge: Ridge) -> None:
        """Show one quantity over the run."""
        self._ridge = ridge
        self.redraw()

    def action_move(self, direction: str) -> None:
        """Choose another layer: `up`, `down`, `first`, `last`."""
        last = 1 if self._found is None else len(self._found.layers)
        steps = {"up": self.number - 1, "down": self.number + 1, "first": 1, "last": last}
        layer = min(last, max(1, steps[direction]))
        if layer != self.number:
            self.number = layer
            self.redraw()
            self.post_message(self.LayerChosen())

    def palette(self) -> list[Style]:
        """Return the inks; with few colours the start is grey, because its colours would be those of the ground."""
        styles = super().palette()
        if few_colours(self.app):
            styles[SpreadInk.OLD_POSITIVE] = styles[SpreadInk.OLD_NEGATIVE] = styles[SpreadInk.AXIS]
        return styles

    def describe(self) -> str:
        """Return what strikes most: the flattest layer, and how gradients and steps change from layer to layer."""
        if self._ridge is not None:
            found = self._ridge
            name = spelled(f"{found.quantity}{found.number}")
            return (
                f"{name} at {len(found.epochs)} of the epochs {count(found.epochs[0])} to "
                f"{count(found.epochs[-1])} · {count(found.rows)} training rows"
            )
        if self._found is None or not self._found.layers:
            return ""
        layers = self._found.layers
        flattest = self._found.flattest
        rows, of = self._found.rows, self._found.of
        flat = number(100 * flattest.flat, 2)
        parts = [f"slope < 0.1: {flat} % of {'sampled' if rows < of else 'all'} {spelled(f'z{flattest.number}')}"]
        first, last = layers[0].gradient, layers[-1].gradient
        if len(layers) > 1 and first > 0 and last > 0:
            parts.append(f"rms ∂l/∂z in layer {len(layers)} is {number(last / first, 2)} × that in layer 1")
        rows_used = f"{count(rows)} of {count(of)} training rows" if rows < of else f"all {count(of)} training rows"
        return " · ".join([*parts, rows_used])

    def paint(self, width: int, height: int) -> Cells:
        """Draw the ridge, or the layers around the chosen one."""
        if self._ridge is not None:
            return draw_ridge(self._ridge, width, height)
        if self._found is None:
            return Cells(width, height)
        return draw_layers(self._found, self._ratios, self.number, width, height)
