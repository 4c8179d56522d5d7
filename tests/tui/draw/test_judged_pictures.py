"""The pictures of Predict: readable at every size, without colour."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.tui.draw.confusion import ConfusionPicture, FigureLine, draw_confusion, draw_figures
from tui_ann.tui.draw.row_story import StoryLine, StoryPicture, draw_row
from tui_ann.tui.draw.score_curve import ScoreCurve, draw_score_curve
from tui_ann.tui.draw.threshold import SIDE, ThresholdBars, draw_threshold

TWO = ConfusionPicture(
    ["malignant", "benign"],
    np.array([[40, 4], [2, 66]]),
    [["right", "missed"], ["false alarm", "right"]],
    chosen=(0, 1),
)
DIGITS = ConfusionPicture([str(digit) for digit in range(10)], np.eye(10, dtype=int) * 35, [[""] * 10] * 10)
FIGURES = [
    FigureLine("precision", "0.952", "±0.06", "(0)"),
    FigureLine("recall", "0.909", "±0.08", "(0)"),
    FigureLine("accuracy", "0.946", "±0.04", "(0.632)", worse=True),
]
STORY = StoryPicture(
    [StoryLine("mean radius", "14.2", 1.0), StoryLine("[red]x", "a\x1bb", -0.5), StoryLine("third", "3", 0.1)],
    "ŷ = P(malignant) = 0.91 · says malignant",
    0.91,
    0.35,
    notes=["nearest training rows: line 14 (malignant)"],
)
GRID = np.linspace(0, 1, 30)
ROC = ScoreCurve("ROC", "false alarms", "found", GRID, np.sqrt(GRID), (0.0, 1.0), (0.25, 0.5))


@pytest.mark.parametrize(("width", "height"), [(50, 10), (40, 6), (30, 3), (12, 2), (3, 1)])
def test_matrix_of_two_classes(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_confusion(TWO, width, height)[0].plain())


@pytest.mark.parametrize(("width", "height"), [(60, 8), (40, 8), (40, 4)])
def test_matrix_of_three_classes(width: int, height: int, golden: Callable[[str], None]) -> None:
    three = ConfusionPicture(
        ["setosa", "versicolor", "virginica"], np.array([[10, 0, 0], [0, 9, 1], [0, 0, 10]]), [[""] * 3] * 3
    )
    golden(draw_confusion(three, width, height)[0].plain())


@pytest.mark.parametrize(("width", "height"), [(70, 14), (30, 6)])
def test_matrix_of_ten_classes_shows_the_part_around_the_cursor(
    width: int, height: int, golden: Callable[[str], None]
) -> None:
    at = ConfusionPicture(DIGITS.labels, DIGITS.counts, DIGITS.meanings, cursor=(8, 8))
    cells, places = draw_confusion(at, width, height)
    assert places.first[0] <= 8 < places.first[0] + places.shown[0]
    golden(cells.plain())


def test_a_click_finds_the_cell_that_was_drawn() -> None:
    cells, places = draw_confusion(TWO, 50, 6)
    found = {places.cell_at(x, y) for x in range(50) for y in range(6)} - {None}
    assert found == {(0, 0), (0, 1), (1, 0), (1, 1)}
    lines = cells.plain().splitlines()
    row, column = next((y, line.index("66")) for y, line in enumerate(lines) if "66" in line)
    assert places.cell_at(column, row) == (1, 1)


@pytest.mark.parametrize(("width", "height"), [(60, 4), (40, 3), (30, 2), (20, 1)])
def test_figures(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_figures(FIGURES, width, height, "always 'benign'").plain())


@pytest.mark.parametrize(("width", "height"), [(50, 7), (40, 4), (20, 2), (5, 1)])
def test_threshold(width: int, height: int, golden: Callable[[str], None]) -> None:
    room = max(0, width - SIDE)
    counts = np.arange(room) % 5
    golden(draw_threshold(ThresholdBars(counts[::-1], counts, 0.35), width, height).plain())


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1), st.integers(4, 60), st.integers(1, 12))
def test_the_threshold_is_always_on_the_axis(threshold: float, room: int, height: int) -> None:
    cells = draw_threshold(ThresholdBars(np.ones(room, int), np.zeros(room, int), threshold), room + SIDE, height)
    marks = [line.index("◆") for line in cells.plain().splitlines() if "◆" in line]
    assert len(marks) == 1
    assert abs(marks[0] - SIDE - threshold * room) <= 1 + 1e-9


@pytest.mark.parametrize(("width", "height"), [(50, 10), (30, 5), (16, 2), (8, 2)])
def test_score_curve(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_score_curve(ROC, width, height).plain())


def test_a_curve_without_points_says_so() -> None:
    nothing = ScoreCurve("ROC", "x", "y", np.zeros(2), np.full(2, np.nan))
    assert draw_score_curve(nothing, 30, 5).plain().strip() == "no points"


@pytest.mark.parametrize(("width", "height"), [(60, 8), (40, 4), (24, 2), (12, 1)])
def test_one_row(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_row(STORY, width, height).plain())


def test_a_wide_interval_takes_room_in_its_own_column_only() -> None:
    figures = [
        FigureLine("accuracy", "0.98", "0.85–0.99", "(0.6)"),
        FigureLine("balanced", "0.97", "±0.02", "(0.5)"),
        FigureLine("log loss", "0.00808", "±0.0026", "(0.637)"),
    ]
    text = draw_figures(figures, 50, 2).plain()
    assert text.splitlines()[0].split() == ["accuracy", "0.98", "0.85–0.99", "log", "loss", "0.00808", "±0.0026"]
    assert "±0.02" in text
