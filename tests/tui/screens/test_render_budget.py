"""What the pictures of a run may cost: a share of the time, whatever the machine."""

import pytest

from tui_ann.tui.screens.render_budget import RenderBudget


class Time:
    """A clock, and the processor time of a thread."""

    now = spent = 0.0


def drawn(seconds: float, cost: float, time: Time, budget: RenderBudget) -> int:
    """How many of ten frames a second are drawn, each of which costs so much."""
    count = 0
    for _ in range(round(10 * seconds)):
        time.now += 0.1
        if budget.affords():
            time.spent += cost
            count += 1
    return count


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def budget(time: Time) -> RenderBudget:
    return RenderBudget(0.1, 0.3, clock=lambda: time.now, spent=lambda: time.spent)


def test_cheap_pictures_are_all_drawn(time: Time, budget: RenderBudget) -> None:
    assert drawn(60, 0.0099, time, budget) == 600


def test_dear_ones_keep_to_the_share_once_the_reserve_is_empty(time: Time, budget: RenderBudget) -> None:
    assert drawn(3, 0.0199, time, budget) == 30
    drawn(3, 0.0199, time, budget)
    assert drawn(60, 0.0199, time, budget) == pytest.approx(300, abs=2)


def test_only_a_new_beginning_fills_the_reserve(time: Time, budget: RenderBudget) -> None:
    drawn(30, 0.0199, time, budget)
    time.now += 60
    assert drawn(3, 0.0199, time, budget) == pytest.approx(15, abs=1)
    budget.begin()
    assert drawn(3, 0.0199, time, budget) == 30


def test_what_else_keeps_the_thread_busy_does_not_stop_the_pictures_for_long(time: Time, budget: RenderBudget) -> None:
    time.spent += 30
    assert not budget.affords()
    assert drawn(1, 0.0, time, budget) >= 6


def test_there_is_a_frame_a_second_even_if_the_rest_uses_the_whole_share(time: Time, budget: RenderBudget) -> None:
    drawn(10, 0.1, time, budget)
    frames = 0
    for _ in range(600):
        time.now += 0.1
        time.spent += 0.02
        frames += budget.affords()
    assert frames == pytest.approx(60, abs=2)
