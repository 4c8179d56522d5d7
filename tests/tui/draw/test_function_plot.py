"""The curve of an activation function: it fits, rises where it rises, and has the point where the neuron is."""

import pytest

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.text import cell_width
from tui_ann.tui.draw.function_plot import PlotInk, beside, draw_function, function_lines, has_curve
from tui_ann.tui.draw.prose import line

CURVES = [name for name in ACTIVATIONS if has_curve(name)]


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("at", [None, -1.5, 0.0, 250.0, float("nan"), float("inf")])
def test_every_curve_fits_its_sheet(name, at):
    cells = draw_function(name, None, at, 34, 11)
    assert (cells.width, cells.height) == (34, 11)
    assert (cells.inks == PlotInk.CURVE).any()
    assert ("●" in cells.plain()) == (at in (-1.5, 0.0, 250.0))


def test_the_point_lies_on_the_curve_and_is_said():
    text = draw_function("relu", None, 2.0, 40, 11).plain()
    assert "g(2) = 2" in text
    column = next(line.index("●") for line in text.splitlines() if "●" in line)
    assert column == round((2 + 4) / 8 * 39)


def test_the_axis_reaches_as_far_as_the_point():
    assert "z 12.5" in draw_function("tanh", None, -10.0, 40, 11).plain()


def test_a_softmax_has_no_curve():
    assert not has_curve("softmax")


def test_a_picture_stands_beside_lines():
    lines = beside([line("one"), line("two")], function_lines("tanh", None, 0.0, 20, 6), 1, 30)
    assert len(lines) == 7
    assert {sum(cell_width(text) for text, _ in joint) for joint in lines[1:]} == {50}
