"""The distribution of one column: a histogram of numbers, or the count of each label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import clean, count, number
from tui_ann.tui.draw.bars import draw_counts, draw_histogram
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.widgets.picture import Picture


class Distribution(Picture):
    """A histogram or a list of counts, set with `set_histogram` or `set_counts`; `clear` empties it."""

    INKS = ("", "bars--label", "bars--bar", "bars--second", "bars--value", "bars--axis", "bars--warning")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    Distribution {
        & > .bars--label { color: $foreground; }
        & > .bars--bar { color: $text-primary; }
        & > .bars--second { color: $text-primary 55%; }
        & > .bars--value { color: $dim-text; }
        & > .bars--axis { color: $dim-text; }
        & > .bars--warning { color: $text-error; }
    }
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._labels: Sequence[str] | None = None
        self._edges: NDArray[np.float64] = np.zeros(0)
        self._counts: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._others = (0, 0)

    def set_histogram(self, edges: NDArray[np.float64], counts: NDArray[np.int64]) -> None:
        """Show a histogram of numbers.

        Args:
            edges: Edges of the bins, (bins + 1,).
            counts: Rows in each bin, (bins,).
        """
        self._labels, self._edges, self._counts = None, np.asarray(edges), np.asarray(counts)
        self.redraw()

    def set_counts(self, labels: Sequence[str], counts: NDArray[np.int64], others: tuple[int, int] = (0, 0)) -> None:
        """Show label counts, in the given order.

        Args:
            labels: Any text; cleaned here.
            counts: Rows with each label.
            others: Number of labels that are not in `labels`, and their rows.
        """
        self._labels, self._counts, self._others = labels, np.asarray(counts), others
        self.redraw()

    def clear(self) -> None:
        """Show nothing."""
        self._labels, self._edges, self._counts = None, np.zeros(0), np.zeros(0, dtype=np.int64)
        self.redraw()

    def describe(self) -> str:
        """Return the distribution in one sentence."""
        if not self._counts.size or not self._counts.sum():
            return "There is nothing to count."
        largest = int(np.argmax(self._counts))
        if self._labels is not None:
            share = 100 * self._counts[largest] / (self._counts.sum() + self._others[1])
            return (
                f"{count(len(self._labels) + self._others[0])} labels; most often {clean(self._labels[largest], 40)}: "
                f"{count(int(self._counts[largest]))} rows, {number(share, 3)} %."
            )
        low, high = self._edges[0], self._edges[-1]
        return (
            f"From {number(low, 3)} to {number(high, 3)}; most rows, {count(int(self._counts[largest]))}, between "
            f"{number(self._edges[largest], 3)} and {number(self._edges[largest + 1], 3)}."
        )

    def paint(self, width: int, height: int) -> Cells:
        """Draw bars for the size."""
        if self._labels is not None:
            return draw_counts(self._labels, self._counts, width, height, others=self._others)
        return draw_histogram(self._edges, self._counts, width, height)
