"""The arrays of the engine."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
"""An array of the engine's working precision."""


def cast_to(values: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
    """A copy of values in a precision; infinite where they are too large for it."""
    with np.errstate(over="ignore"):
        return np.array(values, dtype)


def norm(values: Array) -> float:
    """‖values‖, even if the squares overflow."""
    with np.errstate(all="ignore"):
        length = float(np.sqrt(np.vdot(values, values)))
        if np.isfinite(length) or not np.isfinite(values).all():
            return length
        largest = float(np.abs(values).max())
        return largest * float(np.linalg.norm(values / largest))


def mean(values: Array) -> float:
    """The mean, even if the sum overflows."""
    with np.errstate(all="ignore"):
        result = float(values.mean())
        if np.isfinite(result) or not np.isfinite(values).all():
            return result
        return float((values / values.size).sum())


def rms(values: Array) -> float:
    """The root of the mean square, even if the squares overflow."""
    largest = float(np.abs(values).max(initial=0.0))
    if not largest or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.mean(np.square(np.asarray(values, np.float64) / largest))))
