"""Runs on Compare are kept like the open one: at every moment, until they are saved or given up."""

import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from tests.session.conftest import training
from tests.session.test_driving import assert_same_run
from tui_ann.engine import record_thinning
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.spec import Experiment
from tui_ann.session.compare.forking import ForkWish
from tui_ann.session.compare.lockstep import Lockstep, RacePace
from tui_ann.session.run.owner_loop import Moment
from tui_ann.session.run.run import Run
from tui_ann.session.session import Session
from tui_ann.session.store import state_file
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.unfinished import read_head

MakeSession = Callable[..., Session]


def forked(session: Session, update: int = 0, rate: float = 0.3) -> Run:
    made = session.forking.fork(ForkWish(session.runs.prepare(), update, "training.learning_rate", rate))
    assert made is not None
    return made


def stepped(session: Session, updates: int, run: Run | None = None) -> None:
    """Make updates and pause, the open run unless another one is given."""
    run = run or session.runs.prepare()
    run.owner.one_update(updates).result(10)
    run.owner.call(lambda: session.store.autosave(run, Moment.PAUSED))


def opened(make_session: MakeSession, experiment: Experiment, updates: int = 5) -> Session:
    session = make_session(autosave=True)
    session.workspace.adopt(experiment)
    stepped(session, updates)
    return session


def offered(make_session: MakeSession) -> list[tuple[float, int]]:
    """What the next start offers: η and updates of each unfinished run."""
    session = make_session()
    found = []
    for left in session.store.recoverable():
        run = session.store.recover(left)
        found.append((run.experiment.training.learning_rate, run.trainer.update))
        session.workspace.open("sample:xor")
    session.close()
    return sorted(found)


