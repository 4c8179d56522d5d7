"""Numbers, counts and times look the same everywhere."""

import math

import pytest

from tui_ann.text import (
    count,
    counted,
    duration,
    in_prose,
    line_name,
    number,
    numbers,
    plain_number,
    share,
    short,
    whole_number,
)
from tui_ann.text.symbols import parameter_symbol, subscript, superscript


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0831, "0.0831"),
        (-12.5, "−12.5"),
        (3.1e-5, "3.1e−5"),
        (0, "0"),
        (-0.0, "0"),
        (100, "100"),
        (0.99996, "1"),
        (1e-3, "0.001"),
        (9.9999e-4, "1e−3"),
        (123456.7, "123457"),
        (1234567, "1.235e6"),
        (-1e300, "−1e300"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_number(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.484, "  +0.484"),
        (-0.0314, "  −0.031"),
        (12345.678, "+12345.7"),
        (123456.78, " +123457"),
        (1234567890.0, "+1.235e9"),
        (0.0, "   0.000"),
        (math.nan, "       –"),
    ],
)
def test_number_of_a_column(value: float, shown: str) -> None:
    assert number(value, decimals=3, sign=True, width=8) == shown


def test_number_that_does_not_fit_shows_that_it_does_not() -> None:
    assert number(-1.25e-300, width=3) == "###"


@pytest.mark.parametrize(("value", "shown"), [(2109, "2 109"), (12, "12"), (1234567, "1 234 567"), (-1000, "−1 000")])
def test_count(value: int, shown: str) -> None:
    assert count(value) == shown


def test_a_line_of_a_file_is_a_name() -> None:
    assert [line_name(line) for line in (1, 2109, 1234567)] == ["1", "2109", "1234567"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(840, "840"), (999.6, "1 k"), (51_000, "51 k"), (3_210_000, "3.2 M"), (math.inf, "∞"), (0, "0")],
)
def test_short(value: float, shown: str) -> None:
    assert short(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (0.42, "0.42 s"), (9.96, "10 s"), (125, "2 min 05 s"), (12000, "3 h 20 min"), (math.inf, "–")],
)
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_symbols() -> None:
    assert subscript(12) == "₁₂"
    assert superscript(3) == "³"
    assert [parameter_symbol(name) for name in ("W1", "b12", "alpha3", "gamma1", "moving_var2", "other")] == [
        "W¹", "b¹²", "α³", "γ¹", "σ²₂", "other",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-12.5, "-12.5"), (3.1e-5, "3.1e-5"), (math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"), (0.0, "0")],
)
def test_a_number_that_a_program_reads(value: float, shown: str) -> None:
    assert plain_number(value) == shown
    assert float(shown) == value or math.isnan(value)


def test_a_number_with_its_noun() -> None:
    assert [counted(n, "epoch") for n in (0, 1, 2, 2109)] == ["0 epochs", "1 epoch", "2 epochs", "2 109 epochs"]
    assert counted(3, "class") == "3 classes"


@pytest.mark.parametrize(
    ("value", "digits", "width", "text"),
    [
        (0.99983, 3, None, "0.9998"),
        (0.99983, 4, None, "0.9998"),
        (1 - 1e-16, 4, None, "0.9999"),
        (0.99999, 4, 6, "0.9999"),
        (0.99999, 4, 8, "  0.9999"),
        (0.99999, 4, 5, "0.999"),
        (1.0, 3, None, "1"),
        (0.0, 3, None, "0"),
        (0.00002, 3, None, "2e−5"),
        (0.95, 3, None, "0.95"),
        (math.nan, 3, None, "–"),
    ],
)
def test_a_share_is_1_only_if_nothing_is_wrong(value: float, digits: int, width: int | None, text: str) -> None:
    assert share(value, digits, width=width) == text


@pytest.mark.parametrize(
    ("value", "text"), [(-123456.7, " −1e5"), (99999.0, "+1e5".rjust(5)), (0.0123456, "+0.01"), (-1e100, "#####")]
)
def test_a_number_of_five_cells_is_a_power_before_it_is_hidden(value, text):
    assert number(value, 2, sign=True, width=5) == text


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0, 500_000, 1e6), ["0", "5e5", "1e6"]),
        ((0, 250, 500), ["0", "250", "500"]),
        ((1e-4, 0.01, 1), ["0.0001", "0.01", "1"]),
        ((-1e6, 0, 2.5), ["−1e6", "0", "2.5e0"]),
        ((1e-9, math.inf), ["1e−9", "∞"]),
        ((), []),
    ],
)
def test_the_numbers_of_an_axis_have_one_notation(values: tuple[float, ...], shown: list[str]) -> None:
    assert numbers(values, 3) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12345.0, "12 345"), (-178000.0, "−178 000"), (999.0, "999"), (44.25, "44.2"), (1.5e9, "1.5e9"), (math.inf, "∞")],
)
def test_a_whole_number_in_a_sentence_has_thousands_separators(value, shown):
    assert in_prose(value) == shown


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (" 12 ", 12),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 5000, None),
        ("-1", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_a_whole_number_is_read_from_digits(text, number):
    assert whole_number(text) == number
