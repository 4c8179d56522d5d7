"""Numbers at the ends of their range: a right answer or a sentence, and never a warning."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from tui_ann.data.prepare.scaling import scale_of
from tui_ann.engine.gradient_check import gradient_check
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.session.run import linear_model


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


@pytest.mark.parametrize("size", [1e-200, 1e-300, 1e-310])
def test_numbers_whose_squares_are_0_are_scaled(size):
    values = np.array([1.0, 2.0, 3.0, 4.0]) * size
    offset, scale = scale_of(values, "standard", "x")
    np.testing.assert_allclose((values - offset) / scale, np.array([-3, -1, 1, 3]) / np.sqrt(5), rtol=1e-3)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("alpha", [-1e300, 1e300, -1e308])
def test_a_slope_beyond_the_precision_trains_without_a_warning(dtype, alpha):
    network = Network(2, [Dense(3, "leaky_relu", alpha=alpha), Dense(1)], "mean_squared_error", dtype=dtype)
    rng = np.random.default_rng(0)
    settings = TrainingSettings(epochs=2, l2=1e300, noise=1e308, tolerance=1e-3)
    trainer = Trainer(network, rng.normal(size=(8, 2)), rng.normal(size=(8, 1)), settings)
    assert list(trainer.run())
    assert trainer.finished


def test_a_network_without_slopes_is_checked():
    network = Network(1, [Dense(1, "relu")], "mean_squared_error")
    network.load({"W1": np.zeros((1, 1)), "b1": np.full(1, -1.0)})
    worst = gradient_check(network, np.ones((2, 1)), np.zeros((2, 1)))
    assert set(worst.values()) == {0.0}


@pytest.mark.parametrize("size", [1e200, 1.7e308])
def test_a_linear_model_of_very_large_numbers_has_no_figures(size):
    X = np.array([[-1.0], [1.0], [0.5], [-0.5]]) * size
    model = linear_model.fit(X, np.array([[0.0], [1.0], [1.0], [0.0]]), "sigmoid")
    assert np.isnan(model.W).all()
