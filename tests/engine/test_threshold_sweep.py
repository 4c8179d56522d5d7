"""Every threshold of two classes, by hand and by counting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine.metrics import class_codes, confusion_matrix
from tui_ann.engine.threshold_sweep import Calibration, ThresholdSweep, is_cheaper

SCORED = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1.0])), min_size=1)


def arrays(pairs: list[tuple[bool, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([label for label, _ in pairs], float), np.array([score for _, score in pairs])


def test_the_rates_by_hand() -> None:
    sweep = ThresholdSweep.of(np.array([0, 1, 1, 0, 1]), np.array([0.1, 0.8, 0.8, 0.8, 0.2]))
    assert sweep.threshold.tolist() == [np.inf, 0.8, 0.2, 0.1]
    assert sweep.false_positive_rate == pytest.approx([0, 0.5, 0.5, 1])
    assert sweep.true_positive_rate == pytest.approx([0, 2 / 3, 1, 1])
    np.testing.assert_allclose(sweep.precision, [np.nan, 2 / 3, 3 / 4, 3 / 5])
    np.testing.assert_allclose(sweep.lift, [np.nan, 10 / 9, 5 / 4, 1])
    assert sweep.taken == pytest.approx([0, 0.6, 0.8, 1])
    assert sweep.average_precision == pytest.approx(2 / 3 * 2 / 3 + 1 / 3 * 3 / 4)


def test_rates_of_a_class_without_rows_are_undefined() -> None:
    ones = ThresholdSweep.of(np.ones(2), np.array([0.1, 0.2]))
    assert np.isnan(ones.false_positive_rate).all()
    assert ones.average_precision == 1
    assert np.isnan(ThresholdSweep.of(np.zeros(2), np.array([0.1, 0.2])).average_precision)


@settings(max_examples=100, deadline=None)
@given(SCORED, st.floats(0, 1))
def test_the_point_of_any_threshold_is_the_confusion_matrix_there(
    pairs: list[tuple[bool, float]], threshold: float
) -> None:
    y, score = arrays(pairs)
    sweep = ThresholdSweep.of(y, score)
    counts = confusion_matrix(y.astype(int), class_codes(score[:, None], threshold), 2)
    at = sweep.place(threshold)
    assert sweep.true_positives[at] == counts[1, 1]
    assert sweep.false_positives[at] == counts[0, 1]
    assert sweep.false_negatives[at] == counts[1, 0]
    assert sweep.positives + sweep.negatives == counts.sum() == len(pairs)


@settings(max_examples=100, deadline=None)
@given(SCORED, st.floats(0, 20), st.floats(0, 20))
def test_no_threshold_is_cheaper_than_the_cheapest(pairs: list[tuple[bool, float]], miss: float, alarm: float) -> None:
    y, score = arrays(pairs)
    sweep = ThresholdSweep.of(y, score)
    best = sweep.cheapest(miss, alarm)
    assert 0 <= best <= 1

    def cost(threshold: float) -> float:
        taken = score >= threshold
        return miss * np.count_nonzero((y > 0.5) & ~taken) + alarm * np.count_nonzero((y < 0.5) & taken)

    assert cost(best) == pytest.approx(min(cost(threshold) for threshold in np.linspace(0, 1, 201)))
    assert sweep.cost(miss, alarm)[sweep.place(best)] == pytest.approx(cost(best))


def test_the_cheapest_threshold_is_short_and_between_two_scores() -> None:
    y, score = np.array([0, 0, 1, 1]), np.array([0.1, 0.31234567, 0.4712345, 0.9])
    assert ThresholdSweep.of(y, score).cheapest(1, 1) == 0.39
    assert ThresholdSweep.of(y, score).cheapest(1, 0) == pytest.approx(0.39)
    assert ThresholdSweep.of(np.zeros(3), np.array([0.2, 0.3, 0.9])).cheapest(1, 1) > 0.9


def test_half_stays_unless_another_threshold_is_cheaper() -> None:
    perfect = ThresholdSweep.of(np.array([0, 0, 1, 1]), np.array([0.1, 0.45, 0.91, 0.95]))
    assert perfect.cheapest(1, 1) == 0.5
    assert perfect.cheapest(0, 0) == 0.5
    assert ThresholdSweep.of(np.zeros(3), np.array([0.2, 0.3, 0.4])).cheapest(1, 1) == 0.5
    mixed = ThresholdSweep.of(np.array([0, 1, 0, 1]), np.array([0.2, 0.4, 0.6, 0.8]))  # a miss and an alarm at 0.5
    assert mixed.cheapest(2, 1) == pytest.approx(0.3)
    assert not is_cheaper(0.1 + 0.2, 0.3)
    assert not is_cheaper(0.3, 0.1 + 0.2)
    assert is_cheaper(1, 2)


def test_calibration_by_hand() -> None:
    found = Calibration.of(np.array([0, 1, 1, 1, 0]), np.array([0.0, 0.1, 0.95, 1.0, 0.96]), groups=10)
    assert found.rows.tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 3]
    assert found.mean_score[[0, 1, 9]] == pytest.approx([0, 0.1, 0.97])
    assert found.share[[0, 1, 9]] == pytest.approx([0, 1, 2 / 3])
    assert np.isnan(found.share[2])
    assert found.error == pytest.approx((0 + 0.9 + 3 * abs(2 / 3 - 0.97)) / 5)


@settings(max_examples=50, deadline=None)
@given(SCORED)
def test_every_row_is_in_one_group(pairs: list[tuple[bool, float]]) -> None:
    found = Calibration.of(*arrays(pairs))
    assert found.rows.sum() == len(pairs)
    assert np.nansum(found.share * found.rows) == pytest.approx(sum(label for label, _ in pairs))
