"""The loss over a plane: even levels of its logarithm, lines between them, and paths with their marks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.contour import CHOSEN, NOW, START, ContourView, DrawnPath, draw_contour, loss_levels, with_lines
from tui_ann.tui.draw.maps import LOSS, STEPS
from tui_ann.tui.draw.plane_axes import CROSS, AxisView, PlaneArea

X, Y = AxisView("w", -1.0, 1.0), AxisView("b", 0.0, 10.0)


def bowl(rows: int = 40, columns: int = 60) -> np.ndarray:
    a, b = np.linspace(-1, 1, columns), np.linspace(1, -1, rows)[:, None]
    return 0.01 + a**2 + b**2


def drawn(view: ContourView, width: int = 60, height: int = 20, *, few: bool = False) -> tuple[Cells, PlaneArea]:
    cells = Cells(width, height)
    area = draw_contour(view, cells, 0, width, height, None, few=few)
    return cells, area


def test_levels_are_even_in_the_logarithm_and_rise_with_the_loss() -> None:
    losses = np.geomspace(1e-2, 1e2, 500)
    levels = loss_levels(losses)
    assert (np.diff(levels) >= 0).all()
    assert levels[0] == 1
    assert levels[-1] == STEPS
    steps = np.bincount(levels)[1:]
    assert steps[:-1].max() - steps[:-1].min() <= 1


def test_what_is_not_finite_has_the_highest_level() -> None:
    assert loss_levels(np.array([1.0, 2.0, np.inf])).tolist()[-1] == STEPS
    assert loss_levels(np.full((2, 2), np.inf)).tolist() == [[STEPS, STEPS]] * 2


@given(st.lists(st.floats(0.0, 1e300), min_size=1, max_size=40))
def test_every_loss_has_a_level(losses: list[float]) -> None:
    levels = loss_levels(np.array(losses))
    assert ((levels >= 1) & (levels <= STEPS)).all()


def test_lines_run_between_bands_and_leave_the_rest() -> None:
    levels = loss_levels(bowl())
    lined = with_lines(levels)
    line = lined == STEPS + 1
    assert 0.02 < line.mean() < 0.5
    assert np.array_equal(lined[~line], levels[~line])
    assert not (with_lines(np.full((5, 5), 4)) == STEPS + 1).any()


def test_a_path_begins_at_its_start_and_ends_where_it_is_now() -> None:
    path = DrawnPath(np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.6, 0.9]), np.zeros(3, bool))
    cells, area = drawn(ContourView(X, Y, bowl(), [path], chosen=(0.3, 0.9)))
    start, now = area.cell(0.1, 0.1), area.cell(0.9, 0.9)
    assert chr(cells.codes[start[1], start[0]]) == START
    assert chr(cells.codes[now[1], now[0]]) == NOW
    chosen = area.cell(0.3, 0.9)
    assert chr(cells.codes[chosen[1], chosen[0]]) == CHOSEN
    plane = cells.codes[area.y : area.y + area.height, area.x : area.x + area.width]
    dotted = (plane >= 0x2800) & (plane < 0x2900)
    assert np.asarray(dotted.any(axis=0))[area.width // 10 + 2 : int(0.9 * area.width) - 2].all(), "no gap on the way"


def test_a_faint_point_has_another_ink() -> None:
    at = np.array([0.05, 0.95]), np.array([0.5, 0.5])
    inks = []
    for faint in (False, True):
        cells, area = drawn(ContourView(X, Y, np.ones((20, 20)), [DrawnPath(*at, np.full(2, faint))]))
        column, row = area.cell(0.5, 0.5)
        inks.append(int(cells.inks[row, column]))
    assert inks[1] != inks[0]
    assert all(LOSS.start <= ink < LOSS.end for ink in inks)


def test_points_that_are_not_finite_or_outside_are_left_out() -> None:
    path = DrawnPath(np.array([0.5, np.nan, 3.0, np.inf]), np.array([0.5, 0.5, -9.0, 1e300]), np.zeros(4, bool))
    cells, _ = drawn(ContourView(X, Y, bowl(), [path]))
    assert NOW not in cells.plain()


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize(("width", "height"), [(8, 4), (30, 9), (60, 20), (120, 50)])
def test_axes_carry_the_names_where_there_is_room(width: int, height: int, few: bool) -> None:
    cells = Cells(width, height)
    area = draw_contour(ContourView(X, Y, bowl()), cells, 0, width, height, (0.5, 0.5), few=few)
    column, row = area.cell(0.5, 0.5)
    assert chr(cells.codes[row, column]) == CROSS
    assert area.x + area.width <= width
    assert area.y + area.height <= height
    text = cells.plain()
    if width >= 30:
        assert "w" in text
        assert "b" in text
    assert ("▀" in text) != few or height < 9
    if few and height >= 9:
        assert "█" in text
        assert "░" in text
