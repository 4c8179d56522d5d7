"""Maps as half blocks and as shades, with marks on them, and the network whose units are maps."""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.draw.test_network import network
from tui_ann.tui.draw.cells import BLANK, Cells
from tui_ann.tui.draw.maps import (
    BY_CLASS,
    DEPTHS,
    DIVERGING,
    SCALES,
    SEQUENTIAL,
    STEPS,
    class_levels,
    draw_map,
    levels_of,
)
from tui_ann.tui.draw.network_drawing import unit_code
from tui_ann.tui.draw.network_maps import NetworkMaps, draw_network_maps, place_maps
from tui_ann.tui.draw.plane_axes import CROSS, AxisView, PlaneView, draw_plane_view
from tui_ann.tui.draw.plane_picture import MapMarks, PlanePicture, draw_plane, unit_picture


def test_levels_run_from_the_lowest_to_the_highest() -> None:
    values = np.array([-5.0, -1.0, 0.0, 1.0, 5.0, np.nan, np.inf])
    assert levels_of(values, -1.0, 1.0).tolist() == [1, 1, 9, STEPS, STEPS, 0, 0]


def test_classes_have_hues_and_depths() -> None:
    levels = class_levels(np.array([0, 1, 6]), np.array([0.34, 1.0, 1.0]), 1 / 3)
    assert levels.tolist() == [1, 2 * DEPTHS, DEPTHS]


def test_the_inks_of_the_scales_do_not_overlap() -> None:
    for scale, following in pairwise(SCALES):
        last = scale.cross(scale.levels)
        assert last == scale.end - 1 < following.start
    every = {int(scale.halves(np.asarray(a), np.asarray(b))) for scale in SCALES for a in (0, 1) for b in (0, 1)}
    assert len(every) == 4 * len(SCALES)


