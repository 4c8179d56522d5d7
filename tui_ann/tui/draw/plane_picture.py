"""The picture of a plane: a map with the data points on it, at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.class_areas import draw_areas
from tui_ann.tui.draw.maps import (
    DIVERGING,
    Levels,
    MapScale,
    cell_levels,
    draw_map,
    draw_marks,
    draw_shades,
    levels_of,
)

_NO_SHARES = np.zeros(0)


@dataclass(frozen=True, eq=False)
class MapMarks:
    """Points on a plane, the most important ones last."""

    across: NDArray[np.float64] = field(default_factory=lambda: _NO_SHARES)
    """Their places from the left edge, 0, to the right one, 1, (n,)."""
    upwards: NDArray[np.float64] = field(default_factory=lambda: _NO_SHARES)
    """The same from the lower edge."""
    signs: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    """Their characters, (n,)."""
    tints: Levels = field(default_factory=lambda: np.zeros(0, np.int64))
    """Their colours, as numbers of the scale of the map, (n,)."""
    faint: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    """Whether they are drawn faintly, (n,)."""

    def cells(self, width: int, height: int) -> tuple[Levels, Levels, NDArray[np.bool_]]:
        """Row and column of each within a map of so many cells, and whether it is on it."""
        with np.errstate(invalid="ignore"):
            columns, rows = np.floor(self.across * width), np.floor((1 - self.upwards) * height)
            inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        return np.where(inside, rows, 0).astype(int), np.where(inside, columns, 0).astype(int), inside


@dataclass(frozen=True, eq=False)
class PlanePicture:
    """What a plane shows."""

    levels: Levels
    """The level of each half cell, (half rows, columns); see `maps`."""
    shares: NDArray[np.float64]
    """The same values from 0 to 1, for shades."""
    scale: MapScale
    """The inks of the levels."""
    marks: MapMarks = field(default_factory=MapMarks)
    """The points on it."""
    names: Sequence[str] = ()
    """With more than two classes, the mark of each, one cell wide."""
    codes: NDArray[np.intp] | None = None
    """The class of each half cell, with more than two classes."""


def unit_picture(values: NDArray[np.float64]) -> PlanePicture:
    """The picture of a unit from its activations, −1 to 1, (half rows, columns)."""
    return PlanePicture(levels_of(values, -1.0, 1.0), (values + 1) / 2, DIVERGING)


def draw_plane(
    cells: Cells, x: int, top: int, width: int, half_rows: int, picture: PlanePicture, *, few: bool, ink: int = 0
) -> None:
    """Draw a picture of a plane.

    Args:
        cells: The sheet.
        x: Left column.
        top: Upper half row; even if there are marks or few colours.
        width: Width in cells.
        half_rows: Height in half rows; even if there are marks or few colours.
        picture: What it shows; made larger or smaller if it has another size.
        few: Whether there are too few colours for a map.
        ink: Ink of the shades.
    """
    rows = ((np.arange(half_rows) + 0.5) / half_rows * len(picture.levels)).astype(int)
    columns = ((np.arange(width) + 0.5) / width * picture.levels.shape[1]).astype(int)
    sampled = np.ix_(rows, columns)
    row_of, column_of, inside = picture.marks.cells(width, half_rows // 2)
    at = row_of[inside], column_of[inside]
    if few:
        _shaded(cells, x, top // 2, picture, sampled, at, ink)
    else:
        draw_map(cells, x, top, picture.levels[sampled], picture.scale)
    marks = picture.marks
    if not len(marks.across):
        return
    if few:
        inks = np.full(len(at[0]), ink)
        cells.codes[at[0] + top // 2, at[1] + x] = marks.signs[inside]
        cells.inks[at[0] + top // 2, at[1] + x] = inks
        return
    ground = cell_levels(picture.levels[sampled], picture.scale)
    draw_marks(
        cells, x, top // 2, ground, picture.scale, at, marks.signs[inside], marks.tints[inside], marks.faint[inside]
    )


def _shaded(
    cells: Cells,
    x: int,
    row: int,
    picture: PlanePicture,
    sampled: tuple[NDArray[np.intp], ...],
    marks: tuple[Levels, Levels],
    ink: int,
) -> None:
    """Draw the map without colours: shades, or of several classes named areas."""
    if picture.codes is None:
        values = picture.shares[sampled]
        draw_shades(cells, x, row, (values[::2] + values[1::2]) / 2, ink)
        return
    codes = np.where(picture.levels[sampled][::2] > 0, picture.codes[sampled][::2], -1)
    taken = np.zeros(codes.shape, bool)
    taken[marks] = True
    draw_areas(cells, x, row, codes, picture.names, taken, ink)
