"""Drawings of Explore: histograms, ridges, neurons as images, and the way of a weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui_ann.session.explore.histograms import BINS, LayerHistograms, NetworkHistograms, Ridge, Spread
from tui_ann.session.explore.neuron_images import NeuronImages
from tui_ann.text.symbols import require_brackets
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.layer_histograms import SpreadInk, draw_layers, draw_ridge, draw_spread, rebinned
from tui_ann.tui.draw.neuron_images import columns_of, draw_neuron_detail, draw_neurons, rows_shown
from tui_ann.tui.draw.weight_way import WayInk, draw_way

RNG = np.random.default_rng(0)


def spread(low: float = -2.0) -> Spread:
    return Spread(low, 2.0, RNG.integers(0, 3, BINS))


def layer(number: int, flat: float = 0.2) -> LayerHistograms:
    now = {"z": spread(), "a": spread(0.0), "dlz": spread()}
    return LayerHistograms(number, "tanh", 32, now, dict(now), flat, 0.0, 0.01 * number)


def layers(many: int, update: int = 5) -> NetworkHistograms:
    return NetworkHistograms(tuple(layer(number) for number in range(1, many + 1)), 256, 300, update)


@given(arrays(np.int64, st.integers(1, 70), elements=st.integers(0, 1000)), st.integers(1, 90))
def test_another_number_of_bins_keeps_the_sum(counts, bins):
    assert rebinned(counts, bins).sum() == counts.sum()
    np.testing.assert_array_equal(rebinned(counts, len(counts)), counts)


@given(
    st.sets(st.integers(0, BINS - 1), min_size=1, max_size=4),
    st.integers(1, 90),
    st.integers(4, 150),
    st.integers(1, 4),
)
def test_bars_of_equal_counts_have_equal_heights_and_the_width_of_a_column(places, many, room, tall):
    apart = [place for place in sorted(places) if all(abs(place - other) > BINS / room for other in places - {place})]
    counts = np.zeros(BINS, np.int64)
    counts[apart] = many
    cells = Cells(room, tall)
    draw_spread(cells, 0, tall - 1, Spread(-1.0, 1.0, counts), room, tall)
    lines = [line.ljust(room) for line in cells.plain().splitlines()]
    bars = ["".join(column) for column in zip(*lines, strict=True)]
    assert [bar for bar in bars if bar.strip()] == ["█" * tall] * len(apart)


@pytest.mark.parametrize("many", [1, 2, 3, 8])
@pytest.mark.parametrize("size", [(67, 28), (49, 13), (60, 45)], ids=str)
def test_a_large_picture_has_a_block_for_each_layer_that_fits(many, size):
    text = draw_layers(layers(many), {"W1": [(1, 0.1), (5, 0.02)]}, 1, *size).plain()
    assert "▸layer 1 · tanh · 32 units" in text
    assert "z¹" in text
    assert "∂l/∂z¹" in text
    assert "‖ΔW¹‖/‖W¹‖ 0.02" in text


@pytest.mark.parametrize("size", [(67, 28), (44, 17), (32, 8)], ids=str)
def test_strips_leave_room_for_symbols_in_brackets(size):
    require_brackets(True)
    try:
        text = draw_layers(layers(2), {}, 1, *size).plain()
    finally:
        require_brackets(False)
    for symbol in ("z^[1]", "a^[1]", "∂l/∂z^[1]", "∂l/∂z^[2]"):
        assert symbol in text


def test_the_chosen_layer_of_a_deep_network_is_seen():
    for number in range(1, 9):
        assert f"▸layer {number} ·" in draw_layers(layers(8), {}, number, 67, 20).plain()


def test_the_start_is_drawn_dimmer_and_not_before_the_first_update():
    later, begun = draw_layers(layers(2), {}, 1, 67, 28), draw_layers(layers(2, update=0), {}, 1, 67, 28)
    assert (later.inks == SpreadInk.OLD_POSITIVE).any()
    assert "start" in later.plain()
    assert not (begun.inks == SpreadInk.OLD_POSITIVE).any()
    assert "start" not in begun.plain()


def test_a_narrow_picture_has_lines_for_values_gradients_and_flat_slopes():
    text = draw_layers(layers(2), {}, 1, 32, 8).plain().splitlines()
    assert [line.split()[0] for line in text[:4]] == ["z¹", "a¹", "z²", "ŷ"]
    assert "rms ∂l/∂z¹" in text[4]
    assert text[-1].strip() == "slope < 0.1: z¹ 20 %"


def test_values_that_are_all_zero_are_said_to_be():
    counts = np.zeros(BINS, np.int64)
    counts[0] = 300
    zero, other = Spread(0.0, 1.0, counts), Spread(0.0, 1.0, np.ones(BINS, np.int64))
    now = {"z": zero, "a": other, "dlz": spread()}
    found = NetworkHistograms((LayerHistograms(1, "relu", 32, now, dict(now), 1.0, 0.0, 0.01),), 256, 300, 5)
    z, a = draw_layers(found, {}, 1, 67, 28).plain().split("a¹")
    assert "all 0" in z
    assert "0…1" in a


def test_values_of_which_none_is_finite_have_no_axis():
    none = Spread(-1.3, 1.3, np.zeros(BINS, np.int64))
    found = NetworkHistograms(
        (LayerHistograms(1, "relu", 32, {"z": none}, {"z": spread()}, 1.0, 0.0, np.nan),), 9, 9, 5
    )
    text = draw_layers(found, {}, 1, 67, 28).plain()
    assert "∞ or NaN" in next(line for line in text.splitlines() if line.startswith(" z¹"))
    assert "±1.3" not in text


def test_a_layer_that_is_mostly_flat_is_pointed_out_but_not_the_output():
    bad = NetworkHistograms((layer(1, 0.8), layer(2, 0.99)), 256, 300, 5)
    cells = draw_layers(bad, {}, 1, 67, 28)
    rows = {row for row, _ in zip(*np.nonzero(cells.inks == SpreadInk.WARNING), strict=True)}
    assert rows == {0}


def test_a_ridge_names_its_epochs_or_the_updates_within_one():
    found = Ridge("z", 2, (0, 10, 20), (0, 100, 200), tuple(spread() for _ in range(3)), 256)
    text = draw_ridge(found, 60, 16).plain()
    assert all(f"epoch {epoch}" in text for epoch in (0, 10, 20))
    assert "z² 2" in text
    within = Ridge("a", 1, (0, 0, 1), (0, 5, 11), found.spreads, 256)
    assert "update 5" in draw_ridge(within, 60, 16).plain()


def images(side: int = 8, units: int = 64, classes: int = 10) -> NeuronImages:
    names = tuple(str(k) for k in range(classes))
    return NeuronImages(
        side, np.arange(units), RNG.normal(size=(units, side, side)), np.linspace(9, 1, units),
        RNG.normal(size=(units, side, side)), RNG.uniform(size=units), RNG.normal(size=(units, classes)), names,
        tuple(("3", "9") for _ in range(units)), 500,
    )  # fmt: skip


@pytest.mark.parametrize("shades", [False, True], ids=["colours", "shades"])
@pytest.mark.parametrize("side", [4, 8, 28])
def test_as_many_neurons_as_fit_are_drawn_with_their_names(side, shades):
    width, height = 86, 30
    text = draw_neurons(images(side), 0, 1, width, height, shades).plain()
    size = side, width, height, shades
    assert text.count("n") == min(64, columns_of(*size) * rows_shown(*size))
    assert "▸n₂" in text


@pytest.mark.parametrize("detail", [False, True])
def test_with_few_colours_every_row_of_pixels_is_a_line_of_its_own(detail):
    found = images(8)
    found.weights[0] = np.repeat([[1.0], [-1.0]] * 4, 8, axis=1)  # stripes
    cells = draw_neuron_detail(found, 0, 28, 28, True) if detail else draw_neurons(found, 0, 0, 86, 30, True)
    assert [line[:16].ljust(16) for line in cells.plain().splitlines()[:8]] == ["█" * 16, " " * 16] * 4


@pytest.mark.parametrize("height", [27, 28])
def test_the_ways_on_to_all_ten_classes_are_seen_beside_both_images(height):
    text = draw_neuron_detail(images(8), 3, 28, height, False).plain()
    assert "it fire" in text
    assert [line.split()[0] for line in text.strip().splitlines()[-10:]] == [str(k) for k in range(10)]


def test_one_neuron_is_large_with_what_it_leads_to():
    text = draw_neuron_detail(images(), 3, 28, 29, False).plain()
    assert "n₄ weights" in text
    assert "it fire" in text
    assert [line.split()[0] for line in text.strip().splitlines()[-10:]] == [str(k) for k in range(10)]


def test_a_low_window_keeps_the_weights_and_the_largest_ways_on():
    text = draw_neuron_detail(images(), 3, 28, 14, True).plain()
    assert "n₄ weights" in text
    assert "leads on to" in text


def test_the_way_of_a_weight_begins_and_ends_where_it_should():
    updates, values = np.array([0.0, 50.0, 100.0]), np.array([1.0, 0.0, -1.0])
    cells = draw_way(updates, values, 60, 10)
    curve = np.nonzero(cells.inks == WayInk.CURVE)
    assert curve[0][np.argmin(curve[1])] < curve[0][np.argmax(curve[1])], "it falls"
    assert (cells.codes == ord("◆")).sum() == 1
    assert "100" in cells.plain().splitlines()[-1]


@given(
    arrays(float, 12, elements=st.floats(allow_nan=True, allow_infinity=True)), st.integers(0, 80), st.integers(0, 12)
)
def test_any_way_can_be_drawn_at_any_size(values, width, height):
    cells = draw_way(np.arange(12.0), values, width, height)
    assert cells.codes.shape == (height, width)
