"""Batch normalisation by hand: the batch's statistics in training, the running ones at inference."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine.layers import BatchNormalization, Dense, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

LAYERS: list[Layer] = [BatchNormalization(momentum=0.8, epsilon=0.01), Dense(1)]


def trainer(X: np.ndarray, **settings: Any) -> Trainer:
    network = scrambled(Network(X.shape[1], LAYERS, "mean_squared_error"))
    training = TrainingSettings(**{"epochs": 1, "shuffle": False, "learning_rate": 1e-12} | settings)
    return Trainer(network, X, targets("", len(X), 1), training)


def test_training_uses_the_statistics_of_the_batch() -> None:
    X = inputs(6, 2)
    made = trainer(X, variant="batch")
    p = made.network.copy_parameters()
    results = {}
    for operation in made.tape().operations:
        operation.run()
        results[str(operation.symbol)] = operation.result.copy()
    x_hat = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 0.01)
    np.testing.assert_allclose(results["mu1"].ravel(), X.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(results["var1"].ravel(), X.var(axis=0), rtol=1e-13)
    np.testing.assert_allclose(results["x_hat1"].T, x_hat, rtol=1e-12)
    np.testing.assert_allclose(results["n1"].T, p["gamma1"] * x_hat + p["beta1"], rtol=1e-12)


def test_running_statistics_follow_each_batch() -> None:
    X = inputs(7, 2)
    made = trainer(X, batch_size=3)
    mean, variance = (made.network.parameters[name].copy() for name in ("moving_mean1", "moving_var1"))
    run_to_the_end(made)
    for batch in (X[:3], X[3:6], X[6:]):
        mean = 0.8 * mean + 0.2 * batch.mean(axis=0)
        variance = 0.8 * variance + 0.2 * batch.var(axis=0)
    np.testing.assert_allclose(made.network.parameters["moving_mean1"], mean, rtol=1e-12)
    np.testing.assert_allclose(made.network.parameters["moving_var1"], variance, rtol=1e-12)


def test_inference_uses_the_running_statistics_and_leaves_them() -> None:
    network = scrambled(Network(2, LAYERS, "mean_squared_error"))
    p, X = network.copy_parameters(), inputs(5, 2)
    x_hat = (X - p["moving_mean1"]) / np.sqrt(p["moving_var1"] + 0.01)
    expected = (p["gamma1"] * x_hat + p["beta1"]) @ p["W1"].T + p["b1"]
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-12)
    assert np.array_equal(network.parameters["moving_mean1"], p["moving_mean1"])


def test_the_gradient_leaves_the_running_statistics_alone() -> None:
    network = scrambled(Network(2, LAYERS, "mean_squared_error"))
    before = network.running_statistics.copy()
    network.loss_and_gradient(inputs(5, 2), targets("", 5, 1))
    assert np.array_equal(network.running_statistics, before)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_constant_feature_and_a_batch_of_one_do_not_divide_by_zero(dtype: str) -> None:
    X = np.hstack([inputs(4, 1), np.full((4, 1), 3.0)])
    for variant in ("batch", "stochastic"):
        network = Network(2, LAYERS, "mean_squared_error", dtype=dtype)
        run_to_the_end(Trainer(network, X, targets("", 4, 1), TrainingSettings(epochs=3, variant=variant)))
        assert np.isfinite(network.theta).all()
        assert np.isfinite(network.running_statistics).all()


def test_a_large_batch_is_normalised_as_a_whole() -> None:
    """It must not be worked off in chunks with statistics of their own."""
    X = inputs(9000, 2)
    X[4500:] += 5
    made = trainer(X, variant="batch")
    results = {str(operation.symbol): operation for operation in made.tape().operations}
    for operation in made.tape().operations:
        operation.run()
    np.testing.assert_allclose(results["mu1"].result.ravel(), X.mean(axis=0), rtol=1e-11)
