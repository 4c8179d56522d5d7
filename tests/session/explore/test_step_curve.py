"""L(η) along −∇L: a parabola on a quadratic, with zones that keep what they promise."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.session.explore.step_curve import StepCurve, Zone, step_curve


def curve_of(network: Network, eta: float = 0.01, seed: int = 0) -> tuple[StepCurve, LossFunction, Array]:
    binary = network.loss == "binary_crossentropy"
    X, Y = inputs(40, 2, seed), targets(network.loss if binary else "", 40, 1, seed)
    loss, theta = LossFunction(network, X, Y), network.theta.copy()
    found = step_curve(loss, theta, eta)
    assert found is not None
    return found, loss, theta


def linear_unit(seed: int = 0) -> Network:
    return scrambled(Network(2, [Dense(1)], "half_squared_error"), seed)


def small_network(seed: int = 0) -> Network:
    return scrambled(Network(2, [Dense(5, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy"), seed)


@pytest.mark.parametrize("seed", range(4))
def test_every_point_is_the_loss_after_that_step(seed: int) -> None:
    found, loss, theta = curve_of(small_network(seed), seed=seed)
    gradient = loss.gradient(theta)[1]
    for eta, after in zip(found.etas[::7], found.losses[::7], strict=True):
        assert after == pytest.approx(loss.value(theta - eta * gradient))
    assert found.etas[0] < 0.01 < found.etas[-1]


@pytest.mark.parametrize("seed", range(4))
def test_on_a_quadratic_the_parabola_and_the_limit_divide_the_zones(seed: int) -> None:
    found, _, _ = curve_of(linear_unit(seed), seed=seed)
    bend = found.curvature
    good, large, diverging = found.ends
    assert diverging == pytest.approx(max(large, 2 * bend.best_step), rel=0.2)
    assert large <= bend.limit * 1.0001
    assert good < bend.safe_step
    assert found.zone(bend.safe_step) is Zone.GOOD
    assert found.zone(good / 2) is Zone.TOO_SMALL
    assert found.zone(diverging * 1.5) is Zone.DIVERGING


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [linear_unit, small_network])
def test_the_zones_keep_what_they_promise(make: Callable[[int], Network], seed: int) -> None:
    found, loss, theta = curve_of(make(seed), seed=seed)
    gradient, before = loss.gradient(theta)[1], found.curvature.loss
    good, large, diverging = found.ends
    assert 0 < good <= large <= diverging
    assert loss.value(theta - 1.0001 * good * gradient) < before
    assert loss.value(theta - 0.9 * large * gradient) < before
    assert not loss.value(theta - 1.3 * diverging * gradient) < before


def test_at_the_bottom_only_the_curvature_tells() -> None:
    network = Network(2, [Dense(1)], "half_squared_error")
    X, Y = inputs(40, 2), targets("", 40, 1)
    network.theta[:] = np.linalg.lstsq(np.column_stack([X, np.ones(40)]), Y[:, 0], rcond=None)[0] + 1e-9
    found = step_curve(LossFunction(network, X, Y), network.theta, 0.1)
    assert found is not None
    assert found.zone(found.curvature.safe_step) is Zone.GOOD
    assert found.zone(2.1 * found.curvature.safe_step) is Zone.DIVERGING


def test_without_a_gradient_there_is_no_curve() -> None:
    network = Network(2, [Dense(1)], "half_squared_error")
    network.theta.fill(0.0)
    assert step_curve(LossFunction(network, np.zeros((3, 2)), np.zeros((3, 1))), network.theta, 0.1) is None
    network.theta.fill(1e308)
    assert step_curve(LossFunction(network, 1e9 * np.ones((3, 2)), np.zeros((3, 1))), network.theta, 0.1) is None
