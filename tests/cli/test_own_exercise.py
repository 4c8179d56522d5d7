"""`tui-ann exercise`: the fields of a sheet as options or in a file; printed, or written into a folder."""

import json

import pytest

FIELDS = ("--sizes", "2-3-1", "--activations", "linear,linear", "--loss", "half_squared_error", "--eta", "0.1")
EXAMPLE = ("--x=1 2", "--y=1", "--W1=.5 .2; .3 .8; .6 .4", "--b1=.1 .1 .1", "--W2=.4 .3 .2", "--b2=.1")


def test_an_exercise_is_worked_out_by_the_program_itself(program):
    result = program("exercise", *FIELDS, *EXAMPLE)
    assert (result.code, result.err) == (0, "")
    assert "0.484" in result.out


def test_the_numbers_as_json(command):
    told = json.loads(command("exercise", *FIELDS, *EXAMPLE, "--format", "json").out)
    assert abs(told["loss"] - 0.08) < 1e-12
    assert told["layers"][0]["W"] == [[0.5, 0.2], [0.3, 0.8], [0.6, 0.4]]


def test_options_override_the_file(command, tmp_path):
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("sizes = 2-1\nX = np.array([[1, 2], [-2, 1]])\ny = [1, 0]\nactivations: sigmoid\n", "utf-8")
    told = json.loads(command("exercise", str(sheet), "--eta", "0.5", "--W1", ".4 .3", "--format", "json").out)
    assert told["learning_rate"] == 0.5
    assert told["x"] == [[1.0, 2.0], [-2.0, 1.0]]


def test_a_folder_is_an_experiment_like_any_other(command, working_folder):
    assert command("exercise", *EXAMPLE, "--out", "mine").code == 0
    assert sorted(path.name for path in (working_folder / "mine").iterdir()) == [
        "data.csv",
        "experiment.toml",
        "weights.safetensors",
    ]
    assert "0.484" in command("step", "mine").out
    again = command("exercise", "--out", "mine")
    assert again.code == 2
    assert "not empty" in again.err


def test_mistakes_name_their_fields(command):
    result = command("exercise", "--W1", "1 2 3", "--loss", "foo")
    assert result.code == 2
    assert "W1: " in result.err
    assert "loss: " in result.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--W", "mean --W1 or --W2?"),
        ("--w1", "mean --W1?"),
        ("--size", "mean --sizes?"),
        ("--activaton", "mean --activations?"),
        ("--lr", "mean --eta?"),
        ("--weights", "mean --W1?"),
        ("--epochs", "There is no option --epochs.\n"),
    ],
)
def test_a_mistyped_option_gets_those_that_may_be_meant_as_a_hint(command, typed, meant):
    result = command("exercise", typed, "1 2")
    assert result.code == 2
    assert meant in result.err
