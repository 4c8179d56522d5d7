"""Compute the metrics of some answers with scikit-learn, and store answers and metrics beside this file.

scikit-learn is needed here only, never to run the tests.  In an environment with it:

    python -m tests.session.evaluate.golden.scikit_learn
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

STORED = Path(__file__).with_name("scikit_learn.json")


def two_classes(rng: np.random.Generator) -> dict[str, Any]:
    """Forty answers with ties, and everything at a threshold of 0.4."""
    y = rng.integers(0, 2, 40)
    # Not on the edge of a group of the calibration, which scikit-learn counts to the group below.
    score = np.clip(0.35 * y + 0.3 + 0.25 * rng.normal(size=40), 0.01, 0.99).round(2) + 0.003
    says = (score >= 0.4).astype(int)
    false_positive_rate, true_positive_rate, threshold = metrics.roc_curve(y, score, drop_intermediate=False)
    share, mean_score = calibration_curve(y, score, n_bins=10)
    return {
        "y": y.tolist(),
        "y_hat": score.tolist(),
        "threshold": 0.4,
        "metrics": {
            "accuracy": metrics.accuracy_score(y, says),
            "balanced_accuracy": metrics.balanced_accuracy_score(y, says),
            "precision": metrics.precision_score(y, says),
            "recall": metrics.recall_score(y, says),
            "f1": metrics.f1_score(y, says),
            "auc": metrics.roc_auc_score(y, score),
            "log_loss": metrics.log_loss(y, score),
        },
        "confusion": metrics.confusion_matrix(y, says).tolist(),
        "roc": [false_positive_rate.tolist(), true_positive_rate.tolist(), threshold[1:].tolist()],
        "average_precision": metrics.average_precision_score(y, score),
        "calibration": [share.tolist(), mean_score.tolist()],
    }


def three_classes(rng: np.random.Generator) -> dict[str, Any]:
    """Sixty answers."""
    y = rng.integers(0, 3, 60)
    z = 1.5 * np.eye(3)[y] + rng.normal(size=(60, 3))
    share = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    says = share.argmax(axis=1)
    return {
        "y": y.tolist(),
        "y_hat": share.tolist(),
        "metrics": {
            "accuracy": metrics.accuracy_score(y, says),
            "balanced_accuracy": metrics.balanced_accuracy_score(y, says),
            "precision": metrics.precision_score(y, says, average="macro"),
            "recall": metrics.recall_score(y, says, average="macro"),
            "f1": metrics.f1_score(y, says, average="macro"),
            "auc": metrics.roc_auc_score(y, share, multi_class="ovr"),
            "log_loss": metrics.log_loss(y, share),
        },
        "confusion": metrics.confusion_matrix(y, says).tolist(),
    }


def numbers(rng: np.random.Generator) -> dict[str, Any]:
    """Thirty answers."""
    y = rng.normal(100, 30, 30)
    y_hat = y + rng.normal(0, 12, 30)
    return {
        "y": y.tolist(),
        "y_hat": y_hat.tolist(),
        "metrics": {
            "mae": metrics.mean_absolute_error(y, y_hat),
            "rmse": metrics.root_mean_squared_error(y, y_hat),
            "r2": metrics.r2_score(y, y_hat),
        },
    }


def main() -> None:
    """Write the file."""
    rng = np.random.default_rng(7)
    cases = {"two classes": two_classes(rng), "three classes": three_classes(rng), "numbers": numbers(rng)}
    STORED.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
