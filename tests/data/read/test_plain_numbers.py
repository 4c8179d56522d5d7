"""Bulk conversion agrees with the cell by cell one, and leaves it what it must not touch."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_ann.data.read.plain_numbers import plain_numbers, zero_led
from tui_ann.data.read.spellings import MISSING, is_number, is_whole, leads_with_zero, to_float


def test_values_of_several_parts() -> None:
    found = plain_numbers(["1\0-2.5\0", "NA\0+3e2\0 4 ", "−5\0?"], ".")
    assert found is not None
    np.testing.assert_array_equal(found.numbers, [1, -2.5, np.nan, np.nan, 300, 4, -5, np.nan])
    assert found.certain


def test_decimal_commas() -> None:
    found = plain_numbers(["1,5\0\0-0,25"], ",")
    assert found is not None
    np.testing.assert_array_equal(found.numbers, [1.5, np.nan, -0.25])


@pytest.mark.parametrize(
    "part", ["1\0x", "nan\0inf", "01067\0" + "1", "1_000", "0x1F", "1e999", str(2**53 + 1), "1.2.3", "٣"]
)
def test_what_needs_a_closer_look(part: str) -> None:
    assert plain_numbers([part], ".") is None


def test_a_large_number_with_a_point_is_no_id() -> None:
    assert plain_numbers(["1e20\0" + "9007199254740993.0"], ".") is not None


@pytest.mark.parametrize(
    ("part", "certain"), [("1.234\0" + "2.345", False), ("1.234\0" + "2.5", True), ("0.123", True), ("1.234e2", True)]
)
def test_a_group_of_three_digits_is_no_proof(part: str, certain: bool) -> None:
    found = plain_numbers([part], ".")
    assert found is not None
    assert found.marked
    assert found.certain == certain


@pytest.mark.parametrize(
    ("text", "led"),
    [
        (b"007", True), (b"0.5", False), (b"1\x0007", True), (b"-01", True), (b"1e-05", False), (b"1E+05\x001", False),
        (b"5\x00-0.5", False), (b"5\x00-00.5", True), (b"5\x00+07", True), (b"100", False), (b"0", False), (b"", False),
        (b"1\n05", True),
    ],
)  # fmt: skip
def test_leading_zeros(text: bytes, led: bool) -> None:
    assert zero_led(text) == led


def test_leading_zeros_after_any_delimiter() -> None:
    assert zero_led(b"1;05", b";")
    assert zero_led(b"1|05", b"|")
    assert not zero_led(b"1;5", b";")


scraps = st.lists(st.sampled_from(["1", "0", "25", ".", ",", "-", "+", "e", " ", "x", "NA", ""]), max_size=5).map(
    "".join
)


@example([","], ",")
@given(st.lists(scraps, min_size=1, max_size=6), st.sampled_from([".", ","]))
def test_agrees_with_the_cell_by_cell_reading(cells: list[str], mark) -> None:
    found = plain_numbers(["\0".join(cells)], mark)
    if found is None:
        return
    for cell, value in zip(cells, found.numbers.tolist(), strict=True):
        text = cell.strip()
        if text in MISSING:
            assert np.isnan(value)
        else:
            assert is_number(text, mark)
            assert to_float(text, mark) == value
            assert not leads_with_zero(text)
            assert not (is_whole(text) and abs(value) >= 2**53)
