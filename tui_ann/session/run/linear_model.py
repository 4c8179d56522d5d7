"""A linear model of the training rows: least squares for numbers, logistic regression for classes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.activations import ACTIVATIONS

Array = NDArray[np.float64]

MOST_NUMBERS = 4_000_000
"""Maximum features × rows that it is fitted to; of more rows an equal share is drawn."""
_MOST_PRODUCTS = 40_000_000
"""The same for features × rows × outputs."""
_WIDE = 1500
"""From this many features, so many rows are enough: one of the two sizes must be small."""
_MOST_STEPS = 100
_MEMORY = 10


@dataclass(frozen=True, eq=False)
class LinearModel:
    """z = W x + b for each output, and ŷ = g(z)."""

    W: Array
    """(k, m)."""
    b: Array
    """(k,)."""
    activation: str
    """g: `linear`, `sigmoid` or `softmax`."""
    rows: int
    """Training rows that it was fitted to."""

    def z(self, X: Array) -> Array:
        """The net inputs (n, k) for X (n, m)."""
        z: Array = X @ self.W.T + self.b
        return z

    def y_hat(self, z: Array) -> Array:
        """The outputs (n, k) for net inputs (n, k)."""
        return np.asarray(ACTIVATIONS[self.activation].g(z.T).T, np.float64)


def constant(Y: Array, m: int, activation: str) -> LinearModel:
    """The model that answers the mean of the targets, or the shares of the classes, for every row.

    Args:
        Y: Training targets (n, k).
        m: Number of features.
        activation: `linear`, `sigmoid` or `softmax`.
    """
    mean = Y.mean(axis=0)
    with np.errstate(divide="ignore"):
        b = {
            "linear": lambda: mean,
            "sigmoid": lambda: np.log(mean) - np.log1p(-mean),
            "softmax": lambda: np.log(mean),
        }[activation]()
    # A class without a training row has the share 0; its logarithm must stay finite.
    return LinearModel(np.zeros((Y.shape[1], m)), np.clip(b, -1e3, 1e3) if activation != "linear" else b, activation, 0)


def fit(X: Array, Y: Array, activation: str) -> LinearModel:
    """Fit a linear model.  The features are standardised for that.

    Numbers: least squares; classes: logistic regression with the penalty ½Σw².  Where there are fewer than two rows
    for a feature, least squares has that penalty, too.

    Args:
        X: Training features (n, m).
        Y: Training targets (n, k).
        activation: `linear`, `sigmoid` or `softmax`.
    """
    rows = _chosen(len(X), X.shape[1], Y.shape[1])
    if len(rows) < len(X):
        X, Y = X[rows], Y[rows]
    with np.errstate(all="ignore"):  # of very large numbers it has no finite weights, and then no figures
        mean, spread = X.mean(axis=0), X.std(axis=0)
        spread[spread <= 1e-12 * np.abs(mean)] = 1.0
        S = (X - mean) / spread
        if not all(np.isfinite(each).all() for each in (mean, spread, S, Y.std(axis=0))):
            nothing = np.full((Y.shape[1], X.shape[1] + 1), np.nan)
            return LinearModel(nothing[:, 1:], nothing[:, 0], activation, len(X))
        W, b = _least_squares(S, Y) if activation == "linear" else _logistic(S, Y, activation)
        W = W / spread
        return LinearModel(W, b - W @ mean, activation, len(X))


def _chosen(n: int, m: int, k: int) -> NDArray[np.intp]:
    most = max(1, min(n, MOST_NUMBERS // m, _MOST_PRODUCTS // (m * k), _WIDE if m > _WIDE else n))
    return np.arange(n) if most == n else np.sort(np.random.default_rng(0).choice(n, most, replace=False))


def _least_squares(S: Array, Y: Array) -> tuple[Array, Array]:
    n, m = S.shape
    mean = Y.mean(axis=0)
    if n >= 2 * m:
        W = np.linalg.lstsq(S, Y - mean, rcond=1e-10)[0].T
    elif n >= m:
        W = np.linalg.solve(S.T @ S + np.eye(m), S.T @ (Y - mean)).T
    else:
        W = (S.T @ np.linalg.solve(S @ S.T + np.eye(n), Y - mean)).T
    return np.ascontiguousarray(W), mean


def _logistic(S: Array, Y: Array, activation: str) -> tuple[Array, Array]:
    (n, m), k = S.shape, Y.shape[1]
    loss_of = _softmax_loss if activation == "softmax" else _sigmoid_loss

    def loss(theta: Array) -> tuple[float, Array]:
        W, b = theta[: k * m].reshape(k, m), theta[k * m :]
        value, slope = loss_of(S @ W.T + b, Y)
        gradient = np.concatenate([(slope.T @ S + W).ravel(), slope.sum(axis=0)])
        return (value + 0.5 * float(np.square(W).sum())) / n, gradient / n

    start = np.zeros(k * m + k)
    start[k * m :] = constant(Y, 1, activation).b.clip(-10, 10)
    theta = _minimum(loss, start)
    return theta[: k * m].reshape(k, m), theta[k * m :]


def _sigmoid_loss(z: Array, Y: Array) -> tuple[float, Array]:
    return float((np.logaddexp(0, z) - Y * z).sum()), ACTIVATIONS["sigmoid"].g(z) - Y


def _softmax_loss(z: Array, Y: Array) -> tuple[float, Array]:
    z = z - z.max(axis=1, keepdims=True)
    shares = np.exp(z)
    total = shares.sum(axis=1, keepdims=True)
    return float((np.log(total[:, 0]) - (Y * z).sum(axis=1)).sum()), shares / total - Y


def _minimum(loss: Callable[[Array], tuple[float, Array]], theta: Array) -> Array:
    """The minimum of a smooth convex loss, by L-BFGS with at most some steps."""
    value, gradient = loss(theta)
    goal = 1e-6 * max(1e-3, float(np.abs(gradient).max()))
    pairs: list[tuple[Array, Array, float]] = []
    for _ in range(_MOST_STEPS):
        if np.abs(gradient).max() <= goal:
            break
        direction = -_times_inverse(pairs, gradient)
        slope = float(direction @ gradient)
        step = 1.0 if pairs else min(1.0, 1.0 / float(np.abs(gradient).sum()))
        for _ in range(30):
            next_value, next_gradient = loss(theta + step * direction)
            if next_value <= value + 1e-4 * step * slope:
                break
            step /= 2
        else:
            break
        moved, turned = step * direction, next_gradient - gradient
        if (bend := float(moved @ turned)) > 1e-12 * float(turned @ turned):
            pairs = [*pairs[-_MEMORY + 1 :], (moved, turned, bend)]
        theta, value, gradient = theta + moved, next_value, next_gradient
    return theta


def _times_inverse(pairs: list[tuple[Array, Array, float]], gradient: Array) -> Array:
    """The gradient times the estimated inverse of the second derivative."""
    result, shares = gradient.copy(), []
    for moved, turned, bend in reversed(pairs):
        shares.append(float(moved @ result) / bend)
        result -= shares[-1] * turned
    if pairs:
        moved, turned, bend = pairs[-1]
        result *= bend / float(turned @ turned)
    for (moved, turned, bend), share in zip(pairs, reversed(shares), strict=True):
        result += (share - float(turned @ result) / bend) * moved
    return result
