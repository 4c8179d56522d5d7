"""What the rows of an experiment say before anything is trained: scales, classes, baselines, tell-tale features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.arrays import Array
from tui_ann.engine.diagnostics.layer_facts import spread_rows
from tui_ann.engine.losses import LOSSES

MOST_ROWS = 4096
"""Rows that are looked at, evenly spread."""
MOST_FEATURES = 1024
"""With more features, none is tried on its own."""
RANGES = {
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "softplus": (0.0, np.inf),
}
"""Values that an output can take, for activations with limits."""


@dataclass(frozen=True)
class DataFacts:
    """The training and validation rows, as the network gets them."""

    rows: int
    """Training rows."""
    validation_rows: int
    """Validation rows."""
    inputs: int
    """Features m."""
    classes: int
    """Classes; 0 for regression."""
    largest: float
    """The largest |x|."""
    spread_ratio: float
    """Largest over smallest standard deviation of the features that vary."""
    features_scaled: bool
    """Whether the experiment scales its features."""
    target_scaled: bool
    """Whether it scales a regression target."""
    target_spread: float
    """Standard deviation of a regression target, the largest of several; NaN for classes."""
    target_offset: float
    """Its largest |mean| over standard deviation; NaN for classes."""
    majority: float
    """Share of the commonest class; NaN for regression."""
    scarcest: int
    """The class with the fewest training rows, counted from 0; -1 for regression."""
    scarcest_rows: int
    """How many it has; 0 for regression."""
    constant_loss: float
    """Training loss of the best constant answer: the class shares, the mean or the median."""
    constant_loss_validation: float
    """Loss of that answer on the validation rows; NaN without them."""
    test_rows: int
    """Test rows."""
    constant_loss_test: float
    """Loss of that answer on the test rows; NaN without them."""
    unreachable: float
    """Share of the targets that the output activation cannot reach."""
    teller: int
    """The feature that tells the target best on its own, counted from 1."""
    telling: float
    """How well it does: R² of a line, or the share of rows that thresholds tell right."""
    far_targets: int
    """Training rows with a regression target far from all others."""
    far_weight: float
    """Their share of the squared distances of all targets from their mean; 0 without them."""
    targets: int = 1
    """How many numbers of a row are to be predicted; 1 for classes."""


def data_facts(
    loss: str,
    output: str,
    X: Array,
    Y: Array,
    X_validation: Array,
    Y_validation: Array,
    Y_test: Array,
    *,
    classes: int,
    features_scaled: bool,
    target_scaled: bool,
    far: NDArray[np.bool_] | None = None,
) -> DataFacts:
    """Measure the rows.

    Args:
        loss: The name of the loss.
        output: The activation of the output layer.
        X: Training features (n, m).
        Y: Training targets (n, k).
        X_validation: Validation features; may have no rows.
        Y_validation: Their targets.
        Y_test: Test targets; may have no rows.
        classes: Number of classes; 0 for regression.
        features_scaled: Whether the experiment scales its features.
        target_scaled: Whether it scales its target.
        far: (n,) which training rows have a target far from all others; by default none.
    """
    rows = spread_rows(len(X), X.shape[1], MOST_ROWS)
    few_X, few_Y = np.asarray(X[rows], np.float64), np.asarray(Y[rows], np.float64)
    with np.errstate(all="ignore"):
        spreads = few_X.std(axis=0)
        size = np.abs(few_X).max(axis=0)
        varying = spreads[spreads > 1e-12 * np.maximum(size, 1.0)]
        codes = _codes(few_Y) if classes else None
        teller, telling = _teller(few_X, few_Y, codes)
        target = few_Y.std(axis=0)
        sizes = _class_sizes(Y) if classes else None
        return DataFacts(
            rows=len(X),
            validation_rows=len(X_validation),
            inputs=X.shape[1],
            classes=classes,
            largest=float(np.abs(few_X).max(initial=0.0)),
            spread_ratio=float(varying.max() / varying.min()) if len(varying) else 1.0,
            features_scaled=features_scaled,
            target_scaled=target_scaled,
            target_spread=float("nan") if classes else float(target.max()),
            target_offset=float("nan") if classes else _offset(few_Y, target),
            majority=float("nan") if codes is None else float(np.bincount(codes).max() / len(codes)),
            scarcest=-1 if sizes is None else int(sizes.argmin()),
            scarcest_rows=0 if sizes is None else int(sizes.min()),
            constant_loss=_constant_loss(loss, Y, Y),
            constant_loss_validation=_constant_loss(loss, Y, Y_validation) if len(Y_validation) else float("nan"),
            test_rows=len(Y_test),
            constant_loss_test=_constant_loss(loss, Y, Y_test) if len(Y_test) else float("nan"),
            unreachable=_unreachable(output, few_Y),
            teller=teller,
            telling=telling,
            targets=1 if classes else Y.shape[1],
            far_targets=0 if far is None else int(far.sum()),
            far_weight=0.0 if far is None or not far.any() else _weight(Y, far),
        )


def _weight(Y: Array, far: NDArray[np.bool_]) -> float:
    """The share that some rows have of the squared distances from the mean, each target by its own spread."""
    centred = np.asarray(Y, np.float64) - np.mean(Y, axis=0, dtype=np.float64)
    squares = np.square(centred / np.abs(centred).max(axis=0))
    return float(np.nanmax(squares[far].sum(axis=0) / squares.sum(axis=0)))


def _codes(Y: Array) -> Array:
    """The class of each row (n,)."""
    codes: Array = (Y[:, 0] > 0.5).astype(np.intp) if Y.shape[1] == 1 else Y.argmax(axis=1)
    return codes


def _class_sizes(Y: Array) -> Array:
    """How many rows each class has, from targets of 0 and 1; all rows count, because a sample may miss a class."""
    sums = Y.sum(axis=0, dtype=np.float64)
    return np.array([len(Y) - sums[0], sums[0]]) if Y.shape[1] == 1 else sums


def _offset(Y: Array, spread: Array) -> float:
    varies = spread > 0
    return float((np.abs(Y.mean(axis=0))[varies] / spread[varies]).max(initial=0.0))


def _constant_loss(name: str, Y: Array, on: Array) -> float:
    """The loss on some targets of the constant answer that is best for others."""
    loss = LOSSES[name]
    Y = np.asarray(Y, np.float64)
    answer = np.median(Y, axis=0) if name == "mean_absolute_error" else Y.mean(axis=0)
    if loss.joined_activation:
        share = np.clip(answer, 1e-12, 1 - 1e-12)
        answer = np.log(share) if loss.joined_activation == "softmax" else np.log(share / (1 - share))
    outputs = np.broadcast_to(answer, on.shape)
    return float(loss.per_example(np.asarray(on, np.float64), np.ascontiguousarray(outputs)).mean())


def _unreachable(output: str, Y: Array) -> float:
    low, high = RANGES.get(output, (-np.inf, np.inf))
    return float(((low > Y) | (high < Y)).any(axis=1).mean())


def _teller(X: Array, Y: Array, codes: Array | None) -> tuple[int, float]:
    """The feature that tells the target best on its own, counted from 1, and how well."""
    if X.shape[1] > MOST_FEATURES:
        return 0, 0.0
    if codes is None:
        scores = [_r_squared(x, Y) for x in X.T]
        best = int(np.argmax(scores))
        return best + 1, scores[best]
    classes = np.unique(codes)
    whole, each = [], np.zeros(len(classes))
    for x in X.T:
        order = np.argsort(x, kind="stable")
        values, ranked = x[order], codes[order]
        if len(classes) <= 2:
            whole.append(_best_threshold(values, ranked == 1))
            continue
        whole.append(_stretches(values, ranked, len(classes)))
        # A label may also be spread over one feature for each class.
        each = np.maximum(each, [_best_threshold(values, ranked == code) for code in classes])
    best = int(np.argmax(whole))
    return best + 1, max(whole[best], float(each.min()))


def _r_squared(x: Array, Y: Array) -> float:
    """The largest squared correlation of a feature with a target column."""
    x = x - x.mean()
    centred = Y - Y.mean(axis=0)
    below = (x @ x) * np.einsum("ij,ij->j", centred, centred)
    return float(np.where(below > 0, (x @ centred) ** 2 / np.where(below > 0, below, 1.0), 0.0).max())


def _stretches(values: Array, ranked: Array, classes: int) -> float:
    """1 if each of several classes is one stretch of a sorted feature, as where that was made from the target."""
    changes = np.flatnonzero(ranked[1:] != ranked[:-1])
    return float(len(changes) == classes - 1 and bool((values[changes + 1] > values[changes]).all()))


def _best_threshold(values: Array, positive: Array) -> float:
    """Accuracy of the best threshold on sorted values."""
    n = len(values)
    before = np.concatenate([[0], np.cumsum(positive)])
    places = np.arange(n + 1)
    possible = np.concatenate([[True], values[1:] > values[:-1], [True]])
    right = (places - before) + (before[-1] - before)
    return float(np.maximum(right, n - right)[possible].max() / n)