@given(st.integers(0, 5), st.integers(0, 7), st.integers(1, 6), st.integers(1, 4))
def test_a_map_may_begin_in_the_middle_of_a_cell(x: int, top: int, high: int, wide: int) -> None:
    cells = Cells(12, 8)
    levels = np.arange(1, high * wide + 1).reshape(high, wide) % STEPS + 1
    draw_map(cells, x, top, levels, DIVERGING)
    for row in range(16):
        for column in range(12):
            ink = int(cells.inks[row // 2, column])
            inside = top <= row < top + high and x <= column < x + wide
            if not inside:
                continue
            upper, lower = divmod(ink - DIVERGING.start, DIVERGING.levels + 1)
            assert (lower if row % 2 else upper) == levels[row - top, column - x]


def test_what_is_not_finite_is_left_out() -> None:
    cells = Cells(2, 1)
    draw_map(cells, 0, 0, levels_of(np.full((2, 2), np.nan), 0, 1), DIVERGING)
    assert (cells.codes == BLANK).all()
    assert not cells.inks.any()


def test_shades_where_there_are_few_colours() -> None:
    cells = Cells(5, 1)
    values = np.linspace(-1, 1, 5)[None].repeat(2, axis=0)
    draw_plane(cells, 0, 0, 5, 2, unit_picture(values), few=True)
    assert cells.plain() == " ░▒▓█"


@pytest.mark.parametrize("few", [True, False])
def test_several_classes_are_told_apart_by_more_than_colour(few: bool) -> None:
    codes = np.repeat(np.arange(3), 2)[None].repeat(2, axis=0)
    picture = PlanePicture(
        class_levels(codes, np.ones((2, 6)), 1 / 3), np.ones((2, 6)), BY_CLASS, MapMarks(), "abc", codes
    )
    cells = Cells(6, 1)
    draw_plane(cells, 0, 0, 6, 2, picture, few=few)
    assert cells.plain() == ("  ░░▒▒" if few else "")
    assert len(set(cells.inks[0].tolist())) == (1 if few else 3)


@pytest.mark.parametrize("many", [3, 10])
def test_the_areas_of_classes_are_named_where_no_point_is_if_there_are_few_colours(many: int) -> None:
    codes = np.repeat(np.arange(many), 5)[None].repeat(12, axis=0)
    values = np.ones(codes.shape)
    points = MapMarks(
        np.array([0.001]), np.array([0.999]), np.array([ord("7")], np.uint32), np.zeros(1, int), np.ones(1, bool)
    )
    picture = PlanePicture(class_levels(codes, values, 0.1), values, BY_CLASS, points, "0123456789"[:many], codes)
    cells = Cells(5 * many, 6)
    draw_plane(cells, 0, 0, 5 * many, 12, picture, few=True)
    text = cells.plain()
    assert text[0] == "7", "the point"
    assert text.count("7") - text.count("(7)") == 1, "no area looks like a point"
    for name in range(many):
        assert f"({name})" in text
    assert ("·" in text) == (many > 5), "many classes have borders, others shades"


@given(st.floats(0, 0.999), st.floats(0.001, 1.0))
def test_a_mark_is_in_the_cell_of_its_place(across: float, upwards: float) -> None:
    one = np.ones(1, np.int64)
    marks = MapMarks(np.array([across]), np.array([upwards]), np.array([ord("●")], np.uint32), one, one > 1)
    cells = Cells(30, 10)
    draw_plane(cells, 0, 0, 30, 20, replace(unit_picture(np.zeros((4, 4))), marks=marks), few=False)
    rows, columns = np.nonzero(cells.codes == ord("●"))
    assert columns.tolist() == [int(across * 30)]
    assert rows.tolist() == [int(np.floor((1 - upwards) * 10))]


def _view(curve: np.ndarray | None = None) -> PlaneView:
    values = np.linspace(0, 1, 40)[None].repeat(20, axis=0)
    picture = PlanePicture(levels_of(values, 0, 1), values, SEQUENTIAL)
    return PlaneView(AxisView("age", 20, 60), AxisView("income", 0, 1e5), picture, [("○ no", 0)], "z¹ 1", curve)


def test_axes_have_numbers_names_and_a_cross() -> None:
    cells, area = draw_plane_view(_view(), 60, 20, (0.5, 0.5), few=True)
    text = cells.plain()
    assert all(word in text for word in ("age", "income", "20", "40", CROSS, "○ no", "z¹ 1"))
    column, row = area.cell(0.5, 0.5)
    assert chr(int(cells.codes[row, column])) == CROSS
    place = area.place(column, row)
    assert place is not None
    assert area.cell(*place) == (column, row)
    assert area.place(0, 0) is None


def test_a_curve_rises_where_its_values_do() -> None:
    cells, area = draw_plane_view(_view(np.linspace(0, 1, 30)), 60, 20, None, few=False)
    rows, columns = np.nonzero(cells.codes >= 0x2800)
    assert rows[columns == columns.min()].min() > rows[columns == columns.max()].max()
    assert area.width > 40


@given(st.integers(1, 70), st.integers(1, 30), st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_size_will_do(width: int, height: int, few: bool) -> None:
    cells, _ = draw_plane_view(_view(), width, height, (1.0, 0.0), few=few)
    assert cells.codes.shape == (height, width)


def _maps(*sizes: int) -> NetworkMaps:
    rng = np.random.default_rng(1)
    units = {layer: rng.uniform(-1, 1, (n, 6, 8)) for layer, n in enumerate(sizes[1:], start=1)}
    x = np.linspace(-1, 1, 8)[None].repeat(6, axis=0)
    answer = unit_picture(rng.uniform(-1, 1, (20, 20)))
    return NetworkMaps({0: x, 1: -x}, units, answer, [("○ one  ", 0), ("● other  ", 1)], ["398 of 400 right"])


@pytest.mark.parametrize(
    ("sizes", "width", "height"),
    [((2, 8, 1), 68, 30), ((2, 32, 32, 1), 68, 30), ((2, 8, 3), 110, 44), ((2, 3, 1), 50, 12), ((2, 1), 40, 12)],
)
def test_networks_of_maps(sizes: tuple[int, ...], width: int, height: int, golden: Callable[[str], None]) -> None:
    layers, weights = network(*sizes)
    places = place_maps(layers, (0, 1), width, height)
    assert places is not None
    drawing = draw_network_maps(layers, weights, _maps(*sizes), places, width, height, few=True)
    golden(drawing.cells.plain())


def test_inputs_without_a_layer_have_no_maps() -> None:
    layers, _ = network(2, 1)
    assert place_maps(layers[:1], (0, 1), 110, 44) is None


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=3), st.integers(1, 4), st.integers(30, 130), st.integers(8, 50)
)
@settings(max_examples=60, deadline=None)
def test_units_never_overlap_and_are_thinned_evenly(hidden: list[int], outputs: int, width: int, height: int) -> None:
    layers, weights = network(2, *hidden, outputs)
    places = place_maps(layers, (0, 1), width, height)
    if places is None:
        return
    _, tall = places.tile
    for column, tops in zip(places.columns, places.tops, strict=True):
        assert 0 <= column.left <= column.right < width
        assert all(b - a > tall or len(tops) == 1 for a, b in pairwise(tops))
        gaps = np.diff(column.shown)
        if len(gaps):
            assert gaps.max() - gaps.min() <= 1
    x, top, size, high = places.answer
    assert x + size <= width
    assert top + high <= 2 * height
    drawing = draw_network_maps(layers, weights, _maps(2, *hidden, outputs), places, width, height)
    seen = set(drawing.units[drawing.units >= 0].tolist())
    assert {unit_code(column.layer, unit) for column in places.columns for unit in column.shown} <= seen


def test_a_map_of_60_by_30_cells_is_drawn_within_a_millisecond() -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(-1, 1, (60, 60))
    picture = unit_picture(values)
    cells = Cells(60, 30)
    best = np.inf
    for _ in range(20):
        begun = time.perf_counter()
        draw_plane(cells, 0, 0, 60, 60, picture, few=False)
        best = min(best, time.perf_counter() - begun)
    assert best < 0.004, f"{best * 1000:.2f} ms"
