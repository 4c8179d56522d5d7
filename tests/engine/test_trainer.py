"""The trainer as its callers use it: events, history, time, changes in mid-run, and what it refuses."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine.layers import Dense
from tui_ann.engine.metrics import compute
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import EpochEnded, Stopped, Trainer, Updated
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.errors import EngineError

pytestmark = pytest.mark.usefixtures("both_kernels")


def trainer(n: int = 11, *, n_val: int = 0, dtype: str = "float64", **settings: Any) -> Trainer:
    network = scrambled(Network(3, [Dense(4, "tanh"), Dense(2)], "mean_squared_error", dtype=dtype))
    training = TrainingSettings(**{"batch_size": 4, "epochs": 3, "learning_rate": 0.05} | settings)
    return Trainer(
        network, inputs(n, 3), targets("", n, 2), training, X_val=inputs(n_val, 3, 1), Y_val=targets("", n_val, 2, 1)
    )


def test_events_in_order() -> None:
    made = trainer(epochs=2)
    kinds = [type(event) for event in run_to_the_end(made, burst=1)]
    assert kinds == [Updated, Updated, Updated, EpochEnded] * 2 + [Stopped]
    assert made.finished
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.COMPLETED
    assert (made.epoch, made.update, made.position, made.examples_met) == (2, 6, 0, 22)


def test_a_generator_can_be_dropped_at_any_event() -> None:
    made, reference = trainer(), trainer()
    run_to_the_end(reference)
    while not made.finished:
        next(made.run())
    assert np.array_equal(made.network.theta, reference.network.theta)
    assert made.history.column("loss") == pytest.approx(reference.history.column("loss"), rel=1e-14)
    assert [type(event) for event in made.run()] == [Stopped]


def test_where_it_stands() -> None:
    made = trainer()
    events = made.run()
    next(events)
    next(events)
    assert (made.epoch, made.update, made.position, made.examples_met) == (0, 2, 8, 8)
    assert len(made.history.update_losses) == 2
    assert not made.history.epochs
    next(events)
    assert (made.epoch, made.update, made.position, made.examples_met) == (1, 3, 0, 11)


def test_time_leaves_pauses_out() -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    network = Network(3, [Dense(2)], "mean_squared_error")
    made = Trainer(network, inputs(8, 3), targets("", 8, 2), TrainingSettings(batch_size=4, epochs=2), clock=clock)
    for _ in made.run():
        now[0] += 1000.0  # the caller dawdles
    assert 0 < made.seconds < 100
    seconds = [record.seconds for record in made.history.epochs]
    assert seconds == sorted(seconds)
    assert seconds == [round(each, 6) for each in seconds]  # what the history file keeps


def test_history_of_an_epoch() -> None:
    made = trainer(n_val=5, metrics=("mae", "r2"), optimizer="momentum")
    run_to_the_end(made)
    history = made.history
    assert history.names == ("loss", "mae", "r2", "val_loss", "val_mae", "val_r2")
    assert [record.epoch for record in history.epochs] == [1, 2, 3]
    assert history.epoch_ends.tolist() == [3, 6, 9]
    assert len(history.update_losses) == 9
    assert np.isnan(history.column("nothing")).all()
    record = history.epochs[-1]
    assert record.learning_rate == 0.05
    assert record.gradient_norms == made.network.parameters.gradient_norms()
    assert set(record.gradient_norms) == {"W1", "b1", "W2", "b2"}
    assert record.gradient_norm == pytest.approx(np.linalg.norm(made.network.gradient))
    for name, gradient in made.network.gradients.items():
        assert record.gradient_norms[name] == pytest.approx(np.linalg.norm(gradient))


def test_metrics_are_in_the_targets_own_units() -> None:
    network = scrambled(Network(3, [Dense(4, "tanh"), Dense(2)], "mean_squared_error"))
    scale, offset = np.array([10.0, 0.5]), np.array([100.0, -3.0])
    X_val, Y_val = inputs(5, 3, 1), targets("", 5, 2, 1)
    made = Trainer(
        network,
        inputs(11, 3),
        targets("", 11, 2),
        TrainingSettings(variant="batch", epochs=1, metrics=("mae", "mse", "r2")),
        X_val=X_val,
        Y_val=Y_val,
        target_scale=scale,
        target_offset=offset,
    )
    names = ["mae", "mse", "r2"]
    as_met = compute(names, targets("", 11, 2) * scale + offset, network.predict(inputs(11, 3)) * scale + offset)
    run_to_the_end(made)
    own_units = compute(names, Y_val * scale + offset, network.predict(X_val) * scale + offset)
    values = made.history.epochs[0].values
    for name, value in own_units.items():
        assert values[f"val_{name}"] == pytest.approx(value, rel=1e-12)
    assert values["val_loss"] == pytest.approx(network.loss_of(X_val, Y_val)[0], rel=1e-12)
    assert {name: values[name] for name in names} == pytest.approx(as_met, rel=1e-12)


def test_best_epoch_without_early_stopping_is_by_validation_loss_else_loss() -> None:
    validated = trainer(n_val=6, epochs=15, learning_rate=0.3)
    run_to_the_end(validated)
    assert validated.best_epoch == int(np.argmin(validated.history.column("val_loss"))) + 1
    alone = trainer(epochs=15, learning_rate=0.9)
    best = None
    for event in alone.run():
        if isinstance(event, EpochEnded) and event.record.loss <= alone.history.column("loss").min():
            best = alone.network.copy_parameters()
    assert alone.best_epoch == int(np.argmin(alone.history.column("loss"))) + 1
    assert best is not None
    assert alone.best is not None
    assert all(np.array_equal(best[name], values) for name, values in alone.best.items())


def test_change_acts_from_the_next_update_on_and_is_marked() -> None:
    made = trainer(learning_rate=0.1, shuffle=False)
    events = made.run()
    next(events)
    made.change(learning_rate=0.4)
    theta = made.network.theta.copy()
    next(events)
    np.testing.assert_allclose(made.network.theta, theta - 0.4 * made.network.gradient, rtol=1e-13)
    [mark] = made.history.marks
    assert (mark.update, mark.epoch, mark.text) == (1, 0, "learning rate η 0.1 → 0.4")
    assert made.settings.learning_rate == 0.4


def test_change_of_the_batch_size_in_mid_epoch() -> None:
    made = trainer(n=23, shuffle_seed=5, epochs=2)
    met: list[int] = []
    sizes = []
    while made.epoch < 1:
        if made.update == 2:
            made.change(batch_size=6)
        if made.update == 4:
            made.change(variant="stochastic")
        batch = made.next_batch()
        met += batch.examples.tolist()
        sizes.append(len(batch.examples))
        next(made.run())
    assert sizes == [4, 4, 6, 6, 1, 1, 1]
    assert sorted(met) == list(range(23))
    assert [mark.text for mark in made.history.marks] == ["batch size 4 → 6", "variant mini-batch → stochastic"]
    record = made.history.epochs[0]
    lengths = np.array(sizes)
    assert record.loss == pytest.approx(made.history.update_losses @ lengths / 23)


def test_change_of_the_update_rule_starts_it_anew() -> None:
    made = trainer(optimizer="momentum")
    next(made.run())
    made.change(optimizer="adam", learning_rate=0.01)
    theta = made.network.theta.copy()
    next(made.run())
    np.testing.assert_allclose(np.abs(made.network.theta - theta), 0.01, rtol=1e-2)  # Adam's first step is η·sign(g)
    assert made.history.marks[0].text == "update rule momentum → adam, learning rate η 0.05 → 0.01"


def test_more_epochs_take_a_completed_run_up_again() -> None:
    made, reference = trainer(epochs=2), trainer(epochs=5)
    run_to_the_end(made)
    made.change(epochs=5)
    assert not made.finished
    run_to_the_end(made)
    run_to_the_end(reference)
    assert np.array_equal(made.network.theta, reference.network.theta)
    assert made.epoch == 5


def test_a_change_that_changes_nothing_leaves_no_mark() -> None:
    made = trainer()
    made.change(learning_rate=0.05)
    assert made.history.marks == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"learning_rate": 0.0}, "learning_rate: found 0"),
        ({"learning_rate": -1.0}, "learning_rate: found -1"),
        ({"learning_rate": float("nan")}, "learning_rate: found nan"),
        ({"learning_rate": float("inf")}, "learning_rate: found inf"),
        ({"batch_size": 0}, "batch_size: found 0"),
        ({"epochs": 0}, "epochs: found 0"),
        ({"momentum": 1.0}, "momentum: found 1"),
        ({"momentum": -0.1}, "momentum: found -0.1"),
        ({"noise": -1.0}, "noise: found -1"),
        ({"variant": "minibatch"}, 'variant: found "minibatch"'),
        ({"optimizer": "adamw"}, 'optimizer: found "adamw"'),
        ({"metrics": ("accurcy",)}, 'metrics: found "accurcy"'),
        ({"early_stopping": EarlyStopping(monitor="val_lss")}, 'early_stopping.monitor: found "val_lss"'),  # type: ignore[arg-type]
        ({"early_stopping": EarlyStopping(monitor="val_loss")}, "there are none"),
        ({"early_stopping": EarlyStopping(monitor="auc")}, "not among the metrics"),
    ],
)
def test_settings_that_cannot_work(change: dict[str, Any], message: str) -> None:
    with pytest.raises(EngineError, match=message):
        trainer(**change)
    made = trainer()
    next(made.run())
    before = made.settings
    with pytest.raises(EngineError, match=message):
        made.change(**change)
    assert made.settings == before
    assert made.history.marks == []


def test_a_run_keeps_what_its_network_is_made_with() -> None:
    made = trainer()
    with pytest.raises(EngineError, match="cannot change its loss"):
        made.change(loss="mean_absolute_error")


@pytest.mark.parametrize(
    ("X", "Y"),
    [
        (np.zeros((5, 2)), np.zeros((5, 2))),
        (np.zeros((5, 3)), np.zeros((4, 2))),
        (np.zeros((5, 3)), np.zeros((5, 1))),
        (np.zeros((5, 3)), np.zeros(5)),
        (np.zeros((0, 3)), np.zeros((0, 2))),
        (np.zeros(3), np.zeros((5, 2))),
    ],
)
def test_data_that_does_not_fit(X: np.ndarray, Y: np.ndarray) -> None:
    network = Network(3, [Dense(2)], "mean_squared_error")
    with pytest.raises(EngineError) as caught:
        Trainer(network, X, Y, TrainingSettings())
    assert caught.value.remedy
    good = (inputs(5, 3), targets("", 5, 2))
    if len(X):
        with pytest.raises(EngineError):
            Trainer(network, *good, TrainingSettings(), X_val=X, Y_val=Y)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["X", "Y"])
def test_data_that_is_not_finite_diverges_at_once_and_keeps_the_start(where: str, bad: float) -> None:
    X, Y = inputs(5, 3), targets("", 5, 2)
    (X if where == "X" else Y)[3, 1] = bad
    network = Network(3, [Dense(2)], "mean_squared_error")
    start = network.theta.copy()
    made = Trainer(network, X, Y, TrainingSettings(variant="batch"))
    run_to_the_end(made)
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.DIVERGED
    assert np.array_equal(network.theta, start)


def test_interrupt_keeps_what_is_there() -> None:
    made = trainer(n_val=4, early_stopping=EarlyStopping(patience=50))
    events = made.run()
    for _ in range(6):
        next(events)
    theta = made.network.theta.copy()
    made.interrupt()
    assert isinstance(next(events), Stopped)
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.INTERRUPTED
    assert np.array_equal(made.network.theta, theta)
    reason = made.stop_reason
    made.interrupt()
    assert made.stop_reason == reason


def test_interrupting_a_finished_run_does_not_lose_its_reason() -> None:
    made = trainer()
    run_to_the_end(made)
    made.interrupt()
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.COMPLETED
