from collections.abc import Callable

import numpy as np
import pytest

from tests.session.conftest import network
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.run import snapshot
from tui_ann.session.session import Session


@pytest.fixture
def opened(session: Session, experiment: Experiment) -> Session:
    session.workspace.adopt(experiment)
    return session


def test_a_picture_of_the_start(opened: Session) -> None:
    opened.runs.prepare()
    picture = opened.runs.snapshot()
    assert picture is not None
    assert (picture.status, picture.epoch, picture.update, picture.position) == ("ready", 0, 0, 0)
    assert (picture.epochs, picture.updates_per_epoch, picture.examples) == (30, 7, 54)
    assert picture.metrics == {}
    assert not any(change.any() for change in picture.changes.values())


def test_a_picture_does_not_change_with_the_run(opened: Session) -> None:
    opened.runs.one_update(10)
    picture = opened.runs.snapshot()
    assert picture is not None
    before = {name: value.copy() for name, value in picture.parameters.items()}
    gradients = {name: value.copy() for name, value in picture.gradients.items()}
    changes = {name: value.copy() for name, value in picture.changes.items()}
    opened.runs.one_update(10)
    for then, now in ((before, picture.parameters), (gradients, picture.gradients), (changes, picture.changes)):
        for name, value in then.items():
            np.testing.assert_array_equal(value, now[name])


def test_the_change_leads_from_one_picture_to_the_next(opened: Session) -> None:
    first, second = opened.runs.one_update(), opened.runs.one_update()
    for name, value in first.parameters.items():
        np.testing.assert_allclose(value + second.changes[name], second.parameters[name], rtol=0, atol=1e-15)
    assert second.gradient_norms["W1"] == pytest.approx(np.linalg.norm(second.gradients["W1"]))


def test_place_and_metrics(opened: Session) -> None:
    picture = opened.runs.one_update(9)
    assert (picture.epoch, picture.position, picture.examples_met) == (1, 16, 70)
    assert set(picture.metrics) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert picture.best_epoch == 1
    assert len(picture.history.update_losses) == 9


def test_runs_are_told_apart(opened: Session) -> None:
    first = opened.runs.one_update()
    opened.runs.rewind()
    assert opened.runs.one_update().run != first.run


@pytest.mark.parametrize("limit", [0, 10, 30])
def test_large_arrays_are_left_out_smallest_first(opened: Session, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(snapshot, "MOST_NUMBERS", limit)
    picture = opened.runs.one_update()
    sizes = {"b2": 1, "W2": 5, "b1": 5, "W1": 15}
    expected = {0: set(), 10: {"b2", "W2"}, 30: set(sizes)}[limit]
    assert sum(sizes[name] for name in picture.parameters) <= limit or limit == 30
    assert picture.omitted == set(sizes) - set(picture.parameters)
    assert set(picture.parameters) in (expected, {"b2", "b1"})


def test_a_window_is_had_of_any_array(opened: Session) -> None:
    opened.runs.one_update(3)
    run = opened.runs.prepare()
    rows, columns = slice(1, 4), slice(0, 2)
    for kind, whole in (
        ("parameters", run.network.parameters), ("gradients", run.network.gradients),
        ("changes", run.trainer.last_change()),
    ):  # fmt: skip
        part = opened.runs.window(kind, "W1", rows, columns)
        np.testing.assert_array_equal(part, whole["W1"][rows, columns])
        assert part.base is None
    assert opened.runs.window("parameters", "b1", rows, columns).shape == (3, 1)
    with pytest.raises(KeyError):
        opened.runs.window("parameters", "W9", rows, columns)


def test_a_wide_network_is_pictured_in_part(make_session: Callable[..., Session], experiment: Experiment) -> None:
    session = make_session()
    layers = (DenseSpec(units=60_000, activation="relu"), DenseSpec(units=10, activation="relu"),
              DenseSpec(units=1, activation="sigmoid"))  # fmt: skip
    session.workspace.adopt(network(experiment, layers=layers))
    picture = session.runs.one_update()
    assert picture.omitted == {"W2"}
    assert picture.changes == {}
    assert set(picture.gradients) == set(picture.parameters)
