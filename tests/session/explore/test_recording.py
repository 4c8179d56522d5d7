"""Earlier moments of a run: kept while it trains, replayed exactly, and never those of another run."""

from collections.abc import Callable

import numpy as np

from tests.session.explore.test_moment import moment
from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.recording import MOMENTS, RecordKeeper, update_ratios, wanted_updates
from tui_ann.session.explore.weight_way import way_as_csv, way_of
from tui_ann.session.session import Session


def after(session: Session, updates: int) -> RunMoment:
    session.runs.one_update(updates)
    return moment(session)


def test_a_replay_gives_the_parameters_that_the_run_had(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    had = {0: moment_at_start(session)}
    for _ in range(12):
        shown = after(session, 5)
        had[shown.update] = shown
    keeper = RecordKeeper()
    keeper.see(shown)
    assert keeper.lacks(shown)
    assert keeper.replay(shown)
    assert not keeper.lacks(shown)
    kept = {each.update: each for each in keeper.up_to(shown.update)}
    assert {0, shown.update} <= set(kept)
    assert len(kept) == min(MOMENTS, shown.update + 1)
    for update in set(kept) & set(had):
        np.testing.assert_array_equal(kept[update].parameters["W1"], had[update].snapshot.parameters["W1"])


def moment_at_start(session: Session) -> RunMoment:
    session.runs.prepare()
    return moment(session)


def test_moments_that_pass_by_are_kept_and_thinned_out(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    keeper = RecordKeeper()
    keeper.see(moment_at_start(session))
    for _ in range(3 * MOMENTS // 2 + 40):
        shown = after(session, 1)
        keeper.see(shown)
        keeper.see(shown)
    updates = [each.update for each in keeper.moments]
    assert updates == sorted(set(updates))
    assert len(updates) <= 2 * MOMENTS
    assert (updates[0], updates[-1]) == (0, shown.update)
    assert keeper.up_to(10)[-1].update <= 10


def test_another_run_begins_anew(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    keeper = RecordKeeper()
    keeper.see(after(session, 4))
    session.runs.rewind()
    keeper.see(after(session, 2))
    assert [each.update for each in keeper.moments] == [2]


def test_a_cancelled_replay_changes_nothing(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    shown, keeper = after(session, 30), RecordKeeper()
    keeper.see(shown)
    assert not keeper.replay(shown, lambda: True)
    assert [each.update for each in keeper.moments] == [30]


def test_a_saved_run_is_repeated_and_without_its_data_has_its_ends(
    make_session: Callable[..., Session], experiment: Experiment
) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    session.runs.prepare().owner.train_here()
    folder, length = session.store.save(), moment(session).update
    other = make_session()
    other.workspace.open(folder)
    other.workspace.prepare_data()
    shown, keeper = moment(other), RecordKeeper()
    keeper.see(shown)
    assert keeper.replay(shown)
    assert len(keeper.moments) > 2
    assert keeper.moments[-1].update == length
    np.testing.assert_array_equal(keeper.moments[-1].parameters["W1"], shown.snapshot.parameters["W1"])
    alone, keeper = RunMoment(shown.snapshot, shown.source, shown.rows), RecordKeeper()
    keeper.see(alone)
    assert keeper.replay(alone)
    assert [each.update for each in keeper.moments] == [0, length]
    assert not keeper.lacks(alone)


def test_the_moments_to_replay_are_ends_of_epochs_if_there_are_enough(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    shown = after(session, 7)
    assert wanted_updates(shown) == list(range(8))
    run = session.runs.prepare()
    run.owner.call(lambda: run.advance(epochs=100))
    shown = moment(session)
    wanted, ends = wanted_updates(shown), {0, *(record.updates for record in run.history.epochs)}
    if len(ends) > MOMENTS:
        assert set(wanted) <= ends | {shown.update}
    assert wanted == sorted(set(wanted))
    assert (wanted[0], wanted[-1]) == (0, shown.update)


def test_the_ratio_compares_the_step_with_the_weights(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    assert update_ratios(moment_at_start(session).snapshot) == {}
    shot = after(session, 3).snapshot
    step, weights = np.linalg.norm(shot.changes["W1"]), np.linalg.norm(shot.parameters["W1"])
    assert update_ratios(shot)["W1"] == step / weights
    assert all(name.startswith("W") for name in update_ratios(shot))


def test_the_way_of_a_weight_reads_back_exactly_from_its_csv(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    shown, keeper = after(session, 20), RecordKeeper()
    keeper.see(shown)
    keeper.replay(shown)
    updates, values = way_of(keeper.moments, "W1", (1, 0))
    header, *lines = way_as_csv(keeper.moments, "W1", (1, 0)).splitlines()
    assert header == "update,epoch,W1_2_1"
    table = [line.split(",") for line in lines]
    assert [float(row[0]) for row in table] == updates.tolist()
    assert [float(row[2]) for row in table] == values.tolist()
    assert values[-1] == shown.snapshot.parameters["W1"][1, 0]
    assert way_as_csv(keeper.moments, "b1", (0,)).startswith("update,epoch,b1_1\n")
    assert way_of(keeper.moments, "W9", (0, 0))[0].size == 0
