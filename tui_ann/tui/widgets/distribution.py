"""The distribution of one column: a histogram of numbers, or the count of each label, also split by class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import clean, count, counted, number
from tui_ann.tui.draw.bars import draw_counts, draw_histogram
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.class_bars import draw_class_counts, draw_class_histograms, draw_classes
from tui_ann.tui.widgets.class_inks import CLASS_INKS, class_css
from tui_ann.tui.widgets.picture import Picture


class Distribution(Picture):
    """A histogram or a list of counts, set with `set_histogram`, `set_counts` or `set_target`; `clear` empties it."""

    INKS = (
        "", "bars--label", "bars--bar", "bars--second", "bars--value", "bars--axis", "bars--warning", *CLASS_INKS,
    )  # fmt: skip
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
    """ + class_css("Distribution")

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._draw: Callable[[int, int], Cells] = Cells
        self._sentence = ""

    def set_histogram(
        self,
        edges: NDArray[np.float64],
        counts: NDArray[np.int64],
        classes: tuple[Sequence[str], NDArray[np.int64]] | None = None,
    ) -> None:
        """Show a histogram of numbers, or one for each class.

        Args:
            edges: Edges of the bins, (bins + 1,).
            counts: Rows in each bin, (bins,).
            classes: The classes, and the rows of each in each bin, (classes, bins).
        """
        if classes is None:
            self._draw = lambda width, height: draw_histogram(edges, counts, width, height)
        else:
            labels, by_class = classes
            self._draw = lambda width, height: draw_class_histograms(edges, by_class, labels, width, height)
        largest = int(np.argmax(counts))
        self._sentence = (
            f"From {number(edges[0], 3)} to {number(edges[-1], 3)}; most rows, {count(int(counts[largest]))}, between "
            f"{number(edges[largest], 3)} and {number(edges[largest + 1], 3)}."
            if counts.sum()
            else ""
        )
        self.redraw()

    def set_counts(
        self,
        labels: Sequence[str],
        counts: NDArray[np.int64],
        others: tuple[int, int] = (0, 0),
        classes: tuple[Sequence[str], NDArray[np.int64]] | None = None,
    ) -> None:
        """Show label counts, in the given order.

        Args:
            labels: Any text; cleaned here.
            counts: Rows with each label.
            others: Number of labels that are not in `labels`, and their rows.
            classes: The classes, and the rows of each label in each of them, (labels, classes).
        """
        if classes is None:
            self._draw = lambda width, height: draw_counts(labels, counts, width, height, others=others)
        else:
            names, by_class = classes
            self._draw = lambda width, height: draw_class_counts(labels, by_class, names, width, height, others=others)
        self._sentence = _most_often(labels, counts, others)
        self.redraw()

    def set_target(self, labels: Sequence[str], counts: NDArray[np.int64]) -> None:
        """Show the classes of the target, each in its colour and with its mark.

        Args:
            labels: The classes in the order of the outputs.
            counts: Rows of each.
        """
        self._draw = lambda width, height: draw_classes(labels, counts, width, height)
        self._sentence = _most_often(labels, counts, (0, 0))
        self.redraw()

    def clear(self) -> None:
        """Show nothing."""
        self._draw, self._sentence = Cells, ""
        self.redraw()

    def describe(self) -> str:
        """Return the distribution in one sentence."""
        return self._sentence or "There is nothing to count."

    def paint(self, width: int, height: int) -> Cells:
        """Draw bars for the size."""
        return self._draw(width, height)


def _most_often(labels: Sequence[str], counts: NDArray[np.int64], others: tuple[int, int]) -> str:
    """Return the number of labels and the most frequent one; nothing if there are no rows."""
    total = int(counts.sum()) + others[1]
    if not total:
        return ""
    largest = int(np.argmax(counts))
    return (
        f"{count(len(labels) + others[0])} labels; most often {clean(labels[largest], 40)}: "
        f"{counted(int(counts[largest]), 'row')}, {number(100 * counts[largest] / total, 3)} %."
    )
