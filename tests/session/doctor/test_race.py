"""A race of the open run against the same with one thing changed."""

import math
from dataclasses import replace

import pytest

from tui_ann.experiment.checks import Change
from tui_ann.session.doctor.remedy import Remedy
from tui_ann.session.session import Session


def remedy(key: str, value: object, title: str = "a change") -> Remedy:
    return Remedy("other", title, "It helps.", Change(((key, value),), title))


@pytest.fixture
def session() -> Session:
    session = Session()
    session.workspace.open("sample:moons")
    return session


def test_both_start_at_the_same_weights_and_are_compared_after_as_many_epochs(session):
    run = session.runs.prepare()
    session.runs.one_epoch(3)
    race = session.doctor.race(remedy("training.learning_rate", 0.001))
    assert all((race.fork.start[name] == values).all() for name, values in run.start.items())
    race.fork.owner.call(lambda: race.fork.advance(epochs=5))
    standing = race.standing(session.runs.snapshot(), race.fork.snapshot())
    assert (standing.measure, standing.open_epochs, standing.forked_epochs) == ("val_loss", 3, 3)
    assert standing.open_run == run.history.epochs[2].values["val_loss"]
    assert standing.forked_run == race.fork.history.epochs[2].values["val_loss"]
    assert session.runs.sources == (run, race.fork)


def test_an_open_run_without_an_epoch_has_no_figure(session):
    session.runs.prepare()
    race = session.doctor.race(remedy("training.learning_rate", 0.001))
    assert race.standing(session.runs.snapshot(), race.fork.snapshot()) is None
    race.fork.owner.call(lambda: race.fork.advance(epochs=2))
    standing = race.standing(session.runs.snapshot(), race.fork.snapshot())
    assert math.isnan(standing.open_run)
    assert standing.forked_epochs == 2


def test_another_penalty_is_compared_by_the_data_loss(session):
    session.runs.prepare()
    session.runs.one_epoch()
    race = session.doctor.race(remedy("training.l2", 0.1))
    race.fork.owner.call(lambda: race.fork.advance(epochs=1))
    standing = race.standing(session.runs.snapshot(), race.fork.snapshot())
    record = race.fork.snapshot().history.epochs[0]
    assert record.penalty > 0
    assert standing.measure == "val_loss"
    assert standing.forked_run == record.values["val_loss"] - record.penalty, "a data loss can be compared"


def test_a_diverged_run_has_no_finite_figure(session):
    workspace = session.workspace
    workspace.open("sample:diabetes")
    workspace.edit(remedy("training.learning_rate", 12.0).apply(workspace.experiment))
    run = session.runs.prepare()
    run.owner.call(lambda: run.advance(epochs=run.trainer.settings.epochs))
    race = session.doctor.race(remedy("training.learning_rate", 0.01))
    race.fork.owner.call(lambda: race.fork.advance(epochs=1))
    assert math.isinf(race.standing(session.runs.snapshot(), race.fork.snapshot()).open_run)


def test_the_fork_is_opened_and_undo_brings_the_other_back(session):
    run = session.runs.prepare()
    session.runs.one_epoch()
    race = session.doctor.race(remedy("training.learning_rate", 0.001, "η smaller"))
    session.doctor.open_fork(race)
    assert session.runs.current is race.fork
    assert session.workspace.experiment.training.learning_rate == 0.001
    assert session.runs.sources == (race.fork, run)
    assert session.workspace.undo() == "η smaller"
    assert session.runs.current is run


def test_a_remedy_begins_again_unless_it_only_makes_the_run_longer(session):
    run = session.runs.prepare()
    session.runs.one_epoch()
    longer = remedy("training.epochs", 500)
    session.doctor.apply(longer)
    assert session.runs.prepare() is run
    smaller = remedy("training.learning_rate", 0.001)
    assert (longer.goes_on, smaller.goes_on) == (True, False)
    session.doctor.apply(smaller)
    assert session.runs.prepare() is not run


def test_a_calmer_rate_is_a_smaller_one_that_was_measured(session):
    workspace = session.workspace
    workspace.edit(remedy("training.learning_rate", 50.0).apply(workspace.experiment))
    session.runs.prepare()
    found = session.doctor.examine()
    eta = found.calmer(50.0)
    assert 0 < eta < 50
    assert found.calmer(eta) is None
    assert replace(found, findings=()).calmer(50.0) is None


def test_a_race_is_lost_only_by_a_run_that_has_ended_and_is_no_better(session):
    session.runs.prepare()
    race = session.doctor.race(remedy("training.learning_rate", 1e-6, "hardly any step"))
    session.runs.one_epoch(150)
    race.fork.owner.call(lambda: race.fork.advance(epochs=149))
    assert not race.lost(session.runs.snapshot(), race.fork.snapshot()), "it has not ended"
    race.fork.owner.call(lambda: race.fork.advance(epochs=1))
    assert race.lost(session.runs.snapshot(), race.fork.snapshot())
    assert not race.lost(None, race.fork.snapshot()), "there is nothing to compare"
    other = session.doctor.race(remedy("training.learning_rate", 0.2))
    other.fork.owner.call(lambda: other.fork.advance(epochs=150))
    assert not other.lost(session.runs.snapshot(), other.fork.snapshot())
