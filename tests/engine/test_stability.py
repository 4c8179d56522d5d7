"""Nothing overflows, warns or turns into NaN at |z| of a thousand and beyond (warnings are errors in these tests)."""

import numpy as np
import pytest

from tests.engine.helpers import inputs, output_combinations, run_to_the_end, scrambled, targets
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import OptimizerName, TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

SIZES = [1e3, 1e4]
DTYPES = ["float64", "float32"]


def far_out(layers: list[Layer], loss: str, size: float, dtype: str) -> Network:
    """A network whose first net inputs are about as large as `size`."""
    network = scrambled(Network(3, layers, loss, dtype=dtype))
    network.parameters["W1"][:] *= size
    return network


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES)
def test_outputs(size: float, dtype: str) -> None:
    for activation, units, loss in output_combinations():
        network = far_out([Dense(units, activation)], loss, size, dtype)
        X, Y = inputs(8, 3), targets(loss, 8, units)
        value, gradient = network.loss_and_gradient(X, Y)
        for numbers in (value, gradient, network.predict(X), network.loss_of(X, Y)):
            assert np.isfinite(numbers).all(), (activation, units, loss)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_hidden_layers(activation: str, size: float, dtype: str) -> None:
    layers: list[Layer] = [Dense(4, activation), BatchNormalization(), Dropout(0.5), Dense(3, activation), Dense(1)]
    network = far_out(layers, "mean_squared_error", size, dtype)
    value, gradient = network.loss_and_gradient(inputs(8, 3), targets("", 8, 1))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_on_unscaled_features(optimizer: OptimizerName, dtype: str) -> None:
    network = Network(3, [Dense(4, "sigmoid"), Dense(1, "sigmoid")], "binary_crossentropy", dtype=dtype)
    training = TrainingSettings(
        optimizer=optimizer, learning_rate=0.1, epochs=3, batch_size=4, metrics=("accuracy", "auc")
    )
    X, Y = inputs(20, 3) * 1e4, targets("binary_crossentropy", 20, 1)
    trainer = Trainer(network, X, Y, training, X_val=X, Y_val=Y)
    run_to_the_end(trainer)
    assert np.isfinite(network.theta).all()
    assert np.isfinite(trainer.history.column("val_loss")).all()


@pytest.mark.parametrize("loss", ["binary_crossentropy", "categorical_crossentropy"])
def test_a_sure_mistake_still_has_its_full_gradient(loss: str) -> None:
    """Clipped probabilities would make it vanish where it matters most."""
    units, activation = (1, "sigmoid") if loss.startswith("binary") else (2, "softmax")
    network = Network(1, [Dense(units, activation)], loss)
    W = np.array([[1000.0]]) if units == 1 else np.array([[1000.0], [-1000.0]])
    network.load({"W1": W, "b1": np.zeros(units)})
    Y = np.array([[0.0]]) if units == 1 else np.array([[0.0, 1.0]])
    value, _ = network.loss_and_gradient(np.array([[1.0]]), Y)
    assert value == pytest.approx(1000.0 if units == 1 else 2000.0)
    assert network.gradients["b1"].tolist() == ([1.0] if units == 1 else [1.0, -1.0])


@pytest.mark.parametrize("scale", [1e100, 1e200, 1e300])
def test_losing_all_bounds_neither_warns_nor_raises(scale: float) -> None:
    X, Y = inputs(8, 3) * scale, targets("", 8, 2) * scale
    for loss in ("half_squared_error", "mean_squared_error", "mean_absolute_error"):
        network = Network(3, [Dense(4, "relu", l1=0.1, l2=0.1), BatchNormalization(), Dense(2)], loss)
        network.loss_of(X, Y)
        network.loss_and_gradient(X, Y)
        run_to_the_end(
            Trainer(network, X, Y, TrainingSettings(epochs=2, metrics=("mae", "mse", "r2")), X_val=X, Y_val=Y)
        )
        assert np.isfinite(network.theta).all()


@pytest.mark.parametrize(
    ("optimizer", "dtype"),
    [*((name, "float64") for name in ("sgd", "momentum", "nesterov", "rmsprop", "adam")), ("adam", "float32")],
)
def test_no_subnormal_number_stays_where_weights_die_away(optimizer, dtype) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(64, 3))
    network = Network(3, [Dense(8, "relu"), Dense(1)], "half_squared_error", dtype=dtype)
    network.parameters.initialize()
    network.parameters["b1"][:4] = -100.0  # dead units: their gradients are 0 from the start
    network.parameters["W1"][4:] *= np.finfo(dtype).tiny * 0.5
    trainer = Trainer(
        network, X, X[:, :1], TrainingSettings(optimizer=optimizer, learning_rate=1e-3, batch_size=8, epochs=150)
    )
    for slot in trainer.optimizer.slots.values():
        slot[:] = 1e-3
    trainer.burst = 10_000
    for _ in trainer.run():
        pass
    for array in (network.theta, *trainer.optimizer.slots.values()):
        assert not ((array != 0) & (np.abs(array) < np.finfo(dtype).tiny)).any()


def test_underflow_is_flushed_at_fixed_updates_for_bursts_of_any_size() -> None:
    def weights(bursts):
        network = Network(1, [Dense(3)], "half_squared_error")
        network.load({"W1": np.array([[1e-200], [1.0], [-1e-160]]), "b1": np.zeros(3)})
        data = np.full((4, 1), 1e-3)
        trainer = Trainer(
            network, data, np.zeros((4, 3)), TrainingSettings(variant="batch", learning_rate=1e-9, epochs=300)
        )
        while trainer.update < 300:
            trainer.burst = bursts
            next(trainer.run())
        trainer.seek(150)
        trainer.seek(299)
        return network.theta.copy()

    straight = weights(1000)
    assert (straight == weights(1)).all()
    assert (straight == weights(7)).all()
    assert straight.reshape(3, 2)[:, 0].tolist()[::2] == [0.0, 0.0]


def test_the_norm_of_a_large_gradient_is_finite_if_the_gradient_is() -> None:
    network = Network(2, [Dense(1)], "half_squared_error")
    network.gradients["W1"][:] = [[3e200, -4e200]]
    network.gradients["b1"][:] = np.inf
    norms = network.parameters.gradient_norms()
    assert norms["W1"] == pytest.approx(5e200, rel=1e-15)
    assert norms["b1"] == np.inf
