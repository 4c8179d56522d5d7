"""A scatter of two columns: one mark for each cell with points, by class or shaded by a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean, numbers
from tui_ann.tui.draw.axes import PlotAxis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.class_marks import MOST_COLOURS, legend, marks

SHADES = "░▒▓█"
"""Marks for a number, from small to large."""
_POINT = "•"
_JITTER = 0.5
"""How far the rows of a label are spread out, of the distance between two labels."""
_ACROSS, _UP = 0.7548776662466927, 0.6180339887498949
"""Steps of the two sequences that spread rows evenly; equal ones would put the rows on a line."""
_FEWEST, _MOST_STEPS = 2, 10
"""A number with so few values is spread out like labels where rows coincide."""
_MARGIN = 0.06
"""Room around the points, of half their range: an axis that ended on ticks would leave many cells empty."""
_LONGEST_TICK = 12


class ScatterInk(IntEnum):
    """Ink of a cell: what it belongs to."""

    PLAIN = 0
    AXIS = 1
    LABEL = 2
    POINT = 3
    CLASS = 4
    """First of the inks of the classes."""
    SHADE = 4 + MOST_COLOURS
    """First of the inks of a number, from small to large."""


@dataclass(frozen=True, eq=False)
class ScatterAxis:
    """One axis of the scatter."""

    name: str
    """The column; cleaned here."""
    values: NDArray[np.float64]
    """(n,) NaN if missing; the number of its label, from 0, if the axis has labels."""
    labels: Sequence[str] = ()
    """The labels of a category, in order."""

    def gap(self, crowded: bool) -> float:
        """The least distance of two values around which rows are spread out; 0 if they stay where they are.

        Args:
            crowded: Whether rows coincide.
        """
        if self.labels or not crowded:
            return 1.0 if self.labels else 0.0
        steps = np.unique(self.values[np.isfinite(self.values)])
        return float(np.diff(steps).min()) if _FEWEST <= len(steps) <= _MOST_STEPS else 0.0

    def spread(self, gap: float, step: float) -> NDArray[np.float64]:
        """The values, with the rows of each spread out around it.

        Args:
            gap: The distance of two values.
            step: The step of the sequence that spreads them.
        """
        return self.values + gap * _JITTER * ((np.arange(len(self.values)) * step) % 1.0 - 0.5)

    def plotted(self, most: int, gap: float) -> tuple[PlotAxis, list[tuple[float, str]]]:
        """Return the axis and its ticks."""
        if self.labels:
            step = max(1, -(-len(self.labels) // max(1, most)))
            ticks = [(float(place), clean(label, _LONGEST_TICK)) for place, label in enumerate(self.labels)]
            return PlotAxis(-0.5, len(self.labels) - 0.5), ticks[::step]
        finite = self.values[np.isfinite(self.values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        margin = gap / 2 or (high / 2 - low / 2) * _MARGIN or abs(low) * 0.1 or 0.5
        axis = PlotAxis(low - margin, high + margin)
        if gap:
            few = np.unique(finite).tolist()
            ticks = list(zip(few, numbers(few, 3), strict=True))
            return axis, ticks[:: max(1, -(-len(ticks) // max(1, most)))]
        return axis, axis.ticks(most)


@dataclass(frozen=True, eq=False)
class PointClasses:
    """The class of each point."""

    labels: Sequence[str]
    """The classes."""
    codes: NDArray[np.intp]
    """(n,) class of each point, −1 for none: not drawn."""


def draw_scatter(
    x: ScatterAxis,
    y: ScatterAxis,
    width: int,
    height: int,
    *,
    classes: PointClasses | None = None,
    shade: ScatterAxis | None = None,
) -> Cells:
    """Draw a scatter. A cell shows the class of most of its points, or the mean of their numbers.

    Rows of a label, or of a number with few values, are spread out around it, always in the same way.

    Args:
        x: Across.
        y: Upwards.
        width: Width in cells.
        height: Height in cells; with 5 or more there are axes and a legend.
        classes: The classes of the points.
        shade: A number of each point, as a shade.
    """
    cells = Cells(width, height)
    if width < 4 or height < 1 or not len(x.values):
        return cells
    framed = height >= 5 and width >= 20
    top, bottom = (1, 2) if framed else (0, 0)
    rows = height - top - bottom
    crowded = _coincide(x, y)
    x_gap, y_gap = x.gap(crowded), y.gap(crowded)
    y_axis, y_ticks = y.plotted(rows if y.labels else max(3, rows // 2), y_gap)
    side = min(width // 3, max((cell_width(text) for _, text in y_ticks), default=0) + 1) if framed else 0
    room = width - side - (1 if framed else 0)
    longest = max((cell_width(clean(label, _LONGEST_TICK)) for label in x.labels), default=8)
    x_axis, x_ticks = x.plotted(max(2, room // (longest + 2)), x_gap)
    left = width - room
    start: int | None = None
    if framed:
        start = _frame(cells, side, rows, x, y)
        _x_ticks(cells, x_axis.places(np.array([at for at, _ in x_ticks]), room), x_ticks, left)
        for at, (_, text) in zip(y_axis.places(np.array([at for at, _ in y_ticks]), rows), y_ticks, strict=True):
            up = math.floor(at + 0.5)  # round() would put the ticks at 1.5 and 2.5 into one row
            if 0 <= up < rows:
                row = top + rows - 1 - up
                cells.write_right(side - 1, row, clean(text, side - 1), ScatterInk.AXIS)
                cells.write(side, row, "┤", ScatterInk.AXIS)
    across, upwards = x_axis.places(x.spread(x_gap, _ACROSS), room), y_axis.places(y.spread(y_gap, _UP), rows)
    drawn = np.isfinite(across) & np.isfinite(upwards)
    if classes is not None:
        drawn &= classes.codes >= 0
    if shade is not None:
        drawn &= np.isfinite(shade.values)
    column = np.clip(np.rint(across[drawn]), 0, room - 1).astype(int) + left
    row = top + rows - 1 - np.clip(np.rint(upwards[drawn]), 0, rows - 1).astype(int)
    place = row * width + column
    if classes is not None:
        _classes(cells, place, classes, classes.codes[drawn], start)
    elif shade is not None:
        _shades(cells, place, shade, shade.values[drawn], start)
    else:
        _mark(cells, np.unique(place), ord(_POINT), ScatterInk.POINT)
    return cells


def _coincide(x: ScatterAxis, y: ScatterAxis) -> bool:
    """Whether two rows have the same place."""
    places = x.values + 1j * y.values
    places = places[np.isfinite(places)]
    return len(np.unique(places)) < len(places)


def _mark(cells: Cells, places: NDArray[np.intp], code: int, ink: int) -> None:
    cells.codes[places // cells.width, places % cells.width] = code
    cells.inks[places // cells.width, places % cells.width] = ink


def _classes(
    cells: Cells, place: NDArray[np.intp], classes: PointClasses, codes: NDArray[np.intp], start: int | None
) -> None:
    kinds, signs = len(classes.labels), marks(classes.labels)
    found = np.bincount(place * kinds + codes, minlength=cells.width * cells.height * kinds).reshape(-1, kinds)
    most = _shown(found)
    for kind, sign in enumerate(signs):
        ink = ScatterInk.CLASS + kind % MOST_COLOURS
        _mark(cells, np.flatnonzero((most == kind) & (found[:, kind] > 0)), ord(sign), ink)
    if start is not None:
        parts = legend(classes.labels, signs, cells.width - start)
        at = cells.width - sum(cell_width(text) for text, _ in parts)
        for text, kind in parts:
            at = cells.write(at, 0, text, ScatterInk.AXIS if kind < 0 else ScatterInk.CLASS + kind % MOST_COLOURS)


def _shown(found: NDArray[np.intp]) -> NDArray[np.intp]:
    """The class of each cell: that of most of its points, but every class gets a cell if there are enough.

    Args:
        found: (cells, classes) number of points.
    """
    most: NDArray[np.intp] = found.argmax(axis=1)
    filled = found.any(axis=1)
    owned = np.bincount(most[filled], minlength=found.shape[1])
    for kind in np.flatnonzero((owned == 0) & found.any(axis=0)):
        spare = filled & (owned[most] > 1)
        shares = np.where(spare, found[:, kind] / np.maximum(1, found.sum(axis=1)), 0.0)
        cell = int(shares.argmax())
        if shares[cell] > 0:
            owned[most[cell]] -= 1
            owned[kind] = 1
            most[cell] = kind
    return most


def _shades(
    cells: Cells, place: NDArray[np.intp], shade: ScatterAxis, values: NDArray[np.float64], start: int | None
) -> None:
    if not values.size:
        return
    size = cells.width * cells.height
    counts = np.bincount(place, minlength=size)
    # The outermost values would leave one shade to all others.
    low, high = (float(value) for value in np.quantile(values, [0.02, 0.98]))
    span = (high - low) or 1.0
    sums = np.bincount(place, weights=np.clip((values - low) / span, 0.0, 1.0), minlength=size)
    means = sums / np.maximum(1, counts)
    levels = np.minimum(len(SHADES) - 1, (means * len(SHADES)).astype(int))
    for level, sign in enumerate(SHADES):
        _mark(cells, np.flatnonzero((counts > 0) & (levels == level)), ord(sign), ScatterInk.SHADE + level)
    if start is not None:
        ends = numbers([low, high], 3)
        name = clean(shade.name, 24)
        if start + cell_width(name) + sum(map(len, ends)) + len(SHADES) + 4 > cells.width:
            name = ""
        at = cells.width - cell_width(name) - sum(map(len, ends)) - len(SHADES) - 3
        at = cells.write(at, 0, f"{name} {ends[0]} ", ScatterInk.AXIS)
        for level, sign in enumerate(SHADES):
            at = cells.write(at, 0, sign, ScatterInk.SHADE + level)
        cells.write(at + 1, 0, ends[1], ScatterInk.AXIS)


def _frame(cells: Cells, side: int, rows: int, x: ScatterAxis, y: ScatterAxis) -> int:
    """Draw both axes with their names: that of y above its axis, that of x at the end of its line.

    Returns:
        The column where the legend may begin, in the line of the name of y.
    """
    for row in range(rows):
        cells.write(side, 1 + row, "│", ScatterInk.AXIS)
    cells.write(side, 1 + rows, "└" + "─" * (cells.width - side - 1), ScatterInk.AXIS)
    cells.write_right(cells.width, 1 + rows, f" {clean(x.name, cells.width // 2)} →", ScatterInk.LABEL)
    return cells.write(0, 0, "↑ " + clean(y.name, max(6, cells.width // 2)), ScatterInk.LABEL) + 2


def _x_ticks(cells: Cells, places: NDArray[np.float64], ticks: Sequence[tuple[float, str]], left: int) -> None:
    """Write the ticks of the lower axis that do not touch."""
    end = -1
    for at, (_, text) in zip(places, ticks, strict=True):
        wide = cell_width(text)
        start = max(0, min(left + round(at) - wide // 2, cells.width - wide))
        if start > end:
            cells.write(start, cells.height - 1, text, ScatterInk.AXIS)
            end = start + wide
