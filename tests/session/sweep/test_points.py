import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.sweep.test_sweep import made
from tui_ann.errors import ExperimentError, SessionError
from tui_ann.session.sweep.folder import SweepFolder
from tui_ann.session.sweep.plan import plan_again, planned
from tui_ann.session.sweep.points import Point, check_points, read_points
from tui_ann.session.sweep.values import spelled, typed

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b_c"]), inner, max_size=2),
    max_leaves=6,
)
LAYERS = [{"type": "dense", "units": 2, "activation": "relu"}, {"type": "dense", "units": 1, "activation": "sigmoid"}]


@given(VALUES)
def test_a_value_of_json_survives_as_toml(value):
    assert typed(spelled(value)) == value


def test_null_unsets_a_setting():
    assert spelled(None) == ""
    with pytest.raises(TypeError):
        spelled(object())


def test_each_object_is_a_trial_that_may_have_other_settings(experiment, tmp_path):
    text = json.dumps([{"training.learning_rate": 0.1, "training.epochs": 2}, {"network.layers": LAYERS}])
    plan = planned(experiment, ["training.epochs=3"], points=read_points(text))
    assert plan.search == "points"
    first, second = [plan.experiment_of(plan.runs_of(trial)[0]) for trial in plan.choices()]
    assert (first.training.learning_rate, first.training.epochs) == (0.1, 2)
    assert (second.training.learning_rate, second.training.epochs) == (0.01, 3)
    assert [layer.units for layer in second.network.layers] == [2, 1]
    record = made(plan, tmp_path / "out").record
    assert [trial.epochs for trial in record.trials] == [2, 3]
    again = plan_again(SweepFolder.open(tmp_path / "out").experiment(), SweepFolder.open(tmp_path / "out").record())
    assert [plan.experiment_of(plan.runs_of(trial)[0]) for trial in again.choices()] == [first, second]


def test_a_named_trial_has_a_folder_of_its_name(experiment):
    plan = planned(experiment, [], points=[Point({"training.epochs": "1"}, "one epoch"), Point({})])
    assert [plan.folder_of(plan.runs_of(trial)[0]) for trial in plan.choices()] == ["1-one-epoch", "trial-2"]


def test_another_list_of_trials_needs_another_folder(experiment, tmp_path):
    one, other = (
        planned(experiment, ["training.epochs=1"], points=[Point({"network.seed": seed}) for seed in seeds])
        for seeds in ("121", "122")
    )
    made(one, tmp_path / "out")
    with pytest.raises(SessionError, match="another sweep: points"):
        made(other, tmp_path / "out")


@pytest.mark.parametrize(
    ("text", "words"), [("[", "is not JSON"), ("[]", "not a list of objects"), ("[1]", "not a list of objects"), ("{}", "not a list")]
)  # fmt: skip
def test_what_is_no_list_of_trials(text, words):
    with pytest.raises(ExperimentError, match=words):
        read_points(text)


def test_values_are_checked_before_anything_runs(experiment):
    points = read_points('[{"training.epochs": 5}, {"training.epochs": "x", "training.learn": 1}]')
    with pytest.raises(ExperimentError) as refused:
        check_points(experiment, points)
    assert [problem.where for problem in refused.value.problems] == [
        "trial 2 training.epochs",
        "trial 2 training.learn",
    ]
    with pytest.raises(ExperimentError, match="--points lists all values"):
        planned(experiment, ["network.seed=1,2"], points=points[:1])
