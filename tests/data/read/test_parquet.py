"""Parquet: every column says what it is, so nothing is guessed but words."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def load(tmp_path: Path):
    def write_and_read(query: str, name: str = "t.parquet") -> Table:
        path = tmp_path / name
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return read_table(path)

    return write_and_read


def test_kinds_values_and_missing_cells(load) -> None:
    table = load("""
        SELECT i::INTEGER AS whole, CASE WHEN i % 3 = 0 THEN NULL ELSE i / 4 END AS share, i % 2 = 0 AS even,
        DATE '2024-01-01' + i::INTEGER AS day, TIMESTAMP '2024-01-01 10:00:00' + to_seconds(i) AS moment,
        TIME '10:00:00' + to_minutes(i) AS clock, (i * 1.5)::DECIMAL(8, 2) AS price, 'k' || (i % 3) AS art,
        '0' || (1000 + i % 4) AS plz, NULL::DOUBLE AS nothing, i::HUGEINT * 10 AS wide FROM range(12) AS r(i)
    """)
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "whole": "number", "share": "number", "even": "boolean", "day": "date", "moment": "date", "clock": "time",
        "price": "number", "art": "category", "plz": "category", "nothing": "empty", "wide": "number",
    }  # fmt: skip
    assert table.column("share").values()[:3] == [None, 0.25, 0.5]
    assert table.column("even").values()[:2] == [True, False]
    assert table.column("day").values()[0] == "2024-01-01"
    assert table.column("moment").values()[1] == "2024-01-01T10:00:01"
    assert table.column("clock").values()[1] == "10:01:00"
    assert table.column("price").values()[1] == 1.5
    assert table.column("plz").values()[0] == "01000"
    assert table.report.container == "parquet"
    assert table.report.encoding is None
    assert len(table.report.sha256) == 64


def test_infinite_and_huge_values(load) -> None:
    table = load(
        "SELECT CASE WHEN i = 2 THEN 'inf'::DOUBLE ELSE i END AS x, 9007199254740993 + i AS n FROM range(6) AS r(i)"
    )
    assert [(issue.line, issue.column, issue.reason) for issue in table.issues] == [(3, "x", "not_finite")]
    assert np.isnan(table.column("x").numbers[2])
    assert table.column("n").values()[0] == "9007199254740993"
    assert {warning.code for warning in table.warnings} == {"not_finite", "huge_int"}


def test_truths_that_are_all_true(load) -> None:
    table = load("SELECT true AS b, i AS x FROM range(4) AS r(i)")
    assert table.column("b").values() == [True] * 4
    assert (table.column("b").distinct, table.column("b").flags) == (1, ("constant",))


def test_nested_values_are_refused_by_name(load) -> None:
    with pytest.raises(DataError) as caught:
        load("SELECT 1 AS x, [1, 2] AS liste, {'a': 1} AS satz")
    assert caught.value.code == "nested_values"
    assert "'liste', 'satz'" in caught.value.message


def test_no_rows(load) -> None:
    with pytest.raises(DataError) as caught:
        load("SELECT 1 AS x WHERE false")
    assert caught.value.code == "no_rows"


def test_names_are_unique_and_never_blank(load) -> None:
    table = load('SELECT 1.5 AS " a", \'w\' AS "a", true AS " " FROM range(3)')
    assert table.names == ["a", "a_2", "column_3"]


def test_a_name_with_stars_means_that_file_only(load, tmp_path: Path) -> None:
    load("SELECT 2 AS x", "ab.parquet")
    table = load("SELECT 1 AS x", "a[b]*.parquet")
    assert table.column("x").values() == [1]


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1" + b"x" * 100)
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert caught.value.code == "broken_file"


@pytest.mark.parametrize("first", [b"PAR1", b"\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00\x99\xe9\xd8\x51"])
def test_without_its_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bytes) -> None:
    path = tmp_path / "t"
    path.write_bytes(first)
    real = importlib.import_module

    def refuse(name: str, *rest: str) -> object:
        if name in ("duckdb", "backports.zstd"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert caught.value.code == "needs_extra"
    assert "pip install 'tui-ann[data]'" in caught.value.remedy
