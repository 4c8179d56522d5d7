"""The lecture's 2-3-1 network worked out by hand (C15, C16): one forward pass and one update, to 1e-14."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import run_to_the_end, worked_trainer
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

X, Y = np.array([[1.0, 2.0]]), np.array([[1.0]])

FORWARD = {"z1": [1, 2, 1.5], "a1": [1, 2, 1.5], "z2": [1.4], "a2": [1.4]}
BACKWARD = {
    "da2": [0.4],
    "dz2": [0.4],
    "dW2": [0.4, 0.8, 0.6],
    "db2": [0.4],
    "da1": [0.16, 0.12, 0.08],
    "dz1": [0.16, 0.12, 0.08],
    "dW1": [0.16, 0.32, 0.12, 0.24, 0.08, 0.16],
    "db1": [0.16, 0.12, 0.08],
}
AFTER: dict[str, Any] = {
    "W1": [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]],
    "b1": [0.084, 0.088, 0.092],
    "W2": [[0.36, 0.22, 0.14]],
    "b2": [0.06],
}


def test_forward_pass_and_loss() -> None:
    network = worked_trainer().network
    assert network.predict(X) == pytest.approx(1.4, rel=1e-14)
    loss, penalty = network.loss_of(X, Y)
    assert loss == pytest.approx(0.08, rel=1e-13)
    assert penalty == 0.0


def test_gradient() -> None:
    network = worked_trainer().network
    loss, _ = network.loss_and_gradient(X, Y)
    assert loss == pytest.approx(0.08, rel=1e-13)
    for name, gradient in network.gradients.items():
        np.testing.assert_allclose(gradient.ravel(), BACKWARD[f"d{name}"], rtol=1e-14, err_msg=name)


def test_one_update() -> None:
    trainer = worked_trainer()
    run_to_the_end(trainer)
    for name, values in AFTER.items():
        np.testing.assert_allclose(trainer.network.parameters[name], values, rtol=1e-14, err_msg=name)
    for name, change in trainer.last_change().items():
        np.testing.assert_allclose(change.ravel(), -0.1 * np.array(BACKWARD[f"d{name}"]), rtol=1e-14, err_msg=name)
    assert trainer.history.update_losses == pytest.approx([0.08], rel=1e-13)
    assert trainer.history.epochs[0].loss == pytest.approx(0.08, rel=1e-13)
    norms = trainer.history.epochs[0].gradient_norms
    assert norms["W2"] == pytest.approx(np.sqrt(0.4**2 + 0.8**2 + 0.6**2))
    assert trainer.history.epochs[0].gradient_norm == pytest.approx(np.sqrt(sum(v**2 for v in norms.values())))


def test_every_symbol_of_the_tape() -> None:
    """Each operation, run alone, leaves the lecture's number under the lecture's letter."""
    trainer = worked_trainer()
    met = []
    for operation in trainer.tape().operations:
        operation.run()
        met.append(str(operation.symbol))
        if str(operation.symbol) in FORWARD | BACKWARD:
            expected = (FORWARD | BACKWARD)[str(operation.symbol)]
            np.testing.assert_allclose(operation.result.ravel(), expected, rtol=1e-14, err_msg=str(operation.symbol))
    assert set(FORWARD | BACKWARD) <= set(met)
    for name, values in AFTER.items():
        np.testing.assert_allclose(trainer.network.parameters[name], values, rtol=1e-14, err_msg=name)


def test_in_single_precision() -> None:
    trainer = worked_trainer("float32")
    run_to_the_end(trainer)
    for name, values in AFTER.items():
        assert trainer.network.parameters[name].dtype == np.float32
        np.testing.assert_allclose(trainer.network.parameters[name], values, rtol=1e-6, err_msg=name)


def test_two_updates_of_one_linear_unit_by_hand() -> None:
    """ŷ = w x + b with ½(ŷ − y)²: two examples, one after the other."""
    network = Network(1, [Dense(1)], "half_squared_error")
    network.load({"W1": np.array([[0.5]]), "b1": np.array([0.0])})
    training = TrainingSettings(variant="stochastic", shuffle=False, learning_rate=0.1, epochs=1)
    trainer = Trainer(network, np.array([[2.0], [1.0]]), np.array([[3.0], [0.0]]), training)
    run_to_the_end(trainer)
    # (2, 3): ŷ 1, error −2, w 0.5 + 0.4 = 0.9, b 0.2; (1, 0): ŷ 1.1, error 1.1, w 0.79, b 0.09.
    np.testing.assert_allclose(network.parameters["W1"], [[0.79]], rtol=1e-14)
    np.testing.assert_allclose(network.parameters["b1"], [0.09], rtol=1e-13)
    np.testing.assert_allclose(trainer.history.update_losses, [2.0, 0.605], rtol=1e-14)
    assert trainer.history.epochs[0].loss == pytest.approx((2.0 + 0.605) / 2)
