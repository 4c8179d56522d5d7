"""A data file in place of an experiment: everything is proposed, shown, and can be kept."""

import json

import pytest

from tui_ann.experiment.files import load
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.jobs.carrier import SerialCarrier


@pytest.fixture(autouse=True)
def flowers(working_folder):
    rows = [f"{i % 7},{(i * 3) % 11},{'rose' if (i % 7) + (i * 3) % 11 > 8 else 'tulip'}" for i in range(120)]
    (working_folder / "flowers.csv").write_text("\n".join(["length,width,kind", *rows, ""]), encoding="utf-8")
    return working_folder


FEW = ["--set", "training.epochs=2", "--out", "run"]


def test_a_data_file_trains_as_proposed(command, flowers):
    result = command("train", "flowers.csv", *FEW)
    assert result.code == 0, result.err
    assert result.err.startswith("Proposed for this table; --save FILE writes all of it:\n")
    for line in ("target kind: it is the last column", "network 2-", "adam with η 0.003"):
        assert f"\n  {line}" in result.err
    assert result.err.count("\n") < 15
    assert RunFolder.open(flowers / "run").experiment().data.path == str(flowers / "flowers.csv")


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["--target", "kind"], "target kind"),
        (["--test", "0.15"], "to test"),
        (["--validation", "0.2"], "to validate"),
        (["--set", "training.learning_rate=0.003"], "adam with"),
        (["--set", "network.layers.1.activation=relu"], "network 2-"),
    ],
)
@pytest.mark.parametrize("what", [["train"], ["sweep", "--repeats", "2"]], ids=lambda what: what[0])
def test_what_the_user_chose_is_not_proposed(command, monkeypatch, what, words, chosen):
    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", lambda rows, workers=None: SerialCarrier(rows))
    result = command(*what, "flowers.csv", *FEW, *words)
    assert result.code == 0, result.err
    proposed = result.err.partition("Proposed for this table")[2]
    assert "numbers scaled" in proposed
    assert not any(chosen in line for line in proposed.splitlines() if line.startswith("  "))


def test_the_target_can_be_named(command, flowers):
    result = command("train", "flowers.csv", *FEW, "--target", "width", "--json")
    start, *_, end = map(json.loads, result.out.splitlines())
    assert start["task"] == "regression"
    assert {"mae", "r2"} <= set(end["metrics"]["train"])
    assert command("train", "flowers.csv", "--target", "wdith").code == 2


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("2024-01-{:02}", "a column of dates, 9 different ones, each a class of its own"),
        ("{:02}:30", "a column of times of day, 9 different ones, each a class of its own"),
    ],
)
def test_a_target_of_dates_is_called_so(command, flowers, cell, told):
    rows = [f"{cell.format(1 + i % 9)},{i % 7}" for i in range(120)]
    (flowers / "moments.csv").write_text("\n".join(["when,size", *rows, ""]), encoding="utf-8")
    result = command("train", "moments.csv", "--target", "when", *FEW)
    assert result.code == 0, result.err
    assert f"\n  multiclass: {told}\n" in result.err


def test_a_proposal_is_kept_and_trains_the_same(command, flowers):
    words = ["--set", "training.epochs=2", "--json", "--quiet"]
    first = command("train", "flowers.csv", *words, "--out", "a", "--save", "flowers.toml")
    assert first.code == 0, first.err
    assert load(flowers / "flowers.toml").training.epochs == 2
    second = command("train", "flowers.toml", *words, "--out", "b")

    def metrics(result):
        return json.loads(result.out.splitlines()[-1])["metrics"]

    assert metrics(first) == metrics(second)


def test_a_proposal_can_be_checked(command):
    assert command("check", "flowers.csv").code == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n", b"\x00\x01\x02\x03", b"a,b\n1,x\n", b"a,b\n1,x\n2,x\n3,x\n", b"a\n\n\n"],
    ids=["empty", "header only", "binary", "one row", "one class", "one column"],
)
def test_files_that_cannot_be_learnt_from(command, flowers, content):
    (flowers / "bad.csv").write_bytes(content)
    result = command("train", "bad.csv", *FEW)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("Error: ")
    assert not (flowers / "run").exists()
