import csv
import json
import os
import re
from pathlib import Path

import pytest


@pytest.fixture
def trained(command, working_folder):
    assert command("train", "xor.toml", "--out", "run", "--quiet", "--set", "training.epochs=300").code == 0
    return working_folder / "run"


def test_labels_probabilities_and_metrics(command, trained, working_folder):
    (working_folder / "new.csv").write_bytes((working_folder / "xor.csv").read_bytes() + b"1,1,no\n")
    result = command("predict", "run", "new.csv")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].split() == ["row", "line", "predicted", "actual", "P(no)", "P(yes)"]
    assert lines[2].split()[:4] == ["1", "2", "no", "no"]
    assert "accuracy 1" in lines


def test_many_classes_in_a_narrow_terminal(command, working_folder, monkeypatch):
    rows = [f"{x},{x + shift / 10},kind {x}" for x in range(20) for shift in range(5)]
    (working_folder / "kinds.csv").write_text("\n".join(["a,b,kind", *rows]) + "\n", encoding="utf-8")
    assert command("train", "kinds.csv", "--target", "kind", "--epochs", "1", "--quiet", "--out", "run").code == 0
    everything = command("predict", "run", "kinds.csv").out.splitlines()
    assert everything[0].count("P(kind") == 20
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    result = command("predict", "run", "kinds.csv")
    lines = [line.rstrip() for line in result.out.splitlines() if "\x1b" not in line]
    assert "no room for 20 probabilities; --out and --json write all" in result.err
    assert "P(predicted)" in result.out
    assert "P(kind" not in result.out
    assert "…" not in result.out
    assert max(map(len, lines)) <= 80
    assert lines[1].split()[:4] == everything[2].split()[:4]


def test_the_row_goes_before_the_probabilities_do(command, trained, monkeypatch):
    everything = command("predict", "run", "xor.csv").out.splitlines()
    assert everything[0].split()[:3] == ["row", "line", "predicted"]
    monkeypatch.setenv("COLUMNS", str(len(everything[1]) - 1))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    result = command("predict", "run", "xor.csv")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", result.out)
    assert plain.splitlines()[0].split() == everything[0].split()[1:]
    assert "no room" not in result.err


def test_large_numbers_of_a_column_have_one_format(command, working_folder):
    rows = [f"{x},{x * 50_000 + 300_000}" for x in range(40)]
    (working_folder / "price.csv").write_text("\n".join(["x,y", *rows]) + "\n", encoding="utf-8")
    assert command("train", "price.csv", "--target", "y", "--epochs", "1", "--quiet", "--out", "run").code == 0
    rows = [line.split() for line in command("predict", "run", "price.csv").out.splitlines()[2:42]]
    assert [row[3] for row in rows] == [str(x * 50_000 + 300_000) for x in range(40)]


def test_json_as_documented(command, trained):
    found = json.loads(command("predict", "run", "xor.csv", "--json").out)
    assert len(found["rows"]) == 20
    assert found["rows"][1]["predicted"] == found["rows"][1]["actual"] == "yes"
    assert set(found["rows"][0]["probabilities"]) == {"no", "yes"}
    assert found["metrics"]["accuracy"] == 1


def test_rows_without_the_target_are_not_judged(command, trained, working_folder):
    (working_folder / "new.csv").write_text("b,a\n0,1\n1,1\n0,0\n", encoding="utf-8")
    found = json.loads(command("predict", "run", "new.csv", "--json").out)
    assert [row["predicted"] for row in found["rows"]] == ["yes", "no", "no"]
    assert "actual" not in found["rows"][0]
    assert found["metrics"] == {}


def test_a_threshold_moves_the_decision(command, trained):
    found = json.loads(command("predict", "run", "xor.csv", "--json", "--threshold", "1").out)
    assert {row["predicted"] for row in found["rows"]} == {"no"}


def test_a_folder_that_is_made_is_named(command, trained, working_folder):
    out = Path("new", "part", "out.csv")
    result = command("predict", "run", "xor.csv", "--out", str(out))
    assert f"wrote 20 predictions to {out}; made the folder {out.parent}\n" in result.err
    result = command("predict", "run", "xor.csv", "--out", str(out), "--force")
    assert f"wrote 20 predictions to {out}\n" in result.err


