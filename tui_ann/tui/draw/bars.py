"""Bars: gradient norms on a log scale, counts of labels, histograms."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count, counted, fit, number, numbers
from tui_ann.tui.draw.cells import Cells

EIGHTHS = " ▁▂▃▄▅▆▇█"
"""Bars of 0 to 8 eighths of a cell."""
_BAR = "▇"
_STUB = "▏"


class BarInk(IntEnum):
    """Ink of a cell: what it belongs to."""

    PLAIN = 0
    LABEL = 1
    BAR = 2
    SECOND_BAR = 3
    VALUE = 4
    AXIS = 5
    WARNING = 6
    CLASS = 7
    """First of the inks of the classes."""


def draw_log_bars(
    labels: Sequence[str], values: NDArray[np.float64], width: int, height: int, decades: tuple[int, int]
) -> Cells:
    """Draw one bar per line on a logarithmic scale, with an axis below if there is room.

    Labels that differ in their first letter alternate in colour, to distinguish W and b.

    Args:
        labels: Short clean names.
        values: Lengths of the bars; non-finite values are written instead of drawn.
        width: Width in cells.
        height: Height in cells; if there are too few, the last bars are left out and counted.
        decades: Exponents of ten at the left and right end.
    """
    cells = Cells(width, height)
    if not labels or width < 8 or height < 1:
        return cells
    name_width = max(map(cell_width, labels))
    value_width = 8 if width >= name_width + 20 else 0
    start, room = name_width + 1, max(1, width - name_width - 1 - value_width)
    low, high = decades
    scaled = height > len(labels)
    shown = len(labels) if len(labels) <= height else max(1, height - 1)
    for row in range(shown):
        value = float(values[row])
        cells.write(0, row, fit(labels[row], name_width, "right"), BarInk.LABEL)
        ink = BarInk.BAR if labels[row][:1] == labels[0][:1] else BarInk.SECOND_BAR
        if not np.isfinite(value):
            cells.write(start, row, "not finite", BarInk.WARNING)
            continue
        reach = (np.log10(value) - low) / (high - low) * room if value > 0 else 0.0
        length = int(min(room, round(max(0.0, reach))))
        cells.write(start, row, _BAR * length or _STUB, ink)
        if value_width:
            cells.write(start + max(1, length) + 1, row, number(value, 2), BarInk.VALUE)
    if shown < len(labels):
        cells.write(0, shown, clean(f"⋮ {len(labels) - shown} more", width), BarInk.AXIS)
    if scaled:
        _scale(cells, shown, start, room, low, high)
    return cells


def _scale(cells: Cells, row: int, start: int, room: int, low: int, high: int) -> None:
    """Write the powers of ten under the bars, as many as fit without touching."""
    step = max(1, -(-7 * (high - low) // max(1, room)))
    powers = range(low, high + 1, step)
    for power, text in zip(powers, numbers([10.0**power for power in powers], 1), strict=True):
        at = start + round((power - low) / (high - low) * room)
        cells.write_centred(min(at, cells.width - 1), row, text, BarInk.AXIS)


def decades_of(values: NDArray[np.float64], before: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return the exponents of ten that enclose all positive finite values, at least three apart.

    Args:
        values: The values.
        before: The previous scale: kept if it encloses them and is at most three decades too wide, so that the
            picture is stable while the values change.
    """
    positive = values[np.isfinite(values) & (values > 0)]
    if not positive.size:
        return before or (-3, 0)
    low = int(np.floor(np.log10(positive.min())))
    high = int(np.floor(np.log10(positive.max()))) + 1
    low = min(low, high - 3)
    if before is not None and before[0] <= low and before[1] >= high and low - before[0] + before[1] - high <= 3:
        return before
    return low, high


