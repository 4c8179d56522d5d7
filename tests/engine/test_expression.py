"""Expressions say what operations compute: text, value and derivative agree with the calls."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.helpers import inputs, scrambled, targets
from tests.engine.test_properties import networks, settings_drawn
from tests.engine.tracing import small_trainer
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.calculus import FUNCTIONS, evaluate, tangent
from tui_ann.engine.expression import (
    Constant,
    Expression,
    Number,
    expression,
    rewritten,
    substituted,
)
from tui_ann.engine.functions import Cases, Drawn, Given, exp, ln, over_examples, over_units, positive_part
from tui_ann.engine.inspect.trace import trace
from tui_ann.engine.layers import BatchNormalization, Dense, Layer
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.notation import SpelledText
from tui_ann.engine.optimizers import ETA, OPTIMIZERS, THETA, G, M, Slot, UpdateRule
from tui_ann.engine.readability import reads_as_power
from tui_ann.engine.tape import quantity
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.text.symbols import Symbol

Z = quantity("z", 1)


def named(name: str) -> Expression:
    return expression(Symbol.parse(name))


@given(networks(), settings_drawn, st.integers(1, 9))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_calls_compute_what_the_expression_says(
    network: tuple[int, list[Layer], str, int], training: TrainingSettings, n: int
) -> None:
    m, layers, loss, seed = network
    made = scrambled(Network(m, layers, loss, seed=seed), seed)
    trainer = Trainer(made, inputs(n, m, seed), targets(loss, n, made.outputs, seed), training)
    told = trace(trainer)
    for index, part in enumerate(told.parts):
        if isinstance(part.expression, Drawn | Given):
            continue
        value = np.broadcast_to(
            np.asarray(evaluate(part.expression, told.operands(index))).squeeze(), part.value.squeeze().shape
        )
        scale = max(1.0, float(np.abs(part.value).max(initial=0.0)))
        np.testing.assert_allclose(
            value, part.value.squeeze(), rtol=1e-12, atol=1e-12 * scale, err_msg=f"{part.symbol} = {part.formula}"
        )


def test_calls_in_the_same_order_agree_in_every_bit() -> None:
    told = trace(small_trainer([Dense(3, "tanh"), BatchNormalization(), Dense(2, "relu")], "half_squared_error"))
    same_order = ("n1", "a2", "g_prime2", "dz2", "dgamma1", "W1_new", "b2_new")
    for index, part in enumerate(told.parts):
        if str(part.symbol) in same_order:
            value = np.asarray(evaluate(part.expression, told.operands(index)))
            assert np.array_equal(value.squeeze(), part.value.squeeze()), part.symbol


@given(
    st.floats(-4, 4), st.floats(0.05, 1.5), st.sampled_from([name for name, g in ACTIVATIONS.items() if g.elementwise])
)
def test_a_declared_slope_is_the_derivative_of_its_function(z: float, alpha: float, name: str) -> None:
    g = ACTIVATIONS[name]
    coefficient = Constant(Symbol("alpha"), alpha)
    value = g.value(Z, coefficient)
    values = {Symbol("z", 1): np.array([[z]]), Symbol("a", 1): g.g(np.array([[z]]), alpha)}
    change = tangent(value, {Symbol("z", 1): Number(1.0)})
    assert change is not None
    declared = g.derivative(Z, quantity("a", 1), coefficient)
    np.testing.assert_allclose(evaluate(change, values), evaluate(declared, values), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [name for name, g in ACTIVATIONS.items() if not g.elementwise])
def test_a_declared_tangent_is_the_derivative_of_its_function(name: str) -> None:
    g, rng = ACTIVATIONS[name], np.random.default_rng(0)
    z, change = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    alpha = Constant(Symbol("alpha"), 0.0)
    values = {Symbol("z", 1): z, Symbol("a", 1): g.g(z), Symbol("change"): change}
    derived = tangent(g.value(Z, alpha), {Symbol("z", 1): quantity("change")})
    assert derived is not None
    np.testing.assert_allclose(
        evaluate(g.tangent(Z, quantity("a", 1), alpha), values), evaluate(derived, values), rtol=1e-12
    )


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("outputs", [1, 3])
def test_a_declared_slope_is_the_derivative_of_its_loss(name: str, outputs: int) -> None:
    loss, rng = LOSSES[name], np.random.default_rng(1)
    values = {Symbol("y_hat"): rng.uniform(0.1, 0.9, (outputs, 4)), Symbol("y"): rng.uniform(0.1, 3.0, (outputs, 4))}
    y_hat, y = quantity("y_hat"), quantity("y")
    declared = np.broadcast_to(np.asarray(evaluate(loss.slope(y_hat, y, outputs), values)), (outputs, 4))
    for j in range(outputs):
        one = np.zeros((outputs, 1))
        one[j] = 1.0
        change = tangent(loss.value(y_hat, y, outputs), {Symbol("y_hat"): quantity("change")})
        assert change is not None
        derived = np.asarray(evaluate(change, values | {Symbol("change"): one}))
        np.testing.assert_allclose(derived.ravel(), declared[j], rtol=1e-9)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (named("W1") @ named("x") + named("b1"), "W1 x + b1"),
        (1 / (1 + exp(-quantity("z"))), "1/(1 + e⁻ᶻ)"),
        (1 / (1 + exp(-Z)), "1/(1 + e^(−z1))"),
        (positive_part(Z), "max(0, z1)"),
        (Cases(Z, Z, Constant(Symbol("alpha"), 0.05) * Z), "z1 if z1 > 0 else α z1"),
        (Cases(Z, Z, Constant(Symbol("alpha"), 0.05, literal=True) * Z), "z1 if z1 > 0 else 0.05 z1"),
        (named("dz1") @ named("x").T, "dz1 xᵀ"),
        (named("W1").T @ named("dz1"), "W1ᵀ dz1"),
        (named("dz1") * 1.0, "dz1 · 1"),
        (over_examples(named("da1") * Z), "Σ da1 ⊙ z1"),
        (0.5 * over_units((quantity("y_hat") - quantity("y")) ** 2), "0.5 Σⱼ (ŷⱼ − yⱼ)²"),
        (named("a1") * (1 - named("a1")), "a1 ⊙ (1 − a1)"),
        (1 - named("a1") ** 2, "1 − (a1)²"),
        (over_units((named("a1") - named("mu1")) ** 2), "Σⱼ (a1ⱼ − mu1)²"),
        (named("W1") - (named("b1") - named("x")), "W1 − (b1 − x)"),
        (named("W1") / (named("b1") * named("x")), "W1/(b1 ⊙ x)"),
        (-(named("W1") + named("b1")), "−(W1 + b1)"),
        (0.5 * -(named("W1")), "0.5 (−W1)"),
        (Drawn(1 / Number(0.5), 0.5), "1/0.5 with probability 0.5, else 0"),
    ],
)
def test_text(tree: Expression, text: str) -> None:
    assert str(tree) == text


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (named("W2").T @ named("dz2"), "W²ᵀ ∂L/∂z²"),
        (named("da2") * named("g_prime2"), "∂L/∂a² ⊙ ∂a²/∂z²"),
        (named("dW1") + named("dR1"), "∂L/∂W¹ + ∂R/∂W¹"),
        (named("a2") * (1 - named("a2")), "a² ⊙ (1 − a²)"),
        (1 - named("a2") ** 2, "1 − (a²)²"),
        (named("gamma1") * named("x_hat1") + named("beta1"), "γ¹ ⊙ x̂¹ + β¹"),
    ],
)
def test_text_with_the_symbols_of_the_lecture(tree: Expression, text: str) -> None:
    assert tree.write(SpelledText()) == text


def test_the_rules_read_as_keras_states_them() -> None:
    stated = {
        "sgd": "θ ← θ − η g",
        "momentum": "v ← m v − η g,  θ ← θ + v",
        "nesterov": "v ← m v − η g,  θ ← θ + m v − η g",
        "rmsprop": "v ← ρ v + (1 − ρ) g²,  θ ← θ − η g/√(v + ε)",
        "adagrad": "s ← s + g²,  θ ← θ − η g/√(s + ε)",
        "adam": "m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η √(1 − β₂ᵗ)/(1 − β₁ᵗ) m/(√v + ε)",
    }
    assert {name: OPTIMIZERS[name].formula for name in stated} == stated


def test_a_rule_that_uses_the_old_state_changes_the_parameter_first() -> None:
    m = Slot("m", "m", "Mean", M + G)
    assert UpdateRule("old", "Old", THETA - ETA * M, lambda _: [], slots=(m,)).formula == "θ ← θ − η m,  m ← m + g"
    assert (
        UpdateRule("new", "New", THETA - ETA * m.after, lambda _: [], slots=(m,)).formula == "m ← m + g,  θ ← θ − η m"
    )


def test_symbols_and_rewriting() -> None:
    tree = named("W1") @ named("x") + named("b1") + named("x")
    assert [str(symbol) for symbol in tree.symbols] == ["W1", "x", "b1"]
    assert str(substituted(tree, {Symbol("x"): Z})) == "W1 z1 + b1 + z1"
    assert rewritten(tree, lambda node: None) is tree


def test_what_is_unknown_is_refused() -> None:
    with pytest.raises(TypeError, match="no value"):
        evaluate(Given("the batch"), {})
    with pytest.raises(KeyError):
        evaluate(Z, {})
    with pytest.raises(TypeError, match="no derivative"):
        tangent(Drawn(Number(1.0), 0.5), {})


@given(st.floats(0.1, 3.0))
def test_every_function_has_its_derivative(x: float) -> None:
    for name, function in FUNCTIONS.items():
        if not function.derivatives or len(function.derivatives) != 1:
            continue
        h = 1e-6
        numeric = (float(function.value(x + h)) - float(function.value(x - h))) / (2 * h)
        assert evaluate(function.derivatives[0](Number(x)), {}) == pytest.approx(numeric, rel=1e-5, abs=1e-8), name


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_a_safe_value_is_the_value(first: float, second: float) -> None:
    z, y = np.array([[first], [second]]), np.array([[0.25], [0.75]])
    for g in ACTIVATIONS.values():
        alpha = Constant(Symbol("alpha"), 0.5)
        safe = g.safe_value(Z, alpha)
        if safe is not None:
            expected = evaluate(g.value(Z, alpha), {Symbol("z", 1): z})
            np.testing.assert_allclose(evaluate(safe, {Symbol("z", 1): z}), expected, rtol=1e-9, atol=1e-15)
    for loss in LOSSES.values():
        safe = loss.safe_value(Z, quantity("y"), 2)
        if safe is not None:
            assert loss.joined_activation is not None
            y_hat = ACTIVATIONS[loss.joined_activation].g(z)
            expected = evaluate(
                loss.value(quantity("y_hat"), quantity("y"), 2), {Symbol("y_hat"): y_hat, Symbol("y"): y}
            )
            found = evaluate(safe, {Symbol("z", 1): z, Symbol("y"): y})
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("far", [-1000.0, 1000.0])
def test_what_is_printed_stays_finite_far_out(far: float) -> None:
    z, y = np.array([[far], [0.0]]), np.array([[1.0], [0.0]])
    with np.errstate(over="ignore"):  # e^1000 is infinite in a branch or a denominator that does not count
        for g in ACTIVATIONS.values():
            alpha = Constant(Symbol("alpha"), 0.5)
            found = evaluate(g.safe_value(Z, alpha) or g.value(Z, alpha), {Symbol("z", 1): z})
            assert np.isfinite(found).all(), g.name
        for loss in LOSSES.values():
            tree = loss.safe_value(Z, quantity("y"), 2) or loss.value(Z, quantity("y"), 2)
            assert np.isfinite(evaluate(tree, {Symbol("z", 1): z, Symbol("y"): y})).all(), loss.name


A2 = quantity("a", 2)


@pytest.mark.parametrize(
    ("tree", "result"),
    [
        (A2 * (1 - A2), True),
        ((A2 - quantity("y")) ** 2, True),
        (quantity("W", 2) ** 2, True),
        (1 - quantity("a", 1) ** 2, False),
        (1 - A2**2, True),
        (0.05 * quantity("z", 2), True),
        (-quantity("y") / A2, True),
        (1 / (1 + exp(-quantity("z", 2))), True),
        (A2 - quantity("y"), False),
        (1 / Number(32.0) * (A2 - quantity("y")), False),
        (-(quantity("y") * ln(A2) + (1 - quantity("y")) * ln(1 - A2)), False),
        (positive_part(quantity("z", 2)), False),
        (quantity("W", 2) @ quantity("a", 2) + quantity("b", 2), False),
        (A2, False),
        (quantity("W", 2) - quantity("eta") * expression(Symbol("W", 2).gradient), False),
    ],
)
def test_where_the_number_of_a_layer_reads_as_a_power(tree: Expression, result: bool) -> None:
    assert reads_as_power(tree) is result
