"""Figures, baseline and intervals, against hand-made counts and brute force."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine.metrics import compute, confusion_matrix
from tui_ann.session.evaluate.confusion import ALARM, MISSED, RIGHT, TAKEN, Confusion, confusion_of
from tui_ann.session.evaluate.evaluation import quick_evaluation
from tui_ann.session.evaluate.evaluation_text import absent_in_words, to_json
from tui_ann.session.evaluate.figures import baseline_of, figures_of, intervals_of, named, resamples_for, values_of
from tui_ann.session.evaluate.rows import JudgedRows, rows_of_part
from tui_ann.session.evaluate.share_intervals import wilson_interval
from tui_ann.session.predicting import Answerer


def test_two_classes_against_plain_counting(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    for threshold in (0.2, 0.5, 0.8):
        values = values_of(rows, threshold)
        says, true = rows.y_hat[:, 0] >= threshold, rows.codes == 1
        tp, fp, fn, tn = (
            int((says & true).sum()),
            int((says & ~true).sum()),
            int((~says & true).sum()),
            int((~says & ~true).sum()),
        )
        assert values["accuracy"] == pytest.approx((tp + tn) / 60)
        assert values["balanced_accuracy"] == pytest.approx((tp / (tp + fn) + tn / (tn + fp)) / 2)
        assert values["precision"] == pytest.approx(tp / max(1, tp + fp))
        assert values["recall"] == pytest.approx(tp / (tp + fn))
        assert values["f1"] == pytest.approx(2 * tp / (2 * tp + fp + fn))
        matrix = confusion_of(rows, threshold)
        assert matrix is not None
        assert matrix.counts.tolist() == [[tn, fp], [fn, tp]]
        assert matrix.n == 60
        assert matrix.wrong == fp + fn
        assert [[matrix.meaning(a, p) for p in (0, 1)] for a in (0, 1)] == [[RIGHT, ALARM], [MISSED, RIGHT]]
    assert values["loss"] == pytest.approx(values["log_loss"])
    pairs = [(p > n) + 0.5 * (p == n) for p in rows.y_hat[rows.codes == 1, 0] for n in rows.y_hat[rows.codes == 0, 0]]
    assert values["auc"] == pytest.approx(np.mean(pairs))


def test_three_classes_sum_to_all_rows(three_classes: Answerer) -> None:
    rows = rows_of_part(three_classes, "all")
    matrix = confusion_of(rows)
    assert matrix is not None
    assert matrix.classes == ("a", "b", "c")
    assert matrix.n == len(rows) == 60
    np.testing.assert_allclose(matrix.shares.sum(axis=1), 1)
    assert matrix.meaning(0, 2) == TAKEN
    assert values_of(rows)["accuracy"] == pytest.approx(1 - matrix.wrong / 60)


def test_a_class_without_a_row_is_said_to_be_left_out_of_the_mean(three_classes: Answerer) -> None:
    rows = rows_of_part(three_classes, "all")
    assert absent_in_words(quick_evaluation(rows)) == ""
    without = quick_evaluation(rows.only(rows.codes != 1))
    assert absent_in_words(without) == "No row here is of 'b': balanced accuracy is the mean over the 2 other classes."
    assert to_json(without)["classes_without_rows"] == ["b"]
    alone = quick_evaluation(rows.only(rows.codes == 1))
    assert absent_in_words(alone) == "No row here is of 'a', 'c': balanced accuracy is that of the other class."


def test_a_regression_is_in_the_units_of_the_target(numbers: Answerer) -> None:
    rows = rows_of_part(numbers, "test")
    error = rows.predicted[:, 0] - rows.actual[:, 0]
    values = values_of(rows)
    assert values["mae"] == pytest.approx(np.abs(error).mean())
    assert values["rmse"] == pytest.approx(np.sqrt((error**2).mean()))
    y = rows.actual[:, 0]
    assert values["r2"] == pytest.approx(1 - (error**2).sum() / ((y - y.mean()) ** 2).sum())
    assert confusion_of(rows) is None


def test_the_baseline_says_the_commonest_class_or_the_mean(two_classes: Answerer, numbers: Answerer) -> None:
    baseline = baseline_of(two_classes)
    rows = rows_of_part(two_classes, "test")
    assert baseline is not None
    commonest = int(np.bincount(rows_of_part(two_classes, "train").codes).argmax())
    assert baseline.name == "class shares"
    assert baseline.what == f"always {('no', 'yes')[commonest]!r}"
    figures = figures_of(rows, 0.3, baseline=baseline, loss="binary_crossentropy")
    accuracy = named(figures, "accuracy")
    assert accuracy is not None
    assert accuracy.baseline == pytest.approx((rows.codes == commonest).mean())
    assert named(figures, "auc").baseline == 0.5
    assert figures[0].label == "Data loss (Binary cross-entropy)"
    shares = np.bincount(rows_of_part(two_classes, "train").codes) / len(rows_of_part(two_classes, "train"))
    assert named(figures, "log_loss").baseline == pytest.approx(-np.log(shares[rows.codes]).mean())
    baseline = baseline_of(numbers)
    assert baseline.name == baseline.what == "always the mean"
    rows = rows_of_part(numbers, "test")
    mean = rows_of_part(numbers, "train").actual.mean()
    assert named(figures_of(rows, baseline=baseline), "mae").baseline == pytest.approx(
        np.abs(rows.actual - mean).mean()
    )


def test_intervals_are_seeded_and_hold_the_figure(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    found = intervals_of(rows, resamples=200)
    assert found == intervals_of(rows, resamples=200)
    assert found != intervals_of(rows, resamples=200, seed=1)
    values = values_of(rows)
    for name, (low, high) in found.items():
        assert low <= values[name] <= high, name
    # The spread of an accuracy of 60 rows is that of a binomial share.
    share = values["accuracy"]
    low, high = found["accuracy"]
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(share * (1 - share) / 60), rel=0.35)
    assert intervals_of(rows, cancelled=lambda: True) == {}


def perfect(rows: JudgedRows) -> JudgedRows:
    """The same rows, each with the right answer."""
    return replace(rows, y_hat=np.where(rows.Y > 0.5, 0.9, 0.1), losses=np.full(len(rows), -np.log(0.9)))


def test_rows_that_are_all_right_are_no_certainty(two_classes: Answerer) -> None:
    rows = perfect(rows_of_part(two_classes, "all"))
    found = intervals_of(rows, resamples=100)
    assert found["accuracy"] == wilson_interval(60, 60)
    positives = int((rows.codes == 1).sum())
    assert found["precision"] == found["recall"] == wilson_interval(positives, positives)
    # No resample of these differs, so it says nothing of other rows; the losses are equal but for rounding.
    assert not {"balanced_accuracy", "f1", "auc", "log_loss", "loss"} & set(found)


def test_precision_has_no_interval_where_no_row_is_taken(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    none = replace(rows, y_hat=np.full_like(rows.y_hat, 0.1))
    found = intervals_of(none, resamples=100)
    assert "precision" not in found
    assert found["recall"][0] == 0 < found["recall"][1]


def test_of_several_classes_only_the_accuracy_is_a_share(three_classes: Answerer) -> None:
    rows = rows_of_part(three_classes, "all")
    right = replace(rows, y_hat=0.8 * rows.Y + 0.1)
    found = intervals_of(right, resamples=100)
    assert found["accuracy"] == wilson_interval(60, 60)
    assert not {"balanced_accuracy", "precision", "recall", "f1", "auc"} & set(found)


def test_a_perfect_regression_has_no_interval(numbers: Answerer) -> None:
    rows = rows_of_part(numbers, "all")
    assert intervals_of(replace(rows, y_hat=rows.Y, losses=np.zeros(len(rows))), resamples=100) == {}


def test_fewer_resamples_of_very_many_rows() -> None:
    assert resamples_for(100) == 1000
    assert resamples_for(8000) == 500
    assert resamples_for(10**7) == 100


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 6), st.data())
def test_the_matrix_sums_to_the_rows_and_its_diagonal_to_the_accuracy(k: int, data: st.DataObject) -> None:
    codes = data.draw(st.lists(st.tuples(st.integers(0, k - 1), st.integers(0, k - 1)), min_size=1, max_size=40))
    true, said = np.array(codes).T
    matrix = Confusion(tuple(map(str, range(k))), confusion_matrix(true, said, k))
    assert matrix.n == len(codes)
    assert matrix.wrong == int((true != said).sum())
    shares = matrix.shares[~np.isnan(matrix.shares).any(axis=1)]
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert compute(["accuracy"], np.eye(k)[true], np.eye(k)[said])["accuracy"] == pytest.approx(
        1 - matrix.wrong / matrix.n
    )
