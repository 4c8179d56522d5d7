import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_ann.text.ticks import count_ticks, linear_ticks, log_ticks
from tui_ann.tui.draw.axes import PlotAxis, linear_axis, log_axis


def labels(ticks: list[tuple[float, str]]) -> list[str]:
    return [label for _, label in ticks]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.031, 0.0482, ["0.035", "0.040", "0.045"]),
        (-3, 7, ["−2", "0", "2", "4", "6"]),
        (0, 4e6, ["0", "1e6", "2e6", "3e6", "4e6"]),
        (0, 2e6, ["0", "5e5", "1e6", "1.5e6", "2e6"]),
    ],
)
def test_linear_ticks_are_round(low: float, high: float, shown: list[str]) -> None:
    assert labels(linear_ticks(low, high, 5)) == shown


@pytest.mark.parametrize(
    ("low", "high", "most", "shown"),
    [
        (1e-3, 10, 6, ["0.001", "0.01", "0.1", "1", "10"]),
        (1e-8, 1, 5, ["1e−8", "1e−6", "1e−4", "1e−2", "1e0"]),
        (1e-4, 1, 6, ["0.0001", "0.001", "0.01", "0.1", "1"]),
        (0.2, 0.9, 6, ["0.2", "0.5"]),
        (0.41, 0.47, 4, ["0.42", "0.44", "0.46"]),
        (0.05, 2, 9, ["0.05", "0.1", "0.2", "0.5", "1", "2"]),
    ],
)
def test_log_ticks_are_decades_and_their_simple_parts(low: float, high: float, most: int, shown: list[str]) -> None:
    assert labels(log_ticks(low, high, most)) == shown


def test_counts_are_whole() -> None:
    assert labels(count_ticks(0, 4, 10)) == ["0", "1", "2", "3", "4"]
    assert labels(count_ticks(0, 26_000, 4)) == ["0", "10 000", "20 000"]


def test_a_decade_is_as_high_everywhere_on_a_log_axis() -> None:
    places = PlotAxis(1e-4, 1.0, log=True).places(np.array([1e-4, 1e-3, 1e-2, 1e-1, 1.0]), 41)
    np.testing.assert_allclose(places, [0, 10, 20, 30, 40])


def test_what_cannot_be_drawn_has_no_place() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 0.0, -1.0, 0.1])
    assert np.isnan(PlotAxis(0.01, 1, log=True).places(values, 9)).tolist() == [True] * 5 + [False]
    assert np.isnan(PlotAxis(0, 1).places(values, 9)).tolist() == [True] * 3 + [False] * 3


@given(
    st.floats(-1e308, 1e308, allow_nan=False),
    st.floats(-1e308, 1e308, allow_nan=False),
    st.integers(2, 12),
)
def test_linear_axes_hold_any_range(one: float, other: float, most: int) -> None:
    low, high = min(one, other), max(one, other)
    axis = linear_axis(low, high, most)
    places = axis.places(np.array([low, high]), 101)
    assert np.isfinite(places).all()
    assert -1 <= places[0] <= places[1] <= 101
    assert len(axis.ticks(most)) <= 2 * most + 3


@example(9.999999999000001e299, 9.999999999000002e299, 2)
@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300), st.integers(2, 12))
def test_log_axes_hold_any_range(one: float, other: float, most: int) -> None:
    low, high = min(one, other), max(one, other)
    axis = log_axis(low, high)
    places = axis.places(np.array([low, high]), 101)
    assert np.isfinite(places).all()
    assert -1 <= places[0] <= places[1] <= 101
    assert len(axis.ticks(most)) <= 2 * most + 3
