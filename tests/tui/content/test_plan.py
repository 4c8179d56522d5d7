import numpy as np
import pytest

from tui_ann.engine.network import Network
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.spec import BatchNormalizationSpec, DataSpec, DenseSpec, DropoutSpec, Experiment, NetworkSpec
from tui_ann.tui.content.plan import Plan, spaced, total

LAYERS = (
    DenseSpec(units=16, activation="relu"),
    DropoutSpec(rate=0.5),
    BatchNormalizationSpec(),
    DenseSpec(units=1, activation="sigmoid"),
)


def plan(inputs=30, examples=100, layers=LAYERS, **training):
    experiment = Experiment(
        data=DataSpec(path="/x.csv", target="y"),
        network=NetworkSpec(layers=layers),
        training=TrainingSettings(**training),
    )
    names = tuple(f"x{i}" for i in range(inputs or 0))
    return Plan(experiment, inputs, names, ("answer",), examples, ())


def test_parameters_are_summed_with_their_formula():
    assert plan().lines[0].formula == "16·30 + 16 = 496"
    assert plan().parameters == 545
    assert total(plan().lines) == "496 + 32 + 17 = 545"


def test_thousands_are_set_apart():
    assert spaced("64·61 + 64 = 3968") == "64·61 + 64 = 3 968"


def test_one_layer_needs_no_sum():
    assert total(plan(layers=LAYERS[-1:]).lines) == "31"


def test_a_long_sum_is_cut():
    assert total(plan(layers=(LAYERS[0],) * 8).lines) == "496 + … + 272 = 2 400"


def test_without_data_nothing_is_counted():
    empty = plan(inputs=None)
    assert (empty.lines, empty.parameters, empty.multiplications) == ([], 0, 0)


@pytest.mark.parametrize(("variant", "batch"), [("batch", 100), ("stochastic", 1), ("mini-batch", 10)])
def test_the_batch_follows_the_variant(variant, batch):
    assert plan(variant=variant).batch == batch


def test_a_batch_is_never_larger_than_the_data():
    assert plan(examples=4).batch == 4


def test_the_cost_is_that_of_the_engine():
    shown = plan()
    network = Network(30, engine_layers(shown.experiment), "binary_crossentropy")
    assert shown.multiplications == network.multiplications_per_update(10)


def test_the_picture_gets_dense_layers_with_what_acts_on_them():
    views = plan().views()
    assert [view.symbol for view in views] == ["x", "a¹", "ŷ"]
    assert views[1].note == "dropout 50%, batchnorm"
    assert views[2].names == ("answer",)


def test_parameters_of_another_network_do_not_fit():
    right = {"W1": np.zeros((16, 30)), "W2": np.zeros((1, 16))}
    assert plan().fits(right)
    assert plan().fits({"W2": right["W2"]})
    assert plan(inputs=None).fits(right)
    assert not plan(inputs=29).fits(right)
    assert not plan().fits(right | {"W2": np.zeros((1, 17))})
    assert not plan().fits(right | {"W3": np.zeros((1, 1))})


def test_the_columns_of_a_weight_matrix_are_what_it_multiplies():
    columns = plan(inputs=2, layers=(*LAYERS, DenseSpec(units=2))).weight_columns
    assert [(name, meant.symbol, meant.names) for name, meant in columns.items()] == [
        ("W1", "x", ("x0", "x1")),
        ("W2", "n¹", ()),
        ("W3", "a²", ()),
    ]
    assert plan(inputs=1, layers=(BatchNormalizationSpec(), LAYERS[-1])).weight_columns["W1"].symbol == "n¹"
