"""float32 throughout where it is asked for, and close to float64 as far as single precision goes."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import golden_cases, inputs, layer, run_to_the_end, scrambled, targets
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

LAYERS: list[Layer] = [
    Dense(6, "prelu", l1=0.001),
    BatchNormalization(),
    Dropout(0.2),
    Dense(5, "elu", l2=0.001),
    Dense(3, "softmax"),
]


def trainer(dtype: str, **settings: Any) -> Trainer:
    loss = "categorical_crossentropy"
    network = scrambled(Network(4, LAYERS, loss, dtype=dtype))
    defaults: dict[str, Any] = {"epochs": 3, "batch_size": 7, "metrics": ("accuracy",), "noise": 0.1}
    training = TrainingSettings(**defaults | settings)
    return Trainer(
        network, inputs(40, 4), targets(loss, 40, 3), training, X_val=inputs(9, 4, 1), Y_val=targets(loss, 9, 3, 1)
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_array_on_the_tape_is_of_the_networks_precision(optimizer: str) -> None:
    """One float64 operand would make every operation behind it float64, or a copy."""
    made = trainer("float32", optimizer=optimizer)
    for operation in made.tape().operations:
        if str(operation.symbol) == "masks":
            continue
        assert operation.result.dtype == np.float32, operation.symbol
        arrays = [arg for _, args in operation.calls for arg in args if isinstance(arg, np.ndarray)]
        floats = [array for array in arrays if array.dtype.kind == "f" and not str(operation.symbol).startswith("r")]
        assert {array.dtype for array in floats} <= {np.dtype(np.float32)}, operation.symbol
    for flat in (made.network.theta, made.network.gradient, made.network.running_statistics):
        assert flat.dtype == np.float32
    assert made.network.predict(inputs(3, 4)).dtype == np.float32


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_single_precision_follows_double(optimizer: str) -> None:
    single, double = trainer("float32", optimizer=optimizer), trainer("float64", optimizer=optimizer)
    run_to_the_end(single)
    run_to_the_end(double)
    np.testing.assert_allclose(single.network.theta, double.network.theta, rtol=1e-3, atol=1e-4)
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(single.history.column(name), double.history.column(name), rtol=1e-4)


@pytest.mark.parametrize("group", ["optimizers", "batch_normalization"])
def test_keras_runs_in_single_precision(group: str) -> None:
    for case in golden_cases(group):
        settings = {key: value for key, value in case["settings"].items() if key != "early_stopping"} | {"epochs": 3}
        layers = [layer(description) for description in case["layers"]]
        network = Network(case["X"].shape[1], layers, case["loss"], dtype="float32")
        network.load(case["start"])
        made = Trainer(network, case["X"], case["Y"], TrainingSettings(**{"shuffle": False} | settings))
        run_to_the_end(made)
        np.testing.assert_allclose(
            made.history.column("loss"), case["history"]["loss"][:3], rtol=2e-4, err_msg=case["name"]
        )


def test_a_loss_over_many_examples_does_not_lose_digits() -> None:
    """Losses are added up in float64, whatever the network computes in."""
    n = 200_000
    network = Network(1, [Dense(1)], "mean_squared_error", dtype="float32")
    network.load({"W1": np.zeros((1, 1)), "b1": np.zeros(1)})
    Y = np.full((n, 1), 0.1)
    made = Trainer(
        network, np.zeros((n, 1)), Y, TrainingSettings(batch_size=1000, epochs=1, learning_rate=1e-30), X_val=Y, Y_val=Y
    )
    run_to_the_end(made)
    exact = float(np.float32(0.1)) ** 2
    assert made.history.column("loss")[0] == pytest.approx(exact, rel=3e-7)
    assert made.history.column("val_loss")[0] == pytest.approx(exact, rel=3e-7)


@pytest.mark.parametrize("big", [1e200, -1e300])
def test_numbers_too_large_for_single_precision_diverge_without_a_warning(big: float) -> None:
    X, Y = inputs(6, 2), targets("", 6, 1)
    X[2, 1] = big
    network = Network(2, [Dense(1)], "mean_squared_error", dtype="float32")
    made = Trainer(network, X, Y, TrainingSettings(epochs=2), X_val=X, Y_val=Y)
    run_to_the_end(made)
    assert made.stop_reason is not None
    assert made.stop_reason.status == "diverged"
    network.predict(X)
