"""An activation function with its slope, and where the net inputs of a layer are on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.text import cell_width, number
from tui_ann.tui.draw.axes import PlotAxis, linear_axis
from tui_ann.tui.draw.bars import EIGHTHS
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.trace import cell_row, filled, joined, polyline

Array = NDArray[np.float64]

LEAST_REACH = 4.0
"""The curve is drawn at least from −4 to 4."""
_SIDE = 5
"""Columns for the labels at the left, at least."""


class ActivationInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    AXIS = 1
    CURVE = 2
    SLOPE = 3
    POSITIVE = 4
    NEGATIVE = 5
    CHOSEN = 6
    LABEL = 7


@dataclass(frozen=True, eq=False)
class Marks:
    """The net inputs of one layer for one point."""

    z: Array
    """(units,)."""
    a: Array
    """(units,)."""
    chosen: int = 0
    """The unit that is emphasised."""


@dataclass(frozen=True, eq=False)
class Density:
    """How often each net input of a layer occurs."""

    edges: Array
    """Edges of the bins, (bins + 1,)."""
    counts: NDArray[np.int64]
    """(bins,)."""


def curves(name: str, alpha: float | None, units: int, z: Array) -> tuple[Array, Array]:
    """Return g(z) and g′(z) for z (n,).

    Softmax acts on all units together: of its outputs, that of the unit with net input z while the others stand at 0.

    Args:
        name: A name of `ACTIVATIONS`.
        alpha: Its α; `None` for the default.
        units: Units of the layer, for softmax.
        z: Net inputs.
    """
    g = ACTIVATIONS[name]
    with np.errstate(all="ignore"):
        if g.elementwise:
            return g.g(z, alpha), g.g_prime(z, alpha)
        others = np.zeros((max(1, units - 1), len(z)))
        a = g.g(np.vstack([z, others]))[0]
        return a, a * (1 - a)


def reach_of(z: Array) -> float:
    """Return how far the curve is drawn to both sides, so that almost all of these net inputs are seen."""
    finite = np.abs(z[np.isfinite(z)])
    wanted = float(np.quantile(finite, 0.99)) if finite.size else 0.0
    if wanted <= LEAST_REACH:
        return LEAST_REACH
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= wanted))


def draw_activation(
    name: str,
    alpha: float | None,
    units: int,
    reach: float,
    width: int,
    height: int,
    marks: Marks | None = None,
    density: Density | None = None,
) -> Cells:
    """Draw g as a solid and g′ as a dotted line, with axes, and the net inputs of a layer.

    Args:
        name: A name of `ACTIVATIONS`.
        alpha: Its α; `None` for the default.
        units: Units of the layer, for softmax.
        reach: The curve goes from −reach to reach.
        width: Width in cells, at least 16.
        height: Height in cells, at least 5.
        marks: Net inputs of a point, as ◆ on the curve.
        density: Net inputs of all rows, as a strip of bars below the axis.
    """
    cells = Cells(width, height)
    tall = height - (1 if density is None else 2)
    if width - _SIDE < 10 or tall < 3:
        return cells
    seen = np.concatenate([*curves(name, alpha, units, np.linspace(-reach, reach, 2 * width)), [0.0, 1.0]])
    seen = seen[np.isfinite(seen)]
    axis = linear_axis(float(seen.min()), float(seen.max()), max(2, tall // 4))
    labels = axis.ticks(max(2, tall // 4))
    side = max(_SIDE, *(1 + cell_width(label) for _, label in labels))
    room = width - side
    z = np.linspace(-reach, reach, 2 * room)
    a, slope = curves(name, alpha, units, z)
    zero = _row(axis, 0.0, tall)
    cells.write(side, zero, "─" * room, ActivationInk.AXIS)
    middle = side + room // 2
    for row in range(tall):
        cells.write(middle, row, "┼" if row == zero else "│", ActivationInk.AXIS)
    for value, label in labels:
        cells.write_right(side - 1, _row(axis, value, tall), label, ActivationInk.AXIS)
    columns = np.arange(2 * room, dtype=float)
    dotted = filled(*polyline(columns, axis.places(slope, 4 * tall), 2 * room), 4 * tall)
    dotted[:, np.arange(2 * room) % 4 >= 2] = False
    cells.dots(dotted, ActivationInk.SLOPE, side)
    solid = filled(*joined(*polyline(columns, axis.places(a, 4 * tall), 2 * room)), 4 * tall)
    cells.dots(solid, ActivationInk.CURVE, side)
    if marks is not None:
        _mark(cells, marks, axis, reach, side, tall)
    if density is not None:
        _strip(cells, density, reach, side, tall)
    for value in (-reach, 0.0, reach):
        text = f"z {number(value, 3)}" if value == reach else number(value, 3)
        x = side + round((value + reach) / (2 * reach) * (room - 1))
        cells.write(min(width - cell_width(text), x), height - 1, text, ActivationInk.AXIS)
    return cells


def _row(axis: PlotAxis, value: float, tall: int) -> int:
    """Return the row of cells of a value."""
    row = cell_row(axis, value, tall)
    assert row is not None  # each value that is drawn is finite
    return row


def _mark(cells: Cells, marks: Marks, axis: PlotAxis, reach: float, side: int, tall: int) -> None:
    """Draw ◆ for each net input, the chosen one last; those beyond the ends stand at the ends."""
    room = cells.width - side
    order = [unit for unit in range(len(marks.z)) if unit != marks.chosen] + [marks.chosen]
    for unit in order:
        z, a = float(marks.z[unit]), float(marks.a[unit])
        if not (np.isfinite(z) and np.isfinite(a)):
            continue
        x = side + round(float(np.clip((z + reach) / (2 * reach), 0, 1)) * (room - 1))
        ink = ActivationInk.POSITIVE if z > 0 else ActivationInk.NEGATIVE
        row = min(tall - 1, max(0, _row(axis, a, tall)))
        cells.write(x, row, "◆", ActivationInk.CHOSEN if unit == marks.chosen else ink)


def _strip(cells: Cells, density: Density, reach: float, side: int, row: int) -> None:
    """Draw one line of bars, a bin for each cell of the axis; the labels stand below."""
    room = cells.width - side
    largest = max(1, int(density.counts.max(initial=0)))
    centres = (density.edges[1:] + density.edges[:-1]) / 2
    for centre, many in zip(centres.tolist(), density.counts.tolist(), strict=True):
        if many:
            x = side + round((centre + reach) / (2 * reach) * (room - 1))
            ink = ActivationInk.POSITIVE if centre > 0 else ActivationInk.NEGATIVE
            cells.write(x, row, EIGHTHS[max(1, round(8 * many / largest))], ink)


def density_of(z: Array, reach: float, bins: int) -> Density:
    """Return how often net inputs fall into equal bins from −reach to reach; those beyond count at the ends.

    Args:
        z: Net inputs of any shape; those not finite are left out.
        reach: The ends.
        bins: Number of bins.
    """
    edges = np.linspace(-reach, reach, bins + 1)
    finite = z[np.isfinite(z)]
    counts, _ = np.histogram(np.clip(finite, -reach, reach), edges)
    return Density(edges, counts)
