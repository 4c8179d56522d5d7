import json

import pytest

from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.jobs.carrier import SerialCarrier
from tui_ann.session.labs.table import LABS

RATES = ["--set", "training.learning_rate=0.01,0.5", "--epochs", "3"]


@pytest.fixture
def here(monkeypatch):
    """Labs are made in this process: other tests start workers."""
    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", lambda rows, workers=None: SerialCarrier(rows))


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def test_without_a_name_the_labs_are_listed(command):
    listed = command("lab")
    assert [line.split()[0] for line in listed.out.splitlines()[2:]] == list(LABS)
    assert [lab["lab"] for lab in events(command("lab", "--json").out)] == list(LABS)


def test_a_lab_is_a_table_and_sentences(command, here, working_folder):
    result = command("lab", "learning-rate", "sample:moons", *RATES, "--out", "l", "--plot")
    assert result.code == 0, result.err
    assert "Learning rate, 2 runs of moons" in result.err
    assert "--set training.learning_rate=0.01,0.5" in result.err
    lines = result.out.splitlines()
    assert lines[0].split() == ["learning", "rate", "final", "loss", "epochs", "seconds"]
    assert lines[3].split()[:3] == ["η", "0.5", "good"]
    assert "η 0.5 is good: the loss falls from" in result.out
    assert "loss over the epoch" in result.out
    assert RunFolder.open(working_folder / "l" / "2-eta-0.5").record().epochs == 3
    quiet = command("lab", "learning-rate", "sample:moons", *RATES, "--out", "l", "--quiet")
    assert quiet.err == ""
    assert quiet.out.splitlines()[0] == lines[5]


def test_json_lines_with_the_result(command, here):
    result = command("lab", "optimiser", "sample:iris", "--set", "training.optimizer=sgd,adam", "--epochs", "2", "--json", "--out", "l")  # fmt: skip
    start, *runs, end = events(result.out)
    assert (start["event"], start["lab"], start["runs"], len(start["arms"])) == ("start", "optimiser", 6, 6)
    assert [run["event"] for run in runs] == ["run"] * 6
    assert (end["event"], end["status"], end["schema"]) == ("end", "completed", 1)
    assert end["sentences"][0].startswith("Each with its best η")
    assert {arm["group"] for arm in end["arms"]} == {"sgd", "adam"}


def test_a_key_that_is_no_choice_of_the_lab_changes_the_experiment(command, here, working_folder):
    sets = ["--set", "network.layers.1.units=3", "--set", "repeats=2", "--epochs", "1"]
    result = command("lab", "luck", "sample:iris", *sets, "--out", "l", "--plot")
    assert result.code == 0, result.err
    (folder, _) = sorted(path for path in (working_folder / "l").iterdir() if path.is_dir())
    assert RunFolder.open(folder).experiment().network.layers[0].units == 3


def test_a_chart_over_sizes_of_data(command, here):
    sets = ["--set", "units=2,4", "--set", "shares=0.2,1", "--set", "repeats=1", "--epochs", "1"]
    result = command("lab", "data-size", "sample:moons", *sets, "--out", "l", "--plot")
    assert "test_accuracy over the training rows" in result.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lucky", "sample:iris"], "There is no lab lucky"),
        (["luck"], "Missing argument 'EXPERIMENT'"),
        (["luck", "sample:iris", "--json", "--plot"], "Leave one of them out"),
        (["luck", "sample:iris", "--set", "repeats=x"], "whole numbers from 1"),
        (["luck", "sample:iris", "--set", "training.learn=1"], "training.learn"),
        (["data-size", "sample:worked-example"], "too few rows to test on"),
        (["regularisation", "sample:worked-example"], "too few rows to validate"),
    ],
)
def test_what_is_refused(command, here, arguments, words):
    result = command("lab", *arguments)
    assert result.code in (1, 2)
    assert words in result.err


def test_the_folder_of_another_lab_is_refused(command, here):
    assert command("lab", "luck", "sample:iris", "--epochs", "1", "--set", "repeats=1", "--out", "l", "-q").code == 0
    other = command("lab", "luck", "sample:iris", "--epochs", "1", "--set", "repeats=2", "--out", "l", "-q")
    assert "has another sweep" in other.err
