import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.conftest import data
from tests.session.sweep.test_values import EXPERIMENT
from tui_ann.errors import ExperimentError, SessionError
from tui_ann.session.sweep.plan import MOST_RUNS, PlannedRun, planned, rankable, refuse_unmeasured
from tui_ann.session.sweep.points import Point

RATES = "training.learning_rate=0.01,0.1,1"
UNITS = "network.layers.1.units=4,8"


def test_a_grid_has_every_combination_in_order(experiment):
    plan = planned(experiment, [RATES, UNITS])
    assert [tuple(trial.changes.values()) for trial in plan.choices()] == [
        ("0.01", "4"), ("0.01", "8"), ("0.1", "4"), ("0.1", "8"), ("1", "4"), ("1", "8")
    ]  # fmt: skip
    assert plan.runs == plan.trials == 6
    assert plan.metric == "val_loss"
    assert not plan.higher_is_better


def test_without_settings_there_is_one_trial(experiment):
    plan = planned(experiment, [], repeats=3)
    assert (plan.trials, plan.runs) == (1, 3)
    assert plan.choices()[0].changes == {}


@settings(max_examples=15, deadline=None)
@given(trials=st.integers(1, 6), seed=st.integers(0, 3))
def test_random_trials_are_different_points_of_the_grid(trials, seed):
    plan = planned(EXPERIMENT, [RATES, UNITS], search="random", trials=trials, seed=seed)
    points = {tuple(trial.changes.values()) for trial in plan.choices()}
    assert len(points) == trials
    assert plan.choices() == plan.choices()
    grid = {tuple(trial.changes.values()) for trial in planned(EXPERIMENT, [RATES, UNITS]).choices()}
    assert points <= grid


def test_random_trials_of_a_range(experiment):
    texts = ["training.learning_rate=0.001:1:log", UNITS]
    plan = planned(experiment, texts, search="random", trials=20)
    rates = [float(trial.changes["training.learning_rate"]) for trial in plan.choices()]
    assert len(set(rates)) == 20
    assert {trial.changes["network.layers.1.units"] for trial in plan.choices()} == {"4", "8"}
    assert planned(experiment, texts, search="random").trials == 27
    other = planned(experiment, texts, search="random", trials=20, seed=1)
    assert other.choices() != plan.choices()


def test_a_grid_too_large_to_number_is_drawn_setting_by_setting(experiment):
    names = ("momentum", "l1", "l2", "tolerance", "learning_rate")
    texts = [f"training.{name}=0.001:0.9:lin7000" for name in names]
    plan = planned(experiment, texts, search="random", trials=3)
    assert len(plan.choices()) == 3


def test_repeats_change_the_seeds_together_and_folds_the_rows(experiment):
    plan = planned(experiment, [RATES], repeats=2, folds=3)
    trial = plan.choices()[1]
    runs = plan.runs_of(trial)
    assert [(run.repeat, run.fold) for run in runs] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    made = [plan.experiment_of(run) for run in runs]
    assert [each.network.seed for each in made] == [3, 3, 3, 4, 4, 4]
    assert [each.training.shuffle_seed for each in made] == [0, 0, 0, 1, 1, 1]
    assert [each.data.split_seed for each in made] == [0, 0, 0, 1, 1, 1]
    assert [each.data.fold for each in made] == [1, 2, 3, 1, 2, 3]
    assert {each.data.folds for each in made} == {3}
    assert {each.training.learning_rate for each in made} == {0.1}
    assert plan.needs_table


def test_repeats_without_folds_keep_the_rows(experiment):
    plan = planned(experiment, [RATES], repeats=2)
    assert plan.experiment_of(plan.runs_of(plan.choices()[0])[1]).data == experiment.data
    assert not plan.needs_table


@pytest.mark.parametrize(
    ("text", "needed"),
    [("network.layers.3.units=1,2", True), (UNITS, False),
     ("network.layers.3.activation=sigmoid,linear", False), ("data.noise=0,0.1", False), ("data.scaling=none,minmax", True)],
)  # fmt: skip
def test_a_table_is_sent_where_trials_prepare_their_rows(experiment, text, needed):
    assert planned(experiment, [text]).needs_table == needed


def test_names_of_folders_sort_in_the_order_of_runs(experiment):
    plan = planned(experiment, ["network.layers.1.units=1:12"], repeats=2, folds=11)
    names = [plan.folder_of(run) for trial in plan.choices() for run in plan.runs_of(trial)]
    assert names[0] == "trial-01-repeat-1-fold-01"
    assert names == sorted(names)
    assert len(set(names)) == 12 * 22
    single = planned(experiment, [UNITS])
    assert single.folder_of(PlannedRun(single.choices()[0], 1, None)) == "trial-1"


