"""Looking back in a run: every earlier moment exactly as it was, while the run itself stays where it is."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.pace import PLAYING, playing_speed
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.session import Session

MakeSession = Callable[..., Session]


def assert_same_moment(a: Snapshot | None, b: Snapshot) -> None:
    assert a is not None
    assert (a.update, a.epoch, a.position, a.metrics) == (b.update, b.epoch, b.position, b.metrics)
    assert (a.status, a.stop_reason) == (b.status, b.stop_reason)
    for kind in ("parameters", "gradients", "changes", "signals", "gradient_norms"):
        for name, array in getattr(b, kind).items():
            np.testing.assert_array_equal(getattr(a, kind)[name], array, err_msg=f"{kind} {name}")


def walked(session: Session, updates: list[int]) -> dict[int, Snapshot]:
    """Snapshots of the run at these updates, made one by one."""
    shots = {}
    for update in updates:
        session.runs.one_update(update - session.runs.prepare().trainer.update)
        shot = session.runs.snapshot()
        assert shot is not None
        shots[update] = shot
    return shots


def test_every_moment_is_the_same_bit_for_bit_and_the_run_stays(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    shots = walked(session, [1, 7, 8, 40, 41, 133, 150])
    run = session.runs.prepare()
    theta = run.network.theta.copy()
    for update in (133, 40, 41, 1, 8, 7, 150, 40):
        assert_same_moment(session.runs.look_back(update), shots[update])
    start = session.runs.look_back(0)
    assert start is not None
    np.testing.assert_array_equal(start.parameters["W1"], run.start["W1"])
    assert run.trainer.update == 150
    np.testing.assert_array_equal(run.network.theta, theta)
    assert len(start.history.epochs) == len(run.history.epochs), "the course stays whole"


def test_settings_changed_on_the_way_are_changed_again(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    shots = walked(session, [10, 30])
    session.workspace.edit(training(experiment, learning_rate=0.05, batch_size=4))
    shots |= walked(session, [31, 90])
    assert_same_moment(session.runs.look_back(30), shots[30])
    session.workspace.edit(training(experiment, learning_rate=0.001, optimizer="sgd", batch_size=4))
    shots |= walked(session, [91, 120])
    for update in (91, 31, 10, 120, 90, 30):
        assert_same_moment(session.runs.look_back(update), shots[update])


def test_a_moment_that_is_not_there_is_refused_and_a_request_can_be_given_up(
    session: Session, experiment: Experiment
) -> None:
    assert session.runs.look_back(0) is None, "nothing is open"
    session.workspace.adopt(experiment)
    session.runs.one_update(100)
    assert session.runs.look_back(20, lambda: True) is None
    with pytest.raises(SessionError, match="after update 101 are not known"):
        session.runs.look_back(101)


def test_a_run_that_has_ended_plays_again_exactly(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    session.runs.one_update(50)
    session.workspace.edit(training(experiment, learning_rate=0.03))
    assert session.stepper.play_again().trainer.update == 50, "it has not ended"
    run.owner.train_here()
    theta, losses = run.network.theta.copy(), run.history.update_losses.copy()
    assert session.stepper.play_again() is run
    assert (run.trainer.update, run.trainer.finished) == (0, False)
    run.owner.train_here()
    np.testing.assert_array_equal(run.network.theta, theta)
    np.testing.assert_array_equal(run.history.update_losses, losses)


@pytest.mark.parametrize("updates", [10, 40, 1000, 60_000])
def test_a_small_run_is_played_in_about_twelve_seconds(updates: int) -> None:
    speed = playing_speed(updates, 100)
    assert speed is not None
    assert updates / speed == pytest.approx(min(updates, PLAYING))


def test_a_run_that_takes_long_anyway_is_not_held_back() -> None:
    assert playing_speed(1_000_000, 100) is None
    assert playing_speed(1000, 50_000_000) is None
