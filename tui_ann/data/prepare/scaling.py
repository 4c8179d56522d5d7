"""Scaling of one column by statistics of the training rows: x ↦ (x − offset) / scale."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.errors import DataError

SCALINGS = ("none", "standard", "minmax")
"""The ways to scale, as named in the experiment file."""


_LARGE = 2.0**1000
"""What makes numbers whose squares are 0 large enough for a standard deviation."""


def check_scale(offset: float, scale: float) -> None:
    """Refuse an offset and a scale that no column has.

    Raises:
        ValueError: One is not finite, or the scale is not above 0.
    """
    if not math.isfinite(offset):
        raise ValueError(f"the offset {offset:g} is not finite")
    if not (math.isfinite(scale) and scale > 0):
        raise ValueError(f"the scale {scale:g} is not a finite number above 0")


def scaled(
    values: NDArray[np.float64], offset: float | Sequence[float], scale: float | Sequence[float]
) -> NDArray[np.float64]:
    """(x − offset) / scale; not finite where that is beyond all numbers.

    Args:
        values: Numbers, (n,) or (n, k).
        offset: One, or one for each column.
        scale: The same.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return (values - offset) / scale


def unscaled(values: NDArray[np.float64], offset: Sequence[float], scale: Sequence[float]) -> NDArray[np.float64]:
    """What `scaled` undoes: x · scale + offset, infinite where that is beyond all numbers.

    Args:
        values: Scaled numbers, (n, k).
        offset: One for each column.
        scale: The same.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return values * scale + offset


def scale_of(values: NDArray[np.float64], how: str, column: str) -> tuple[float, float]:
    """Offset and scale of a column.

    `standard`: mean and standard deviation (over n, not n − 1); `minmax`: minimum and range; `none`: 0 and 1.  A column
    without spread gets the scale 1.

    Args:
        values: Finite values of the training rows, (n,), n ≥ 1.
        how: One of `SCALINGS`.
        column: Name of the column, for messages.

    Raises:
        DataError: The numbers are too large for their mean or spread to be a number, or `how` is unknown.
    """
    if how not in SCALINGS:
        raise DataError(
            f"There is no scaling called {how!r}.", remedy=f"Use {', '.join(SCALINGS)}.", code="bad_scaling"
        )
    if how == "none":
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if low == high:  # rounding may give equal numbers a standard deviation that is not exactly 0
        return low, 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        offset, scale = (float(values.mean()), float(values.std())) if how == "standard" else (low, high - low)
    if not (np.isfinite(offset) and np.isfinite(scale)):
        raise DataError(
            f"The numbers in column {quoted(column)} are too large to be scaled (up to {max(-low, high):.3g}).",
            remedy="Divide them by a power of ten, or ignore the column.",
            code="too_large",
        )
    return offset, scale or _tiny_spread(values)


def _tiny_spread(values: NDArray[np.float64]) -> float:
    """The standard deviation of numbers whose squares are 0, after a multiplication by a power of two."""
    return float((values * _LARGE).std()) / _LARGE or 1.0
