"""From points to dots and cells: the row of a value, and the range that a line covers in each column of dots."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_ann.tui.draw.axes import PlotAxis

Array = NDArray[np.float64]


def dot_rows(heights: Array, height: int) -> Array:
    """Return the rows of dots, 0 at the top, that are nearest to heights; every dot and tick goes by this.

    Args:
        heights: From 0 at the lowest row of dots to `height` − 1 at the highest; nan stays nan.
        height: Rows of dots.
    """
    rows: Array = height - 1 - np.floor(heights + 0.5)  # rint would put 2.5 and 1.5 into one row
    return rows


def cell_row(axis: PlotAxis, value: float, tall: int) -> int | None:
    """The row of cells with the dot of a value; the nearest one if it is beyond the axis, `None` if it has no place.

    Args:
        axis: The vertical axis.
        value: The value.
        tall: Rows of cells.
    """
    row = dot_rows(axis.places(np.array([value]), 4 * tall), 4 * tall)[0]
    return int(min(max(row, 0), 4 * tall - 1)) // 4 if np.isfinite(row) else None


def polyline(x: Array, y: Array, columns: int) -> tuple[Array, Array]:
    """Return the range that the line through points covers in each column.

    Args:
        x: Ascending positions along the columns, (n,).
        y: Heights, (n,); nan breaks the line.
        columns: Number of columns of dots.

    Returns:
        Lowest and highest point in each column, nan where there is no line.
    """
    low, high = np.full(columns, np.inf), np.full(columns, -np.inf)
    if len(x):
        finite = np.isfinite(y)
        at = np.clip(np.rint(x), 0, columns - 1).astype(int)
        inside = finite & (x > -1) & (x < columns)
        np.minimum.at(low, at[inside], y[inside])
        np.maximum.at(high, at[inside], y[inside])
        centres = np.arange(columns)
        after = np.searchsorted(x, centres)
        between = (after > 0) & (after < len(x))
        after = after[between]
        whole = finite[after - 1] & finite[after]
        where, after = centres[between][whole], after[whole]
        x0, x1, y0, y1 = x[after - 1], x[after], y[after - 1], y[after]
        heights = y0 + (y1 - y0) * (where - x0) / np.maximum(x1 - x0, 1e-12)
        low[where] = np.minimum(low[where], heights)
        high[where] = np.maximum(high[where], heights)
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def joined(low: Array, high: Array) -> tuple[Array, Array]:
    """Return the columns of a curve stretched so that neighbours touch; a column of nan stays a gap."""
    low, high = low.copy(), high.copy()
    with np.errstate(invalid="ignore"):
        rises = low[1:] > high[:-1] + 1
        falls = high[1:] < low[:-1] - 1
    middle = (low[1:] + high[:-1]) / 2
    high[:-1][rises], low[1:][rises] = middle[rises], middle[rises]
    middle = (high[1:] + low[:-1]) / 2
    low[:-1][falls], high[1:][falls] = middle[falls], middle[falls]
    return low, high


def filled(low: Array, high: Array, height: int) -> NDArray[np.bool_]:
    """Return a bitmap, (height, columns), with the dots from `low` to `high` of each column set; row 0 is the top."""
    rows = np.arange(height)[:, None]
    with np.errstate(invalid="ignore"):
        bottom, top = dot_rows(np.clip(low, -1e6, 1e6), height), dot_rows(np.clip(high, -1e6, 1e6), height)
        mask: NDArray[np.bool_] = (rows >= top) & (rows <= bottom)
    return mask
