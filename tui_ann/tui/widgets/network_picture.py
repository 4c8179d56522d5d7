"""The drawn network: units, edges by sign and size, values; a unit can be selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.color import Color

from tui_ann.text import clean, count, number
from tui_ann.text.symbols import Symbol, spelled, subscript
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.network import draw_network
from tui_ann.tui.draw.network_drawing import LEVELS, Drawing, Lit
from tui_ann.tui.draw.network_layout import LayerView
from tui_ann.tui.draw.network_maps import MapSizes, NetworkMaps, draw_network_maps, place_maps
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.map_inks import with_maps
from tui_ann.tui.widgets.picture import Picture, ramp


class NetworkPicture(Picture):
    """A picture of a network. `set_data` takes its layers, and its weights if there are any.

    The arrow keys and the mouse select a unit: its edges are highlighted, and the frame shows its value.
    """

    INKS = (
        "", "network--symbol", "network--detail", "network--label", "network--unit", "network--positive",
        "network--negative", "network--selected", "network--edge", "network--faded",
        "network--lit",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    NetworkPicture {
        & > .network--symbol { color: $foreground; text-style: bold; }
        & > .network--detail { color: $dim-text; }
        & > .network--label { color: $foreground; }
        & > .network--unit { color: $foreground; }
        & > .network--positive { color: $data-positive; }
        & > .network--negative { color: $data-negative; }
        & > .network--selected { color: $foreground; text-style: bold reverse; }
        & > .network--edge { color: $foreground 40%; }
        & > .network--faded { color: $foreground 18%; }
        & > .network--lit { color: $data-lit; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "up", "down", "left", "right")]

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._layers: Sequence[LayerView] = ()
        self._weights: Sequence[NDArray[np.floating] | None] = ()
        self._selected: tuple[int, int] | None = None
        self.lit: Lit | None = None
        """Highlighted units and edges."""
        self._drawing: Drawing | None = None
        self._maps: NetworkMaps | None = None
        self._axes: Sequence[int] = ()
        self.resized: Callable[[], object] = lambda: None
        """Called when it gets another size, for which other maps are needed."""

    def on_resize(self) -> None:
        """Say that it has another size."""
        self.resized()

    def set_axes(self, features: Sequence[int]) -> None:
        """Draw the units as maps over two features as soon as there are maps, or as circles.

        Args:
            features: The two features, counted from 0; none for circles.
        """
        if tuple(features) != tuple(self._axes):
            self._axes, self._maps = tuple(features), None
            self.redraw()

    @property
    def map_sizes(self) -> MapSizes | None:
        """The places of the maps at the present size; `None` if there is no room, or if the units are circles."""
        width, height = self.size
        return place_maps(self._layers, self._axes, width, height) if self._axes and self._layers else None

    def set_maps(self, maps: NetworkMaps) -> None:
        """Show what the units answer; maps of a network or of features that are not shown any more are dropped.

        Args:
            maps: The maps.
        """
        if maps.are_of(self._layers, self._axes):
            self._maps = maps
            self.redraw()

    def set_data(
        self,
        layers: Sequence[LayerView],
        weights: Sequence[NDArray[np.floating] | None] | None = None,
        lit: Lit | None = None,
    ) -> None:
        """Show a network.

        Args:
            layers: Inputs first, output last; see `LayerView`.
            weights: W¹, W², … one for each layer after the inputs, (units, previous units); None if there are none yet.
            lit: Highlighted units and edges.
        """
        if [layer.units for layer in layers] != [layer.units for layer in self._layers]:
            self._maps = None
        self._layers, self.lit = layers, lit
        self._weights = weights if weights is not None else [None] * max(0, len(layers) - 1)
        if self._selected is not None:
            layer, unit = self._selected
            if layer >= len(layers) or unit >= layers[layer].units:
                self._selected = None
        self.redraw()

    def select(self, selected: tuple[int, int] | None) -> None:
        """Select a unit (layer, unit), both counted from 0, with the inputs as layer 0; `None` deselects."""
        if selected != self._selected:
            self._selected = selected
            self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the network for the size."""
        sizes = None if self._maps is None else place_maps(self._layers, self._axes, width, height)
        if self._maps is not None and sizes is not None:
            self._drawing = draw_network_maps(
                self._layers,
                self._weights,
                self._maps,
                sizes,
                width,
                height,
                selected=self._selected,
                few=few_colours(self.app),
            )
        else:
            self._drawing = draw_network(
                self._layers, self._weights, width, height, selected=self._selected, lit=self.lit
            )
        return self._drawing.cells

    def palette(self) -> list[Style]:
        """Return the inks, with ramps from faint to full for the sizes of edges."""
        background = self.visual_style.background or Color(0, 0, 0)
        styles = super().palette()
        for name in ("network--positive", "network--negative"):
            if few_colours(self.app):  # a mixture would become a colour of another meaning
                styles += [self.ink_style(name).rich_style] * LEVELS
                continue
            for color in ramp(background, self.ink_style(name), LEVELS, lowest=0.18):
                styles.append(Style(color=color.rich_color, bgcolor=background.rich_color))
        return with_maps(styles, self)

    def describe(self) -> str:
        """Return the network, or the selected unit, in one sentence."""
        if not self._layers:
            return ""
        if self._selected is not None:
            return self._describe_unit(*self._selected)
        shape = " → ".join(f"{count(layer.units)} {layer.activation}".rstrip() for layer in self._layers)
        return " · ".join([shape, *self._maps.notes]) if self._maps is not None else shape

    def _describe_unit(self, layer: int, unit: int) -> str:
        view = self._layers[layer]
        parts = [view.symbol + (subscript(unit + 1) if view.units > 1 else "")]
        if unit < len(view.names):
            parts.append(f"({clean(view.names[unit], 40)})")
        if view.values is not None and unit < len(view.values) and view.values[unit] == view.values[unit]:
            parts.append(f"= {number(view.values[unit])}")
        if view.biases is not None and unit < len(view.biases):
            parts.append(f"· b = {number(view.biases[unit])}")
        incoming = self._weights[layer - 1] if layer else None
        if incoming is not None and incoming.size:
            strongest = int(np.argmax(np.abs(np.nan_to_num(incoming[unit]))))
            entry = spelled(Symbol("W", layer), index=(unit + 1, strongest + 1))
            parts.append(f"· strongest {entry} = {number(incoming[unit, strongest])}")
        return " ".join(parts)

    def _unit_at(self, event: events.MouseEvent) -> tuple[int, int] | None:
        offset = event.get_content_offset(self)
        if offset is None or self._drawing is None:
            return None
        codes = self._drawing.units
        if offset.y >= codes.shape[0] or offset.x >= codes.shape[1] or codes[offset.y, offset.x] < 0:
            return None
        return divmod(int(codes[offset.y, offset.x]), 1 << 20)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select the unit under the mouse."""
        unit = self._unit_at(event)
        if unit is not None:
            self.select(unit)

    def on_click(self, event: events.Click) -> None:
        """Select the clicked unit, or none."""
        self.select(self._unit_at(event))

    def on_leave(self) -> None:
        """Deselect when the mouse leaves."""
        if not self.has_focus:
            self.select(None)

    def on_blur(self) -> None:
        """Deselect when another pane gets the focus."""
        self.select(None)

    def _step(self, across: int, down: int) -> None:
        if self._drawing is None or self._drawing.layout is None:
            return
        columns = self._drawing.layout.columns
        if self._selected is None:
            self.select((columns[0].layer, columns[0].shown[0]))
            return
        layer, unit = self._selected
        at = next((index for index, column in enumerate(columns) if column.layer == layer), 0)
        column = columns[max(0, min(at + across, len(columns) - 1))]
        here = columns[at].shown.index(unit) if unit in columns[at].shown else 0
        share = here / max(1, len(columns[at].shown) - 1)
        place = round(share * (len(column.shown) - 1)) if across else here + down
        self.select((column.layer, column.shown[max(0, min(place, len(column.shown) - 1))]))

    def action_move(self, where: str) -> None:
        """Select a neighbour of the selected unit.

        Args:
            where: Second half of a list action's id, such as `up`.
        """
        self._step(*{"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}[where])
