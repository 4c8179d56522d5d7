"""Rows in the order of time are told where a random split would judge them between training rows."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.prepare.row_order import FEWEST_ROWS, MOST_ROWS, order_notes
from tui_ann.data.read.table import Column, Table

DAYS = [str(np.datetime64("2023-12-20") + n) for n in range(40)]


def table(cells: Sequence[str | None], kind: str = "date") -> Table:
    time = Column.of_labels("time", cells, kind=kind)  # type: ignore[arg-type]
    y = np.random.default_rng(4).normal(size=len(cells))
    return Table.of([time, Column.of_numbers("x", y[::-1].copy()), Column.of_numbers("y", y)])


def notes(cells: Sequence[str | None], kind: str = "date") -> list[str]:
    return order_notes(table(cells, kind), ("y",))


def test_rising_and_falling_dates_are_told_with_what_helps() -> None:
    assert notes(DAYS) == [
        "Rows are in the order of 'time': a random split judges rows between training rows; "
        'split = "ordered" judges the newest.'
    ]
    assert notes(DAYS[::-1]) == [
        "Rows are in the order of 'time', the newest first: a random split judges rows between training rows; "
        'sorted the other way round, split = "ordered" judges the newest.'
    ]
    assert notes([f"{n // 60:02}:{n % 60:02}:00" for n in range(90)], "time")
    assert notes([f"{day}T{hour}:00:00" for day in DAYS for hour in ("06", "18")])


@pytest.mark.parametrize(
    "cells",
    [
        DAYS[: FEWEST_ROWS - 1],
        [*DAYS[20:], *DAYS[:20]],
        sorted(DAYS * 2),
        [*DAYS, *[None] * 40],
    ],
    ids=["few rows", "not in order", "two rows a day", "mostly missing"],
)
def test_other_dates_are_not_told(cells: Sequence[str | None]) -> None:
    assert notes(cells) == []


def test_a_missing_date_does_not_matter_and_labels_do_not() -> None:
    assert len(notes([*DAYS[:20], None, *DAYS[20:]])) == 1
    assert notes(DAYS, "category") == []
    assert order_notes(table(DAYS), ("time",)) == [], "the target"


def test_only_some_of_many_rows_are_looked_at() -> None:
    many = [str(np.datetime64("1900-01-01") + n) for n in range(3 * MOST_ROWS)]
    assert len(notes(many)) == 1


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"split": "shuffled", "test_split": 0.2}, True),
        ({"split": "stratified", "validation_split": 0.2}, True),
        ({"split": "ordered", "test_split": 0.2}, False),
        ({"split": "shuffled"}, False),
    ],
)
def test_the_notes_of_the_data_have_it_only_where_rows_are_split_at_random(
    choices: dict[str, str | float], told: bool
) -> None:
    found = build_dataset(table(DAYS), Choices(**choices)).notes  # type: ignore[arg-type]
    assert any(note.startswith("Rows are in the order of") for note in found) is told
