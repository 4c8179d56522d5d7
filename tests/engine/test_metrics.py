"""Metrics against numbers worked out by hand and against the plainest possible counting."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine.metrics import MEASURES, METRICS, class_codes, compute, confusion_matrix
from tui_ann.engine.threshold_sweep import ThresholdSweep
from tui_ann.errors import EngineError


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def test_binary_metrics_by_hand() -> None:
    y = column(0, 1, 1, 0, 1)
    y_hat = column(0.1, 0.8, 0.8, 0.8, 0.2)  # TP 2, FP 1, FN 1, TN 1
    values = compute(["accuracy", "precision", "recall", "f1", "auc"], y, y_hat)
    assert values["accuracy"] == pytest.approx(3 / 5)
    assert values["precision"] == pytest.approx(2 / 3)
    assert values["recall"] == pytest.approx(2 / 3)
    assert values["f1"] == pytest.approx(2 / 3)
    assert values["auc"] == pytest.approx((0.5 + 1 + 0.5 + 1 + 0 + 1) / 6)  # pairs, ties count a half


def test_a_probability_of_one_half_is_class_zero() -> None:
    assert compute(["accuracy"], column(1, 0), column(0.5, 0.5)) == {"accuracy": 0.5}


def test_regression_metrics_by_hand() -> None:
    Y, Y_hat = np.array([[1.0, 0.0], [3.0, 2.0]]), np.array([[2.0, 0.0], [1.0, 2.0]])
    values = compute(["mae", "mse", "r2"], Y, Y_hat)
    assert values == {"mae": 3 / 4, "mse": 5 / 4, "r2": pytest.approx((1 - 5 / 2 + 1) / 2)}


def test_multiclass_metrics_average_over_classes() -> None:
    Y = np.eye(3)[[0, 0, 1, 2, 2, 2]]
    Y_hat = np.eye(3)[[0, 1, 1, 2, 2, 0]]
    values = compute(["accuracy", "precision", "recall", "f1"], Y, Y_hat)
    assert values["accuracy"] == pytest.approx(4 / 6)
    assert values["precision"] == pytest.approx((1 / 2 + 1 / 2 + 1) / 3)
    assert values["recall"] == pytest.approx((1 / 2 + 1 + 2 / 3) / 3)
    assert values["f1"] == pytest.approx((1 / 2 + 2 / 3 + 4 / 5) / 3)


def test_a_class_that_never_occurs_is_left_out_of_the_average() -> None:
    Y = np.eye(4)[[0, 1, 1]]
    assert compute(["precision", "recall", "f1"], Y, Y) == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert compute(["auc"], Y, Y) == {"auc": 1.0}


def test_nothing_predicted_as_class_one_gives_zero() -> None:
    values = compute(["precision", "recall", "f1"], column(1, 1, 0), column(0.1, 0.2, 0.3))
    assert values == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


@pytest.mark.parametrize("value", [0.0, 0.1, -3.7, 1e300])
def test_r2_of_a_constant_target_is_undefined(value: float) -> None:
    y = column(*[value] * 7)
    assert np.isnan(compute(["r2"], y, y + 0.1)["r2"])


def test_auc_of_one_class_is_undefined() -> None:
    assert np.isnan(compute(["auc"], column(1, 1), column(0.2, 0.3))["auc"])
    assert np.isnan(compute(["auc"], np.eye(3)[[1, 1]], np.eye(3)[[1, 0]])["auc"])


def test_no_examples_and_non_finite_answers_give_numbers_not_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        empty = compute(MEASURES, np.zeros((0, 2)), np.zeros((0, 2)))
        assert all(np.isnan(value) for value in empty.values())
        for bad in (np.nan, np.inf, 1e200):
            compute(MEASURES, column(0, 1, 1), column(0.3, bad, 0.2))
            compute(MEASURES, np.eye(3), np.where(np.eye(3) > 0, bad, 0.0))
        assert compute(["mse"], column(0, 1), column(0, 1e200))["mse"] == np.inf
        assert np.isnan(compute(["auc"], column(0, 1), column(0, np.nan))["auc"])


def test_memory_order_and_precision_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    Y, Y_hat = np.eye(3)[rng.integers(0, 3, 50)], rng.random((50, 3))
    Y_hat /= Y_hat.sum(axis=1, keepdims=True)
    plain = compute(MEASURES, Y, Y_hat)
    turned = compute(MEASURES, np.ascontiguousarray(Y.T).T, Y_hat)
    single = compute(MEASURES, Y.astype(np.float32), np.ascontiguousarray(Y_hat.astype(np.float32).T).T)
    for name, value in plain.items():
        assert turned[name] == pytest.approx(value, rel=1e-13)
        assert single[name] == pytest.approx(value, rel=1e-6)


def test_unknown_names_and_shapes_that_differ_are_refused() -> None:
    with pytest.raises(EngineError, match=r"There is no metric “precison”.*precision"):
        compute(["precison"], column(1), column(1))
    with pytest.raises(EngineError, match=r"\(2, 1\).*\(2,\)"):
        compute(["mae"], column(1, 2), np.zeros(2))


def test_every_metric_is_described() -> None:
    for name, metric in MEASURES.items():
        assert metric.name == name
        assert metric.label
        assert metric.formula
        assert set(metric.tasks) <= {"regression", "binary", "multiclass"}
    assert [name for name, metric in METRICS.items() if not metric.higher_is_better] == ["mae", "mse"]


def test_confusion_matrix_has_true_classes_as_rows() -> None:
    counts = confusion_matrix(np.array([0, 0, 1, 2]), np.array([0, 2, 1, 2]), 3)
    assert counts.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]
    assert confusion_matrix(np.zeros(0, int), np.zeros(0, int), 2).tolist() == [[0, 0], [0, 0]]
    for wrong in (-1, 3):
        with pytest.raises(ValueError, match="between 0 and 2"):
            confusion_matrix(np.array([0]), np.array([wrong]), 3)


def test_class_codes_follow_the_threshold() -> None:
    assert class_codes(column(0.2, 0.6, 0.9)).tolist() == [0, 1, 1]
    assert class_codes(column(0.2, 0.6, 0.9), threshold=0.7).tolist() == [0, 0, 1]
    assert class_codes(np.array([[0.1, 0.7, 0.2]])).tolist() == [1]


def test_an_answer_at_the_threshold_is_class_1() -> None:
    assert class_codes(column(0.5, 0.4999999)).tolist() == [1, 0]
    assert class_codes(column(0.7), threshold=0.7).tolist() == [1]
    assert compute(["accuracy"], column(1, 0), column(0.5, 0.5)) == {"accuracy": 0.5}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=30))
def test_auc_is_the_share_of_pairs_ranked_rightly_and_the_area_under_the_curve(pairs: list[tuple[bool, int]]) -> None:
    y = np.array([label for label, _ in pairs], float)
    score = np.array([value for _, value in pairs], float)
    auc = compute(["auc"], y[:, None], score[:, None])["auc"]
    ranked = [float(high > low) + 0.5 * float(high == low) for high in score[y == 1] for low in score[y == 0]]
    if not ranked:
        assert np.isnan(auc)
        return
    assert auc == pytest.approx(np.mean(ranked))
    curve = ThresholdSweep.of(y, score)
    assert auc == pytest.approx(np.trapezoid(curve.true_positive_rate, curve.false_positive_rate))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_classification_metrics_follow_from_plain_counting(pairs: list[tuple[int, int]]) -> None:
    true, predicted = np.array(pairs).T
    values = compute(["accuracy", "precision", "recall", "f1"], np.eye(4)[true], np.eye(4)[predicted])
    classes = sorted(set(true) | set(predicted))
    hits = {c: sum(t == p == c for t, p in pairs) for c in classes}
    taken = {c: max(1, sum(p == c for _, p in pairs)) for c in classes}
    there = {c: max(1, sum(t == c for t, _ in pairs)) for c in classes}
    assert values["accuracy"] == pytest.approx(np.mean(true == predicted))
    assert values["precision"] == pytest.approx(np.mean([hits[c] / taken[c] for c in classes]))
    assert values["recall"] == pytest.approx(np.mean([hits[c] / there[c] for c in classes]))
    both = [2 * hits[c] / (sum(p == c for _, p in pairs) + sum(t == c for t, _ in pairs)) for c in classes]
    assert values["f1"] == pytest.approx(np.mean(both))


def test_balanced_accuracy_counts_each_class_alike() -> None:
    y, y_hat = column(0, 0, 0, 0, 1), column(0.1, 0.2, 0.3, 0.9, 0.8)
    assert compute(["accuracy", "balanced_accuracy"], y, y_hat) == {"accuracy": 0.8, "balanced_accuracy": 0.875}
    absent = compute(["balanced_accuracy"], np.eye(3)[[0, 0, 1]], np.eye(3)[[0, 2, 1]])
    assert absent["balanced_accuracy"] == pytest.approx(0.75)  # the class without a row does not count


def test_log_loss_by_hand_and_of_what_is_no_probability() -> None:
    assert compute(["log_loss"], column(1, 0), column(0.8, 0.4))["log_loss"] == pytest.approx(
        -np.log([0.8, 0.6]).mean()
    )
    three = compute(["log_loss"], np.eye(3)[[0, 2]], np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]))["log_loss"]
    assert three == pytest.approx(-np.log([0.5, 0.8]).mean())
    assert 30 < compute(["log_loss"], column(1), column(0))["log_loss"] < 40  # sure and wrong, but finite
    assert np.isnan(compute(["log_loss"], column(1, 0), column(1.2, 0.4))["log_loss"])
    assert np.isnan(compute(["log_loss"], np.eye(2), np.array([[0.9, 0.9], [0.5, 0.5]]))["log_loss"])


def test_rmse_is_the_root_of_the_mean_square() -> None:
    assert compute(["rmse"], column(1, 2, 3), column(1, 2, 6))["rmse"] == pytest.approx(np.sqrt(3))
    assert compute(["rmse"], column(0, 0), column(3e200, 4e200))["rmse"] == pytest.approx(5e200 / np.sqrt(2))
    assert compute(["rmse"], column(0, 0), column(np.inf, 1))["rmse"] == np.inf


def test_mae_of_errors_whose_sum_overflows() -> None:
    assert compute(["mae"], column(0, 0), column(1e308, -1.5e308))["mae"] == pytest.approx(1.25e308)
