"""Several runs at once: live ones that train at the same time, and a saved one beside them."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.session.conftest import training
from tests.session.test_driving import assert_same_run
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.session import Session
from tui_ann.session.store.saved_run import SavedRun

MakeSession = Callable[..., Session]


def trained_alone(make_session: MakeSession, experiment: Experiment) -> Run:
    session = make_session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    run.owner.train_here()
    return run


def test_two_live_runs_train_at_once_and_a_saved_one_stands_beside_them(
    make_session: MakeSession, experiment: Experiment
) -> None:
    faster = training(experiment, learning_rate=0.05)
    session = make_session()
    session.workspace.adopt(experiment)
    folder = session.train().folder
    session.runs.rewind()
    first, second = session.runs.prepare(), session.runs.start_another(faster)
    session.runs.add(SavedRun.load(folder))
    ends = [run.owner.resume() for run in (first, second)]
    for end in ends:
        end.result(60)
    sources = session.runs.sources
    assert [source.can_go_on for source in sources] == [False, False, False]
    assert [source.snapshot().update for source in sources] == [210, 210, 210]
    assert [source.experiment.training.learning_rate for source in sources] == [0.01, 0.05, 0.01]
    assert second.dataset is first.dataset, "the rows are shared"
    assert_same_run(first, trained_alone(make_session, experiment))
    assert_same_run(second, trained_alone(make_session, faster))
    np.testing.assert_array_equal(sources[2].parameters_at(210)["W1"], first.parameters_at(210)["W1"])
    np.testing.assert_array_equal(sources[2].parameters_at(0)["W1"], first.start["W1"])


def test_both_train_while_the_other_does(make_session: MakeSession, experiment: Experiment) -> None:
    endless = training(experiment, epochs=100_000_000)
    session = make_session()
    session.workspace.adopt(endless)
    runs = [session.runs.prepare(), session.runs.start_another(endless)]
    for run in runs:
        run.owner.resume()
    for _ in range(3):
        made = [run.snapshot().update for run in runs]
        while any(run.snapshot().update <= before for run, before in zip(runs, made, strict=True)):
            pass
    assert all(run.owner.training for run in runs)
    session.runs.remove(runs[1])
    assert not runs[1].owner.busy
    assert session.runs.sources == (runs[0],)
    session.close()
    assert not runs[0].owner.busy


def test_other_runs_stay_when_another_experiment_is_opened(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    session.runs.add(run)
    assert session.runs.sources == (run,)
    session.workspace.open("sample:xor")
    other = session.runs.prepare()
    assert session.runs.sources == (other, run)
    assert [source.name for source in session.runs.sources] == ["xor", "small"]


@pytest.mark.parametrize("epochs", [3, 30])
def test_parameters_of_any_update_leave_the_run_where_it_was(
    make_session: MakeSession, experiment: Experiment, epochs: int
) -> None:
    session = make_session()
    session.workspace.adopt(training(experiment, epochs=epochs))
    run = session.runs.prepare()
    seen = {0: run.network.copy_parameters()}
    for update in range(1, 12):
        session.runs.one_update()
        seen[update] = run.network.copy_parameters()
    session.runs.one_epoch(10)
    made, theta = run.trainer.update, run.network.theta.copy()
    losses = run.trainer.history.update_losses.copy()
    reason = run.trainer.stop_reason
    for update, parameters in seen.items():
        for name, values in run.parameters_at(update).items():
            np.testing.assert_array_equal(values, parameters[name])
    assert (run.trainer.update, run.trainer.stop_reason) == (made, reason)
    np.testing.assert_array_equal(run.network.theta, theta)
    np.testing.assert_array_equal(run.trainer.history.update_losses, losses)
    with pytest.raises(SessionError, match="are not known"):
        run.parameters_at(made + 1)


def test_parameters_of_a_diverged_run(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session()
    session.workspace.adopt(
        training(experiment, optimizer="sgd", learning_rate=1e200, loss="mean_squared_error", batch_size=1)
    )
    run = session.runs.prepare()
    run.owner.train_here()
    reason, losses = run.trainer.stop_reason, run.trainer.history.update_losses.copy()
    assert reason is not None
    np.testing.assert_array_equal(run.parameters_at(0)["W1"], run.start["W1"])
    assert run.trainer.stop_reason == reason
    np.testing.assert_array_equal(run.trainer.history.update_losses, losses)


def test_live_and_saved_runs_are_sources(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session()
    session.workspace.adopt(training(experiment, epochs=2))
    outcome = session.train()
    run = session.workspace.run
    assert run is not None
    sources: list[RunSource] = [run, SavedRun.load(outcome.folder)]
    for source in sources:
        assert source.name == "small"
        np.testing.assert_array_equal(source.copy_network().theta, run.network.theta)
        assert source.copy_network() is not run.network
        np.testing.assert_array_equal(source.history.column("loss"), run.trainer.history.column("loss"))
        assert source.preprocessing.feature_names == run.preprocessing.feature_names
    with pytest.raises(SessionError, match="after update 3 are not known"):
        sources[1].parameters_at(3)
