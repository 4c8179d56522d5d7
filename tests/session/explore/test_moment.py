"""A moment of a run: the network and the data that pictures are computed from."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.moment import PARTS, NetworkRig, RunMoment, moment_of
from tui_ann.session.session import Session


def moment(session: Session) -> RunMoment:
    """The run as it is now."""
    found = moment_of(session.workspace, session.runs.snapshot())
    assert found is not None
    return found


@pytest.fixture
def trained(session: Session, experiment: Experiment) -> Session:
    session.workspace.adopt(experiment)
    session.runs.one_update(5)
    return session


def test_it_answers_as_the_run_did_and_stays_when_the_run_goes_on(trained: Session) -> None:
    run = trained.runs.prepare()
    shown = moment(trained)
    X = shown.part("train").X
    expected = run.network.predict(X)
    trained.runs.one_update(5)
    np.testing.assert_array_equal(shown.network.predict(X), expected)
    assert (shown.run, shown.update, shown.epoch) == (run.number, 5, shown.snapshot.epoch)


def test_moments_that_share_a_network_each_have_their_own_parameters(trained: Session) -> None:
    rig = NetworkRig()
    first = moment_of(trained.workspace, trained.runs.snapshot(), rig)
    trained.runs.one_update(5)
    second = moment_of(trained.workspace, trained.runs.snapshot(), rig)
    assert first is not None
    assert second is not None
    for shown in (first, second, first):
        np.testing.assert_array_equal(shown.network.parameters["W1"], shown.snapshot.parameters["W1"])
    assert first.network is second.network


def test_before_the_first_update_it_has_the_start_values(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    shown = moment(session)
    np.testing.assert_array_equal(shown.network.parameters["W1"], run.start["W1"])
    assert shown.start is run.start


def test_its_parts_are_those_of_the_data(trained: Session) -> None:
    shown, dataset = moment(trained), trained.runs.prepare().dataset
    sizes = [len(shown.part(name).X) for name in PARTS]
    assert sizes == [len(dataset.X_train), len(dataset.X_validation), len(dataset.X_test)]
    assert [len(shown.part(name).Y) for name in PARTS] == sizes
    with pytest.raises(KeyError):
        shown.part("everything")


def test_a_saved_run_shows_the_same_as_when_it_was_live(
    make_session: Callable[..., Session], experiment: Experiment
) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    session.runs.prepare().owner.train_here()
    live, folder = moment(session), session.store.save()
    expected = live.network.predict(live.part("train").X)
    other = make_session()
    other.workspace.open(folder)
    assert moment_of(other.workspace, other.runs.snapshot()) is None, "its data are not prepared yet"
    other.workspace.prepare_data()
    saved = moment(other)
    np.testing.assert_array_equal(saved.network.predict(saved.part("train").X), expected)
    assert saved.start is not None
    np.testing.assert_array_equal(saved.start["W1"], live.source.parameters_at(0)["W1"])


def test_a_saved_run_keeps_its_own_scales(make_session: Callable[..., Session], experiment: Experiment) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    session.runs.prepare().owner.train_here()
    live, folder = moment(session), session.store.save()
    other = make_session()
    other.workspace.open(folder)
    other.workspace.prepare_data()
    saved = moment(other)
    changed = replace(saved.rows, preprocessing=replace_scales(saved), X_train=saved.rows.X_train * 2)
    shown = replace(saved, rows=changed)
    np.testing.assert_allclose(shown.part("train").X, live.part("train").X)


def replace_scales(saved: RunMoment) -> Preprocessing:
    """The preprocessing of other rows."""
    first, *others = saved.preprocessing.columns
    return msgspec.structs.replace(saved.preprocessing, columns=(msgspec.structs.replace(first, offset=7.0), *others))


def test_an_earlier_moment_of_a_very_large_network_is_refused(trained: Session) -> None:
    shown = moment(trained)
    large = replace(shown, snapshot=replace(shown.snapshot, omitted=frozenset({"W1"}), update=2))
    with pytest.raises(SessionError, match="too many parameters to be shown as it was after update 2"):
        _ = large.network
    present = replace(shown, snapshot=replace(shown.snapshot, omitted=frozenset({"W1"})))
    np.testing.assert_array_equal(present.network.theta, trained.runs.prepare().network.theta)


def test_parameters_that_are_not_finite_can_be_shown(trained: Session) -> None:
    shown = moment(trained)
    broken = {name: np.full_like(array, np.nan) for name, array in shown.snapshot.parameters.items()}
    assert np.isnan(shown.network_with(broken).parameters["W1"]).all()


def test_there_is_none_of_another_run(trained: Session) -> None:
    shot = trained.runs.snapshot()
    assert shot is not None
    assert moment_of(trained.workspace, replace(shot, run=99)) is None
    assert moment_of(trained.workspace, None) is None


def test_it_knows_the_moment_whose_weights_were_restored(session: Session, experiment: Experiment) -> None:
    stopping = EarlyStopping(monitor="loss", patience=3, min_delta=10.0, restore_best_weights=True)
    session.workspace.adopt(training(experiment, early_stopping=stopping, epochs=20))
    session.runs.one_update(2)
    assert moment(session).restored is None
    session.runs.one_update(1000)
    shown, run = moment(session), session.runs.prepare()
    assert shown.epoch == 4, "no later epoch is better by that much"
    assert shown.restored == (1, run.trainer.updates_per_epoch)
    for name, value in run.parameters_at(run.trainer.updates_per_epoch).items():
        np.testing.assert_array_equal(shown.network.parameters[name], value)
