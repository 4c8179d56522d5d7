"""The path of a run: every point is the trainer's, evenly spaced, and the same for a saved run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.engine.tape import Array
from tui_ann.experiment.run_folder import STATE
from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.parameter_path import (
    MOST_POINTS,
    ParameterPath,
    PathFinder,
    PathPoints,
    PathState,
    flat_theta,
    path_finder,
)
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.session import Session
from tui_ann.session.store.saved_run import SavedRun

MakeSession = Callable[..., Session]


def found(finder: PathFinder) -> ParameterPath:
    """The path once nothing more is coming."""
    for _ in range(1000):
        path = finder.find(lambda: False, 0.05)
        if path.state is not PathState.COMING:
            return path
    raise AssertionError("the path is never complete")


def trained(session: Session, experiment: Experiment, updates: int) -> PathFinder:
    session.workspace.adopt(experiment)
    session.runs.one_update(updates)
    run = session.runs.prepare()
    return path_finder(run, None)


def changed_on_the_way(session: Session, experiment: Experiment) -> None:
    """A run with a change of settings, trained to its end."""
    trained(session, training(experiment, epochs=5), 20)
    session.workspace.edit(training(experiment, epochs=5, learning_rate=0.1))
    session.runs.one_update(10_000)


def saved(session: Session, folder: Path) -> SavedRun:
    return SavedRun.load(Path(session.store.save(folder / "saved")))


def test_every_point_is_what_the_trainer_had(session: Session, experiment: Experiment) -> None:
    finder = trained(session, experiment, 60)
    run = session.runs.prepare()
    first = finder.find(lambda: False, 0.0)
    assert first.state is PathState.COMING
    assert list(first.updates[[0, -1]]) == [0, 60]
    path = found(finder)
    assert path.state is PathState.EVEN
    assert list(path.updates) == list(range(61))
    for update, theta in zip(path.updates.tolist(), path.thetas, strict=True):
        expected = run.parameters_at(update)
        np.testing.assert_array_equal(theta, flat_theta(run.network, expected))
    assert run.trainer.update == 60


def test_long_runs_are_thinned_evenly(session: Session, experiment: Experiment) -> None:
    path = found(trained(session, training(experiment, epochs=400, batch_size=8), 2000))
    assert 0.9 * MOST_POINTS < len(path) <= MOST_POINTS
    assert list(path.updates[[0, -1]]) == [0, 2000]
    assert np.diff(path.updates).max() <= 2 * 2000 / MOST_POINTS


def test_a_part_of_the_path(session: Session, experiment: Experiment) -> None:
    path = found(trained(session, experiment, 20))
    assert list(path.until(7).updates) == list(range(8))
    assert list(path.until(-1).updates) == [0]


def test_cancelling_adds_nothing(session: Session, experiment: Experiment) -> None:
    finder = trained(session, experiment, 60)
    known = finder.find(lambda: False, 0.0)
    assert len(finder.find(lambda: True, 1.0)) == len(known)


def test_another_way_after_going_back_replaces_the_old_one(session: Session, experiment: Experiment) -> None:
    finder = trained(session, experiment, 60)
    old = found(finder)
    session.runs.seek(20)
    assert list(found(finder).updates) == list(range(21))
    session.workspace.edit(training(experiment, learning_rate=0.05))
    session.runs.one_update(30)
    path, run = found(finder), session.runs.prepare()
    assert list(path.updates) == list(range(51))
    np.testing.assert_array_equal(path.thetas[:21], old.thetas[:21])
    assert not np.array_equal(path.thetas[21], old.thetas[21])
    np.testing.assert_array_equal(path.thetas[30], flat_theta(run.network, run.parameters_at(30)))


def test_a_saved_run_has_the_path_it_had_when_it_was_live(
    session: Session, experiment: Experiment, tmp_path: Path
) -> None:
    live = found(trained(session, training(experiment, epochs=5), 10_000))
    run = session.runs.prepare()
    path = found(path_finder(saved(session, tmp_path), Prepared()))
    assert path.state is PathState.EVEN
    assert path.updates[-1] == run.trainer.update
    np.testing.assert_array_equal(path.updates, live.updates)
    np.testing.assert_array_equal(path.thetas, live.thetas)


def test_a_saved_run_that_cannot_be_repeated_shows_its_ends(
    session: Session, experiment: Experiment, tmp_path: Path
) -> None:
    changed_on_the_way(session, experiment)
    run, folder = session.runs.prepare(), saved(session, tmp_path)
    assert found(path_finder(folder, Prepared())).state is PathState.EVEN
    (tmp_path / "saved" / STATE).unlink()  # it has the changes of settings
    for data in (Prepared(), None):
        path = found(path_finder(folder, data))
        assert path.state is PathState.ENDS
        np.testing.assert_array_equal(path.thetas, [flat_theta(run.network, run.start), run.network.theta])


def test_numbers_that_another_computer_rounds_differently_still_make_a_path(
    session: Session, experiment: Experiment, tmp_path: Path
) -> None:
    trained(session, training(experiment, epochs=5), 10_000)
    folder = saved(session, tmp_path)
    folder.network.theta[0] += 1e-9
    path = found(path_finder(folder, Prepared()))
    assert path.state is PathState.EVEN
    folder.network.theta[0] += 1e-3
    assert found(path_finder(folder, Prepared())).state is PathState.ENDS


def test_large_networks_keep_fewer_points() -> None:
    points = PathPoints()
    for update in range(50):
        points.add(update, np.zeros(1 << 18))
    path = points.path(PathState.KEPT)
    assert len(path) == points.most == 16
    assert list(path.updates[[0, -1]]) == [0, 49]


@pytest.mark.parametrize("array", [np.zeros(3)])
def test_an_unknown_kind_of_run_is_refused(array: Array) -> None:
    with pytest.raises(TypeError, match="ndarray has no path"):
        path_finder(array, array)  # type: ignore[arg-type]
