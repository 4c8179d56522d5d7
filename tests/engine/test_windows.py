"""Which examples meet which update: variants, shuffling, the short last batch, noise, and the loss of an epoch."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine import schedule
from tui_ann.engine.epoch_order import epoch_order
from tui_ann.engine.layers import Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import EpochEnded, Trainer, Updated
from tui_ann.engine.training_settings import TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

LAYERS: list[Layer] = [Dense(4, "tanh", l1=0.01, l2=0.02), Dense(2)]


def trainer(n: int = 11, layers: list[Layer] = LAYERS, **settings: Any) -> Trainer:
    network = scrambled(Network(3, layers, "mean_squared_error"))
    training = TrainingSettings(**{"batch_size": 4, "epochs": 3, "learning_rate": 0.05} | settings)
    return Trainer(network, inputs(n, 3), targets("", n, network.outputs), training)


def examples_met(made: Trainer, updates: int) -> list[list[int]]:
    """Row numbers of the examples of each update."""
    met = []
    for _ in range(updates):
        met.append(made.next_batch().examples.tolist())
        for operation in made.tape().operations:
            operation.run()
        made.end_update()
    return met


def flat(nested: list[list[int]]) -> list[int]:
    return [value for part in nested for value in part]


@pytest.mark.parametrize(
    ("settings", "sizes"),
    [
        ({"variant": "batch"}, [11]),
        ({"variant": "batch", "batch_size": 2}, [11]),
        ({"variant": "stochastic"}, [1] * 11),
        ({"variant": "mini-batch"}, [4, 4, 3]),
        ({"variant": "mini-batch", "batch_size": 5}, [5, 5, 1]),
        ({"variant": "mini-batch", "batch_size": 11}, [11]),
        ({"variant": "mini-batch", "batch_size": 100}, [11]),
    ],
)
def test_sizes_of_batches(settings: dict[str, Any], sizes: list[int]) -> None:
    made = trainer(**settings)
    assert made.updates_per_epoch == len(sizes)
    assert [len(examples) for examples in examples_met(made, len(sizes))] == sizes
    assert made.epoch == 1


def test_each_epoch_meets_every_example_once_in_its_own_order() -> None:
    made = trainer(shuffle_seed=7)
    met = [flat(examples_met(made, 3)) for _ in range(3)]
    for epoch, order in enumerate(met, start=1):
        assert sorted(order) == list(range(11))
        assert order == epoch_order(11, 7, epoch).tolist()
    assert met[0] != met[1] != met[2]


def test_the_order_depends_on_the_shuffle_seed_only() -> None:
    cases: list[tuple[dict[str, Any], int]] = [
        ({"shuffle_seed": 1}, 3),
        ({"shuffle_seed": 1, "batch_size": 1, "learning_rate": 0.2, "optimizer": "adam"}, 11),
        ({"shuffle_seed": 1, "variant": "stochastic"}, 11),
        ({"shuffle_seed": 2}, 3),
    ]
    orders = [flat(examples_met(trainer(**settings), made)) for settings, made in cases]
    assert orders[0] == orders[1] == orders[2]
    assert orders[0] != orders[3]


@pytest.mark.parametrize("settings", [{"shuffle": False}, {"variant": "batch", "shuffle": True}])
def test_unshuffled(settings: dict[str, Any]) -> None:
    made = trainer(**settings)
    for _ in range(2):
        assert flat(examples_met(made, made.updates_per_epoch)) == list(range(11))


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("variant", ["batch", "stochastic", "mini-batch"])
def test_the_loss_of_an_epoch_is_the_average_over_examples_as_they_were_met(variant: str, shuffle: bool) -> None:
    """Plus the penalties, weighted like the examples that met them: worked out here with a second network."""
    made = trainer(variant=variant, shuffle=shuffle, epochs=2)
    twin = scrambled(Network(3, LAYERS, "mean_squared_error"))
    X, Y = inputs(11, 3), targets("", 11, 2)
    size = {"batch": 11, "stochastic": 1}.get(variant, 4)
    update_losses, epoch_losses = [], []
    for epoch in (1, 2):
        order = epoch_order(11, 0, epoch) if shuffle and variant != "batch" else np.arange(11)
        total = 0.0
        for start in range(0, 11, size):
            rows = order[start : start + size]
            loss, gradient = twin.loss_and_gradient(X[rows], Y[rows])
            twin.theta -= 0.05 * gradient
            update_losses.append(loss)
            total += loss * len(rows)
        epoch_losses.append(total / 11)
    run_to_the_end(made)
    np.testing.assert_allclose(made.history.update_losses, update_losses, rtol=1e-12)
    np.testing.assert_allclose(made.history.column("loss"), epoch_losses, rtol=1e-12)
    np.testing.assert_allclose(made.network.theta, twin.theta, rtol=1e-11)
    for record, update in zip(made.history.epochs, made.history.epoch_ends, strict=True):
        assert 0 < record.penalty < record.loss
        assert record.updates == update == record.epoch * -(-11 // size)
        assert record.examples == 11 * record.epoch


def test_val_loss_is_of_the_whole_validation_part_at_the_end_of_the_epoch() -> None:
    layers: list[Layer] = [Dense(4, "tanh", l2=0.1), Dropout(0.5), Dense(2)]
    network = scrambled(Network(3, layers, "mean_squared_error"))
    X_val, Y_val = inputs(6, 3, 1), targets("", 6, 2, 1)
    training = TrainingSettings(epochs=3, batch_size=4, metrics=("mse",))
    made = Trainer(network, inputs(11, 3), targets("", 11, 2), training, X_val=X_val, Y_val=Y_val)
    for event in made.run():
        if isinstance(event, EpochEnded):
            loss, penalty = network.loss_of(X_val, Y_val)
            assert event.record.values["val_loss"] == pytest.approx(loss + penalty, rel=1e-13)
            assert event.record.values["val_mse"] == pytest.approx(loss, rel=1e-13)
            assert penalty > 0


def test_windows_of_any_size_give_the_same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = []
    for batches_per_window in (1, 2, 3, 512):
        monkeypatch.setattr(schedule, "BATCHES_PER_WINDOW", batches_per_window)
        made = trainer(n=30, optimizer="momentum", noise=0.1, metrics=("mae",))
        run_to_the_end(made)
        ends.append((made.network.theta.copy(), made.history.column("loss"), made.history.column("mae")))
    for theta, loss, mae in ends[1:]:
        assert np.array_equal(theta, ends[0][0])
        np.testing.assert_allclose(loss, ends[0][1], rtol=1e-14)
        np.testing.assert_allclose(mae, ends[0][2], rtol=1e-14)


@pytest.mark.parametrize("burst", [1, 2, 3, 5, 1000])
def test_bursts_tell_of_so_many_updates_and_change_nothing(burst: int) -> None:
    made, reference = trainer(), trainer()
    events = run_to_the_end(made, burst)
    run_to_the_end(reference)
    assert np.array_equal(made.network.theta, reference.network.theta)
    told = [event.update for event in events if isinstance(event, Updated)]
    assert told[-1] == 9
    assert all(0 < step <= burst for step in np.diff([0, *told]))


def test_noise_is_drawn_anew_each_epoch_and_leaves_data_and_validation_alone() -> None:
    X, Y = inputs(200, 3), targets("", 200, 1)
    kept = X.copy()
    network = Network(3, [Dense(1)], "mean_squared_error", seed=2)
    training = TrainingSettings(variant="batch", noise=0.5, epochs=3, learning_rate=1e-6)
    made = Trainer(network, X, Y, training, X_val=X, Y_val=Y)
    seen = []
    for _ in range(3):
        seen.append(made.next_batch().X.T)
        for operation in made.tape().operations:
            operation.run()
        made.end_update()
    assert np.array_equal(X, kept)
    for noisy in seen:
        assert np.std(noisy - X) == pytest.approx(0.5, rel=0.1)
    assert abs(np.mean((seen[0] - X) * (seen[1] - X))) < 0.05
    assert made.history.column("val_loss")[0] == pytest.approx(network.loss_of(X, Y)[0], rel=1e-3)
    again = Trainer(Network(3, [Dense(1)], "mean_squared_error", seed=2), X, Y, training)
    assert np.array_equal(again.next_batch().X.T, seen[0])


def test_noise_does_not_touch_the_ones_that_carry_the_bias() -> None:
    network = Network(2, [Dense(1)], "mean_squared_error")
    network.load({"W1": np.zeros((1, 2)), "b1": np.array([2.0])})
    made = Trainer(
        network, inputs(50, 2), np.full((50, 1), 2.0), TrainingSettings(noise=10.0, epochs=2, learning_rate=1e-9)
    )
    run_to_the_end(made)
    assert made.history.column("loss") == pytest.approx([0, 0], abs=1e-15)


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("variant", ["batch", "stochastic", "mini-batch"])
def test_very_few_examples(variant: str, n: int) -> None:
    made = trainer(n=n, variant=variant, metrics=("mae", "r2"))
    run_to_the_end(made)
    assert made.finished
    assert np.isfinite(made.history.column("loss")).all()


def test_the_training_data_is_not_changed() -> None:
    X, Y = inputs(11, 3), targets("", 11, 2)
    X.flags.writeable = Y.flags.writeable = False
    for variant in ("batch", "stochastic", "mini-batch"):
        network = scrambled(Network(3, LAYERS, "mean_squared_error"))
        run_to_the_end(Trainer(network, X, Y, TrainingSettings(variant=variant, epochs=2, batch_size=4)))
