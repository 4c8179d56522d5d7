"""Metrics: measures of the quality of predictions, in addition to the loss that training minimizes.

Y and ŷ have the shape (n, k), one example per row.  For classification with one output, y is 0 or 1 and ŷ a
probability; with several outputs, y is one-hot and the largest ŷ is the predicted class.  Everything is computed in
float64.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.arrays import mean, rms
from tui_ann.errors import EngineError

_Floats: TypeAlias = NDArray[np.floating[Any]]
_Codes: TypeAlias = NDArray[np.intp]

_SMALLEST_SHARE = float(np.finfo(np.float64).eps)
"""A probability is at least this in the log loss, so that one sure and wrong answer does not make it infinite."""
_ROUNDING = 1e-4
"""By how much probabilities, which may be float32, may miss the sum 1."""

_CLASSIFICATION = ("binary", "multiclass")
_ANY_TASK = ("regression", *_CLASSIFICATION)


class _Outcome:
    """Targets and predictions, with shared intermediate results of the metrics."""

    def __init__(self, y_true: _Floats, y_hat: _Floats) -> None:
        self.y_true = y_true
        self.y_hat = y_hat

    @cached_property
    def difference(self) -> NDArray[np.float64]:
        """ŷ − y as one vector, in memory order."""
        return np.subtract(self.y_hat, self.y_true, dtype=np.float64).ravel(order="K")

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """The confusion matrix."""
        k = self.y_true.shape[1]
        return confusion_matrix(class_codes(self.y_true), class_codes(self.y_hat), max(2, k))


@dataclass(frozen=True)
class Metric:
    """A measure of the quality of predictions."""

    name: str
    """Its name in an experiment file and in the history."""
    label: str
    """Its display name."""
    tasks: tuple[str, ...]
    """Its tasks: regression, binary, multiclass."""
    higher_is_better: bool
    """Whether a larger value is better."""
    formula: str
    """Its formula."""
    of: Callable[[_Outcome], float]
    """Computes it."""


def compute(names: Iterable[str], y_true: _Floats, y_hat: _Floats) -> dict[str, float]:
    """Compute several metrics at once.

    Args:
        names: Keys of `MEASURES`.
        y_true: The targets (n, k).
        y_hat: The predictions (n, k).

    Returns:
        The value of each metric by name; nan if the metric is not defined for these examples.

    Raises:
        EngineError: There is no metric with this name, or the shapes differ.
    """
    if y_true.shape != y_hat.shape or y_true.ndim != 2:
        raise EngineError(
            f"The targets have the shape {y_true.shape}, the predictions {y_hat.shape}.",
            remedy="Both must be (examples, outputs).",
            code="bad_shape",
        )
    outcome = _Outcome(y_true, y_hat)
    values: dict[str, float] = {}
    with np.errstate(all="ignore"):
        for name in names:
            if name not in MEASURES:
                raise EngineError(
                    f"There is no metric “{name}”.",
                    remedy=f"Choose from {', '.join(METRICS)}.",
                    code="unknown_metric",
                )
            values[name] = MEASURES[name].of(outcome) if len(y_true) else float("nan")
    return values


def class_codes(y: _Floats, threshold: float = 0.5) -> _Codes:
    """The class of each example, for targets and predictions.  Every decision of the program is made here.

    Args:
        y: Targets or predictions (n, k).
        threshold: With one output, the class is 1 where y ≥ threshold.

    Returns:
        Codes (n,), counted from 0.
    """
    if y.shape[1] == 1:
        return (y[:, 0] >= threshold).astype(np.intp)
    codes: _Codes = y.argmax(axis=1)
    return codes


def confusion_matrix(true_codes: NDArray[Any], predicted_codes: NDArray[Any], n_classes: int) -> _Codes:
    """Count how often each class was predicted as each.

    Args:
        true_codes: Integer class codes (n,), 0 … n_classes − 1.
        predicted_codes: The same of the predictions.
        n_classes: How many classes there are.

    Returns:
        Counts (n_classes, n_classes): row = true class, column = predicted class.

    Raises:
        ValueError: A code is negative or too large.
    """
    for codes in (true_codes, predicted_codes):
        if codes.size and not 0 <= codes.min() <= codes.max() < n_classes:
            raise ValueError(f"class codes must lie between 0 and {n_classes - 1}")
    cells = np.asarray(true_codes, np.intp) * n_classes + predicted_codes
    return np.bincount(cells, minlength=n_classes * n_classes).reshape(n_classes, n_classes)


def _accuracy(outcome: _Outcome) -> float:
    right = class_codes(outcome.y_hat) == class_codes(outcome.y_true)
    return float(np.count_nonzero(right)) / len(right)


def _mae(outcome: _Outcome) -> float:
    difference = outcome.difference
    value = float(np.add.reduce(np.abs(difference))) / difference.size
    return value if np.isfinite(value) else mean(np.abs(difference))


def _mse(outcome: _Outcome) -> float:
    difference = outcome.difference
    return float(difference.dot(difference)) / difference.size


def _rmse(outcome: _Outcome) -> float:
    value = float(np.sqrt(_mse(outcome)))
    return value if np.isfinite(value) else rms(outcome.difference)


def _r2(outcome: _Outcome) -> float:
    y_true = outcome.y_true.astype(np.float64)
    residual = np.square(outcome.y_hat - y_true).sum(axis=0)
    spread = np.square(y_true - y_true.mean(axis=0)).sum(axis=0)
    # Rounding makes the spread of a constant such as 0.1 a little more than zero, so compare the values.
    spread[y_true.max(axis=0) == y_true.min(axis=0)] = np.nan
    return float(np.mean(1.0 - residual / spread))


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """Divide; 0 where the whole is 0."""
    return np.asarray(part / np.maximum(whole, 1), np.float64)


def _over_classes(outcome: _Outcome, per_class: NDArray[np.float64]) -> float:
    """The value of class 1 for a single output, else the mean over the classes that occur in targets or predictions."""
    if outcome.y_true.shape[1] == 1:
        return float(per_class[1])
    occurs = outcome.counts.sum(axis=0) + outcome.counts.sum(axis=1) > 0
    return float(per_class[occurs].mean())


def _balanced_accuracy(outcome: _Outcome) -> float:
    counts = outcome.counts
    sizes = counts.sum(axis=1)
    return float((counts.diagonal()[sizes > 0] / sizes[sizes > 0]).mean())


def _log_loss(outcome: _Outcome) -> float:
    y_true, y_hat = outcome.y_true, np.asarray(outcome.y_hat, np.float64)
    shares = y_hat if y_hat.shape[1] > 1 else np.hstack([1.0 - y_hat, y_hat])
    truth = y_true if y_true.shape[1] > 1 else np.hstack([1.0 - y_true, y_true])
    in_range = bool(((shares >= 0.0) & (shares <= 1.0)).all())
    if not in_range or np.abs(shares.sum(axis=1) - 1.0).max() > _ROUNDING:
        return float("nan")
    return float(-(truth * np.log(np.maximum(shares, _SMALLEST_SHARE))).sum(axis=1).mean())


def _precision(outcome: _Outcome) -> float:
    counts = outcome.counts
    return _over_classes(outcome, _share(counts.diagonal(), counts.sum(axis=0)))


def _recall(outcome: _Outcome) -> float:
    counts = outcome.counts
    return _over_classes(outcome, _share(counts.diagonal(), counts.sum(axis=1)))


def _f1(outcome: _Outcome) -> float:
    counts = outcome.counts
    return _over_classes(outcome, _share(2 * counts.diagonal(), counts.sum(axis=0) + counts.sum(axis=1)))


def _auc_of_one(positive: NDArray[np.bool_], score: _Floats) -> float:
    """Share of the (class 1, class 0) pairs that the score ranks correctly; a tie counts one half."""
    n_positive = int(np.count_nonzero(positive))
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative or np.isnan(score).any():
        return float("nan")
    _, place, ties = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(ties) - (ties - 1) / 2.0
    rank_sum = float(rank[place[positive]].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2.0) / n_positive / n_negative


def _auc(outcome: _Outcome) -> float:
    per_output = [_auc_of_one(y > 0.5, score) for y, score in zip(outcome.y_true.T, outcome.y_hat.T, strict=True)]
    defined = [value for value in per_output if not np.isnan(value)]
    if not defined or np.isnan(outcome.y_hat).any():
        return float("nan")
    return float(np.mean(defined))


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("accuracy", "Accuracy", _CLASSIFICATION, True, "right answers / n", _accuracy),
        Metric("mae", "Mean absolute error", _ANY_TASK, False, "1/n Σ |ŷ − y|", _mae),
        Metric("mse", "Mean squared error", _ANY_TASK, False, "1/n Σ (ŷ − y)²", _mse),
        Metric("r2", "R²", ("regression",), True, "1 − Σ (ŷ − y)² / Σ (y − mean y)²", _r2),
        Metric("precision", "Precision", _CLASSIFICATION, True, "TP / (TP + FP)", _precision),
        Metric("recall", "Recall", _CLASSIFICATION, True, "TP / (TP + FN)", _recall),
        Metric("f1", "F1", _CLASSIFICATION, True, "2 TP / (2 TP + FP + FN)", _f1),
        Metric("auc", "Area under the ROC curve", _CLASSIFICATION, True, "P(score of a 1 > score of a 0)", _auc),
    )
}
"""The metrics that training can follow, by name, in the order they are offered."""

MEASURES: dict[str, Metric] = METRICS | {
    metric.name: metric
    for metric in (
        Metric("rmse", "Root mean squared error", _ANY_TASK, False, "√(1/n Σ (ŷ − y)²)", _rmse),
        Metric(
            "balanced_accuracy",
            "Balanced accuracy",
            _CLASSIFICATION,
            True,
            "mean over the classes of right answers / rows of the class",
            _balanced_accuracy,
        ),
        Metric("log_loss", "Log loss", _CLASSIFICATION, False, "−1/n Σ ln ŷ of the true class", _log_loss),
    )
}
"""Every metric: also those that only an evaluation gives."""
