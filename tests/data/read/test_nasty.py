"""Files that students really have: each must load exactly as its `expected.json` says, or be refused as it says.

`nasty/` holds the files.  In an expectation `null` as a name means any generated one, `*_any_of` lists what is also
right, and what is not named does not matter.
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tui_ann.data.prepare.describe import to_json
from tui_ann.data.prepare.roles import excluded, propose_task
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError

FOLDER = Path(__file__).parent / "nasty"
EXPECTED = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.expected.json"))}
LOADED = [name for name, expected in EXPECTED.items() if expected["verdict"] != "error"]
REFUSED = [name for name, expected in EXPECTED.items() if expected["verdict"] == "error"]


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_code_and_words(name: str) -> None:
    expected = EXPECTED[name]
    with pytest.raises(DataError) as caught:
        read_table(FOLDER / expected["file"])
    assert caught.value.code == expected["error"]["code"]
    assert any(word in caught.value.message.lower() for word in expected["error"]["mention_any_of"])
    assert caught.value.remedy


@pytest.mark.parametrize("name", LOADED)
def test_loads_as_expected(name: str) -> None:
    expected = EXPECTED[name]
    table = read_table(FOLDER / expected["file"])
    found = to_json(table, values=True)
    assert found["encoding"] == expected["encoding"]
    assert found["container"] == expected["container"]
    assert found["dialect"] == {key: expected["dialect"][key] for key in ("delimiter", "quote", "decimal", "thousands")}
    assert found["skip_lines"] == expected["dialect"]["skip_lines"]
    assert found["has_header"] == expected["has_header"]
    assert found["rows"] == expected["n_rows"]
    assert len(found["columns"]) == expected["n_columns"]
    for column, wanted in zip(found["columns"], expected["columns"], strict=True):
        check_column(column, wanted)
    assert len(set(table.names)) == len(table.names)
    assert len(found["rejects"]) == len(expected["rejects"])
    for reject, wanted in zip(found["rejects"], expected["rejects"], strict=True):
        assert wanted.items() <= reject.items()
    assert all(issue in found["issues"] for issue in expected["issues"])
    if not expected["issues"]:
        assert not found["issues"]
    codes = {warning["code"] for warning in found["warnings"]}
    assert set(expected["warnings"]) <= codes
    if expected["verdict"] == "load":
        assert not codes
    check_roles(table, expected)


def check_column(column: dict[str, Any], wanted: dict[str, Any]) -> None:
    if wanted["name"] is None:
        assert column["name"]
    else:
        assert column["name"] == wanted["name"]
    assert column["name"].startswith(wanted.get("base_name", ""))
    assert column["kind"] in wanted.get("kind_any_of", [wanted["kind"]])
    assert column["missing"] == wanted["missing"]
    assert column["unit"] == wanted.get("unit")
    assert column["flags"] in wanted.get("flags_any_of", [wanted.get("flags", [])])
    values = column["values"]
    assert column["distinct"] == len({value for value in values if value is not None})
    if "values" not in wanted:
        assert values[: len(wanted["first"])] == wanted["first"]
        assert values[-len(wanted["last"]) :] == wanted["last"]
        return
    also = {int(place): right for place, right in wanted.get("values_any_of_at", {}).items()}
    for place, (value, right) in enumerate(zip(values, wanted["values"], strict=True)):
        assert any(same(value, candidate) for candidate in [right, *also.get(place, [])]), (column["name"], place)


def same(value: Any, right: Any) -> bool:
    if isinstance(value, float) and isinstance(right, int | float):
        return math.isclose(value, right, rel_tol=1e-15)
    return bool(value == right)


def check_roles(table: Table, expected: dict[str, Any]) -> None:
    def named(key: str) -> str:
        return table.names[int(key[1:]) - 1] if key.startswith("#") else key

    for target, task in expected["tasks"].items():
        assert propose_task(table, named(target)) == task
    assert excluded(table, None) == {named(key): reason for key, reason in expected["exclude_by_default"].items()}
