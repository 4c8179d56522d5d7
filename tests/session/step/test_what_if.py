"""What if: each change gives what a run with that change gives, and the run itself is not touched."""

import numpy as np
import pytest

from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Phase
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import EngineError
from tui_ann.session.step.stepper import Stepper
from tui_ann.session.step.what_if import Changes, Imagined, imagine

LAYERS = [Dense(5, "prelu", l1=0.02, l2=0.01), Dropout(0.3), BatchNormalization(), Dense(1, "sigmoid", l2=0.03)]


def trainer(optimizer="sgd", layers=LAYERS, loss="binary_crossentropy"):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(21, 4)), rng.integers(0, 2, (21, 1)).astype(float)
    return Trainer(Network(4, layers, loss), X, Y, TrainingSettings(batch_size=8, epochs=4, optimizer=optimizer))


def trace_of(made, update=5):
    return Stepper(made).go_to(update).trace


def penalty_slope(taken, name):
    layer = LAYERS[0] if name == "W1" else LAYERS[3]
    W = taken.before[name]
    assert isinstance(layer, Dense)
    return layer.l1 * np.sign(W) + 2 * layer.l2 * W if name.startswith("W") else np.zeros_like(W)


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam"])
def test_nothing_else_is_the_update_itself(optimizer):
    made = trainer(optimizer)
    taken = trace_of(made)
    seen = imagine(made, taken, Changes())
    for name, value in taken.after.items():
        np.testing.assert_array_equal(seen.trace.after[name], value)
    assert seen.loss_after == Imagined.of(made.network, taken).loss_after
    assert seen.loss_after != taken.loss


def test_the_sum_has_n_times_the_gradient_of_the_data_and_the_same_penalties():
    made = trainer()
    taken = trace_of(made)
    seen = imagine(made, taken, Changes(reduction="sum")).trace
    n = len(taken.examples)
    assert seen.penalty == pytest.approx(taken.penalty)
    assert seen.loss == pytest.approx(n * (taken.loss - taken.penalty) + taken.penalty)
    for name, gradient in taken.gradients.items():
        penalty = penalty_slope(taken, name)
        np.testing.assert_allclose(seen.gradients[name], n * (gradient - penalty) + penalty, rtol=1e-12, atol=1e-15)
        expected = taken.before[name] - taken.learning_rate * seen.gradients[name]
        np.testing.assert_allclose(seen.after[name], expected, rtol=1e-12)
    for symbol in ("dz2", "da1", "dz1", "db1"):
        np.testing.assert_allclose(seen.value(symbol), n * taken.value(symbol), rtol=1e-12)
    np.testing.assert_allclose(seen.value("dW1"), seen.gradients["W1"])
    np.testing.assert_array_equal(seen.value("z1"), taken.value("z1"))
    np.testing.assert_array_equal(seen.losses, taken.losses)
    assert seen.value("L") == pytest.approx(seen.loss)
    assert not any(part.formula.startswith(f"1/{n} ") for part in seen.parts if part.phase is not Phase.FORWARD)


def test_the_sum_and_a_learning_rate_divided_by_n_is_the_average():
    layers = [Dense(3, "tanh"), Dense(1)]
    made = trainer(layers=layers, loss="mean_squared_error")
    taken = trace_of(made)
    n = len(taken.examples)
    seen = imagine(made, taken, Changes(taken.learning_rate / n, reduction="sum"))
    for name, value in taken.after.items():
        np.testing.assert_allclose(seen.trace.after[name], value, rtol=1e-12)
    assert seen.loss_after == pytest.approx(n * Imagined.of(made.network, taken).loss_after)


def test_another_loss_activation_and_rule():
    layers = [Dense(3, "tanh"), Dense(1)]
    made = trainer(layers=layers, loss="mean_squared_error")
    before = made.network.theta.copy()
    taken = trace_of(made, 1)
    halved = imagine(made, taken, Changes(loss="half_squared_error")).trace
    np.testing.assert_allclose(halved.gradients["W1"], taken.gradients["W1"] / 2)
    relu = imagine(made, taken, Changes(activations={1: "relu"}, optimizer="adam"))
    np.testing.assert_array_equal(relu.trace.value("a1"), np.maximum(0, taken.value("z1")))
    assert relu.trace.rule.name == "adam"
    assert relu.network.layers[0] == Dense(3, "relu")
    learned = imagine(made, taken, Changes(activations={1: "prelu"})).trace
    assert "alpha1" in learned.after
    np.testing.assert_array_equal(made.network.theta, before)


def test_what_makes_no_sense_is_refused_in_a_sentence():
    made = trainer(layers=[Dense(3, "tanh"), Dense(1)], loss="mean_squared_error")
    with pytest.raises(EngineError) as refused:
        imagine(made, trace_of(made), Changes(loss="binary_crossentropy"))
    assert refused.value.message.endswith(".")


def test_other_alphas_are_not_carried_over():
    made = trainer(layers=[Dense(3, "leaky_relu", alpha=0.2), Dense(1)], loss="mean_squared_error")
    seen = imagine(made, trace_of(made), Changes(activations={1: "elu"}))
    assert seen.network.layers[0] == Dense(3, "elu")
