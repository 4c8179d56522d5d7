"""Dates and times: day first unless the dates tell otherwise."""

import pytest

from tui_ann.data.read.dates import first_part, is_ambiguous, to_date, to_time


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-01-18", "2024-01-18"), ("2024/1/8", "2024-01-08"), ("18.01.2024", "2024-01-18"), ("1.2.2024", "2024-02-01"),
        ("01/02/2024", "2024-02-01"), ("01-02-99", "1999-02-01"), ("1.2.24", "2024-02-01"), ("2024-01", "2024-01-01"),
        ("2024-01-18T01:00:00", "2024-01-18T01:00:00"), ("2024-01-18 01:00", "2024-01-18T01:00:00"),
        ("2024-01-18T01:00:00Z", "2024-01-18T01:00:00+00:00"), ("18.01.2024 1:30 pm", "2024-01-18T13:30:00"),
        ("2024-01-18T01:00:00.25+0200", "2024-01-18T01:00:00.250000+02:00"),
        ("12 Mar 2024", "2024-03-12"), ("12. März 2024", "2024-03-12"), ("March 12, 2024", "2024-03-12"),
        ("Mon, 12 Mar 2024", "2024-03-12"), ("12-Mar-24", "2024-03-12"), ("1er", None), ("12 Xyz 2024", None),
        ("31.02.2024", None), ("2024-13-01", None), ("01.01", None), ("192.168.1.1", None), ("1.2.3", None), ("", None),
        ("2024-01-18T25:00", None), ("1,5", None), ("abc", None),
    ],
)  # fmt: skip
def test_dates(text: str, iso: str | None) -> None:
    assert to_date(text) == iso


def test_month_first_when_told() -> None:
    assert to_date("01/18/2024") is None
    assert to_date("01/18/2024", "month") == "2024-01-18"


def test_which_part_comes_first() -> None:
    assert first_part(["04/05/2024", "18/05/2024", "x"]) == "day"
    assert first_part(["04/05/2024", "04/18/2024"]) == "month"
    assert first_part(["04/05/2024"]) is None


@pytest.mark.parametrize(
    ("text", "unclear"), [("04/05/2024", True), ("04.05.2024", False), ("05/05/2024", False), ("x", False)]
)
def test_ambiguous_dates(text: str, unclear: bool) -> None:
    assert is_ambiguous(text) == unclear


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("00:30", "00:30"), ("9:05", "09:05"), ("12:30:15.5", "12:30:15.5"), ("3:45 pm", "15:45"), ("12:00 am", "00:00"),
        ("12:30Z", "12:30+00:00"), ("24:00", None), ("12:60", None), ("13:00 pm", None), ("1:2", None), ("12", None),
    ],
)  # fmt: skip
def test_times(text: str, iso: str | None) -> None:
    assert to_time(text) == iso
