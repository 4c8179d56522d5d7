"""When a run stops, and that the reason says why."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine.best_epoch import BestEpoch
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.layers import BatchNormalization, Dense
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status, StopReason, higher_is_better
from tui_ann.engine.stopping_rules import stop_reason
from tui_ann.engine.trainer import EpochEnded, Trainer
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.errors import EngineError


def linear(**settings: Any) -> Trainer:
    """A linear unit on data it can fit exactly, so that its loss falls without end."""
    network = scrambled(Network(2, [Dense(1)], "mean_squared_error"))
    X = inputs(20, 2)
    Y = X @ np.array([[2.0], [-1.0]]) + 0.5
    defaults: dict[str, Any] = {"variant": "batch", "learning_rate": 0.1, "epochs": 5000}
    return Trainer(network, X, Y, TrainingSettings(**defaults | settings))


def stopped(made: Trainer) -> StopReason:
    run_to_the_end(made)
    assert made.stop_reason is not None
    return made.stop_reason


def test_epochs_used_up() -> None:
    assert stopped(linear(epochs=3)) == StopReason(Status.COMPLETED, "all 3 epochs done")
    assert stopped(linear(epochs=1)) == StopReason(Status.COMPLETED, "all 1 epoch done")


@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_loss_tolerance(tolerance: float) -> None:
    made = linear(tolerance=tolerance)
    reason = stopped(made)
    assert reason.status is Status.CONVERGED
    assert f"less than the tolerance {tolerance:g}" in reason.text
    assert f"epoch {made.epoch}" in reason.text
    changes = np.abs(np.diff(made.history.column("loss")))
    assert changes[-1] < tolerance
    assert (changes[:-1] >= tolerance).all()


def test_a_tolerance_of_zero_never_stops() -> None:
    network = Network(1, [Dense(1)], "mean_squared_error")
    network.load({"W1": np.zeros((1, 1)), "b1": np.zeros(1)})
    made = Trainer(network, np.ones((4, 1)), np.zeros((4, 1)), TrainingSettings(epochs=10))
    assert stopped(made).status is Status.COMPLETED  # the loss is 0 and stays 0


@pytest.mark.parametrize("settings", [{"variant": "batch"}, {"variant": "mini-batch", "batch_size": 6}])
def test_gradient_tolerance(settings: dict[str, Any]) -> None:
    made = linear(gradient_tolerance=0.05, **settings)
    reason = stopped(made)
    assert reason.status is Status.CONVERGED
    assert "below the tolerance 0.05" in reason.text
    if settings["variant"] == "batch":
        norms = [record.gradient_norm for record in made.history.epochs]
        assert norms[-1] < 0.05
        assert min(norms[:-1]) >= 0.05


def test_gradient_tolerance_changes_nothing_but_the_end() -> None:
    made, without = linear(gradient_tolerance=1e-12, epochs=5), linear(epochs=5)
    run_to_the_end(made)
    run_to_the_end(without)
    assert np.array_equal(made.network.theta, without.network.theta)


def overfitting(epochs: int = 60, **rule: Any) -> Trainer:
    network = scrambled(
        Network(3, [Dense(8, "tanh"), BatchNormalization(momentum=0.5), Dense(1)], "mean_squared_error")
    )
    training = TrainingSettings(
        epochs=epochs, learning_rate=0.05, optimizer="adam", batch_size=8, early_stopping=EarlyStopping(**rule)
    )
    X_val, Y_val = inputs(10, 3, 1), targets("", 10, 1, 1)
    return Trainer(network, inputs(16, 3), targets("", 16, 1), training, X_val=X_val, Y_val=Y_val)


def test_early_stopping_restores_the_best_epoch_with_its_running_statistics() -> None:
    made = overfitting(patience=4)
    at_best = {}
    for event in made.run():
        if isinstance(event, EpochEnded) and not made.finished:
            at_best[event.record.epoch] = made.network.copy_parameters()
    assert made.stop_reason is not None
    assert made.stop_reason.status is Status.EARLY_STOPPED
    losses = made.history.column("val_loss")
    assert made.best_epoch == int(np.argmin(losses)) + 1
    assert made.epoch == made.best_epoch + 4
    for name, values in at_best[made.best_epoch].items():
        assert np.array_equal(made.network.parameters[name], values)
    assert made.stop_reason.text == (
        f"val_loss has not improved for 4 epochs; the best was epoch {made.best_epoch}; "
        f"the weights of epoch {made.best_epoch} were restored"
    )


def test_early_stopping_without_restoring() -> None:
    made, restored = overfitting(patience=4, restore_best_weights=False), overfitting(patience=4)
    text = stopped(made).text
    run_to_the_end(restored)
    assert "restored" not in text
    assert not np.array_equal(made.network.theta, restored.network.theta)
    assert made.best is not None
    assert restored.best is not None
    assert np.array_equal(made.best["W1"], restored.best["W1"])


def test_the_best_weights_come_back_when_the_epochs_run_out_first() -> None:
    made = overfitting(epochs=10, patience=1000)
    reason = stopped(made)
    assert reason.status is Status.COMPLETED
    assert "were restored" in reason.text
    assert made.best is not None
    assert np.array_equal(made.network.parameters["W1"], made.best["W1"])
    assert made.network.loss_of(inputs(10, 3, 1), targets("", 10, 1, 1))[0] == pytest.approx(
        made.history.column("val_loss").min(), rel=1e-12
    )


def test_min_delta_is_named() -> None:
    assert "by more than 0.5" in stopped(overfitting(patience=2, min_delta=0.5)).text


def test_which_way_is_better() -> None:
    for name in ("loss", "val_loss", "mae", "val_mse"):
        assert not higher_is_better(name)
    for name in ("accuracy", "val_accuracy", "r2", "val_f1", "auc", "precision", "val_recall"):
        assert higher_is_better(name)
    with pytest.raises(EngineError, match="There is no value “validation_loss” to watch"):
        higher_is_better("validation_loss")


def record(epoch: int, loss: float) -> EpochRecord:
    return EpochRecord(epoch, {"loss": loss, "val_loss": loss}, 0.0, 0.1, 1.0, {}, 10, epoch, 0.0)


def test_several_reasons_at_once_are_told_in_a_fixed_order() -> None:
    """The loss no longer changes, patience is over and the epochs are used up: convergence says most."""
    training = TrainingSettings(epochs=2, tolerance=0.1, early_stopping=EarlyStopping(patience=1))
    best = BestEpoch("val_loss")
    for epoch in (1, 2):
        best.observe(epoch, {"val_loss": 1.0})
    first = stop_reason(training, best, record(2, 1.0), record(1, 1.0), np.zeros(0))
    second = stop_reason(training.changed(tolerance=0.0), best, record(2, 1.0), record(1, 1.0), np.zeros(0))
    third = stop_reason(
        training.changed(tolerance=0.0, early_stopping=None), best, record(2, 1.0), record(1, 1.0), np.zeros(0)
    )
    none = stop_reason(TrainingSettings(epochs=3), best, record(2, 1.0), record(1, 1.0), np.zeros(0))
    assert [reason.status if reason else None for reason in (first, second, third, none)] == [
        Status.CONVERGED,
        Status.EARLY_STOPPED,
        Status.COMPLETED,
        None,
    ]
