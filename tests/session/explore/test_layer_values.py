"""What the layers compute, against the network itself and against finite differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.session.explore.layer_values import FLAT, dense_layers, gradients_of, layer_values, some_rows


def network(hidden: str = "tanh", *between: Layer) -> Network:
    layers = [Dense(5, hidden), *between, Dense(3, "softmax")]
    return Network(4, layers, "categorical_crossentropy", seed=3)


RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 4))
Y = np.eye(3)[RNG.integers(0, 3, 20)]


@pytest.mark.parametrize("hidden", ["tanh", "relu", "prelu", "elu", "linear"])
def test_the_values_are_those_of_the_network(hidden):
    net = network(hidden)
    first, last = layer_values(net, X)
    np.testing.assert_allclose(first.z, X @ net.parameters["W1"].T + net.parameters["b1"])
    np.testing.assert_allclose(last.a, net.predict(X))
    assert (first.number, first.activation, last.number) == (1, hidden, 2)


def test_only_the_wanted_layers_are_returned():
    assert [values.number for values in layer_values(network("tanh", Dropout(0.5)), X, [2])] == [2]
    assert [number for number, _ in dense_layers(network("tanh", BatchNormalization()))] == [1, 2]


def test_the_flat_share_counts_slopes_below_a_tenth():
    (values, _) = layer_values(network("relu"), X)
    assert values.flat_share == pytest.approx((values.z <= 0).mean())
    (values, _) = layer_values(network("tanh"), 100 * X)
    assert values.flat_share == pytest.approx((1 - np.tanh(values.z) ** 2 < FLAT).mean())


def test_a_learned_alpha_is_that_of_each_unit():
    net = network("prelu")
    net.parameters["alpha1"][:] = [0.01, 0.2, 0.01, 0.2, 0.01]
    (values, _) = layer_values(net, X)
    below = values.z < 0
    np.testing.assert_allclose(values.slopes[below], np.broadcast_to(net.parameters["alpha1"], below.shape)[below])


@pytest.mark.parametrize("between", [(), (BatchNormalization(),)], ids=["plain", "batch-normalised"])
def test_the_gradients_sum_up_to_those_of_the_biases(between):
    net = network("tanh", *between)
    statistics = net.running_statistics.copy()
    found = gradients_of(net, X, Y, 0)
    _, gradient = net.loss_and_gradient(X, Y)
    for number in (1, 2):
        np.testing.assert_allclose(found[number].mean(axis=0), net.parameters.views(gradient)[f"b{number}"], atol=1e-12)
    np.testing.assert_array_equal(net.running_statistics, statistics)


def test_the_gradients_are_those_of_the_losses_of_single_rows():
    net = network("tanh")
    found = gradients_of(net, X, Y, 0)
    for row in range(len(X)):
        alone = slice(row, row + 1)
        _, gradient = net.loss_and_gradient(X[alone], Y[alone])
        for number in (1, 2):
            np.testing.assert_allclose(found[number][row], net.parameters.views(gradient)[f"b{number}"], atol=1e-12)


@given(st.integers(0, 500), st.integers(1, 60))
def test_rows_are_chosen_evenly_and_without_repetition(n, most):
    rows = some_rows(n, most)
    assert len(rows) == min(n, most)
    assert len(set(rows.tolist())) == len(rows)
    if n and most > 1:
        assert (rows[0], rows[-1]) == (0, n - 1)
