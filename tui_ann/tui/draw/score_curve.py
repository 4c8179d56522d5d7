"""A curve over shares, such as ROC: with a line of reference, and the place of the threshold on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean
from tui_ann.tui.draw.axes import PlotAxis, linear_axis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.trace import cell_row, filled, joined, polyline

Floats = NDArray[np.float64]

_SPARSE = 4
"""The line of reference has a dot in every so many columns of dots."""


class ScoreInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    AXIS = 1
    CURVE = 2
    REFERENCE = 3
    HERE = 4


@dataclass(frozen=True, eq=False)
class ScoreCurve:
    """A curve; what is across goes from 0 to 1."""

    name: str
    """Its name, such as ROC."""
    across: str
    """What is across, in words."""
    upwards: str
    """What is upwards, in words."""
    x: Floats
    """(n,) ascending."""
    y: Floats
    """(n,) nan where there is no point."""
    reference: tuple[float, float] | None = None
    """Height of the line of reference at 0 and at 1: what guessing gives, or what would be right."""
    here: tuple[float, float] | None = None
    """The place of the threshold."""
    marks: bool = False
    """Whether the points are marked instead of joined only."""


def draw_score_curve(curve: ScoreCurve, width: int, height: int) -> Cells:
    """Draw the curve.

    Args:
        curve: The curve.
        width: Width in cells.
        height: Height in cells; the last line has the axis below.
    """
    cells = Cells(width, height)
    finite = curve.y[np.isfinite(curve.y)]
    if not finite.size or width < 14 or height < 2:
        cells.write(0, 0, clean("no points" if not finite.size else "too small", width), ScoreInk.AXIS)
        return cells
    below = 1 if height >= 3 else 0
    tall = height - below
    top = float(finite.max())
    axis = PlotAxis(0.0, 1.0) if top <= 1 else linear_axis(0.0, top, max(2, tall // 3))
    ticks = axis.ticks(2 if tall < 7 else max(2, tall // 3))
    left = max(cell_width(label) for _, label in ticks) + 1
    room = width - left
    taken = tall + 1
    for value, label in ticks:
        row = _row(axis, value, tall)
        if taken - row >= 2 or taken > tall:
            cells.write_right(left - 1, row, label, ScoreInk.AXIS)
            taken = row
    columns = np.arange(2 * room, dtype=float)
    if curve.reference is not None:
        low, high = curve.reference
        heights = axis.places(low + (high - low) * columns / (2 * room - 1), 4 * tall)
        dotted = filled(*polyline(columns, heights, 2 * room), 4 * tall)
        dotted[:, np.arange(2 * room) % _SPARSE > 0] = False
        cells.dots(dotted, ScoreInk.REFERENCE, left)
    known = np.isfinite(curve.y)
    x, y = curve.x[known] * (2 * room - 1), axis.places(curve.y[known], 4 * tall)
    cells.dots(filled(*joined(*polyline(x, y, 2 * room)), 4 * tall), ScoreInk.CURVE, left)
    if curve.marks:
        for across, upwards in zip(curve.x[known].tolist(), curve.y[known].tolist(), strict=True):
            cells.write(left + round(across * (room - 1)), _row(axis, upwards, tall), "●", ScoreInk.CURVE)
    if curve.here is not None and np.isfinite(curve.here).all():
        cells.write(left + round(curve.here[0] * (room - 1)), _row(axis, curve.here[1], tall), "◆", ScoreInk.HERE)
    if below:
        cells.write(left, tall, "0", ScoreInk.AXIS)
        cells.write_right(width, tall, "1", ScoreInk.AXIS)
        cells.write(left + 2, tall, clean(curve.across, max(0, room - 4)), ScoreInk.AXIS)
    return cells


def _row(axis: PlotAxis, value: float, tall: int) -> int:
    row = cell_row(axis, value, tall)
    assert row is not None  # each value that is drawn is finite
    return row
