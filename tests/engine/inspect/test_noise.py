"""Dust: what rounding leaves of an exact 0 is told by its operands, and nothing else is."""

from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from tests.engine.tracing import EVERYTHING, small_trainer, symmetric
from tui_ann.engine.calculus import evaluate, value_of
from tui_ann.engine.expression import Expression, Quantity
from tui_ann.engine.functions import over_examples, positive_part
from tui_ann.engine.inspect.noise import is_dust, noise_of, without_dust
from tui_ann.engine.inspect.trace import trace
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.export.worked import worked_solution
from tui_ann.text.symbols import Symbol

X, Y, Z = (Quantity(Symbol(letter)) for letter in "xyz")


def of(*numbers: float) -> np.ndarray:
    return np.array([numbers])


@pytest.mark.parametrize(
    ("tree", "values", "result"),
    [
        (X + Y - Z, (0.1, 0.2, 0.3), True),
        (X - Y, (0.1 + 0.2, 0.3), True),
        (X * (Y - Z), (7.0, 0.1 + 0.2, 0.3), True),
        ((X - Y) ** 2, (0.1 + 0.2, 0.3), True),
        ((X - Y) / Z, (0.1 + 0.2, 0.3, 1e6), True),
        (positive_part(X - Y), (0.1 + 0.2, 0.3), True),
        (X * Y, (1e-10, 1e-10), False),
        (X * Y, (1e-300, 1.0), False),
        (X - Y, (3e-20, 2e-20), False),
        (X - Y, (0.3 + 1e-12, 0.3), False),
        (X + Y, (1e-20, 1e-20), False),
    ],
)
def test_dust_is_told_by_what_was_added_up(tree: Expression, values: tuple[float, ...], result: bool) -> None:
    known = {Symbol(letter): of(number) for letter, number in zip("xyz", values, strict=False)}
    value = np.asarray(evaluate(tree, known))
    assert value != 0
    assert bool(is_dust(value, noise_of(tree, known, {})).all()) is result


def test_a_sum_over_many_examples_and_a_matrix_product_leave_dust() -> None:
    rng = np.random.default_rng(0)
    half = rng.normal(size=(3, 500))
    values = {Symbol("x"): np.hstack([half, -half[:, ::-1]]), Symbol("y"): np.ones((1000, 1))}
    for tree in (over_examples(X), X @ Y):
        value = np.asarray(evaluate(tree, values))
        assert value.any()
        assert not without_dust(value, noise_of(tree, values, {})).any()


def test_noise_beyond_all_numbers_hides_nothing() -> None:
    values = {Symbol("x"): of(1e308), Symbol("y"): of(-1e308)}
    assert not is_dust(of(5.0), noise_of((X - Y) ** 2, values, {})).any()


def test_every_node_of_a_formula_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tree: Expression = X
    for _ in range(20):
        tree = positive_part(tree * Y - Z)
    counted = Mock(wraps=value_of)
    monkeypatch.setattr("tui_ann.engine.inspect.noise.value_of", counted)
    noise_of(tree, {Symbol(letter): of(0.1) for letter in "xyz"}, {})
    assert counted.call_count == len(list(tree.walk()))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_large_batch_is_judged_in_blocks_with_the_same_noise(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, Any] = {"dtype": dtype, "n": 50, "batch_size": 50}
    whole = trace(small_trainer(EVERYTHING, "categorical_crossentropy", **settings))
    noises = {symbol: 1e-9 for part in whole.parts for symbol in (part.symbol, part.name)}
    for index, part in enumerate(whole.parts):
        operands = whole.operands(index)
        of_operands = {symbol: np.full(np.shape(operands[symbol]), noises.get(symbol, 0.0)) for symbol in operands}
        for known in ({}, of_operands):
            monkeypatch.setattr("tui_ann.engine.inspect.noise.BLOCK", 4096)
            wanted = noise_of(part.expression, operands, known)
            monkeypatch.setattr("tui_ann.engine.inspect.noise.BLOCK", 7)
            got = noise_of(part.expression, operands, known)
            relative = 1e-6 if dtype == "float32" else 1e-12
            np.testing.assert_allclose(got, np.broadcast_to(wanted, np.shape(got)), rtol=relative, err_msg=part.formula)


def test_the_dust_of_a_part_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _, told = symmetric(2)
    counted = Mock(wraps=without_dust)
    monkeypatch.setattr("tui_ann.engine.inspect.part.without_dust", counted)
    for index in range(len(told.parts)):
        told.clean_operands(index)
    assert 0 < counted.call_count <= len(told.parts)


def test_a_gradient_that_cancels_is_shown_as_0_and_kept_as_it_is() -> None:
    _, told = symmetric(1)
    part = told.part("db2")
    assert 0 < abs(part.value.item()) < 1e-16
    assert part.clean.item() == 0
    assert told.part("b2_new").clean.item() == 0 != told.after["b2"].item()
    assert not is_dust(told.value("dW1"), told.part("dW1").noise).any()


def test_the_dust_of_an_update_is_none_of_the_next_ones_parameters() -> None:
    _, told = symmetric(2)
    assert told.before["b2"].item() != 0
    assert told.clean_before("b2").item() == 0


def test_a_tiny_number_that_was_typed_is_kept() -> None:
    network = Network(1, [Dense(1)], "half_squared_error")
    network.parameters["W1"][:] = 1e-20
    told = trace(Trainer(network, np.array([[1.0]]), np.array([[2.0]]), TrainingSettings(variant="batch")))
    assert told.clean_before("W1").item() == told.part("z1").clean.item() == 1e-20


@pytest.mark.parametrize("format", ["text", "markdown", "latex"])
def test_a_worked_solution_has_no_dust(format: str) -> None:
    assert "e−1" not in worked_solution(*symmetric(2), format=format).replace("e^(−1", "")
    assert r"10^{-1" not in worked_solution(*symmetric(2), format=format)


def test_json_and_a_script_are_exact() -> None:
    network, told = symmetric(1)
    exact = told.gradients["b2"].item()
    assert repr(exact) in worked_solution(network, told, format="json")
