import numpy as np

from tui_ann.tui.draw.trace import filled, joined, polyline


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
