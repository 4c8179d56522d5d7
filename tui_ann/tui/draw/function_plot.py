"""The curve of an activation function, with the point where a neuron is."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.text import cell_width, number
from tui_ann.tui.draw.axes import linear_axis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.prose import Line
from tui_ann.tui.draw.trace import cell_row, filled, joined, polyline

_REACH = 4.0
"""The curve is drawn at least from −4 to 4."""


class PlotInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    AXIS = 1
    CURVE = 2
    POINT = 3


_ROLES = {PlotInk.PLAIN: "", PlotInk.AXIS: "muted", PlotInk.CURVE: "accent", PlotInk.POINT: "strong"}


def has_curve(name: str) -> bool:
    """Whether a function acts on each net input alone, so that it has a curve."""
    return name in ACTIVATIONS and ACTIVATIONS[name].elementwise


def draw_function(name: str, alpha: float | None, at: float | None, width: int, height: int) -> Cells:
    """Draw g from left to right, with its axes.

    Args:
        name: The activation function; it must have a curve.
        alpha: Its α; `None` for the default.
        at: Net input of a neuron, marked by ●; `None` for none.
        width: Width in cells.
        height: Height in cells, including the line of labels below.
    """
    cells, tall = Cells(width, height), height - 1
    g = ACTIVATIONS[name]
    known = at is not None and bool(np.isfinite(at))
    reach = max(_REACH, 1.25 * abs(at)) if at is not None and known else _REACH
    columns, dots = 2 * width, 4 * tall
    z = np.linspace(-reach, reach, columns)
    with np.errstate(all="ignore"):
        a = g.g(z, alpha)
        point = float(g.g(np.array([at]), alpha)[0]) if known else 0.0
    seen = a[np.isfinite(a)]
    axis = linear_axis(min(0.0, float(seen.min(initial=0.0)), point), max(1.0, float(seen.max(initial=1.0)), point))
    zero = cell_row(axis, 0.0, tall)
    assert zero is not None
    cells.write(0, zero, "─" * width, PlotInk.AXIS)
    middle = width // 2
    for row in range(tall):
        cells.write(middle, row, "┼" if row == zero else "│", PlotInk.AXIS)
    curve = filled(*joined(*polyline(np.arange(columns, dtype=float), axis.places(a, dots), columns)), dots)
    cells.dots(curve, PlotInk.CURVE)
    cells.write(middle + 2, 0, number(axis.high, 3), PlotInk.AXIS)
    if axis.low < 0 and zero < tall - 1:
        cells.write(middle + 2, tall - 1, number(axis.low, 3), PlotInk.AXIS)
    cells.write(0, height - 1, number(-reach, 3), PlotInk.AXIS)
    cells.write_right(width, height - 1, f"z {number(reach, 3)}", PlotInk.AXIS)
    here = cell_row(axis, point, tall)
    if at is not None and known and here is not None:
        x = round((at + reach) / (2 * reach) * (width - 1))
        cells.write(x, here, "●", PlotInk.POINT)
        cells.write_centred(middle, height - 1, f"g({number(at, 3)}) = {number(point, 3)}", PlotInk.POINT)
    return cells


def function_lines(name: str, alpha: float | None, at: float | None, width: int, height: int) -> list[Line]:
    """The same as lines of a dialog."""
    cells = draw_function(name, alpha, at, width, height)
    return [tuple((text, _ROLES[PlotInk(ink)]) for text, ink in runs) for runs in cells.runs(range(height))]


def beside(lines: list[Line], picture: list[Line], at: int, width: int) -> list[Line]:
    """Lines with a picture to the right of them.

    Args:
        lines: Lines, narrower than `width`.
        picture: The lines of the picture.
        at: Line where it begins.
        width: Column where it begins.
    """
    padded = [*lines, *[()] * (at + len(picture) - len(lines))]
    joint: list[Line] = []
    for y, line in enumerate(padded):
        if at <= y < at + len(picture):
            gap = width - sum(cell_width(text) for text, _ in line)
            line = (*line, (" " * max(1, gap), ""), *picture[y - at])
        joint.append(line)
    return joint
