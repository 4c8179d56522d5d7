"""The target of well-known tables, found by its name or by what the other names say."""

import numpy as np
import pytest

from tests.data.prepare.look_alikes import ROWS, SCHOOLS, TABLES, look_alike
from tui_ann.data.prepare.naming import why_unlikely
from tui_ann.data.prepare.roles import choose_target, propose_target
from tui_ann.data.read.table import Column, Table


@pytest.mark.parametrize("name", TABLES)
def test_the_answer_of_a_well_known_table(name: str) -> None:
    answer, columns = TABLES[name]
    found = choose_target(look_alike(columns))
    assert found is not None
    assert found.name == answer
    assert found.reason == "is named like an answer"


@pytest.mark.parametrize("name", SCHOOLS)
def test_the_number_of_a_school_is_no_answer(name: str) -> None:
    answer, group, columns = SCHOOLS[name]
    assert propose_target(look_alike(columns)) == answer
    unknown = look_alike({name: cells for name, cells in columns.items() if name != answer})
    assert propose_target(unknown) not in (group, None)
    assert why_unlikely(unknown.column(group)) in ("is the number of a group", "is the number of an object")


def test_the_reason_names_what_was_passed_over() -> None:
    columns = dict(TABLES["airquality"][1])
    del columns["Ozone"]
    found = choose_target(look_alike(columns))
    assert found == (
        "Temp",
        "is the last column that may be an answer: 'Month' is a part of the date, 'Day' is a part of the date",
    )


@pytest.mark.parametrize(
    ("name", "values", "unlikely"),
    [
        ("Weekday", np.arange(ROWS) % 7, True),
        ("townid", np.arange(ROWS) % 92, True),
        ("school_code", np.arange(ROWS) % 50, True),
        ("patientID", np.arange(ROWS), True),
        ("group", np.arange(ROWS) % 3, False),
        ("class", np.arange(ROWS) % 10, False),
        ("class", np.arange(ROWS) % 60, True),
        ("acid", np.arange(ROWS) % 60, False),
        ("paid", np.arange(ROWS) % 60, False),
        ("batch", np.arange(ROWS) % 60 + 0.5, False),
        ("y", np.where(np.arange(ROWS) % 3, np.nan, np.arange(ROWS) / 2), True),
    ],
)
def test_unlikely_answers(name: str, values: np.ndarray, unlikely: bool) -> None:
    assert (why_unlikely(Column.of_numbers(name, values.astype(float))) is not None) == unlikely


def test_of_a_wide_table_only_the_likeliest_columns_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def noted(column: Column) -> str | None:
        seen.append(column.name)
        return why_unlikely(column)

    monkeypatch.setattr("tui_ann.data.prepare.roles.why_unlikely", noted)
    wide = Table.of([Column.of_numbers(f"gene_{i}", np.arange(20) / 7 + i) for i in range(500)])
    assert propose_target(wide) == "gene_499"
    assert len(seen) < 5
