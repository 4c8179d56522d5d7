import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.errors import ExperimentError
from tui_ann.experiment.keys import get
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.sweep.values import typed, variations

EXPERIMENT = Experiment(
    data=DataSpec(path="t.csv", target="y"),
    network=NetworkSpec(layers=(DenseSpec(units=4, activation="tanh"), DenseSpec(units=1, activation="sigmoid"))),
)


def values(text):
    _, (found,) = variations(EXPERIMENT, [text])
    return list(found.values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training.learning_rate=0.01,0.1,1", ["0.01", "0.1", "1"]),
        ("training.learning_rate=0.1:0.4:+0.1", ["0.1", "0.2", "0.3", "0.4"]),
        ("training.learning_rate=0.001:1:x10", ["0.001", "0.01", "0.1", "1.0"]),
        ("training.learning_rate=0.001:1:log4", ["0.001", "0.01", "0.1", "1.0"]),
        ("training.learning_rate=0.1:0.3:lin3,5", ["0.1", "0.2", "0.3", "5"]),
        ("network.layers.1.units=4:64:x2", ["4", "8", "16", "32", "64"]),
        ("network.layers.1.units=2:5", ["2", "3", "4", "5"]),
        ("network.layers.1.units=1:100:log3", ["1", "10", "100"]),
        ("network.layers.1.units=1:3:log9", ["1", "2", "3"]),
        ("network.layers.1.activation=relu,tanh", ["relu", "tanh"]),
        ("training.optimizer=sgd,adam,sgd", ["sgd", "adam"]),
        ("training.shuffle=true,false", ["true", "false"]),
        ('training.metrics=["accuracy"],["accuracy", "f1"]', ['["accuracy"]', '["accuracy", "f1"]']),
        ('data.target="a, b",c', ['"a, b"', "c"]),
        ("training.early_stopping={patience=2},false", ["{patience=2}", "false"]),
        ('network.layers.1={type="dense", units=2},{type="dropout"}', ['{type="dense", units=2}', '{type="dropout"}']),
    ],
)
def test_lists_and_ranges(text, expected):
    assert values(text) == expected


def test_one_value_is_set_and_does_not_vary():
    experiment, several = variations(EXPERIMENT, ["training.epochs=7", "training.metrics=accuracy,f1"])
    assert several == []
    assert experiment.training.epochs == 7
    assert experiment.training.metrics == ("accuracy", "f1")


@settings(max_examples=50, deadline=None)
@given(low=st.floats(1e-6, 1), factor=st.floats(1.01, 1e6), draws=st.integers(0, 5), log=st.booleans())
def test_draws_stay_within_their_range(low, factor, draws, log):
    high = float(f"{low * factor:.6g}")
    low = float(f"{low:.6g}")
    if low >= high:
        return
    _, (found,) = variations(EXPERIMENT, [f"training.learning_rate={low!r}:{high!r}{':log' if log else ''}"])
    drawn = float(found.span.draw(np.random.default_rng(draws)))
    assert low * (1 - 1e-9) <= drawn <= high * (1 + 1e-9)


def test_whole_numbers_are_drawn_whole():
    _, (found,) = variations(EXPERIMENT, ["network.layers.1.units=1:1000:log"])
    rng = np.random.default_rng(0)
    drawn = [int(found.span.draw(rng)) for _ in range(200)]
    assert min(drawn) >= 1
    assert max(drawn) <= 1000
    assert 10 < np.median(drawn) < 100  # evenly in the logarithm


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("training.learning_rate=0.1,-1", "found -1. Allowed: a number above 0"),
        ("training.learning_rate=0.1,fast", 'found "fast"'),
        ("training.learning_rate=0:1:x2", "begins at 0"),
        ("training.learning_rate=0:1:+0.5", "found 0.0"),
        ("training.learning_rate=1:0.1:x2", "is empty"),
        ("training.learning_rate=0.1:1:y2", "no step that is known"),
        ("training.learning_rate=0.1:one:x2", "is not a number"),
        ("training.learning_rate=0.1:1:x1", "factor of 1"),
        ("training.learning_rate=0.1:1:+0", "step of 0"),
        ("training.learning_rate=0.1:1:log1", "names no number of values"),
        ("training.learning_rate=0.1:1:log,5", "is a range to draw from"),
        ("network.layers.1.units=0.5:4:x2", "not whole numbers"),
        ("network.layers.1.units=0:4:+2", "found 0"),
        ("network.layers.3.units=1,2", "there is no layer 3"),
        ("network.layers.1.unit=1,2", "unknown key"),
        ("training.learningrate=1,2", "Did you mean training.learning_rate"),
        ("network.seed=0:9999999", "10 000 000 values"),
        ("network.layers.1.activation=relu,wavelet", 'found "wavelet"'),
        ("training.learning_rate", "is not KEY=VALUES"),
    ],
)
def test_what_cannot_be_is_named_before_anything_runs(text, words):
    with pytest.raises(ExperimentError) as refused:
        variations(EXPERIMENT, [text])
    assert words in str(refused.value)


def test_all_mistakes_are_named_at_once():
    with pytest.raises(ExperimentError) as refused:
        variations(EXPERIMENT, ["training.epochs=0,5", "data.scalings=a,b", "training.momentum=2", "network.seed=1,x"])
    assert len(refused.value.problems) == 4


def test_a_setting_given_twice():
    with pytest.raises(ExperimentError, match="is given twice"):
        variations(EXPERIMENT, ["training.epochs=1", "training.epochs=2,3"])


def test_typed_values_are_those_of_the_experiment():
    for text, value in [("0.1", 0.1), ("4", 4), ("relu", "relu"), ("true", True), ('["a"]', ["a"])]:
        assert typed(text) == value
    experiment, _ = variations(EXPERIMENT, ["network.layers.1.units=9"])
    assert get(experiment, "network.layers.1.units") == typed("9")
