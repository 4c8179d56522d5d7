"""ŷ of the rows of two classes as two histograms over one axis, on which the threshold stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import number
from tui_ann.tui.draw.bars import EIGHTHS
from tui_ann.tui.draw.cells import BLANK, Cells
from tui_ann.tui.draw.shades import MARKS

SIDE = 2
"""Columns before the axis, for the marks of the classes."""


class ThresholdInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    AXIS = 1
    NEGATIVE = 2
    POSITIVE = 3
    THRESHOLD = 4


@dataclass(frozen=True, eq=False)
class ThresholdBars:
    """What is drawn."""

    negative: NDArray[np.int64]
    """Rows of the first class in cells of equal width from 0 to 1."""
    positive: NDArray[np.int64]
    """The same of the second class."""
    threshold: float
    """The threshold."""


def draw_threshold(bars: ThresholdBars, width: int, height: int) -> Cells:
    """Draw the bars of the second class above those of the first, the axis, and the threshold through all of it.

    Each class has its own scale, so that a rare one can be seen; a cell with any row has a bar.

    Args:
        bars: The bars; as many cells as `width` − `SIDE`.
        width: Width in cells.
        height: Height in cells.
    """
    cells, room = Cells(width, height), len(bars.positive)
    if room < 4 or height < 1:
        return cells
    labelled = height >= 4
    axis = height - (2 if labelled else 1)
    lower = axis // 2
    upper = axis - lower
    for top, tall, counts, ink, mark in (
        (0, upper, bars.positive, ThresholdInk.POSITIVE, MARKS[1]),
        (upper, lower, bars.negative, ThresholdInk.NEGATIVE, MARKS[0]),
    ):
        if not tall:
            continue
        cells.write(0, top + tall - 1, mark, ink)
        levels = np.ceil(np.sqrt(counts / max(1, int(counts.max(initial=0)))) * tall * 8).astype(int)
        for place, level in enumerate(levels.tolist()):
            for row in range(tall):
                part = min(8, max(0, level - 8 * (tall - 1 - row)))
                if part:
                    cells.write(SIDE + place, top + row, EIGHTHS[part], ink)
    at = SIDE + min(room - 1, int(bars.threshold * room))
    cells.write(SIDE, axis, "━" * (at - SIDE), ThresholdInk.THRESHOLD)
    cells.write(at, axis, "◆" + "─" * (width - at - 1), ThresholdInk.AXIS)
    cells.inks[axis, at] = ThresholdInk.THRESHOLD
    for row in range(axis):
        if cells.codes[row, at] == BLANK:
            cells.write(at, row, "┆", ThresholdInk.THRESHOLD)
    if labelled:
        for share in (0.0, 0.5, 1.0):
            x = SIDE + round(share * (room - 1))
            text = number(share)
            cells.write(
                min(width - len(text), x if share < 1 else x - len(text) + 1), axis + 1, text, ThresholdInk.AXIS
            )
    return cells
