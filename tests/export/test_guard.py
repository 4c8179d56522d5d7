"""Every formula that is printed is the one that was computed: read back and evaluated, it gives the step's value."""

import json
from typing import Any

import numpy as np
import pytest

from tests.export.cases import NAMES, Case, case, described
from tests.export.formulas import Formula
from tests.export.test_python import assert_same, run
from tui_ann.engine.activation import Activation
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.arrays import Array
from tui_ann.engine.calculus import evaluate
from tui_ann.engine.expression import Constant, Expression, expression
from tui_ann.engine.functions import Drawn, Function, exp, ln, over_units
from tui_ann.engine.kernel.opcodes import python_only
from tui_ann.engine.layers import Dense
from tui_ann.engine.losses import LOSSES, Loss
from tui_ann.engine.optimizers import ETA, OPTIMIZERS, THETA, G, Optimizer, UpdateRule
from tui_ann.engine.tape import Call
from tui_ann.export.exercise import exercise
from tui_ann.export.formats import FORMATS
from tui_ann.export.worked import solution, worked_solution
from tui_ann.export.worked.nodes import OperatorNode, Row, SymbolNode
from tui_ann.export.worked.source import NumpySource
from tui_ann.text.symbols import Symbol


def close(found: object, expected: np.ndarray, what: str) -> None:
    value = np.asarray(found)
    expected = expected[:, None] if expected.ndim == 1 and value.ndim == 2 and value.shape[1] == 1 else expected
    value = np.broadcast_to(value.squeeze(), expected.squeeze().shape)
    np.testing.assert_allclose(value, expected.squeeze(), rtol=1e-9, atol=1e-12, err_msg=what)


def check(made: Case) -> None:
    """Evaluate all that a solution prints: the last formula, the expression it was written from, and the numbers."""
    network, trace = made
    for index, step in enumerate(solution(network, trace).steps, start=2):
        if step.drawn:
            assert isinstance(step.expression, Drawn)
            continue
        assert step.expression is not None
        what, operands = f"{step.symbol} = {step.expression}", trace.operands(index)
        close(evaluate(step.expression, operands), step.value, what)
        constants = {node.symbol: node.value for node in step.expression.walk() if isinstance(node, Constant)}
        printed = Formula({**constants, **operands})
        if step.symbols and step.value.ndim < 3:
            close(printed.value(step.symbols[-1]), step.value, what)
        for numbers in step.numbers:
            if not elided(numbers):
                close(printed.value(numbers), step.value, f"{what}: {numbers}")
        for entry in step.entries:
            check_entry(entry, printed, what)


def check_entry(entry: Row, printed: Formula, what: str) -> None:
    """The numbers of an entry give the number at its end."""
    equals = [i for i, node in enumerate(entry) if node == OperatorNode("=")]
    middle, end = entry[equals[-2] + 1 : equals[-1]], entry[equals[-1] + 1 :]
    if elided(middle) or isinstance(middle[0], SymbolNode):
        return
    expected = np.asarray(printed.value(end))
    np.testing.assert_allclose(printed.value(middle), expected, rtol=1e-9, atol=1e-12, err_msg=f"{what}: {entry}")


def elided(row: Row) -> bool:
    return "…" in repr(row)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_is_what_was_computed(name: str) -> None:
    check(described(name))


@python_only
def power(z: Array, exponent: float, out: Array) -> None:
    """Put z to a power into out."""
    np.power(z, exponent, out=out)


class Cubic(Activation):
    """g(z) = z³."""

    def value(self, z: Expression, alpha: Expression) -> Expression:
        return z**3

    def derivative(self, z: Expression, a: Expression, alpha: Expression) -> Expression:
        return 3 * z**2

    def g_calls(self, z: Array, a: Array, alpha: Array) -> list[Call]:
        return [(power, (z, 3.0, a))]

    def g_prime_calls(self, z: Array, a: Array, g_prime: Array, alpha: Array) -> list[Call]:
        return [(np.multiply, (z, z, g_prime)), (np.multiply, (g_prime, 3.0, g_prime))]


class LogCosh(Loss):
    """l = Σ_j ln((e^(ŷ−y) + e^(y−ŷ))/2)."""

    def value(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        return over_units(ln((exp(y_hat - y) + exp(y - y_hat)) / 2))

    def slope(self, y_hat: Expression, y: Expression, outputs: int) -> Expression:
        return Function("tanh", (y_hat - y,))

    def per_example(self, Y: Array, outputs: Array) -> Array:
        value: Array = np.log(np.cosh(outputs - Y)).sum(axis=1)
        return value

    def gradient_calls(self, y_hat: Array, y: Array, gradient: Array, batch_size: int) -> list[Call]:
        first, *rest = super().gradient_calls(y_hat, y, gradient, batch_size)
        return [first, (np.tanh, (gradient, gradient)), *rest]


def sign_sgd(o: Optimizer) -> list[Call]:
    return [
        (np.sign, (o.gradient, o.change)),
        (np.multiply, (o.change, o.eta, o.change)),
        (np.subtract, (o.theta, o.change, o.theta)),
    ]


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """An activation, a loss and an update rule that nothing but their declaration knows."""
    monkeypatch.setitem(ACTIVATIONS, "cubic", Cubic("cubic"))
    monkeypatch.setitem(LOSSES, "log_cosh", LogCosh("log_cosh", "log-cosh", "Log-cosh"))
    rule = UpdateRule("sign_sgd", "Sign SGD", THETA - ETA * Function("sign", (G,)), sign_sgd)
    monkeypatch.setitem(OPTIMIZERS, "sign_sgd", rule)


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("examples", [1, 3])
def test_what_is_only_declared_is_printed_right_in_every_format(examples: int) -> None:
    settings: dict[str, Any] = {"batch_size": examples, "optimizer": "sign_sgd"}
    network, trace = made = case([Dense(3, "cubic"), Dense(2)], "log_cosh", **settings)
    check(made)
    texts = {format: worked_solution(network, trace, format=format) for format in FORMATS}
    for line in (
        *("a¹ = (z¹)³", "∂a¹/∂z¹ = 3 (z¹)²", "new W¹ = W¹ − η sign(∂L/∂W¹)"),
        *("l = Σⱼ ln((e^(a^[2]ⱼ − yⱼ) + e^(yⱼ − a^[2]ⱼ))/2)", "tanh(a² − y)", "log-cosh", "Sign SGD"),
    ):
        assert line in texts["text"], line
    for format in ("markdown", "latex"):
        assert r"{\left( z^{[1]} \right)}^{3}" in texts[format]
        assert r"\operatorname{sign}\left( \frac{\partial L}{\partial W^{[1]}} \right)" in texts[format]
    names, _ = run(texts["python"])
    assert_same(trace, names)
    layers = json.loads(texts["json"])["layers"]
    assert np.array_equal(np.transpose(np.atleast_2d(layers[0]["a"])), trace.value("a1"))
    sheet, _ = exercise(network, trace, parts="all")
    assert "a¹ = (z¹)³" in sheet


@pytest.mark.usefixtures("declared")
def test_what_has_no_numpy_source_is_refused() -> None:
    """A function that the script cannot write must not be printed as something else."""
    source = NumpySource({Symbol("z", 1): 2}, columns=True)
    with pytest.raises(TypeError, match="NumPy source"):
        source.of(Function("bessel", (expression(Symbol("z", 1)),)), 2)
