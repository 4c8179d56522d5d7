"""Wilson's interval, against published values and its definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.session.evaluate.rows import rows_of_part
from tui_ann.session.evaluate.share_intervals import counted_shares, wilson_interval
from tui_ann.session.predicting import Answerer


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (80, 80, 0.9542, 1),
        (4, 4, 0.5101, 1),
        (0, 20, 0, 0.1611),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, Statistics in Medicine 17, table I
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_known_intervals(hits: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(hits, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_has_a_width_and_holds_the_share_and_its_ends_are_the_quantile_away(pair: tuple[int, int]) -> None:
    hits, n = pair
    found = wilson_interval(hits, n)
    assert found is not None
    assert 0 <= found[0] <= hits / n <= found[1] <= 1
    assert found[0] < found[1]
    for end in found:
        if 0 < end < 1:
            assert abs(hits / n - end) == pytest.approx(1.959964 * math.sqrt(end * (1 - end) / n), rel=1e-5)


def test_no_rows_have_no_interval() -> None:
    assert wilson_interval(0, 0) is None


def test_the_shares_are_counted(two_classes: Answerer, three_classes: Answerer, numbers: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    says, true = rows.y_hat[:, 0] >= 0.3, rows.codes == 1
    found = int((says & true).sum())
    assert counted_shares(rows, 0.3) == {
        "accuracy": (int((says == true).sum()), 60),
        "precision": (found, int(says.sum())),
        "recall": (found, int(true.sum())),
    }
    assert set(counted_shares(rows_of_part(three_classes, "all"))) == {"accuracy"}
    assert counted_shares(rows_of_part(numbers, "all")) == {}
