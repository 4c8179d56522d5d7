"""The object that `tui-ann data --json` prints: its keys are a promise to scripts."""

import json
from pathlib import Path

import pytest

from tui_ann.data.prepare.describe import refusal_to_json, to_json
from tui_ann.data.read.reader import read_table
from tui_ann.errors import DataError

KEYS = [
    "encoding",
    "container",
    "dialect",
    "skip_lines",
    "has_header",
    "rows",
    "columns",
    "rejects",
    "issues",
    "excluded",
    "target",
    "task",
    "proposal",
    "warnings",
]


@pytest.fixture
def table(tmp_path: Path):
    path = tmp_path / "t.csv"
    lines = [f"{i},{i * 0.5},{'ab'[i % 2]}" for i in range(20)]
    lines[3], lines[5] = "3,oops,b", "5,2.5"
    path.write_text("id,x,y\n" + "\n".join(lines), encoding="utf-8")
    return read_table(path)


def test_all_keys_in_order(table) -> None:
    found = to_json(table)
    assert list(found) == KEYS
    assert found["dialect"] == {"delimiter": ",", "quote": '"', "decimal": ".", "thousands": None}
    assert found["columns"][0] == {
        "name": "id", "kind": "number", "flags": ["id"], "unit": None, "missing": 0, "distinct": 19,
    }  # fmt: skip
    assert found["rejects"] == [{"line": 7, "reason": "too_few_fields", "expected": 3, "found": 2}]
    assert found["issues"] == [{"line": 5, "column": "x", "value": "oops", "reason": "not_a_number"}]
    assert found["excluded"] == {"id": "id"}
    assert (found["target"], found["task"]) == ("y", "binary")
    assert found["proposal"] == {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    assert {warning["code"] for warning in found["warnings"]} == {"rejected_rows", "not_a_number"}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_values_on_request(table) -> None:
    assert to_json(table, values=True)["columns"][1]["values"][2:5] == [1.0, None, 2.0]


def test_a_target_of_ones_own(table) -> None:
    found = to_json(table, target="x")
    assert (found["target"], found["task"], found["proposal"]["units"]) == ("x", "regression", 1)
    with pytest.raises(DataError):
        to_json(table, target="z")


def test_a_refusal() -> None:
    error = DataError("It is empty.", remedy="Fill it.", code="empty_file")
    assert refusal_to_json(error) == {"error": {"code": "empty_file", "message": "It is empty.", "remedy": "Fill it."}}
