"""The gradient check: does backpropagation agree with the change of the loss when a parameter changes a little?

Central differences, ∂L/∂θ ≈ (L(θ + h) − L(θ − h)) / 2h, in float64 and in training mode, penalties included.
"""

import math
from collections.abc import Callable

import numpy as np

from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array

TOLERANCE = 1e-6
"""A relative error below this is rounding; above it the gradient is wrong."""

_SMALLER = (0.5, 0.1, 0.01)
"""Smaller steps, as fractions of h, tried before the gradient is called wrong."""
_FLOOR = 1e-3
"""Errors are relative to at least this fraction of the largest entry of the parameter's gradient."""


def gradient_check(
    network: Network,
    X: Array,
    Y: Array,
    h: float = 1e-5,
    *,
    update: int = 0,
    entries: int = 200,
) -> dict[str, float]:
    """Compare ∂L/∂θ of one batch with central differences; the network does not change.

    At a kink, such as ReLU's at z = 0, any slope between those on its two sides counts as right.

    Args:
        network: The network, checked at its current parameters; a float32 network is checked in float64.
        X: Inputs (n, m).
        Y: Targets (n, k).
        h: Change of a parameter of size 1 or below; larger ones change in proportion.
        update: Which update's dropout masks to use.
        entries: Maximum entries checked per parameter, spread evenly.

    Returns:
        The worst relative error of each trainable parameter, by name; `nan` if the loss is not finite.
    """
    twin = Network(network.inputs, network.layers, network.loss, seed=network.seed)
    twin.load(network.copy_parameters())
    loss, _ = twin.loss_and_gradient(X, Y, update=update)
    analytic = {name: gradient.copy() for name, gradient in twin.gradients.items()}
    worst: dict[str, float] = {}
    for name, gradient in analytic.items():
        values = twin.parameters[name]
        error = 0.0
        for place in np.unique(np.linspace(0, values.size - 1, min(entries, values.size)).astype(int)):
            index = np.unravel_index(place, values.shape)
            step = h * max(1.0, abs(float(values[index])))
            # Rounding of the loss alone changes a difference by a few eps·L/h: it must not look like an error.
            noise = 4 * float(np.finfo(float).eps) * abs(loss) / step
            floor = max(_FLOOR * float(np.abs(gradient).max()), 10 * noise / TOLERANCE)

            def changed_loss(change: float, at: tuple[np.intp, ...] = index, of: Array = values) -> float:
                kept = of[at]
                of[at] = kept + change
                value, _ = twin.loss_and_gradient(X, Y, update=update)
                of[at] = kept
                return value

            found = _error(changed_loss, loss, float(gradient[index]), step, floor)
            error = found if found > error or np.isnan(found) else error
        worst[name] = error
    return worst


def _error(changed_loss: Callable[[float], float], loss: float, analytic: float, h: float, floor: float) -> float:
    """Relative error of one entry; after a disagreement, smaller steps are tried.

    Args:
        changed_loss: The loss as a function of the change of this entry.
        loss: The loss without change.
        analytic: The gradient from backpropagation.
        h: The step.
        floor: The smallest denominator of the relative error.
    """

    def slopes(step: float) -> tuple[float, float]:
        return (loss - changed_loss(-step)) / step, (changed_loss(step) - loss) / step

    def relative(slope: float) -> float:
        if analytic == slope:
            return 0.0
        scale = max(abs(analytic), abs(slope), floor)  # 0 only beside NaN
        return abs(analytic - slope) / scale if scale else math.nan

    left, right = slopes(h)
    best = relative((left + right) / 2)
    for share in _SMALLER:
        if not best > TOLERANCE / 10:
            break
        near_left, near_right = slopes(share * h)
        near = (near_left + near_right) / 2
        # The error of a central difference falls with h²; combining two steps cancels it.
        extrapolated = (near - share**2 * (left + right) / 2) / (1 - share**2)
        best = min(best, relative(near), relative(extrapolated))
        # On a smooth curve the slopes of both sides converge as h shrinks; at a kink they do not.
        if abs(near_right - near_left) > 0.75 * abs(right - left):
            inside = min(max(analytic, min(near_left, near_right)), max(near_left, near_right))
            best = min(best, relative(inside))
    return best
