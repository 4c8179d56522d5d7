"""Exponential smoothing of a curve."""

import numpy as np

from tui_ann.engine.tape import Array

LEVELS = (0.0, 0.6, 0.9, 0.97)
"""The offered weights β of what came before; 0 is the curve as it is."""
_BLOCK = 256
"""Values that are smoothed by one product."""


def smoothed(y: Array, beta: float) -> Array:
    """The exponential moving average s_t = β s_{t−1} + (1 − β) y_t, divided by 1 − βᵗ so that it begins at y_1.

    The correction is that of Adam (Kingma and Ba, 2015, section 3).  Values that are not finite are passed over: they
    stay as they are, and the average goes on behind them.

    Args:
        y: The values (n,).
        beta: The weight β of what came before, from 0 to below 1.

    Raises:
        ValueError: β is outside.
    """
    if not 0.0 <= beta < 1.0:
        raise ValueError(f"the weight must be from 0 to below 1, not {beta}")
    finite = np.isfinite(y)
    values = y[finite]
    if beta == 0.0 or not len(values):
        return y.copy()
    steps = np.arange(_BLOCK)
    weights = np.tril((1.0 - beta) * beta ** np.maximum(steps[:, None] - steps, 0))
    decay = beta ** (steps + 1.0)
    average, before = np.empty(len(values)), 0.0
    for begin in range(0, len(values), _BLOCK):
        part = values[begin : begin + _BLOCK]
        n = len(part)
        average[begin : begin + n] = weights[:n, :n] @ part + decay[:n] * before
        before = average[begin + n - 1]
    made = y.copy()
    made[finite] = average / (1.0 - beta ** np.arange(1.0, len(values) + 1))
    return made
