"""Equations in bands: side by side if they fit, else one band a side, and no product goes on in a shifted band."""

import numpy as np
import pytest

from tests.engine.tracing import symmetric
from tui_ann.export.worked.builder import step_of
from tui_ann.export.worked.nodes import Item, MatrixNode, Row, WordsNode, row
from tui_ann.export.worked.reading import Reading
from tui_ann.text import cell_width
from tui_ann.tui.draw.bands import Bands
from tui_ann.tui.draw.formula import formula_lines

WIDE, SQUARE = MatrixNode(np.full((1, 4), -0.1234)), MatrixNode(np.full((4, 4), -0.5678))
LEFT: Row = row("z2")


def test_all_stands_on_one_band_if_it_fits():
    lines = Bands(4, 140).equations(LEFT, [row(WIDE, "·", SQUARE), row(WIDE)])
    assert len(lines) == 4
    assert lines[1].startswith("z² = [−0.1234")
    assert lines[1].endswith("= [−0.1234 −0.1234 −0.1234 −0.1234]")


def test_else_each_side_has_its_band():
    lines = Bands(4, 80).equations(LEFT, [row(WIDE, "·", SQUARE), row(WIDE)])
    assert lines[-1] == "   = [−0.1234 −0.1234 −0.1234 −0.1234]"
    assert "…" not in "".join(lines)


def test_else_each_factor_stands_behind_its_sign_and_nothing_is_left_out():
    lines = Bands(4, 46).equations(LEFT, [row(WIDE, "·", SQUARE, "+", 0), row(WIDE)])
    assert lines[0] == "z² = [−0.1234 −0.1234 −0.1234 −0.1234]"
    assert [line.strip()[0] for line in lines[1:]] == ["⎡", "·", "⎢", "⎣", "="]
    assert "…" not in "".join(lines)


def test_a_large_matrix_is_elided_and_says_its_shape():
    large = MatrixNode(np.arange(30 * 40.0).reshape(30, 40))
    lines = Bands(4, 60, 6).equations(LEFT, [row(large, "·", large), row(large)])
    assert all(cell_width(line) <= 60 for line in lines)
    assert "30×40" in "".join(lines)
    assert "⋮" in "".join(lines)


@pytest.mark.parametrize("width", [30, 46, 60, 90])
def test_a_long_sum_is_broken_before_a_sign(width):
    summed: list[Item] = [0.5]
    for number in range(9):
        summed += ["+", 0.1234 + number, "·", -0.5]
    terms = row("z1", "=", *summed, "=", 7)
    lines = Bands(4, width).lines(terms)
    assert all(cell_width(line) <= width for line in lines)
    assert not any(line.endswith(("·", "+")) for line in lines)


@pytest.mark.parametrize("width", [40, 56, 70])
def test_a_long_formula_is_broken_outside_of_its_brackets(width):
    text = "L = (1/4) · (0.12 · (0.3 − 0.5)² + 0.34) + g(0.1 · 0.2 + 0.3 · 0.4, 0.5) + (0.1 − 0.2)² + h(1, 2)"
    lines = Bands(4, width).lines(row(WordsNode(text)))
    assert " ".join(line.strip() for line in lines) == text
    assert all(cell_width(line) <= width for line in lines)
    assert all(line.count("(") == line.count(")") for line in lines)
    assert len(lines) > 1


def test_inside_of_brackets_it_is_broken_at_their_outermost_sign_or_after_a_comma():
    text = "max(0.1234 · (0.5 + 0.25), 0.1234 · (0.5 + 0.125), 0.75)"
    assert [line.strip() for line in Bands(4, 30).lines(row(WordsNode(text)))] == [
        "max(0.1234 · (0.5 + 0.25),",
        "0.1234 · (0.5 + 0.125),",
        "0.75)",
    ]


def test_the_weights_of_exclusive_or_are_whole_in_a_narrow_pane():
    network, told = symmetric(2)
    step = step_of(Reading(network, told), told.part("z2"))
    lines = [line.text for line in formula_lines([step], 46, 4, sentence="Neurons sum.")]
    assert lines[0] == "Neurons sum."
    assert "…" not in "".join(lines)
    assert any(line.strip().startswith("z² = [") and line.endswith("]") for line in lines)


def test_in_a_wide_pane_all_matrices_stand_side_by_side():
    large = MatrixNode(np.full((6, 12), -0.1234))
    lines = Bands(4, 130).equations(LEFT, [row(large, "·", large), row(large)])
    assert len(lines) == 6
    assert sum(line.count("6×12") for line in lines) == 3
