from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.text import cell_width
from tui_ann.tui.draw.network import draw_network
from tui_ann.tui.draw.network_drawing import LEVELS, NetworkInk, unit_code
from tui_ann.tui.draw.network_layout import LayerView, labels, place


def network(
    *sizes: int, values: bool = True, names: tuple[str, ...] = (), outputs: tuple[str, ...] = (), note: str = ""
) -> tuple[list[LayerView], list[np.ndarray]]:
    rng = np.random.default_rng(sum(sizes))
    layers = []
    for index, units in enumerate(sizes):
        last = index == len(sizes) - 1
        symbol = "x" if index == 0 else "ŷ" if last else "a" + "⁰¹²³⁴⁵⁶⁷⁸⁹"[index % 10]
        activation = "" if index == 0 else "sigmoid" if last else "relu"
        layers.append(
            LayerView(
                symbol,
                units,
                activation,
                note if index == 1 else "",
                rng.normal(size=units) if values else None,
                names=names if index == 0 else outputs if last else (),
            )
        )
    weights = [rng.normal(size=(after, before)) for before, after in pairwise(sizes)]
    return layers, weights


CASES = {
    "worked-example-40x15": (network(2, 3, 1), 40, 15),
    "worked-example-70x20": (network(2, 3, 1, names=("age", "income")), 70, 20),
    "worked-example-20x6": (network(2, 3, 1), 20, 6),
    "breast-cancer-60x16": (network(30, 16, 1, names=tuple(f"mean radius {n}" for n in range(30))), 60, 16),
    "iris-78x18": (
        network(4, 8, 3, names=("length", "width", "l", "w"), outputs=("setosa", "versicolor", "v")),
        78,
        18,
    ),
    "digits-120x40": (network(64, 32, 16, 10), 120, 40),
    "digits-200x50": (network(64, 32, 16, 10, note="dropout 50 %"), 200, 50),
    "mnist-50x12": (network(784, 128, 10, values=False), 50, 12),
    "deep-40x12": (network(2, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1), 40, 12),
    "one-unit-30x8": (network(1, 1), 30, 8),
    "wide-names-50x12": (network(3, 2, names=("日本語の列", "価格", "🙂"), outputs=("良い", "悪い")), 50, 12),
    "small-19x5": (network(30, 16, 1), 19, 5),
}


@pytest.mark.parametrize("case", CASES)
def test_pictures(case: str, golden: Callable[[str], None]) -> None:
    (layers, weights), width, height = CASES[case]
    golden(draw_network(layers, weights, width, height).cells.plain())


def test_before_there_are_weights(golden: Callable[[str], None]) -> None:
    layers, _ = network(3, 4, 2, values=False, note="batch norm")
    drawing = draw_network(layers, [None, None], 50, 16)
    assert (drawing.cells.inks == NetworkInk.EDGE).any()
    assert not (drawing.cells.inks >= NetworkInk.POSITIVE).any()
    golden(drawing.cells.plain())


@given(
    width=st.integers(0, 40) | st.integers(0, 300),
    height=st.integers(0, 12) | st.integers(0, 100),
    sizes=st.sampled_from([(784, 128, 10), (3,) * 30])
    | st.lists(st.integers(1, 12), min_size=2, max_size=6).map(tuple),
)
@settings(max_examples=60, deadline=None)
def test_draws_in_any_room(width: int, height: int, sizes: tuple[int, ...]) -> None:
    layers, weights = network(*sizes, note="dropout 20 %")
    drawing = draw_network(layers, weights, width, height)
    assert drawing.cells.codes.shape == (height, width)
    assert all(cell_width(line) <= width for line in drawing.cells.plain().splitlines())


@pytest.mark.parametrize(("width", "drawn"), [(58, 6), (36, 6), (30, 4), (22, 2)])
def test_names_give_way_to_layers_and_layers_that_do_not_fit_are_counted(width: int, drawn: int) -> None:
    names = ("sepal length", "sepal width", "petal length", "petal width")
    layers, weights = network(4, 8, 8, 8, 8, 3, names=names, outputs=("setosa", "versicolor", "virginica"))
    drawing = draw_network(layers, weights, width, 24)
    assert drawing.layout is not None
    assert len(drawing.layout.columns) == drawn
    gaps = [right.left - left.right for left, right in pairwise(drawing.layout.columns)]
    assert min(gaps) >= 3  # two cells of edges
    assert (f"{6 - drawn} more" in drawing.cells.plain()) == (drawn < 6)


def test_no_layers_no_picture() -> None:
    assert draw_network([], [], 40, 10).cells.plain().strip() == ""


def test_sign_and_size_are_in_ink_and_in_form() -> None:
    layers = [LayerView("x", 2), LayerView("ŷ", 2)]

    def drawn(weights: list[list[float]]) -> tuple[set[int], int]:
        cells = draw_network(layers, [np.array(weights)], 60, 10).cells
        edges = (cells.codes >= 0x2800) & (cells.codes < 0x2900)
        return set(cells.inks[edges].tolist()), int(np.bitwise_count(cells.codes[edges] - 0x2800).sum())

    weak, strong = NetworkInk.POSITIVE, NetworkInk.POSITIVE + LEVELS - 1
    inks, dots = drawn([[1.0, 0.1], [0.1, 1.0]])
    assert inks == {weak, strong}
    inks, _ = drawn([[-1.0, -0.1], [-0.1, -1.0]])
    assert inks == {NetworkInk.NEGATIVE, NetworkInk.NEGATIVE + LEVELS - 1}
    _, dashed = drawn([[-1.0, 0.1], [0.1, -1.0]])
    assert dashed < dots  # a negative edge is dashed


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_drawn(broken: float) -> None:
    layers, weights = network(2, 2, 1)
    weights[0][0, 0] = broken
    layers[1] = LayerView("a¹", 2, values=np.array([broken, 1.0]))
    assert draw_network(layers, weights, 60, 12).cells.plain()


