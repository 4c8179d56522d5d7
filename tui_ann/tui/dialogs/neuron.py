"""One neuron: its weighted inputs term by term, its net input, its output, and its gradient."""

from collections.abc import Sequence

import numpy as np

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.dialogs.study import StudyDialog
from tui_ann.tui.draw.function_plot import beside, function_lines, has_curve
from tui_ann.tui.draw.neuron import NeuronPage
from tui_ann.tui.draw.prose import Line, line

_CURVE = (34, 11)
"""Width and height of the curve of g."""
_LARGE_CURVE, _WIDE = (56, 17), 130
"""The same in a dialog of this width or more."""
_GAP = 3
_LEAST_BESIDE, _MOST_BESIDE = 66, 84
"""Width of the text to have the curve beside it instead of below it."""
_BESIDE_TERMS = 14
"""Lines that are not terms, including the frame."""


class NeuronDialog(StudyDialog):
    """Explains one neuron in an update; keys move to others.

    Args:
        network: The network.
        taken: The trace of the update.
        layer: The initial dense layer, counted from 1.
        unit: The neuron in it, counted from 0.
        decimals: Maximum number of decimals.
        input_names: Names of the features.
    """

    FILLS = True

    def __init__(
        self,
        network: Network,
        taken: UpdateTrace,
        layer: int = 1,
        unit: int = 0,
        *,
        decimals: int = 4,
        input_names: Sequence[str] = (),
    ) -> None:
        super().__init__(f"One neuron · update {taken.update}")
        self._network, self._taken, self._decimals, self._input_names = network, taken, decimals, input_names
        self._page = self._page_of(72)
        self.dense = max(1, min(self._page.layers, layer))
        """The dense layer, counted from 1."""
        self.unit = max(0, min(self._page.units(self.dense) - 1, unit))
        """The neuron in it, counted from 0."""
        self._example = 0

    def _page_of(self, width: int) -> NeuronPage:
        return NeuronPage(self._network, self._taken, width, self._decimals, self._input_names)

    def tabs(self) -> tuple[Sequence[str], int]:
        """The symbols of the dense layers' outputs."""
        labels = [spelled(Symbol("a", layer)) for layer in range(1, self._page.layers + 1)]
        return labels, self.dense - 1

    def choose_tab(self, index: int) -> None:
        """Go to another layer."""
        self.dense = index + 1
        self.unit = min(self.unit, self._page.units(self.dense) - 1)

    def move(self, rows: int, columns: int) -> None:
        """Go to another neuron of the layer."""
        self.unit = (self.unit + (rows or columns)) % self._page.units(self.dense)

    def go_on(self, step: int) -> None:
        """Show another example of the batch."""
        self._example = (self._example + step) % len(self._taken.examples)

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The selected neuron."""
        with np.errstate(all="ignore"):
            size = _CURVE if width < _WIDE else _LARGE_CURVE
            curve = self._curve(*size)
            aside = min(width - size[0] - _GAP, _MOST_BESIDE)
            if curve is None:
                return self._page_lines(width, height)
            if aside >= _LEAST_BESIDE:
                return beside(self._page_lines(aside, height), curve, 2, aside + _GAP)
            return [*self._page_lines(width, height), line(), *curve]

    def _page_lines(self, width: int, height: int) -> list[Line]:
        page = self._page_of(width)
        return page.lines(self.dense, self.unit, self._example, max(4, height - _BESIDE_TERMS))

    def _curve(self, width: int, height: int) -> list[Line] | None:
        """The curve of g with the point of the neuron; `None` if g is no function of one net input."""
        layer = self._page.layer(self.dense)
        if not has_curve(layer.activation):
            return None
        z = float(self._taken.part(Symbol("z", self.dense)).clean[self.unit, self._example])
        name = layer.activation.replace("_", " ")
        return [line(f"g is {name}", "title"), *function_lines(layer.activation, layer.alpha, z, width, height)]
