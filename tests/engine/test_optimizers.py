"""Update rules: two steps by hand for each, and what they keep."""

import math

import numpy as np
import pytest

from tui_ann.engine.optimizers import OPTIMIZERS, Optimizer
from tui_ann.engine.tape import run_calls

ETA, M, EPS = 0.1, 0.9, 1e-7
G1, G2 = 0.5, -0.2  # the gradient at the first and at the second step


def adam(theta: float) -> list[float]:
    out, m, v = [], 0.0, 0.0
    for t, g in enumerate((G1, G2), start=1):
        m, v = m + (g - m) * (1 - 0.9), v + (g * g - v) * (1 - 0.999)
        theta -= ETA * math.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (math.sqrt(v) + EPS)
        out.append(theta)
    return out


BY_HAND = {
    "sgd": [1 - ETA * G1, 1 - ETA * G1 - ETA * G2],
    "momentum": [1 - ETA * G1, 1 - ETA * G1 + (M * -ETA * G1 - ETA * G2)],
    "nesterov": [
        1 + M * (-ETA * G1) - ETA * G1,
        1 + M * (-ETA * G1) - ETA * G1 + M * (M * -ETA * G1 - ETA * G2) - ETA * G2,
    ],
    "rmsprop": [
        1 - ETA * G1 / math.sqrt(0.1 * G1**2 + EPS),
        1 - ETA * G1 / math.sqrt(0.1 * G1**2 + EPS) - ETA * G2 / math.sqrt(0.09 * G1**2 + 0.1 * G2**2 + EPS),
    ],
    "adagrad": [
        1 - ETA * G1 / math.sqrt(0.1 + G1**2 + EPS),
        1 - ETA * G1 / math.sqrt(0.1 + G1**2 + EPS) - ETA * G2 / math.sqrt(0.1 + G1**2 + G2**2 + EPS),
    ],
    "adam": adam(1.0),
}


@pytest.mark.parametrize("rule", BY_HAND)
def test_two_steps_by_hand(rule: str) -> None:
    theta, gradient = np.array([1.0, 1.0, -3.0]), np.zeros(3)
    optimizer = Optimizer(rule, theta, gradient, ETA, M)
    for g, expected in zip((G1, G2), BY_HAND[rule], strict=True):
        before = theta.copy()
        gradient[:2] = g
        run_calls(optimizer.calls)
        np.testing.assert_allclose(theta, [expected, expected, -3.0], rtol=1e-14)
        np.testing.assert_allclose(optimizer.last_change(), theta - before, rtol=1e-12)
        assert gradient.tolist() == [g, g, 0.0]


@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_state_is_taken_up_bit_for_bit(rule: str) -> None:
    rng = np.random.default_rng(0)
    steps = rng.normal(size=(6, 5))
    ends = []
    for taken_up in (False, True):
        theta, gradient = np.ones(5), np.zeros(5)
        optimizer = Optimizer(rule, theta, gradient, ETA, M)
        for i, step in enumerate(steps):
            if taken_up and i == 3:
                state, at = optimizer.state(), theta.copy()
                gradient[:] = 99
                run_calls(optimizer.calls)  # what happens after the copy must not reach into it
                theta = at
                optimizer = Optimizer(rule, theta, gradient, ETA, M)
                optimizer.restore(state)
            gradient[:] = step
            run_calls(optimizer.calls)
        ends.append((theta.copy(), optimizer.last_change()))
    assert np.array_equal(ends[0][0], ends[1][0])
    assert np.array_equal(ends[0][1], ends[1][1])


@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_a_new_learning_rate_acts_at_the_next_step(rule: str) -> None:
    theta, gradient = np.ones(1), np.full(1, 0.3)
    optimizer = Optimizer(rule, theta, gradient, ETA, 0.0)
    other = Optimizer(rule, np.ones(1), gradient, 10 * ETA, 0.0)
    optimizer.eta[()] = 10 * ETA
    run_calls(optimizer.calls)
    run_calls(other.calls)
    assert np.array_equal(theta, other.theta)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_precision_is_kept_and_a_gradient_of_zero_moves_nothing(rule: str, dtype: str) -> None:
    theta = np.ones(4, dtype)
    optimizer = Optimizer(rule, theta, np.zeros(4, dtype), ETA, M)
    run_calls(optimizer.calls)
    assert (theta == 1).all()
    assert optimizer.last_change().dtype == np.dtype(dtype)
    for slot in optimizer.slots.values():
        assert slot.dtype == np.dtype(dtype)


def test_every_rule_is_described() -> None:
    for name, rule in OPTIMIZERS.items():
        assert rule.name == name
        assert rule.label
        assert "θ ← θ" in rule.formula
        assert rule.default_learning_rate in (0.01, 0.001)
