"""A few numbers that stretch a column are told; a long tail is not."""

from statistics import NormalDist

import numpy as np
import pytest

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.prepare.extremes import MOST_NAMED, PAIR, far_rows, target_notes
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
        f"Column 'age': 1 number far from all others, 4200 in line 51 (half of the rows: {low:g} to {high:g}). "
        f"σ is {times:.0f} times that of the others: correct such a cell, or leave it empty."
    )


@pytest.mark.parametrize("each", [300, 75])
def test_a_target_of_a_regression_is_named_with_another_loss(each: int) -> None:
    """Eight of 600 prices were twenty times too high, and nothing was said."""
    prices = np.where(np.arange(300) % each, AGES, 800.0)
    columns = [Column.of_numbers("age", RNG.normal(size=300)), Column.of_numbers("price", prices)]
    table = Table.of(columns)
    found = build_dataset(table, Choices(task="regression", target="price")).notes
    (note,) = [note for note in found if "far from all others" in note]
    far = 300 // each
    assert note.startswith(
        "Target 'price': 1 number far from all others, 800 in line 2 ("
        if far == 1
        else f"Target 'price': {far} numbers far from all others, such as 800 in line 2 and 800 in line 77 ("
    )
    assert note.endswith("times that of the others: correct such a cell, or choose the Huber loss.")
    labels = build_dataset(table, Choices(task="multiclass", target="price")).notes
    assert not any("far from all others" in note for note in labels), "a label is no number"


@pytest.mark.parametrize(("rows", "told"), [(120, True), (PAIR, True), (PAIR - 1, False)])
def test_two_slips_of_the_pen_in_a_small_table_are_both_named(rows: int, told: bool) -> None:
    """Two are more than 2 % of the rows."""
    prices = AGES[:rows].copy()
    prices[[7, 20]] = 990.0, 3200.0
    columns = [Column.of_numbers("age", RNG.normal(size=rows)), Column.of_numbers("price", prices)]
    found = list(target_notes(Table.of(columns), ["price"], np.arange(rows)))
    assert [note[: note.index(" (")] for note in found] == told * [
        "Target 'price': 2 numbers far from all others, 3200 in line 22 and 990 in line 9"
    ]


def test_targets_far_from_all_others_are_found_in_each_column() -> None:
    Y = np.column_stack([AGES, AGES, RNG.normal(size=300)])
    Y[4, 0], Y[9, 2] = 900.0, -99.0
    assert np.flatnonzero(far_rows(Y)).tolist() == [4, 9]
    assert not far_rows(Y[:0]).any()


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
        np.where(np.arange(300) % 40, AGES, 4200.0),
        np.exp(1.5 * np.array([NormalDist().inv_cdf((i + 0.5) / 600) for i in range(600)])),
        np.where(np.arange(300), 0.0, 9.0),
        np.full(300, 3.0),
    ],
    ids=["usual", "tail", "many", "long tail", "zeros", "constant"],
)
def test_what_belongs_to_the_distribution_is_not_told(values: np.ndarray) -> None:
    assert notes(values) == []
