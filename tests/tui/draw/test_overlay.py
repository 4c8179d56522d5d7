"""The chart of several runs: readable at every size, without colour, and with runs that diverge."""

import dataclasses
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui_ann.session.compare.bands import band_of
from tui_ann.session.compare.thinning import RunCurve
from tui_ann.tui.draw.overlay import draw_overlay
from tui_ann.tui.draw.overlay_data import OverlayInk, OverlayLine, OverlayView
from tui_ann.tui.draw.overlay_ends import apart
from tui_ann.tui.draw.run_marks import RUN_COLOURS, run_colour, run_glyph, run_mark

NOTHING = RunCurve(np.zeros(0), np.zeros(0))


def line(place: int, rate: float, epochs: int = 100, validation: float = 0.0) -> OverlayLine:
    x = np.arange(1.0, epochs + 1)
    train = np.exp(-rate * x) + 1e-4
    return OverlayLine(place, RunCurve(x, train), RunCurve(x, train * validation) if validation else NOTHING)


RUNS = [line(0, 0.002), line(1, 0.03, validation=1.5), line(2, 0.2, epochs=60)]


@pytest.mark.parametrize(("width", "height"), [(110, 20), (74, 10), (40, 12), (20, 6), (13, 4), (8, 2)])
def test_sizes(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_overlay(RUNS, OverlayView(), width, height).cells.plain())


VIEWS = {
    "linear": OverlayView(log=False),
    "cursor": OverlayView(cursor=50.0, cursor_words="epoch 50"),
    "few-colours": OverlayView(few_colours=True),
    "seconds": OverlayView(unit="seconds"),
}


@pytest.mark.parametrize("view", VIEWS)
def test_views(view: str, golden: Callable[[str], None]) -> None:
    golden(draw_overlay(RUNS, VIEWS[view], 70, 14).cells.plain())


def test_a_run_that_diverges_does_not_hide_the_others(golden: Callable[[str], None]) -> None:
    x = np.arange(1.0, 101)
    wild = OverlayLine(3, RunCurve(x, np.where(x < 40, 10.0 ** (x / 2), np.nan)), NOTHING)
    golden(draw_overlay([*RUNS, wild], OverlayView(), 70, 14).cells.plain())


def test_nothing_to_draw_says_so() -> None:
    assert draw_overlay([], OverlayView(empty="no runs"), 40, 8).cells.plain().strip() == "no runs"
    zero = OverlayLine(0, RunCurve(np.ones(3), np.zeros(3)), NOTHING)
    assert draw_overlay([zero], OverlayView(log=True), 40, 8).cells.plain().strip() == "no value yet"
    assert "A" in draw_overlay([zero], OverlayView(log=False), 40, 8).cells.plain()


def test_letters_stand_at_the_ends_and_never_on_each_other() -> None:
    same = [line(place, 0.01) for place in range(6)]
    text = draw_overlay(same, OverlayView(), 60, 12).cells.plain()
    assert all(run_mark(place) in text for place in range(6))


def test_a_run_on_top_is_seen_where_they_meet() -> None:
    below, above = line(0, 0.01), line(1, 0.01)
    inks = draw_overlay([below, above], OverlayView(), 60, 12).cells.inks
    assert (inks == OverlayInk.RUN + 1).sum() > (inks == OverlayInk.RUN).sum()


def banded(place: int, rate: float) -> OverlayLine:
    x = np.arange(1.0, 101)
    middle = np.exp(-rate * x) + 1e-4
    band = band_of([RunCurve(x, middle * factor) for factor in (0.5, 0.9, 1.0, 1.1, 2.0)])
    return OverlayLine(place, band.curve, NOTHING, band, word="good")


def test_repeats_are_a_thick_mean_with_thin_bars_and_a_word(golden: Callable[[str], None]) -> None:
    golden(draw_overlay([line(0, 0.002), banded(1, 0.05)], OverlayView(), 70, 14).cells.plain())
    assert banded(1, 0.05).read(50.0) == "0.0904±0.0203"
    assert "good" not in draw_overlay([banded(1, 0.05)], OverlayView(), 40, 10).cells.plain(), "there is no room"


def test_a_band_without_a_letter_has_its_word_everywhere() -> None:
    alone = dataclasses.replace(banded(1, 0.05), lettered=False, word="8 units")
    text = draw_overlay([alone], OverlayView(cursor=50.0, cursor_words="epoch 50"), 60, 10).cells.plain()
    assert "epoch 50  ● 8 units 0.0904±0.0203" in text
    assert text.count("● 8 units") == 2
    assert "B" not in text


@given(st.lists(st.integers(0, 11), max_size=12))
def test_letters_that_end_together_keep_their_order(rows: list[int]) -> None:
    found = apart(sorted(rows), 12)
    assert len(found) == len(rows)
    assert all(before < after for before, after in pairwise(found))
    assert all(0 <= row < 12 for row in found)
    if len(set(rows)) == len(rows):
        assert found == sorted(rows), "nobody moves without need"


def test_a_letter_is_near_its_curve_or_left_out() -> None:
    many = [line(place, 0.01 + place / 1e6) for place in range(20)]
    rows = draw_overlay(many, OverlayView(), 60, 20).cells.plain().splitlines()
    ends = [at for at, row in enumerate(rows) if any(run_mark(place) in row for place in range(20))]
    assert 5 <= len(ends) <= 9
    assert max(ends) - min(ends) == len(ends) - 1


def test_56_runs_differ_in_colour_or_glyph() -> None:
    looks = {(run_colour(place), run_glyph(place)) for place in range(56)}
    assert len(looks) == 56
    assert len(RUN_COLOURS) == 7


def test_all_runs_are_read_at_the_cursor() -> None:
    assert RUNS[1].read(50.0) == "0.223 / 0.335"
    assert RUNS[2].read(80.0) == "–", "the run had ended"
    assert RUNS[0].read(0.0) == "–", "no epoch had ended"
    many = [line(place, 0.01 * place) for place in range(30)]
    first = draw_overlay(many, OverlayView(cursor=50.0, cursor_words="epoch 50"), 80, 12).cells.plain().splitlines()[0]
    assert first.strip().startswith("epoch 50  A○")
    assert "+2" in first


@settings(max_examples=60, deadline=None)
@given(
    st.lists(arrays(np.float64, st.integers(0, 30), elements=st.floats(width=64)), max_size=4),
    st.integers(1, 60),
    st.integers(1, 20),
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 40)),
)
def test_any_values_at_any_size(values, width, height, log, few, cursor) -> None:
    lines = [
        OverlayLine(place, RunCurve(np.arange(1.0, len(y) + 1), y), RunCurve(np.arange(1.0, len(y) + 1), y[::-1]))
        for place, y in enumerate(values)
    ]
    view = OverlayView(log=log, few_colours=few, cursor=cursor, cursor_words="epoch 1")
    plot = draw_overlay(lines, view, width, height)
    assert plot.cells.codes.shape == (height, width)
    assert plot.place_at(plot.left) == 0