def test_into_a_file(command, trained, working_folder):
    result = command("predict", "run", "xor.csv", "--out", "out.csv")
    assert "accuracy" in result.out
    assert "wrote 20 predictions to out.csv" in result.err
    with (working_folder / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["predicted"] for row in rows[:4]] == ["no", "yes", "yes", "no"]
    assert 0 <= float(rows[0]["P(yes)"]) < 0.5
    result = command("predict", "run", "xor.csv", "--out", "out.json", "--json")
    assert result.out == ""
    assert len(json.loads((working_folder / "out.json").read_text(encoding="utf-8"))["rows"]) == 20


def test_no_spreadsheet_takes_a_label_for_a_formula():
    from tui_ann.text.spreadsheets import harmless

    assert [harmless(cell) for cell in ("=1+1", "@x", "-1.5", "+ x", "plain", -1.5)] == [
        "'=1+1", "'@x", "-1.5", "'+ x", "plain", -1.5,
    ]  # fmt: skip


TORN = "a,b,y\n0,0,no\n0,1,yes,9\n\n1,0,yes\n1,x,no\n1,1,no\n0,0,no\n0,1,yes\n"


def test_rows_keep_their_numbers_where_others_are_left_out(command, trained, working_folder):
    (working_folder / "torn.csv").write_text(TORN.replace("1,x,no\n", "1,0,yes\n"), encoding="utf-8")
    result = command("predict", "run", "torn.csv")
    assert [line.split()[:2] for line in result.out.splitlines()[2:8]] == [
        ["1", "2"], ["3", "5"], ["4", "6"], ["5", "7"], ["6", "8"], ["7", "9"],
    ]  # fmt: skip
    assert "1 row left out: line 3 (too many fields)." in result.err
    found = json.loads(command("predict", "run", "torn.csv", "--json").out)
    assert [(row["row"], row["line"]) for row in found["rows"]] == [(1, 2), (3, 5), (4, 6), (5, 7), (6, 8), (7, 9)]
    assert found["left_out"] == [{"row": 2, "line": 3, "reason": "too_many_fields"}]
    command("predict", "run", "torn.csv", "--out", "out.csv")
    with (working_folder / "out.csv").open(newline="", encoding="utf-8") as file:
        assert [(row["row"], row["line"]) for row in csv.DictReader(file)] == [
            ("1", "2"), ("3", "5"), ("4", "6"), ("5", "7"), ("6", "8"), ("7", "9"),
        ]  # fmt: skip


def test_rows_with_missing_cells_are_named_too(command, working_folder):
    words = ["train", "xor.toml", "--out", "run", "--quiet", "--set", "data.missing=drop"]
    assert command(*words).code == 0
    (working_folder / "torn.csv").write_text(TORN.replace("1,x,no", "1,,no"), encoding="utf-8")
    found = json.loads(command("predict", "run", "torn.csv", "--json").out)
    assert [row["row"] for row in found["rows"]] == [1, 3, 5, 6, 7]
    assert [tuple(row.values()) for row in found["left_out"]] == [(2, 3, "too_many_fields"), (4, 6, "missing_cells")]


def test_a_missing_cell_is_refused_with_what_helps_here(command, trained, working_folder):
    (working_folder / "torn.csv").write_text("a,b\n0,0\n,1\n1,1\n", encoding="utf-8")
    result = command("predict", "run", "torn.csv", "--missing", "error")
    assert result.code == 2
    assert "line 3, column 'a'" in result.err
    assert "or use another rule: --missing drop, mean" in result.err


