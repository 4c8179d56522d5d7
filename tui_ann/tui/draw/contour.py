"""A loss over a plane: shading by its logarithm with lines of equal loss, and paths on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.tui.draw.cells import BRAILLE, Cells, braille
from tui_ann.tui.draw.maps import LOSS, STEPS, Levels, cell_levels, draw_map, draw_shades, levels_of
from tui_ann.tui.draw.plane_axes import CROSS, AxisView, PlaneArea, PlaneInk, area_of, draw_axes
from tui_ann.tui.draw.step_plot import LandscapeInk

Floats = NDArray[np.float64]

START, NOW = "○", "◆"
"""Where a path begins, and where it is now."""
CHOSEN = "△"
"""The start chosen for the next training."""
RUN_TINT, CHOSEN_TINT = 0, 4
"""Marks of `maps.LOSS`: the run, and what is chosen; between them are other descents."""
_LINE = STEPS + 1
_BETWEEN_LINES = 3
"""Levels between two lines of equal loss."""
_LARGEST_RANGE = 1e6
"""The highest loss that has a colour of its own, relative to the lowest."""
_USUAL = 0.98
"""Share of the plane that lies within the colours: a few cells with a huge loss do not darken the rest."""
_TICK_ROOM = 8
_FINENESS = 8
"""Points drawn on a cell's width of a path."""


@dataclass(frozen=True, eq=False)
class DrawnPath:
    """A path on the plane."""

    across: Floats
    """Places from the left edge, 0, to the right one, 1, (n,)."""
    upwards: Floats
    """The same from the lower edge."""
    faint: NDArray[np.bool_]
    """Whether each point is drawn faintly: far from the plane, or after the moment shown."""
    tint: int = RUN_TINT
    """Its colour, a mark of `maps.LOSS`."""
    now: int = -1
    """Which point is marked as the present one."""
    sign: str = NOW
    """Its mark."""


@dataclass(frozen=True, eq=False)
class ContourView:
    """What is drawn."""

    x: AxisView
    """Across."""
    y: AxisView
    """Upwards."""
    losses: Floats
    """(half rows, columns), the first row at the top; drawn at any size."""
    paths: Sequence[DrawnPath] = ()
    """The paths: lines of later ones are on top, and the marks of earlier ones."""
    chosen: tuple[float, float] | None = None
    """The start chosen for the next training, as shares of the axes."""


def loss_levels(losses: Floats) -> Levels:
    """The levels of losses, 1 … 17 evenly in their logarithm; what is not finite has the last.

    Args:
        losses: Any shape.
    """
    return np.where(np.isfinite(losses), levels_of(*_in_logarithms(losses)), STEPS)


def _in_logarithms(losses: Floats) -> tuple[Floats, float, float]:
    """The logarithms of losses with the ends of their colours."""
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return np.zeros_like(losses), 0.0, 1.0
    high = max(float(np.quantile(finite, _USUAL)), np.finfo(float).tiny)
    low = max(float(finite.min()), high / _LARGEST_RANGE)
    with np.errstate(all="ignore"):
        return np.log(np.maximum(losses, low)), float(np.log(low)), max(float(np.log(high)), float(np.log(low)) + 1e-9)


def with_lines(levels: Levels) -> Levels:
    """Levels with the lines of equal loss: where the next half cell is in another band of three levels."""
    bands = (levels - 1) // _BETWEEN_LINES
    line = np.zeros(levels.shape, bool)
    line[:-1] |= bands[:-1] > bands[1:]
    line[1:] |= bands[1:] > bands[:-1]
    line[:, :-1] |= bands[:, :-1] > bands[:, 1:]
    line[:, 1:] |= bands[:, 1:] > bands[:, :-1]
    return np.where(line, _LINE, levels)


