import msgspec
import pytest

from tui_ann.cli.sweep_chart import sweep_chart
from tui_ann.session.sweep.record import SweepRecord, SweepRun, judged

RATE, RULE = "training.learning_rate", "training.optimizer"


def record(key, points):
    """A sweep over one setting with the values of the runs of each trial."""
    trials = [
        judged(number, {key: value}, [SweepRun(folder="r", status="completed", value=y) for y in values], 0, over=True)
        for number, (value, values) in enumerate(points, start=1)
    ]
    return SweepRecord(
        experiment="e", settings={key: "…"}, search="grid", seed=0, repeats=1, folds=None, metric="val_loss",
        direction="min", rungs=[], status="completed", trials=trials,
    )  # fmt: skip


def test_runs_and_means_over_the_setting():
    text = sweep_chart(record(RATE, [(0.001, [1.0, 1.2]), (0.01, [0.5, 0.7]), (0.1, [0.1, 0.2])]), width=70)
    assert "val_loss over training.learning_rate, x and y logarithmic" in text
    assert text.splitlines()[-1] == "• a run   o the mean of a trial"
    assert all(len(line) <= 70 for line in text.splitlines())


def test_single_runs_on_linear_axes():
    text = sweep_chart(record(RATE, [(0.1, [1.0]), (0.2, [1.5])]), width=70)
    assert "logarithmic" not in text
    assert "a run" not in text


def test_words_are_drawn_by_their_rank():
    assert "over the rank of the trial" in sweep_chart(record(RULE, [("sgd", [1.0]), ("adam", [0.5])]), width=70)


@pytest.mark.parametrize("points", [[], [(0.1, [])], [(0.1, [None])]])
def test_without_a_value_there_is_no_chart(points):
    assert sweep_chart(record(RATE, points)) == ""


def test_a_value_of_zero_is_not_on_a_logarithmic_axis():
    text = sweep_chart(record(RATE, [(0.0, [0.0]), (1.0, [3.0])]), width=70)
    assert "logarithmic" not in text


def test_stopped_trials_are_drawn_too():
    found = record(RATE, [(0.1, [1.0]), (0.2, [1.5])])
    cut = msgspec.structs.replace(found.trials[1], status="stopped")
    text = sweep_chart(msgspec.structs.replace(found, trials=[found.trials[0], cut]), width=70)
    assert text.count("0.2") + text.count("0.20") >= 1


def test_small_numbers_are_written_so_that_they_can_be_told_apart():
    text = sweep_chart(record("training.l2", [(4e-5, [2e-6]), (0.004, [3e-6]), (0.1, [4e-6])]), width=70)
    assert "0.0000" not in text
    assert {"0.0001", "0.001", "0.01", "0.1", "2e-6", "4e-6"} <= set(text.replace("┤", " ").split())


def test_a_decade_has_more_than_two_ticks():
    ticks = sweep_chart(record(RATE, [(0.01, [1.0]), (0.1, [1.5])]), width=70).splitlines()[-2].split()
    assert ticks == ["0.01", "0.02", "0.05", "0.1"]


def test_one_value_is_drawn():
    assert "0.1" in sweep_chart(record(RATE, [(0.1, [1.0])]), width=70).splitlines()[-2].split()


def test_each_choice_of_another_setting_has_its_mark():
    found = record(RATE, [(0.01, [0.2]), (0.1, [0.4]), (0.01, [0.6]), (0.1, [0.8])])
    rules = ["adam", "adam", "sgd", "sgd"]
    trials = [
        msgspec.structs.replace(trial, changes={RULE: rule, **trial.changes})
        for trial, rule in zip(found.trials, rules, strict=True)
    ]
    found = msgspec.structs.replace(found, settings={RULE: "adam,sgd", RATE: "0.01,0.1"}, trials=trials)
    text = sweep_chart(found, width=70)
    *picture, legend = text.splitlines()
    assert legend == "o adam   x sgd"
    marks = "".join(line.partition("│")[2] + line.partition("┤")[2] for line in picture)
    assert (marks.count("o"), marks.count("x")) == (2, 2)


def test_the_marks_are_in_the_order_of_the_values():
    found = record(RATE, [(0.01, [0.2]), (0.01, [0.4]), (0.01, [0.6]), (0.1, [0.8])])
    units = [16, 8, 64, 8]
    trials = [
        msgspec.structs.replace(trial, changes={"network.layers.1.units": each, **trial.changes})
        for trial, each in zip(found.trials, units, strict=True)
    ]
    settings = {RATE: "0.01,0.1", "network.layers.1.units": "8,16,64"}
    text = sweep_chart(msgspec.structs.replace(found, settings=settings, trials=trials), width=70)
    assert text.splitlines()[-1] == "o 8   x 16   + 64"
