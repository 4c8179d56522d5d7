"""Activations: their values and slopes by the textbook formula, and what happens far out."""

import numpy as np
import pytest

from tui_ann.engine.activations import ACTIVATIONS, Softmax

Z = np.linspace(-6, 6, 49)  # 0 is among them
TEXTBOOK = {
    "linear": (lambda z, alpha: z, lambda z, alpha: np.ones_like(z)),
    "sigmoid": (lambda z, alpha: 1 / (1 + np.exp(-z)), lambda z, alpha: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (lambda z, alpha: np.tanh(z), lambda z, alpha: 1 / np.cosh(z) ** 2),
    "relu": (lambda z, alpha: np.where(z > 0, z, 0), lambda z, alpha: np.where(z > 0, 1, 0)),
    "leaky_relu": (lambda z, alpha: np.where(z > 0, z, alpha * z), lambda z, alpha: np.where(z > 0, 1, alpha)),
    "elu": (
        lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(z) - 1)),
        lambda z, alpha: np.where(z > 0, 1, alpha * np.exp(z)),
    ),
}
TEXTBOOK["prelu"] = TEXTBOOK["leaky_relu"]
FAR = [-np.inf, -1e300, -1e4, -1000.0, -50.0, -1e-300, 0.0, 1e-300, 50.0, 1000.0, 1e4, 1e300, np.inf]


@pytest.mark.parametrize("alpha", [None, 0.0, 0.3, 2.0])
@pytest.mark.parametrize("name", TEXTBOOK)
def test_values_and_slopes(name: str, alpha: float | None) -> None:
    activation = ACTIVATIONS[name]
    g, g_prime = TEXTBOOK[name]
    used = activation.default_alpha if alpha is None else alpha
    np.testing.assert_allclose(activation.g(Z, alpha), g(Z, used), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(activation.g_prime(Z, alpha), g_prime(Z, used), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_slope_is_the_slope(name: str) -> None:
    z, h = np.array([-3.1, -0.7, 0.4, 2.2]), 1e-6
    activation = ACTIVATIONS[name]
    numeric = (activation.g(z + h) - activation.g(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.g_prime(z), numeric, rtol=1e-8)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", TEXTBOOK)
def test_far_out_nothing_overflows_or_warns(name: str, dtype: str) -> None:
    z = np.array([value for value in FAR if np.isfinite(value) and abs(value) < 1e38], dtype)
    activation = ACTIVATIONS[name]
    a, slope = activation.g(z), activation.g_prime(z)
    assert a.dtype == slope.dtype == np.dtype(dtype)
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()
    bounds = {"sigmoid": (0, 1), "tanh": (-1, 1), "elu": (-1, np.inf), "relu": (0, np.inf)}
    low, high = bounds.get(name, (-np.inf, np.inf))
    assert low <= a.min() <= a.max() <= high
    assert 0 <= slope.min() <= slope.max() <= 1
    assert (np.diff(a) >= 0).all()


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_saturated_at_infinity(name: str) -> None:
    a = ACTIVATIONS[name].g(np.array([-np.inf, np.inf]))
    assert a.tolist() == ([0, 1] if name == "sigmoid" else [-1, 1])
    assert ACTIVATIONS[name].g_prime(np.array([-np.inf, np.inf])).tolist() == [0, 0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_nan(name: str) -> None:
    """A NaN must not be repaired on its way, or divergence would go unseen."""
    assert np.isnan(ACTIVATIONS[name].g(np.array([[np.nan], [1.0]]))).any()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("scale", [1.0, 1000.0, 1e4, 1e30])
def test_softmax_sums_to_one_everywhere(scale: float, dtype: str) -> None:
    z = (np.random.default_rng(0).normal(size=(5, 40)) * scale).astype(dtype)
    a = ACTIVATIONS["softmax"].g(z)
    assert a.dtype == np.dtype(dtype)
    np.testing.assert_allclose(a.sum(axis=0), 1.0, rtol=1e-6 if dtype == "float32" else 1e-14)
    assert (a.argmax(axis=0) == z.argmax(axis=0)).all()


def test_softmax_does_not_see_a_common_shift() -> None:
    z = np.random.default_rng(0).normal(size=(4, 6))
    softmax = ACTIVATIONS["softmax"]
    np.testing.assert_allclose(softmax.g(z + 1000), softmax.g(z), rtol=1e-12)
    np.testing.assert_allclose(softmax.g(z)[:, 0], np.exp(z[:, 0]) / np.exp(z[:, 0]).sum(), rtol=1e-14)


def test_softmax_jacobian() -> None:
    softmax = ACTIVATIONS["softmax"]
    assert isinstance(softmax, Softmax)
    z, h = np.array([0.3, -1.0, 0.8]), 1e-6
    numeric = np.empty((3, 3))
    for j in range(3):
        nudge = np.eye(3)[j] * h
        numeric[:, j] = (softmax.g((z + nudge)[:, None]) - softmax.g((z - nudge)[:, None]))[:, 0] / (2 * h)
    np.testing.assert_allclose(softmax.jacobian(z), numeric, atol=1e-9)
    np.testing.assert_allclose(softmax.jacobian(z).diagonal(), softmax.g_prime(z[:, None])[:, 0], rtol=1e-14)


def test_the_argument_is_left_alone() -> None:
    for activation in ACTIVATIONS.values():
        z = Z.reshape(7, 7).copy()
        activation.g(z)
        activation.g_prime(z)
        assert np.array_equal(z, Z.reshape(7, 7))


def test_every_activation_is_described() -> None:
    assert set(TEXTBOOK) <= set(ACTIVATIONS)
    for name, activation in ACTIVATIONS.items():
        assert activation.name == name
        assert activation.formula
        assert activation.formula_prime
    alphas = {"leaky_relu": 0.05, "elu": 1.0, "prelu": 0.05, "tanh": None}
    assert {name: ACTIVATIONS[name].default_alpha for name in alphas} == alphas
