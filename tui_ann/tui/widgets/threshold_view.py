"""The threshold on the histograms of ŷ, and curves over all thresholds: both move it with the arrow keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui_ann.text import number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.score_curve import ScoreCurve, draw_score_curve
from tui_ann.tui.draw.threshold import SIDE, ThresholdBars, draw_threshold
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.picture import Picture

Histograms = Callable[[int], tuple[NDArray[np.int64], NDArray[np.int64]]]
"""Rows of the first and the second class, in so many cells from 0 to 1."""


class ThresholdMoved(Message):
    """Another threshold is wanted."""

    def __init__(self, steps: int = 0, to: float | None = None) -> None:
        super().__init__()
        self.steps, self.to = steps, to
        """Steps to move by; or where to."""


class RowMoved(Message):
    """Another row of the list is wanted."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where
        """Second half of a list action's id, such as `down`."""


class _MovesThreshold(Picture):
    """A picture in which left and right move the threshold, and up and down the row of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("list", "up", "down", "left", "right", "page_up", "page_down", "first", "last")
    ]

    def action_move(self, where: str) -> None:
        """Move the threshold or the row.

        Args:
            where: Second half of a list action's id, such as `left`.
        """
        steps = {"left": -1, "right": 1}
        ends = {"first": 0.0, "last": 1.0}
        if where in steps:
            self.post_message(ThresholdMoved(steps[where]))
        elif where in ends:
            self.post_message(ThresholdMoved(to=ends[where]))
        else:
            self.post_message(RowMoved(where))


class ThresholdView(_MovesThreshold):
    """The histograms, set with `set_data`; a click moves the threshold."""

    INKS = ("", "threshold--axis", "threshold--negative", "threshold--positive", "threshold--here")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    ThresholdView {
        & > .threshold--axis { color: $dim-text; }
        & > .threshold--negative { color: $data-negative; }
        & > .threshold--positive { color: $data-positive; }
        & > .threshold--here { color: $data-key; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._histograms: Histograms | None = None
        self._threshold = 0.5

    def set_data(self, histograms: Histograms | None, threshold: float) -> None:
        """Show the rows of two classes and a threshold.

        Args:
            histograms: Counts the rows; `None` for nothing.
            threshold: The threshold.
        """
        self._histograms, self._threshold = histograms, threshold
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the bars for the size."""
        if self._histograms is None or width <= SIDE:
            return Cells(width, height)
        negative, positive = self._histograms(width - SIDE)
        return draw_threshold(ThresholdBars(negative, positive, self._threshold), width, height)

    def describe(self) -> str:
        """Return the threshold."""
        return number(self._threshold, 3)

    def on_click(self, event: events.Click) -> None:
        """Move the threshold to where was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.x >= SIDE:
            self.post_message(ThresholdMoved(to=(offset.x - SIDE) / max(1, self.size.width - SIDE)))


class ScoreCurveView(_MovesThreshold):
    """A curve over all thresholds, set with `set_curve`."""

    INKS = ("", "score--axis", "score--curve", "score--reference", "score--here")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    ScoreCurveView {
        & > .score--axis { color: $dim-text; }
        & > .score--curve { color: $data-train; }
        & > .score--reference { color: $dim-text; }
        & > .score--here { color: $data-key; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._curve: ScoreCurve | None = None
        self._sentence = ""

    def set_curve(self, curve: ScoreCurve | None, sentence: str) -> None:
        """Show a curve.

        Args:
            curve: The curve; `None` for nothing.
            sentence: What it says at the threshold.
        """
        self._curve, self._sentence = curve, sentence
        self.redraw()

    def paint(self, width: int, height: int) -> Cells:
        """Draw the curve for the size."""
        return Cells(width, height) if self._curve is None else draw_score_curve(self._curve, width, height)

    def describe(self) -> str:
        """Return what the curve says at the threshold."""
        return self._sentence
