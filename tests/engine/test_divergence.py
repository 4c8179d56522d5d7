"""A run that blows up ends at the first update whose loss or gradient is not finite, the parameters before it kept."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine import schedule
from tui_ann.engine.epoch_order import epoch_order
from tui_ann.engine.examples import input_rows, target_rows
from tui_ann.engine.kernel.choice import new_runs_kernel
from tui_ann.engine.kernel.updates import FLUSH_EVERY, Call
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS, Optimizer
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import EpochEnded, Stopped, Trainer
from tui_ann.engine.training_settings import EarlyStopping, OptimizerName, TrainingSettings, Variant

pytestmark = pytest.mark.usefixtures("both_kernels")

N, SIZE = 17, 4
PLAIN: list[Layer] = [Dense(4, "relu"), Dense(1)]
RICH: list[Layer] = [Dense(4, "relu", l1=0.01, l2=0.01), BatchNormalization(), Dropout(0.3), Dense(4), Dense(1)]


def network(layers: list[Layer], loss: str, dtype: str) -> Network:
    return scrambled(Network(3, layers, loss, seed=4, dtype=dtype))


@dataclass
class Found:
    """What a check after every single update finds."""

    update: int
    theta: np.ndarray
    statistics: np.ndarray
    losses: list[float]


def run(calls: tuple[Call, ...]) -> None:
    """Make the calls once, by the kernel of new runs."""
    new_runs_kernel().updates(lambda _: calls, 1, ()).run(0, 1, 1)


def slow_reference(layers: list[Layer], loss: str, training: TrainingSettings, dtype: str = "float64") -> Found:
    """Train without the trainer, looking at loss, gradient and parameters after every update."""
    net = network(layers, loss, dtype)
    X, Y = input_rows(net.architecture, inputs(N, 3)), target_rows(net.architecture, targets(loss, N, 1), N)
    optimizer = Optimizer(training.optimizer, net.theta, net.gradient, training.learning_rate, training.momentum)
    size = training.examples_per_update(N)
    losses: list[float] = []
    for epoch in range(1, training.epochs + 1):
        shuffled = training.shuffle and training.variant != "batch"
        order = epoch_order(N, training.shuffle_seed, epoch) if shuffled else np.arange(N)
        for start in range(0, N, size):
            rows = order[start : start + size]
            theta, statistics = net.theta.copy(), net.running_statistics.copy()
            logits = np.empty((len(rows), 1), net.dtype)
            with np.errstate(all="ignore"):
                penalty = net.penalties.value()
                run(net.training_tape(len(rows)).bound_calls(X[rows], Y[rows], logits))
                value = float(LOSSES[loss].per_example(Y[rows], logits).mean()) + penalty
                finite = math.isfinite(value) and bool(np.isfinite(net.gradient).all())
                run(optimizer.calls)
            losses.append(value)
            if not (finite and np.isfinite(net.theta).all()):
                return Found(len(losses), theta, statistics, losses)
    raise AssertionError("the reference did not diverge")


def check(made: Trainer, found: Found) -> None:
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.DIVERGED
    assert made.update == found.update - 1
    assert np.array_equal(made.network.theta, found.theta)
    assert np.array_equal(made.network.running_statistics, found.statistics)
    assert f"after update {found.update - 1}," in made.stop_reason.text
    losses = made.history.update_losses
    assert len(losses) == found.update
    np.testing.assert_allclose(losses, found.losses, rtol=1e-5 if made.network.dtype == np.float32 else 1e-11)
    what = "gradient" if math.isfinite(found.losses[-1]) else "loss"
    assert made.stop_reason.text.startswith(f"the {what} was no longer finite")


RATES = {"sgd": 30.0, "momentum": 5.0, "nesterov": 5.0}
LARGEST_RATE = 1e154  # lets any rule diverge, also one that divides by the size of the gradient


@pytest.mark.parametrize("burst", [1, 3, 1000])
@pytest.mark.parametrize("layers", [PLAIN, RICH], ids=["plain", "rich"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_as_a_check_after_every_update(optimizer: OptimizerName, layers: list[Layer], burst: int) -> None:
    training = TrainingSettings(
        optimizer=optimizer, learning_rate=RATES.get(optimizer, LARGEST_RATE), batch_size=SIZE, epochs=300
    )
    found = slow_reference(layers, "mean_squared_error", training)
    X, Y = inputs(N, 3), targets("mean_squared_error", N, 1)
    made = Trainer(network(layers, "mean_squared_error", "float64"), X, Y, training)
    run_to_the_end(made, burst)
    check(made, found)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("variant", ["batch", "stochastic", "mini-batch"])
@pytest.mark.parametrize("loss", ["half_squared_error", "mean_squared_error", "mean_absolute_error"])
def test_every_variant_and_precision(loss: str, variant: Variant, dtype: str) -> None:
    rate = {"mean_absolute_error": 1e150 if dtype == "float64" else 1e18}.get(loss, 3.0)
    training = TrainingSettings(variant=variant, learning_rate=rate, batch_size=SIZE, epochs=3000)
    found = slow_reference(PLAIN, loss, training, dtype)
    made = Trainer(network(PLAIN, loss, dtype), inputs(N, 3), targets(loss, N, 1), training)
    run_to_the_end(made)
    check(made, found)


@pytest.mark.parametrize("batches_per_window", [1, 2, 3])
def test_across_windows(batches_per_window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "BATCHES_PER_WINDOW", batches_per_window)
    training = TrainingSettings(learning_rate=1.0, batch_size=SIZE, epochs=300)
    found = slow_reference(PLAIN, "mean_squared_error", training)
    made = Trainer(network(PLAIN, "mean_squared_error", "float64"), inputs(N, 3), targets("", N, 1), training)
    run_to_the_end(made, 2)
    check(made, found)


def diverging(**settings: Any) -> Trainer:
    defaults: dict[str, Any] = {"learning_rate": 1.0, "batch_size": SIZE, "epochs": 300, "metrics": ("mae",)}
    training = TrainingSettings(**defaults | settings)
    net = network(PLAIN, "mean_squared_error", "float64")
    X_val, Y_val = inputs(5, 3, 1), targets("", 5, 1, 1)
    return Trainer(net, inputs(N, 3), targets("", N, 1), training, X_val=X_val, Y_val=Y_val)


def test_the_weights_of_the_best_epoch_are_restored_where_that_is_asked_for() -> None:
    best = diverging(early_stopping=EarlyStopping(monitor="loss", patience=300, restore_best_weights=True))
    run_to_the_end(best)
    assert best.stop_reason is not None
    assert best.stop_reason.status is Status.DIVERGED
    assert best.stop_reason.text.endswith("; the weights of epoch 1 were restored")
    assert best.best is not None
    assert np.array_equal(best.network.parameters["W1"], best.best["W1"])
    last = diverging(early_stopping=EarlyStopping(monitor="loss", patience=300, restore_best_weights=False))
    run_to_the_end(last)
    assert not np.array_equal(last.network.parameters["W1"], best.network.parameters["W1"])
    assert best.history.epochs[-1].updates == last.history.epochs[-1].updates
    best.seek(best.update)
    assert np.array_equal(best.network.theta, last.network.theta)


@pytest.mark.parametrize("rate", [1.0, 1e300])
def test_every_epoch_has_every_column(rate: float) -> None:
    made = diverging(learning_rate=rate)
    run_to_the_end(made)
    names = ["loss", "mae", "val_loss", "val_mae"]
    assert [list(record.values) for record in made.history.epochs] == [names] * made.epoch
    assert math.isnan(made.history.epochs[-1].values["mae"]) == (rate > 1)  # broken off in mid-epoch


def test_the_history_ends_with_the_broken_epoch() -> None:
    made = diverging()
    events = run_to_the_end(made)
    assert isinstance(events[-2], EpochEnded)
    assert isinstance(events[-1], Stopped)
    record = made.history.epochs[-1]
    assert record == events[-2].record
    assert record.epoch == len(made.history.epochs) == made.epoch
    assert not math.isfinite(record.loss)
    assert all(math.isfinite(earlier.loss) for earlier in made.history.epochs[:-1])
    assert not np.isfinite(made.history.update_losses[-1])
    assert np.isfinite(made.history.update_losses[:-1]).all()


def test_what_follows_from_a_diverged_run() -> None:
    made = diverging()
    run_to_the_end(made)
    assert np.isfinite(made.network.theta).all()
    assert made.network.predict(inputs(3, 3)).shape == (3, 1)
    assert list(made.run()) == [Stopped(made.stop_reason)]  # type: ignore[arg-type]
    whole, rest = divmod(made.update, made.updates_per_epoch)
    assert made.examples_met == made.history.epochs[-1].examples == whole * N + rest * SIZE


def test_going_back_before_the_divergence_and_on_with_a_smaller_rate() -> None:
    made = diverging()
    run_to_the_end(made)
    last = made.update
    made.seek(last // 2)
    assert not made.finished
    assert len(made.history.update_losses) == last // 2
    made.seek(last // 4)
    made.change(learning_rate=1e-3, epochs=made.epoch + 3)
    run_to_the_end(made)
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.COMPLETED
    assert np.isfinite(made.history.column("loss")).all()


def test_going_back_and_on_again_diverges_at_the_same_update() -> None:
    made = diverging()
    run_to_the_end(made)
    update, reason, theta = made.update, made.stop_reason, made.network.theta.copy()
    made.seek(update // 2)
    run_to_the_end(made, burst=1)
    assert (made.update, made.stop_reason) == (update, reason)
    assert np.array_equal(made.network.theta, theta)


@pytest.mark.parametrize("change", [{"learning_rate": 1e200}, {"learning_rate": 1e200, "batch_size": 3}])
@pytest.mark.parametrize("at", [1, 2, 5, 6])
def test_a_change_in_mid_window_that_makes_it_diverge(at: int, change: dict[str, float]) -> None:
    """Going back must not go back beyond the change, or forget it."""
    made, reference = diverging(learning_rate=0.01), diverging(learning_rate=0.01)
    made.burst = 1
    events = made.run()
    while made.update < at:
        next(events)
    made.change(**change)
    run_to_the_end(made)
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.DIVERGED
    assert made.update >= at
    assert made.settings.learning_rate == 1e200
    assert [mark.update for mark in made.history.marks] == [at]
    reference.seek(at)
    assert np.array_equal(made.history.update_losses[:at], reference.history.update_losses)
    if made.update == at:
        assert np.array_equal(made.network.theta, reference.network.theta)


def test_an_update_that_is_stepped_through_diverges_too() -> None:
    made, reference = diverging(), diverging()
    run_to_the_end(reference)
    for _ in range(5000):
        if made.finished:
            break
        for operation in made.tape().operations:
            operation.run()
        made.end_update()
    assert made.stop_reason == reference.stop_reason
    assert np.array_equal(made.network.theta, reference.network.theta)


def test_what_is_kept_is_the_moment_that_seeking_finds() -> None:
    """At update 256 tiny weights become zero, but only when the update is made."""
    net = Network(1, [Dense(1, l2=0.5)], "half_squared_error")
    net.load({"W1": np.ones((1, 1)), "b1": np.zeros(1)})
    training = TrainingSettings(variant="batch", learning_rate=0.9, epochs=300)
    made = Trainer(net, np.zeros((2, 1)), np.zeros((2, 1)), training)
    made.seek(FLUSH_EVERY)
    weight = float(net.parameters["W1"][0, 0])
    assert 0 < weight < 1e-200
    made.change(learning_rate=1e308)
    net.parameters["b1"][0] = 1e10
    run_to_the_end(made)
    assert made.stop_reason is not None
    assert (made.stop_reason.status, made.update) == (Status.DIVERGED, FLUSH_EVERY)
    assert float(net.parameters["W1"][0, 0]) == weight
