"""The curvature of the loss, and the learning rates that follow from it.

On a quadratic, a step θ − η ∇L divides the loss along an eigenvector of the Hessian H with eigenvalue λ by 1/(1 − ηλ)²:
it converges for 0 < η < 2/λ and is fastest at η = 1/λ (LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998, §5).
So 2/λmax is the limit of η for the whole network, and 1/λmax a step that no direction makes too large.

H is never built: its product with a vector is a difference of gradients, H v ≈ (∇L(θ + εv) − ∇L(θ − εv)) / 2ε
(Pearlmutter, "Fast exact multiplication by the Hessian", 1994, eq. 2).
"""

import math
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.arrays import norm
from tui_ann.engine.inspect.loss_function import MOST_ROWS, LossFunction
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array

STEPS = 20
"""Steps of the power iteration: two gradients each."""
_STEP = 1e-5
"""Length of the difference, relative to ‖θ‖ or 1."""
_SETTLED = 1e-6
"""Relative change of the eigenvalue at which the iteration ends."""
_LOOSE = 0.05
"""‖Hv − λv‖ relative to ‖Hv‖ above which v mixes eigenvectors of both signs."""


@dataclass(frozen=True)
class Curvature:
    """The curvature of the loss at one θ; numbers are NaN where the loss is not finite."""

    loss: float
    """L there."""
    gradient_norm: float
    """‖∇L‖."""
    along_gradient: float
    """gᵀHg / gᵀg, the curvature along the gradient; NaN where the gradient is 0."""
    largest: float
    """λmax, the largest eigenvalue of the Hessian; negative if the loss bends down in every direction."""

    @property
    def best_step(self) -> float:
        """η* = gᵀg / gᵀHg, the lowest point of the parabola along −∇L; infinite if the loss does not bend up there."""
        return _inverse(self.along_gradient)

    @property
    def safe_step(self) -> float:
        """1/λmax, a learning rate that is too large in no direction."""
        return _inverse(self.largest)

    @property
    def limit(self) -> float:
        """2/λmax: above it, a step increases the loss along the most curved direction."""
        return 2.0 * _inverse(self.largest)


def _inverse(curvature: float) -> float:
    """1/curvature; infinite where it is 0 or negative."""
    return 1.0 / curvature if not curvature <= 0.0 else math.inf


def curvature(loss: LossFunction, theta: Array, *, steps: int = STEPS) -> Curvature:
    """Loss, gradient and curvature at θ (P,).

    Args:
        loss: The loss.
        theta: Where.
        steps: Maximum steps of the power iteration.
    """
    value, gradient = loss.gradient(theta)
    slope = norm(gradient)
    unit = gradient / slope if 0.0 < slope < math.inf else np.full_like(gradient, math.nan)
    along = float(unit @ hessian_product(loss, theta, unit))
    return Curvature(value, slope, along, largest_eigenvalue(loss, theta, steps=steps))


def largest_curvature(network: Network, X: Array, Y: Array, *, steps: int = STEPS, most: int = MOST_ROWS) -> float:
    """λmax of the Hessian of the loss at the network's parameters; the network does not change.

    Args:
        network: The network.
        X: Inputs (n, m).
        Y: Targets (n, k).
        steps: Maximum steps of the power iteration.
        most: Maximum number of examples; see `LossFunction`.

    Returns:
        λmax; negative if the loss bends down in every direction, NaN if it is not finite.
    """
    return largest_eigenvalue(LossFunction(network, X, Y, most=most), network.theta, steps=steps)


def hessian_product(loss: LossFunction, theta: Array, direction: Array) -> Array:
    """H v at θ for a direction v (P,), by a central difference of gradients; not finite where the loss is not."""
    length = norm(direction)
    if not 0.0 < length < math.inf:
        return np.full_like(direction, math.nan if length else 0.0, float)
    theta, unit = np.asarray(theta, float), direction / length
    step = _STEP * max(1.0, norm(theta))
    with np.errstate(all="ignore"):
        _, ahead = loss.gradient(theta + step * unit)
        _, behind = loss.gradient(theta - step * unit)
        product: Array = (ahead - behind) * (length / (2.0 * step))
    return product


def largest_eigenvalue(loss: LossFunction, theta: Array, *, steps: int = STEPS) -> float:
    """λmax of the Hessian at θ by power iteration, v ← Hv / ‖Hv‖, λ = vᵀHv.

    The iteration finds the eigenvalue that is largest in size.  If that is negative, or if one of each sign compete, it
    is repeated for H + s·1 with s = ‖Hv‖, which has no negative eigenvalue as large, and s is subtracted again.

    Args:
        loss: The loss.
        theta: Where (P,).
        steps: Maximum steps of each of the two iterations.

    Returns:
        λmax, NaN if the loss is not finite around θ.
    """
    start = np.random.default_rng(0).normal(size=loss.size)
    value, vector, size, residual = _power(loss, theta, start, 0.0, steps)
    if (value > 0.0 and residual <= _LOOSE) or not math.isfinite(value) or size == 0.0:
        return value
    shifted, _, _, _ = _power(loss, theta, start + vector, size, steps)
    return max(value, shifted - size)


def _power(
    loss: LossFunction, theta: Array, start: Array, shift: float, steps: int
) -> tuple[float, Array, float, float]:
    """Power iteration for H + shift·1: eigenvalue, eigenvector, ‖Hv‖ and ‖Hv − λv‖ / ‖Hv‖."""
    vector = start / norm(start)
    value = size = residual = 0.0
    for _ in range(steps):
        product = hessian_product(loss, theta, vector) + shift * vector
        with np.errstate(all="ignore"):  # what is not finite is told by the size
            before, value, size = value, float(vector @ product), norm(product)
        if not 0.0 < size < math.inf:
            return (0.0 if size == 0.0 else math.nan), vector, size, 0.0
        residual = norm(product - value * vector) / size
        vector = product / size
        if abs(value - before) <= _SETTLED * abs(value):
            break
    return value, vector, size, residual
