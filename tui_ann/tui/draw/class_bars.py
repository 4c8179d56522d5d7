"""Distributions split by class: a histogram for each class under one axis, and bars of labels in parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, count, counted, number
from tui_ann.tui.draw.bars import EIGHTHS, BarInk, histogram_scale
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.class_marks import FILLS, MOST_COLOURS, legend, marked, marks

_LONGEST_NAME = 18


def class_ink(place: int) -> int:
    """Return the ink of a class."""
    return BarInk.CLASS + place % MOST_COLOURS


def draw_class_histograms(
    edges: NDArray[np.float64], by_class: NDArray[np.int64], labels: Sequence[str], width: int, height: int
) -> Cells:
    """Draw a histogram for each class, one above the other; each bar is a share of its own class.

    Args:
        edges: Edges of the bins, (bins + 1,).
        by_class: Rows of each class in each bin, (classes, bins).
        labels: The labels of the classes.
        width: Width in cells.
        height: Height in cells; classes that do not fit are counted in the last line.
    """
    cells = Cells(width, height)
    if not len(labels) or width < 8 or height < 1:
        return cells
    scaled = height >= len(labels) + 2
    room = height - 2 if scaled else height
    shown = len(labels) if len(labels) <= room else max(1, room - 1)
    tall = max(1, room // shown)
    names = [marked(label, mark, _LONGEST_NAME) for mark, label in zip(marks(labels), labels, strict=True)]
    side = min(max(map(cell_width, names[:shown])), width // 3) + 1
    shares = by_class / np.maximum(1, by_class.sum(axis=1, keepdims=True))
    heights = shares / (float(shares.max()) or 1.0) * tall * 8
    bars = width - side
    borders = np.round(np.linspace(0, bars, by_class.shape[1] + 1)).astype(int)
    for place in range(shown):
        top = place * tall
        cells.write(0, top + tall - 1, clean(names[place], side - 1), class_ink(place))
        for bar, eighths in enumerate(heights[place]):
            wide = int(borders[bar + 1] - borders[bar])
            level = max(1, round(eighths)) if eighths > 0 else 0
            for row in range(tall):
                part = min(8, max(0, level - 8 * (tall - 1 - row)))
                if part and wide:
                    cells.write(side + int(borders[bar]), top + row, EIGHTHS[part] * wide, class_ink(place))
    if shown < len(labels):
        cells.write(0, shown * tall, clean(f"⋮ {counted(len(labels) - shown, 'more class')}", width), BarInk.AXIS)
    if scaled:
        cells.write(side, height - 2, "─" * bars, BarInk.AXIS)
        histogram_scale(cells, edges, side, bars)
    return cells


def draw_class_counts(
    labels: Sequence[str],
    by_class: NDArray[np.int64],
    classes: Sequence[str],
    width: int,
    height: int,
    *,
    others: tuple[int, int] = (0, 0),
) -> Cells:
    """Draw how often each label occurs, with the parts of its bar that belong to each class.

    Args:
        labels: Any text; cleaned here.
        by_class: Rows of each label in each class, (labels, classes).
        classes: The labels of the classes.
        width: Width in cells.
        height: Height in cells; labels that do not fit are summed up in a line.
        others: Number of labels that are not in `labels`, and their rows.
    """
    cells = Cells(width, height)
    if not len(labels) or width < 8 or height < 1:
        return cells
    signs = [FILLS[place % len(FILLS)] for place in range(len(classes))]
    explained = height >= 3
    hidden, rows_hidden = others
    room = height - 1 if explained else height
    shown = len(labels) if len(labels) + bool(hidden) <= room else max(1, room - 1)
    totals = by_class.sum(axis=1)
    all_rows = max(1, int(totals.sum()) + rows_hidden)
    names = [clean(label, max(4, width // 3)) for label in labels[:shown]]
    side = max(map(cell_width, names)) + 1
    tails = [f"{count(int(rows))}  {number(100 * rows / all_rows, 3)} %" for rows in totals[:shown]]
    if width < side + max(map(len, tails)) + 8:
        tails = [count(int(rows)) for rows in totals[:shown]]
    bars = max(1, width - side - 1 - max(map(len, tails)))
    largest = max(1, int(totals.max()))
    for row, (name, tail) in enumerate(zip(names, tails, strict=True)):
        cells.write(0, row, name, BarInk.LABEL)
        ends = np.round(np.cumsum(by_class[row]) / largest * bars).astype(int)
        start = 0
        for place, end in enumerate(ends.tolist()):
            cells.write(side + start, row, signs[place] * (end - start), class_ink(place))
            start = end
        cells.write(side + max(start, 0) + 1, row, tail, BarInk.VALUE)
    if shown < len(labels) or hidden:
        rest = counted(len(labels) - shown + hidden, "more label")
        rows = counted(int(totals[shown:].sum()) + rows_hidden, "row")
        cells.write(0, shown, clean(f"⋮ {rest}, {rows}", width), BarInk.AXIS)
    if explained:
        at = 0
        for text, place in legend(classes, signs, width):
            at = cells.write(at, height - 1, text, BarInk.AXIS if place < 0 else class_ink(place))
    return cells


def draw_classes(labels: Sequence[str], counts: NDArray[np.int64], width: int, height: int) -> Cells:
    """Draw the classes of the target: a bar for each in its colour, with its mark, rows and share.

    Args:
        labels: The classes in the order of the outputs.
        counts: Rows of each.
        width: Width in cells.
        height: Height in cells; classes that do not fit are summed up in the last line.
    """
    cells = Cells(width, height)
    if not len(labels) or width < 8 or height < 1:
        return cells
    shown = len(labels) if len(labels) <= height else max(1, height - 1)
    total, largest = max(1, int(counts.sum())), max(1, int(counts.max()))
    names = [marked(label, mark, max(4, width // 3)) for mark, label in zip(marks(labels), labels, strict=True)]
    side = max(map(cell_width, names[:shown])) + 1
    tails = [f"{count(int(rows))}  {number(100 * rows / total, 3)} %" for rows in counts]
    if width < side + max(map(len, tails)) + 8:
        tails = [count(int(rows)) for rows in counts]
    bars = max(1, width - side - 1 - max(map(len, tails)))
    tall = min(3, max(1, height // shown)) if shown == len(labels) else 1
    for place in range(shown):
        for row in range(place * tall, place * tall + max(1, tall - 1)):
            length = max(1, round(int(counts[place]) / largest * bars)) if counts[place] else 0
            cells.write(side, row, "█" * length, class_ink(place))
        cells.write(0, place * tall, names[place], class_ink(place))
        cells.write(side + length + 1, place * tall, tails[place], BarInk.VALUE)
    if shown < len(labels):
        rest = counted(len(labels) - shown, "more class")
        cells.write(0, shown, clean(f"⋮ {rest}, {counted(int(counts[shown:].sum()), 'row')}", width), BarInk.AXIS)
    return cells
