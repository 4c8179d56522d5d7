import itertools
import json
import re

import msgspec
import numpy as np
import pytest

from tests.session.labs.conftest import proposal
from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.errors import ExperimentError, SessionError
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, DropoutSpec
from tui_ann.session.jobs.carrier import SerialCarrier
from tui_ann.session.labs.depths import units_for
from tui_ann.session.labs.found import ArmFound, ArmSpread, RunFound
from tui_ann.session.labs.lab import LabFacts
from tui_ann.session.labs.luck import judge_luck
from tui_ann.session.labs.over_rows import over_rows
from tui_ann.session.labs.record import LabRecord
from tui_ann.session.labs.running import LabRun
from tui_ann.session.labs.table import LABS, lab_of
from tui_ann.session.labs.words import lab_words
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.sweep.record import SweepRun
from tui_ann.session.sweep.sweep import SweepRunEnded

CHOSEN = {"training.learning_rate": "0.01,0.1", "training.epochs": "3"}


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("sample", ["moons", "diabetes", "digits", "logistic-unit", "linear-unit"])
def test_every_lab_proposes_trials_that_can_be_made(lab, sample):
    found = proposal(lab, sample)
    plan = found.plan()
    assert plan.arms
    assert len({arm.name for arm in plan.arms}) == len(plan.arms)
    data = Prepared()
    data.put_table(found.experiment, found.table)
    for trial in plan.sweep.choices():
        experiment = plan.sweep.experiment_of(plan.sweep.runs_of(trial)[0])
        assert not data.problems(experiment)
    assert {choice.key for choice in found.choices} >= {"training.epochs", "repeats"}


def test_every_lab_has_its_words():
    assert list(lab_words()) == ["common", *LABS, "vary"]
    for name in LABS:
        words = lab_words()[name]
        assert words.title
        assert words.shows.endswith(".")
        assert words.section
    with pytest.raises(SessionError, match="There is no lab luckk"):
        lab_of("luckk")
    for typed in ("rate", "learning-rat"):
        with pytest.raises(SessionError) as refused:
            lab_of(typed)
        assert refused.value.remedy == "Did you mean learning-rate?"


def test_small_rates_are_written_without_an_exponent():
    plan = proposal("learning-rate", "spirals").plan()
    assert [arm.name for arm in plan.arms[:3]] == ["η 0.00005", "η 0.0005", "η 0.005"]
    rates = [float(arm.changes["training.learning_rate"]) for arm in plan.arms]
    assert rates == pytest.approx([5e-5, 5e-4, 5e-3, 0.05, 0.5, 5])


def test_luck_without_a_spread_is_one_sentence():
    ended = SweepRun(folder="r", status="completed", metrics={"test": {"accuracy": 0.95}})
    run = RunFound.of(ended, EpochRecords(), None)
    said = judge_luck([ArmFound("the experiment", {}, "", None, [run] * 3)], proposal("luck", "moons").facts).sentences
    assert said == ["Over 3 seeds all runs have the same accuracy on the test rows, 0.95."]


def test_the_score_over_the_training_rows_has_a_band_for_each_size(make_lab):
    chosen = {"units": "2,8", "shares": "0.1,1", "repeats": "3", "training.epochs": "3"}
    lab = make_lab("data-size", "moons", chosen=chosen)
    curves = over_rows(lab)
    assert curves is not None
    assert curves.title == "accuracy on the test rows"
    assert list(curves.bands) == ["2 units", "8 units"]
    for band, arms in zip(curves.bands.values(), (lab.arms[:2], lab.arms[2:]), strict=True):
        assert band.x.tolist() == [arm.place for arm in arms]
        assert band.mean.tolist() == pytest.approx([arm.mean("test_accuracy") for arm in arms])
        assert band.error.tolist() == pytest.approx([arm.spread("test_accuracy").std / 3**0.5 for arm in arms])
        assert (band.low <= band.mean).all()
        assert (band.mean <= band.high + 1e-12).all()
    assert over_rows(make_lab("luck", "moons", chosen={"repeats": "2", "training.epochs": "1"})) is None


