"""Rows of validation and test that are copies of training rows are told."""

import numpy as np
import pytest

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare import repeats
from tui_ann.data.prepare.dataset import Dataset, build_dataset
from tui_ann.data.read.table import Column, Table

RNG = np.random.default_rng(3)
NUMBERS = RNG.normal(size=(200, 4)).round(3)
LABELS = RNG.integers(2, size=200)


def dataset(numbers: np.ndarray, labels: np.ndarray, *, test: float = 0.2, validation: float = 0.1) -> Dataset:
    columns = [Column.of_numbers(f"x{i}", column) for i, column in enumerate(numbers.T)]
    table = Table.of([*columns, Column.of_numbers("y", labels.astype(float))])
    choices = Choices(scaling="standard", test_split=test, validation_split=validation, split="shuffled", split_seed=1)
    return build_dataset(table, choices)


def notes(numbers: np.ndarray, labels: np.ndarray, **choices: float) -> list[str]:
    return [note for note in dataset(numbers, labels, **choices).notes if "training row" in note and "cop" in note]


def expected(found: Dataset, part: str) -> int:
    """Counted with tuples."""
    seen = {(*x, *y) for x, y in zip(found.X_train.tolist(), found.Y_train.tolist(), strict=True)}
    X, Y = getattr(found, f"X_{part}").tolist(), getattr(found, f"Y_{part}").tolist()
    return sum((*x, *y) in seen for x, y in zip(X, Y, strict=True))


def test_rows_that_are_there_five_times_are_counted_in_each_part() -> None:
    order = RNG.permutation(1000)
    numbers, labels = np.repeat(NUMBERS, 5, axis=0)[order], np.repeat(LABELS, 5)[order]
    found = dataset(numbers, labels)
    first, second = expected(found, "validation"), expected(found, "test")
    assert second > 150
    assert notes(numbers, labels) == [
        f"{first} of {len(found.X_validation)} validation rows and {second} of 200 test rows are copies of training "
        "rows: they do not test what the network has not seen."
    ]


def test_one_or_two_copies_may_be_a_chance() -> None:
    for copies, told in ((2, False), (3, True)):
        numbers, labels = np.vstack([NUMBERS[:90], NUMBERS[:copies]]), np.append(LABELS[:90], LABELS[:copies])
        columns = [
            *[Column.of_numbers(f"x{i}", x) for i, x in enumerate(numbers.T)],
            Column.of_numbers("y", labels.astype(float)),
        ]
        found = build_dataset(Table.of(columns), Choices(task="binary", test_split=0.1)).notes
        assert any(note.startswith("3 of 10 test rows are copies of training rows: ") for note in found) is told


@pytest.mark.parametrize("repeated", [40, 0], ids=["few distinct rows", "none"])
def test_what_is_natural_is_not_told(repeated: int) -> None:
    places = RNG.integers(repeated, size=200) if repeated else np.arange(200)
    assert notes(NUMBERS[places], LABELS[places]) == []


def test_equal_features_with_another_target_are_no_copy() -> None:
    numbers = np.vstack([NUMBERS[:100], NUMBERS[:100]])
    labels = np.array([0, 1] * 50 + [1, 0] * 50)
    assert notes(numbers, labels) == []


def test_less_than_a_hundredth_is_not_told() -> None:
    numbers = RNG.normal(size=(2000, 4))
    numbers[-1] = numbers[0]
    labels = RNG.integers(2, size=2000)
    labels[-1] = labels[0]
    assert notes(numbers, labels) == []


def test_without_other_rows_and_in_a_very_large_table_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, labels = np.vstack([NUMBERS] * 2), np.append(LABELS, LABELS)
    assert notes(numbers, labels)
    assert notes(numbers, labels, test=0.0, validation=0.0) == []
    monkeypatch.setattr(repeats, "MOST_NUMBERS", 100)
    assert notes(numbers, labels) == []


def test_small_whole_numbers_and_zeros_of_both_signs_are_told_apart_by_value() -> None:
    X = np.array([[i, j, k] for i in range(40) for j in range(40) for k in range(40)], float)
    assert len(np.unique(repeats._marks(X, np.zeros((len(X), 1))))) == len(X)
    assert (repeats._marks(X, np.zeros((len(X), 1))) == repeats._marks(X, -np.zeros((len(X), 1)))).all()
