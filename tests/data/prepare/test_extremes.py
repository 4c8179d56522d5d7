"""A few numbers that stretch a column are told; a long tail is not."""

import numpy as np
import pytest

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.prepare.extremes import MOST_NAMED
from tui_ann.data.read.table import Column, Table

RNG = np.random.default_rng(5)
AGES = RNG.normal(40, 10, 300).round()


def notes(values: np.ndarray, *more: np.ndarray) -> list[str]:
    columns = [Column.of_numbers("age", values), Column.of_numbers("y", RNG.normal(size=len(values)))]
    columns += [Column.of_numbers(f"more {i}", column) for i, column in enumerate(more)]
    found = build_dataset(Table.of(columns), Choices(task="regression", target="y")).notes
    return [note for note in found if "far from all others" in note]


def test_a_slip_of_the_pen_is_named_with_its_line() -> None:
    values = AGES.copy()
    values[49] = 4200.0
    (note,) = notes(values)
    low, high = np.percentile(values, [25, 75])
    times = values.std() / np.delete(values, 49).std()
    assert note == (
        f"Column 'age': 1 number far from all others, such as 4200 in line 51 (half of the rows: {low:g} to {high:g}). "
        f"σ is {times:.0f} times that of the others: correct such a cell, or leave it empty."
    )


def test_of_many_columns_a_few_are_named() -> None:
    columns = AGES[:, None] + RNG.normal(size=(300, 13))
    columns[49] = 4200.0
    found = notes(*columns.T)
    assert len(found) == MOST_NAMED + 1
    assert found[-1] == "3 more columns with numbers far from all others."


def test_missing_cells_do_not_move_the_line() -> None:
    values = AGES.copy()
    values[[3, 7]], values[9] = np.nan, -9999.0
    columns = [Column.of_numbers("age", values), Column.of_numbers("y", AGES)]
    found = build_dataset(Table.of(columns), Choices(task="regression", target="y", missing="median")).notes
    assert any("-9999 in line 11" in note or "−9999 in line 11" in note for note in found)


@pytest.mark.parametrize(
    "values",
    [
        AGES,
        np.exp(RNG.normal(size=300)),
        np.where(np.arange(300) % 50, AGES, 4200.0),
        np.where(np.arange(300), 0.0, 9.0),
        np.full(300, 3.0),
    ],
    ids=["usual", "tail", "many", "zeros", "constant"],
)
def test_what_belongs_to_the_distribution_is_not_told(values: np.ndarray) -> None:
    assert notes(values) == []
