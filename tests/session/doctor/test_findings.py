"""Real runs: a sample with one planted fault is diagnosed, and the same sample without it is not."""

import pytest

from benchmarks.doctor.alarms import watched
from benchmarks.doctor.planting import PlantedCase, broken, cases, healthy
from benchmarks.doctor.suite import trained
from tui_ann.data.samples import sample_folder
from tui_ann.engine.diagnostics.finding import Severity
from tui_ann.experiment.files import load
from tui_ann.experiment.keys import put
from tui_ann.experiment.spec import DenseSpec

FIRST_OF_EACH: dict[str, PlantedCase] = {}
for planted in cases():
    FIRST_OF_EACH.setdefault(planted.fault, planted)


@pytest.mark.parametrize("fault", FIRST_OF_EACH)
def test_a_planted_fault_is_named_first(fault, tmp_path):
    case = FIRST_OF_EACH[fault]
    _, diagnosis = trained(broken(case, 0, tmp_path))
    assert diagnosis.findings[0].id == fault
    assert diagnosis.worst is diagnosis.findings[0]
    assert not diagnosis.learns_well
    assert fault not in diagnosis.passed


@pytest.mark.parametrize("fault", FIRST_OF_EACH)
def test_the_same_run_without_the_fault_is_healthy(fault):
    _, diagnosis = trained(healthy(FIRST_OF_EACH[fault], 0))
    assert fault not in {finding.id for finding in diagnosis.findings}
    assert diagnosis.worst is None
    assert diagnosis.evidence.proven
    assert diagnosis.learns_well is not bool(diagnosis.better), "a linear model suits some samples better"


@pytest.mark.parametrize("sample", ["worked-example", "linear-by-hand", "logistic-unit", "iris", "wine", "diabetes"])
def test_a_sample_as_shipped_has_no_warning_at_any_epoch(sample):
    seen = watched(sample, 4)
    assert seen.epochs > 10
    assert not seen.findings, seen.proof


def test_slow_sgd_in_a_deep_network_gets_faster_steps_first():
    experiment = load(sample_folder("spirals") / "experiment.toml")
    tanh, _, output = experiment.network.layers
    slow = put(put(experiment, "network.layers", (tanh, tanh, tanh, output)), "training.optimizer", "sgd")
    before, diagnosis = trained(slow)
    assert [finding.id for finding in diagnosis.findings] == ["plateau"], "not that it moves no more, and that it falls"
    assert diagnosis.findings[0].sentence.endswith("it falls, but slowly.")
    after, mended = trained(diagnosis.findings[0].first.apply(slow))
    assert after < before / 2
    assert mended.learns_well


def test_before_training_a_fault_of_the_set_up_is_known(tmp_path):
    from tui_ann.session.session import Session

    for name in ("features_unscaled", "twins", "leaked_target", "exploding", "learning_rate_large", "wrong_loss"):
        session = Session()
        session.workspace.adopt(broken(FIRST_OF_EACH[name], 0, tmp_path))
        diagnosis = session.doctor.examine()
        assert diagnosis.epochs == 0
        assert name in {finding.id for finding in diagnosis.findings if finding.severity > Severity.NOTE}


@pytest.mark.parametrize("seed", [0, 6])
def test_a_quarter_of_dead_units_by_the_draw_is_no_warning_before_training(seed):
    from tui_ann.session.session import Session

    moons = load(sample_folder("moons") / "experiment.toml")
    relu = (DenseSpec(units=16, activation="relu"), DenseSpec(units=8, activation="relu"))
    proposed = put(put(moons, "network.layers", (*relu, moons.network.layers[-1])), "training.optimizer", "adam")
    session = Session()
    session.workspace.adopt(put(proposed, "network.seed", seed))
    diagnosis = session.doctor.examine()
    assert diagnosis.worst is None
    assert [finding.sentence for finding in diagnosis.findings] == [
        "2 of 8 units in layer 2 answer to no row at the start."
    ]
