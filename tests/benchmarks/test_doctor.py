"""The suite of planted faults, and the alarms of healthy runs: their parts and their printing."""

import math

import numpy as np
import pytest

from benchmarks.doctor.__main__ import main
from benchmarks.doctor.planting import broken, cases, healthy
from benchmarks.doctor.suite import CaseResult
from tui_ann.experiment.checks import problems
from tui_ann.experiment.weights import load_weights
from tui_ann.session.run.prepared import Prepared


def test_there_are_41_cases_with_names_of_their_own():
    assert len(cases()) == 41
    assert len({case.name for case in cases()}) == 41


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_differs_from_its_healthy_twin_and_can_run(case, tmp_path):
    well, ill = healthy(case, 3), broken(case, 3, tmp_path)
    assert ill != well
    assert ill.network.seed == well.network.seed == 3
    assert not problems(well)
    assert not problems(ill)


def named(part: str):
    return next(case for case in cases() if part in case.name)


def test_tables_are_changed_as_the_case_says(tmp_path):
    def targets(case):
        experiment = broken(case, 0, tmp_path)
        return Prepared().make(experiment)[1]

    leaked = targets(named("leaked"))
    assert leaked.feature_names[-1] == "code"
    rare = targets(named("rare"))
    assert rare.Y_train.mean() < 0.1
    far = targets(named("targets × 20"))
    assert far.Y_train.max() > 5 * np.sort(far.Y_train, axis=0)[-9]
    shuffled, real = targets(named("shuffled, wine")), Prepared().make(healthy(named("shuffled, wine"), 0))[1]
    assert np.array_equal(np.sort(shuffled.Y_train.sum(axis=0)), np.sort(real.Y_train.sum(axis=0)))


def test_start_values_are_changed_as_the_case_says(tmp_path):
    ill = broken(named("dead ReLU, wine"), 0, tmp_path)
    start = load_weights(tmp_path / "start.safetensors")
    assert ill.network.weights == str(tmp_path / "start.safetensors")
    assert (start["b1"] == -10.0).all()
    assert (start["b2"] == 0.0).all()


def test_a_result_is_mended_within_a_tenth():
    case = cases()[0]
    assert CaseResult(case, case.fault, (), "", 1.0, 5.0, 1.1).is_mended
    assert not CaseResult(case, case.fault, (), "", 1.0, 5.0, 1.11).is_mended
    assert not CaseResult(case, case.fault, (), "", 1.0, 0.5, 0.5).is_mended, "nothing has changed"
    assert not CaseResult(case, "", (), "", 1.0, 5.0, math.nan).is_mended


def test_the_command_prints_both_tables(capsys):
    main(["--part", "suite", "--only", "zero start, iris", "--seed", "0"])
    assert "1 of 1 named first, 1 mended by the first remedy (seed 0)" in capsys.readouterr().out
    main(["--part", "alarms", "--only", "linear-by-hand", "--seeds", "2"])
    assert "0 of 102 epochs carry a warning: 0.00%" in capsys.readouterr().out
