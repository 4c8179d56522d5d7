"""A network: start values, loading, predicting in pieces, and the shapes it insists on."""

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.schedule import WIDE
from tui_ann.errors import EngineError

LAYERS: list[Layer] = [Dense(4, "relu"), BatchNormalization(), Dense(3, "prelu", alpha=0.2), Dense(2, "prelu")]


def test_start_values() -> None:
    network = Network(3, LAYERS, "mean_squared_error", seed=5)
    p = network.parameters
    assert 0 < np.abs(p["W1"]).max() <= np.sqrt(6 / 7)
    assert not p["b1"].any()
    assert (p["gamma1"] == 1).all()
    assert not p["beta1"].any()
    assert not p["moving_mean1"].any()
    assert (p["moving_var1"] == 1).all()
    assert (p["alpha2"] == 0.2).all()
    assert (p["alpha3"] == 0.05).all()


def test_equal_seeds_equal_start() -> None:
    first, again, other = (Network(3, LAYERS, "mean_squared_error", seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first.theta, again.theta)
    assert not np.array_equal(first.theta, other.theta)
    again.theta[:] = 7
    again.running_statistics[:] = 7
    again.parameters.initialize()
    assert np.array_equal(first.theta, again.theta)
    assert np.array_equal(first.running_statistics, again.running_statistics)


def test_a_start_value_depends_on_its_place_only() -> None:
    """Layers added behind or between do not change the W before them, nor does a change of precision."""
    small = Network(3, [Dense(4), Dense(2)], "mean_squared_error", seed=1)
    longer = Network(3, [Dense(4), Dropout(0.1), Dense(2), Dense(5)], "mean_squared_error", seed=1)
    single = Network(3, [Dense(4), Dense(2)], "mean_squared_error", seed=1, dtype="float32")
    for name in ("W1", "W2"):
        assert np.array_equal(small.parameters[name], longer.parameters[name])
        assert np.array_equal(small.parameters[name].astype(np.float32), single.parameters[name])


def test_a_layers_own_initializer() -> None:
    network = Network(3, [Dense(4, initializer="zeros"), Dense(2, initializer="he_normal")], "mean_squared_error")
    assert not network.parameters["W1"].any()
    assert network.parameters["W2"].all()


def test_load_and_copy() -> None:
    network = scrambled(Network(3, LAYERS, "mean_squared_error"))
    other = Network(3, LAYERS, "mean_squared_error", seed=9)
    values = network.copy_parameters()
    other.load(values)
    assert np.array_equal(network.theta, other.theta)
    assert np.array_equal(network.running_statistics, other.running_statistics)
    values["W1"][:] = 0
    assert network.parameters["W1"].all()


def test_load_names_every_misfit_and_changes_nothing() -> None:
    network = Network(3, LAYERS, "mean_squared_error")
    before = network.theta.copy()
    values = network.copy_parameters()
    values["W1"] = np.ones((3, 4))
    values["b2"] = np.array([1.0, np.nan, 0.0])
    values["W9"] = np.zeros(1)
    del values["alpha3"]
    with pytest.raises(EngineError) as caught:
        network.load(values)
    text = str(caught.value)
    for expected in (
        "alpha3 is missing",
        "W9 is not",
        "W1 has the shape (3, 4), this network needs (4, 3)",
        "b2 holds",
    ):
        assert expected in text
    assert np.array_equal(network.theta, before)


def test_predict_is_the_plain_formula() -> None:
    network = scrambled(Network(3, LAYERS, "mean_squared_error"))
    X, p = inputs(50, 3), network.parameters
    a = ACTIVATIONS["relu"].g(X @ p["W1"].T + p["b1"])
    a = (a - p["moving_mean1"]) / np.sqrt(p["moving_var1"] + 1e-3) * p["gamma1"] + p["beta1"]
    a = ACTIVATIONS["prelu"].g(a @ p["W2"].T + p["b2"], p["alpha2"])
    a = ACTIVATIONS["prelu"].g(a @ p["W3"].T + p["b3"], p["alpha3"])
    np.testing.assert_allclose(network.predict(X), a, rtol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 2, 4095, 10_000])
