"""What an entry is worked out from is enough to work it out, and no more than meets in it."""

import numpy as np
import pytest

from tests.engine.tracing import EVERYTHING, small_trainer, traced
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense
from tui_ann.session.step.operands import operands


@pytest.fixture(scope="module")
def told() -> UpdateTrace:
    trainer = small_trainer(
        [Dense(5, "tanh"), Dense(3, "softmax")],
        "categorical_crossentropy",
        m=4,
        n=6,
        batch_size=6,
        optimizer="momentum",
    )
    return traced(trainer, 2)


def index_of(told: UpdateTrace, symbol: str) -> int:
    return next(i for i, part in enumerate(told.parts) if str(part.symbol) == symbol)


def numbers(told: UpdateTrace, symbol: str, entry: tuple[int, int]) -> list[np.ndarray]:
    return [given.value for given in operands(told, index_of(told, symbol), entry)]


def names(told: UpdateTrace, symbol: str, entry: tuple[int, int] | None) -> list[str]:
    return [given.name for given in operands(told, index_of(told, symbol), entry)]


@pytest.mark.parametrize("entry", [(0, 0), (2, 1), (1, 3)])
def test_an_entry_comes_out(told: UpdateTrace, entry: tuple[int, int]) -> None:
    w, x, b = numbers(told, "z1", entry)
    assert w @ x + b == pytest.approx(told.value("z1")[entry])
    error, x = numbers(told, "dW1", entry)
    assert error @ x == pytest.approx(told.value("dW1")[entry])
    w, error = numbers(told, "da1", entry)
    assert w @ error == pytest.approx(told.value("da1")[entry])
    error, slope = numbers(told, "dz1", entry)
    assert error * slope == pytest.approx(told.value("dz1")[entry])
    (error,) = numbers(told, "db1", entry)
    assert error.sum() == pytest.approx(told.value("db1")[entry[0]])
    m, velocity, eta, gradient = numbers(told, "v_W1_new", entry)
    assert m * velocity - eta * gradient == pytest.approx(told.value("v_W1_new")[entry])
    old, velocity = numbers(told, "W1_new", entry)
    assert old + velocity == pytest.approx(told.value("W1_new")[entry])
    (z,) = numbers(told, "a2", entry)
    exponents = np.exp(z)
    assert exponents[entry[0]] / exponents.sum() == pytest.approx(told.value("a2")[entry])
    y, y_hat = numbers(told, "l", (entry[1], 0))
    assert -(y * np.log(y_hat)).sum() == pytest.approx(told.value("l")[entry[1]])


def test_parts_have_names(told: UpdateTrace) -> None:
    assert names(told, "z1", (2, 1)) == ["W¹ row 3", "x column 2", "b¹₃"]
    assert names(told, "da1", (2, 1)) == ["W² column 3", "∂L/∂z² column 2"]
    assert names(told, "dz1", (2, 1)) == ["∂L/∂a¹₃⁽³⁾", "∂a¹₃⁽³⁾/∂z¹₃⁽³⁾"]
    assert names(told, "W1_new", (2, 1)) == ["W¹₃₂", "new v(W¹₃₂)"]
    assert names(told, "v_W1_new", (2, 1)) == ["m", "v(W¹₃₂)", "η", "∂L/∂W¹₃₂"]
    assert names(told, "z1", None) == ["W¹", "x", "b¹"]


def test_every_part_of_every_kind_of_layer_is_made_from_something() -> None:
    told = traced(small_trainer(EVERYTHING, "categorical_crossentropy", optimizer="adam"), 2)
    for index, part in enumerate(told.parts):
        for entry in (None, (0, 0), (1, 0)):
            found = operands(told, index, entry)
            assert found or str(part.symbol) in ("x", "y", "r1", "r2", "R")
            assert all(np.isfinite(given.value).all() for given in found)
