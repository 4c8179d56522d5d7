"""A feature that is nearly the target gets a word."""

import numpy as np
import pytest

from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.read.table import Column, Table
from tui_ann.experiment.spec import DataSpec


def notes_of(noise: float, rows: int = 60, target: str = "price") -> list[str]:
    rng = np.random.default_rng(0)
    price, area = rng.normal(size=rows), rng.normal(size=rows)
    rent = -3 * price + noise * rng.normal(size=rows) + 7
    columns = {"area": area, "rent": rent, "price": price}
    table = Table.of([Column.of_numbers(name, values.tolist()) for name, values in columns.items()])
    dataset = build_dataset(table, DataSpec(path="a.csv", target=target, task="regression"))
    return [note for note in dataset.notes if "proportional" in note]


def test_it_is_named_once_with_what_to_do() -> None:
    (note,) = notes_of(0.05)
    assert note.startswith("'rent' is nearly proportional to 'price' (|r| ≥ 0.99): leave out")


@pytest.mark.parametrize(("noise", "rows"), [(3.0, 60), (0.0, 12)])
def test_a_feature_that_only_helps_and_a_handful_of_rows_have_none(noise: float, rows: int) -> None:
    assert notes_of(noise, rows) == []
