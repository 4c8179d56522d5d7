"""Planes through the data: their cells, what is held, and the columns that are chosen first."""

from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import data
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.plane import Plane, all_rows, shares_told, telling_columns
from tui_ann.session.session import Session


def _dataset(session: Session, source: str):
    session.workspace.open(source)
    return session.workspace.prepare_data()


def test_the_axes_contain_all_rows_in_the_units_of_the_file(session: Session) -> None:
    dataset = _dataset(session, "sample:breast-cancer")
    plane = Plane.of(dataset, "mean radius", "mean texture")
    places = plane.places(all_rows(dataset))
    table = session.workspace.table
    assert table is not None
    radius = table.column("mean radius").numbers
    assert places[:, 0].min() == pytest.approx(radius.min())
    assert places[:, 0].max() == pytest.approx(radius.max())
    assert plane.x.low < radius.min() < radius.max() < plane.x.high


def test_cells_are_read_from_the_upper_left(session: Session) -> None:
    plane = Plane.of(_dataset(session, "sample:moons"), "x1", "x2")
    places = plane.places(plane.grid(4, 3)).reshape(3, 4, 2)
    np.testing.assert_allclose(places[0, :, 0], plane.x.centres(4))
    assert plane.y is not None
    np.testing.assert_allclose(places[:, 0, 1], plane.y.centres(3)[::-1])
    np.testing.assert_allclose(plane.x.place(plane.x.centres(4), 4), [0.5, 1.5, 2.5, 3.5])


def test_the_others_are_held_at_their_means_or_as_in_a_row(session: Session) -> None:
    dataset = _dataset(session, "sample:breast-cancer")
    plane = Plane.of(dataset, "mean radius", "mean texture")
    assert plane.held == "28 others at their means"
    np.testing.assert_allclose(plane.grid(2, 2)[0, 2:], dataset.X_train.mean(axis=0)[2:])
    row = Plane.of(dataset, "mean radius", "mean texture", 7)
    assert row.held == "28 others as in the chosen row"
    np.testing.assert_array_equal(row.grid(2, 2)[3, 2:], all_rows(dataset)[7, 2:])


def test_a_category_has_a_band_for_each_label_and_is_held_at_the_most_frequent(
    session: Session, experiment: Experiment
) -> None:
    session.workspace.adopt(experiment)
    dataset = session.workspace.prepare_data()
    plane = Plane.of(dataset, "colour", "a")
    assert (plane.x.low, plane.x.high, plane.x.labels) == (-0.5, 1.5, ("blue", "red"))
    assert plane.grid(2, 1)[:, 2].tolist() == [0.0, 1.0]
    held = Plane.of(dataset, "a", "b")
    assert held.held == "1 other at the most frequent label"
    assert held.base[2] == 1.0


def test_one_column_is_a_line(session: Session) -> None:
    session.workspace.open("sample:linear-unit")
    session.workspace.edit(data(session.workspace.experiment, ignore=("hours slept",)))
    dataset = session.workspace.prepare_data()
    assert telling_columns(dataset) == ("hours studied", None)
    plane = Plane.of(dataset, "hours studied")
    assert plane.grid(5, 3).shape == (5, len(dataset.feature_names))


def test_both_axes_must_differ_and_be_features(session: Session) -> None:
    dataset = _dataset(session, "sample:moons")
    with pytest.raises(SessionError, match="Both axes"):
        Plane.of(dataset, "x1", "x1")
    with pytest.raises(SessionError, match="no feature"):
        Plane.of(dataset, "x1", "z")


def test_the_two_columns_that_tell_most_are_chosen(session: Session, experiment: Experiment) -> None:
    session.workspace.adopt(data(experiment, target="kind"))
    assert set(telling_columns(session.workspace.prepare_data())) == {"a", "b"}
    assert telling_columns(_dataset(session, "sample:moons")) == ("x1", "x2")
    x, y = telling_columns(_dataset(session, "sample:digits"))
    assert x != y


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ("sample:iris", ("petal length (cm)", "petal width (cm)")),
        ("sample:wine", ("flavonoids", "proline")),
        ("sample:diabetes", ("log triglycerides", "body mass index")),
    ],
)
def test_each_of_the_two_columns_tells_most_for_itself(session: Session, source: str, columns: tuple[str, str]) -> None:
    assert telling_columns(_dataset(session, source)) == columns


def test_what_a_feature_tells_is_its_share_of_variance_between_the_classes(session: Session) -> None:
    dataset = _dataset(session, "sample:iris")
    X, codes = dataset.X_train, dataset.Y_train.argmax(axis=1)
    means = np.array([X[codes == code].mean(axis=0) for code in range(3)])[codes]
    np.testing.assert_allclose(shares_told(X, dataset.Y_train), means.var(axis=0) / X.var(axis=0))
    np.testing.assert_allclose(shares_told(X, dataset.Y_train), shares_told(X, dataset.Y_train * 2.0))
    assert shares_told(np.ones((4, 2)), np.eye(4)).tolist() == [0.0, 0.0]
    assert shares_told(X, np.ones((len(X), 1))).tolist() == [0.0] * 4


def test_a_column_in_another_unit_is_not_the_second_axis(session: Session, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    metres, noise = rng.normal(size=(2, 40))
    lines = [
        "metres,feet,noise,y",
        *(f"{m},{m * 3.28084},{e},{2 * m + 0.1 * e}" for m, e in zip(metres, noise, strict=True)),
    ]
    (tmp_path / "lengths.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    session.workspace.open(tmp_path / "lengths.csv")
    x, y = telling_columns(session.workspace.prepare_data())
    assert x in ("metres", "feet")
    assert y == "noise"
    alike = ["metres,feet,inches,y", *(f"{m},{m * 3},{m * 40},{2 * m}" for m in metres)]
    (tmp_path / "alike.csv").write_text("\n".join(alike) + "\n", encoding="utf-8")
    session.workspace.open(tmp_path / "alike.csv")
    assert len(set(telling_columns(session.workspace.prepare_data()))) == 2
