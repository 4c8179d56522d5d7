"""Mathematics on a terminal: matrices stand level, signs are clear, lines break at an equals sign first."""

import numpy as np
import pytest

from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import (
    Blank,
    Cases,
    Group,
    Indexed,
    Partial,
    Root,
    Row,
    Shape,
    Symbol,
    Total,
    Transposed,
    Value,
    Words,
    call,
    column,
    exponential,
    group,
    over,
    power,
    row,
)
from tui_ann.text import cell_width

W = Value(np.array([[0.5, 0.2], [0.3, -0.8], [0.6, 0.4]]))


@pytest.mark.parametrize(
    ("mathematics", "shown"),
    [
        (row("z1", "=", "W1", "x", "+", "b1"), "z¹ = W¹ x + b¹"),
        (row(0.5, "·", -1.0, "+", -0.25), "0.5 · (−1) + (−0.25)"),
        (row("z1", "=", -1.0), "z¹ = −1"),
        (row("−", over("y", "a2")), "−y/a²"),
        (row(0.5, "+", column(np.array([-2.0]))), "0.5 + (−2)"),
        (row(over(1, row(1, "+", exponential(row("−", 0.4))))), "1/(1 + e^(−0.4))"),
        (row(over(row("a1", "−", "mu1"), row(Root(row("var1", "+", "epsilon"))))), "(a¹ − μ¹)/√(σ²₁ + ε)"),
        (row(power(group("a1"), 2)), "(a¹)²"),
        (row(power("beta_1", Symbol("t"))), "β₁ᵗ"),
        (row(exponential("z1")), "e^z¹"),
        (row(call("max", 0, ",", "z1")), "max(0, z¹)"),
        (row(Cases(row("z1"), row("z1", Symbol(">"), 0), row(0.05, "·", "z1"))), "z¹ if z¹ > 0, else 0.05 · z¹"),
        (row(Transposed(Symbol("W2")), "dz2"), "W²ᵀ ∂L/∂z²"),
        (row(Partial("l", "W1", 2)), "∂l⁽²⁾/∂W¹"),
        (row(Total("j"), Indexed(Symbol("y"), "j")), "Σⱼ yⱼ"),
        (row(Group((Shape(3, 2),)), "·", Group((Shape(2, 1),)), "→", Shape(3, 1)), "(3×2) · (2×1) → 3×1"),
        (row(Group(row("W1"), "||")), "|W¹|"),
        (row(Words("so"), Symbol("L")), "so L"),
        (row(Blank(1, 1)), "________"),
        (row(Symbol("a1", (2,), 3)), "a¹₂⁽³⁾"),
    ],
)
def test_one_line(mathematics: Row, shown: str) -> None:
    assert Printer(4).lines(mathematics) == [shown]


def test_matrices_stand_level_with_their_points_aligned() -> None:
    x, b = column(np.array([1.0, 2.0])), column(np.full(3, 0.125))
    assert Printer(4).lines(row("z1", "=", W, "·", x, "+", b), indent=2) == [
        "       ⎡0.5  0.2⎤         ⎡0.125⎤",
        "  z¹ = ⎢0.3 −0.8⎥ · ⎡1⎤ + ⎢0.125⎥",
        "       ⎣0.6  0.4⎦   ⎣2⎦   ⎣0.125⎦",
    ]


def test_tall_fractions_roots_and_parentheses() -> None:
    x = column(np.array([1.0, 4.0]))
    assert Printer(4).lines(row(2, "·", over(x, row(Root(row(x, "+", 1)))), "−", group(x))) == [
        "       ⎡1⎤",
        "       ⎣4⎦",
        "2 · ────────── − ⎛⎡1⎤⎞",
        "    √⎛⎡1⎤ + 1⎞   ⎝⎣4⎦⎠",
        "     ⎝⎣4⎦    ⎠",
    ]


def test_a_long_line_breaks_at_an_equals_sign_first() -> None:
    side = row(*(item for _ in range(4) for item in ("W1", "+")), "W1")
    mathematics = row("z1", "=", side, "=", side, "=", "a1")
    assert Printer(4, 44).lines(mathematics) == [
        "z¹ = W¹ + W¹ + W¹ + W¹ + W¹",
        "   = W¹ + W¹ + W¹ + W¹ + W¹ = a¹",
    ]
    assert Printer(4, 20).lines(row("=", side)) == ["= W¹ + W¹ + W¹ + W¹", "    + W¹"]
    assert Printer(4, 24).lines(row("=", side, "=", "a1")) == ["= W¹ + W¹ + W¹ + W¹ + W¹", "= a¹"]


def test_a_large_matrix_shows_its_corners_and_its_shape() -> None:
    lines = Printer(2).lines(row("W1", "=", Value(np.arange(128 * 784.0).reshape(128, 784))))
    assert len(lines) == 10
    assert lines[0].strip().startswith("⎡")
    assert "…" in lines[0]
    assert "⋮" in lines[8]
    assert any("128×784" in line for line in lines)
    assert "100351" in lines[-1]
    assert max(map(cell_width, lines)) <= 80


def test_room_to_fill_in() -> None:
    assert Printer(4).lines(row(Blank(2, 3))) == ["⎡______ ______ ______⎤", "⎣______ ______ ______⎦"]
    assert "128×784" in Printer(4).lines(row(Blank(128, 784)))[4]


def test_decimals() -> None:
    value = Value(np.array([[1 / 3, -2e-7]]))
    assert Printer(2).lines(row(value)) == ["[0.33 −2e−7]"]
    assert Printer(6).lines(row(value)) == ["[0.333333 −2e−7]"]


def test_numbers_that_are_not_finite() -> None:
    assert Printer(4).lines(row(Value(np.array([[np.nan, np.inf]])))) == ["[– ∞]"]