def test_a_unit_in_hand_lights_its_edges() -> None:
    layers, weights = network(3, 4, 2)
    drawing = draw_network(layers, weights, 60, 16, selected=(1, 2))
    assert (drawing.cells.inks == NetworkInk.FADED).any()
    lit = np.argwhere(drawing.cells.inks == NetworkInk.SELECTED)
    assert {int(drawing.units[y, x]) for y, x in lit} == {unit_code(1, 2)}


def test_what_is_under_a_cell() -> None:
    layers, weights = network(2, 3, 1)
    drawing = draw_network(layers, weights, 60, 16)
    assert drawing.layout is not None
    for column in drawing.layout.columns:
        for unit, row in zip(column.shown, column.rows, strict=True):
            assert drawing.units[row, column.centre] == unit_code(column.layer, unit)
    edges = {divmod(int(code), 1 << 20) for code in np.unique(drawing.edges) if code >= 0}
    assert {(divmod(to, 1 << 20), source) for to, source in edges} == {
        ((1, to), source) for to in range(3) for source in range(2)
    } | {((2, 0), source) for source in range(3)}


@pytest.mark.parametrize(("units", "height"), [(5, 16), (8, 16), (40, 16), (40, 6), (3, 9)])
def test_units_stand_evenly_and_the_last_is_always_there(units: int, height: int) -> None:
    column = place([LayerView("x", units), LayerView("ŷ", 1)], 60, height).columns[0]
    assert column.rows == sorted(column.rows)
    gaps = np.diff(column.rows)
    if column.gap_row is None:
        assert len(set(gaps.tolist())) <= 1
        assert column.shown == list(range(units))
    elif len(column.shown) > 1:
        assert column.shown[-1] == units - 1


def test_names_keep_what_tells_them_apart() -> None:
    layer = LayerView("x", 3, names=("row 1 column 2", "row 1 column 3", "row 2 column 2"))
    assert labels(layer, [0, 1, 2], 8) == ["r1 c2", "r1 c3", "r2 c2"]
    assert labels(layer, [0, 1, 2], 5) == ["r1 c2", "r1 c3", "r2 c2"]
    twins = LayerView("x", 2, names=("temperature at noon", "temperature at dusk"))
    assert labels(twins, [0, 1], 9) == ["t a noon", "t a dusk"]


def test_names_that_differ_at_their_end_are_cut_in_the_middle() -> None:
    layer = LayerView("x", 2, names=("temperature_of_the_room_a", "temperature_of_the_room_b"))
    assert labels(layer, [0, 1], 9) == ["temp…om_a", "temp…om_b"]


def test_equally_strong_edges_are_thinned_evenly() -> None:
    layers = [LayerView("x", 16), LayerView("a¹", 16), LayerView("ŷ", 1)]
    for weights in ([None, None], [np.ones((16, 16)), np.ones((1, 16))]):
        drawing = draw_network(layers, weights, 80, 22)
        codes = np.unique(drawing.edges[(drawing.edges >= 0) & (drawing.edges >> 40 == 1)])
        to, source = codes >> 20 & 0xFFFFF, codes & 0xFFFFF
        assert len(codes) < 256, "some are left out"
        for units in (to, source):
            each = np.bincount(units, minlength=16)
            assert each.min() >= 1
            assert each.max() <= 4


def test_below_stands_how_many_edges_are_drawn() -> None:
    layers, weights = network(16, 16, 1)
    text = draw_network(layers, weights, 100, 22).cells.plain()
    drawn = int(next(line for line in text.splitlines() if "strongest" in line).partition("strongest ")[2].split()[0])
    assert f"strongest {drawn} of 256" in text
    drawing = draw_network(layers, weights, 100, 22)
    shown = np.unique(drawing.edges[(drawing.edges >= 0) & (drawing.edges >> 40 == 1)])
    assert drawn == pytest.approx(len(shown), abs=3), "an edge may be hidden under others"
    hidden = draw_network(*network(64, 64, 10), 100, 22).cells.plain()
    assert "of 4 096 edges" in hidden, "not all units are drawn, so these are not the strongest of all"
    assert " of " not in draw_network(*network(2, 3, 1), 100, 22).cells.plain()


def test_biases_appear_at_the_units() -> None:
    layers, weights = network(2, 3, 1, values=False)
    layers[1] = replace(layers[1], biases=np.array([0.5, -1.25, 0.0]))
    boxes = draw_network(layers, weights, 70, 20).cells.plain()
    assert "b+0.5" in boxes
    assert "b−1.3" in boxes or "b−1.2" in boxes
    small = draw_network(layers, weights, 40, 12)
    plain = small.cells.plain()
    assert "+○" in plain
    assert "−○" in plain
    signs = {chr(code): ink for code, ink in zip(small.cells.codes.flat, small.cells.inks.flat, strict=True)}
    assert signs["−"] >= NetworkInk.NEGATIVE


def test_a_legend_explains_sign_thickness_and_fill() -> None:
    layers, weights = network(2, 3, 1)
    last = draw_network(layers, weights, 56, 12).cells.plain().splitlines()[-1]
    for words in ("positive", "negative", "strong", "|a|", "bias"):
        assert words in last
    assert "positive" not in draw_network(layers, weights, 60, 9).cells.plain(), "the picture needs the room"
    narrow = draw_network(layers, weights, 30, 12).cells.plain().splitlines()[-1]
    assert "positive" in narrow
    assert "|a|" not in narrow
