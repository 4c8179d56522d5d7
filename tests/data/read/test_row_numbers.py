"""A row number is never a feature, in whatever order it is."""

from pathlib import Path

import numpy as np
import pytest

from tests.data.read.test_more_nasty import FLOWERS, HEADER, rows
from tui_ann.data.prepare.roles import excluded
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table


@pytest.fixture
def load(tmp_path: Path):
    def load_text(text: str) -> Table:
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        return read_table(tmp_path / "table.csv")

    return load_text


@pytest.mark.parametrize(
    "name", ["", "Unnamed: 0", "Unnamed: 0.1", "rownames", "row.names", "index", "level_0", "...1"]
)
def test_the_index_of_a_shuffled_or_filtered_table_is_an_id(load, name: str) -> None:
    index = np.random.default_rng(0).permutation(3 * len(FLOWERS))[: len(FLOWERS)]
    table = load(f"{name},{HEADER}\n" + "\n".join(f"{i},{row}" for i, row in zip(index, rows(), strict=True)))
    assert table.columns[0].flags[0] == "id"
    assert excluded(table, "farbe") == {table.names[0]: "id"}


@pytest.mark.parametrize("first", [0, 1])
def test_row_numbers_without_any_header_are_an_id(load, first: int) -> None:
    numbers = np.random.default_rng(0).permutation(60) + first
    x = np.random.default_rng(1).normal(size=(60, 2))
    table = load("\n".join(f"{i},{a:.3f},{b:.3f}" for i, (a, b) in zip(numbers, x, strict=True)))
    assert table.columns[0].flags == ("id",)
    series = load("\n".join(f"{i},{a:.3f}" for i, (a, _) in zip(numbers, x, strict=True)))
    assert series.columns[0].flags == ()  # the only column to learn from
