"""Activation functions with their slopes and the net inputs of a layer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.tui.draw.activation_plot import (
    ActivationInk,
    Marks,
    curves,
    density_of,
    draw_activation,
    reach_of,
)

SIZES = [(16, 5), (33, 7), (49, 13), (67, 26)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function_has_a_curve_and_a_slope(name, size):
    cells = draw_activation(name, None, 3, 4.0, *size)
    assert (cells.inks == ActivationInk.CURVE).sum() >= 8
    assert (cells.inks == ActivationInk.SLOPE).any() or name == "linear"
    assert "z 4" in cells.plain().splitlines()[-1]


@pytest.mark.parametrize("name", [name for name, g in ACTIVATIONS.items() if g.elementwise])
def test_the_curves_are_those_of_the_engine(name):
    z = np.linspace(-5, 5, 41)
    a, slope = curves(name, 0.3, 1, z)
    np.testing.assert_array_equal(a, ACTIVATIONS[name].g(z, 0.3))
    np.testing.assert_array_equal(slope, ACTIVATIONS[name].g_prime(z, 0.3))


def test_softmax_is_drawn_for_one_unit_while_the_others_stand_at_0():
    z = np.array([-1.0, 0.0, 2.0])
    a, slope = curves("softmax", None, 4, z)
    np.testing.assert_allclose(a, np.exp(z) / (np.exp(z) + 3))
    np.testing.assert_allclose(slope, a * (1 - a))


def test_each_net_input_stands_on_the_curve():
    z = np.array([-3.0, -1.0, 0.5, 3.5])
    marks = Marks(z, np.tanh(z), chosen=2)
    cells = draw_activation("tanh", None, 4, 4.0, 65, 24, marks)
    rows, columns = np.nonzero(cells.codes == ord("◆"))
    assert len(rows) == 4
    curve = draw_activation("tanh", None, 4, 4.0, 65, 24).inks == ActivationInk.CURVE
    for row, column in zip(rows, columns, strict=True):
        assert curve[max(0, row - 1) : row + 2, column].any()
    inks = cells.inks[rows, columns].tolist()
    assert sorted(inks) == sorted(
        [ActivationInk.NEGATIVE, ActivationInk.NEGATIVE, ActivationInk.CHOSEN, ActivationInk.POSITIVE]
    )


def test_net_inputs_that_are_far_out_or_not_finite_do_not_break_it():
    marks = Marks(np.array([-1e300, np.nan, np.inf, 1e300]), np.array([-1.0, np.nan, 1.0, 1.0]))
    cells = draw_activation("tanh", None, 4, 4.0, 49, 13, marks, density_of(marks.z, 4.0, 44))
    assert (cells.codes == ord("◆")).sum() == 2


@pytest.mark.parametrize("reach", [4.0, 2e5, 2e157])
def test_the_labels_at_the_left_are_whole(reach):
    marks = Marks(np.array([-reach, reach]), np.array([-reach, reach]))
    lines = (
        draw_activation("linear", None, 2, reach, 49, 13, marks, density_of(marks.z, reach, 44)).plain().splitlines()
    )
    first = [line.split()[0].replace("−", "-") for line in lines[:-1] if not line.startswith("     ")]
    labels = [float(word) for word in first if word[-1].isdigit()]
    assert -min(labels) == max(labels) > 0


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=80), st.integers(4, 60))
def test_the_density_counts_every_net_input(values, bins):
    z = np.array(values)
    reach = reach_of(z)
    density = density_of(z, reach, bins)
    assert density.counts.sum() == len(values)
    assert reach >= min(4.0, float(np.quantile(np.abs(z), 0.99)))
