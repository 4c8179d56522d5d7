"""A drawing is on the list of recent work from its first point on, with every later edit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tui_ann.session.session import Session
from tui_ann.session.store.recents import Recents

MakeSession = Callable[..., Session]


@pytest.fixture
def recents(tmp_path: Path) -> Recents:
    return Recents(tmp_path / "recents.json")


def point(session: Session, x1: float, label: str = "one") -> None:
    session.own_data.add({"x1": x1, "x2": 0.1, "class": label})


def drawn(make_session: MakeSession, recents: Recents) -> Session:
    session = make_session(recents=recents)
    session.own_data.begin()
    return session


def test_an_empty_plane_is_nothing_to_keep(make_session: MakeSession, recents: Recents) -> None:
    drawn(make_session, recents)
    assert recents.entries() == ()


def test_points_are_offered_at_the_next_start(make_session: MakeSession, recents: Recents) -> None:
    first = drawn(make_session, recents)
    point(first, 0.1)
    point(first, 0.2)
    (entry,) = recents.entries()
    assert (entry.kind, entry.name) == ("experiment", "drawn")
    again = make_session(recents=recents)
    again.workspace.open(entry.source)
    assert again.own_data.drawn is not None
    assert again.own_data.drawn.n_rows == 2
    point(again, 0.3, "other")
    assert again.own_data.drawn is None
    assert [each.source for each in recents.entries()] == [entry.source]
    third = make_session(recents=recents)
    third.workspace.open(entry.source)
    assert third.workspace.table is not None
    assert third.workspace.table.n_rows == 3


def test_it_is_kept_as_it_is_after_undo_and_other_edits(make_session: MakeSession, recents: Recents) -> None:
    session = drawn(make_session, recents)
    point(session, 0.1)
    point(session, 0.2)
    experiment = session.workspace.experiment
    session.workspace.edit(replace(experiment, training=replace(experiment.training, epochs=7)))
    (entry,) = recents.entries()
    again = make_session()
    assert again.workspace.open(entry.source).experiment == session.workspace.experiment
    session.workspace.undo()
    session.workspace.undo()
    opened = again.workspace.open(entry.source)
    assert opened.experiment.training.epochs == 300
    assert opened.table is not None
    assert opened.table.n_rows == 1
    session.workspace.undo()
    assert recents.entries() == ()
    session.workspace.redo()
    assert [each.source for each in recents.entries()] == [entry.source]


def test_its_saved_run_takes_its_place_on_the_list(make_session: MakeSession, recents: Recents) -> None:
    session = drawn(make_session, recents)
    for x1, label in ((-0.5, "one"), (-0.4, "one"), (0.5, "other"), (0.6, "other")):
        point(session, x1, label)
    session.runs.one_epoch()
    folder = session.preserve()
    (entry,) = recents.entries()
    assert (entry.kind, entry.source) == ("run", str(folder))
    other = make_session(recents=recents)
    other.workspace.open(entry.source)
    other.workspace.prepare_data()
    point(other, 0.7, "other")
    assert [each.kind for each in recents.entries()] == ["experiment", "run"]


def test_a_point_of_a_sample_makes_no_entry(make_session: MakeSession, recents: Recents) -> None:
    session = make_session(recents=recents)
    session.workspace.open("sample:moons")
    session.workspace.prepare_data()
    session.own_data.remove(3)
    assert recents.entries() == ()
