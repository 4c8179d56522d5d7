"""A symbol is spelled the same wherever it is read, on a terminal, in LaTeX and in ASCII."""

import pytest

from tui_ann.text.symbols import parameter_symbol, spelled, spelled_formula


@pytest.mark.parametrize(
    ("name", "unicode", "latex", "ascii_"),
    [
        ("x", "x", "x", "x"),
        ("W1", "W¹", "W^{[1]}", "W[1]"),
        ("b12", "b¹²", "b^{[12]}", "b[12]"),
        ("da2", "∂L/∂a²", r"\frac{\partial L}{\partial a^{[2]}}", "dL/da[2]"),
        ("dx", "∂L/∂x", r"\frac{\partial L}{\partial x}", "dL/dx"),
        ("d1", "d¹", "d^{[1]}", "d[1]"),
        ("dd1", "∂L/∂d¹", r"\frac{\partial L}{\partial d^{[1]}}", "dL/dd[1]"),
        ("g_prime1", "∂a¹/∂z¹", r"\frac{\partial a^{[1]}}{\partial z^{[1]}}", "da[1]/dz[1]"),
        ("dR3", "∂R/∂W³", r"\frac{\partial R}{\partial W^{[3]}}", "dR/dW[3]"),
        ("dgamma1", "∂L/∂γ¹", r"\frac{\partial L}{\partial \gamma^{[1]}}", "dL/dgamma[1]"),
        ("W1_new", "new W¹", r"W_{\mathrm{new}}^{[1]}", "new W[1]"),
        ("v_W1", "v(W¹)", "v_{W^{[1]}}", "v(W[1])"),
        ("v_W1_new", "new v(W¹)", r"v_{W^{[1]}}^{\mathrm{new}}", "new v(W[1])"),
        ("x_hat1", "x̂¹", r"\hat{x}^{[1]}", "x_hat[1]"),
        ("var1", "σ²₁", r"(\sigma^{[1]})^2", "var[1]"),
        ("moving_mean2", "μ̄²", r"\bar\mu^{[2]}", "moving_mean[2]"),
        ("moving_mean2_new", "new μ̄²", r"\bar\mu_{\mathrm{new}}^{[2]}", "new moving_mean[2]"),
        ("eta", "η", r"\eta", "eta"),
        ("L", "L", "L", "L"),
        ("mean radius", "mean radius", "mean radius", "mean radius"),
    ],
)
def test_spelled(name: str, unicode: str, latex: str, ascii_: str) -> None:
    assert (spelled(name), spelled(name, "latex"), spelled(name, "ascii")) == (unicode, latex, ascii_)


@pytest.mark.parametrize(
    ("name", "index", "example", "unicode", "latex"),
    [
        ("W1", (2, 3), None, "W¹₂₃", "W_{23}^{[1]}"),
        ("W1", (12, 3), None, "W¹₁₂,₃", "W_{12,3}^{[1]}"),
        ("z2", (1,), 4, "z²₁⁽⁴⁾", "z_{1}^{[2](4)}"),
        ("x", (1,), None, "x₁", "x_{1}"),
        ("dW1", (1, 2), None, "∂L/∂W¹₁₂", r"\frac{\partial L}{\partial W_{12}^{[1]}}"),
        ("var1", (2,), None, "σ²₁,₂", r"(\sigma_{2}^{[1]})^2"),
        ("W1_new", (1, 2), None, "new W¹₁₂", r"W_{12,\mathrm{new}}^{[1]}"),
        ("l", (), 3, "l⁽³⁾", "l^{(3)}"),
    ],
)
def test_an_entry(name: str, index: tuple[int, ...], example: int | None, unicode: str, latex: str) -> None:
    assert spelled(name, index=index, example=example) == unicode
    assert spelled(name, "latex", index=index, example=example) == latex


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("W2ᵀ dz2", "W²ᵀ ∂L/∂z²"),
        ("da2 ⊙ g_prime2", "∂L/∂a² ⊙ ∂a²/∂z²"),
        ("gamma1/√(var1 + ε) (dn1 − 1/n dbeta1)", "γ¹/√(σ²₁ + ε) (∂L/∂n¹ − 1/n ∂L/∂β¹)"),
        ("1/0.5 with probability 0.5, else 0", "1/0.5 with probability 0.5, else 0"),
        ("1e-07 + W1", "1e-07 + W¹"),
        ("dW1 + dR1", "∂L/∂W¹ + ∂R/∂W¹"),
    ],
)
def test_a_formula_of_the_tape(formula: str, shown: str) -> None:
    assert spelled_formula(formula) == shown


def test_parameters_are_spelled_alike() -> None:
    for name in ("W1", "b2", "alpha3", "gamma1", "beta1"):
        assert parameter_symbol(name) == spelled(name)
    assert [parameter_symbol("moving_mean1"), parameter_symbol("moving_var2")] == ["μ¹", "σ²₂"]
