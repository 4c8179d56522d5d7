"""Columns and tables in memory."""

import numpy as np
import pytest

from tui_ann.data.read.table import Column, Table, spelled, suggestion
from tui_ann.errors import DataError


def test_a_column_of_numbers() -> None:
    column = Column.of_numbers("x", [1.0, np.nan, 2.5, 1.0])
    assert (column.kind, column.missing, column.distinct, len(column)) == ("number", 1, 2, 4)
    assert column.values() == [1.0, None, 2.5, 1.0]
    assert [column.raw(i) for i in range(4)] == ["1", "", "2.5", "1"]
    assert column.is_missing.tolist() == [False, True, False, False]


def test_a_column_of_labels() -> None:
    column = Column.of_labels("c", ["b", None, "a", "b"])
    assert (column.kind, column.missing, column.distinct) == ("category", 1, 2)
    assert column.labels == ["a", "b"]
    assert column.codes.tolist() == [1, -1, 0, 1]
    assert column.values() == ["b", None, "a", "b"]
    assert column.raw(1) == ""
    assert column.is_missing.tolist() == [False, True, False, False]


def test_a_column_of_booleans() -> None:
    column = Column.of_codes("b", np.array([1, 0, -1], dtype=np.int32), ["nein", "ja"], kind="boolean")
    assert column.values() == [column.value(i) for i in range(3)] == [True, False, None]
    assert column.raw(0) == "ja"


@pytest.mark.parametrize(
    ("number", "text"),
    [(3.0, "3"), (-0.5, "-0.5"), (1e15, "1000000000000000"), (1e300, "1e+300"), (0.1 + 0.2, "0.30000000000000004")],
)
def test_numbers_are_spelled_to_the_last_digit(number: float, text: str) -> None:
    assert spelled(number) == text
    assert float(spelled(number)) == number


def test_a_column_is_found_by_its_name_also_after_a_change() -> None:
    table = Table.of([Column.of_numbers("x", [1.0]), Column.of_numbers("y", [2.0])])
    assert table.column("y") is table.columns[1]
    table.columns.reverse()
    assert table.column("y") is table.columns[0]
    table.columns[0] = Column.of_numbers("y", [3.0])
    assert table.column("y").values() == [3.0]
    table.columns.append(Column.of_numbers("z", [4.0]))
    assert table.column("z").values() == [4.0]
    assert table.names == ["y", "x", "z"]


def test_a_name_that_is_not_there() -> None:
    table = Table.of([Column.of_numbers("Größe", [1.0]), Column.of_numbers("x", [2.0])])
    with pytest.raises(DataError) as caught:
        table.column("größe ")
    assert caught.value.remedy == "Did you mean 'Größe'?"
    with pytest.raises(DataError) as caught:
        table.column("\x1b[31mfarbe")
    assert "\x1b" not in str(caught.value)
    assert "'Größe', 'x'" in caught.value.remedy


def test_several_names_in_one_are_shown_as_a_list() -> None:
    assert suggestion("a,b", ["a", "b", "c"]) == 'Several columns are written as a list: ["a", "b"].'
    assert suggestion("a,x", ["a", "b", "c"]).startswith("The columns are")
