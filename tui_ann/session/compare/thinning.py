"""Fewer points for a curve that still shows every peak: the extremes of stretches, in their order."""

from typing import NamedTuple

import numpy as np

from tui_ann.engine.tape import Array

MOST = 2048
"""Points of a thinned curve at most."""


class RunCurve(NamedTuple):
    """Points of a curve in the order of x; y may be NaN, which breaks the line."""

    x: Array
    """(n,), ascending."""
    y: Array
    """(n,)."""


def thinned(x: Array, y: Array, most: int = MOST) -> RunCurve:
    """A curve of at most so many points: of each stretch of points the first lowest and the first highest.

    The last point is always kept, so that the curve ends where the run is.  A stretch without a finite value is a gap.

    Args:
        x: (n,), ascending.
        y: (n,).
        most: Points of the result at most, from 4.
    """
    n = len(x)
    if n <= most:
        return RunCurve(x, y)
    size = -(-(n - 1) // ((most - 1) // 2))
    whole = (n - 1) // size
    # All but the last point, in stretches of one size and a shorter one.
    picked = [_extremes(y[: whole * size].reshape(whole, size)) + np.arange(whole)[:, None] * size]
    if rest := n - 1 - whole * size:
        picked.append(_extremes(y[n - 1 - rest : n - 1][None]) + whole * size)
    places = np.append(np.concatenate(picked).ravel(), n - 1)
    return RunCurve(x[places], y[places])


def _extremes(stretches: Array) -> Array:
    """The places of the lowest and the highest finite value in each row, in their order: (rows, 2)."""
    finite = np.isfinite(stretches)
    low = np.where(finite, stretches, np.inf).argmin(axis=1)
    high = np.where(finite, stretches, -np.inf).argmax(axis=1)
    return np.sort(np.stack((low, high), axis=1), axis=1)
