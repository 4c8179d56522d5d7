"""The axes of the loss curve: the visible range of updates and losses, and the ticks."""

from __future__ import annotations

import numpy as np

from tui_ann.text import cell_width, count
from tui_ann.text.ticks import count_ticks
from tui_ann.tui.draw.axes import PlotAxis, linear_axis, log_axis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.curve_data import CurveInk, Losses, Plot, View
from tui_ann.tui.draw.plane_axes import densities
from tui_ann.tui.draw.trace import cell_row

_LEAST = 2
"""Labels of the losses: one alone is no scale."""


def extent(view: View, total: float) -> tuple[float, float]:
    """Return the first and the last visible update."""
    first = 0.0
    if view.recent:
        first = max(0.0, total - max(total / 10, min(total, 100.0)))
    return first, max(total, first + 1)


def value_axis(losses: Losses, view: View, first: float, last: float, tall: int) -> PlotAxis | None:
    """Return an axis for all visible values; outlying batches may be outside it, the lines never are."""
    seen = (losses.ends >= first) & (losses.ends <= last)
    lines = np.concatenate((losses.training[seen], losses.validation[seen]))
    low, high = losses.updates.columns(np.linspace(first, last, 201).astype(np.int64))
    if view.log:
        lines = lines[lines > 0]
        low, high = low[low > 0], high[high > 0]
    lines, low, high = lines[np.isfinite(lines)], low[np.isfinite(low)], high[np.isfinite(high)]
    if lines.size > 2:
        smallest, largest = _with_air(float(lines.min()), float(lines.max()), view.log)
        if low.size:  # not beyond the range of the batches
            smallest = min(float(lines.min()), max(smallest, float(low.min())))
            largest = max(float(lines.max()), min(largest, float(high.max())))
    elif lines.size or low.size:
        both = np.concatenate((lines, low, high))
        smallest, largest = float(both.min()), float(both.max())
    else:
        return None
    return log_axis(smallest, largest) if view.log else linear_axis(smallest, largest, max(2, tall // 3))


def _with_air(low: float, high: float, log: bool) -> tuple[float, float]:
    """Return a range with a margin of a quarter of its height above and below, for the batches around the lines."""
    if log:
        ratio = max(high / low, 2.0) ** 0.25 if low > 0 and high / low < 1e300 else 1.0
        return low / ratio, min(high * ratio, 1.7e308)
    air = 0.25 * (high / 2 - low / 2) * 2 if high < 1e300 else 0.0
    return max(low - air, min(low, 0.0)), high + air


def draw_left_axis(cells: Cells, axis: PlotAxis, top: int, tall: int) -> int:
    """Draw the vertical axis; return the first column of the curve."""
    left, placed = _upwards(axis, tall)
    for row in range(top, top + tall):
        cells.write(left - 1, row, "│", CurveInk.AXIS)
    for place, label in placed:
        row = top + place
        cells.write_right(left - 1, row, label, CurveInk.AXIS)
        cells.write(left - 1, row, "┤", CurveInk.AXIS)
        cells.write(left, row, "┈" * (cells.width - left), CurveInk.GRID)
    return left


def _upwards(axis: PlotAxis, tall: int) -> tuple[int, list[tuple[int, str]]]:
    """Columns for the labels, and each with its row: at their usual distance, closer if only one had a place."""
    usual, found = max(2, tall // 3), list[tuple[int, list[tuple[int, str]]]]()
    for apart in (2, 1):
        for most in densities(usual, _LEAST):
            ticks, placed = axis.ticks(most), list[tuple[int, str]]()
            for value, label in reversed(ticks):
                row = cell_row(axis, value, tall)
                if row is not None and (not placed or row - placed[-1][0] >= apart):
                    placed.append((row, label))
            found.append((max((cell_width(label) for _, label in ticks), default=0) + 1, placed))
            if len(placed) >= _LEAST:
                return found[-1]
    return found[0]


def draw_lower_axis(plot: Plot, losses: Losses, view: View, row: int, rows: int) -> None:
    """Draw the horizontal axis with its ticks."""
    if rows == 0:
        return
    cells = plot.cells
    ends = np.array([plot.first, plot.last])
    low, high = losses.epoch_of(ends) if view.epochs else ends
    unit = "epoch" if view.epochs else "update"
    limit = cells.width
    if rows == 2:
        cells.write(max(0, plot.left - 1), row, ("└" if plot.left else "") + "─" * plot.width, CurveInk.AXIS)
        cells.write_right(cells.width, row, f" {unit}", CurveInk.AXIS)
    else:
        cells.write_right(cells.width, row, unit, CurveInk.AXIS)
        limit -= len(unit) + 1
    taken = plot.left - 2
    most = max(2, plot.width // (cell_width(count(int(high))) + 6))
    for value, label in count_ticks(float(low), float(high), most):
        update = float(losses.update_of(np.array([value]))[0]) if view.epochs else value
        x = plot.left + round((update - plot.first) / (plot.last - plot.first) * (plot.width - 1))
        begin = max(plot.left, min(x - cell_width(label) // 2, limit - cell_width(label)))
        if begin <= taken + 1 or begin + cell_width(label) > limit or not plot.left <= x < cells.width:
            continue
        if x > begin + cell_width(label):  # the unit has its place
            continue
        taken = cells.write(begin, row + rows - 1, label, CurveInk.AXIS)
        if rows == 2 and x < cells.width - len(unit) - 1:
            cells.write(x, row, "┬", CurveInk.AXIS)
