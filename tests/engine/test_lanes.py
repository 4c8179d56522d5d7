"""Chunks worked off on two lanes at the same time: the numbers are those of one lane after the other, bit for bit."""

import threading

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.descent import Descent
from tui_ann.engine.lanes import run_lanes
from tui_ann.engine.layers import Dense, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer

N = 20_000
LAYERS: list[Layer] = [Dense(8, "relu", l2=0.01), Dense(4, "tanh"), Dense(1)]


def trainer(dtype: str = "float64") -> Trainer:
    network = scrambled(Network(5, LAYERS, "mean_squared_error", dtype=dtype))
    descent = Descent(variant="batch", epochs=4, optimizer="adam", metrics=("mae",))
    return Trainer(network, inputs(N, 5), targets("", N, 1), descent)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_training_on_lanes_equals_stepping_bit_for_bit(dtype: str) -> None:
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


def test_predictions_on_lanes_stay_in_their_rows() -> None:
    network, X = scrambled(Network(5, LAYERS, "mean_squared_error")), inputs(N + 1, 5)
    pieces = [network.predict(X[start : start + 1000]) for start in range(0, N + 1, 1000)]
    np.testing.assert_allclose(network.predict(X), np.concatenate(pieces), rtol=1e-12)


def test_lanes_run_at_the_same_time() -> None:
    together = threading.Barrier(2, timeout=10)
    run_lanes(lambda: together.wait() and None, lambda: together.wait() and None)


@pytest.mark.parametrize("place", [0, 1])
def test_a_fault_in_a_lane_is_told_when_both_have_ended(place: int) -> None:
    ended = []

    def fails() -> None:
        raise ValueError("the lane")

    lanes = [lambda: ended.append(1), lambda: ended.append(1)]
    lanes[place] = fails
    with pytest.raises(ValueError, match="the lane"):
        run_lanes(*lanes)
    assert ended == [1]
