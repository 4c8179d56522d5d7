"""Answers over a plane: they are those of `predict` at the centres of the cells."""

from pathlib import Path

import numpy as np
import pytest

from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.answers import (
    AnswerKind,
    Neuron,
    answers_at,
    in_words,
    input_maps,
    points_on,
    target_span,
    unit_maps,
)
from tui_ann.session.explore.moment import moment_of
from tui_ann.session.explore.plane import Plane, column_values, telling_columns
from tui_ann.session.session import Session

COLUMNS, ROWS = 5, 4


def _plane(session: Session, source: str, *, epochs: int = 2) -> Plane:
    session.workspace.open(source)
    session.runs.one_epoch(epochs)
    dataset = session.workspace.dataset
    assert dataset is not None
    return Plane.of(dataset, *telling_columns(dataset))


def _centres_as_table(plane: Plane, folder: Path) -> Path:
    """The centres of the cells as a file, in the units of the file."""
    X = plane.grid(COLUMNS, ROWS)
    names = [feature.column for feature in plane.preprocessing.columns]
    values = []
    for feature in plane.preprocessing.columns:
        column = column_values(plane.preprocessing, X, feature.column)
        values.append([feature.labels[int(v)] if feature.labels else repr(float(v)) for v in column])
    lines = [",".join(f'"{name}"' for name in names), *(",".join(row) for row in zip(*values, strict=True))]
    path = folder / "centres.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("source", ["sample:moons", "sample:breast-cancer", "sample:iris", "sample:linear-unit", "own"])
def test_a_map_is_the_prediction_at_the_centres_of_its_cells(
    source: str, session: Session, experiment: Experiment, tmp_path: Path
) -> None:
    if source == "own":
        session.workspace.adopt(experiment)
        session.runs.one_epoch(3)
        dataset = session.workspace.dataset
        assert dataset is not None
        plane = Plane.of(dataset, "colour", "b")
    else:
        plane = _plane(session, source)
    moment = moment_of(session.workspace, session.runs.snapshot())
    assert moment is not None
    found = answers_at(moment.network, plane.preprocessing, plane.grid(COLUMNS, ROWS))
    predicted = session.runs.predict(_centres_as_table(plane, tmp_path))
    if predicted.probabilities is None:
        np.testing.assert_allclose(found.values, predicted.predicted, rtol=1e-9)
        return
    assert found.codes is not None
    assert [predicted.classes[code] for code in found.codes] == predicted.predicted
    shares = predicted.probabilities
    wanted = shares[:, 1] if len(predicted.classes) == 2 else shares.max(axis=1)
    np.testing.assert_allclose(found.values, wanted, rtol=1e-9)


def test_the_map_of_a_neuron_is_its_activation(session: Session) -> None:
    plane = _plane(session, "sample:moons")
    run = session.workspace.run
    assert run is not None
    net = run.copy_network()
    X = plane.grid(COLUMNS, ROWS)
    found = answers_at(net, plane.preprocessing, X, Neuron(1, 2))
    assert found.kind is AnswerKind.NEURON
    np.testing.assert_allclose(found.values, [net.signals(x)["a1"][2] for x in X], rtol=1e-9, atol=1e-12)
    maps = unit_maps(net, plane, COLUMNS, ROWS, (1, 2))
    assert maps[1].shape == (len(net.parameters["b1"]), ROWS, COLUMNS)
    assert all(np.abs(values).max() <= 1 + 1e-12 for values in maps.values())
    scaled = found.values / (found.high or 1.0)
    np.testing.assert_allclose(maps[1][2].ravel(), scaled, rtol=1e-9, atol=1e-12)


def test_the_maps_of_the_inputs_rise_along_their_axes(session: Session) -> None:
    across, upwards = input_maps(_plane(session, "sample:moons"), 6, 4)
    assert (np.diff(across, axis=1) > 0).all()
    assert (np.diff(upwards, axis=0) < 0).all()


def test_points_know_their_place_class_part_and_row(session: Session) -> None:
    plane = _plane(session, "sample:moons", epochs=40)
    dataset, table = session.workspace.dataset, session.workspace.table
    assert dataset is not None
    assert table is not None
    points = points_on(plane, dataset)
    np.testing.assert_allclose(points.places[:, 0], table.column("x1").numbers[points.rows], rtol=1e-9)
    assert np.bincount(points.parts, minlength=3).tolist() == [
        len(dataset.X_train), len(dataset.X_validation), len(dataset.X_test),
    ]  # fmt: skip
    run = session.workspace.run
    assert run is not None
    found = answers_at(run.copy_network(), plane.preprocessing, points.X)
    right = sum(int(row["predicted"] == row["actual"]) for row in session.runs.predict(table).to_json()["rows"])
    assert in_words(found, points) == f"{right} of 300 right"


def test_a_regression_is_in_the_units_of_the_target(session: Session) -> None:
    plane = _plane(session, "sample:linear-unit")
    dataset, run = session.workspace.dataset, session.workspace.run
    assert dataset is not None
    assert run is not None
    low, high = target_span(dataset)
    found = answers_at(run.copy_network(), plane.preprocessing, points_on(plane, dataset).X, span=(low, high))
    assert (found.kind, found.low, found.high) == (AnswerKind.NUMBER, low, high)
    assert in_words(found, points_on(plane, dataset)).startswith("mean |ŷ − y| ")