def test_a_row_with_a_gap_is_left_out_and_named_and_the_others_predicted(command, trained, working_folder):
    (working_folder / "torn.csv").write_text("a,b\n0,0\n,1\n1,1\n", encoding="utf-8")
    result = command("predict", "run", "torn.csv")
    assert result.code == 0
    assert "Left out 1 row with missing cells (a 1): line 3." in result.err
    assert [line.split()[0] for line in result.out.splitlines()[2:4]] == ["1", "3"]
    for rule in ("mean", "median", "most_frequent"):
        filled = command("predict", "run", "torn.csv", "--missing", rule)
        assert filled.code == 0
        assert "Filled 1 missing cell" in filled.err
        assert len(json.loads(command("predict", "run", "torn.csv", "--json", "--missing", rule).out)["rows"]) == 3


def test_numbers_far_from_the_training_rows_are_told(command, trained, working_folder):
    (working_folder / "far.csv").write_text("a,b\n-90,0\n-90,1\n-90,7000\n", encoding="utf-8")
    result = command("predict", "run", "far.csv")
    assert "a: all 3 rows are more than 5σ below the training rows." in result.err
    assert "b: 1 of 3 rows is more than 5σ above the training rows; the first is line 4." in result.err
    assert "σ" not in command("predict", "run", "xor.csv").err


def test_rows_of_the_own_table_have_their_part(command, working_folder):
    sets = ["--set", "data.split=shuffled", "--set", "data.test_split=0.2", "--set", "data.validation_split=0.25"]
    assert command("train", "xor.toml", "--out", "run", "--quiet", *sets).code == 0
    result = command("predict", "run", "xor.csv")
    lines = result.out.splitlines()
    assert lines[0].split()[-1] == "part"
    parts = [line.split()[-1] for line in lines[2:22]]
    assert [parts.count(part) for part in ("train", "validation", "test")] == [12, 4, 4]
    assert [line.split()[0] for line in lines[-4:]] == ["all", "train", "validation", "test"]
    found = json.loads(command("predict", "run", "xor.csv", "--json").out)
    assert [row["part"] for row in found["rows"]] == parts
    kept = json.loads((working_folder / "run" / "run.json").read_text(encoding="utf-8"))["metrics"]
    assert found["metrics_by_part"]["test"]["auc"] == kept["test"]["auc"]
    command("predict", "run", "xor.csv", "--out", "out.csv")
    with (working_folder / "out.csv").open(newline="", encoding="utf-8") as file:
        assert [row["part"] for row in csv.DictReader(file)] == parts
    (working_folder / "new.csv").write_text("a,b,y\n0,0,no\n", encoding="utf-8")
    assert "part" not in command("predict", "run", "new.csv").out
    new = json.loads(command("predict", "run", "new.csv", "--json").out)
    assert (new["rows"][0]["part"], new["metrics_by_part"]) == (None, {})


def test_the_own_table_is_read_as_the_run_read_it(command, working_folder):
    rows = "0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n" * 5
    (working_folder / "xor.csv").write_text(f"first,of,two\na,b,y\n{rows}", encoding="utf-8")
    assert command("train", "xor.toml", "--out", "run", "-q", "--set", "data.skip_lines=1").code == 0
    assert command("predict", "run", "xor.csv").out.splitlines()[0].split()[-1] == "part"


def test_a_threshold_needs_two_classes(command, working_folder):
    (working_folder / "line.csv").write_text(
        "x,y\n" + "".join(f"{i},{2 * i + 0.5}\n" for i in range(12)), encoding="utf-8"
    )
    words = ["train", "line.csv", "--target", "y", "--out", "run", "--quiet", "--set", "training.epochs=1"]
    assert command(*words).code == 0
    result = command("predict", "run", "line.csv", "--threshold", "0.2")
    assert (result.code, result.out) == (2, "")
    assert "this network predicts numbers. Leave the threshold out." in result.err


