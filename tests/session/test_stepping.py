"""The verbs of the Step screen: done at the run in hand, whoever drives it, and seen by every other view."""

import threading
from typing import Any

import numpy as np
import pytest

from tui_ann.errors import SessionError
from tui_ann.session.run.owner_loop import Listener
from tui_ann.session.session import Session
from tui_ann.session.step.breakpoints import LossBelow
from tui_ann.session.step.stepper import Grain


@pytest.fixture
def session(tmp_path):
    made = Session(runs=tmp_path)
    made.workspace.open("sample:xor")
    return made


def test_the_run_stands_where_the_stepper_stands(session):
    assert session.stepper.place().done == 0
    session.stepper.forward(Grain.UPDATE)
    assert session.runs.snapshot().update == session.stepper.place().made == 1
    session.stepper.back(Grain.PART)
    assert session.runs.snapshot().update == 0
    assert session.stepper.go_to(3, complete=True).made == 3
    assert session.stepper.go_to_part(2).done == 2


def test_going_back_leaves_the_course_as_far_as_it_was(session):
    session.stepper.go_to(40)
    losses = session.stepper.farthest.losses.values.copy()
    session.stepper.go_to(5)
    np.testing.assert_array_equal(session.stepper.farthest.losses.values, losses)
    assert len(session.workspace.run.trainer.history.update_losses) == 4
    session.runs.rewind()
    session.stepper.place()
    assert len(session.stepper.farthest.losses) == 0


def test_looking_back_in_a_run_that_ended_does_not_leave_it_unfinished(session):
    session.stepper.to_the_end()
    theta = session.workspace.run.network.theta.copy()
    session.stepper.back(Grain.UPDATE)
    session.stepper.back(Grain.UPDATE)
    assert not session.workspace.run.trainer.finished
    session.preserve()
    assert session.workspace.run.trainer.finished
    np.testing.assert_array_equal(session.workspace.run.network.theta, theta)
    assert not list(session.store.recoverable())


def test_an_update_is_asked_about_without_touching_the_run(session):
    session.stepper.go_to(7)
    theta = session.workspace.run.network.theta.copy()
    assert session.stepper.what_if(learning_rate=0.5).learning_rate == 0.5
    assert len(session.stepper.example_alone(2).examples) == 1
    np.testing.assert_array_equal(session.workspace.run.network.theta, theta)
    with pytest.raises(SessionError, match="no training example"):
        session.stepper.example_alone(99)


def test_running_until_something_tells_what_was_met_and_can_be_cancelled(session):
    pictures: list[Any] = []
    assert "below" in session.stepper.run_until([LossBelow(1e9)], publish=pictures.append)
    assert pictures[-1].update == 1
    assert session.stepper.run_until([LossBelow(-1.0)], cancelled=lambda: True) is None


def test_steps_are_taken_while_the_run_trains(session):
    owner = session.runs.prepare().owner
    seen = threading.Event()
    owner.listen(Listener(lambda shot: seen.set() if shot.update else None))
    owner.set_speed(1e-3)
    resting = owner.resume()
    assert seen.wait(10)
    assert session.stepper.forward(Grain.UPDATE).made == 2
    assert session.stepper.back(Grain.UPDATE).made == 1
    assert owner.training
    owner.pause().result(10)
    resting.result(10)


def test_a_long_way_can_be_cancelled_and_leads_as_far_as_it_came(session):
    pictures: list[Any] = []
    place = session.stepper.go_to(150, publish=pictures.append, cancelled=lambda: bool(pictures), period=0.0)
    assert 0 < place.made < 149
    assert pictures[-1].update == place.made
    assert session.stepper.go_to(150, complete=True).made == 150


def test_the_end_of_the_run_is_gone_to(session):
    place = session.stepper.to_the_end()
    assert place.ended
    assert place.made == session.workspace.run.trainer.update
