"""What Compare says of runs in a line."""

import numpy as np

from tests.session.compare.made import compared, experiment, facts, history, table
from tui_ann.session.compare.board import Board, BoardRun, BoardWish
from tui_ann.session.compare.goals import Goal
from tui_ann.session.compare.thinning import RunCurve
from tui_ann.session.compare.winner import winner_in_words
from tui_ann.tui.content.compare_text import chart_sentence


def sentence(*, other: tuple[int, ...] = (), hidden: tuple[int, ...] = ()) -> str:
    runs, goal, nothing = [experiment()] * 4, Goal("val_loss", 0.1), RunCurve(np.zeros(0), np.zeros(0))
    ways = [history([0.9, 0.3 - place / 50]) for place in range(4)]
    made = table(runs, ways, goal, other_data=other, hidden=hidden)
    shown = tuple(
        BoardRun(compared(at, run, other_data=at in other, shown=at not in hidden), facts(way), nothing, nothing)
        for at, (run, way) in enumerate(zip(runs, ways, strict=True))
    )
    return chart_sentence(Board(BoardWish(), shown, (), made, goal, winner_in_words(made, goal), ()), "a", "w")


def test_other_data_is_said_in_a_line_of_80_columns() -> None:
    said = sentence(other=(1, 2, 3))
    assert said == "No winner: B, C and D were trained on other data."
    assert len(said) < 78


def test_hidden_runs_are_not_spoken_of() -> None:
    assert sentence(other=(1, 2, 3), hidden=(1, 2, 3)) == "4 runs, 3 hidden."
    assert sentence(other=(3,), hidden=(3,)).startswith("run C wins: val loss 0.26")
