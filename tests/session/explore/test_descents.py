"""Three descents from one start: each is the run of its variant, for the same number of epochs."""

from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.descents import MOST_POINTS, Descent, ThreeDescents
from tui_ann.session.run.build import make_run
from tui_ann.session.session import Session


def all_three(three: ThreeDescents) -> tuple[Descent, ...]:
    for _ in range(1000):
        found = three.go_on(lambda: False, 0.1)
        if three.done:
            return found
    raise AssertionError("the descents never end")


@pytest.fixture
def calm(experiment: Experiment) -> Experiment:
    return training(experiment, optimizer="sgd", learning_rate=0.05, epochs=6)


def test_each_is_the_run_of_its_variant(session: Session, calm: Experiment) -> None:
    session.workspace.adopt(calm)
    run = session.runs.prepare()
    found = all_three(ThreeDescents(calm, run.dataset, run.start))
    assert [descent.variant for descent in found] == ["batch", "mini-batch", "stochastic"]
    n = len(run.dataset.X_train)
    assert [descent.batch_size for descent in found] == [n, 8, 1]
    for descent in found:
        own = make_run(training(calm, variant=descent.variant), run.dataset, None, 0, start=run.start)
        own.advance(epochs=6)
        np.testing.assert_array_equal(descent.thetas[-1], own.network.theta)
        np.testing.assert_array_equal(descent.thetas[0], run.network.theta)
        assert (descent.epochs, descent.updates) == (6, own.trainer.update)
        assert descent.loss == pytest.approx(sum(own.network.loss_of(run.dataset.X_train, run.dataset.Y_train)))
        assert descent.done
        assert not descent.diverged
        assert descent.seconds > 0


def test_the_stochastic_path_fluctuates_most(session: Session, calm: Experiment) -> None:
    session.workspace.adopt(calm)
    run = session.runs.prepare()
    detours = []
    for descent in all_three(ThreeDescents(calm, run.dataset, run.start)):
        steps = np.linalg.norm(np.diff(descent.thetas, axis=0), axis=1).sum()
        detours.append(steps / np.linalg.norm(descent.thetas[-1] - descent.thetas[0]))
        assert len(descent.thetas) <= MOST_POINTS
    assert detours[0] < detours[1] < detours[2]


def test_stopping_rules_do_not_count_and_the_data_limit_the_epochs(session: Session, calm: Experiment) -> None:
    session.workspace.adopt(calm)
    run = session.runs.prepare()
    three = ThreeDescents(training(calm, tolerance=10.0, epochs=1_000_000), run.dataset, run.start)
    assert three.epochs == 100_000 // len(run.dataset.X_train)
    found = three.go_on(lambda: False, 0.05)
    assert found[0].epochs > 1


def test_one_that_diverges_says_so(session: Session, calm: Experiment) -> None:
    session.workspace.adopt(training(calm, l2=1e30, learning_rate=1e30, epochs=3))
    run = session.runs.prepare()
    found = all_three(ThreeDescents(run.experiment, run.dataset, run.start))
    assert [descent.diverged for descent in found] == [False, True, True]


def test_cancelled_it_stays_where_it_is(session: Session, calm: Experiment) -> None:
    session.workspace.adopt(calm)
    run = session.runs.prepare()
    found = ThreeDescents(calm, run.dataset, run.start).go_on(lambda: True, 0.05)
    assert [descent.updates for descent in found] == [0, 0, 0]
    assert np.isnan(found[0].loss)


def test_a_chosen_start_is_an_edit_that_can_be_undone(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    session.runs.one_update(5)
    old = session.runs.prepare()
    chosen = {**old.start, "W1": old.start["W1"] + 1.0}
    edit = session.runs.start_at(chosen, "start at a point")
    assert edit.label == session.workspace.undo_label == "start at a point"
    new = session.runs.prepare()
    assert new is not old
    np.testing.assert_array_equal(new.network.parameters["W1"], chosen["W1"])
    assert Path(session.workspace.experiment.network.weights).parent == session.paths.start_values
    session.workspace.undo()
    assert session.runs.prepare() is old


def test_the_start_is_the_very_one_that_was_given(session: Session, calm: Experiment) -> None:
    """By which the views know descents that go on from new ones."""
    session.workspace.adopt(calm)
    run = session.runs.prepare()
    start = dict(run.start)
    assert ThreeDescents(calm, run.dataset, start).start is start
