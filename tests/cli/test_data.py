import json

import pytest

from tui_ann.cli.data import WIDEST
from tui_ann.data.prepare.roles import REASONS


@pytest.fixture
def houses(working_folder):
    path = working_folder / "houses.csv"
    rows = [f"{size},{'north' if size % 2 else 'south'},{size * 3.5}" for size in range(40, 70)]
    path.write_text("\n".join(["size,side,price", *rows, "1,2", ""]), encoding="utf-8")
    return path


def test_what_was_found_is_shown(command, houses):
    result = command("data", "houses.csv", "--target", "price")
    assert result.code == 0
    assert "houses.csv: 30 rows, 3 columns" in result.out
    assert "delimiter comma" in result.out
    assert "rejected rows (1)" in result.out
    assert "line 32: too few fields: 2 fields instead of 3" in result.out
    assert "target price · task regression" in result.out
    assert "output 1 unit linear · loss mean_squared_error" in result.out


def test_far_numbers_of_the_target_are_a_note(command, houses):
    houses.write_text(houses.read_text(encoding="utf-8").replace("54,south,189.0", "54,south,18900"), encoding="utf-8")
    out = command("data", "houses.csv").out
    assert "  Target 'price': 1 number far from all others, 18900 in line 16 (" in out, out


def test_reasons_are_whole(command, working_folder):
    rows = [f"user{row},{row % 9},{'yes' if row % 9 > 4 else 'no'}" for row in range(60)]
    (working_folder / "users.csv").write_text("\n".join(["name,age,buys", *rows]) + "\n", encoding="utf-8")
    assert f"left out: {REASONS['id']}\n" in command("data", "users.csv").out
    assert max(map(len, REASONS.values())) <= WIDEST - len("left out: ")


def test_json_has_the_documented_keys(command, houses):
    result = command("data", "houses.csv", "--json", "--values")
    found = json.loads(result.out)
    assert list(found) == [
        "encoding", "container", "dialect", "skip_lines", "has_header", "rows", "columns", "rejects", "issues",
        "excluded", "target", "task", "proposal", "warnings",
    ]  # fmt: skip
    assert found["rejects"] == [{"line": 32, "reason": "too_few_fields", "expected": 3, "found": 2}]
    assert found["columns"][0]["values"][0] == 40
    assert result.err == ""


def test_a_refused_file_is_json_too(command, working_folder):
    (working_folder / "empty.csv").touch()
    result = command("data", "empty.csv", "--json")
    assert result.code == 2
    error = json.loads(result.out)["error"]
    assert set(error) == {"code", "message", "remedy"}
    result = command("data", "empty.csv")
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("Error: ")


def test_a_missing_file_and_a_missing_column(command, houses):
    assert command("data", "nothing.csv").code == 2
    result = command("data", "houses.csv", "--target", "prize")
    assert result.code == 2
    assert "price" in result.err


def test_options_override_the_reader(command, working_folder):
    (working_folder / "x.csv").write_text("note\n1,5;2\n2,5;3\n3,5;4\n", encoding="utf-8")
    result = command(
        "data", "x.csv", "--json", "--values", "--delimiter", ";", "--decimal", ",", "--skip-lines", "1", "--no-header",
        "--encoding", "utf-8",
    )  # fmt: skip
    found = json.loads(result.out)
    assert found["has_header"] is False
    assert found["columns"][0]["values"] == [1.5, 2.5, 3.5]
    assert command("data", "x.csv", "--decimal", "x").code == 2


def test_hostile_names_are_shown_harmless(command, working_folder):
    names = ["[red]x[/]", "[@click=app.quit]x", "\x1b]2;title\x07", "\u202eabc", "n" * 500, "é\u0301\u0301\u0301\u0301"]
    rows = "\n".join(",".join(str(i + j) for j in range(len(names))) for i in range(20))
    (working_folder / "x.csv").write_text(",".join(names) + "\n" + rows + "\n", encoding="utf-8")
    result = command("data", "x.csv")
    assert result.code == 0
    assert not set("\x1b\x07\u202e") & set(result.out)
    assert "[red]x[/]" in result.out
    assert "n" * 100 not in result.out
    result = command("data", "x.csv", "--json")
    assert result.out.isascii()
    assert [column["name"] for column in json.loads(result.out)["columns"]][1] == "[@click=app.quit]x"


def test_a_file_without_a_target_says_how_to_name_one(command, houses, monkeypatch):
    monkeypatch.setattr("tui_ann.data.prepare.describe.propose_target", lambda table: None)
    assert "No column can be proposed as the target; set one with --target." in command("data", "houses.csv").out


def test_a_delimiter_that_gives_one_column_is_told_of_the_other(command, working_folder):
    (working_folder / "x.csv").write_text("a,b,c\n" + '1,"2,5",no\n2,3,yes\n' * 20, encoding="utf-8")
    result = command("data", "x.csv", "--delimiter", ";")
    assert "notes (1)\n  Only one column: with --delimiter comma there would be 3.\n" in result.out
    (working_folder / "x.csv").write_text("a\tb\n" + "1\t2\n" * 20, encoding="utf-8")
    assert "with --delimiter tab there would be 2." in command("data", "x.csv", "--delimiter", ",").out
    assert "there would be" not in command("data", "x.csv").out
    (working_folder / "x.csv").write_text("a\n" + "1,5\n2,5\n" * 20, encoding="utf-8")
    assert "there would be" not in command("data", "x.csv", "--delimiter", ";").out


def test_a_name_that_occurs_twice(command, working_folder):
    (working_folder / "x.csv").write_text("a,a,y\n" + "1,2,no\n2,3,yes\n" * 20, encoding="utf-8")
    assert "1 column name occurs more than once: 'a'. Numbers were added." in command("data", "x.csv").out


def test_a_sample_by_its_name(command):
    result = command("data", "sample:worked-example")
    assert result.code == 0
    assert "1 row, 3 columns" in result.out
    assert command("data", "sample:worked").code == 2
