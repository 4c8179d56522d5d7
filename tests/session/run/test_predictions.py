import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.conftest import data, network, training
from tui_ann.data.read.reader import read_table
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.session import Session


@pytest.fixture
def trained(session: Session, experiment: Experiment) -> Session:
    session.workspace.adopt(experiment)
    session.runs.one_epoch(20)
    return session


def regression(table_path: Path, **changes: Any) -> Experiment:
    values = {"target": "b", "features": ("a",), "target_scaling": "standard", "test_split": 0.2} | changes
    return Experiment(
        data=DataSpec(path=str(table_path), **values),  # type: ignore[arg-type]
        network=NetworkSpec(layers=(DenseSpec(units=2 if isinstance(values["target"], tuple) else 1),)),
        training=TrainingSettings(loss="mean_squared_error", metrics=("mse",), epochs=5),
    )


def test_labels_with_probabilities_and_truth(trained: Session, table_path: Path) -> None:
    found = trained.runs.predict(table_path)
    assert len(found) == 60
    assert found.classes == ("no", "yes")
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    yes = found.probabilities[:, 1] > 0.5
    assert found.predicted == ["yes" if one else "no" for one in yes]
    assert found.actual is not None
    right = np.mean([a == b for a, b in zip(found.predicted, found.actual, strict=True)])
    assert found.metrics["accuracy"] == pytest.approx(right)
    assert right > 0.8


def test_the_threshold_moves_decisions_but_not_the_area_under_the_curve(trained: Session, table_path: Path) -> None:
    trained.workspace.edit(training(trained.workspace.experiment, metrics=("recall", "auc")))
    trained.runs.one_epoch(5)
    middle, low = trained.runs.predict(table_path), trained.runs.predict(table_path, threshold=0.01)
    assert low.predicted.count("yes") > middle.predicted.count("yes")
    assert low.metrics["recall"] == 1.0
    assert low.metrics["auc"] == middle.metrics["auc"]
    assert list(low.metrics) == ["accuracy", "auc", "precision", "recall", "f1"]
    with pytest.raises(SessionError, match="not a probability"):
        trained.runs.predict(table_path, threshold=1.5)


def test_a_probability_at_the_threshold_is_class_1(trained: Session, table_path: Path) -> None:
    found = trained.runs.predict(table_path)
    assert found.probabilities is not None
    at = float(np.sort(found.probabilities[:, 1])[17])
    again = trained.runs.predict(table_path, threshold=at)
    assert again.predicted == ["yes" if p >= at else "no" for p in found.probabilities[:, 1]]
    right = np.mean([a == b for a, b in zip(again.predicted, again.actual or [], strict=True)])
    assert again.metrics["accuracy"] == pytest.approx(right)


def test_json_is_plain(trained: Session, table_path: Path) -> None:
    content = json.loads(json.dumps(trained.runs.predict(table_path).to_json(), allow_nan=False))
    assert set(content) == {"rows", "left_out", "metrics", "metrics_by_part"}
    assert set(content["rows"][0]) == {"row", "line", "predicted", "probabilities", "actual", "part"}
    assert set(content["rows"][0]["probabilities"]) == {"no", "yes"}


