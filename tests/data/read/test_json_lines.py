"""JSON: an object a line, or one list of objects; keys are columns."""

from pathlib import Path

import pytest

from tui_ann.data.read.json_lines import is_json
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError


@pytest.fixture
def load(tmp_path: Path):
    def write_and_read(text: str, name: str = "t.jsonl") -> Table:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_table(path)

    return write_and_read


def test_values_of_every_sort(load) -> None:
    lines = [f'{{"x": {i}.50, "art": "{"ab"[i % 2]}", "an": {"true" if i % 3 else "false"}}}' for i in range(12)]
    table = load("\n".join(lines))
    assert [column.kind for column in table.columns] == ["number", "category", "boolean"]
    assert table.column("x").values()[:2] == [0.5, 1.5]
    assert table.column("an").values()[:2] == [False, True]
    assert (table.report.container, table.report.has_header) == ("json", True)
    assert table.report.dialect.delimiter is None


def test_missing_and_late_keys(load) -> None:
    table = load('{"a": 1}\n\n{"b": "x", "a": null}\n{"a": NaN, "c": 5}\n')
    assert table.names == ["a", "b", "c"]
    assert table.column("a").values() == [1, None, None]
    assert table.column("b").values() == [None, "x", None]
    assert table.lines.tolist() == [1, 3, 4]


def test_a_key_that_comes_after_thousands_of_rows(load) -> None:
    table = load('{"a": 1}\n' * 12_000 + '{"a": 2, "z": 3}\n')
    assert (table.n_rows, table.column("z").missing, table.column("z").values()[-1]) == (12_001, 12_000, 3)


def test_whole_numbers_stay_exact(load) -> None:
    table = load("\n".join(f'{{"n": {2**53 + 1 + i}}}' for i in range(6)))
    assert table.column("n").values()[0] == str(2**53 + 1)


def test_lines_that_are_no_objects_are_rejected(load) -> None:
    table = load('{"a": 1}\nkaputt\n{"a": 2}\n[3]\n{"a": 4}\n{"a": 5}\n{"a": 6}\n{"a": 7}\n')
    assert [(reject.line, reject.reason) for reject in table.rejects] == [(2, "not_json"), (4, "not_json")]
    assert table.n_rows == 6


def test_a_list_of_objects(load) -> None:
    table = load('[{"x": 1, "y": "a"},\n {"x": 2.5, "y": "b"}]', "t.json")
    assert table.column("x").values() == [1, 2.5]


def test_json_is_seen_under_another_name(load) -> None:
    assert load('{"x": 1}\n{"x": 2}\n', "t.txt").names == ["x"]


def test_blank_and_equal_names(load) -> None:
    table = load('{"": 1, "a": 2, " a": 3}\n')
    assert len(set(table.names)) == 3
    assert all(table.names)


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ('{"x": [1, 2]}\n', "t.jsonl", "nested_values"),
        ('{"x": {"a": 1}}\n', "t.jsonl", "nested_values"),
        ("[1, 2]", "t.json", "nested_values"),
        ('[{"x": 1},', "t.json", "not_json"),
        ('{\n "x": 1\n}', "t.json", "too_many_rejects"),
        ("{}\n{}\n", "t.jsonl", "no_rows"),
        ("[]", "t.json", "no_rows"),
        ('{"x":' * 5000 + "\n", "t.jsonl", "too_many_rejects"),
    ],
)
def test_what_is_no_table(load, text: str, name: str, code: str) -> None:
    with pytest.raises(DataError) as caught:
        load(text, name)
    assert caught.value.code == code


def test_a_csv_file_may_start_with_a_bracket() -> None:
    assert not is_json(Path("a.csv"), b"[red]x[/],y\n1,2\n")
    assert not is_json(Path("a.csv"), b"{x},y\n1,2\n")
