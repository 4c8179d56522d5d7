"""The preview of a sample: points of two columns over the boundary, or its classes, or its few rows."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, fit
from tui_ann.tui.draw.bars import BarInk, draw_counts
from tui_ann.tui.draw.cells import Cells

MARKS = "○●△▲□■◇◆+×"
"""The glyphs of the classes, in their order; the tenth stands for all others."""
LEVELS = 5
"""How finely the answers between the points are shown."""


class PreviewInk(IntEnum):
    """Inks before those of the points and of the regions."""

    PLAIN = 0
    LABEL = 1
    BAR = 2
    POINTS = 3


REGIONS = PreviewInk.POINTS + len(MARKS)
"""First ink of a half block: REGIONS + LEVELS · upper level + lower level."""
ON_REGION = REGIONS + LEVELS * LEVELS
"""First ink of a point on a region: ON_REGION + 2 · level + class."""


def draw_points(
    points: NDArray[np.float64],
    codes: NDArray[np.int64],
    bounds: tuple[float, float, float, float],
    levels: NDArray[np.float64] | None,
    width: int,
    height: int,
    *,
    colourless: bool = False,
) -> Cells:
    """Draw points of two columns, over the answers of a network where they are known.

    Args:
        points: (n, 2).
        codes: The class of each, (n,).
        bounds: Left, right, lower and upper edge.
        levels: Probabilities of the second class, the upper row first.
        width: Width in cells.
        height: Height in cells.
        colourless: Whether regions are shaded with glyphs instead of colours.
    """
    cells = Cells(width, height)
    if width < 4 or height < 2 or not len(points):
        return cells
    middle = None
    if levels is not None:
        steps = np.clip((_sampled(levels, 2 * height, width) * LEVELS).astype(int), 0, LEVELS - 1)
        upper, lower = steps[::2], steps[1::2]
        middle = np.maximum(upper, lower)
        if colourless:
            cells.codes[upper + lower > LEVELS - 1] = ord("░")
        else:
            cells.codes[:] = np.where(upper == lower, ord(" "), ord("▀"))
            cells.inks[:] = REGIONS + LEVELS * upper + lower
    for x, y, code in _shown(points, codes, bounds, width, height):
        cells.codes[y, x] = ord(MARKS[min(code, len(MARKS) - 1)])
        on_region = middle is not None and not colourless
        cells.inks[y, x] = (
            ON_REGION + 2 * middle[y, x] + min(code, 1)
            if middle is not None and on_region
            else PreviewInk.POINTS + min(code, len(MARKS) - 1)
        )
    return cells


def draw_classes(labels: tuple[str, ...], counts: NDArray[np.int64], width: int, height: int) -> Cells:
    """Draw a bar for each class."""
    cells = draw_counts(labels, counts, width, height)
    cells.inks[cells.inks == BarInk.BAR] = PreviewInk.BAR
    cells.inks[cells.inks > PreviewInk.BAR] = PreviewInk.LABEL
    return cells


def draw_rows(rows: tuple[tuple[str, ...], ...], width: int, height: int) -> Cells:
    """Write the few rows of a table, its names first."""
    cells = Cells(width, height)
    texts = [[clean(text, 12) for text in row] for row in rows]
    wide = [max(cell_width(row[i]) for row in texts) for i in range(len(texts[0]))]
    for y, row in enumerate(texts):
        line = "  ".join(fit(text, w, "right") for text, w in zip(row, wide, strict=True))
        cells.write(1, y + 1, line, PreviewInk.LABEL if y == 0 else PreviewInk.PLAIN)
    return cells


def _sampled(levels: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    rows = np.linspace(0, len(levels) - 1, height).round().astype(int)
    columns = np.linspace(0, levels.shape[1] - 1, width).round().astype(int)
    chosen: NDArray[np.float64] = levels[np.ix_(rows, columns)]
    return chosen


def _shown(
    points: NDArray[np.float64],
    codes: NDArray[np.int64],
    bounds: tuple[float, float, float, float],
    width: int,
    height: int,
) -> list[tuple[int, int, int]]:
    """Column, row and class of the points that are drawn: evenly fewer where there are too many."""
    most = max(8, width * height // 4)
    some = np.unique(np.linspace(0, len(points) - 1, min(len(points), most)).round().astype(int))
    left, right, low, high = bounds
    x = ((points[some, 0] - left) / (right - left) * (width - 1)).round().astype(int)
    y = ((high - points[some, 1]) / (high - low) * (height - 1)).round().astype(int)
    return list(zip(x.tolist(), y.tolist(), codes[some].tolist(), strict=True))
