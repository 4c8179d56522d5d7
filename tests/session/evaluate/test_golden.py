"""The metrics next to those of scikit-learn; `golden/scikit_learn.py` made the numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_ann.engine.metrics import class_codes, compute, confusion_matrix
from tui_ann.engine.threshold_sweep import Calibration, ThresholdSweep

STORED = Path(__file__).with_name("golden") / "scikit_learn.json"
CASES: dict[str, dict[str, Any]] = json.loads(STORED.read_text(encoding="utf-8"))


def arrays(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    y, y_hat = np.array(case["y"]), np.array(case["y_hat"], float)
    return (np.eye(3)[y], y_hat) if y_hat.ndim == 2 else (y[:, None].astype(float), y_hat[:, None])


@pytest.mark.parametrize("name", CASES)
def test_every_metric(name: str) -> None:
    case = CASES[name]
    y, y_hat = arrays(case)
    threshold = case.get("threshold", 0.5)
    decided = class_codes(y_hat, threshold)[:, None].astype(float) if "threshold" in case else y_hat
    for metric, expected in case["metrics"].items():
        answers = y_hat if metric in ("auc", "log_loss") else decided
        assert compute([metric], y, answers)[metric] == pytest.approx(expected, rel=1e-12), metric
    if "confusion" in case:
        k = max(2, y.shape[1])
        counts = confusion_matrix(class_codes(y), class_codes(y_hat, threshold), k)
        assert counts.tolist() == case["confusion"]


def test_curves_of_two_classes() -> None:
    case = CASES["two classes"]
    y, y_hat = np.array(case["y"]), np.array(case["y_hat"])
    sweep = ThresholdSweep.of(y, y_hat)
    false_positive_rate, true_positive_rate, threshold = case["roc"]
    np.testing.assert_allclose(sweep.false_positive_rate, false_positive_rate)
    np.testing.assert_allclose(sweep.true_positive_rate, true_positive_rate)
    np.testing.assert_allclose(sweep.threshold[1:], threshold)
    assert sweep.average_precision == pytest.approx(case["average_precision"])
    found = Calibration.of(y, y_hat)
    share, mean_score = case["calibration"]
    np.testing.assert_allclose(found.share[found.rows > 0], share)
    np.testing.assert_allclose(found.mean_score[found.rows > 0], mean_score)
