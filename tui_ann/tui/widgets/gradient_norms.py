"""The gradient norm of each parameter on a logarithmic scale: shows vanishing and exploding gradients at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from tui_ann.text import clean, number
from tui_ann.text.symbols import Symbol, parameter_symbol
from tui_ann.tui.draw.bars import decades_of, draw_log_bars
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.fitting import first_parts
from tui_ann.tui.widgets.distribution import Distribution
from tui_ann.tui.widgets.picture import Picture

NOT_YET = "no gradient yet"
"""There are no norms before the first update."""
NOT_SAVED = "not saved · ← on the curve has earlier ones"
"""There are none at the end of a saved run: its folder lacks them, but earlier moments are computed again."""


class GradientNorms(Picture):
    """‖∂L/∂W‖ of each parameter as a bar. `set_data` takes the norms by name: W1, b1, ….

    If not all bars fit, only those of W are shown.
    """

    INKS = Distribution.INKS
    COMPONENT_CLASSES: ClassVar[set[str]] = Distribution.COMPONENT_CLASSES
    DEFAULT_CSS = Distribution.DEFAULT_CSS.replace("Distribution", "GradientNorms")

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._norms: Mapping[str, float] = {}
        self._lacks = NOT_YET
        self._decades: tuple[int, int] | None = None

    def set_data(self, norms: Mapping[str, float], lacks: str = NOT_YET) -> None:
        """Show the norms of the last update.

        Args:
            norms: By parameter name in the order of the layers; {} shows none.
            lacks: Why there are none, for the picture: the first of its parts that fit.
        """
        self._lacks = lacks
        if list(norms) != list(self._norms):
            self._decades = None
        self._norms = norms
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw bars for the size."""
        names = list(self._norms)
        if len(names) > height:
            names = [name for name in names if Symbol.parse(name).is_matrix]
        values = np.array([self._norms[name] for name in names])
        self._decades = decades_of(values, self._decades)
        if not names:
            cells = Cells(width, height)
            cells.write_centred(width // 2, height // 2, clean(first_parts(self._lacks, width), width), 5)
            return cells
        return draw_log_bars([parameter_symbol(name) for name in names], values, width, height, self._decades)

    def describe(self) -> str:
        """Return the smallest and the largest norm in one sentence."""
        norms = self._norms
        if not norms:
            return ""
        smallest, largest = min(norms, key=norms.__getitem__), max(norms, key=norms.__getitem__)
        text = f"largest ‖∂L/∂{parameter_symbol(largest)}‖ {number(norms[largest], 2)}"
        if smallest != largest:
            text += f", smallest ‖∂L/∂{parameter_symbol(smallest)}‖ {number(norms[smallest], 2)}"
        return text
