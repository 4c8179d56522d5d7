"""Chunks on two threads at the same time: the numbers are those of one thread, bit for bit."""

import threading

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.batch_tapes import ChunkedBatchTape
from tui_ann.engine.layers import Dense, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS, Optimizer
from tui_ann.engine.tape import run_calls
from tui_ann.engine.threads import LARGE, run_on_threads
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

N = 20_000
LAYERS: list[Layer] = [Dense(8, "relu", l2=0.01), Dense(4, "tanh"), Dense(1)]


def trainer(dtype: str = "float64") -> Trainer:
    network = scrambled(Network(5, LAYERS, "mean_squared_error", dtype=dtype))
    training = TrainingSettings(variant="batch", epochs=4, optimizer="adam", metrics=("mae",))
    return Trainer(network, inputs(N, 5), targets("", N, 1), training)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_training_on_threads_equals_stepping_bit_for_bit(dtype: str) -> None:
    run, stepped = trainer(dtype), trainer(dtype)
    for _ in run.run():
        pass
    while not stepped.finished:
        for operation in stepped.tape().operations:
            operation.run()
        stepped.end_update()
    assert np.array_equal(run.network.theta, stepped.network.theta)
    assert np.array_equal(run.history.update_losses, stepped.history.update_losses)
    run.seek(2)
    stepped.seek(2)
    assert np.array_equal(run.network.theta, stepped.network.theta)


def test_predictions_on_threads_stay_in_their_rows() -> None:
    network, X = scrambled(Network(5, LAYERS, "mean_squared_error")), inputs(N + 1, 5)
    pieces = [network.predict(X[start : start + 1000]) for start in range(0, N + 1, 1000)]
    np.testing.assert_allclose(network.predict(X), np.concatenate(pieces), rtol=1e-12)


def test_no_rows_give_no_predictions() -> None:
    assert Network(5, LAYERS, "mean_squared_error").predict(np.empty((0, 5))).shape == (0, 1)


@pytest.mark.parametrize(("units", "features", "b"), [(1, 100_001, 3), (3, 100_001, 3), (2, 200_000, 1), (70, 4097, 2)])
def test_a_wide_layer_on_threads_is_the_textbook_product(units: int, features: int, b: int) -> None:
    layers: list[Layer] = [Dense(units, "tanh"), Dense(1)]
    network, X, Y = scrambled(Network(features, layers, "mean_squared_error")), inputs(b, features), targets("", b, 1)
    assert max(units, b) * features >= LARGE
    W1, b1, W2 = (network.parameters[name] for name in ("W1", "b1", "W2"))
    a = np.tanh(X @ W1.T + b1)
    np.testing.assert_allclose(network.predict(X), a @ W2.T + network.parameters["b2"], rtol=1e-9)
    network.loss_and_gradient(X, Y)
    dz = 2 / b * (network.predict(X) - Y) @ W2 * (1 - a**2)
    np.testing.assert_allclose(network.gradients["W1"], dz.T @ X, rtol=1e-8, atol=1e-10)


def test_a_wide_layer_in_chunks() -> None:
    """Chunks would have threads of their own, but a task cannot wait for other tasks."""
    network, X = Network(4096, [Dense(600, "relu"), Dense(1)], "mean_squared_error", dtype="float32"), inputs(600, 4096)
    assert isinstance(network.training_tape(600), ChunkedBatchTape)
    assert np.isfinite(network.loss_and_gradient(X, np.zeros((600, 1)))[0])
    assert network.predict(X).shape == (600, 1)


@pytest.mark.parametrize("rule", OPTIMIZERS)
@pytest.mark.parametrize("size", [LARGE, LARGE + 12_345])
def test_an_update_in_pieces_is_that_of_each_part_by_itself(rule: str, size: int) -> None:
    """A vector below the limit is not divided, so the parts are the measure."""
    rng = np.random.default_rng(1)
    theta, gradient = rng.standard_normal(size), rng.standard_normal(size)
    whole = Optimizer(rule, theta.copy(), gradient, 0.1)
    parts = [Optimizer(rule, theta[part].copy(), gradient[part], 0.1) for part in (slice(0, 1000), slice(1000, 1001))]
    parts.append(Optimizer(rule, theta[-1000:].copy(), gradient[-1000:], 0.1))
    for _ in range(3):
        for optimizer in (whole, *parts):
            run_calls(optimizer.calls)
    for optimizer, where in zip(parts, (slice(0, 1000), slice(1000, 1001), slice(-1000, None)), strict=True):
        assert np.array_equal(whole.theta[where], optimizer.theta)
        assert np.array_equal(whole.last_change()[where], optimizer.last_change())
        assert whole.steps == optimizer.steps
    assert (whole.theta != theta).all()


def test_tasks_run_at_the_same_time() -> None:
    together = threading.Barrier(2, timeout=10)
    run_on_threads(lambda: together.wait() and None, lambda: together.wait() and None)


@pytest.mark.parametrize("place", [0, 1])
def test_an_error_on_a_thread_is_raised_when_both_have_ended(place: int) -> None:
    ended = []

    def fails() -> None:
        raise ValueError("the task")

    tasks = [lambda: ended.append(1), lambda: ended.append(1)]
    tasks[place] = fails
    with pytest.raises(ValueError, match="the task"):
        run_on_threads(*tasks)
    assert ended == [1]
