"""From many points to few columns: what a curve covers in each column of dots, however many points it has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.update_losses import UpdateLosses, extremes

Array = NDArray[np.float64]
_BLOCK = 64


class Envelope:
    """The losses of a growing run, with the least and greatest value of each block of them.

    So a view of ten million values costs what a view of ten thousand costs. Values that are not finite are missing.
    """

    def __init__(self) -> None:
        self._losses = UpdateLosses(np.zeros(0))
        self._low: Array = np.zeros(0)
        self._high: Array = np.zeros(0)

    def update(self, losses: UpdateLosses | Array) -> None:
        """Take the series as it is now, whole or as a run keeps it; only what is new is read."""
        losses = losses if isinstance(losses, UpdateLosses) else UpdateLosses(losses)
        values = losses.values
        whole = len(values) // _BLOCK
        if len(self._low) > whole or losses.start != self._losses.start or self._differs(values):
            self._low, self._high = self._low[:0], self._high[:0]
        done = len(self._low)
        if whole > done:
            low, high = extremes(values[done * _BLOCK : whole * _BLOCK].reshape(-1, _BLOCK))
            self._low = np.concatenate((self._low, low))
            self._high = np.concatenate((self._high, high))
        self._losses = losses

    def _differs(self, values: Array) -> bool:
        """Whether the part that was read before is another now, as after a rewind."""
        done = len(self._low) * _BLOCK
        probes = np.linspace(0, done - 1, 16 if done else 0).astype(int)
        return not np.array_equal(values[probes], self._losses.values[probes], equal_nan=True)

    @property
    def start(self) -> int:
        """How many values are known by their blocks only."""
        return self._losses.start

    @property
    def values(self) -> Array:
        """The values after those."""
        return self._losses.values

    def __len__(self) -> int:
        return len(self._losses)

    def at(self, index: int) -> tuple[float, float]:
        """Return the value of an index, twice, or the least and greatest of its block."""
        losses = self._losses
        if index >= losses.start:
            return (float(losses.values[index - losses.start]),) * 2
        return float(losses.low[index // losses.stride]), float(losses.high[index // losses.stride])

    def columns(self, edges: NDArray[np.int64]) -> tuple[Array, Array]:
        """Return the least and greatest value between each two edges; nan where there is none.

        Where that is more than a few blocks a column, the edges are those of the blocks.

        Args:
            edges: Ascending indices into the series, (columns + 1,).

        Returns:
            Least and greatest, (columns,) each.
        """
        losses = self._losses
        low, high = self._recent(edges - losses.start)
        if not len(losses.low):
            return low, high
        older = _reduced(losses.low, losses.high, np.clip(edges // losses.stride, 0, len(losses.low)))
        return np.fmin(older[0], low), np.fmax(older[1], high)

    def _recent(self, edges: NDArray[np.int64]) -> tuple[Array, Array]:
        """The same of the values that are known each."""
        values = self._losses.values
        edges = np.clip(edges, 0, len(values))
        if len(edges) > 1 and edges[-1] - edges[0] > 4 * _BLOCK * (len(edges) - 1):
            low, high = _reduced(self._low, self._high, np.clip(edges // _BLOCK, 0, len(self._low)))
            tail = values[len(self._low) * _BLOCK : edges[-1]]
            tail = tail[np.isfinite(tail)]
            if tail.size:  # the newest are not a whole block yet
                low[-1], high[-1] = np.fmin(low[-1], tail.min()), np.fmax(high[-1], tail.max())
            return low, high
        window = values[edges[0] : edges[-1]]
        finite = np.isfinite(window)
        return _reduced(
            np.where(finite, window, np.inf), np.where(finite, window, -np.inf), edges - edges[0], missing=np.inf
        )


def _reduced(low: Array, high: Array, edges: NDArray[np.int64], missing: float = np.inf) -> tuple[Array, Array]:
    """Return the least of `low` and the greatest of `high` in each interval; an infinite result becomes nan."""
    starts, ends = edges[:-1], edges[1:]
    filled = starts < ends
    least, greatest = np.full(len(starts), missing), np.full(len(starts), -missing)
    if filled.any():
        # reduceat runs to the next start; intervals that hold something follow each other without gaps.
        least[filled] = np.minimum.reduceat(low[: ends[-1]], starts[filled])
        greatest[filled] = np.maximum.reduceat(high[: ends[-1]], starts[filled])
    return np.where(np.isfinite(least), least, np.nan), np.where(np.isfinite(greatest), greatest, np.nan)


def polyline(x: Array, y: Array, columns: int) -> tuple[Array, Array]:
    """Return what the line through points covers in each column.

    Args:
        x: Ascending places along the columns, (n,).
        y: Heights, (n,); nan breaks the line.
        columns: How many columns of dots.

    Returns:
        Least and greatest height in each column, nan where the line is not.
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
