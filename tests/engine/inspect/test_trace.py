"""A trace is the update itself: it leaves the trainer where a plain update would, and its numbers are the update's."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import WORKED_START, output_combinations, worked_trainer
from tests.engine.test_worked_example import AFTER, BACKWARD, FORWARD
from tests.engine.tracing import EVERYTHING, KERAS_RULES, small_trainer, traced, updated_by_hand
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.tape import Phase
from tui_ann.engine.trainer import Trainer


def run_plainly(trainer: Trainer, updates: int) -> None:
    events = trainer.run()
    while trainer.update < updates:
        next(events)


def assert_is_the_update(layers: list[Layer], loss: str, updates: int = 3, **settings: Any) -> UpdateTrace:
    """Tracing some updates leaves parameters, gradient and state bit for bit as running them does."""
    stepped, running = small_trainer(layers, loss, **settings), small_trainer(layers, loss, **settings)
    told = traced(stepped, updates)
    run_plainly(running, updates)
    assert (stepped.update, stepped.epoch) == (running.update, running.epoch) == (told.update, stepped.epoch)
    assert np.array_equal(stepped.network.theta, running.network.theta)
    assert np.array_equal(stepped.network.running_statistics, running.network.running_statistics)
    assert np.array_equal(stepped.network.gradient, running.network.gradient)
    for name, slot in stepped.optimizer.slots.items():
        assert np.array_equal(slot, running.optimizer.slots[name])
    assert stepped.history.update_losses[-1] == running.history.update_losses[-1]
    assert told.loss == pytest.approx(running.history.update_losses[-1], rel=1e-6 if settings.get("dtype") else 1e-13)
    for name, value in told.after.items():
        assert np.array_equal(value, running.network.parameters[name])
        if name in told.gradients:
            assert np.array_equal(told.value(f"{name}_new"), value)
        if name in told.gradients and told.rule.name in KERAS_RULES:
            new, state = updated_by_hand(told, name)
            assert np.array_equal(new, value), name
            for rule_slot, kept in state.items():
                assert np.array_equal(kept, told.slots_after[rule_slot][name])
    return told


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_every_update_rule(rule: str, dtype: str) -> None:
    told = assert_is_the_update([Dense(4, "tanh", l2=0.1), Dense(2)], "mean_squared_error", optimizer=rule, dtype=dtype)
    assert (told.rule.name, told.momentum) == (rule, pytest.approx(0.9))
    assert told.learning_rate == pytest.approx(0.05)


@pytest.mark.parametrize(("activation", "units", "loss"), output_combinations())
def test_every_output_and_loss(activation: str, units: int, loss: str) -> None:
    assert_is_the_update([Dense(4, "tanh"), Dense(units, activation)], loss)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_hidden_activation(activation: str) -> None:
    told = assert_is_the_update([Dense(4, activation), Dense(3, activation), Dense(2)], "half_squared_error")
    assert all(told.has(f"g_prime{number}") for number in (1, 2, 3))


@pytest.mark.parametrize("rule", ["sgd", "adam"])
@pytest.mark.parametrize("variant", ["batch", "stochastic", "mini-batch"])
def test_everything_at_once(variant: str, rule: str) -> None:
    assert_is_the_update(EVERYTHING, "categorical_crossentropy", variant=variant, optimizer=rule, updates=4, epochs=5)


@pytest.mark.parametrize(
    "layers",
    [
        [BatchNormalization(), Dense(2)],
        [Dropout(0.3), BatchNormalization(), Dropout(0.3), Dense(2, "relu", l1=0.1), Dense(2)],
        [Dense(3, "relu"), Dropout(0.5, mode="classic"), Dense(2)],
    ],
)
def test_layers_at_unusual_places(layers: list[Layer]) -> None:
    assert_is_the_update(layers, "mean_squared_error", noise=0.1)


@pytest.mark.parametrize("layers", [[Dense(200, "tanh", l2=0.01), Dropout(0.3), Dense(200, "relu"), Dense(1)]])
def test_a_large_batch_in_chunks_reads_as_one(layers: list[Layer]) -> None:
    told = assert_is_the_update(layers, "half_squared_error", n=700, variant="batch", updates=2)
    assert told.value("z1").shape == (200, 700)
    assert told.value("r1").shape == (200, 700)
    symbols = [str(part.symbol) for part in told.parts]
    assert symbols.count("z1") == symbols.count("dz1") == 1
    np.testing.assert_allclose(told.value("dz2") @ told.value("d1").T, told.gradients["W2"], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(told.value("dW1"), told.gradients["W1"], rtol=1e-12)


def test_a_wide_first_layer() -> None:
    told = assert_is_the_update([Dense(2, "tanh"), Dense(1)], "half_squared_error", n=3, m=5000, updates=2)
    assert told.value("x").shape == (5000, 3)


def test_the_worked_example() -> None:
    told = trace(worked_trainer())
    for symbol, numbers in (FORWARD | BACKWARD).items():
        np.testing.assert_allclose(told.value(symbol).ravel(), numbers, rtol=1e-14, err_msg=symbol)
    for name, values in AFTER.items():
        np.testing.assert_allclose(told.value(f"{name}_new"), values, rtol=1e-14)
        np.testing.assert_allclose(told.before[name], WORKED_START[name])
    assert [str(part.symbol) for part in told.parts] == [
        *("x", "y", "z1", "a1", "z2", "a2", "l", "L", "da2", "g_prime2", "dz2", "dW2", "db2", "da1"),
        *("g_prime1", "dz1", "dW1", "db1", "W1_new", "b1_new", "W2_new", "b2_new"),
    ]  # fmt: skip
    assert told.loss == pytest.approx(0.08, rel=1e-13)
    assert (told.update, told.epoch, told.update_of_epoch, told.updates_per_epoch, told.step) == (1, 1, 1, 1, 0)
    assert told.examples.tolist() == [0]


def test_parts_name_their_layer_and_phase() -> None:
    told = trace(worked_trainer())
    assert {part.layer for part in told.parts if str(part.symbol) in ("W2_new", "b2_new", "dW2", "z2")} == {2}
    order = [Phase.FORWARD, Phase.LOSS, Phase.BACKWARD, Phase.UPDATE]
    ranks = [order.index(part.phase) for part in told.parts]
    assert ranks == sorted(ranks)


def test_penalties_are_told_layer_by_layer() -> None:
    layers: list[Layer] = [Dense(2, "tanh", l1=0.1), Dense(2, "tanh"), Dense(1, l2=0.3)]
    told = trace(small_trainer(layers, "half_squared_error"))
    np.testing.assert_allclose(told.value("dR1"), 0.1 * np.sign(told.before["W1"]))
    np.testing.assert_allclose(told.value("dR3"), 0.6 * told.before["W3"])
    assert not told.has("dR2")
    for name in ("W1", "W3"):
        data, total = (part.value for part in told.parts if str(part.symbol) == f"d{name}")
        np.testing.assert_allclose(total, data + told.value(f"dR{name[1]}"), rtol=1e-12)
        assert np.array_equal(total, told.gradients[name])
    R = 0.1 * np.abs(told.before["W1"]).sum() + 0.3 * np.square(told.before["W3"]).sum()
    assert told.value("R") == pytest.approx(R) == pytest.approx(told.penalty)
    assert told.loss == pytest.approx(told.losses.mean() + R) == pytest.approx(float(told.value("L")))


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.joined_activation])
def test_a_joined_loss_is_told_in_factors_that_cancel(loss: str) -> None:
    activation = str(LOSSES[loss].joined_activation)
    told = trace(small_trainer([Dense(3, activation)], loss))
    da, g_prime, dz = told.value("da1"), told.value("g_prime1"), told.value("dz1")
    product = da * g_prime if g_prime.ndim == 2 else np.einsum("eij,ie->je", g_prime, da)
    np.testing.assert_allclose(product, dz, rtol=1e-12)
    aids = {str(part.symbol) for part in told.parts if not part.on_tape}
    assert aids == {"x", "y", "l", "L", "da1", "g_prime1"}


@pytest.mark.parametrize("activation", ["linear", "softmax", "tanh"])
def test_the_chain_of_a_layer_is_complete(activation: str) -> None:
    told = trace(small_trainer([Dense(3, activation), Dense(1)], "half_squared_error"))
    g_prime = told.value("g_prime1")
    product = g_prime * told.value("da1")
    if g_prime.ndim == 3:
        product = np.einsum("eij,ie->je", g_prime, told.value("da1"))
    np.testing.assert_allclose(product, told.value("dz1"), rtol=1e-12)


def test_who_is_in_the_batch() -> None:
    trainer = small_trainer([Dense(1)], "half_squared_error", n=7, shuffle_seed=4)
    met: list[int] = []
    for number, size in enumerate((3, 3, 1, 3), start=1):
        told = trace(trainer)
        assert (told.update, len(told.examples)) == (number, size)
        assert (told.epoch, told.update_of_epoch) == ((1, number) if number < 4 else (2, 1))
        met += told.examples.tolist()
    assert sorted(met[:7]) == list(range(7))
    assert met[:7] != list(range(7))


def test_values_do_not_change_when_the_run_goes_on() -> None:
    trainer = small_trainer(EVERYTHING, "categorical_crossentropy", n=12)
    told = trace(trainer)
    kept = [part.value.copy() for part in told.parts]
    trace(trainer)
    assert all(np.array_equal(value, part.value) for value, part in zip(kept, told.parts, strict=True))


def test_an_update_that_diverges_is_told_under_its_own_number() -> None:
    trainer = small_trainer([Dense(1)], "half_squared_error", n=3, learning_rate=1e200, epochs=9)
    told = trace(trainer)
    while not trainer.finished:
        told = trace(trainer)
    assert told.update == trainer.update + 1 == len(trainer.history.update_losses)
    assert not np.isfinite([told.loss, *told.after["W1"].ravel()]).all()


def test_an_unknown_symbol() -> None:
    told = trace(worked_trainer())
    assert not told.has("z3")
    with pytest.raises(KeyError):
        told.value("z3")


def test_a_run_replayed_from_before_is_told_alike() -> None:
    trainer = small_trainer(EVERYTHING, "categorical_crossentropy", n=12, epochs=5)
    told = traced(trainer, 6)
    trainer.seek(5)
    again = trace(trainer)
    assert [str(part.symbol) for part in again.parts] == [str(part.symbol) for part in told.parts]
    assert all(np.array_equal(a.value, b.value) for a, b in zip(again.parts, told.parts, strict=True))
    assert np.array_equal(again.examples, told.examples)
