import numpy as np
import pytest

from tui_ann.session.run import linear_model
from tui_ann.session.run.linear_model import constant, fit


def rows(n: int = 200, m: int = 3) -> np.ndarray:
    return np.random.default_rng(1).normal([5.0, -1.0, 0.0][:m], [10.0, 0.1, 1.0][:m], (n, m))


def test_least_squares_is_exact_on_a_plane() -> None:
    X = rows()
    model = fit(X, X @ [[1.0, 2.0], [-3.0, 0.0], [0.5, 1.0]] + [1.0, -7.0], "linear")
    np.testing.assert_allclose(model.W, [[1.0, -3.0, 0.5], [2.0, 0.0, 1.0]], atol=1e-9)
    np.testing.assert_allclose(model.b, [1.0, -7.0], atol=1e-9)


def test_logistic_regression_is_at_its_minimum() -> None:
    X = rows()
    p = 1 / (1 + np.exp(-(0.1 * X[:, 0] + 4 * X[:, 1] + X[:, 2] + 3)))
    Y = (np.random.default_rng(2).random(200) < p).astype(float)[:, None]
    model = fit(X, Y, "sigmoid")
    S, spread = (X - X.mean(axis=0)) / X.std(axis=0), X.std(axis=0)
    slope = model.y_hat(model.z(X)) - Y
    np.testing.assert_allclose(slope.T @ S + model.W * spread, 0, atol=2e-4)
    np.testing.assert_allclose(slope.sum(), 0, atol=2e-4)


def test_softmax_of_two_classes_is_the_sigmoid_of_their_difference() -> None:
    X = rows()
    one = (X[:, 2] > 0).astype(float)[:, None]
    two = fit(X, np.hstack([1 - one, one]), "softmax")
    assert np.mean(np.argmax(two.z(X), axis=1) == one[:, 0]) > 0.97
    np.testing.assert_allclose(two.W[0], -two.W[1], atol=1e-3)
    np.testing.assert_allclose(two.y_hat(two.z(X)).sum(axis=1), 1)


def test_more_features_than_rows_and_columns_without_spread() -> None:
    X = np.random.default_rng(3).normal(size=(8, 40))
    X[:, 0] = 3.0
    model = fit(X, X[:, 1:2], "linear")
    assert np.isfinite(model.W).all()
    assert model.W[0, 0] == 0
    assert np.isfinite(fit(X[:1], X[:1, :1], "linear").b).all()


def test_of_very_many_rows_an_equal_share_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_model, "MOST_NUMBERS", 300)
    X = rows(500)
    model = fit(X, X[:, :1], "linear")
    assert model.rows == 100
    np.testing.assert_allclose(model.W, [[1, 0, 0]], atol=1e-9)


def test_the_constant_answers_mean_and_shares() -> None:
    Y = np.array([[1.0], [0.0], [0.0], [0.0]])
    for activation in ("linear", "sigmoid"):
        model = constant(Y, 2, activation)
        np.testing.assert_allclose(model.y_hat(model.z(rows(5, 2))), 0.25)
    model = constant(np.eye(3)[[0, 0, 1, 1]], 2, "softmax")
    np.testing.assert_allclose(model.y_hat(model.z(rows(5, 2))), [[0.5, 0.5, 0]] * 5, atol=1e-12)
