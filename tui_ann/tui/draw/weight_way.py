"""The way of one weight over the updates of a run."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width
from tui_ann.text.ticks import count_ticks
from tui_ann.tui.draw.axes import linear_axis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.trace import cell_row, filled, joined, polyline

Array = NDArray[np.float64]


class WayInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    AXIS = 1
    CURVE = 2
    MARK = 3


def draw_way(updates: Array, values: Array, width: int, height: int) -> Cells:
    """Draw the values of one number over the updates, with axes; ◆ is the last.

    Args:
        updates: Ascending, (n,).
        values: (n,); those not finite leave gaps.
        width: Width in cells.
        height: Height in cells, with a line for the labels below.
    """
    cells = Cells(width, height)
    finite = values[np.isfinite(values)]
    if not finite.size or width < 16 or height < 3:
        return cells
    tall = height - 1
    axis = linear_axis(float(finite.min()), float(finite.max()), max(2, tall // 3))
    ticks = axis.ticks(max(2, tall // 3))
    left = max(cell_width(label) for _, label in ticks) + 1
    room = max(4, width - left - 1)
    for value, label in ticks:
        row = cell_row(axis, value, tall)
        if row is not None:
            cells.write_right(left - 1, row, label, WayInk.AXIS)
            cells.write(left, row, "┈" * room, WayInk.AXIS)
    for row in range(tall):
        cells.write(left - 1, row, "│", WayInk.AXIS)
    last = max(float(updates[-1]), 1.0)
    x = updates / last * (2 * room - 1)
    heights = axis.places(values, 4 * tall)
    cells.dots(filled(*joined(*polyline(x, heights, 2 * room)), 4 * tall), WayInk.CURVE, left)
    row = cell_row(axis, float(values[-1]), tall)
    if row is not None:
        cells.write(left + round(float(x[-1])) // 2, row, "◆", WayInk.MARK)
    taken = -2
    for value, label in count_ticks(0.0, last, max(2, room // 12)):
        at = min(left + round(value / last * (room - 1)), width - cell_width(label))
        if at > taken:
            cells.write(at, tall, label, WayInk.AXIS)
            taken = at + cell_width(label) + 1
    return cells
