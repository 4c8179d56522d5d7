"""Dropout, both ways: its masks, what they do to the numbers, and what happens at inference."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine.layers import Dense, Dropout, Layer
from tui_ann.engine.masks import MaskStream
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

MODES = ["inverted", "classic"]


def trainer(layers: list[Layer], *, n: int = 40, seed: int = 0, **settings: Any) -> Trainer:
    network = scrambled(Network(3, layers, "mean_squared_error", seed=seed))
    training = TrainingSettings(**{"batch_size": 16, "epochs": 2, "learning_rate": 0.05} | settings)
    return Trainer(network, inputs(n, 3), targets("", n, network.outputs), training)


def run_one(trainer: Trainer) -> dict[str, np.ndarray]:
    """Results of the next update's operations by symbol."""
    results = {}
    for operation in trainer.tape().operations:
        operation.run()
        results[str(operation.symbol)] = operation.result.copy()
    trainer.end_update()
    return results


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_the_share_that_is_dropped(rate: float, mode: str) -> None:
    made = trainer([Dense(200), Dropout(rate, mode=mode), Dense(1)], variant="batch", learning_rate=1e-9)
    masks = np.array([run_one(made)["r1"] for _ in range(2)])
    kept = 1 - rate
    value = 1 / kept if mode == "inverted" else 1.0
    assert set(np.unique(masks)) <= {0.0, value}
    expected = masks.size * kept
    assert abs(np.count_nonzero(masks) - expected) <= 5 * np.sqrt(masks.size * kept * rate)
    per_unit = np.count_nonzero(masks, axis=(0, 2)) / (masks.shape[0] * masks.shape[2])
    assert abs(per_unit.mean() - kept) < 0.02


@pytest.mark.parametrize("mode", MODES)
def test_forward_and_backward_by_an_explicit_mask(mode: str) -> None:
    made = trainer([Dense(4, "tanh"), Dropout(0.5, mode=mode), Dense(2)])
    results = run_one(made)
    assert np.array_equal(results["d1"], results["a1"] * results["r1"])
    np.testing.assert_allclose(results["da1"], results["dd1"] * results["r1"], rtol=1e-15)
    assert (results["da1"][results["r1"] == 0] == 0).all()


def test_inverted_keeps_the_mean_and_is_not_there_at_inference() -> None:
    layers: list[Layer] = [Dense(4, "tanh"), Dropout(0.3), Dense(2)]
    dropped = scrambled(Network(3, layers, "mean_squared_error"))
    plain = Network(3, [layers[0], layers[2]], "mean_squared_error")
    plain.load(dropped.copy_parameters())
    X = inputs(20, 3)
    assert np.array_equal(dropped.predict(X), plain.predict(X))
    assert np.mean(MaskedMean(0.3, "inverted").mask) == pytest.approx(1.0, abs=0.02)


def test_classic_multiplies_the_weights_behind_it_by_p_at_inference() -> None:
    layers: list[Layer] = [Dense(4, "tanh"), Dropout(0.3, mode="classic"), Dense(2)]
    dropped = scrambled(Network(3, layers, "mean_squared_error"))
    plain = Network(3, [layers[0], layers[2]], "mean_squared_error")
    values = dropped.copy_parameters()
    values["W2"] = values["W2"] * 0.7
    plain.load(values)
    X = inputs(20, 3)
    np.testing.assert_allclose(dropped.predict(X), plain.predict(X), rtol=1e-13)
    assert np.mean(MaskedMean(0.3, "classic").mask) == pytest.approx(0.7, abs=0.02)


class MaskedMean:
    """The mask of one update of a wide layer."""

    def __init__(self, rate: float, mode: str) -> None:
        made = trainer([Dense(300), Dropout(rate, mode=mode), Dense(1)], variant="batch")
        self.mask = run_one(made)["r1"]


def test_masks_depend_on_seed_place_and_update_only() -> None:
    layers: list[Layer] = [Dense(20), Dropout(0.5), Dense(20), Dropout(0.5), Dense(1)]
    first, other_start, other_seed = trainer(layers), trainer(layers), trainer(layers, seed=1)
    other_start.network.theta[:] *= 2
    one, again, different = run_one(first), run_one(other_start), run_one(other_seed)
    assert np.array_equal(one["r1"], again["r1"])
    assert np.array_equal(one["r2"], again["r2"])
    assert not np.array_equal(one["r1"], one["r2"])
    assert not np.array_equal(one["r1"], different["r1"])
    assert not np.array_equal(one["r1"], run_one(first)["r1"])


@pytest.mark.parametrize("mode", MODES)
def test_a_second_run_of_the_same_network_meets_the_same_masks(mode: str) -> None:
    """Rewinding builds a new trainer on the network; it must not go on where the masks of the old one stopped."""
    network = scrambled(Network(3, [Dense(8, "tanh"), Dropout(0.5, mode=mode), Dense(1)], "mean_squared_error"))
    start = network.copy_parameters()
    ends = []
    for _ in range(2):
        network.load(start)
        run_to_the_end(Trainer(network, inputs(20, 3), targets("", 20, 1), TrainingSettings(epochs=2, batch_size=7)))
        ends.append(network.theta.copy())
    first, second = ends
    assert np.array_equal(first, second)


def test_a_stream_can_be_sought() -> None:
    stream, wanted, found = MaskStream(5, 2), np.empty((3, 4)), np.empty((3, 4))
    for _ in range(6):
        stream.draw(wanted)
        stream.next_update()
    sought = MaskStream(5, 2)
    sought.seek(5)
    sought.draw(found)
    assert np.array_equal(wanted, found)


def test_how_much_one_update_draws_does_not_shift_the_next() -> None:
    small, large = MaskStream(0, 1), MaskStream(0, 1)
    small.draw(np.empty(3))
    large.draw(np.empty(1000))
    large.draw(np.empty(7))
    after_small, after_large = np.empty(5), np.empty(5)
    for stream, buffer in ((small, after_small), (large, after_large)):
        stream.next_update()
        stream.draw(buffer)
    assert np.array_equal(after_small, after_large)


def test_dropping_nothing_is_no_dropout() -> None:
    with_it, without = trainer([Dense(4, "tanh"), Dropout(0.0), Dense(1)]), trainer([Dense(4, "tanh"), Dense(1)])
    run_to_the_end(with_it)
    run_to_the_end(without)
    np.testing.assert_allclose(with_it.network.theta, without.network.theta, rtol=1e-13)
