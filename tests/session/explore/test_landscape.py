"""Pictures of the loss around a run: the grid is that of its loss, the path that of its trainer."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.engine.inspect.directions import PlaneKind
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.explore.landscape import Landscape, LandscapePicture, PlaneWish
from tui_ann.session.explore.moment import NetworkRig, RunMoment, moment_of
from tui_ann.session.explore.parameter_path import ParameterPath, PathFinder, flat_theta, path_finder
from tui_ann.session.explore.step_curve import Zone
from tui_ann.session.session import Session


def moment(session: Session) -> RunMoment:
    found = moment_of(session.workspace, session.runs.snapshot())
    assert found is not None
    return found


def begin(session: Session, experiment: Experiment, updates: int) -> tuple[Landscape, PathFinder]:
    session.workspace.adopt(experiment)
    session.runs.one_update(updates)
    now = moment(session)
    return Landscape(now), path_finder(now.source, now.data)


def path_of(finder: PathFinder) -> ParameterPath:
    return finder.find(lambda: False, 5.0)


def picture(
    landscape: Landscape, now: RunMoment, finder: PathFinder, wish: PlaneWish | None = None, seconds: float = 0.0
) -> LandscapePicture:
    found = landscape.picture(now, path_of(finder), wish or PlaneWish(), lambda: False, seconds)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", PlaneKind)
def test_the_loss_of_the_picture_is_that_of_the_run(session: Session, experiment: Experiment, kind: PlaneKind) -> None:
    landscape, finder = begin(session, experiment, 40)
    now = moment(session)
    shown = picture(landscape, now, finder, PlaneWish(kind), seconds=5.0)
    assert shown.finished
    data, network = now.part("train"), session.runs.prepare().network
    expected = sum(network.loss_of(data.X, data.Y))
    assert shown.curve is not None
    assert shown.curve.curvature.loss == pytest.approx(expected)
    assert landscape.loss.value(shown.plane.point(*shown.now)) == pytest.approx(expected)
    a, b = (np.array([value]) for value in shown.now)
    assert shown.grid.at(a, b)[0, 0] == pytest.approx(expected, rel=0.02)
    assert (shown.rows, shown.all_rows) == (len(data.X), len(data.X))


def test_the_path_agrees_with_the_trainers_parameters(session: Session, experiment: Experiment) -> None:
    landscape, finder = begin(session, experiment, 30)
    run = session.runs.prepare()
    shown = picture(landscape, moment(session), finder, PlaneWish(positions=(3, 7)))
    assert list(shown.path.updates) == list(range(31))
    for update, place in zip(shown.path.updates.tolist(), shown.places, strict=True):
        theta = flat_theta(run.network, run.parameters_at(update))
        np.testing.assert_allclose(place, theta[[3, 7]], atol=1e-12)
    np.testing.assert_allclose(shown.now, run.network.theta[[3, 7]], atol=1e-12)
    assert shown.distances[-1] == pytest.approx(0, abs=1e-12)
    assert shown.distances[0] > 0


def test_the_two_parameters_that_moved_most_are_shown_unless_others_are_wanted(
    session: Session, experiment: Experiment
) -> None:
    landscape, finder = begin(session, experiment, 30)
    shown = picture(landscape, moment(session), finder)
    assert shown.moved_most
    assert shown.plane.places is not None
    moved = np.ptp(shown.path.thetas, axis=0)
    chosen = {place.position for place in shown.plane.places}
    assert chosen == set(np.argsort(-moved)[:2].tolist())
    assert not picture(landscape, moment(session), finder, PlaneWish(positions=(0, 1))).moved_most


def test_the_plane_of_the_path_holds_more_of_it_than_any_other(session: Session, experiment: Experiment) -> None:
    landscape, finder = begin(session, experiment, 30)
    shares = {
        kind: picture(landscape, moment(session), finder, PlaneWish(kind)).share
        for kind in (PlaneKind.PARAMETERS, PlaneKind.PATH, PlaneKind.RANDOM)
    }
    assert shares[PlaneKind.PATH] > shares[PlaneKind.PARAMETERS] > shares[PlaneKind.RANDOM]


def test_while_the_run_trains_only_its_path_moves(session: Session, experiment: Experiment) -> None:
    landscape, finder = begin(session, training(experiment, learning_rate=1e-4), 30)
    before = picture(landscape, moment(session), finder, seconds=5.0)
    session.runs.one_update(1)
    still = moment(session)
    running = RunMoment(replace(still.snapshot, status="running"), still.source, still.rows)
    moved = picture(landscape, running, finder)
    assert moved.grid is before.grid
    assert moved.now != before.now
    rested = picture(landscape, still, finder)
    assert rested.grid is not before.grid
    assert rested.plane.distances(rested.theta)[0] == pytest.approx(0, abs=1e-12)


def test_a_path_that_leaves_the_picture_gets_a_larger_one(session: Session, experiment: Experiment) -> None:
    landscape, finder = begin(session, experiment, 2)
    before = picture(landscape, moment(session), finder, PlaneWish(positions=(0, 1)))
    session.runs.one_update(200)
    still = moment(session)
    running = RunMoment(replace(still.snapshot, status="running"), still.source, still.rows)
    after = picture(landscape, running, finder, PlaneWish(positions=(0, 1)))
    assert not before.grid.box.holds(after.places)
    assert after.grid.box.holds(after.places)


def test_a_unit_with_two_parameters_keeps_its_picture(session: Session, experiment: Experiment) -> None:
    layers = (DenseSpec(units=1, activation="sigmoid"),)
    unit = msgspec.structs.replace(
        experiment,
        network=msgspec.structs.replace(experiment.network, layers=layers),
        data=msgspec.structs.replace(experiment.data, features=("a",)),
    )
    landscape, finder = begin(session, training(unit, noise=0.0), 40)
    before = picture(landscape, moment(session), finder, seconds=5.0)
    assert before.plane.exact
    assert before.share == pytest.approx(1)
    np.testing.assert_allclose(before.distances, 0, atol=1e-12)
    session.runs.one_update(1)
    assert picture(landscape, moment(session), finder).grid is before.grid


def test_before_any_update_there_is_a_picture_too(session: Session, experiment: Experiment) -> None:
    landscape, finder = begin(session, experiment, 0)
    for kind in PlaneKind:
        shown = picture(landscape, moment(session), finder, PlaneWish(kind))
        assert shown.grid.box.holds(shown.places)
        assert np.isnan(shown.share)


def test_cancelled_before_there_is_a_grid(session: Session, experiment: Experiment) -> None:
    landscape, finder = begin(session, experiment, 3)
    assert landscape.picture(moment(session), path_of(finder), PlaneWish(), lambda: True, 1.0) is None


def test_of_a_run_that_diverges_the_region_that_it_left_is_shown(session: Session, experiment: Experiment) -> None:
    landscape, finder = begin(session, training(experiment, optimizer="sgd", l2=1.0, learning_rate=20.0), 10_000)
    now = moment(session)
    assert now.snapshot.status == "diverged"
    for kind in PlaneKind:
        shown = picture(landscape, now, finder, PlaneWish(kind))
        assert shown.base_update < shown.update
        assert np.isfinite(shown.grid.losses).any()
        assert shown.curve is not None
        assert shown.curve.zone(20.0) is Zone.DIVERGING
        assert np.abs(shown.grid.box).max() < 1e-3 * np.abs(shown.theta).max()


def test_other_penalties_make_another_loss(session: Session, experiment: Experiment) -> None:
    rig = NetworkRig()
    for l2 in (0.5, 0.0):
        session.workspace.adopt(training(experiment, l2=l2))
        session.runs.one_update(3)
        now = moment_of(session.workspace, session.runs.snapshot(), rig)
        assert now is not None
        data, network = now.part("train"), session.runs.prepare().network
        expected = sum(network.loss_of(data.X, data.Y))
        landscape = Landscape(now)
        assert landscape.loss.value(now.network.theta) == pytest.approx(expected)
        assert landscape.of(now)
    session.workspace.adopt(training(experiment, l2=0.25))
    session.runs.one_update(3)
    other = moment_of(session.workspace, session.runs.snapshot(), rig)
    assert other is not None
    assert not landscape.of(other)
    assert not landscape.follow(other, same_place=False)
