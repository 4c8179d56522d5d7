"""Forks and races: bit for bit the runs that are made apart."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.conftest import network, training
from tui_ann.errors import EngineError, SessionError
from tui_ann.experiment.keys import put
from tui_ann.experiment.spec import Experiment
from tui_ann.session.compare.forking import ForkWish
from tui_ann.session.compare.lockstep import Lockstep, RacePace
from tui_ann.session.compare.run_facts import FactReader
from tui_ann.session.run.run import Run
from tui_ann.session.session import Session
from tui_ann.session.store.resuming import resumed
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.store.storage import save

MakeSession = Callable[..., Session]
FORKED_AT = 73
"""Within an epoch."""


def trained(make_session: MakeSession, experiment: Experiment) -> tuple[Session, Run]:
    session = make_session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    run.owner.train_here()
    return session, run


def apart(make_session: MakeSession, experiment: Experiment, update: int, key: str, value: Any) -> Run:
    """The same by hand: a run that gets other settings at that update, and goes on."""
    session = make_session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    run.advance(updates=update)
    run.take_up(put(experiment, key, value))
    run.owner.train_here()
    return run


def assert_same(one: Run, other: Run) -> None:
    for name, values in other.network.parameters.items():
        np.testing.assert_array_equal(one.network.parameters[name], values)
    mine, theirs = one.history, other.history
    for column in theirs.names:
        np.testing.assert_array_equal(mine.column(column), theirs.column(column))
    np.testing.assert_array_equal(mine.epoch_ends, theirs.epoch_ends)
    np.testing.assert_array_equal(mine.losses.values, theirs.losses.values)
    assert [mark.update for mark in mine.marks] == [mark.update for mark in theirs.marks]


def test_where_a_run_was_forked_is_kept_in_its_folder(
    make_session: MakeSession, experiment: Experiment, tmp_path: Path
) -> None:
    session, run = trained(make_session, experiment)
    fork = session.forking.fork(ForkWish(run, FORKED_AT, "training.learning_rate", 0.05))
    assert fork is not None
    assert (run.forked, fork.forked) == (0, FORKED_AT)
    assert FactReader().of(fork).forked == FORKED_AT
    save(fork, tmp_path / "fork")
    saved = SavedRun.load(tmp_path / "fork")
    assert FactReader().of(saved).forked == FORKED_AT
    again, _ = resumed(tmp_path / "fork", 1, time.perf_counter)
    assert again.forked == FORKED_AT


CHANGES = [
    ("training.learning_rate", 0.05),
    ("training.optimizer", "sgd"),
    ("training.batch_size", 5),
    ("data.noise", 0.0),
    ("training.shuffle_seed", 9),
]


@pytest.mark.parametrize(("key", "value"), CHANGES)
@pytest.mark.parametrize("saved", [False, True], ids=["live", "saved"])
def test_a_fork_is_the_run_that_was_changed_there(
    make_session: MakeSession, experiment: Experiment, key: str, value: Any, saved: bool
) -> None:
    session, run = trained(make_session, experiment)
    source = SavedRun.load(session.store.save()) if saved else run
    before = run.network.copy_parameters()
    fork = session.forking.fork(ForkWish(source, FORKED_AT, key, value))
    assert fork is not None
    assert fork.trainer.update == FORKED_AT
    assert fork in session.runs.sources
    if saved:  # the losses of single updates are not in a run folder, but those of the repeated run are
        assert len(fork.history.losses) == FORKED_AT
    fork.owner.train_here()
    assert_same(fork, apart(make_session, experiment, FORKED_AT, key, value))
    assert all(np.array_equal(run.network.parameters[name], values) for name, values in before.items())
    assert run.trainer.update == 210


@pytest.mark.parametrize("update", [0, FORKED_AT])
def test_a_fork_with_another_activation_has_the_same_weights_and_shuffles(
    make_session: MakeSession, experiment: Experiment, update: int
) -> None:
    session, run = trained(make_session, experiment)
    fork = session.forking.fork(ForkWish(run, update, "network.layers.1.activation", "relu"))
    assert fork is not None
    np.testing.assert_array_equal(fork.network.parameters["W1"], run.parameters_at(update)["W1"])
    np.testing.assert_array_equal(fork.history.column("loss"), run.history.column("loss")[: fork.trainer.epoch])
    here = make_session()
    here.workspace.adopt(experiment)
    twin = here.runs.prepare().advance(updates=update)
    np.testing.assert_array_equal(fork.trainer.next_batch().examples, twin.trainer.next_batch().examples)
    fork.owner.train_here()
    assert fork.trainer.update == 210
    if update:
        with pytest.raises(EngineError, match="begins at update 73"):
            fork.seek(10)
        fork.seek(100)
        assert fork.trainer.update == 100


def test_what_changes_shapes_or_rows_is_forked_only_at_the_start(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session, run = trained(make_session, experiment)
    for key, value in (("network.layers.1.units", 7), ("data.scaling", "minmax"), ("network.seed", 8)):
        with pytest.raises(SessionError, match="cannot be forked after update 73") as refusal:
            session.forking.fork(ForkWish(run, FORKED_AT, key, value))
        assert refusal.value.remedy == "Fork it at update 0."
    wide = session.forking.fork(ForkWish(run, 0, "network.layers.1.units", 7))
    assert wide is not None
    assert wide.network.parameters["W1"].shape[0] == 7
    scaled = session.forking.fork(ForkWish(run, 0, "data.scaling", "minmax"))
    assert scaled is not None
    np.testing.assert_array_equal(scaled.network.parameters["W1"], run.start["W1"])
    seeded = session.forking.fork(ForkWish(run, 0, "network.seed", 8))
    assert seeded is not None
    assert not np.array_equal(seeded.network.parameters["W1"], run.start["W1"])


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("training.learning_rate", -1.0, "found -1"),
        ("training.learning_rate", 0.01, "has that value already"),
        ("training.speed", 1, "There is no setting"),
        ("network.layers.9.units", 1, "There is no setting"),
    ],
)
def test_a_value_that_cannot_be_is_named_before_anything_runs(
    make_session: MakeSession, experiment: Experiment, key: str, value: Any, words: str
) -> None:
    session, run = trained(make_session, experiment)
    with pytest.raises(SessionError, match=words):
        session.forking.fork(ForkWish(run, 0, key, value))
    assert session.runs.sources == (run,)


def test_a_fork_of_a_moment_that_the_run_never_had_is_refused(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session, run = trained(make_session, experiment)
    with pytest.raises(SessionError, match="after update 211 are not known"):
        session.forking.fork(ForkWish(run, 211, "training.learning_rate", 0.1))


def test_a_run_that_went_back_is_forked_where_it_has_been(make_session: MakeSession, experiment: Experiment) -> None:
    session, run = trained(make_session, experiment)
    run.seek(3)
    fork = session.forking.fork(ForkWish(run, FORKED_AT, "training.learning_rate", 0.05))
    assert fork is not None
    fork.owner.train_here()
    assert_same(fork, apart(make_session, experiment, FORKED_AT, "training.learning_rate", 0.05))
    assert run.trainer.update == 3


@pytest.mark.parametrize("saved", [False, True], ids=["live", "saved"])
@pytest.mark.parametrize("changed_at", [0, 40, FORKED_AT])
def test_a_fork_has_the_changes_that_the_run_had_by_then(
    make_session: MakeSession, experiment: Experiment, changed_at: int, saved: bool
) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare().advance(updates=changed_at)
    run.take_up(training(experiment, learning_rate=0.03))
    session.workspace.edit(training(experiment, learning_rate=0.03))
    run.owner.train_here()
    source = SavedRun.load(session.store.save()) if saved else run
    fork = session.forking.fork(ForkWish(source, FORKED_AT, "training.batch_size", 5))
    assert fork is not None
    assert (fork.experiment.training.learning_rate, fork.experiment.training.batch_size) == (0.03, 5)
    fork.owner.train_here()
    alone = make_session()
    alone.workspace.adopt(experiment)
    other = alone.runs.prepare().advance(updates=changed_at)
    other.take_up(training(experiment, learning_rate=0.03))
    other.advance(updates=FORKED_AT - changed_at)
    other.take_up(training(experiment, learning_rate=0.03, batch_size=5))
    other.owner.train_here()
    assert_same(fork, other)


@pytest.mark.parametrize("pace", list(RacePace))
def test_a_race_in_lockstep_is_the_two_runs_made_apart(
    make_session: MakeSession, experiment: Experiment, pace: RacePace
) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare().advance(updates=FORKED_AT)
    fork = session.forking.fork(ForkWish(run, FORKED_AT, "training.learning_rate", 0.05))
    assert fork is not None
    gaps = []

    def look() -> None:
        if not run.trainer.finished and not fork.trainer.finished:
            gaps.append(abs(run.trainer.epoch - fork.trainer.epoch))

    Lockstep([run, fork], pace).run(each=look)
    if pace is RacePace.EPOCHS:
        assert gaps
        assert max(gaps) <= 1
    _, alone = trained(make_session, experiment)
    assert_same(run, alone)
    assert_same(fork, apart(make_session, experiment, FORKED_AT, "training.learning_rate", 0.05))


def test_a_fork_that_is_behind_catches_up_before_the_other_goes_on(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare().advance(epochs=10)
    fork = session.forking.fork(ForkWish(run, 0, "training.learning_rate", 0.05))
    assert fork is not None
    race = Lockstep([run, fork])
    for epoch in range(1, 11):
        assert race.advance()
        assert (fork.trainer.epoch, run.trainer.epoch) == (epoch, 10)
    race.advance()
    assert (fork.trainer.epoch, run.trainer.epoch) == (11, 11)


def test_a_race_stops_at_once_and_goes_on(make_session: MakeSession, experiment: Experiment) -> None:
    session, run = trained(make_session, training(network(experiment, seed=3), epochs=2))
    fork = session.forking.fork(ForkWish(run, 0, "training.epochs", 100_000))
    assert fork is not None
    race, looks = Lockstep([run, fork]), iter(range(20))
    race.run(cancelled=lambda: next(looks, None) is None)
    assert not race.over
    assert 0 < fork.trainer.epoch < 100
    before = fork.trainer.epoch
    race.advance()
    assert fork.trainer.epoch == before + 1
