"""Losses per example by hand, by the textbook formula, and far out where the textbook formula breaks."""

import numpy as np
import pytest

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.losses import LOSSES

Y_HAT = np.array([[1.0, 3.0], [0.0, -1.0]])
Y = np.array([[0.0, 1.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("half_squared_error", [0.5 * (1 + 4), 0.5 * 4]),
        ("mean_squared_error", [(1 + 4) / 2, 4 / 2]),
        ("mean_absolute_error", [(1 + 2) / 2, 2 / 2]),
    ],
)
def test_errors_by_hand(loss: str, expected: list[float]) -> None:
    assert LOSSES[loss].per_example(Y, Y_HAT) == pytest.approx(expected)


def test_binary_crossentropy_is_the_textbook_formula() -> None:
    z, y = np.linspace(-5, 5, 22).reshape(11, 2), np.tile([[0.0, 1.0]], (11, 1))
    a = ACTIVATIONS["sigmoid"].g(z)
    textbook = -(y * np.log(a) + (1 - y) * np.log(1 - a)).mean(axis=1)
    np.testing.assert_allclose(LOSSES["binary_crossentropy"].per_example(y, z), textbook, rtol=1e-12)


def test_categorical_crossentropy_is_the_textbook_formula() -> None:
    z = np.random.default_rng(0).normal(size=(9, 4)) * 3
    y = np.eye(4)[[0, 1, 2, 3, 0, 1, 2, 3, 0]]
    textbook = -(y * np.log(ACTIVATIONS["softmax"].g(z.T).T)).sum(axis=1)
    np.testing.assert_allclose(LOSSES["categorical_crossentropy"].per_example(y, z), textbook, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_crossentropies_far_out(size: float, dtype: str) -> None:
    """Right and sure costs nothing, wrong and sure costs |z|: no infinity, no clipping."""
    z = np.array([[-size], [size], [-size], [size]], dtype)
    y = np.array([[0], [1], [1], [0]], dtype)
    assert LOSSES["binary_crossentropy"].per_example(y, z).tolist() == [0, 0, size, size]
    z = np.array([[size, -size, 0]] * 2, dtype)
    y = np.eye(3, dtype=dtype)[[0, 1]]
    assert LOSSES["categorical_crossentropy"].per_example(y, z).tolist() == [0, 2 * size]


def test_targets_between_the_classes() -> None:
    """Soft targets are averages of the hard ones."""
    z = np.array([[0.7]])
    bce = LOSSES["binary_crossentropy"]
    soft = bce.per_example(np.array([[0.3]]), z)
    ones, zeros = bce.per_example(np.array([[1.0]]), z), bce.per_example(np.array([[0.0]]), z)
    assert soft == pytest.approx(0.3 * ones + 0.7 * zeros)


def test_every_loss_is_described() -> None:
    for name, loss in LOSSES.items():
        assert loss.name == name
        assert loss.label
        assert loss.formula
