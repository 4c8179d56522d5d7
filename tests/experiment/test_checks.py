import msgspec
import pytest

from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import ExperimentError
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.checks import problems, refuse
from tui_ann.experiment.keys import put
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, DropoutSpec


def with_output(experiment, units, activation, loss):
    layers = (DenseSpec(units=4, activation="relu"), DenseSpec(units=units, activation=activation))
    return put(put(experiment, "network.layers", layers), "training.loss", loss)


def mend(experiment, **known):
    """Apply each fix in turn, as a person pressing one key would."""
    for _ in range(5):
        found = problems(experiment, **known)
        if not found:
            return experiment
        assert found[0].fix, found[0]
        experiment = found[0].fix.apply(experiment)
    raise AssertionError("the fixes run in a circle")


def test_an_experiment_that_makes_sense_has_no_problems(experiment):
    assert problems(experiment) == []
    assert problems(experiment, inputs=30, task="binary", n_classes=2, n_targets=1) == []
    refuse([])


@pytest.mark.parametrize(
    ("units", "activation", "loss"),
    [
        (1, "sigmoid", "binary_crossentropy"),
        (2, "softmax", "categorical_crossentropy"),
        (1, "sigmoid", "half_squared_error"),
        (1, "linear", "mean_squared_error"),
        (2, "sigmoid", "mean_squared_error"),
    ],
)
def test_outputs_that_suit_two_classes(experiment, units, activation, loss):
    assert problems(with_output(experiment, units, activation, loss), task="binary", n_classes=2) == []


@pytest.mark.parametrize(
    ("output", "known", "code", "fixed"),
    [
        (
            (1, "sigmoid", "binary_crossentropy"),
            {"task": "multiclass", "n_classes": 3},
            "output_units",
            (3, "softmax", "categorical_crossentropy"),
        ),
        (
            (2, "softmax", "categorical_crossentropy"),
            {"task": "multiclass", "n_classes": 3},
            "output_units",
            (3, "softmax", "categorical_crossentropy"),
        ),
        (
            (3, "softmax", "categorical_crossentropy"),
            {"task": "binary", "n_classes": 2},
            "output_units",
            (1, "sigmoid", "binary_crossentropy"),
        ),
        (
            (1, "softmax", "binary_crossentropy"),
            {"task": "binary", "n_classes": 2},
            "softmax_one_unit",
            (1, "sigmoid", "binary_crossentropy"),
        ),
        (
            (1, "linear", "binary_crossentropy"),
            {"task": "binary", "n_classes": 2},
            "loss_activation",
            (1, "sigmoid", "binary_crossentropy"),
        ),
        (
            (1, "sigmoid", "binary_crossentropy"),
            {"task": "regression"},
            "loss_task",
            (1, "sigmoid", "mean_squared_error"),
        ),
        (
            (1, "linear", "binary_crossentropy"),
            {"task": "regression"},
            "loss_activation",
            (1, "linear", "mean_squared_error"),
        ),
        (
            (1, "linear", "mean_squared_error"),
            {"task": "regression", "n_targets": 2},
            "output_units",
            (2, "linear", "mean_squared_error"),
        ),
    ],
)
def test_outputs_that_do_not_fit_the_target_are_refused_and_mended(experiment, output, known, code, fixed):
    bad = put(with_output(experiment, *output), "training.metrics", ())
    found = problems(bad, **known)
    assert found[0].code == code
    assert found[0].remedy
    mended = mend(bad, **known)
    last = mended.network.layers[-1]
    assert (last.units, last.activation, mended.training.loss) == fixed


def test_messages_read_as_sentences(experiment):
    bad = with_output(experiment, 1, "sigmoid", "binary_crossentropy")
    (problem,) = problems(bad, task="multiclass", n_classes=3)
    assert str(problem) == (
        "network.layers.2.units: The output layer has 1 unit, but the target has 3 classes. "
        "Give it 3 units, one for each class."
    )
    assert str(problem.fix) == "sets units to 3, activation to softmax, loss to categorical_crossentropy"


def test_the_task_is_left_open_until_it_is_known(experiment):
    assert problems(with_output(experiment, 3, "softmax", "categorical_crossentropy")) == []
    stated = put(with_output(experiment, 1, "sigmoid", "binary_crossentropy"), "data.task", "regression")
    assert [item.code for item in problems(stated)] == ["loss_task", "metric_task"]


def test_the_last_layer_must_be_dense(experiment):
    bad = put(experiment, "network.layers", (DenseSpec(units=1), DropoutSpec()))
    assert problems(bad, task="binary")[0].code == "no_output_layer"


def test_limits_are_checked_first(experiment):
    bad = put(put(experiment, "training.epochs", 0), "data.target", "")
    assert [(item.where, item.code) for item in problems(bad)] == [
        ("data.target", "no_target"),
        ("training.epochs", "limit"),
    ]
    assert [item.where for item in problems(put(experiment, "network.layers", ()))] == ["network.layers"]


def test_several_targets_are_regression(experiment):
    bad = put(put(experiment, "data.target", ("a", "b")), "data.task", "binary")
    (problem,) = [item for item in problems(bad) if item.code == "several_targets"]
    assert problem.fix.apply(bad).data.task == "regression"


def test_a_network_too_large_for_memory_is_refused_before_it_is_built(experiment):
    bad = put(experiment, "network.layers.1.units", 100_000)
    assert problems(bad, inputs=30) == []
    assert [item.code for item in problems(bad, inputs=1_000_000)] == ["too_large"]


def test_metrics_must_be_able_to_judge_the_task(experiment):
    good = with_output(experiment, 1, "linear", "mean_squared_error")
    (problem,) = problems(good, task="regression")
    assert problem.code == "metric_task"
    assert problem.fix.apply(good).training.metrics == ("mae", "mse")


def test_early_stopping_watches_what_there_is(experiment):
    watched = put(experiment, "training.early_stopping", EarlyStopping())
    assert problems(watched) == []
    without = put(watched, "data.validation_split", 0.0)
    assert [item.code for item in problems(without)] == ["no_validation"]
    assert problems(mend(without)) == []
    other = put(watched, "training.early_stopping.monitor", "val_auc")
    assert [item.code for item in problems(other)] == ["monitor_unknown"]
    assert mend(other).training.metrics == ("accuracy", "auc")


def test_a_refusal_lists_all_problems(experiment):
    bad = put(put(experiment, "training.epochs", 0), "training.batch_size", 0)
    with pytest.raises(ExperimentError, match="This experiment cannot be run for 2 reasons:") as caught:
        refuse(problems(bad))
    assert len(caught.value.problems) == 2


def test_engine_layers_take_what_they_leave_open_from_the_network(experiment):
    training = msgspec.structs.replace(experiment.training, l1=0.1, l2=0.2)
    network = msgspec.structs.replace(
        experiment.network,
        initializer="he_normal",
        layers=(
            DenseSpec(units=3, l2=0.0),
            BatchNormalizationSpec(),
            DropoutSpec(mode="classic"),
            DenseSpec(units=1, initializer="zeros"),
        ),
    )
    first, norm, drop, last = engine_layers(msgspec.structs.replace(experiment, training=training, network=network))
    assert first == Dense(3, l1=0.1, l2=0.0, initializer="he_normal")
    assert (norm, drop) == (BatchNormalization(momentum=0.99, epsilon=1e-3), Dropout(0.5, mode="classic"))
    assert last == Dense(1, l1=0.1, l2=0.2, initializer="zeros")
