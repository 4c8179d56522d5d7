"""The loss after one step of any size against the gradient, L(η) = L(θ − η ∇L), and what its sizes are good for."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tui_ann.engine.inspect.curvature import Curvature, curvature
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.tape import Array

POINTS = 60
"""Points of the curve."""
_SEARCHED = 1e4
"""How far from the curvature's own step the ends of the zones are searched, as a factor."""
_GOOD = 0.25
"""A good step gains at least this share of what the best step on the line gains …"""
_FAR = 0.75
"""… and beyond the best step, no less than this share."""
_STABLE = 0.125
"""A step of this share of 2/λmax is not too small, whatever the line says."""
_ROOM = 4.0
"""How far the curve goes beyond its zones, as a factor."""


class Zone(StrEnum):
    """What a learning rate is good for."""

    TOO_SMALL = "too small"
    """It gains little of what this line offers."""
    GOOD = "good"
    """It gains, and repeated steps settle."""
    TOO_LARGE = "too large"
    """It oversteps the valley, or steps that are repeated swing up."""
    DIVERGING = "diverging"
    """The loss is higher after the step than before."""


@dataclass(frozen=True, eq=False)
class StepCurve:
    """L(η) along −∇L."""

    etas: Array
    """Step sizes (n,), evenly spaced in their logarithm."""
    losses: Array
    """Loss after each (n,); infinite where it is not finite."""
    eta: float
    """Today's learning rate."""
    curvature: Curvature
    """Loss, gradient and curvature before the step."""
    ends: tuple[float, float, float]
    """Where steps begin to be good, too large and diverging."""

    @property
    def gain(self) -> float:
        """By how much the best step on the curve lowers the loss; 0 if none does."""
        return max(0.0, self.curvature.loss - float(self.losses.min()))

    def zone(self, eta: float) -> Zone:
        """What a step size is good for."""
        return tuple(Zone)[sum(eta >= end for end in self.ends)]


def step_curve(loss: LossFunction, theta: Array, eta: float) -> StepCurve | None:
    """The curve at θ; `None` where the gradient is 0 or not finite, so that no step leads anywhere.

    Args:
        loss: The loss.
        theta: Where (P,).
        eta: Today's learning rate.
    """
    found = curvature(loss, theta)
    _, gradient = loss.gradient(theta)
    if not 0.0 < found.gradient_norm < math.inf or not math.isfinite(found.loss):
        return None

    def after(etas: Array) -> Array:
        losses = np.array([loss.value(theta - step * gradient) for step in etas.tolist()])
        return np.where(np.isfinite(losses), losses, np.inf)

    middle = next(step for step in (found.best_step, found.safe_step, eta) if 0.0 < step < math.inf)
    searched = np.geomspace(middle / _SEARCHED, middle * _SEARCHED, 2 * POINTS)
    ends = _ends(searched, after(searched), found)
    etas = np.geomspace(min(eta, ends[0]) / _ROOM, max(eta, ends[2]) * _ROOM, POINTS)
    return StepCurve(etas, after(etas), eta, found, ends)


def _ends(etas: Array, losses: Array, found: Curvature) -> tuple[float, float, float]:
    """Where steps begin to be good, too large and diverging."""
    limit, best = found.limit, int(np.argmin(losses))
    gain = found.loss - float(losses[best])
    if not gain > 1e-12 * abs(found.loss):  # at the bottom of a valley only the curvature tells
        limit = limit if math.isfinite(limit) else float(etas[best])
        return _STABLE * limit, _FAR * limit, limit
    shares = (found.loss - losses) / gain
    good = float(etas[int(np.argmax(shares >= _GOOD))])
    far = _first(etas[best:], shares[best:] < _FAR)
    higher = _first(etas[best:], shares[best:] < 0.0)
    good = min(good, _STABLE * limit)
    far = max(good, min(far, limit))
    return good, far, max(far, higher)


def _first(etas: Array, holds: Array) -> float:
    """The first step size for which something holds; the last one if for none."""
    return float(etas[int(np.argmax(holds))] if holds.any() else etas[-1])
