"""Editing rows: the opened file stays, every edit can be undone, and what cannot be used is refused."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.session.conftest import data
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.session import Session


def _cells(session: Session, row: int) -> list[str]:
    table = session.workspace.table
    assert table is not None
    return [column.raw(row) for column in table.columns]


def _rows(session: Session) -> int:
    table = session.workspace.table
    assert table is not None
    return table.n_rows


def _kinds(session: Session) -> list[str]:
    table = session.workspace.table
    assert table is not None
    return [column.kind for column in table.columns]


@pytest.mark.parametrize("split", ["ordered", "shuffled", "stratified"])
def test_a_point_is_added_to_the_training_rows_of_a_copy(session: Session, experiment: Experiment, split: str) -> None:
    session.workspace.adopt(data(experiment, split=split, test_split=0.2))
    session.runs.one_epoch()
    before = Path(experiment.data.path).read_bytes()
    session.own_data.add({"a": 4.25, "b": -3.0, "colour": "blue", "kind": "no"})
    dataset = session.workspace.dataset
    assert dataset is not None
    assert _rows(session) == 61
    place = next(row for row in range(61) if _cells(session, row) == ["4.25", "-3", "blue", "no"])
    assert place in dataset.rows.train
    assert place == session.own_data.edited
    assert place >= max(dataset.rows.train) - 1, "no row that is trained on has another number, except the last"
    assert Path(experiment.data.path).read_bytes() == before
    assert session.workspace.stale
    assert session.workspace.undo_label == "a point added"
    assert session.runs.one_epoch().epoch == 1


def test_undo_returns_to_the_table_and_the_run(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    session.runs.one_epoch(2)
    run = session.workspace.run
    session.own_data.relabel(0)
    session.own_data.remove(1)
    assert _rows(session) == 59
    session.workspace.undo()
    session.workspace.undo()
    session.workspace.prepare_data()
    assert session.workspace.experiment == experiment
    assert _rows(session) == 60
    assert session.workspace.run is run
    assert not session.workspace.stale


def test_a_point_is_moved_and_relabelled_in_place(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    session.workspace.prepare_data()
    before = _cells(session, 7)
    session.own_data.move(7, {"a": 0.123456789})
    assert _cells(session, 7) == ["0.123457", *before[1:]]
    session.own_data.relabel(7)
    assert {_cells(session, 7)[3], before[3]} == {"yes", "no"}
    session.own_data.relabel(7)
    assert _cells(session, 7)[3] == before[3]


def test_the_other_kinds_of_columns_survive_the_copy(session: Session) -> None:
    session.workspace.open("sample:iris")
    session.workspace.prepare_data()
    kinds = _kinds(session)
    session.own_data.relabel(0)
    assert _kinds(session) == kinds
    assert _cells(session, 0)[-1] == "versicolor"


def test_what_cannot_be_used_is_refused_and_changes_nothing(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(experiment)
    session.workspace.prepare_data()
    for edit in (
        lambda: session.own_data.add({"a": 1.0, "b": 1.0, "kind": "no", "colour": ""}),
        lambda: session.own_data.add({"z": 1.0}),
        lambda: session.own_data.move(99, {"a": 1.0}),
        lambda: session.own_data.move(0, {"a": "much"}),
    ):
        with pytest.raises((SessionError, DataError)):
            edit()
    assert session.workspace.experiment == experiment
    assert session.workspace.undo_label is None


def test_a_number_is_typed_not_turned(session: Session) -> None:
    session.workspace.open("sample:linear-unit")
    session.workspace.prepare_data()
    with pytest.raises(SessionError, match="is a number"):
        session.own_data.relabel(3)
    session.own_data.relabel(3, 12.5)
    assert _cells(session, 3)[-1] == "12.5"


def test_a_drawing_begins_empty_and_trains_once_it_has_both_classes(session: Session) -> None:
    session.own_data.begin()
    assert session.own_data.drawn is not None
    with pytest.raises(DataError):
        session.runs.prepare()
    points = [(-0.5, 0.1, "one"), (-0.4, 0.3, "one"), (0.5, 0.2, "other"), (0.6, -0.3, "other")]
    for x1, x2, label in points:
        session.own_data.add({"x1": x1, "x2": x2, "class": label})
    assert session.own_data.drawn is None
    assert session.runs.one_epoch().epoch == 1
    for _ in range(4):
        session.workspace.undo()
    assert session.own_data.drawn is not None


def test_a_drawing_that_is_read_in_another_format_is_none_until_that_is_undone(session: Session) -> None:
    session.own_data.begin()
    drawn, experiment = session.own_data.drawn, session.workspace.experiment
    assert drawn is not None
    session.workspace.edit(replace(experiment, data=replace(experiment.data, delimiter="no delimiter")))
    assert session.own_data.drawn is None
    with pytest.raises(DataError, match="delimiter"):
        session.workspace.prepare_data()
    session.workspace.undo()
    assert session.own_data.drawn is not None
