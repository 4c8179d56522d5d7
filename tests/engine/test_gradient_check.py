"""The gradient check itself: it finds what is wrong, lets pass what only looks wrong, and touches nothing."""

import math

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine import activations
from tui_ann.engine.gradient_check import TOLERANCE, _error, gradient_check
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Call


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
    assert max(gradient_check(network, inputs(5, 3), targets("", 5, 1)).values()) < TOLERANCE


def test_a_loss_that_is_not_finite_gives_no_error_to_compare() -> None:
    assert math.isnan(_error(lambda change: math.nan, loss=0.0, analytic=0.0, h=1e-5, floor=0.0))


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
