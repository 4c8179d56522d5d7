"""The way of one weight over the updates."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tui_ann.text import count, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.weight_way import Array, draw_way
from tui_ann.tui.widgets.picture import Picture


class WeightWay(Picture, can_focus=False):
    """A curve set with `set_way`."""

    INKS = ("", "way--axis", "way--curve", "way--mark")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    WeightWay {
        & > .way--axis { color: $dim-text; }
        & > .way--curve { color: $data-train; }
        & > .way--mark { color: $data-lit; text-style: bold; }
    }
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._symbol = ""
        self._updates, self._values = np.zeros(0), np.zeros(0)

    def set_way(self, symbol: str, updates: Array, values: Array) -> None:
        """Show the way of a number.

        Args:
            symbol: Its symbol, such as W¹₁₂.
            updates: Ascending, (n,).
            values: (n,).
        """
        self._symbol, self._updates, self._values = symbol, updates, values
        self.redraw()

    def describe(self) -> str:
        """Return where it began, where it is, and how far it has been."""
        values, updates = self._values, self._updates
        if not len(values):
            return f"{self._symbol} is too large an array to be kept." if self._symbol else ""
        now = number(float(values[-1]), 4)
        if len(values) == 1:
            return f"{self._symbol} = {now} after update {count(int(updates[0]))}"
        low, high = number(float(values.min()), 3), number(float(values.max()), 3)
        first = number(float(values[0]), 3)
        return f"{self._symbol}: {first} → {now} · between {low} and {high} · seen {len(values)} times"

    def paint(self, width: int, height: int) -> Cells:
        """Draw the curve."""
        if len(self._values) < 2:
            cells = Cells(width, height)
            text = "its way appears as the run trains" if self._symbol else ""
            cells.write_centred(width // 2, height // 2, text[:width], 1)
            return cells
        return draw_way(self._updates, self._values, width, height)
