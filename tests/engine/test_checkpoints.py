"""Checkpoints: few, close together near the present, and one before every moment."""

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine import checkpoints
from tui_ann.engine.checkpoints import FINENESS, SPACING, Checkpoints
from tui_ann.engine.training_state import TrainingState

quick = settings(max_examples=40, deadline=None)


def state(update: int, nbytes: int = 1) -> TrainingState:
    """Checkpoints read nothing else of a state."""
    made: Any = SimpleNamespace(update=update, nbytes=nbytes)
    return cast(TrainingState, made)


def run_to(made: Checkpoints, updates: int, step: int, nbytes: int = 1) -> list[int]:
    """Keep a checkpoint wherever one is due, looking every `step` updates; return what is kept in the end."""
    for update in range(0, updates + 1, step):
        if made.is_due(update):
            made.keep(state(update, nbytes))
    return [made.before(update).update for update in range(0, updates + 1, step)]


@quick
@given(st.integers(1, 5000), st.integers(1, 500))
def test_one_lies_before_every_moment_and_near_it(updates: int, step: int) -> None:
    made = Checkpoints()
    found = run_to(made, updates, step)
    now = (updates // step) * step
    for update, before in zip(range(0, updates + 1, step), found, strict=True):
        assert before <= update
        assert update - before <= max(SPACING, step, (now - before) // FINENESS) + max(SPACING, step)
    assert found[0] == 0
    assert len(made) < 200


@quick
@given(st.integers(0, 2000), st.integers(0, 2000))
def test_cut_drops_what_came_later(updates: int, update: int) -> None:
    made = Checkpoints()
    run_to(made, updates, 8)
    made.cut(update)
    assert made.before(10**9).update <= update
    assert made.before(0).update == 0


def test_the_last_and_the_first_are_kept_in_little_memory() -> None:
    made = Checkpoints()
    found = run_to(made, 10_000, SPACING, nbytes=checkpoints.MEMORY)
    assert len(made) == 2
    assert (found[0], found[-1]) == (0, 10_000 // SPACING * SPACING)


def test_a_second_state_of_the_same_moment_replaces_the_first() -> None:
    made = Checkpoints()
    made.keep(state(0))
    made.keep(state(5))
    again = state(5)
    made.keep(again)
    assert len(made) == 2
    assert made.before(5) is again
