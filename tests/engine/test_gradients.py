"""Backpropagation against central differences, for everything that may be combined."""

from itertools import product

import numpy as np
import pytest

from tests.engine.helpers import inputs, output_combinations, scrambled, targets
from tui_ann.engine import activations
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.checks import TOLERANCE, gradient_check
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Call

BOUND = 1e-7
"""Ten times below what the check itself calls wrong."""


def worst(layers: list[Layer], loss: str, n: int = 7, m: int = 3, **options: int) -> float:
    network = scrambled(Network(m, layers, loss))
    return max(gradient_check(network, inputs(n, m), targets(loss, n, network.outputs), **options).values())


@pytest.mark.parametrize(("activation", "units", "loss"), output_combinations())
def test_output_activation_with_loss(activation: str, units: int, loss: str) -> None:
    assert worst([Dense(4, "tanh"), Dense(units, activation)], loss) < BOUND


@pytest.mark.parametrize(("activation", "units", "loss"), output_combinations())
def test_single_layer(activation: str, units: int, loss: str) -> None:
    assert worst([Dense(units, activation)], loss) < BOUND


@pytest.mark.parametrize(("first", "second"), product(ACTIVATIONS, ACTIVATIONS))
def test_hidden_activations(first: str, second: str) -> None:
    assert worst([Dense(4, first), Dense(3, second), Dense(2)], "half_squared_error") < BOUND


@pytest.mark.parametrize("loss", ["mean_squared_error", "binary_crossentropy", "categorical_crossentropy"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "between",
    [
        [BatchNormalization()],
        [Dropout(0.4)],
        [Dropout(0.4, mode="classic")],
        [Dropout(0.3), BatchNormalization(epsilon=0.1), Dropout(0.2)],
    ],
    ids=["normalised", "dropped", "dropped classic", "all"],
)
def test_layers_between(between: list[Layer], activation: str, loss: str) -> None:
    output = {"mean_squared_error": "linear", "binary_crossentropy": "sigmoid"}.get(loss, "softmax")
    layers: list[Layer] = [Dense(4, activation, l1=0.01, l2=0.02), *between, Dense(3, output)]
    assert worst(layers, loss, update=5) < BOUND


@pytest.mark.parametrize(
    "layers",
    [
        [BatchNormalization(), Dense(3, "tanh"), Dense(2)],
        [Dropout(0.3), Dense(3, "tanh"), Dense(2)],
        [Dropout(0.3), BatchNormalization(), Dense(2)],
        [BatchNormalization(), Dropout(0.3), Dense(2)],
        [BatchNormalization(), BatchNormalization(), Dense(2)],
        [Dense(3), Dropout(0.2), Dropout(0.2), Dense(2)],
    ],
    ids=["normalised", "dropped", "dropped, normalised", "normalised, dropped", "normalised twice", "dropped twice"],
)
def test_layers_at_unusual_places(layers: list[Layer]) -> None:
    assert worst(layers, "mean_squared_error") < BOUND


@pytest.mark.parametrize("alpha", [0.0, 0.01, 0.5, 2.0])
@pytest.mark.parametrize("activation", ["leaky_relu", "elu", "prelu"])
def test_alpha(activation: str, alpha: float) -> None:
    assert worst([Dense(4, activation, alpha=alpha), Dense(1, activation, alpha=alpha)], "mean_squared_error") < BOUND


@pytest.mark.parametrize("n", [1, 2, 300, 700])
def test_batch_sizes_in_one_piece_and_in_chunks(n: int) -> None:
    layers: list[Layer] = [Dense(200, "tanh", l2=0.01), Dense(200, "tanh"), Dense(1)]
    assert worst(layers, "mean_squared_error", n=n, entries=4) < BOUND


def test_one_feature_and_one_unit() -> None:
    assert worst([Dense(1, "sigmoid")], "binary_crossentropy", m=1) < BOUND


def test_deep_network() -> None:
    layers: list[Layer] = [Dense(3, "tanh") for _ in range(12)]
    assert worst([*layers, Dense(1)], "mean_squared_error", n=3) < BOUND


def test_wide_first_layer() -> None:
    assert worst([Dense(2, "tanh"), Dense(1)], "half_squared_error", n=3, m=5000, entries=20) < BOUND


def test_kinks_at_zero_count_as_right() -> None:
    """With b = 0 an example of zeros meets ReLU's kink exactly, as in XOR."""
    network = Network(2, [Dense(8, "relu"), Dense(1, "sigmoid")], "binary_crossentropy")
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    assert max(gradient_check(network, X, y).values()) < TOLERANCE


def test_unscaled_features_do_not_look_like_an_error() -> None:
    network = scrambled(Network(2, [Dense(4, "tanh"), Dense(1)], "mean_squared_error"))
    network.parameters["W1"][:] /= 300
    X = inputs(9, 2) * 300 + 100
    assert max(gradient_check(network, X, targets("mean_squared_error", 9, 1) * 1000).values()) < TOLERANCE


def test_the_network_is_left_as_it_was() -> None:
    network = scrambled(
        Network(3, [Dense(4, "relu"), BatchNormalization(), Dropout(0.5), Dense(1)], "half_squared_error")
    )
    network.gradient[:] = 7.0
    before = network.copy_parameters()
    errors = gradient_check(network, inputs(5, 3), targets("", 5, 1))
    assert list(errors) == list(network.gradients)
    assert all(np.array_equal(before[name], view) for name, view in network.parameters.items())
    assert (network.gradient == 7.0).all()


def test_a_float32_network_is_checked_in_float64() -> None:
    network = Network(3, [Dense(4, "tanh"), Dense(1)], "mean_squared_error", dtype="float32")
    assert max(gradient_check(network, inputs(5, 3), targets("", 5, 1)).values()) < BOUND


@pytest.mark.parametrize("mistake", [1.001, -1.0, 0.0])
def test_a_wrong_derivative_is_found(mistake: float, monkeypatch: pytest.MonkeyPatch) -> None:
    right = activations.Tanh.g_prime_calls

    def wrong(self: activations.Tanh, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        scale: list[Call] = [(np.multiply, (g_prime, np.asarray(mistake), g_prime))]
        return right(self, z, a, g_prime, alpha) + scale

    monkeypatch.setattr(activations.Tanh, "g_prime_calls", wrong)
    network = scrambled(Network(3, [Dense(4, "tanh"), Dense(2)], "mean_squared_error"))
    errors = gradient_check(network, inputs(7, 3), targets("", 7, 2))
    assert errors["W1"] > 100 * TOLERANCE
    assert errors["b1"] > 100 * TOLERANCE
    assert errors["W2"] < TOLERANCE
