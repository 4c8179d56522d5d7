"""The grid of losses: exact at its nodes, coarse first, and the same however it is sliced."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.inspect.directions import ParameterPlane, parameter_plane
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.session.explore.loss_grid import SIZES, Box, GridWork, LossGrid, box_around


def linear_unit() -> tuple[LossFunction, ParameterPlane]:
    network = scrambled(Network(1, [Dense(1)], "half_squared_error"))
    return LossFunction(network, inputs(20, 1), targets("", 20, 1)), parameter_plane(
        network.layout, network.theta, 0, 1
    )


def test_nodes_hold_the_loss_of_their_parameters_at_every_refinement() -> None:
    loss, plane = linear_unit()
    work = GridWork(loss, plane, Box(-2, 2, -1, 3))
    shapes: list[tuple[int, ...]] = []
    while not work.done:
        work.go_on(lambda: False, 0.0)
        assert work.grid is not None
        if not shapes or shapes[-1] != work.grid.losses.shape:
            shapes.append(work.grid.losses.shape)
    assert shapes == list(SIZES)
    assert work.grid is not None
    rows, columns = work.grid.losses.shape
    for row, column in [(0, 0), (rows - 1, columns - 1), (7, 40), (30, 11)]:
        a, b = -2 + 4 * column / (columns - 1), -1 + 4 * row / (rows - 1)
        assert work.grid.losses[row, column] == pytest.approx(loss.value(np.array([a, b])), rel=1e-12)
        assert work.grid.at(np.array([a]), np.array([b]))[0, 0] == pytest.approx(work.grid.losses[row, column])


def test_the_first_grid_comes_with_the_first_call_and_cancelling_stops() -> None:
    loss, plane = linear_unit()
    work = GridWork(loss, plane, Box(-2, 2, -1, 3))
    work.go_on(lambda: True, 1.0)
    assert work.grid is None
    work.go_on(lambda: False, 0.0)
    assert work.grid is not None
    assert work.grid.losses.shape == SIZES[0]


def test_between_nodes_the_loss_is_nearly_that_of_the_parameters() -> None:
    loss, plane = linear_unit()
    work = GridWork(loss, plane, Box(-2, 2, -1, 3))
    while not work.done:
        work.go_on(lambda: False, 1.0)
    assert work.grid is not None
    a, b = np.linspace(-1.97, 1.97, 13), np.linspace(-0.93, 2.9, 11)
    exact = np.array([[loss.value(np.array([x, y])) for x in a] for y in b])
    np.testing.assert_allclose(work.grid.at(a, b), exact, rtol=0.01)
    x, y, lowest = work.grid.lowest
    assert lowest == work.grid.losses.min() == pytest.approx(loss.value(np.array([x, y])))


def test_a_loss_that_overflows_is_infinite_and_spoils_no_neighbour() -> None:
    grid = LossGrid(Box(0, 2, 0, 1), np.array([[1.0, 2.0, np.inf], [1.0, 2.0, np.inf]]))
    assert grid.at(np.array([0.5]), np.array([0.5]))[0, 0] == pytest.approx(np.sqrt(2))
    assert grid.at(np.array([2.0]), np.array([0.5]))[0, 0] == np.inf
    assert grid.at(np.array([1.0]), np.array([0.0]))[0, 0] == pytest.approx(2.0)


POINTS = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=20)


@given(POINTS, st.floats(0, 10))
@example([(0.0, 0.0), (5e-324, 0.0)], 0.0)
@example([(1e6, 1e6), (1e6 + 2e-10, 1e6)], 0.0)
def test_the_rectangle_holds_its_path_with_room_on_every_side(points: list[tuple[float, float]], least: float) -> None:
    path = np.array(points)
    box = box_around(path, least)
    assert box.holds(path)
    assert box.left < path[:, 0].min()
    assert box.right > path[:, 0].max()
    assert box.bottom < path[:, 1].min()
    assert box.top > path[:, 1].max()
    wide, tall = box.right - box.left, box.top - box.bottom
    assert min(wide, tall) > 0.1 * max(wide, tall) or least > 0
    assert box.right >= path[-1, 0] + least


def test_zooming_keeps_the_centre() -> None:
    assert Box(0, 4, 0, 2).zoomed(0.5, (1, 1)) == Box(0, 2, 0.5, 1.5)
    assert not Box(0, 1, 0, 1).holds(np.array([[2.0, 0.5], [np.nan, 0.0]]))