def draw_counts(
    labels: Sequence[str], counts: NDArray[np.int64], width: int, height: int, *, others: tuple[int, int] = (0, 0)
) -> Cells:
    """Draw how often each label occurs, one bar per line, followed by count and share of all rows.

    Args:
        labels: Any text; cleaned here.
        counts: How often each occurs.
        width: Width in cells.
        height: Height in cells; labels that do not fit are summed up in the last line.
        others: Number of labels that are not in `labels`, and their rows.
    """
    cells = Cells(width, height)
    if not len(labels) or width < 8 or height < 1:
        return cells
    hidden, rows_hidden = others
    shown = len(labels) if len(labels) + bool(hidden) <= height else max(1, height - 1)
    total = max(1, int(np.sum(counts)) + rows_hidden)
    names = [clean(label, max(4, width // 3)) for label in labels[:shown]]
    name_width = max(map(cell_width, names))
    tails = [f"{count(int(value))}  {number(100 * value / total, 3)} %" for value in counts[:shown]]
    if width < name_width + max(map(len, tails)) + 8:
        tails = [count(int(value)) for value in counts[:shown]]
    room = max(1, width - name_width - 2 - max(map(len, tails)))
    largest = max(1, int(np.max(counts)))
    for row, (name, tail) in enumerate(zip(names, tails, strict=True)):
        cells.write(0, row, name, BarInk.LABEL)
        length = round(int(counts[row]) / largest * room)
        end = cells.write(name_width + 1, row, _BAR * length or _STUB, BarInk.BAR)
        cells.write(end + 1, row, tail, BarInk.VALUE)
    if shown < len(labels) or hidden:
        rest = counted(len(labels) - shown + hidden, "more label")
        rows = counted(int(np.sum(counts[shown:])) + rows_hidden, "row")
        cells.write(0, shown, clean(f"⋮ {rest}, {rows}", width), BarInk.AXIS)
    return cells


def draw_histogram(edges: NDArray[np.float64], counts: NDArray[np.int64], width: int, height: int) -> Cells:
    """Draw a histogram with vertical bars, its axis below and its highest count next to it.

    Args:
        edges: Edges of the bins, (bins + 1,).
        counts: Rows in each bin, (bins,).
        width: Width in cells.
        height: Height in cells; with 3 or more there is an axis.
    """
    cells = Cells(width, height)
    if not len(counts) or width < 4 or height < 1:
        return cells
    top = count(int(np.max(counts)))
    side = len(top) + 2 if width >= 30 and height >= 4 else 0
    room, tall = width - side, height - 2 if height >= 3 else height
    heights = np.asarray(counts) / max(1, int(np.max(counts))) * tall * 8
    borders = np.round(np.linspace(0, room, len(counts) + 1)).astype(int)
    gap = 1 if room >= 4 * len(counts) else 0
    for bar, eighths in enumerate(heights):
        level = max(1, round(eighths)) if eighths > 0 else 0
        for row in range(tall):
            part = min(8, max(0, level - 8 * (tall - 1 - row)))
            if part:
                wide = max(1, borders[bar + 1] - borders[bar] - gap)
                cells.write(side + int(borders[bar]), row, EIGHTHS[part] * int(wide), BarInk.BAR)
    if side:
        cells.write_right(side - 2, 0, top, BarInk.AXIS)
        cells.write_right(side - 2, tall - 1, "0", BarInk.AXIS)
        for row in range(tall):
            cells.write(side - 2, row, "┤" if row in (0, tall - 1) else "│", BarInk.AXIS)
    if height >= 3:
        cells.write(max(0, side - 2), tall, ("└" if side else "") + "─" * (room + (1 if side else 0)), BarInk.AXIS)
        histogram_scale(cells, edges, side, room)
    return cells


def histogram_scale(cells: Cells, edges: NDArray[np.float64], side: int, room: int) -> None:
    """Write the ends and the middle of the axis in the last line.

    Args:
        cells: The sheet.
        edges: Edges of the bins.
        side: Column where the axis begins.
        room: Its length in cells.
    """
    row = cells.height - 1
    first, middle, last = numbers([edges[0], (edges[0] + edges[-1]) / 2, edges[-1]], 3)
    cells.write(side, row, first, BarInk.AXIS)
    cells.write_right(cells.width, row, last, BarInk.AXIS)
    if room > 3 * (len(first) + len(middle) + len(last)):
        cells.write_centred(side + room // 2, row, middle, BarInk.AXIS)
