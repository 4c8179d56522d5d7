from typing import Any

import numpy as np
import pytest

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import build_dataset, part_rows
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.read.table import Column, Table


def numbers(**columns: Any) -> Table:
    return Table.of([Column.of_numbers(name, list(map(float, values))) for name, values in columns.items()])


def fitted(scaling: str = "standard") -> Preprocessing:
    x = [*np.linspace(0, 1, 19), 40.0]
    table = numbers(x=x, same=[3] * 20, y=[1.5, 2] * 10)
    choices = Choices(task="regression", scaling=scaling, features=["x", "same"])
    return build_dataset(table, choices).preprocessing


@pytest.mark.parametrize("scaling", ["none", "standard", "minmax"])
def test_numbers_outside_what_training_saw_are_told(scaling: str) -> None:
    preprocessing = fitted(scaling)
    notes = preprocessing.apply(numbers(x=[-500, -600], same=[3, 4])).notes
    assert notes == (
        "x: all 2 rows are more than 5σ below the training rows.",
        "same: 1 of 2 rows is above the only value of the training rows; the first is line 3.",
    )


@pytest.mark.parametrize("scaling", ["none", "standard", "minmax"])
def test_the_training_rows_are_never_far(scaling: str) -> None:
    assert fitted(scaling).apply(numbers(x=[0, 0.5, 40], same=[3, 3, 3])).notes == ()


def test_runs_of_earlier_versions_say_nothing() -> None:
    content = fitted().to_json()
    for column in content["columns"]:
        for name in ("deviation", "low", "high", "median", "most_frequent"):
            del column[name]
    assert Preprocessing.from_json(content).apply(numbers(x=[-500.0], same=[9])).notes == ()


def test_the_parts_are_those_of_the_dataset() -> None:
    table = numbers(x=range(20), y=[1, 2] * 10)
    choices = Choices(task="binary", split="stratified", validation_split=0.25, test_split=0.2)
    split, rows = part_rows(table, choices), build_dataset(table, choices).rows
    for name in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(split, name), getattr(rows, name))
