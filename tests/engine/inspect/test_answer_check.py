"""A right answer is right however it is rounded; a wrong one is recognised by what leads to it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import worked_trainer
from tests.engine.tracing import EVERYTHING, small_trainer, traced
from tui_ann.engine.inspect.answer_check import Verdict, judge
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.slips import RULES, slips_with
from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer, LayerNormalization
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.tape import Array
from tui_ann.text.entry import parse_entry
from tui_ann.text.mistakes import NAMES, SENTENCES

Made = tuple[Network, UpdateTrace]


def made(layers: list[Layer], loss: str, update: int = 2, **settings: Any) -> Made:
    trainer = small_trainer(layers, loss, **settings)
    return trainer.network, traced(trainer, update)


def worked() -> Made:
    trainer = worked_trainer()
    return trainer.network, trace(trainer)


def as_rows(value: Array) -> Array:
    value = value[0] if value.ndim == 3 else value
    return value if value.ndim == 2 else value.reshape(-1, 1)


def test_the_new_weights_in_the_worked_example() -> None:
    network, told = worked()
    answer = parse_entry("[[.144,.288],[.088,.176],[.056,.112]]").rows
    verdict = judge(network, told, "dW1", answer)
    assert (verdict.right, verdict.code, verdict.place, verdict.wrong) == (False, "new_weights", (0, 0), 6)
    assert verdict.entry == "∂L/∂W¹₁₁"
    assert "new W²" in verdict.text
    assert "old W²" in verdict.text


@pytest.mark.parametrize(
    ("symbol", "answer", "code"),
    [
        ("dW1", "0.16 0.32; 0.12 0.24; 0.08 0.16", "right"),
        ("dW1", "0.4*0.4 0.8*0.4; 3/25 6/25; 0.08 4/25", "right"),
        ("da1", "0.144 0.088 0.056", "new_weights"),
        ("db1", "0.144; 0.088; 0.056", "new_weights"),
        ("W1_new", "0.4856 0.1712; 0.2912 0.7824; 0.5944 0.3888", "new_weights"),
        ("dW1", "0.16 0.12 0.08; 0.32 0.24 0.16", "transposed"),
        ("dW2", "0.4; 0.8; 0.6", "transposed"),
        ("dW2", "0.4 0.8 0.6", "right"),
        ("dW2", "-0.4 -0.8 -0.6", "wrong_sign"),
        ("dW2", "0.4 0.4 0.4", "no_input"),
        ("dW1", "0.16 0.16; 0.12 0.12; 0.08 0.08", "no_input"),
        ("dW1", "0.4 0.8; 0.4 0.8; 0.4 0.8", "no_weights"),
        ("da2", "0.8", "extra_two"),
        ("da2", "-0.4", "wrong_sign"),
        ("l", "0.16", "no_half"),
        ("l", "0.2", "no_square"),
        ("z1", "0.9 1.9 1.4", "no_bias"),
        ("z1", "0.8 1.8 1.3", "bias_subtracted"),
        ("z1", "1;2;1.5", "right"),
        ("W2_new", "0 -0.5 -0.4", "no_eta"),
        ("W2_new", "0.44 0.38 0.26", "uphill"),
        ("W2_new", "0.04 0.08 0.06", "only_change"),
        ("W2_new", "-0.04 -0.08 -0.06", "only_change"),
        ("W2_new", "0.4 0.8 0.6", "only_gradient"),
        ("W2_new", "0.4 0.3 0.2", "not_updated"),
        ("b2_new", "0.06", "right"),
        ("b2_new", "0.14", "uphill"),
        ("b2_new", "0.7", "wrong"),
        ("dW1", "1 2 3", "wrong_shape"),
        ("da1", "1 2", "wrong_shape"),
        ("dW1", "0.161 0.32; 0.12 0.24; 0.08 0.16", "rounded_early"),
    ],
)
def test_the_worked_example(symbol: str, answer: str, code: str) -> None:
    network, told = worked()
    shape = as_rows(told.value(symbol)).shape
    verdict = judge(network, told, symbol, parse_entry(answer, (shape[0], shape[1])).rows)
    assert verdict.code == code, verdict
    assert verdict.right == (code == "right")


def test_the_first_wrong_entry_is_named() -> None:
    verdict = judge(*worked(), "dW1", [[0.16, 0.32], [0.12, 0.99], [0.08, 0.77]])
    assert (verdict.code, verdict.place, verdict.wrong) == ("wrong", (1, 1), 2)
    assert verdict.text == "∂L/∂W¹₂₂, in row 2, column 2, is not right. 1 more is wrong."
    assert judge(*worked(), "z1", [1, 5, 1.5]).text == "z¹₂, in row 2, is not right. All else is right."
    assert judge(*worked(), "a2", 7).text == "This is not right."


CASES: dict[str, Made] = {
    "worked": worked(),
    "everything": made(EVERYTHING, "categorical_crossentropy", optimizer="adam"),
    "alone": made([Dense(3, "sigmoid"), Dense(1, "sigmoid")], "binary_crossentropy", batch_size=1),
    "batch": made([Dense(3, "tanh", l2=0.1), Dropout(0.3), Dense(2)], "mean_squared_error", optimizer="nesterov"),
}


@pytest.mark.parametrize("decimals", [3, 4, 8])
@pytest.mark.parametrize("name", CASES)
def test_every_part_is_right_when_it_is(name: str, decimals: int) -> None:
    network, told = CASES[name]
    for part in told.parts:
        rounded = np.vectorize(lambda value: float(f"{value:.{decimals + 3}g}"), otypes=[float])(as_rows(part.value))
        assert judge(network, told, part, as_rows(part.value), decimals=decimals) == Verdict(True, "right", "Right.")
        assert judge(network, told, part, rounded, decimals=decimals).right


@pytest.mark.parametrize("name", CASES)
def test_rounding_to_the_decimals_shown_is_accepted(name: str) -> None:
    network, told = CASES[name]
    for part in told.parts:
        rounded = np.vectorize(lambda v: np.round(v, 4) if abs(v) >= 1e-3 else float(f"{v:.2e}"))(as_rows(part.value))
        assert judge(network, told, part, rounded).right, part.symbol


@pytest.mark.parametrize("symbol", ["dW1", "db1", "dW2", "W1_new"])
@pytest.mark.parametrize(
    ("layers", "loss", "codes"),
    [
        ([Dense(3, "tanh"), Dense(2)], "mean_squared_error", ("no_average", "no_two", "no_slope")),
        ([Dense(3, "sigmoid"), Dense(1)], "mean_squared_error", ("no_two", "no_average")),
        ([Dense(3, "relu"), Dense(1)], "half_squared_error", ("extra_two", "new_weights", "no_average")),
        ([Dense(3, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy", ("not_cancelled", "no_average")),
        ([Dense(3, "tanh"), Dropout(0.4), Dense(1)], "half_squared_error", ("no_mask", "unscaled_mask")),
        ([Dense(3), BatchNormalization(epsilon=0.1), Dense(1)], "half_squared_error", ("fixed_statistics",)),
        ([Dense(3, "softmax"), Dense(1)], "half_squared_error", ("diagonal_only",)),
        ([Dense(2, "tanh", l1=0.1, l2=0.2), Dense(1)], "half_squared_error", ("no_penalty", "no_two_penalty")),
        ([Dense(3, "tanh"), Dense(3, "tanh"), Dense(2)], "mean_absolute_error", ("untransposed", "no_output_mean")),
    ],
)
@pytest.mark.parametrize("rule", ["sgd", "momentum"])
def test_faults_on_the_way_back(layers: list[Layer], loss: str, codes: tuple[str, ...], symbol: str, rule: str) -> None:
    """A fault is carried on to every gradient below it, and to the new parameters."""
    network, told = made(layers, loss, optimizer=rule, learning_rate=0.3)
    ledger, part = Ledger(network, told), told.part(symbol)
    for code in codes:
        for slip in slips_with(ledger, part, code):
            answer = ledger.carried_on(slip.formulas, part)
            assert answer is not None
            right = np.allclose(answer, part.value, rtol=1e-6)
            verdict = judge(network, told, symbol, as_rows(answer), decimals=6)
            assert verdict.code == ("right" if right else code), verdict


@pytest.mark.parametrize(
    ("symbol", "factor", "wrong"),
    [
        ("dW2", "∂L/∂z²", lambda t: np.ones((2, 3)) @ t.value("a1").T),
        ("W2_new", "∂L/∂z²", lambda t: t.before["W2"] - 0.3 * np.ones((2, 3)) @ t.value("a1").T),
        ("da1", "∂L/∂z²", lambda t: t.before["W2"].T @ np.ones((2, 3))),
        ("dz1", "∂L/∂z²", lambda t: t.value("g_prime1") * (t.before["W2"].T @ np.ones((2, 3)))),
        ("dz1", "∂L/∂a¹", lambda t: t.value("g_prime1")),
        ("db1", "∂L/∂z¹", lambda t: np.full(3, 3.0)),
        ("db1", "∂L/∂a¹", lambda t: t.value("g_prime1").sum(axis=1)),
        ("dW1", "∂L/∂z¹", lambda t: np.ones((3, 3)) @ t.value("x").T),
    ],
)
def test_the_missing_factor_of_the_chain_rule_is_named(
    symbol: str, factor: str, wrong: Callable[[UpdateTrace], Any]
) -> None:
    network, told = made([Dense(3, "tanh"), Dense(2)], "half_squared_error", learning_rate=0.3)
    verdict = judge(network, told, symbol, as_rows(wrong(told)), decimals=6)
    assert (verdict.code, verdict.text) == (
        "no_factor",
        f"The factor {factor} is missing: the chain rule multiplies by it.",
    )


def test_a_missing_factor_in_the_worked_example() -> None:
    """The input alone, and the weights alone: also where one entry is asked for."""
    network, told = worked()
    assert "The factor ∂L/∂z² is missing" in judge(network, told, "dW2", told.value("a1").T).text
    assert "The factor ∂L/∂z² is missing" in judge(network, told, "da1", told.before["W2"].T).text
    assert judge(network, told, "dW2", 2, only=(0, 1)).code == "no_factor"


def test_an_answer_without_a_factor_of_1_is_right() -> None:
    network, told = worked()
    for symbol in ("dz2", "dz1"):  # a linear layer: the slope is 1
        assert judge(network, told, symbol, told.value(symbol.replace("z", "a"))).right


@pytest.mark.parametrize(
    ("layers", "loss", "symbol", "code", "wrong"),
    [
        ([Dense(3, "sigmoid"), Dense(1)], "half_squared_error", "a1", "no_activation", lambda t: t.value("z1")),
        ([Dense(3, "sigmoid"), Dense(1)], "half_squared_error", "a1", "slope_for_output", lambda t: t.value("g_prime1")),
        ([Dense(3, "sigmoid"), Dense(1)], "half_squared_error", "a1", "sign_in_exponent", lambda t: 1 - t.value("a1")),
        ([Dense(3, "softmax"), Dense(1)], "half_squared_error", "a1", "not_normalised", lambda t: np.exp(t.value("z1"))),
        ([Dense(3, "leaky_relu"), Dense(1)], "half_squared_error", "a1", "no_alpha", lambda t: np.maximum(0, t.value("z1"))),
        ([Dense(3, "sigmoid"), Dense(1)], "half_squared_error", "g_prime1", "output_for_slope", lambda t: t.value("a1")),
        ([Dense(3, "sigmoid"), Dense(1)], "half_squared_error", "g_prime1", "complement_only", lambda t: 1 - t.value("a1")),
        ([Dense(3, "tanh"), Dense(1)], "half_squared_error", "g_prime1", "net_input_for_output", lambda t: 1 - t.value("z1") ** 2),
        ([Dense(3), Dropout(0.5), Dense(1)], "half_squared_error", "d1", "unscaled_mask", lambda t: (t.value("r1") > 0) * t.value("a1")),
        ([Dense(3), Dropout(0.5), Dense(1)], "half_squared_error", "z2", "undropped_input", lambda t: t.before["W2"] @ t.value("a1") + t.before["b2"][:, None]),
        ([Dense(3), BatchNormalization(), Dense(1)], "half_squared_error", "mu1", "sum_for_mean", lambda t: 3 * t.value("mu1")),
        ([Dense(3), BatchNormalization(), Dense(1)], "half_squared_error", "var1", "unbiased_variance", lambda t: 1.5 * t.value("var1")),
        ([Dense(3), BatchNormalization(), Dense(1)], "half_squared_error", "n1", "no_beta", lambda t: t.before["gamma1"][:, None] * t.value("x_hat1")),
        ([Dense(2)], "mean_squared_error", "L", "no_average", lambda t: np.array([[t.losses.sum()]])),
        ([Dense(2)], "mean_squared_error", "l", "no_output_mean", lambda t: 2 * t.losses),
        ([Dense(1, "sigmoid")], "binary_crossentropy", "l", "decimal_logarithm", lambda t: t.losses / np.log(10)),
        ([Dense(1, l2=0.3)], "half_squared_error", "L", "no_penalty", lambda t: np.array([[t.losses.mean()]])),
        ([Dense(1, l2=0.3)], "half_squared_error", "dR1", "no_two_penalty", lambda t: t.value("dR1") / 2),
        ([Dense(2)], "half_squared_error", "W1_new", "uphill", lambda t: 2 * t.before["W1"] - t.after["W1"]),
    ],
)  # fmt: skip
def test_slips_in_one_step(
    layers: list[Layer], loss: str, symbol: str, code: str, wrong: Callable[[UpdateTrace], Any]
) -> None:
    network, told = made(layers, loss)
    verdict = judge(network, told, symbol, as_rows(wrong(told)), decimals=6)
    assert verdict.code == code


@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_every_rule_recognises_the_old_value_and_a_wrong_gradient(rule: str) -> None:
    network, told = made([Dense(3, "tanh"), Dense(2)], "mean_squared_error", optimizer=rule)
    assert judge(network, told, "W1_new", told.before["W1"], decimals=8).code == "not_updated"
    assert judge(network, told, "W1_new", told.before["W1"] - told.gradients["W1"], decimals=8).code == "no_eta"
    if rule != "sgd":
        plain = told.before["W1"] - told.learning_rate * told.gradients["W1"]
        assert judge(network, told, "W1_new", plain, decimals=8).code == "plain_step"


def test_the_state_of_a_rule_can_be_asked_for() -> None:
    network, told = made([Dense(2)], "half_squared_error", optimizer="adam")
    assert judge(network, told, "m_W1_new", told.slots_after["m"]["W1"]).right
    assert judge(network, told, "v_b1_new", told.slots_after["v"]["b1"]).right
    network, told = made([Dense(2)], "half_squared_error", optimizer="adagrad")
    assert judge(network, told, "s_W1_new", told.slots_after["accumulator"]["W1"]).right
    assert not judge(network, told, "s_W1_new", told.slots_before["accumulator"]["W1"]).right


def test_a_new_value_is_judged_by_its_change() -> None:
    """With a small η old and new lie close together: the old one must not pass for the new one."""
    network, told = made([Dense(2)], "half_squared_error", learning_rate=1e-3)
    assert judge(network, told, "W1_new", told.before["W1"], decimals=6).code == "not_updated"
    assert judge(network, told, "W1_new", np.round(told.after["W1"], 6), decimals=6).right


def test_a_zero_is_right_where_rounding_left_something_of_it() -> None:
    network, told = made([Dense(3), BatchNormalization(), Dense(1)], "half_squared_error")
    assert np.abs(told.value("db1")).max() > 0.0
    assert judge(network, told, "db1", [0, 0, 0]).right


def test_what_is_not_finite_is_not_right_by_accident() -> None:
    network, told = made([Dense(1)], "half_squared_error", update=3, learning_rate=1e160)
    assert not judge(network, told, "W1_new", np.zeros_like(told.after["W1"])).right


def test_of_a_batch_of_jacobians_one_is_asked_for() -> None:
    network, told = made([Dense(3, "softmax"), Dense(1)], "half_squared_error")
    J = told.value("g_prime1")
    assert judge(network, told, "g_prime1", J[1], example=1).right
    assert judge(network, told, "g_prime1", J[1] * np.eye(3), example=1).code == "diagonal_only"
    assert not judge(network, told, "g_prime1", J[1]).right


def test_an_unknown_part() -> None:
    with pytest.raises(KeyError):
        judge(*worked(), "dW7", 1.0)


def test_sentences_are_sentences() -> None:
    for code, text in SENTENCES.items():
        shown = text.format("∂L/∂W¹", "W²", "2 × 2")
        assert shown[0].isupper() or shown[0] in "∂βγεα"
        assert shown.endswith("."), code
        assert "!" not in shown


def test_every_rule_has_a_sentence_and_a_name() -> None:
    for rules in RULES.values():
        for rule in rules:
            assert rule.code in SENTENCES
            assert rule.code in NAMES
    assert set(SENTENCES) <= set(NAMES)


@pytest.mark.parametrize(
    ("symbol", "code", "wrong"),
    [
        ("a1", "no_activation", lambda t: t.value("z1")),
        ("a1", "slope_for_output", lambda t: t.value("g_prime1")),
        ("a1", "sign_in_exponent", lambda t: t.value("z1") / (1 + np.exp(t.value("z1")))),
        ("dz1", "no_slope", lambda t: t.value("da1")),
        ("dz1", "output_for_slope", lambda t: t.value("da1") * t.value("a1")),
        ("dW1", "no_slope", lambda t: t.value("da1") @ t.value("x").T),
        ("da1", "new_weights", lambda t: t.after["W2"].T @ t.value("dz2")),
    ],
)
def test_slips_with_a_new_activation(
    symbol: str, code: str, wrong: Callable[[UpdateTrace], Any], declared: str
) -> None:
    network, told = made([Dense(3, declared), Dense(2)], "mean_squared_error", learning_rate=0.3)
    for part in told.parts:
        assert judge(network, told, part, as_rows(part.value)).right
    assert judge(network, told, symbol, as_rows(wrong(told)), decimals=6).code == code


@pytest.mark.parametrize(
    ("symbol", "code", "wrong"),
    [
        ("mu1", "sum_for_mean", lambda t: 3 * t.value("mu1")),
        ("var1", "unbiased_variance", lambda t: 1.5 * t.value("var1")),
        ("x_hat1", "not_centred", lambda t: t.value("x_hat1") * t.value("a1") / (t.value("a1") - t.value("mu1"))),
        ("n1", "no_gamma", lambda t: t.value("x_hat1") + t.before["beta1"][:, None]),
        ("da1", "fixed_statistics", lambda t: t.value("dx_hat1") / np.sqrt(t.value("var1") + 0.1)),
    ],
)
def test_slips_with_layer_normalisation(symbol: str, code: str, wrong: Callable[[UpdateTrace], Any]) -> None:
    network, told = made([Dense(3), LayerNormalization(epsilon=0.1), Dense(1)], "half_squared_error")
    verdict = judge(network, told, symbol, as_rows(wrong(told)), decimals=6)
    assert verdict.code == code
    assert "example" not in verdict.text


def test_a_fault_is_told_with_what_it_is_about() -> None:
    network, told = made([Dense(3, "tanh"), Dense(3, "tanh"), Dense(3, "tanh"), Dense(2)], "mean_squared_error")
    dz3 = told.value("dz4").T @ told.after["W4"]
    assert "old W⁴" in judge(network, told, "da3", dz3.T, decimals=8).text


def test_the_old_state_of_a_rule_is_not_its_new_one() -> None:
    network, told = made([Dense(2)], "half_squared_error", optimizer="adam")
    assert judge(network, told, "m_W1_new", told.slots_before["m"]["W1"], decimals=8).code == "not_updated"