def _die_in_mid_race(home: str, experiment_path: str) -> None:
    session = Session(paths=UserPaths(Path(home), Path(home), Path(home)), autosave=True)
    session.workspace.open(experiment_path)
    session.workspace.edit(training(session.workspace.experiment, epochs=100_000_000))
    fork = forked(session)

    def look() -> None:
        if fork.trainer.seconds > 1.5:
            os.kill(os.getpid(), signal.SIGKILL)

    Lockstep([session.runs.prepare(), fork]).run(each=look)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_program_loses_at_most_a_second_of_a_fork(experiment_path: Path, tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_die_in_mid_race, args=(str(tmp_path), str(experiment_path))
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    session = Session(paths=UserPaths(tmp_path, tmp_path, tmp_path))
    seconds = {}
    for left in session.store.recoverable():
        run = session.store.recover(left)
        seconds[run.experiment.training.learning_rate] = run.trainer.seconds
    session.close()
    assert sorted(seconds) == [0.01, 0.3]
    assert seconds[0.3] > 0.5


@pytest.mark.parametrize("pace", RacePace)
def test_a_fork_is_kept_while_it_trains(make_session: MakeSession, experiment: Experiment, pace: RacePace) -> None:
    ticks = itertools.count()
    session = make_session(autosave=True, clock=lambda: next(ticks) * 0.05)
    session.workspace.adopt(training(experiment, epochs=100_000_000))
    fork = forked(session)
    kept: set[int] = set()

    def enough() -> bool:
        for path in session.paths.recovery.glob("*.unfinished"):
            if "learning_rate = 0.3" in (about := read_head(path)["about"])["experiment"]:
                kept.add(about["update"])
        return len(kept) > 2

    strides = itertools.count()
    Lockstep([session.runs.prepare(), fork], pace).run(lambda: next(strides) > 20_000 or enough())
    assert len(kept) > 2


def test_a_fork_goes_on_bit_for_bit_at_the_next_start(make_session: MakeSession, experiment: Experiment) -> None:
    session = opened(make_session, experiment)
    fork = forked(session, 3)
    stepped(session, 9, fork)
    session.close()  # as when the window is closed
    assert offered(make_session) == [(0.01, 5), (0.3, 12)]
    fork.owner.train_here()
    again = make_session()
    (left,) = [left for left in again.store.recoverable() if left.update == 12]
    run = again.recover(left)
    run.owner.train_here()
    assert_same_run(run, fork)


def test_what_a_fork_was_made_from_is_kept_at_once(make_session: MakeSession, experiment: Experiment) -> None:
    session = opened(make_session, experiment)
    fork = forked(session, 3)
    assert sorted(state_file.read(path).state.update for path in session.paths.recovery.glob("*.unfinished")) == [3, 5]
    session.runs.remove(fork)
    session.close()
    assert offered(make_session) == [(0.01, 5)]


def test_a_fork_at_its_start_is_nothing_to_keep(make_session: MakeSession, experiment: Experiment) -> None:
    session = opened(make_session, experiment)
    forked(session)
    session.close()
    assert offered(make_session) == [(0.01, 5)]


def test_a_fork_that_was_advanced_by_its_caller_is_kept_at_the_end(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = opened(make_session, experiment)
    fork = forked(session)
    fork.owner.call(partial(fork.advance, updates=4))
    session.close()
    assert offered(make_session) == [(0.01, 5), (0.3, 4)]


def test_a_fork_that_is_saved_is_kept_no_longer(make_session: MakeSession, experiment: Experiment) -> None:
    session = opened(make_session, experiment)
    fork = forked(session)
    stepped(session, 4, fork)
    folder = session.store.save(None, fork)
    assert RunFolder.open(folder).record().updates == 4
    session.close()
    assert offered(make_session) == [(0.01, 5)]
    assert len(list(session.paths.recovery.glob("*"))) == 2, "the file of the open run and its lock"


def test_a_fork_that_is_opened_is_one_run_of_the_next_start(make_session: MakeSession, experiment: Experiment) -> None:
    session = opened(make_session, experiment)
    fork = forked(session)
    stepped(session, 4, fork)
    session.comparison.keep_current()
    session.runs.open(fork)
    stepped(session, 2)
    assert session.store.recoverable() == [], "both are still here"
    session.close()
    assert offered(make_session) == [(0.01, 5), (0.3, 6)]


def test_a_run_that_makes_room_for_a_new_start_is_kept_if_it_stays_on_compare(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = opened(make_session, experiment)
    session.comparison.keep_current()
    session.runs.rewind()
    stepped(session, 2)
    session.close()
    assert offered(make_session) == [(0.01, 2), (0.01, 5)]


def test_a_run_that_stays_on_compare_no_longer_makes_room_again(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = opened(make_session, experiment)
    (entry,) = session.comparison.entries
    session.comparison.keep(entry, True)
    stepped(session, 1)
    session.comparison.keep(entry, False)
    session.runs.rewind()
    stepped(session, 2)
    session.close()
    assert offered(make_session) == [(0.01, 2)]


def test_the_fork_of_the_doctor_is_kept_and_so_is_the_run_that_it_replaces(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = opened(make_session, experiment)
    old, fork = session.runs.prepare(), session.runs.start_another(training(experiment, learning_rate=0.3))
    stepped(session, 4, fork)
    session.workspace.edit(fork.experiment, anew=True)
    session.workspace.put_run(lambda number: fork)
    session.runs.add(old)
    stepped(session, 2)
    session.close()
    assert offered(make_session) == [(0.01, 5), (0.3, 6)]


def test_a_long_fork_is_offered_with_every_epoch(
    make_session: MakeSession, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_thinning, "MOST", 40)
    session = make_session(autosave=True)
    session.workspace.adopt(training(experiment, epochs=400))
    run = session.runs.prepare()
    run.owner.call(partial(run.advance, epochs=100))
    fork = forked(session, 100 * run.trainer.updates_per_epoch)
    fork.owner.one_epoch(20).result(10)
    session.close()
    again = make_session()
    (left,) = [left for left in again.store.recoverable() if left.epoch == 120]
    again.recover(left)
    folder = again.store.save()
    assert len(RunFolder.open(folder).history()) == 120


def test_training_does_not_wait_for_the_writing(
    make_session: MakeSession, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(make_session, training(experiment, epochs=100_000_000))
    fork, writing, go = forked(session), Future[None](), Future[None]()

    def slow(*_: object) -> None:
        writing.set_result(None)
        go.result(20)

    monkeypatch.setattr(state_file, "write", slow)
    fork.owner.resume()
    writing.result(20)
    before = fork.owner.call(lambda: fork.trainer.update)
    while fork.owner.call(lambda: fork.trainer.update) < before + 50:
        pass
    monkeypatch.undo()
    go.set_result(None)
    session.close()
