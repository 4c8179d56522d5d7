"""Rounded numbers stay readable and say nothing false."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.text import number
from tui_ann.text.rounding import half_unit, in_full, shown


def test_a_zero_has_no_sign():
    for zero in (0.0, -0.0):
        assert in_full(zero) == "0.0"
        assert shown(zero, 4) == number(zero) == number(zero, decimals=1)[:1] == "0"


@given(st.floats(allow_nan=False))
def test_a_number_in_full_is_read_back(value):
    assert float(in_full(value)) == value


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.16799999999999998, 4, "0.168"),
        (1.4, 4, "1.4"),
        (2.0, 4, "2"),
        (-0.25, 1, "−0.2"),
        (0.0, 4, "0"),
        (0.0001, 4, "0.0001"),
        (0.00031622, 4, "3.16e−4"),
        (-3.1622e-9, 4, "−3.16e−9"),
        (0.05, 1, "0.05"),
        (0.05, 2, "0.05"),
        (0.123456, 2, "0.12"),
        (0.011046, 4, "0.0110"),
        (-0.00296, 4, "−0.00296"),
        (-0.0029998, 4, "−0.00300"),
        (0.003, 4, "0.003"),
        (0.35, 4, "0.35"),
        (1.39996, 4, "1.4000"),
        (0.00099996, 4, "0.00100"),
        (2.5e-5, 4, "2.5e−5"),
        (2.5004e-5, 4, "2.50e−5"),
        (100.0, 0, "100"),
        (0.4, 0, "0.4"),
        (12345.678, 1, "12345.7"),
        (1234567.8, 4, "1.23457e6"),
        (math.nan, 4, "–"),
        (-math.inf, 4, "−∞"),
    ],
)
def test_shown(value: float, decimals: int, text: str) -> None:
    assert shown(value, decimals) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 8))
def test_what_is_shown_is_off_by_half_a_unit_at_most(value: float, decimals: int) -> None:
    read = float(shown(value, decimals).replace("−", "-"))
    assert abs(read - value) <= half_unit(value, decimals) * (1 + 1e-6) + 1e-12 * abs(value)


@given(st.floats(0.001, 9.99), st.floats(0.001, 9.99), st.integers(3, 8))
def test_factors_as_shown_give_the_product_as_shown(a: float, b: float, decimals: int) -> None:
    """Factors and result have the same number of digits, so rounding the factors changes only the last ones."""
    product = float(shown(a, decimals)) * float(shown(b, decimals))
    assert product == pytest.approx(a * b, rel=1.01 * 10.0 ** (1 - max(2, decimals - 1)))


def test_what_cannot_be_rounded_hides_nothing() -> None:
    assert half_unit(math.inf, 4) == 0.0
    assert half_unit(0.0, 3) == pytest.approx(0.0005)