def test_predict_in_pieces_equals_one_by_one(n: int) -> None:
    network = scrambled(Network(4, [Dense(8, "tanh"), Dense(3, "softmax")], "categorical_crossentropy"))
    X = inputs(n, 4)
    y_hat = network.predict(X)
    assert y_hat.shape == (n, 3)
    for i in range(0, n, max(1, n // 7)):
        np.testing.assert_allclose(y_hat[i], network.predict(X[i : i + 1])[0], rtol=1e-12)


def test_predicting_changes_nothing() -> None:
    network = scrambled(Network(3, [*LAYERS[:3], Dropout(0.5), Dense(1)], "mean_squared_error"))
    before = network.copy_parameters()
    X = inputs(9, 3)
    first = network.predict(X)
    assert np.array_equal(first, network.predict(X))
    assert all(np.array_equal(before[name], view) for name, view in network.parameters.items())


def test_the_answer_is_a_copy() -> None:
    network = Network(3, [Dense(2)], "mean_squared_error", seed=1)
    first = network.predict(inputs(4, 3))
    kept = first.copy()
    network.predict(inputs(4, 3, seed=8))
    assert np.array_equal(first, kept)


def test_the_largest_matrix_leaves_out_what_the_engine_divides_itself() -> None:
    assert Network(30, [Dense(2), Dense(7)], "mean_squared_error").largest_matrix == 60
    assert Network(WIDE, [Dense(2), Dense(7)], "mean_squared_error").largest_matrix == 14


def test_loss_of_counts_penalties_apart() -> None:
    network = scrambled(Network(3, [Dense(4, "tanh", l1=0.1), Dense(2, l2=0.3)], "mean_squared_error"))
    X, Y, p = inputs(6, 3), targets("", 6, 2), network.parameters
    loss, penalty = network.loss_of(X, Y)
    assert loss == pytest.approx(np.mean((network.predict(X) - Y) ** 2))
    assert penalty == pytest.approx(0.1 * np.abs(p["W1"]).sum() + 0.3 * np.square(p["W2"]).sum())
    whole, _ = network.loss_and_gradient(X, Y)
    assert whole == pytest.approx(loss + penalty)


@pytest.mark.parametrize("shape", [(5,), (5, 2), (5, 4), (5, 3, 1)])
def test_inputs_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    network = Network(3, [Dense(2)], "mean_squared_error")
    with pytest.raises(EngineError, match="takes 3 features"):
        network.predict(np.zeros(shape))


def test_integers_and_lists_of_rows_will_do() -> None:
    network = Network(2, [Dense(2, "tanh")], "mean_squared_error")
    expected = network.predict(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert np.array_equal(network.predict(np.array([[1, 2], [3, 4]])), expected)
    assert np.array_equal(network.predict(np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])), expected)
    assert np.array_equal(network.predict(np.array([[1.0, 9, 2], [3, 9, 4]])[:, ::2]), expected)


def test_one_feature_one_unit() -> None:
    network = Network(1, [Dense(1, "sigmoid")], "binary_crossentropy")
    network.load({"W1": np.array([[2.0]]), "b1": np.array([-1.0])})
    np.testing.assert_allclose(network.predict(np.array([[0.5], [2.0]])), [[0.5], [1 / (1 + np.exp(-3.0))]])


@pytest.mark.parametrize(("activation", "loss"), [("sigmoid", "binary_crossentropy"), ("linear", "mean_squared_error")])
def test_signals_of_one_example_are_those_of_the_prediction(activation: str, loss: str) -> None:
    layers: list[Layer] = [Dense(4, "tanh"), Dropout(0.5), Dense(1, activation)]
    network = scrambled(Network(3, layers, loss))
    X = inputs(5, 3)
    signals = network.signals(X[2])
    p = network.parameters
    np.testing.assert_allclose(signals["a1"], np.tanh(p["W1"] @ X[2] + p["b1"]), rtol=1e-12)
    np.testing.assert_array_equal(signals["a2"], network.predict(X[2:3])[0])
    np.testing.assert_allclose(signals["z2"], p["W2"] @ signals["a1"] + p["b2"], rtol=1e-12)


@pytest.mark.parametrize("n", [1, 7, 5000])
def test_signals_of_many_examples_are_those_of_each(n: int) -> None:
    layers: list[Layer] = [Dense(4, "tanh"), BatchNormalization(), Dropout(0.5, "classic"), Dense(3, "softmax")]
    network = scrambled(Network(3, layers, "categorical_crossentropy"))
    X = inputs(n, 3)
    found = network.signals_of(X)
    for row in {0, n // 2, n - 1}:
        alone = network.signals(X[row])
        assert found.keys() == alone.keys()
        for symbol, values in alone.items():
            np.testing.assert_allclose(found[symbol][row], values, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found["a2"], network.predict(X), rtol=1e-12)


def test_only_the_signals_that_are_wanted_are_copied() -> None:
    network = scrambled(Network(3, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy"))
    assert {symbol: values.shape for symbol, values in network.signals_of(inputs(5, 3), ("a1",)).items()} == {
        "a1": (5, 4)
    }


def test_signals_of_a_very_wide_input_are_those_of_the_prediction() -> None:
    network = scrambled(Network(5000, [Dense(2, "relu"), Dense(1)], "mean_squared_error"))
    X = inputs(3, 5000)
    np.testing.assert_allclose(network.signals_of(X)["a2"], network.predict(X), rtol=1e-12)


def test_weights_too_large_for_single_precision_are_refused() -> None:
    network = Network(1, [Dense(1)], "mean_squared_error", dtype="float32")
    with pytest.raises(EngineError, match="W1 holds values that are not finite in float32"):
        network.load({"W1": np.array([[1e200]]), "b1": np.zeros(1)})
