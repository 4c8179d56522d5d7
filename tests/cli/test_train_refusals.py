"""`tui-ann train`: what it refuses, and in which words."""

import pytest

from tui_ann.session.jobs.carrier import SerialCarrier


def test_all_mistakes_of_a_file_at_once(command, working_folder):
    (working_folder / "bad.toml").write_text(
        "[data]\npath = 3\ntarget = 4\n[[network.layers]]\ntype = 'dense'\nunits = 0\n", encoding="utf-8"
    )
    result = command("train", "bad.toml")
    assert result.code == 2
    assert result.out == ""
    assert result.err.splitlines()[0] == "Error: bad.toml has 3 mistakes:"
    assert "bad.toml, line 2, data.path: found 3." in result.err


@pytest.mark.parametrize(
    "words",
    [("train",), ("check",), ("step",), ("lab", "luck"), ("sweep", "--repeats", "2")],
    ids=lambda words: words[0],
)
def test_a_data_file_that_is_not_there_is_named_with_its_line(command, working_folder, words):
    text = (working_folder / "xor.toml").read_text(encoding="utf-8")
    assert text.count('"xor.csv"') == 1
    (working_folder / "bad.toml").write_text(text.replace('"xor.csv"', '"gone.csv"'), encoding="utf-8")
    line = text[: text.index('"xor.csv"')].count("\n") + 1
    result = command(*words, "bad.toml")
    assert (result.code, result.out) == (2, "")
    first, second = result.err.splitlines()
    assert first == "Error: This experiment cannot be run:"
    assert second.startswith(f"  bad.toml, line {line}, data.path: There is no file ")


@pytest.mark.parametrize("words", [("train",), ("sweep", "--repeats", "2")], ids=lambda words: words[0])
def test_a_data_file_that_is_not_there_is_named_with_the_change(command, words):
    result = command(*words, "xor.toml", "--set", "data.path=lost.csv")
    assert result.code == 2
    assert "  --set data.path: There is no file " in result.err
    assert "lost.csv" in result.err


def test_a_change_mends_a_data_file_that_is_not_there(command, working_folder, monkeypatch):
    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", lambda rows, workers=None: SerialCarrier(rows))
    text = (working_folder / "xor.toml").read_text(encoding="utf-8").replace('"xor.csv"', '"gone.csv"')
    (working_folder / "bad.toml").write_text(text, encoding="utf-8")
    for words in (["train"], ["sweep", "--repeats", "2"]):
        result = command(*words, "bad.toml", "--set", "data.path=xor.csv", "--epochs", "1", "--out", words[0])
        assert result.code == 0, result.err


def test_changes_columns_and_task_are_told_at_once(command):
    changes = [
        "data.features=[\"aa\", \"b\"]", "data.ignore=[\"cc\"]", "training.epochs=0", "training.metrics=[\"r2\"]",
        "training.learning_rat=1",
    ]  # fmt: skip
    result = command("train", "xor.toml", *[word for change in changes for word in ("--set", change)])
    assert result.code == 2
    first, *lines = result.err.splitlines()
    assert first == "Error: These changes have 5 problems:"
    assert [line.split(": ")[0].strip() for line in lines] == [
        "--set training.epochs", "--set training.learning_rat", "data.features", "data.ignore", "training.metrics",
    ]  # fmt: skip


def test_reasons_of_several_kinds_are_told_at_once(command):
    words = ["--set", 'data.features=["aa"]', "--set", 'training.metrics=["r2"]', "--target", "z"]
    for name in ("train", "check", "step"):
        result = command(name, "xor.toml", *words)
        assert result.code == 2
        assert result.err.splitlines()[0] == "Error: This experiment cannot be run for 2 reasons:"
        assert "data.features: There is no column named 'aa'." in result.err
        assert "data.target: There is no column named 'z'." in result.err


def test_a_target_that_is_not_there_hides_nothing_else(command):
    words = ["--target", "nope", "--set", 'data.features=["aa"]']
    result = command("train", "xor.csv", *words, "--set", "training.epochs=0")
    assert [line.split(": ")[0].strip() for line in result.err.splitlines()] == [
        "Error", "--target", "--set training.epochs", "data.features",
    ]  # fmt: skip
    assert "3 problems:" in result.err
    assert len(command("train", "xor.csv", *words).err.splitlines()) == 3
    alone = command("train", "xor.csv", "--target", "nope", "--set", "training.epochs=1")
    assert alone.err.startswith("Error: There is no column named 'nope'.")


def test_a_refused_change_is_not_blamed_twice(command):
    words = ["--set", "network.layers.2.activation=softmax", "--set", "training.loss=categorical", "--set", "x=1"]
    result = command("train", "xor.toml", *words)
    assert result.err.splitlines()[0] == "Error: 2 changes cannot be made:"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "training.learning_rat=1"], "Did you mean training.learning_rate?"),
        (["--set", "training.learning_rate=-1"], "found -1. Allowed: a number above 0."),
        (["--set", "network.layers.2.activation=softmax"], "softmax needs 2 or more units"),
        (["--set", "network.layers.2.units=3"], "The output layer has 3 units"),
        (["--set", "data.path=nothing.csv"], "nothing.csv"),
        (["--target", "z"], "z"),
        (["--out", "xor.toml"], "xor.toml"),
    ],
)
def test_what_cannot_be_trained_says_why(command, words, message):
    result = command("train", "xor.toml", *words)
    assert result.code in (1, 2)
    assert message in result.err
    assert "Traceback" not in result.err
    assert result.out == ""
