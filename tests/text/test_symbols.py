"""A symbol is spelled the same wherever it is read, on a terminal, in LaTeX and in ASCII."""

import pytest

from tui_ann.text.symbols import Role, Symbol, bracketed, parameter_symbol, run_sign, spelled, use_terminal_style


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
    "name",
    [
        "W1",
        "b12",
        "x",
        "dx",
        "da2",
        "dlz1",
        "g_prime1",
        "dR1",
        "dLR1",
        "W1_new",
        "v_W1",
        "v_W1_new",
        "x_hat1",
        "moving_mean1_new",
        "L",
        "eta",
        "dL",
    ],
)
def test_a_name_is_read_back(name: str) -> None:
    assert str(Symbol.parse(name)) == name


def test_a_symbol_says_what_it_is() -> None:
    dW1, velocity = Symbol.parse("dW1"), Symbol.parse("v_W1_new")
    assert (dW1.kind, dW1.number, dW1.role, dW1.is_matrix) == ("W", 1, Role.GRADIENT, True)
    assert (velocity.state, velocity.new, velocity.value) == ("v", True, Symbol("W", 1))
    assert [str(s) for s in (Symbol("a", 2).derivative, Symbol("W", 2).total_gradient)] == ["g_prime2", "dLR2"]
    assert (dW1.family, Symbol.parse("W3_new").family) == ("dW", "W_new")


def test_layers_of_a_text_are_written_in_brackets() -> None:
    assert bracketed("∂L/∂W¹ is computed with the old W²; x², (ŷ − y)²") == (
        "∂L/∂W^[1] is computed with the old W^[2]; x², (ŷ − y)²"
    )
    for name in ("W1", "dz2", "b1_new", "dW12"):
        assert bracketed(spelled(name, "raised")) == spelled(name, "brackets")


def test_parameters_are_spelled_alike() -> None:
    for name in ("W1", "b2", "alpha3", "gamma1", "beta1"):
        assert parameter_symbol(name) == spelled(name)
    assert [parameter_symbol("moving_mean1"), parameter_symbol("moving_var2")] == ["μ¹", "σ²₂"]


@pytest.mark.parametrize(
    ("name", "index", "example", "text"),
    [
        ("W2", (), None, "W^[2]"),
        ("dW1", (1, 2), None, "∂L/∂W^[1]₁₂"),
        ("a12", (3,), 4, "a^[12]₃⁽⁴⁾"),
        ("g_prime2", (), None, "∂a^[2]/∂z^[2]"),
        ("var1", (2,), None, "(σ^[1]₂)²"),
        ("v_W1_new", (), None, "new v(W^[1])"),
        ("x", (1,), None, "x₁"),
    ],
)
def test_in_brackets_as_in_the_lecture(name: str, index: tuple[int, ...], example: int | None, text: str) -> None:
    assert spelled(name, "brackets", index=index, example=example) == text


def test_a_terminal_writes_in_one_style_and_tex_in_its_own() -> None:
    use_terminal_style("brackets")
    try:
        assert spelled("W1") == parameter_symbol("W1") == "W^[1]"
        assert spelled("W1", "latex") == "W^{[1]}"
    finally:
        use_terminal_style("raised")
    assert spelled("W1") == "W¹"
    with pytest.raises(ValueError):
        use_terminal_style("latex")


def test_an_unknown_state_of_a_run_has_no_sign():
    with pytest.raises(KeyError):
        run_sign("gone")
