import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.tui.draw.axes import linear_axis, log_axis
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.curve_axes import draw_left_axis
from tui_ann.tui.draw.overlay_axes import draw_values
from tui_ann.tui.draw.trace import cell_row, filled, joined, polyline


def test_a_line_goes_through_its_points_and_breaks_at_nan() -> None:
    low, high = polyline(np.array([0.0, 4, 6, 8]), np.array([0.0, 8, np.nan, 3]), 9)
    np.testing.assert_array_equal(low, [0, 2, 4, 6, 8, np.nan, np.nan, np.nan, 3])
    np.testing.assert_array_equal(high, low)


def test_many_points_in_a_column_keep_their_extremes() -> None:
    low, high = polyline(np.array([1.0, 1.1, 1.2]), np.array([5.0, -3, 4]), 3)
    assert (low[1], high[1]) == (-3, 5)


def test_neighbours_touch_and_gaps_stay() -> None:
    low, high = joined(np.array([0.0, 10, np.nan, 2]), np.array([1.0, 10, np.nan, 2]))
    assert (high[0], low[1]) == (5.5, 5.5)
    assert np.isnan(low[2])


def test_filled_columns() -> None:
    mask = filled(np.array([0.0, 1, np.nan]), np.array([0.0, 2, np.nan]), 3)
    assert mask.astype(int).tolist() == [[0, 1, 0], [0, 1, 0], [1, 0, 0]]


@given(
    low=st.floats(1e-6, 1e3),
    ratio=st.floats(1.001, 1e6),
    tall=st.integers(2, 40),
    log=st.booleans(),
    overlay=st.booleans(),
)
def test_the_label_of_a_tick_is_in_the_row_of_the_dots_of_its_value(
    low: float, ratio: float, tall: int, log: bool, overlay: bool
) -> None:
    axis = log_axis(low, low * ratio) if log else linear_axis(low, low * ratio, max(2, tall // 3))
    cells = Cells(40, tall)
    if overlay:
        draw_values(cells, axis, tall)
        ticks = axis.ticks(max(2, tall // 2))
    else:
        draw_left_axis(cells, axis, 0, tall)
        ticks = axis.ticks(max(2, tall // 3))
    lines = cells.plain().split("\n")
    written = {label for line in lines for label in [line.split("┤")[0].split("┈")[0].split("│")[0].strip()] if label}
    for value, label in ticks:
        place = axis.places(np.array([value]), 4 * tall)
        (row,) = np.flatnonzero(filled(place, place, 4 * tall).any(axis=1)) // 4
        assert cell_row(axis, value, tall) == row
        if label in written and [text for _, text in ticks].count(label) == 1:
            assert lines[row].split("┤")[0].split("┈")[0].split("│")[0].strip() == label


def test_a_smaller_value_is_not_drawn_above_a_tick() -> None:
    for tall in range(2, 30):
        axis = log_axis(0.0721, 0.6)
        rows = [cell_row(axis, value, tall) for value in np.geomspace(axis.high, axis.low, 300)]
        assert None not in rows
        assert rows == sorted(rows, key=lambda row: row or 0)


def test_places_between_two_dots_go_up_in_every_row() -> None:
    for height in (4, 8, 12):
        half = np.arange(0.5, height - 1, dtype=np.float64)
        assert [int(np.flatnonzero(line)[0]) for line in filled(half, half, height).T] == list(
            range(height - 2, -1, -1)
        )
