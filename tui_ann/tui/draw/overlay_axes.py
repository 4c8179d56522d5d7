"""The axes of an overlay of runs: a range in which one run that diverges does not hide the others, and the ticks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_ann.text import cell_width, number
from tui_ann.text.ticks import count_ticks, linear_ticks
from tui_ann.tui.draw.axes import PlotAxis, linear_axis, log_axis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.overlay_data import OverlayInk, OverlayLine, OverlayPlot
from tui_ann.tui.draw.trace import cell_row

_BEYOND = 100.0
"""Values more than so many times the largest first value are beyond the axis: the run diverges."""


_LARGEST = 1e300
"""The axis goes no further, so that its margins and steps stay finite."""


def value_range(lines: Sequence[OverlayLine], log: bool, tall: int) -> PlotAxis | None:
    """The vertical axis for all values; `None` if there are none.

    Args:
        lines: The runs.
        log: Whether it is logarithmic; values up to 0 have no place on it.
        tall: Rows of cells.
    """
    low, high, first = np.inf, -np.inf, -np.inf
    for line in lines:
        edges = [] if line.band is None else [line.band.low, line.band.high]
        for y in (*(curve.y for curve in line.curves), *edges):
            values = y[np.isfinite(y)]
            if log:
                values = values[values > 0]
            if values.size:
                low, high = min(low, float(values.min())), max(high, float(values.max()))
                first = max(first, float(values[0]))
    if high < low:
        return None
    if first > 0:
        high = min(high, max(min(first, _LARGEST) * _BEYOND, low))
    low, high = max(min(low, _LARGEST), -_LARGEST), max(min(high, _LARGEST), -_LARGEST)
    return log_axis(low, high) if log else linear_axis(low, high, max(2, tall // 3))


def draw_values(cells: Cells, axis: PlotAxis, tall: int) -> int:
    """Draw the vertical axis; return the first column of the curves."""
    ticks = axis.ticks(max(2, tall // 2))
    left = max((cell_width(label) for _, label in ticks), default=0) + 1
    taken = -2
    for value, label in reversed(ticks):
        row = cell_row(axis, value, tall)
        if row is None or row - taken < 2:
            continue
        taken = row
        cells.write_right(left - 1, row, label, OverlayInk.AXIS)
        cells.write(left, row, "┈" * (cells.width - left), OverlayInk.GRID)
    return left


def draw_along(plot: OverlayPlot, unit: str, row: int, rows: int) -> None:
    """Draw the ticks of the horizontal axis, and its unit at the right end."""
    if not rows:
        return
    cells = plot.cells
    counts = unit != "seconds"
    most = max(2, plot.width // (cell_width(number(plot.last)) + 8))
    ticks = count_ticks(0.0, plot.last, most) if counts else linear_ticks(0.0, plot.last, most)
    limit = cells.width - cell_width(unit) - 1
    cells.write_right(cells.width, row, unit, OverlayInk.AXIS)
    taken = -1
    for value, label in ticks:
        begin = max(plot.left, plot.column(value) - cell_width(label) // 2)
        if begin > taken and begin + cell_width(label) <= limit:
            taken = cells.write(begin, row, label, OverlayInk.AXIS) + 1
