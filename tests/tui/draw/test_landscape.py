"""L(η) with its zones, and how contour, L(η) and legend share a sheet."""

from dataclasses import replace

import numpy as np
import pytest

from tui_ann.tui.draw.cells import BRAILLE, Cells
from tui_ann.tui.draw.contour import ContourView, DrawnPath, draw_contour
from tui_ann.tui.draw.landscape import LandscapeView, LegendLine, draw_landscape
from tui_ann.tui.draw.plane_axes import AxisView
from tui_ann.tui.draw.step_plot import LandscapeInk, StepView, draw_steps

ZONES = ("too small", "good", "too large", "diverging")
WORDS = ("η 0.1 is good", "curvature along ∇L 2", "best step 1/that = 0.5", "limit 2/λmax = 1")


def steps(eta: float | None = 0.1) -> StepView:
    etas = np.geomspace(0.005, 4.0, 60)
    losses = 1.0 - 2 * etas + 2 * etas**2
    return StepView(etas, losses, 1.0, eta, (0.07, 0.75, 1.0), ZONES, WORDS)


def plot(view: StepView, width: int = 44, height: int = 20) -> Cells:
    cells = Cells(width, height)
    draw_steps(view, cells, 0, 0, width, height)
    return cells


def test_the_zones_stand_in_order_in_their_colours() -> None:
    cells = plot(steps())
    lines = cells.plain().splitlines()
    names = next(line for line in lines if "good" in line)
    assert [name for name in ZONES if name in names] == list(ZONES)
    assert names.index("too small") < names.index("good") < names.index("too large") < names.index("diverging")
    bar = next(row for row, line in enumerate(lines) if "▀" in line)
    inks = [int(ink) for ink in cells.inks[bar] if LandscapeInk.ZONE <= ink < LandscapeInk.ZONE + 4]
    assert inks == sorted(inks)
    assert len(set(inks)) == 4


def test_today_is_marked_unless_it_is_no_step_on_this_line() -> None:
    text = plot(steps()).plain()
    assert "η 0.1" in text.splitlines()[0]
    assert "┊" in text
    assert "┊" not in plot(steps(None)).plain()


def test_all_sentences_are_there_and_go_first() -> None:
    text = plot(steps()).plain()
    assert all(words in text for words in WORDS)
    small = plot(steps(), height=8).plain()
    assert WORDS[0] not in small
    assert "good" in small
    assert not plot(steps(), width=12, height=8).plain().strip()


def test_losses_that_are_not_finite_leave_the_plot() -> None:
    view = steps()
    losses = np.where(view.etas > 1.5, np.inf, view.losses)
    text = plot(StepView(view.etas, losses, 1.0, 0.1, view.ends, ZONES)).plain()
    assert "diverging" in text


def view(legend: int = 0) -> LandscapeView:
    lines = [LegendLine("━b", LandscapeInk.DESCENT + place, f"descent {place}") for place in range(legend)]
    contour = ContourView(AxisView("w", -1, 1), AxisView("b", -1, 1), np.ones((20, 20)))
    return LandscapeView(contour, steps(), lines)


@pytest.mark.parametrize(("width", "height", "beside"), [(70, 30, True), (50, 40, False), (78, 18, True)])
def test_the_parts_share_the_sheet(width: int, height: int, beside: bool) -> None:
    cells, area = draw_landscape(view(3), width, height, None, few=False)
    text = cells.plain()
    assert "descent 2" in text
    assert "good" in text
    assert (area.x + area.width < width - 20) == beside
    assert (area.height < height - 15) == (not beside)


def test_where_there_is_no_room_only_the_contour_and_the_legend_stay() -> None:
    cells, area = draw_landscape(view(3), 40, 16, None, few=False)
    text = cells.plain()
    assert "good" not in text
    assert "descent 2" in text
    assert area.height >= 8


@pytest.mark.parametrize(("width", "height"), [(61, 42), (61, 30), (62, 30), (40, 45)])
def test_other_descents_take_no_line_from_the_sentences_below(width: int, height: int) -> None:
    contour = ContourView(AxisView("a", 0.0, 1.0), AxisView("b", 0.0, 1.0), np.ones((4, 4)))
    long = ("near a minimum: no step along ∇L gains more than 6.2e−4", *WORDS)
    view = StepView(steps().etas, steps().losses, 1.0, 0.1, (0.07, 0.75, 1.0), ZONES, long)
    alone, _ = draw_landscape(LandscapeView(contour, view), width, height, None, few=False)
    legend = [LegendLine("━b", LandscapeInk.DESCENT, f"batch {place}") for place in range(4)]
    both, _ = draw_landscape(LandscapeView(contour, view, legend), width, height, None, few=False)
    for text in (alone.plain(), both.plain()):
        assert "…" not in text
    for words in ("∇L gains", "6.2e−4", *WORDS):
        assert (words in both.plain()) == (words in alone.plain())
    assert all(words in both.plain() for words in WORDS) == (height > 30 or width == 62)


@pytest.mark.parametrize(("low", "high"), [(-1.37, 0.62), (-0.9, 0.95), (0.11, 0.48), (-24.0, 31.0), (1e-7, 9e-7)])
@pytest.mark.parametrize(("width", "height"), [(44, 14), (56, 20), (70, 30)])
def test_an_axis_shows_its_scale_by_three_ticks(low: float, high: float, width: int, height: int) -> None:
    axis = AxisView("W¹₁₁", low, high, least=3)
    cells = Cells(width, height)
    area = draw_contour(ContourView(axis, axis, np.ones((4, 4))), cells, 0, width, height, None, few=False)
    lines = cells.plain().splitlines()
    assert len(lines[-1].replace("W¹₁₁", "").split()) >= 3
    beside = [line[: area.x].replace("W¹₁₁", "").strip() for line in lines[:-1]]
    assert len([text for text in beside if text]) >= 3


def test_with_few_colours_the_zones_have_shades_and_each_descent_its_own_ink() -> None:
    path = DrawnPath(np.array([0.1, 0.9]), np.array([0.1, 0.9]), np.zeros(2, bool))
    other = replace(path, upwards=np.array([0.9, 0.1]), tint=2, sign="m")
    contour = ContourView(AxisView("a", 0, 1), AxisView("b", 0, 1), np.ones((4, 4)), [path, other])
    cells, _ = draw_landscape(LandscapeView(contour, steps()), 80, 30, None, few=True)
    bar = next(line for line in cells.plain().splitlines() if "░█" in line)
    assert [sign for sign in dict.fromkeys(bar) if sign in "░▒▓█"] == [*"░█▒▓"]
    inks = {int(ink) for ink in cells.inks[cells.codes >= BRAILLE]}
    assert {LandscapeInk.LABEL, LandscapeInk.DESCENT + 1} <= inks
