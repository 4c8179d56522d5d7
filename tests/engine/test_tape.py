"""The tape: an update run operation by operation is the update run at full speed, bit for bit, and reads as mathematics."""

import re
from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.tape import Phase
from tui_ann.engine.trainer import EpochEnded, Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.text.symbols import Role, Symbol

pytestmark = pytest.mark.usefixtures("both_kernels")

EVERYTHING: list[Layer] = [
    Dense(5, "prelu", alpha=0.1, l1=0.01),
    BatchNormalization(momentum=0.9),
    Dropout(0.4),
    Dense(4, "softmax", l2=0.02),
    Dropout(0.2, mode="classic"),
    Dense(3, "elu"),
    Dense(3, "softmax"),
]


def trainer(layers: list[Layer], loss: str, *, n: int = 11, dtype: str = "float64", **settings: Any) -> Trainer:
    network = scrambled(Network(4, layers, loss, seed=3, dtype=dtype))
    defaults: dict[str, Any] = {"batch_size": 3, "epochs": 3, "learning_rate": 0.02, "metrics": ("mae",)}
    training = TrainingSettings(**defaults | settings)
    Y = targets(loss, n, network.outputs)
    return Trainer(
        network, inputs(n, 4), Y, training, X_val=inputs(5, 4, 1), Y_val=targets(loss, 5, network.outputs, 1)
    )


def step_through(stepped: Trainer, updates: int) -> None:
    for _ in range(updates):
        for operation in stepped.tape().operations:
            operation.run()
        stepped.end_update()


def flat_out(running: Trainer, updates: int) -> None:
    for event in running.run():
        if running.update >= updates and isinstance(event, EpochEnded):
            return


def assert_same(stepped: Trainer, running: Trainer) -> None:
    assert np.array_equal(stepped.network.theta, running.network.theta)
    assert np.array_equal(stepped.network.running_statistics, running.network.running_statistics)
    assert np.array_equal(stepped.network.gradient, running.network.gradient)
    assert np.array_equal(stepped.history.update_losses, running.history.update_losses)
    for name in running.history.names:
        assert np.allclose(stepped.history.column(name), running.history.column(name), rtol=1e-14, atol=0)
    for name, change in running.last_change().items():
        assert np.array_equal(stepped.last_change()[name], change)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_stepping_equals_running(optimizer: str, dtype: str) -> None:
    make = lambda: trainer(EVERYTHING, "categorical_crossentropy", optimizer=optimizer, dtype=dtype)  # noqa: E731
    stepped, running = make(), make()
    step_through(stepped, 12)  # three epochs of 3 + 3 + 3 + 2
    flat_out(running, 12)
    assert stepped.finished
    assert_same(stepped, running)


@pytest.mark.parametrize("variant", ["batch", "stochastic", "mini-batch"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_stepping_equals_running_for_every_activation(activation: str, variant: str) -> None:
    layers: list[Layer] = [Dense(3, activation), Dense(2, activation)]
    stepped, running = (trainer(layers, "mean_squared_error", variant=variant, epochs=1) for _ in range(2))
    step_through(stepped, stepped.updates_per_epoch)
    flat_out(running, running.updates_per_epoch)
    assert_same(stepped, running)


def test_stepping_and_running_may_take_turns() -> None:
    mixed, running = (trainer(EVERYTHING, "categorical_crossentropy") for _ in range(2))
    step_through(mixed, 2)
    events = mixed.run()
    mixed.burst = 1
    next(events)
    step_through(mixed, 1)
    assert mixed.update == 4
    for _ in mixed.run():
        pass
    flat_out(running, 12)
    assert_same(mixed, running)


def test_a_chunked_batch_steps_as_it_runs() -> None:
    make = lambda: trainer([Dense(300, "tanh", l2=0.01), Dense(1)], "mean_squared_error", n=700, variant="batch")  # noqa: E731
    stepped, running = make(), make()
    step_through(stepped, 3)
    flat_out(running, 3)
    assert_same(stepped, running)


def test_every_operation_says_what_it_is() -> None:
    operations = trainer(EVERYTHING, "categorical_crossentropy").tape().operations
    for operation in operations:
        assert str(operation.symbol)
        assert str(operation.expression)
    order = [operation.phase for operation in operations]
    assert order == sorted(order, key=[Phase.FORWARD, Phase.LOSS, Phase.BACKWARD, Phase.UPDATE].index)
    places = [operation.layer for operation in operations if operation.phase is Phase.FORWARD]
    assert places == sorted(places)
    places = [operation.layer for operation in operations if operation.phase is Phase.BACKWARD and operation.layer]
    assert places == sorted(places, reverse=True)


def test_operands_are_known_before_they_are_used() -> None:
    made = trainer(EVERYTHING, "categorical_crossentropy")
    given = ("x", "y", "eta", "theta", "g", "W", "lambda_1", "lambda_2", "dL", "dR1", "dR2", *made.network.parameters)
    known = {Symbol.parse(name) for name in given} | {
        Symbol("R1", role=Role.GRADIENT),
        Symbol("R2", role=Role.GRADIENT),
    }
    for operation in made.tape().operations:
        for operand in operation.expression.symbols:
            assert operand in known, f"{operation.symbol} reads {operand}, which nothing has made"
        known.add(operation.symbol)


def test_results_are_what_their_symbols_name() -> None:
    made = trainer(EVERYTHING, "categorical_crossentropy")
    results = {str(operation.symbol): operation.result for operation in made.tape().operations}
    for name, gradient in made.network.gradients.items():
        result = results[f"d{name}"]
        assert result.size == gradient.size
        assert np.shares_memory(result, made.network.gradient)
    width = {"1": 5, "2": 4, "3": 3, "4": 3}
    for symbol, result in results.items():
        if (match := re.fullmatch(r"(?:d?[az])(\d)", symbol)) is not None:
            assert result.shape == (width[match[1]], 3), symbol


def test_nothing_is_allocated_for_a_new_batch() -> None:
    made = trainer(EVERYTHING, "categorical_crossentropy")
    first = {str(operation.symbol): operation.result.ctypes.data for operation in made.tape().operations}
    step_through(made, 1)
    second = {str(operation.symbol): operation.result.ctypes.data for operation in made.tape().operations}
    assert {s for s in first if first[s] != second[s]} <= {"z4", "a4"}


def test_the_next_batch_is_what_the_tape_runs_on() -> None:
    made = trainer([Dense(3, "tanh"), Dense(1)], "mean_squared_error", shuffle_seed=4)
    X, Y = inputs(11, 4), targets("mean_squared_error", 11, 1)
    seen = []
    for _ in range(4):
        batch = made.next_batch()
        seen += batch.examples.tolist()
        assert np.array_equal(batch.X.T, X[batch.examples])
        assert np.array_equal(batch.Y.T, Y[batch.examples])
        p = made.network.copy_parameters()
        for operation in made.tape().operations:
            operation.run()
            if str(operation.symbol) == "z1":
                np.testing.assert_allclose(operation.result.T, batch.X.T @ p["W1"].T + p["b1"], rtol=1e-12)
        made.end_update()
    assert sorted(seen) == list(range(11))