@pytest.mark.parametrize(
    ("trials", "epochs", "rungs"),
    [
        (27, 54, [(27, 6), (9, 18), (3, 54)]),
        (10, 90, [(10, 10), (4, 30), (2, 90)]),
        (3, 30, [(3, 30)]),
        (27, 2, [(27, 2)]),
        (9, 5, [(9, 1), (3, 5)]),
    ],
)
def test_the_stages_of_halving(experiment, trials, epochs, rungs):
    texts = ["training.learning_rate=0.001:1:log", f"training.epochs={epochs}"]
    assert planned(experiment, texts, search="halving", trials=trials).rungs == rungs


@pytest.mark.parametrize(
    ("texts", "options", "words"),
    [
        (["training.learning_rate=0.1:1"], {}, "range to draw from"),
        ([RATES], {"trials": 2}, "a grid has all 3 trials"),
        (["training.epochs=1,2"], {"search": "halving"}, "halving chooses the epochs"),
        ([RATES], {"metric": "val_loss2"}, "there is no val_loss2"),
        ([RATES, "data.validation_split=0"], {"metric": "val_loss"}, "needs rows to validate on"),
        (["data.validation_split=0.1,0.2"], {"folds": 3}, "--folds chooses the rows"),
        (["data.delimiter=a,b"], {}, "every trial reads the same table"),
    ],
)
def test_what_cannot_be_planned(experiment, texts, options, words):
    with pytest.raises(ExperimentError) as refused:
        planned(experiment, texts, **options)
    assert words in str(refused.value)


def test_too_many_runs_are_refused_with_their_number(experiment):
    with pytest.raises(SessionError, match="10 000 000 runs") as refused:
        planned(experiment, ["network.seed=0:9999:+1", "training.shuffle_seed=0:999:+1"])
    assert refused.value.code == "too_many_runs"
    with pytest.raises(SessionError):
        planned(experiment, [RATES], repeats=MOST_RUNS)


def test_the_metric_is_what_validates_by_default(experiment):
    assert planned(data(experiment, validation_split=0.0), [RATES]).metric == "loss"
    assert planned(data(experiment, validation_split=0.0), [RATES], folds=3).metric == "val_loss"
    assert planned(experiment, [RATES], metric="val_accuracy").higher_is_better


@pytest.mark.parametrize(
    ("text", "task", "targets", "metric"),
    [
        ("training.loss=mean_squared_error,huber", "regression", 1, "val_mae"),
        ("data.target_scaling=none,standard", "regression", 2, "val_r2"),
        ("training.loss=mean_squared_error,binary_crossentropy", "binary", 1, "val_accuracy"),
        ("training.loss=mean_squared_error", "regression", 1, "val_loss"),
        ("training.l2=0,0.1", "regression", 1, "val_loss"),
        (RATES, "multiclass", 1, "val_loss"),
    ],
)
def test_trials_with_other_losses_are_ranked_by_a_metric_that_they_share(experiment, text, task, targets, metric):
    assert rankable(planned(experiment, [text]), task, targets).metric == metric
    if metric != "val_loss":
        unvalidated = planned(data(experiment, validation_split=0.0), [text])
        assert rankable(unvalidated, task, targets).metric == metric.removeprefix("val_")


@pytest.mark.parametrize(
    ("changes", "metric"),
    [([{"training.loss": "huber"}] * 2, "val_loss"), ([{"training.loss": "huber"}, {}], "val_mae")],
)
def test_listed_trials_with_other_losses(experiment, changes, metric):
    plan = planned(experiment, [], points=[Point(each) for each in changes])
    assert rankable(plan, "regression", 1).metric == metric


@pytest.mark.parametrize(
    ("metric", "words"),
    [("val_r2", "cannot evaluate a binary task"), ("val_loss", ""), ("val_auc", ""), ("val_accuracy", "")],
)
def test_a_metric_that_is_not_measured(experiment, metric, words):
    plan = planned(experiment, [RATES], metric=metric)
    if not words:
        refuse_unmeasured(plan, "binary")
        return
    with pytest.raises(ExperimentError) as refused:
        refuse_unmeasured(plan, "binary")
    assert words in str(refused.value)


def test_a_metric_that_must_be_asked_for(experiment):
    with pytest.raises(ExperimentError) as refused:
        refuse_unmeasured(planned(experiment, [RATES], metric="val_mse"), "regression")
    assert "--set training.metrics=accuracy,mse" in str(refused.value)
