import json

import pytest

from tui_ann.experiment.run_folder import RunFolder


def test_an_experiment_is_judged_without_training_it(command):
    result = command("doctor", "sample:wine", "--set", "data.scaling=none")
    assert result.code == 0
    title, _, row, *_ = result.out.splitlines()
    assert title.split() == ["severity", "finding", "evidence", "remedy"]
    assert row.split()[0] == "fault"
    assert "Features unscaled" in row
    assert row.endswith("standardised features")
    assert "  Try standardised features: --set data.scaling=standard. Mean 0 and" in result.out
    assert "Judged before training: 16 checks, 12 passed; 10 not possible." in result.out
    assert "Consequences of “Features unscaled”, not told:" in result.out


def test_a_healthy_experiment_has_nothing_wrong(command):
    assert command("doctor", "sample:iris").out == "Nothing is wrong before training: 16 checks; 10 not possible.\n"
    assert "Nothing is wrong after 60 epochs" in command("doctor", "sample:wine", "--train").out


def test_an_exercise_of_one_row_is_not_judged_by_rows_and_typed_weights_not_by_a_draw(command):
    sizes = ("--sizes", "2-2-2", "--activations", "tanh,softmax", "--x", "1 2", "--y", "0 1")
    typed = ("--W1", "3 2; -3 -4", "--b1", "0 0", "--W2", "5 -3; -5 2", "--b2", "0 0")
    assert command("exercise", *sizes, *typed, "--out", "typed").code == 0
    assert command("doctor", "typed").out.startswith("Nothing is wrong before training: ")
    trained = command("doctor", "typed", "--train").out
    assert trained.startswith("Nothing was found after ")
    assert trained.endswith(" not possible.\n"), "no constant answer is better, and none as good"


def test_json_as_documented(command):
    found = json.loads(command("doctor", "sample:moons", "--set", "network.initializer=zeros", "--json").out)
    assert set(found) == {"findings", "silenced", "passed", "epochs", "learns_well", "better"}
    (finding,) = found["findings"]
    assert set(finding) == {"id", "severity", "title", "text", "why", "numbers", "layers", "remedies"}
    assert (finding["id"], finding["severity"], finding["layers"]) == ("twins", "fault", [1])
    assert finding["numbers"] == {"twins": 12.0, "units": 12.0, "layer": 1.0}
    assert finding["remedies"][0]["sets"] == {"network.initializer": "glorot_uniform"}
    assert "features_unscaled" in found["passed"]
    assert "diverged" not in found["passed"]


@pytest.fixture
def folder(command, working_folder):
    """A run that diverged."""
    wild = ("--set", "training.learning_rate=100", "--set", "training.optimizer=sgd", "--epochs", "20")
    assert command("train", "xor.toml", *wild, "--out", "run", "-q").code == 0
    return working_folder / "run"


def test_a_run_folder_is_judged_at_its_end(command, folder):
    result = command("doctor", "run")
    assert "η is too large" in result.out
    assert "after 20 epochs" in result.out
    recorded = RunFolder.open(folder).record().findings
    found = json.loads(command("doctor", "run", "--json").out)["findings"]
    assert [each["id"] for each in found] == [each.id for each in recorded]


def test_a_run_whose_data_are_gone_has_the_findings_of_its_end(command, folder, working_folder):
    told = command("doctor", "run").out.splitlines()[:3]
    (working_folder / "xor.csv").unlink()
    result = command("doctor", "run")
    assert result.out.splitlines()[:3] == told
    assert "These are the findings of the time when the run ended." in result.err
    assert json.loads(command("doctor", "run", "--json").out)["findings"]


def test_a_changed_run_is_an_experiment(command, folder):
    result = command("doctor", "run", "--set", "training.learning_rate=0.1")
    assert "before training" in result.out


def test_training_says_the_worst_finding_in_one_line(command):
    result = command("train", "sample:circles", "--epochs", "20", "--set", "training.learning_rate=10", "-q")
    last = result.err.splitlines()[-1]
    assert last.startswith("η is too large: η = 10 is ")
    assert "Try η 10 → 1.1: --set training.learning_rate=1.1." in last


def test_training_says_nothing_where_nothing_is_wrong(command):
    assert command("train", "sample:wine", "-q").err == ""


def test_a_missing_experiment_is_an_error(command):
    assert command("doctor", "nowhere.toml").code == 2
