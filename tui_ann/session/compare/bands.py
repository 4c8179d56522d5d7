"""Curves of repeats as one: the mean with its standard error, between the lowest and the highest."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.session.compare.thinning import MOST, RunCurve


class Band(NamedTuple):
    """Several curves as one, at common places."""

    x: Array
    """(n,), ascending."""
    mean: Array
    """(n,), the mean of the runs that are that long."""
    error: Array
    """(n,), its standard error: their standard deviation (n − 1) divided by the root of their number; 0 for one."""
    low: Array
    """(n,), the lowest of them."""
    high: Array
    """(n,), the highest of them."""

    @property
    def curve(self) -> RunCurve:
        """The mean."""
        return RunCurve(self.x, self.mean)


def band_of(curves: Sequence[RunCurve]) -> Band:
    """The band of several curves: at every place where one of them has a point, between points by interpolation.

    It ends where fewer than half of the curves go on, because the mean of a few others would look like progress.

    Args:
        curves: One curve for each run; those without values are left out.
    """
    known = [curve for curve in curves if np.isfinite(curve.y).any()]
    if not known:
        return Band(*(np.zeros(0) for _ in Band._fields))
    x = np.unique(np.concatenate([curve.x for curve in known]))
    if len(x) > MOST:  # times of different runs: no two are equal
        x = np.linspace(x[0], x[-1], MOST)
    ys = np.stack([np.interp(x, curve.x, curve.y, left=np.nan, right=np.nan) for curve in known])
    there = np.isfinite(ys)
    n = there.sum(axis=0)
    enough = n >= max(1, (len(known) + 1) // 2)
    x, ys, there, n = x[enough], ys[:, enough], there[:, enough], n[enough]
    values = np.where(there, ys, 0.0)
    mean = values.sum(axis=0) / n
    spread = np.where(there, values - mean, 0.0)
    deviation = np.sqrt((spread**2).sum(axis=0) / np.maximum(n - 1, 1))
    low, high = np.where(there, ys, np.inf).min(axis=0), np.where(there, ys, -np.inf).max(axis=0)
    return Band(x, mean, deviation / np.sqrt(n), low, high)