def test_a_table_without_the_target_is_not_judged(trained: Session, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("colour,b,a,more\nred,0.5,1.5,x\nblue,-2,-1,y\n", encoding="utf-8")
    found = trained.runs.predict(path)
    assert found.predicted == ["yes", "no"]
    assert found.actual is None
    assert found.metrics == {}
    assert "actual" not in found.to_json()["rows"][0]


def test_missing_and_unknown_labels_are_not_judged(trained: Session, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("a,b,colour,kind\n2,2,red,yes\n-2,-2,red,\n2,2,blue,perhaps\n-2,-2,red,no\n", encoding="utf-8")
    found = trained.runs.predict(path)
    assert found.actual == ["yes", None, "perhaps", "no"]
    assert found.metrics["accuracy"] == 1.0
    assert (
        "Column 'kind': 'perhaps' in line 4. 1 row with a label that the network does not know; not evaluated."
        in found.notes
    )


def test_unknown_labels_are_named_with_the_label_that_may_be_meant(trained: Session, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    lines = ["a,b,colour,kind", *(f"{i},{-i},{' RED' if i % 2 else 'B lue'},y es " for i in range(4))]
    path.write_text("\n".join([*lines, "1,1,pi\x1bnk,no", "1,1,grey,no", "1,1,white,never"]) + "\n", encoding="utf-8")
    unknown = [note for note in trained.runs.predict(path).notes if "'B lue'" in note or "'never'" in note]
    assert unknown == [
        "Column 'colour': 'B lue', 'RED', 'pi\u241bnk' and 2 more, first in line 2; training rows have 'blue', 'red'. "
        "7 rows with a label that no training row has; such a row is answered as 'blue', because the feature of both is 0.",
        "Column 'kind': 'y es', 'never', first in line 2; training rows have 'yes'. 5 rows with a label that the network "
        "does not know; not evaluated.",
    ]


def test_a_missing_column_is_named(trained: Session, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("a,colour\n1,red\n2,red\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column 'b'") as refused:
        trained.runs.predict(path)
    assert refused.value.remedy == "The columns are 'a', 'colour'. Write 'b' in the header, or add the column."


def test_a_missing_column_may_be_added_empty_where_cells_are_filled_in(
    make_session: Callable[..., Session], experiment: Experiment, tmp_path: Path
) -> None:
    session = make_session()
    session.workspace.adopt(data(experiment, missing="median"))
    session.runs.one_epoch()
    path = tmp_path / "new.csv"
    path.write_text("a,colour\n1,red\n2,red\n", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        session.runs.predict(path)
    assert refused.value.remedy.endswith("or add the column; its cells may be empty, they are filled in.")
    path.write_text("a,colour,b\n1,red,\n2,red,\n", encoding="utf-8")
    assert len(session.runs.predict(path)) == 2
    path.write_text("a,b,colour\n1,2,\n2,3,\n", encoding="utf-8")
    assert len(session.runs.predict(path)) == 2


def test_rows_with_missing_cells_follow_the_rule(
    make_session: Callable[..., Session], experiment: Experiment, tmp_path: Path
) -> None:
    path = tmp_path / "new.csv"
    path.write_text("a,b,colour,kind\n2,2,red,yes\n,-2,red,no\n-2,-2,red,no\n", encoding="utf-8")
    session = make_session()
    session.workspace.adopt(data(experiment, missing="drop"))
    session.runs.one_epoch()
    found = session.runs.predict(path)
    assert list(found.rows) == [0, 2]
    assert found.actual == ["yes", "no"]


def test_two_outputs_for_two_classes(make_session: Callable[..., Session], experiment: Experiment) -> None:
    session = make_session()
    layers = (DenseSpec(units=2, activation="softmax"),)
    changed = network(experiment, layers=layers)
    session.workspace.adopt(training(changed, loss="categorical_crossentropy", learning_rate=0.1))
    session.runs.one_epoch(10)
    assert session.workspace.dataset is not None
    assert session.workspace.dataset.Y_train.shape[1] == 2
    found = session.runs.predict(experiment.data.path)
    assert found.probabilities is not None
    assert found.probabilities.shape == (60, 2)
    assert found.metrics["accuracy"] > 0.8


class TestRegression:
    def test_numbers_are_in_the_targets_own_units(self, session: Session, table_path: Path) -> None:
        session.workspace.adopt(regression(table_path))
        session.runs.one_epoch(5)
        found = session.runs.predict(table_path)
        table = read_table(table_path)
        assert found.actual == table.column("b").numbers.tolist()
        errors = np.array(found.predicted) - np.array(found.actual)
        assert found.metrics["mae"] == pytest.approx(np.abs(errors).mean())
        assert found.metrics["mse"] == pytest.approx(np.square(errors).mean())
        assert list(found.metrics) == ["mae", "r2", "mse"]
        assert found.probabilities is None

    def test_evaluate_judges_each_part(self, session: Session, table_path: Path) -> None:
        session.workspace.adopt(regression(table_path))
        session.runs.one_epoch(5)
        parts = session.runs.evaluate()
        assert list(parts) == ["train", "validation", "test"]
        assert all(set(values) == {"loss", "mae", "r2", "mse"} for values in parts.values())
        assert session.workspace.run is not None
        last = session.workspace.run.trainer.history.epochs[-1].values
        assert parts["validation"]["loss"] == last["val_loss"]
        assert parts["validation"]["mse"] == last["val_mse"]

    def test_several_targets(self, session: Session, table_path: Path) -> None:
        session.workspace.adopt(regression(table_path, target=("a", "b"), features=("colour",)))
        session.runs.one_epoch()
        found = session.runs.predict(table_path)
        assert isinstance(found.predicted[0], tuple)
        assert set(found.to_json()["rows"][0]["predicted"]) == {"a", "b"}
        assert found.actual is not None
        assert len(found.actual[0]) == 2
        errors = np.abs(np.array(found.predicted) - np.array(found.actual)).mean(axis=0)
        alone = {name for name in found.metrics if " " not in name}
        assert alone == {"r2"}  # no mean of errors in two units
        assert [found.metrics["mae a"], found.metrics["mae b"]] == pytest.approx(errors.tolist())
        assert found.metrics["r2"] == pytest.approx((found.metrics["r2 a"] + found.metrics["r2 b"]) / 2)

    def test_a_target_that_is_no_number_is_not_judged(self, session: Session, table_path: Path, tmp_path: Path) -> None:
        session.workspace.adopt(regression(table_path))
        session.runs.one_epoch()
        path = tmp_path / "new.csv"
        path.write_text("a,b\n1,high\n2,low\n3,high\n", encoding="utf-8")
        found = session.runs.predict(path)
        assert len(found) == 3
        assert found.actual is None
        assert any("cannot be evaluated" in note for note in found.notes)


def test_a_run_folder_predicts_without_its_data(
    trained: Session, make_session: Callable[..., Session], table_path: Path, tmp_path: Path
) -> None:
    folder = trained.store.save(tmp_path / "run")
    other_table = tmp_path / "other.csv"
    other_table.write_bytes(table_path.read_bytes())
    expected = trained.runs.predict(other_table)
    table_path.unlink()
    session = make_session()
    session.workspace.open(folder)
    found = session.runs.predict(other_table)
    assert found.predicted == expected.predicted
    assert found.metrics == expected.metrics
    with pytest.raises(DataError, match="no file"):
        session.runs.evaluate()


def test_predicting_while_another_thread_trains_does_not_disturb_it(trained: Session, table_path: Path) -> None:
    assert trained.workspace.run is not None
    theta = trained.workspace.run.network.theta.copy()
    gradient = trained.workspace.run.network.gradient.copy()
    trained.runs.predict(table_path)
    trained.runs.evaluate()
    np.testing.assert_array_equal(trained.workspace.run.network.theta, theta)
    np.testing.assert_array_equal(trained.workspace.run.network.gradient, gradient)
