"""The object that `tui-ann data --json` prints: its keys are a promise to scripts."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.prepare.describe import refusal_to_json, to_json
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Column, Table
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


def test_far_numbers_of_the_target_are_told_as_before_training() -> None:
    areas = np.random.default_rng(3).normal(120, 30, 120)
    prices = np.round(2000 * areas)
    prices[[30, 77]] = 3.2e7, 9.9e6
    houses = Table.of([Column.of_numbers("area", areas), Column.of_numbers("price", prices)])
    (note,) = to_json(houses)["warnings"]
    assert note["code"] == "far_target"
    choices = Choices(target="price", task="regression")
    assert note["message"] in build_dataset(houses, choices).notes
    assert "2 numbers far from all others, 3.2e7 in line 32 and 9.9e6 in line 79 (" in note["message"]
    assert not to_json(houses, target="area")["warnings"], "a feature"


def test_rows_in_the_order_of_time_are_told_as_before_training() -> None:
    days = Column.of_labels("day", [f"2024-01-{n:02}" for n in range(1, 31)], kind="date")
    table = Table.of([days, *(Column.of_numbers(name, np.random.default_rng(2).normal(size=30)) for name in "xy")])
    (note,) = to_json(table)["warnings"]
    assert note["code"] == "in_order"
    assert note["message"] in build_dataset(table, Choices(split="shuffled", test_split=0.2)).notes


def test_a_refusal() -> None:
    error = DataError("It is empty.", remedy="Fill it.", code="empty_file")
    assert refusal_to_json(error) == {"error": {"code": "empty_file", "message": "It is empty.", "remedy": "Fill it."}}
