"""Spellings of numbers, units and missing values."""

import math

import pytest

from tui_ann.data.read.spellings import (
    NOT_FINITE,
    evidence,
    is_number,
    is_whole,
    leads_with_zero,
    thousands_in,
    to_float,
    with_unit,
)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("5", ".", 5), ("-5", ".", -5), ("+5", ".", 5), ("5.", ".", 5), (".5", ".", 0.5), ("1e-3", ".", 0.001),
        ("1E5", ".", 1e5), ("1.5e+2", ".", 150), ("−3", ".", -3), ("1,250,000", ".", 1.25e6), ("1,234.5", ".", 1234.5),
        ("12 000.5", ".", 12000.5), ("12'000", ".", 12000), ("5,3", ",", 5.3), (",5", ",", 0.5), ("1.234,5", ",", 1234.5),
        ("1.250.000", ",", 1.25e6), ("1\u202f234,5", ",", 1234.5), ("1\u00a0234", ",", 1234), ("0,123", ",", 0.123),
        ("1e999", ".", math.inf),
    ],
)  # fmt: skip
def test_numbers(text: str, mark, value: float) -> None:
    assert is_number(text, mark)
    assert to_float(text, mark) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1_000",
        "0x1F",
        "1d3",
        "٣",
        "nan",
        "inf",
        "1.2.3",
        "1,23,456",
        "12,34.5",
        "e5",
        "-",
        "+",
        ".",
        "1 23",
        "\uff15",
    ],
)
def test_what_python_or_others_may_take_is_no_number_here(text: str) -> None:
    assert not is_number(text, ".")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.5", "."), ("5.", "."), (".5", "."), ("0.123", "."), ("1234.567", "."), ("1,250,000", "."), ("1,234.5", "."),
        ("1.234e5", "."), ("5,3", ","), ("0,123", ","), ("1.250.000", ","), ("1.234,5", ","),
        ("5", None), ("1.234", None), ("1,234", None), ("1e5", None), ("x", None),
    ],
)  # fmt: skip
def test_evidence_of_the_decimal_mark(text: str, mark: str | None) -> None:
    assert evidence(text) == mark


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("50 kg", "50", "kg"), ("1.50m", "1.50", "m"), ("12%", "12", "%"), ("12 %", "12", "%"), ("$5", "5", "$"),
        ("-$5", "-5", "$"), ("$-5", "-5", "$"), ("5 km/h", "5", "km/h"), ("3 m²", "3", "m²"), ("20 °C", "20", "°C"),
        ("5µg/l", "5", "µg/l"), ("USD 5", "5", "USD"), ("5 m/s^2", "5", "m/s^2"), ("1e5 Hz", "1e5", "Hz"),
    ],
)  # fmt: skip
def test_units(text: str, number: str, unit: str) -> None:
    assert with_unit(text, ".") == (number, unit)


@pytest.mark.parametrize(
    "text", ["kg", "5", "a5", "12h30", "5 1/min", "A 5", "rot", "", "1.2.3 kg", "5 sehr lange Worte"]
)
def test_no_units(text: str) -> None:
    assert with_unit(text, ".") is None


def test_currency_before_a_german_number() -> None:
    assert with_unit("€ 1.200,50", ",") == ("1.200,50", "€")
    assert with_unit("€ 1.200,50", ".") is None


@pytest.mark.parametrize(("text", "led"), [("01067", True), ("-007", True), ("00", True), ("0", False), ("0.5", False)])
def test_leading_zeros(text: str, led: bool) -> None:
    assert leads_with_zero(text) == led


def test_whole_numbers() -> None:
    assert is_whole("-12")
    assert not is_whole("1.0")


def test_thousands() -> None:
    assert thousands_in("1,234.5", ".") == ","
    assert thousands_in("1234.5", ".") is None
    assert thousands_in("1.234,5", ",") == "."


@pytest.mark.parametrize("text", ["inf", "-Infinity", "+INF", "∞", "1.#INF"])
def test_infinite(text: str) -> None:
    assert NOT_FINITE.fullmatch(text)
