import numpy as np
import pytest

from tui_ann.engine.diagnostics.layer_facts import layer_facts, spread_rows
from tui_ann.engine.inspect.trace import trace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

RNG = np.random.default_rng(3)
X = RNG.normal(size=(40, 3))
Y = (X[:, :1] > 0).astype(float)


def network(*layers: Layer, loss: str = "binary_crossentropy") -> Network:
    return Network(3, layers, loss, seed=1)


def test_the_facts_are_those_of_a_traced_update():
    layers = (Dense(5, "tanh"), BatchNormalization(), Dense(4, "relu", l2=0.01), Dense(1, "sigmoid"))
    trained = network(*layers)
    update = trace(Trainer(trained, X, Y, TrainingSettings(variant="batch", metrics=())))
    facts = layer_facts(network(*layers), X, Y)
    assert [(each.number, each.place, each.units) for each in facts] == [(1, 1, 5), (2, 3, 4), (3, 4, 1)]
    for each in facts:
        assert each.delta == pytest.approx(np.sqrt(np.mean(update.value(f"dz{each.number}") ** 2)))
        assert each.weights == pytest.approx(np.linalg.norm(update.before[f"W{each.number}"]))
        penalty = 0.02 * update.before[f"W{each.number}"] if each.number == 2 else 0.0
        assert each.data_gradient == pytest.approx(np.linalg.norm(update.gradients[f"W{each.number}"] - penalty))
    assert facts[0].slope == pytest.approx(update.value("g_prime1").mean())
    assert facts[1].penalty_gradient == pytest.approx(0.02 * facts[1].weights)
    assert facts[0].penalty_gradient == 0.0


def test_the_gradient_of_the_data_does_not_depend_on_a_strong_penalty():
    def first(l2: float):
        return layer_facts(network(Dense(5, "tanh", l2=l2), Dense(1, "sigmoid")), X, Y)[0]

    assert first(5.0).penalty_gradient > 10 * first(0.0).data_gradient
    assert first(5.0).data_gradient == pytest.approx(first(0.0).data_gradient)
    assert first(1e30).data_gradient == 0.0


def test_looking_changes_no_parameter_and_no_running_statistic():
    looked = network(Dense(5, "relu"), BatchNormalization(), Dense(1, "sigmoid"))
    before = looked.copy_parameters()
    layer_facts(looked, X, Y)
    assert all(np.array_equal(before[name], values) for name, values in looked.parameters.items())


def test_softmax_and_squared_errors_are_looked_at_too():
    one_hot = np.eye(3)[RNG.integers(3, size=40)]
    (hidden, output) = layer_facts(
        network(Dense(4, "elu"), Dense(3, "softmax"), loss="categorical_crossentropy"), X, one_hot
    )
    assert np.isnan(output.slope)
    assert hidden.delta > 0
    (unit,) = layer_facts(network(Dense(1, "linear"), loss="mean_squared_error"), X, Y)
    assert unit.slope == 1.0


def test_dead_units_are_those_that_never_answer():
    made = network(Dense(4, "relu"), Dense(1, "sigmoid"))
    made.parameters["b1"][[1, 3]] = -100.0
    hidden, _ = layer_facts(made, X, Y)
    assert hidden.dead == (2, 4)
    assert hidden.dead_share == 0.5
    made.parameters["b1"][1] = 0.0
    assert layer_facts(made, X, Y)[0].dead == (4,)


@pytest.mark.parametrize(("l2", "shrunk"), [(0.01, 1), (0.0, 0)])
def test_a_penalty_may_have_taken_the_weights_of_dead_units(l2, shrunk):
    made = network(Dense(4, "relu", l2=l2), Dense(1, "sigmoid"))
    made.parameters["b1"][[1, 3]] = -100.0
    made.parameters["W1"][1] *= 1e-6
    (hidden, _) = layer_facts(made, X, Y)
    assert (hidden.dead, hidden.shrunk) == ((2, 4), shrunk)


def test_saturated_units_are_on_the_flat_ends():
    made = network(Dense(4, "tanh"), Dense(1, "sigmoid"))
    assert layer_facts(made, X, Y)[0].saturated == 0.0
    made.parameters["b1"][:2] = 100.0
    assert layer_facts(made, X, Y)[0].saturated == 0.5


@pytest.mark.parametrize(
    ("between", "twins"), [((), 2), ((BatchNormalization(),), 2), ((Dropout(0.5),), 0)], ids=["next", "norm", "dropout"]
)
def test_twins_have_equal_weights_in_and_out(between, twins):
    made = network(Dense(3, "tanh"), *between, Dense(1, "sigmoid"))
    for name in ("W1", "b1"):
        made.parameters[name][2] = made.parameters[name][0]
    made.parameters["W2"][:, 2] = made.parameters["W2"][:, 0]
    assert layer_facts(made, X, Y)[0].twins == twins
    made.parameters["W2"][:, 2] += 1e-9
    assert layer_facts(made, X, Y)[0].twins == 0


def test_facts_survive_numbers_that_overflow():
    made = network(Dense(3, "relu"), Dense(1, "linear"), loss="mean_squared_error")
    made.parameters["W1"][:] = 1e200
    hidden, output = layer_facts(made, X, Y)
    assert hidden.weights == pytest.approx(3e200)
    assert output.units == 1


def test_rows_are_spread_evenly_and_few_of_wide_tables():
    assert spread_rows(5, 3).tolist() == [0, 1, 2, 3, 4]
    rows = spread_rows(10_000, 3)
    assert (len(rows), rows[0], rows[-1]) == (512, 0, 9_999)
    assert len(spread_rows(10_000, 1 << 20)) == 4
