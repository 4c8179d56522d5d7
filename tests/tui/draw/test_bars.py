from collections.abc import Callable

import numpy as np
import pytest

from tui_ann.tui.draw.bars import decades_of, draw_counts, draw_histogram, draw_log_bars

NORMS = np.array([3.1e-2, 8.9e-4, 0.089, 1.2e-7])
LABELS = ["W¹", "b¹", "W²", "b²"]


@pytest.mark.parametrize(("width", "height"), [(50, 7), (50, 4), (20, 3), (16, 5), (90, 8)])
def test_log_bars(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_log_bars(LABELS, NORMS, width, height, (-7, 0)).plain())


def test_log_bars_of_what_cannot_be_drawn(golden: Callable[[str], None]) -> None:
    golden(draw_log_bars(LABELS, np.array([np.nan, np.inf, 0.0, 1.0]), 40, 6, (-3, 0)).plain())


def test_a_decade_is_as_long_everywhere() -> None:
    lines = draw_log_bars(["a", "b", "c"], np.array([0.01, 0.1, 1.0]), 60, 3, (-3, 0)).plain().splitlines()
    lengths = [line.count("▇") for line in lines]
    assert lengths[1] - lengths[0] == pytest.approx(lengths[2] - lengths[1], abs=1)


def test_the_scale_rests_while_values_move_a_little() -> None:
    scale = decades_of(np.array([0.02, 0.5]))
    assert scale == (-3, 0)
    assert decades_of(np.array([0.005, 0.5]), scale) == scale
    assert decades_of(np.array([0.005, 5.0]), scale) == (-3, 1)
    assert decades_of(np.array([1e-8, 5.0]), scale) == (-8, 1)
    assert decades_of(np.array([0.02, 0.5]), (-8, 1)) == (-3, 0)
    assert decades_of(np.array([np.nan, 0.0])) == (-3, 0)


COUNTS = np.array([357, 212, 3])


@pytest.mark.parametrize(("width", "height"), [(50, 4), (50, 2), (24, 3), (10, 3)])
def test_counts(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_counts(["benign", "malignant [red]", "\x1b[2Jodd"], COUNTS, width, height).plain())


def test_shares_are_of_all_rows_also_of_labels_that_are_not_shown() -> None:
    text = draw_counts(["C000", "C001"], np.array([1, 1]), 60, 4, others=(798, 798)).plain()
    assert text.splitlines()[0].endswith("1  0.125 %")
    assert "⋮ 798 more labels, 798 rows" in text


@pytest.mark.parametrize(("width", "height"), [(60, 8), (25, 5), (12, 2), (40, 12)])
def test_histograms(width: int, height: int, golden: Callable[[str], None]) -> None:
    counts = np.array([1, 4, 12, 30, 41, 33, 0, 9, 3, 1])
    golden(draw_histogram(np.linspace(6.98, 28.1, 11), counts, width, height).plain())


@pytest.mark.parametrize("width", [0, 1, 5, 9, 40])
@pytest.mark.parametrize("height", [0, 1, 2, 5])
def test_any_room(width: int, height: int) -> None:
    edges = np.linspace(0, 1, 4)
    for cells in (
        draw_log_bars(LABELS, NORMS, width, height, (-7, 0)),
        draw_counts(["a", "b", "c"], COUNTS, width, height),
        draw_histogram(edges, COUNTS, width, height),
        draw_histogram(edges, np.zeros(3, dtype=np.int64), width, height),
        draw_counts([], np.zeros(0, dtype=np.int64), width, height),
    ):
        assert (cells.width, cells.height) == (width, height)
