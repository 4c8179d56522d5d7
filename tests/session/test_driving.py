"""Driving real networks: the same numbers however a run is paused, stepped, watched and slowed down."""

import threading
from collections.abc import Callable

import numpy as np
import pytest

from tests.session.conftest import network, training
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.owner_loop import Listener
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.session import Session

MakeSession = Callable[..., Session]


def fresh(make_session: MakeSession, experiment: Experiment) -> Session:
    session = make_session()
    session.workspace.adopt(experiment)
    return session


def ignore(_: Snapshot) -> None:
    pass


def assert_same_run(left: Run, right: Run) -> None:
    """Bit for bit: parameters, update rule, history, place and reason."""
    assert left.trainer.update == right.trainer.update
    assert left.trainer.stop_reason == right.trainer.stop_reason
    np.testing.assert_array_equal(left.network.theta, right.network.theta)
    np.testing.assert_array_equal(left.network.gradient, right.network.gradient)
    np.testing.assert_array_equal(left.trainer.history.update_losses, right.trainer.history.update_losses)
    for mine, other in zip(left.trainer.history.epochs, right.trainer.history.epochs, strict=True):
        assert dict(mine.values) == dict(other.values)
        assert mine.gradient_norms == other.gradient_norms
    assert [mark.text for mark in left.trainer.history.marks] == [mark.text for mark in right.trainer.history.marks]


@pytest.fixture
def headless(make_session: MakeSession, experiment: Experiment) -> Run:
    """The experiment, trained in one go."""
    session = fresh(make_session, experiment)
    session.runs.prepare().owner.train_here()
    run = session.workspace.run
    assert run is not None
    assert run.trainer.finished
    return run


def test_single_steps_end_where_the_headless_loop_does(
    make_session: MakeSession, experiment: Experiment, headless: Run
) -> None:
    session = fresh(make_session, experiment)
    picture = session.runs.one_update()
    while picture.stop_reason is None:
        picture = session.runs.one_update()
    assert session.workspace.run is not None
    assert_same_run(session.workspace.run, headless)


def test_single_epochs_end_where_the_headless_loop_does(
    make_session: MakeSession, experiment: Experiment, headless: Run
) -> None:
    session = fresh(make_session, experiment)
    for epoch in range(1, 31):
        assert session.runs.one_epoch().epoch == epoch
    assert session.workspace.run is not None
    assert_same_run(session.workspace.run, headless)


@pytest.mark.parametrize("seed", range(4))
def test_any_mixture_of_driving_and_stepping_ends_where_the_headless_loop_does(
    make_session: MakeSession, experiment: Experiment, headless: Run, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    session = fresh(make_session, experiment)
    run = session.runs.prepare()
    pictures: list[Snapshot] = []
    while not run.trainer.finished:
        match rng.integers(5):
            case 0:
                session.runs.one_update(int(rng.integers(1, 12)))
            case 1:
                session.runs.one_epoch()
            case 2:
                session.runs.seek(int(rng.integers(0, run.trainer.update + 1)))
            case 3:
                session.runs.snapshot()
            case _:
                left = int(rng.integers(1, 9))

                def publish(picture: Snapshot, left: int = left) -> None:
                    pictures.append(picture)
                    if picture.update >= run.trainer.updates_per_epoch * left:
                        run.owner.interrupt()

                run.owner.train_here(Listener(publish, 0.0))
    assert_same_run(run, headless)


def test_a_change_in_mid_run_acts_from_the_next_update_and_is_marked(
    make_session: MakeSession, experiment: Experiment
) -> None:
    runs = []
    for pieces in ([40], [1] * 40, [7, 13, 20]):
        session = fresh(make_session, experiment)
        for piece in pieces:
            session.runs.one_update(piece)
        edit = session.workspace.edit(training(experiment, learning_rate=0.1, batch_size=16))
        assert edit.loses == ""
        session.runs.prepare().owner.train_here()
        assert session.workspace.run is not None
        runs.append(session.workspace.run)
    assert runs[0].trainer.history.marks[0].update == 40
    assert "learning rate η 0.01 → 0.1" in runs[0].trainer.history.marks[0].text
    assert_same_run(runs[0], runs[1])
    assert_same_run(runs[0], runs[2])


def test_verbs_of_another_thread_are_done_between_two_updates(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = fresh(make_session, training(experiment, epochs=1_000_000))
    owner = session.runs.prepare().owner
    moving = threading.Event()

    def publish(picture: Snapshot) -> None:
        moving.set()

    owner.listen(Listener(publish, 0.001))
    resting = owner.resume()
    assert moving.wait(10)
    assert session.runs.busy
    for rate in (0.02, 0.03, 0.04):
        session.workspace.edit(training(session.workspace.experiment, learning_rate=rate))
        picture = session.runs.snapshot()
        assert picture is not None
        assert picture.learning_rate == rate
        assert picture.status == "running"
        assert np.isfinite(picture.parameters["W1"]).all()
    assert session.workspace.undo() == "learning rate η 0.03 → 0.04"
    assert session.runs.evaluate()["train"]["accuracy"] > 0.5
    assert session.runs.window("parameters", "W1", slice(0, 2), slice(0, 1)).shape == (2, 1)
    with pytest.raises(SessionError, match="already training"):
        owner.train_here()
    owner.pause().result(10)
    resting.result(10)
    made = session.workspace.run.trainer.update
    owner.one_update().result(10)
    assert session.workspace.run.trainer.update == made + 1
    resting = owner.resume()
    owner.pause()
    resting.result(10)
    assert session.workspace.run is not None
    assert [mark.text for mark in session.workspace.run.trainer.history.marks][-1] == "learning rate η 0.04 → 0.03"


@pytest.mark.parametrize("verb", ["edit", "rewind", "new_start", "open"])
def test_a_verb_that_replaces_the_run_ends_the_drive(
    make_session: MakeSession, experiment: Experiment, verb: str
) -> None:
    session = fresh(make_session, training(experiment, epochs=1_000_000))
    moving = threading.Event()
    owner = session.runs.prepare().owner
    owner.listen(Listener(lambda _: moving.set(), 0.001))
    resting = owner.resume()
    assert moving.wait(10)
    if verb == "edit":
        edit = session.workspace.edit(network(session.workspace.experiment, seed=9))
        assert edit.loses.startswith("The run of ")
    elif verb == "open":
        session.workspace.open("sample:xor")
    else:
        getattr(session.runs, verb)()
    resting.result(10)
    assert not owner.training
    if verb == "rewind":
        picture = session.runs.snapshot()
        assert picture is not None
        assert (picture.update, picture.status) == (0, "ready")
