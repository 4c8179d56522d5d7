"""From points to columns of dots: the range that a line covers in each column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
        bottom = np.rint(height - 1 - np.clip(low, -1e6, 1e6))
        top = np.rint(height - 1 - np.clip(high, -1e6, 1e6))
        mask: NDArray[np.bool_] = (rows >= top) & (rows <= bottom)
    return mask
