"""The curvature of the loss: exact where the Hessian is known by hand, bounded where it is not."""

from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.helpers import WORKED_START, inputs, scrambled, targets
from tui_ann.engine.inspect.curvature import (
    curvature,
    hessian_product,
    largest_curvature,
    largest_eigenvalue,
)
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array


def linear_unit(n: int = 30, seed: int = 0) -> tuple[LossFunction, Array, Array]:
    """A linear unit with ½(ŷ − y)²: its loss, θ, and the Hessian 1/n Σ x xᵀ with x = (features, 1)."""
    network = scrambled(Network(2, [Dense(1)], "half_squared_error"), seed)
    X = inputs(n, 2, seed) * np.array([3.0, 0.5])
    with_ones = np.column_stack([X, np.ones(n)])
    return LossFunction(network, X, targets("", n, 1, seed)), network.theta.copy(), with_ones.T @ with_ones / n


def hessian(loss: LossFunction, theta: Array) -> Array:
    return np.array([hessian_product(loss, theta, axis) for axis in np.eye(loss.size)])


@given(st.integers(0, 50))
def test_a_linear_unit_has_the_hessian_known_by_hand(seed: int) -> None:
    loss, theta, by_hand = linear_unit(seed=seed)
    np.testing.assert_allclose(hessian(loss, theta), by_hand, atol=1e-8)
    assert largest_eigenvalue(loss, theta) == pytest.approx(np.linalg.eigvalsh(by_hand)[-1], rel=1e-3)


def test_the_best_step_reaches_the_lowest_point_of_the_line() -> None:
    loss, theta, by_hand = linear_unit()
    value, gradient = loss.gradient(theta)
    found = curvature(loss, theta)
    assert found.loss == value
    assert found.gradient_norm == pytest.approx(np.linalg.norm(gradient))
    assert found.along_gradient == pytest.approx(gradient @ by_hand @ gradient / (gradient @ gradient), rel=1e-7)
    lowest = loss.value(theta - found.best_step * gradient)
    assert all(loss.value(theta - share * found.best_step * gradient) > lowest for share in (0.99, 1.01))


def test_above_the_limit_descent_diverges_and_below_it_converges() -> None:
    loss, theta, _ = linear_unit()
    limit = curvature(loss, theta, steps=200).limit

    def loss_after(eta: float) -> float:
        here = theta.copy()
        for _ in range(2000):
            here = here - eta * loss.gradient(here)[1]
        return loss.value(here)

    assert loss_after(0.98 * limit) < loss.value(theta)
    assert not loss_after(1.02 * limit) < 1e6 * loss.value(theta)


@pytest.mark.parametrize("seed", range(8))
def test_of_eigenvalues_of_both_signs_the_largest_is_found(seed: int) -> None:
    network = scrambled(Network(2, [Dense(6, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy"), seed)
    X, Y = inputs(50, 2, seed), targets("binary_crossentropy", 50, 1, seed)
    loss = LossFunction(network, X, Y)
    whole = hessian(loss, network.theta)
    expected = np.linalg.eigvalsh((whole + whole.T) / 2)
    assert expected[0] < 0
    found = largest_curvature(network, X, Y)
    assert 0.85 * expected[-1] < found < expected[-1] + 1e-6


def test_where_the_loss_bends_down_most_the_iteration_is_repeated_with_a_shift() -> None:
    """Two layers with one weight each: L = ½(w₂w₁x − y)² has H = ((0, −y), (−y, 0)) at w = 0 for x = 1."""
    network = Network(1, [Dense(1), Dense(1)], "half_squared_error")
    network.theta.fill(0.0)
    X, Y = np.array([[1.0]]), np.array([[2.0]])
    loss = LossFunction(network, X, Y)
    expected = np.linalg.eigvalsh(hessian(loss, network.theta))
    assert expected[0] < 0 < expected[-1]
    assert largest_curvature(network, X, Y, steps=100) == pytest.approx(expected[-1], rel=0.02)


def test_the_lectures_example_has_the_limit_of_its_one_example() -> None:
    network = Network(2, [Dense(3), Dense(1)], "half_squared_error")
    network.load(WORKED_START)
    loss = LossFunction(network, np.array([[1.0, 2.0]]), np.array([[1.0]]))
    found = curvature(loss, network.theta)
    expected = np.linalg.eigvalsh(hessian(loss, network.theta))[-1]
    assert found.largest == pytest.approx(expected, rel=1e-3)
    assert found.safe_step == pytest.approx(1 / expected, rel=1e-3)


def test_at_a_flat_place_there_is_no_limit() -> None:
    network = Network(1, [Dense(1)], "half_squared_error")
    network.theta.fill(0.0)
    loss = LossFunction(network, np.zeros((3, 1)), np.zeros((3, 1)))
    found = curvature(loss, network.theta)
    assert found.gradient_norm == 0.0
    assert np.isnan(found.along_gradient)
    dead = Network(1, [Dense(2, "relu"), Dense(1, "relu")], "half_squared_error")
    for name, value in (("W1", -1.0), ("b1", -1.0), ("W2", 1.0), ("b2", -1.0)):
        dead.parameters[name][:] = value
    flat = curvature(LossFunction(dead, np.ones((3, 1)), np.ones((3, 1))), dead.theta)
    assert flat.largest == 0.0
    assert flat.limit == np.inf


def test_where_the_loss_overflows_the_curvature_is_not_a_number() -> None:
    network = scrambled(Network(2, [Dense(3), Dense(1)], "half_squared_error"))
    loss = LossFunction(network, inputs(9, 2), targets("", 9, 1))
    found = curvature(loss, network.theta * 1e200)
    assert np.isnan(found.largest)
    assert np.isnan(found.along_gradient)


def test_where_the_gradients_overflow_the_curvature_is_not_a_number() -> None:
    infinite, flat = np.full(2, np.inf), np.zeros(2)
    loss = Mock(size=2, gradient=Mock(side_effect=[(0.0, infinite), (0.0, flat)]))
    assert np.isnan(largest_eigenvalue(loss, np.zeros(2)))
