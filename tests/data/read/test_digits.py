"""Numbers converted in bulk are exactly those of Python's `float`."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.data.read.digits import PADDING, CellSpans, Decimals, decimals


def converted(texts: Sequence[str]) -> Decimals:
    """The values of texts, one per line."""
    codes = np.frombuffer(("\n" * PADDING + "\n".join(texts) + "\n").encode(), np.uint8)
    ends = np.flatnonzero(codes == ord("\n"))[PADDING:]
    starts = np.concatenate([[PADDING], ends[:-1] + 1])
    points = [
        start + text.find(".") if "." in text else end for text, start, end in zip(texts, starts, ends, strict=True)
    ]
    return decimals(CellSpans(codes, starts, np.array(points), ends))


def assert_right(texts: Sequence[str]) -> Decimals:
    """Assert that each value that is proved is that of `float`, with its sign."""
    found = converted(texts)
    expected = np.array([float(text) for text, proved in zip(texts, found.proved, strict=True) if proved])
    assert found.values[found.proved].tobytes() == expected.tobytes()
    return found


def many(form: str, scale: float = 1.0) -> list[str]:
    values = np.random.default_rng(1).standard_normal(3000) * scale
    return [format(value, form) for value in values.tolist()]


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        (many(".6g"), 0.99),
        (many(""), 0.99),
        (many(".18e"), 1.0),
        (many("+.3f", 1e9), 1.0),
        (many(".0f", 1e6), 1.0),
        (many(".10e", 1e200), 1.0),
        (many(".10E", 1e-200), 1.0),
        (many(".1e", 1e-290), 0.0),
    ],
)
def test_numbers_of_programs_are_proved(texts: list[str], share: float) -> None:
    assert assert_right(texts).proved.mean() >= share


def test_numbers_in_the_middle_of_two_floats_are_left_to_the_caller() -> None:
    middles = [f"{2**53 + 2 * k + 1}.0" for k in range(500)]
    assert not assert_right(middles).proved.any()


@pytest.mark.parametrize(
    "text",
    ["", "-", "+", ".", "e5", "1e", "1e+", "--1", "01", "00.5", "1_0", "nan", "inf", "0x1", "1.2e3.4", f"{2**60}"],
)
def test_other_texts_are_not_proved(text: str) -> None:
    assert not converted([text] * 100).proved.any()


@given(st.lists(st.text("0123456789012345678.+-eE", max_size=26).filter(lambda text: text.count(".") < 2), min_size=64))
def test_whatever_is_proved_is_a_number(texts: list[str]) -> None:
    assert_right(texts)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_float_is_read_back(values: list[float]) -> None:
    assert_right([repr(value) for value in values])
