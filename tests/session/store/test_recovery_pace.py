"""How often a run is saved for recovery, and what that costs."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.session import Session
from tui_ann.session.store import state_file
from tui_ann.session.store.aside import BUSY, EVERY, SHARE, WORK, WritingAside
from tui_ann.session.store.recovery import Recovery

MakeSession = Callable[..., Session]


@pytest.mark.parametrize(
    ("copying", "working", "waiting", "longest"),
    [(0.0, 0.0, 0.0, 0.5), (0.005, 0.03, 0.17, 0.5), (0.1, 0.0, 0.0, 3.5), (0.01, 0.5, 0.5, 5.2), (0.0, 0.0, 0.5, 1.1)],
)
def test_states_are_half_a_second_apart_and_more_only_if_they_are_dear(
    copying: float, working: float, waiting: float, longest: float
) -> None:
    now, worked, states = [0.0], [0.0], list[float]()
    aside = WritingAside(lambda: now[0], lambda: now[0], lambda: worked[0])

    def spend(seconds: float) -> None:
        now[0] += seconds

    def copied() -> Callable[[], None]:
        spend(copying)
        states.append(now[0])
        return write

    def write() -> None:
        spend(working + waiting)
        worked[0] += working

    while now[0] < 60.0:
        if aside.due():
            aside.write(copied)
            aside.wait()
        now[0] += 0.01
    gaps = np.diff([0.0, *states])
    assert longest - 0.35 < gaps.max() < longest
    assert gaps.min() > EVERY - 0.02
    assert len(states) * copying < 1.1 * SHARE * now[0]
    assert len(states) * (working + waiting) < 1.1 * BUSY * now[0]
    assert worked[0] < 1.1 * WORK * now[0]


def test_training_goes_on_while_a_state_is_written_and_the_next_one_waits() -> None:
    now, go = [0.0], threading.Event()
    aside = WritingAside(lambda: now[0])

    def write() -> None:
        go.wait(10)

    aside.write(lambda: write)
    now[0] = 60.0
    assert not aside.due()
    go.set()
    aside.wait()
    now[0] = 120.0
    assert aside.due()


def test_a_failure_is_raised_once_where_the_run_is_trained() -> None:
    def fail() -> None:
        raise SessionError("the disk is full")

    now = [0.0]
    aside = WritingAside(lambda: now[0])
    aside.write(lambda: fail)
    aside.wait()
    with pytest.raises(SessionError, match="disk is full"):
        aside.raise_failed()
    aside.raise_failed()
    now[0] = 60.0
    assert aside.due()


def test_a_killed_program_loses_less_than_a_second_also_of_a_long_run(
    make_session: MakeSession, experiment: Experiment, tmp_path: Path
) -> None:
    session, now = make_session(), [0.0]
    session.workspace.adopt(training(experiment, epochs=100_000_000))
    run, recovery = session.runs.prepare(), Recovery(tmp_path / "left", clock=lambda: now[0])
    run.advance(epochs=2_000)
    updates = [run.trainer.update]
    for _ in range(100):
        run.advance(updates=1)
        recovery.keep_when_due(run)
        now[0] += 0.05
        recovery._aside.wait()
        updates.append(run.trainer.update)
        if now[0] > 1.0:
            (file,) = (tmp_path / "left").glob("*.unfinished")
            assert state_file.read(file).state.update >= updates[-20], "at most a second of updates"
    stored = state_file.read(file)
    assert len(stored.epochs.rows) == stored.state.epoch > 2_000, "with the history"
    recovery.let_go()