@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_a_diverged_run_is_not_trusted(command, working_folder):
    (working_folder / "line.csv").write_text(
        "x,y\n" + "".join(f"{i},{2 * i + 0.5}\n" for i in range(12)), encoding="utf-8"
    )
    words = ["--target", "y", "--out", "run", "--quiet", "--set", "training.optimizer=sgd"]
    assert command("train", "line.csv", *words, "--set", "training.learning_rate=1e200").code == 0
    result = command("predict", "run", "line.csv")
    assert "This run diverged" in result.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing", "xor.csv"], "nothing"),
        (["run", "nothing.csv"], "nothing.csv"),
        (["xor.toml", "xor.csv"], "xor.toml"),
        (["run", "other.csv"], "'b'"),
    ],
)
def test_what_cannot_be_predicted_says_why(command, trained, working_folder, words, message):
    (working_folder / "other.csv").write_text("a,c\n0,1\n1,1\n", encoding="utf-8")
    result = command("predict", *words)
    assert result.code == 2
    assert message in result.err
    assert result.out == ""


def test_nothing_is_overwritten_unasked(command, trained, working_folder):
    before = (working_folder / "xor.csv").read_bytes()
    (working_folder / "old.csv").write_bytes(before)
    result = command("predict", "run", "xor.csv", "--out", "old.csv")
    assert (result.code, result.out) == (2, "")
    assert result.err == "Error: old.csv already exists. Name another file, or add --force to replace it.\n"
    assert (working_folder / "old.csv").read_bytes() == before
    (working_folder / "out.csv").write_text("old", encoding="utf-8")
    assert command("predict", "run", "xor.csv", "--out", "out.csv", "--force").code == 0
    assert (working_folder / "out.csv").read_text(encoding="utf-8").startswith("row,line,predicted")
    for path in (os.devnull, "."):
        assert command("predict", "run", "xor.csv", "--out", path, "--force").code == 2


def test_a_dash_is_standard_output(command, trained, working_folder):
    result = command("predict", "run", "xor.csv", "--out", "-")
    assert result.out.splitlines()[0].startswith("row,line,predicted,actual")
    assert len(result.out.splitlines()) == 21
    assert not (working_folder / "-").exists()


def test_the_input_is_never_replaced(command, trained, working_folder):
    (working_folder / "link.csv").symlink_to("xor.csv")
    before = (working_folder / "xor.csv").read_bytes()
    words = (
        ("predict", "run", "xor.csv", "--out", "link.csv"),
        ("predict", "run", "xor.csv", "--out", "run/run.json"),
        ("train", "xor.csv", "--save", "xor.csv"),
        ("train", "xor.toml", "--losses", "xor.csv"),
        ("train", "xor.toml", "--save", "xor.toml"),
        ("step", "xor.toml", "--out", "xor.csv"),
    )
    for each in words:
        result = command(*each, "--force")
        assert (result.code, "is read here" in result.err) == (2, True), result
    assert (working_folder / "xor.csv").read_bytes() == before
    assert (working_folder / "xor.toml").read_text(encoding="utf-8").startswith('name = "xor"')


def test_what_a_row_does_not_have_is_empty(command, working_folder):
    rows = [f"{x},{2 * x + 1}" for x in range(30)]
    (working_folder / "line.csv").write_text("\n".join(["x,y", *rows, "30,"]) + "\n", encoding="utf-8")
    words = ("--target", "y", "--task", "regression", "--epochs", "1", "--quiet")
    assert command("train", "line.csv", "--out", "line", *words).code == 0
    lines = command("predict", "line", "line.csv").out.splitlines()
    assert lines[0].split() == ["row", "line", "predicted", "actual", "part"]
    assert len(lines[32].split()) == 3
    assert lines[32].split()[0] == "31"
    assert not any("nan" in line for line in lines[:33])


@pytest.mark.parametrize(
    ("name", "told"),
    [("p.csv", ""), ("p", ""), ("p.parquet", "p.parquet is CSV,"), ("p.tsv", "p.tsv is CSV,"), ("p.json", "is CSV,")],
)
def test_a_name_that_promises_another_format_is_told(command, trained, name, told):
    err = command("predict", "run", "xor.csv", "--out", name).err
    assert told in err
    assert ("whatever its name says" in err) == bool(told)


def test_json_into_a_name_that_promises_csv_is_told(command, trained):
    assert "p.csv is JSON," in command("predict", "run", "xor.csv", "--json", "--out", "p.csv").err
    assert "is JSON" not in command("predict", "run", "xor.csv", "--json", "--out", "p.json").err
