"""Histograms, counts and the usual figures, also of odd columns."""

import numpy as np
import pytest

from tui_ann.data.prepare.distribution import Counts, Histogram, distribution, summary
from tui_ann.data.read.table import Column


def histogram(values: list[float], bins: int = 4) -> Histogram:
    found = distribution(Column.of_numbers("x", values), bins)
    assert isinstance(found, Histogram)
    return found


def test_numbers_are_counted_in_equal_bins() -> None:
    found = histogram([0.0, 1.0, 1.9, 2.0, 4.0, np.nan])
    assert found.counts.tolist() == [1, 2, 1, 1]
    np.testing.assert_allclose(found.edges, [0, 1, 2, 3, 4])


@pytest.mark.parametrize(
    "values", [[], [np.nan], [5.0, 5.0], [0.0], [1e308, -1e308], [1e-320, 2e-320], [1e16, 1e16 + 2]]
)
def test_odd_columns_have_a_histogram_too(values: list[float]) -> None:
    found = histogram(values)
    assert found.counts.sum() == sum(not np.isnan(value) for value in values)
    assert np.all(np.isfinite(found.edges))
    assert np.all(np.diff(found.edges) >= 0)


def test_labels_are_counted_the_most_frequent_first() -> None:
    column = Column.of_labels("c", ["b", "a", "b", None, "c", "b", "a"])
    found = distribution(column, 2)
    assert isinstance(found, Counts)
    assert (found.labels, found.counts.tolist(), found.others) == (("b", "a"), [3, 2], 1)


def test_an_empty_column_has_no_labels() -> None:
    found = distribution(Column.of_labels("e", [None, None], kind="empty"))
    assert isinstance(found, Counts)
    assert (found.labels, found.others) == ((), 0)


def test_summary() -> None:
    found = summary(Column.of_numbers("x", [1.0, 2.0, 3.0, 4.0, np.nan]))
    assert (found.count, found.mean, found.median, found.minimum, found.maximum) == (4, 2.5, 2.5, 1, 4)
    assert (found.quartile_1, found.quartile_3) == (1.75, 3.25)
    assert found.std == pytest.approx(np.std([1, 2, 3, 4]))


def test_summary_of_huge_values_and_of_none() -> None:
    assert summary(Column.of_numbers("x", [1e300, -1e300])).std == pytest.approx(1e300)
    assert summary(Column.of_numbers("x", [np.nan])).count == 0
