"""Large batches in chunks, and a unit with as many inputs as an image has pixels (C2)."""

import tracemalloc

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine import schedule
from tui_ann.engine.batch_tapes import ChunkedBatchTape
from tui_ann.engine.layers import Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

LAYERS: list[Layer] = [Dense(8, "tanh", l1=0.01, l2=0.02), Dense(3, "prelu"), Dense(2)]


def network(dtype: str = "float64") -> Network:
    return scrambled(Network(5, LAYERS, "mean_squared_error", dtype=dtype))


@pytest.mark.parametrize("n", [4097, 8192, 10_001])
def test_chunked_equals_unchunked_to_rounding(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    X, Y = inputs(n, 5), targets("", n, 2)
    chunked = network()
    assert isinstance(chunked.training_tape(n), ChunkedBatchTape)
    monkeypatch.setattr(schedule, "_CHUNK_EXAMPLES", (n, n))
    whole = network()
    assert not isinstance(whole.training_tape(n), ChunkedBatchTape)
    loss, gradient = chunked.loss_and_gradient(X, Y)
    expected_loss, expected = whole.loss_and_gradient(X, Y)
    assert loss == pytest.approx(expected_loss, rel=1e-13)
    np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-15)


def test_a_batch_run_in_chunks_is_the_run_of_the_textbook() -> None:
    X, Y = inputs(9000, 5), targets("", 9000, 2)
    made = Trainer(network(), X, Y, TrainingSettings(variant="batch", epochs=3, learning_rate=0.1, metrics=("mae",)))
    run_to_the_end(made)
    twin = network()
    for epoch in range(3):
        parts = [twin.loss_and_gradient(X[rows], Y[rows]) for rows in np.split(np.arange(9000), 9)]
        np.testing.assert_allclose(made.history.update_losses[epoch], np.mean([loss for loss, _ in parts]), rtol=1e-12)
        twin.theta -= 0.1 * np.mean([gradient for _, gradient in parts], axis=0)
    np.testing.assert_allclose(made.network.theta, twin.theta, rtol=1e-10)


def test_dropout_in_chunks_drops_in_every_chunk_anew_and_the_same_at_replay() -> None:
    layers: list[Layer] = [Dense(8, "tanh"), Dropout(0.5), Dense(1)]
    X, Y = np.ones((9000, 2)), np.zeros((9000, 1))
    made = Trainer(Network(2, layers, "mean_squared_error"), X, Y, TrainingSettings(variant="batch", epochs=2))
    masks = []
    for operation in made.tape().operations:
        operation.run()
        if str(operation.symbol) == "r1":
            masks.append(operation.result.copy())
    assert len(masks) > 1
    assert not np.array_equal(masks[0], masks[1])
    assert np.mean([mask.mean() for mask in masks]) == pytest.approx(1.0, abs=0.02)
    made.end_update()
    first = made.network.theta.copy()
    run_to_the_end(made)
    made.seek(1)
    assert np.array_equal(made.network.theta, first)


M = 200_000


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_wide_unit(dtype: str) -> None:
    """One logistic unit on 200,000 features: the update is the textbook's."""
    n = 12
    X, y = inputs(n, M).astype(dtype), targets("binary_crossentropy", n, 1)
    unit = Network(M, [Dense(1, "sigmoid", l2=1e-5)], "binary_crossentropy", dtype=dtype)
    W, b = unit.parameters["W1"].copy(), unit.parameters["b1"].copy()
    made = Trainer(
        unit, X, y, TrainingSettings(batch_size=5, shuffle=False, learning_rate=1e-3, epochs=1, metrics=("accuracy",))
    )
    run_to_the_end(made)
    for rows in (slice(0, 5), slice(5, 10), slice(10, 12)):
        a = 1 / (1 + np.exp(-(X[rows] @ W.T + b)))
        dz = (a - y[rows]) / len(a)
        W, b = W - 1e-3 * (dz.T @ X[rows] + 2e-5 * W), b - 1e-3 * dz.sum(axis=0)
    tolerance = 1e-10 if dtype == "float64" else 2e-3
    np.testing.assert_allclose(unit.parameters["W1"], W, rtol=tolerance, atol=tolerance / 1000)
    np.testing.assert_allclose(unit.parameters["b1"], b, rtol=tolerance, atol=tolerance / 1000)


def test_wide_data_is_used_where_it_lies() -> None:
    """No copy of the whole table, neither to put ones beside it nor to transpose it."""
    n = 64
    X = np.zeros((n, M), np.float32)
    y = targets("binary_crossentropy", n, 1)
    unit = Network(M, [Dense(1, "sigmoid")], "binary_crossentropy", dtype="float32")
    tracemalloc.start()
    made = Trainer(unit, X, y, TrainingSettings(variant="batch", epochs=2))
    run_to_the_end(made)
    unit.predict(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    _, x, *_ = made.tape().operations[0].calls[0][1]
    assert np.shares_memory(x, X)
    assert peak < 0.6 * X.nbytes


def test_a_wide_layer_before_others_and_seeking_in_it() -> None:
    layers: list[Layer] = [Dense(3, "relu"), Dense(2)]
    X, Y = inputs(7, 5000), targets("", 7, 2)
    made = Trainer(
        Network(5000, layers, "mean_squared_error"), X, Y, TrainingSettings(batch_size=3, epochs=2, optimizer="adam")
    )
    made.burst = 1
    seen = [made.network.theta.copy()]
    while not made.finished:
        update = made.update
        next(made.run())
        if made.update > update:
            seen.append(made.network.theta.copy())
    for update in (6, 2, 5, 0):
        made.seek(update)
        assert np.array_equal(made.network.theta, seen[update])
