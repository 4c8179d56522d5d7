"""The cursor on a plane goes from cell to cell and never leaves it."""

import pytest

from tui_ann.tui.draw.plane_axes import PlaneArea
from tui_ann.tui.widgets.plane_cursor import PlaneCursor

AREA = PlaneArea(3, 1, 20, 11)


def cell_after(*moves: str) -> tuple[int, int]:
    """Column and row in the plane after moves from the middle."""
    cursor = PlaneCursor()
    cursor.area = AREA
    for move in moves:
        cursor.place = cursor.stepped(move) or cursor.place
    column, row = AREA.cell(*(cursor.place or (0.5, 0.5)))
    return column - AREA.x, row - AREA.y


@pytest.mark.parametrize(
    ("moves", "cell"),
    [
        ([], (10, 5)),
        (["up"], (10, 4)),
        (["left", "left", "down"], (8, 6)),
        (["page_up", "page_up", "page_up"], (10, 0)),
        (["page_down"], (10, 10)),
        (["first"], (0, 5)),
        (["last", "right"], (19, 5)),
    ],
)
def test_keys_move_it_by_cells_and_to_the_edges(moves, cell):
    assert cell_after(*moves) == cell


def test_it_stays_where_it_is_at_an_edge_and_while_nothing_is_drawn():
    cursor = PlaneCursor()
    assert cursor.stepped("up") is None
    cursor.area = AREA
    cursor.place = cursor.stepped("last")
    assert cursor.stepped("last") is None
    assert cursor.stepped("right") is None
