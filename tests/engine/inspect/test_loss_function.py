"""The loss as a function of θ: the same loss and gradient as the network's, on a copy of it."""

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.inspect.loss_function import LossFunction, some_rows
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer, LayerNormalization
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array

NETWORKS: dict[str, list[Layer]] = {
    "linear": [Dense(2)],
    "penalties": [Dense(4, "tanh", l1=0.01, l2=0.02), Dense(2)],
    "batch normalisation": [Dense(4, "tanh"), BatchNormalization(), Dense(2)],
    "layer normalisation": [Dense(4, "prelu"), LayerNormalization(), Dense(2)],
    "inverted dropout": [Dense(4, "tanh"), Dropout(0.4), Dense(2)],
    "classic dropout": [Dropout(0.2, "classic"), Dense(4, "tanh"), Dropout(0.4, "classic"), Dense(2)],
}


def case(name: str, dtype: str = "float64") -> tuple[Network, Array, Array]:
    network = scrambled(Network(3, NETWORKS[name], "mean_squared_error", dtype=dtype))
    return network, inputs(40, 3), targets("", 40, 2)


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "batch normalisation"])
def test_it_is_the_loss_in_inference(name: str) -> None:
    network, X, Y = case(name)
    assert LossFunction(network, X, Y).value(network.theta) == pytest.approx(sum(network.loss_of(X, Y)), rel=1e-12)


@pytest.mark.parametrize("name", [name for name in NETWORKS if "dropout" not in name])
def test_it_is_the_loss_and_the_gradient_of_an_update_without_dropout(name: str) -> None:
    network, X, Y = case(name)
    loss, gradient = LossFunction(network, X, Y).gradient(network.theta)
    expected_loss, expected_gradient = network.loss_and_gradient(X, Y)
    assert loss == pytest.approx(expected_loss, rel=1e-12)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", NETWORKS)
def test_its_gradient_is_the_slope_of_its_values(name: str) -> None:
    network, X, Y = case(name)
    function, theta = LossFunction(network, X, Y), network.theta.copy()
    _, gradient = function.gradient(theta)
    step = 1e-6
    slopes = [
        (function.value(theta + step * axis) - function.value(theta - step * axis)) / (2 * step)
        for axis in np.eye(function.size)
    ]
    np.testing.assert_allclose(gradient, slopes, atol=1e-8)


def test_the_network_is_left_as_it_was() -> None:
    network, X, Y = case("batch normalisation")
    before, gradient = network.copy_parameters(), network.gradient.copy()
    function = LossFunction(network, X, Y)
    function.gradient(network.theta + 1.0)
    function.value(network.theta - 1.0)
    assert all(np.array_equal(before[name], view) for name, view in network.parameters.items())
    assert np.array_equal(network.gradient, gradient)


def test_a_float32_network_is_asked_in_float64() -> None:
    network, X, Y = case("linear", "float32")
    _, gradient = LossFunction(network, X, Y).gradient(network.theta)
    assert gradient.dtype == np.float64


def test_large_data_are_represented_by_the_same_rows_each_time() -> None:
    network, _, _ = case("linear")
    X, Y = inputs(1000, 3), targets("", 1000, 2)
    function = LossFunction(network, X, Y, most=128)
    assert function.rows == 128
    chosen = some_rows(1000, 128)
    assert np.array_equal(chosen, some_rows(1000, 128))
    assert len(set(chosen)) == 128
    assert (np.diff(chosen) > 0).all()
    assert function.value(network.theta) == pytest.approx(network.loss_of(X[chosen], Y[chosen])[0])


def test_a_batch_computed_in_chunks_has_the_same_loss() -> None:
    network = scrambled(Network(3, [Dense(300, "tanh"), Dense(2)], "mean_squared_error"))
    X, Y = inputs(1500, 3), targets("", 1500, 2)
    assert network.examples_at_once(1500) < 1500
    function = LossFunction(network, X, Y, most=1500)
    assert function.value(network.theta) == pytest.approx(network.loss_of(X, Y)[0], rel=1e-12)


def test_an_overflow_is_a_value_and_no_warning() -> None:
    network, X, Y = case("linear")
    assert not np.isfinite(LossFunction(network, X, Y).value(network.theta * 1e300))
