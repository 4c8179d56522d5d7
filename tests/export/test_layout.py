"""Mathematics on a terminal: matrices stand level, signs are clear, lines break at an equals sign first."""

import numpy as np
import pytest

from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import (
    BlankNode,
    CasesNode,
    FractionNode,
    FunctionNode,
    GroupNode,
    Item,
    MatrixNode,
    PartialNode,
    PowerNode,
    RootNode,
    Row,
    ShapeNode,
    SymbolNode,
    TotalNode,
    TransposedNode,
    WordsNode,
    column,
    row,
)
from tui_ann.text import cell_width
from tui_ann.text.symbols import Symbol


def over(top: Item, bottom: Item) -> FractionNode:
    return FractionNode(row(top), row(bottom))


def group(*items: Item) -> GroupNode:
    return GroupNode(row(*items))


def power(base: Item, exponent: Item) -> PowerNode:
    return PowerNode(row(base), row(exponent))


W = MatrixNode(np.array([[0.5, 0.2], [0.3, -0.8], [0.6, 0.4]]))


@pytest.mark.parametrize(
    ("mathematics", "shown"),
    [
        (row("z1", "=", "W1", "x", "+", "b1"), "z¹ = W¹ x + b¹"),
        (row(0.5, "·", -1.0, "+", -0.25), "0.5 · (−1) + (−0.25)"),
        (row("z1", "=", -1.0), "z¹ = −1"),
        (row("−", over("y", "a2")), "−y/a²"),
        (row(0.5, "·", over(-1.0, "n")), "0.5 · (−1/n)"),
        (row(0.5, "+", column(np.array([-2.0]))), "0.5 + (−2)"),
        (row(over(1, row(1, "+", power("e", row("−", 0.4))))), "1/(1 + e^(−0.4))"),
        (row(over(row("a1", "−", "mu1"), row(RootNode(row("var1", "+", "epsilon"))))), "(a¹ − μ¹)/√(σ²₁ + ε)"),
        (row(power(group("a1"), 2)), "(a¹)²"),
        (row(power("beta_1", SymbolNode(Symbol.parse("t")))), "β₁ᵗ"),
        (row(power("e", "z1")), "e^(z¹)"),
        (row(power("e", SymbolNode(Symbol("z", 2), style="brackets"))), "e^(z^[2])"),
        (row(FunctionNode("max", row(0, ",", "z1"))), "max(0, z¹)"),
        (
            row(CasesNode(row("z1"), row("z1", SymbolNode(Symbol.parse(">")), 0), row(0.05, "·", "z1"))),
            "z¹ if z¹ > 0, else 0.05 · z¹",
        ),
        (row(TransposedNode(row("W2")), "dz2"), "W²ᵀ ∂L/∂z²"),
        (row(TransposedNode(row("g_prime2")), "da2"), "(∂a²/∂z²)ᵀ ∂L/∂a²"),
        (row(over("a1", over("b1", "y"))), "a¹/(b¹/y)"),
        (row(power("e", over("z1", 2))), "e^(z¹/2)"),
        (row(PartialNode(SymbolNode(Symbol("l"), (), 2), SymbolNode(Symbol("W", 1)))), "∂l⁽²⁾/∂W¹"),
        (row(TotalNode("j"), SymbolNode(Symbol("y"), ("j",))), "Σⱼ yⱼ"),
        (
            row(GroupNode((ShapeNode(3, 2),)), "·", GroupNode((ShapeNode(2, 1),)), "→", ShapeNode(3, 1)),
            "(3×2) · (2×1) → 3×1",
        ),
        (row(GroupNode(row("W1"), "||")), "|W¹|"),
        (row(WordsNode("so"), SymbolNode(Symbol.parse("L"))), "so L"),
        (row(BlankNode(1, 1)), "________"),
        (row(SymbolNode(Symbol.parse("a1"), (2,), 3)), "a¹₂⁽³⁾"),
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
    assert Printer(4).lines(row(2, "·", over(x, row(RootNode(row(x, "+", 1)))), "−", group(x))) == [
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
    lines = Printer(2).lines(row("W1", "=", MatrixNode(np.arange(128 * 784.0).reshape(128, 784))))
    assert len(lines) == 10
    assert lines[0].strip().startswith("⎡")
    assert "…" in lines[0]
    assert "⋮" in lines[8]
    assert any("128×784" in line for line in lines)
    assert "100351" in lines[-1]
    assert max(map(cell_width, lines)) <= 80


def test_room_to_fill_in() -> None:
    assert Printer(4).lines(row(BlankNode(2, 3))) == ["⎡______ ______ ______⎤", "⎣______ ______ ______⎦"]
    assert "128×784" in Printer(4).lines(row(BlankNode(128, 784)))[4]


def test_decimals() -> None:
    value = MatrixNode(np.array([[1 / 3, -2e-7]]))
    assert Printer(2).lines(row(value)) == ["[0.33 −2e−7]"]
    assert Printer(6).lines(row(value)) == ["[0.333333 −2e−7]"]


def test_numbers_that_are_not_finite() -> None:
    assert Printer(4).lines(row(MatrixNode(np.array([[np.nan, np.inf]])))) == ["[– ∞]"]
