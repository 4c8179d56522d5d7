"""Maps: values over a plane as coloured half blocks, two to a cell, with marks on top.

A map is an array of levels, (half rows, columns): 0 is the ground, the others are steps of a `MapScale`.  Where there
are few colours, the same map is drawn with ` ░▒▓█`.  This module knows no colours: each pair of levels has an ink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.tui.draw.cells import BLANK, Cells
from tui_ann.tui.draw.class_marks import MOST_COLOURS
from tui_ann.tui.draw.shades import SHADES

STEPS = 17
"""Levels of two classes, of a neuron and of a number; the middle one is the 9th."""
DEPTHS = 5
"""Levels of each class, if there are more than two."""
FIRST = 64
"""Ink of the first map colour; those before are the picture's own."""
_UPPER = ord("▀")

Levels = NDArray[np.int64]


@dataclass(frozen=True)
class MapScale:
    """The inks of one kind of map."""

    start: int
    """Its first ink."""
    levels: int
    """Steps without the ground."""
    tints: int
    """Colours of marks; each is there twice, full and faint.  The cross comes after them."""

    def halves(self, upper: Levels, lower: Levels) -> Levels:
        """The ink of a cell with these levels in its halves."""
        return self.start + upper * (self.levels + 1) + lower

    def mark(self, level: Levels, tint: Levels | int, faint: NDArray[np.bool_] | bool = False) -> Levels:
        """The ink of a mark on a level."""
        first = self.start + (self.levels + 1) ** 2
        return np.asarray(first + level * (2 * self.tints + 1) + tint + self.tints * np.asarray(faint))

    def cross(self, level: int) -> int:
        """The ink of the cross on a level."""
        return int(self.mark(np.asarray(level), 2 * self.tints))

    @property
    def end(self) -> int:
        """The ink after its last."""
        return self.start + (self.levels + 1) ** 2 + (self.levels + 1) * (2 * self.tints + 1)


DIVERGING = MapScale(FIRST, STEPS, 2)
"""From one class or sign to the other."""
SEQUENTIAL = MapScale(DIVERGING.end, STEPS, DEPTHS)
"""From small to large."""
BY_CLASS = MapScale(SEQUENTIAL.end, MOST_COLOURS * DEPTHS, MOST_COLOURS)
"""A hue for each class, deeper with its probability."""
LOSS = MapScale(BY_CLASS.end, STEPS + 1, 5)
"""A loss, dark where it is low; the last level is that of the lines of equal loss.  Marks: the run, three others, and
what is chosen."""
SCALES = (DIVERGING, SEQUENTIAL, BY_CLASS, LOSS)


def levels_of(values: NDArray[np.float64], low: float, high: float, steps: int = STEPS) -> Levels:
    """The levels 1 … steps of values; 0 where they are not finite.

    Args:
        values: Any shape.
        low: What gets the first level; smaller values too.
        high: What gets the last.
        steps: Number of levels.
    """
    with np.errstate(all="ignore"):
        share = (values - low) / ((high - low) or 1.0)
        found = 1 + np.clip(np.floor(share * steps), 0, steps - 1)
    return np.where(np.isfinite(share), found, 0).astype(np.int64)


def class_levels(codes: NDArray[np.intp], shares: NDArray[np.float64], least: float) -> Levels:
    """The levels of classes: the hue of each, deeper with its probability; 0 where that is not finite.

    Args:
        codes: The class, counted from 0.
        shares: Its probability.
        least: The smallest that the largest probability can be, 1 / classes.
    """
    depth = levels_of(shares, least, 1.0, DEPTHS)
    return np.where(depth > 0, codes % MOST_COLOURS * DEPTHS + depth, 0)


def draw_map(cells: Cells, x: int, top: int, levels: Levels, scale: MapScale) -> None:
    """Draw a map; where its level is 0, nothing changes.

    Args:
        cells: The sheet.
        x: Left column.
        top: Upper half row; twice the row, plus one to begin in the middle of a cell.
        levels: (half rows, columns), all on the sheet.
        scale: Its inks.
    """
    height, width = levels.shape
    before = top % 2
    padded = np.zeros((height + before + (height + before) % 2, width), np.int64)
    padded[before : before + height] = levels
    upper, lower = padded[::2], padded[1::2]
    window = (slice(top // 2, top // 2 + len(upper)), slice(x, x + width))
    drawn = (upper > 0) | (lower > 0)
    cells.codes[window] = np.where(drawn, np.where(upper == lower, BLANK, _UPPER), cells.codes[window])
    cells.inks[window] = np.where(drawn, scale.halves(upper, lower), cells.inks[window])


def cell_levels(levels: Levels, scale: MapScale) -> Levels:
    """One level for each cell of a map of whole cells, (half rows, columns) → (rows, columns), for the marks on it."""
    upper, lower = levels[::2], levels[1::2]
    return upper if scale is BY_CLASS else (upper + lower) // 2


def draw_marks(
    cells: Cells,
    x: int,
    row: int,
    ground: Levels,
    scale: MapScale,
    at: tuple[Levels, Levels],
    signs: NDArray[np.uint32],
    tints: Levels,
    faint: NDArray[np.bool_],
) -> None:
    """Draw marks on a map; of several in a cell the last one counts.

    Args:
        cells: The sheet.
        x: Left column of the map.
        row: Upper row of the map.
        ground: The level of each cell, as from `cell_levels`.
        scale: The inks of the map.
        at: Row and column of each mark within the map.
        signs: Its character.
        tints: Its colour.
        faint: Whether it is drawn faintly.
    """
    rows, columns = at
    cells.codes[row + rows, x + columns] = signs
    cells.inks[row + rows, x + columns] = scale.mark(ground[rows, columns], tints, faint)


def draw_shades(cells: Cells, x: int, row: int, shares: NDArray[np.float64], ink: int) -> None:
    """Draw a map with ` ░▒▓█`, a value for each cell.

    Args:
        cells: The sheet.
        x: Left column.
        row: Upper row.
        shares: (rows, columns) from 0 to 1; blank where not finite.
        ink: Its ink.
    """
    known = np.clip(np.nan_to_num(shares, nan=0.0), 0.0, 1.0)
    places = np.minimum(known * len(SHADES), len(SHADES) - 1).astype(int)
    window = (slice(row, row + len(shares)), slice(x, x + shares.shape[1]))
    cells.codes[window] = np.array([ord(sign) for sign in SHADES], np.uint32)[places]
    cells.inks[window] = ink