def test_every_sentence_is_said_somewhere_and_exists():
    import inspect
    from importlib import import_module

    modules = ("rates", "variants", "depths", "regularising", "sizes", "luck", "comparing")
    sources = "".join(inspect.getsource(import_module(f"tui_ann.session.labs.{name}")) for name in modules)
    for words in lab_words().values():
        for sentence in words.says:
            assert f'"{sentence}"' in sources, sentence


@pytest.mark.parametrize("lab", ["learning-rate", "optimiser"])
def test_rates_in_any_notation_are_in_rising_order(lab):
    places = [arm.place for arm in proposal(lab, "moons").plan({"training.learning_rate": "0x10,1e-2,1_0"}).arms]
    assert places[:3] == [0.01, 10.0, 16.0]


@pytest.mark.parametrize(
    ("lab", "chosen", "words"),
    [
        ("learning-rate", {"training.learning_rate": "-1"}, "training.learning_rate"),
        ("learning-rate", {"training.learning_rate": "0.1:1:log"}, "range to draw from"),
        ("learning-rate", {"training.learning_rate": "0.1,0.2#"}, "Allowed: a number above 0"),
        ("learning-rate", {"units": "3"}, "has no such choice"),
        ("learning-rate", {"repeats": "0"}, "whole numbers from 1"),
        ("learning-rate", {"training.epochs": "x"}, "training.epochs"),
        ("depth", {"depths": "0"}, "whole numbers from 1"),
        ("activation", {"activations": "relux"}, "found 'relux'"),
        ("activation", {"activations": "relu/he"}, "found the initializer 'he'"),
        ("regularisation", {"techniques": "dropout=2"}, "found 'dropout=2'"),
        ("regularisation", {"techniques": "none=1"}, "found 'none=1'"),
        ("data-size", {"shares": "0,1"}, "numbers from"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_before_anything_runs(lab, chosen, words):
    with pytest.raises(ExperimentError) as refused:
        proposal(lab, "moons").plan(chosen)
    assert words in str(refused.value)


def test_too_many_runs_are_refused_with_their_number():
    with pytest.raises(SessionError, match="runs"):
        proposal("learning-rate", "moons").plan({"training.learning_rate": "1e-9:1:log2000", "repeats": "1000"})


def test_data_sizes_train_on_growing_rows_and_test_on_the_same():
    found = proposal("data-size", "digits")
    plan = found.plan({"units": "4", "shares": "0.1,0.5,1"})
    data = Prepared()
    data.put_table(found.experiment, found.table)
    parts = [
        data.make(plan.sweep.experiment_of(plan.sweep.runs_of(trial)[0]))[1].rows for trial in plan.sweep.choices()
    ]
    for few, many in itertools.pairwise(parts):
        assert set(few.train) < set(many.train)
        assert sorted(few.test) == sorted(many.test)
    assert [len(part.train) for part in parts] == pytest.approx([arm.place for arm in plan.arms], abs=2)
    updates = [
        len(part.train) * float(arm.changes["training.epochs"]) for part, arm in zip(parts, plan.arms, strict=True)
    ]
    assert updates == pytest.approx([updates[-1]] * 3, rel=0.02)


def test_techniques_begin_from_the_bare_network():
    plan = proposal("regularisation", "diabetes").plan(
        {"techniques": "none,l1=0.1,l2=0.2,dropout=0.3,early_stopping=7,noise=0.4,smaller=0.5"}
    )
    made = [plan.sweep.experiment_of(plan.sweep.runs_of(trial)[0]) for trial in plan.sweep.choices()]
    none, l1, l2, dropout, stopping, noise, smaller = made
    assert (none.training.l1, none.training.l2, none.training.noise, none.training.early_stopping) == (0, 0, 0, None)
    assert (l1.training.l1, l2.training.l2, noise.training.noise) == (0.1, 0.2, 0.4)
    assert [type(layer) for layer in dropout.network.layers] == [DenseSpec, DropoutSpec, DenseSpec]
    assert stopping.training.early_stopping.patience == 7
    assert [layer.units for layer in smaller.network.layers] == [8, 1]


def test_activations_with_an_initializer_and_with_batch_normalisation():
    plan = proposal("activation", "moons").plan(
        {"activations": "relu/he_normal, sigmoid+batch_normalization", "depth": "2"}
    )
    first, second = [plan.sweep.experiment_of(plan.sweep.runs_of(t)[0]).network.layers for t in plan.sweep.choices()]
    assert [layer.initializer for layer in first] == ["he_normal", "he_normal", None]
    assert [type(layer) for layer in second] == [*[DenseSpec, BatchNormalizationSpec] * 2, DenseSpec]


@pytest.mark.parametrize("depth", [1, 2, 5])
@pytest.mark.parametrize("wanted", [20, 200, 5000])
def test_units_give_about_as_many_parameters(depth, wanted):
    from tui_ann.experiment.proposal import n_parameters

    facts = LabFacts(100, 3, 2, "multiclass", tested=False, validated=False)
    units = units_for(depth, wanted, facts)

    def off(units):
        return abs(n_parameters((3, *[units] * depth, 2)) - wanted)

    assert all(off(units) <= off(other) for other in (units - 1, units + 1) if other > 0)


def test_the_spread_of_equal_values_is_exactly_nothing():
    assert ArmSpread.of([0.95] * 3) == (3, 0.95, 0.0)
    spread = ArmSpread.of([1.0, 2.0, float("nan")])
    assert (spread.n, spread.mean) == (2, 1.5)
    assert spread.std == pytest.approx(np.std([1, 2], ddof=1))
    assert not ArmSpread.of([1.0]).apart(ArmSpread.of([9.0]))


def test_a_lab_is_a_folder_of_runs_with_its_result(make_lab):
    lab = make_lab("learning-rate", "moons", chosen=CHOSEN)
    told = json.loads((lab.path / "lab.json").read_text(encoding="utf-8"))
    assert (told["schema"], told["lab"], told["status"], told["part"]) == (1, "learning-rate", "completed", "test")
    assert msgspec.convert(told, LabRecord).sentences == lab.record.sentences
    assert re.fullmatch(r"η 0\.1 is good: the loss falls from \S+ to \S+ in 3 epochs\.", told["sentences"][0])
    for arm, rate in zip(told["arms"], (0.01, 0.1), strict=True):
        (folder,) = arm["folders"]
        saved = SavedRun.load(lab.path / folder)
        assert saved.experiment.training.learning_rate == rate
        assert saved.history.epochs[-1].loss == arm["mean"]["final loss"]
        assert arm["changes"] == {"training.learning_rate": rate}


def test_a_stopped_lab_says_nothing_and_goes_on(tmp_path):
    plan = proposal("learning-rate", "moons").plan(CHOSEN)
    lab = LabRun.begun(plan, tmp_path / "out")
    for event in lab.run(SerialCarrier):
        if isinstance(event, SweepRunEnded):
            lab.stop()
    assert (lab.record.status, lab.record.sentences) == ("interrupted", [])
    assert json.loads((lab.path / "lab.json").read_text(encoding="utf-8"))["status"] == "interrupted"
    again = LabRun.begun(plan, tmp_path / "out")
    ended = [event for event in again.run(SerialCarrier) if isinstance(event, SweepRunEnded)]
    assert len(ended) == 1
    assert again.record.arms[0].mean["final loss"] == lab.record.arms[0].mean["final loss"]
    assert again.record.sentences[0].startswith("η 0.1 is good")
