import csv
import json

import pytest


@pytest.fixture
def trained(command, working_folder):
    assert command("train", "xor.toml", "--out", "run", "--quiet", "--set", "training.epochs=300").code == 0
    return working_folder / "run"


def test_labels_probabilities_and_metrics(command, trained):
    result = command("predict", "run", "xor.csv")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].split() == ["row", "predicted", "actual", "P(no)", "P(yes)"]
    assert lines[2].split()[:3] == ["1", "no", "no"]
    assert "accuracy 1" in lines


def test_json_as_documented(command, trained):
    found = json.loads(command("predict", "run", "xor.csv", "--json").out)
    assert len(found["rows"]) == 20
    assert found["rows"][1]["predicted"] == found["rows"][1]["actual"] == "yes"
    assert set(found["rows"][0]["probabilities"]) == {"no", "yes"}
    assert found["metrics"]["accuracy"] == 1


def test_rows_without_the_target_are_not_judged(command, trained, working_folder):
    (working_folder / "new.csv").write_text("b,a\n0,1\n1,1\n0,0\n")
    found = json.loads(command("predict", "run", "new.csv", "--json").out)
    assert [row["predicted"] for row in found["rows"]] == ["yes", "no", "no"]
    assert "actual" not in found["rows"][0]
    assert found["metrics"] == {}


def test_a_threshold_moves_the_decision(command, trained):
    found = json.loads(command("predict", "run", "xor.csv", "--json", "--threshold", "1").out)
    assert {row["predicted"] for row in found["rows"]} == {"no"}


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
    assert len(json.loads((working_folder / "out.json").read_text())["rows"]) == 20


def test_no_spreadsheet_takes_a_label_for_a_formula():
    from tui_ann.cli.predict import _harmless

    assert [_harmless(cell) for cell in ("=1+1", "@x", "-1.5", "+ x", "plain", -1.5)] == [
        "'=1+1", "'@x", "-1.5", "'+ x", "plain", -1.5,
    ]  # fmt: skip


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
    (working_folder / "other.csv").write_text("a,c\n0,1\n1,1\n")
    result = command("predict", *words)
    assert result.code == 2
    assert message in result.err
    assert result.out == ""