def draw_contour(
    view: ContourView, cells: Cells, x: int, width: int, height: int, cursor: tuple[float, float] | None, *, few: bool
) -> PlaneArea:
    """Draw a loss over a plane with its axes.

    Args:
        view: What is drawn.
        cells: The sheet.
        x: Left column.
        width: Width in cells.
        height: Height in cells.
        cursor: The cursor, as shares of the axes.
        few: Whether there are too few colours for shading.

    Returns:
        Where the plane is.
    """
    inside = area_of(view.x, view.y, width, height + 1, False)  # no legend: its line is not left free
    area = PlaneArea(x + inside.x, inside.y, inside.width, min(height, inside.height))
    rows = ((np.arange(2 * area.height) + 0.5) / (2 * area.height) * len(view.losses)).astype(int)
    columns = ((np.arange(area.width) + 0.5) / area.width * view.losses.shape[1]).astype(int)
    losses = view.losses[np.ix_(rows, columns)]
    levels = loss_levels(losses)
    if few:
        logs, low, high = _in_logarithms(losses)
        shares = np.where(np.isfinite(logs), (logs - low) / (high - low), 1.0)
        draw_shades(cells, area.x, area.y, np.clip(shares[::2], 0.0, 1.0), PlaneInk.AXIS)
    else:
        draw_map(cells, area.x, 2 * area.y, with_lines(levels), LOSS)
    sheet = _Sheet(cells, area, cell_levels(levels, LOSS), few)
    for path in view.paths:
        sheet.line(path)
    for path in reversed(view.paths):
        sheet.ends(path)
    if view.chosen is not None:
        sheet.mark(*view.chosen, CHOSEN, CHOSEN_TINT)
    if cursor is not None:
        column, row = area.cell(*cursor)
        ink: int = PlaneInk.CROSS if few else LOSS.cross(int(sheet.ground[row - area.y, column - area.x]))
        cells.write(column, row, CROSS, ink)
    if inside.x:
        draw_axes(cells, view.x, view.y, area, _TICK_ROOM)
    return area


class _Sheet:
    """The plane on a sheet of cells, to draw paths and marks on."""

    def __init__(self, cells: Cells, area: PlaneArea, ground: Levels, few: bool) -> None:
        self.cells, self.area, self.ground, self._few = cells, area, ground, few

    def line(self, path: DrawnPath) -> None:
        """Draw a path as dots, faint or not."""
        area = self.area
        for faint in (True, False):
            mask = np.zeros((4 * area.height, 2 * area.width), bool)
            across, upwards, kind = _dense(path, area)
            chosen = kind == faint
            columns = np.floor(across[chosen] * 2 * area.width)
            rows = np.floor((1 - upwards[chosen]) * 4 * area.height)
            inside = (columns >= 0) & (columns < 2 * area.width) & (rows >= 0) & (rows < 4 * area.height)
            mask[rows[inside].astype(int), columns[inside].astype(int)] = True
            dots = braille(mask)
            drawn = dots > 0
            window = (slice(area.y, area.y + area.height), slice(area.x, area.x + area.width))
            self.cells.codes[window][drawn] = dots[drawn] + BRAILLE
            self.cells.inks[window][drawn] = self._inks(path.tint, faint)[drawn]

    def ends(self, path: DrawnPath) -> None:
        """Mark the start of a path, and where it is now."""
        if len(path.across):
            self.mark(path.across[0], path.upwards[0], START, path.tint)
            self.mark(path.across[path.now], path.upwards[path.now], path.sign, path.tint)

    def mark(self, across: float, upwards: float, sign: str, tint: int) -> None:
        """Draw a mark, if it is on the plane."""
        if 0 <= across <= 1 and 0 <= upwards <= 1:
            column, row = self.area.cell(across, upwards)
            ink = self._inks(tint, False)[row - self.area.y, column - self.area.x]
            self.cells.write(column, row, sign, int(ink))

    def _inks(self, tint: int, faint: bool) -> Levels:
        if self._few:
            own = LandscapeInk.DESCENT + tint - 1 if RUN_TINT < tint < CHOSEN_TINT else PlaneInk.LABEL
            return np.full(self.ground.shape, PlaneInk.AXIS if faint else own)
        return LOSS.mark(self.ground, tint, faint)


def _dense(path: DrawnPath, area: PlaneArea) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """The points of a path with those between them, near enough to touch; off the plane as they come."""
    x, y = path.across, path.upwards
    if len(x) < 2:
        return x, y, path.faint
    with np.errstate(all="ignore"):
        far = np.maximum(np.abs(np.diff(x)) * area.width, np.abs(np.diff(y)) * area.height) * _FINENESS
    counts = np.clip(np.nan_to_num(far, nan=1.0, posinf=1.0), 1, 4096).astype(int) + 1
    after = np.repeat(np.arange(1, len(x)), counts)
    share = np.concatenate([np.arange(1, count + 1) / count for count in counts.tolist()])
    with np.errstate(all="ignore"):
        across, upwards = (
            x[after - 1] + share * (x[after] - x[after - 1]),
            y[after - 1] + share * (y[after] - y[after - 1]),
        )
    across, upwards = np.append(x[0], across), np.append(y[0], upwards)
    known = np.isfinite(across) & np.isfinite(upwards)
    return np.where(known, across, -1.0), np.where(known, upwards, -1.0), np.append(path.faint[0], path.faint[after])
