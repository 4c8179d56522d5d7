import numpy as np
import pytest

from tests.tui.tracing import traced
from tui_ann.text.symbols import Role
from tui_ann.tui.draw.network import draw_network
from tui_ann.tui.draw.network_drawing import Lit, NetworkInk
from tui_ann.tui.draw.network_layout import LayerView
from tui_ann.tui.step.numeric_check import NumericCheck
from tui_ann.tui.step.picture import Columns, lights

VIEWS = [LayerView("x", 5), LayerView("a¹", 4, "prelu"), LayerView("ŷ", 3, "softmax")]


def index_of(told, symbol):
    return next(place for place, part in enumerate(told.parts) if str(part.symbol) == symbol)


@pytest.mark.parametrize(
    ("symbol", "lit"),
    [
        ("x", Lit(frozenset({0}))),
        ("y", Lit(frozenset({2}))),
        ("z1", Lit(frozenset({0, 1}), 1)),
        ("a1", Lit(frozenset({1}))),
        ("r1", Lit(frozenset({1}))),
        ("d1", Lit(frozenset({1}))),
        ("x_hat1", Lit(frozenset({1}))),
        ("z2", Lit(frozenset({1, 2}), 2)),
        ("l", Lit(frozenset({2}))),
        ("da2", Lit(frozenset({2}), 0, True)),
        ("g_prime2", Lit(frozenset({2}), 0, True)),
        ("dW2", Lit(frozenset({1, 2}), 2, True)),
        ("db2", Lit(frozenset({2}), 0, True)),
        ("dn1", Lit(frozenset({1, 2}), 2, True)),
        ("dgamma1", Lit(frozenset({1}), 0, True)),
        ("dd1", Lit(frozenset({1}), 0, True)),
        ("da1", Lit(frozenset({1}), 0, True)),
        ("dz1", Lit(frozenset({1}), 0, True)),
        ("dR1", Lit(frozenset({0, 1}), 1, True)),
        ("W1_new", Lit(frozenset({0, 1}), 1)),
        ("b1_new", Lit(frozenset({1}))),
        ("m_W1_new", Lit(frozenset({0, 1}), 1)),
        ("m_b1_new", Lit(frozenset({1}))),
    ],
)
def test_what_a_part_speaks_of(symbol, lit):
    network, told = traced("mixed")
    assert Columns(network, told).lit(told.parts[index_of(told, symbol)]) == lit


def test_a_part_to_come_is_highlighted_without_its_numbers():
    network, told = traced("mixed")
    place = index_of(told, "dW2")
    moment = lights(VIEWS, network, told, place, told.parts[place])
    assert moment.lit == Lit(frozenset({1, 2}), 2, True)
    np.testing.assert_array_equal(moment.weights[1], told.before["W2"])


def test_units_hold_what_has_been_computed_so_far():
    network, told = traced("mixed")
    moment = lights(VIEWS, network, told, index_of(told, "a1") + 1)
    assert [view.symbol for view in moment.views] == ["x", "a¹", "ŷ"]
    assert moment.views[2].values is None
    np.testing.assert_array_equal(moment.views[1].values, told.value("a1")[:, 0])
    moment = lights(VIEWS, network, told, index_of(told, "dz2") + 1)
    assert [view.symbol for view in moment.views] == ["x", "n¹", "∂L/∂z²"]


def test_edges_hold_the_weights_their_gradient_and_the_new_ones():
    network, told = traced("mixed")
    np.testing.assert_array_equal(lights(VIEWS, network, told, 0).weights[0], told.before["W1"])
    place = index_of(told, "dW2")
    np.testing.assert_array_equal(lights(VIEWS, network, told, place + 1).weights[1], told.value("dW2"))
    np.testing.assert_array_equal(lights(VIEWS, network, told, len(told.parts)).weights[0], told.after["W1"])


def test_what_is_lit_stands_out_without_colour():
    network, told = traced("plain")
    views = [LayerView("x", 2), LayerView("a¹", 3, "tanh"), LayerView("ŷ", 1, "linear")]
    moment = lights(views, network, told, index_of(told, "z1") + 1)
    text = draw_network(moment.views, moment.weights, 60, 16, lit=moment.lit).cells.plain()
    assert text.splitlines()[0].split() == [
        "x",
        "━" * text.count("━", 0, text.index("\n")) + "▶",
        "z¹",
        "ŷ",
    ]
    assert text.count("┏") == 5
    assert text.count("╭") == 1


@pytest.mark.parametrize(("symbol", "grey"), [("y", False), ("a1", False), ("b1_new", False), ("W1_new", True)])
def test_edges_are_grey_only_beside_those_that_a_part_is_about(symbol, grey):
    network, told = traced("mixed")
    moment = lights(VIEWS, network, told, index_of(told, symbol) + 1)
    cells = draw_network(moment.views, moment.weights, 60, 20, lit=moment.lit).cells
    edges = (cells.codes >= 0x2800) & (cells.codes < 0x2900)
    assert (NetworkInk.FADED in cells.inks[edges]) == grey
    assert (cells.inks[edges] >= NetworkInk.POSITIVE).any()


def test_gradients_are_checked_by_central_differences():
    network, told = traced("mixed")
    check = NumericCheck()
    for part in told.parts:
        words = check.words(network, told, part, (0,) * part.value.ndim)
        whole = str(part.symbol.value) in told.gradients and part.symbol.role is Role.GRADIENT
        last = [other for other in told.parts if other.symbol == part.symbol][-1] is part
        assert words.endswith(" ✓") == (whole and last), part.symbol


def test_what_stands_in_the_units_is_named_above_them():
    network, told = traced("mixed")
    target = lights(VIEWS, network, told, index_of(told, "y") + 1).views[2]
    assert (target.symbol, target.heading, target.biases) == ("y", "target", None)
    output = lights(VIEWS, network, told, index_of(told, "z1") + 1).views[2]
    assert (output.symbol, output.heading) == ("ŷ", "softmax"), "the target is no output"
    summed = lights(VIEWS, network, told, index_of(told, "z1") + 1).views[1]
    assert (summed.symbol, summed.heading, summed.activation) == ("z¹", "net input", "prelu")


def test_the_units_carry_the_new_biases_once_they_are_computed():
    network, told = traced("mixed")
    place = index_of(told, "b2_new")
    before, after = (lights(VIEWS, network, told, place + done).views[2].biases for done in (0, 1))
    np.testing.assert_array_equal(before, told.before["b2"])
    np.testing.assert_array_equal(after, told.value("b2_new"))


def test_the_picture_says_that_the_units_are_older_than_the_weights_it_shows():
    network, told = traced("mixed")
    place = index_of(told, "W1_new")
    assert lights(VIEWS, network, told, index_of(told, "dW1") + 1).note == ""
    moment = lights(VIEWS, network, told, len(told.parts))
    assert place < len(told.parts)
    np.testing.assert_array_equal(moment.weights[0], told.after["W1"])
    np.testing.assert_array_equal(moment.views[2].values, told.parts[index_of(told, "a2")].clean[:, 0])
    assert moment.note == "units: before the update"
