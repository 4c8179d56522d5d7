"""Features and targets: encoded, scaled by the training rows, the same for another table, stored and read again."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import Dataset, build_dataset
from tui_ann.data.prepare.features import NumberFeature
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.roles import MOST_LABELS
from tui_ann.data.prepare.targets import Target
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError


def mixed(colours: list[str | None] | None = None, sizes: list[float] | None = None) -> Table:
    """Six rows: a number, a category of three labels, a boolean, and a number to predict."""
    return Table.of(
        [
            Column.of_numbers("size", sizes or [1.0, 2.0, 3.0, 4.0, 5.0, 9.0]),
            Column.of_labels("colour", colours or ["red", "green", "blue", "red", "green", "red"]),
            Column.of_labels("new", ["no", "yes", "no", "yes", "no", "yes"], kind="boolean"),
            Column.of_numbers("y", [10.0, 20.0, 30.0, 45.0, 50.0, 65.0]),
        ]
    )


def fitted(**choices: Any) -> Dataset:
    return build_dataset(mixed(), Choices(**choices))


def test_numbers_stay_and_labels_become_columns_of_0_and_1() -> None:
    dataset = fitted()
    assert dataset.feature_names == ("size", "colour=blue", "colour=green", "colour=red", "new")
    np.testing.assert_array_equal(
        dataset.X_train,
        [[1, 0, 0, 1, 0], [2, 0, 1, 0, 1], [3, 1, 0, 0, 0], [4, 0, 0, 1, 1], [5, 0, 1, 0, 0], [9, 0, 0, 1, 1]],
    )
    assert dataset.X_train.flags["C_CONTIGUOUS"]
    assert dataset.X_train.dtype == np.float64


def test_a_category_of_two_labels_is_one_column() -> None:
    table = Table.of([Column.of_labels("sex", ["male", "female", "male"]), Column.of_numbers("y", [1, 2, 4])])
    dataset = build_dataset(table, Choices(task="regression"))
    assert dataset.feature_names == ("sex=male",)
    np.testing.assert_array_equal(dataset.X_train, [[1], [0], [1]])


def test_statistics_come_from_the_training_rows_alone() -> None:
    dataset = fitted(scaling="standard", validation_split=0.34)
    trained_on = np.array([1.0, 2.0, 3.0])
    assert dataset.rows.train.size == 3
    np.testing.assert_allclose(dataset.X_train[:, 0], (trained_on - 2) / trained_on.std())
    np.testing.assert_allclose(dataset.X_validation[:, 0], (np.array([4.0, 5.0, 9.0]) - 2) / trained_on.std())
    assert any("on 3 training rows" in note for note in dataset.notes)


def test_minmax_maps_the_training_rows_to_0_and_1() -> None:
    np.testing.assert_allclose(fitted(scaling="minmax").X_train[:, 0], [0, 0.125, 0.25, 0.375, 0.5, 1])


@pytest.mark.parametrize("value", [0.1, 1e9 + 0.1, 0.0])
def test_a_column_without_spread_is_shifted_only(value: float) -> None:
    table = Table.of([Column.of_numbers("x", [value] * 7 + [value + 1]), Column.of_numbers("y", range(8))])
    dataset = build_dataset(table, Choices(task="regression", scaling="standard", validation_split=0.1))
    np.testing.assert_array_equal(dataset.X_train, np.zeros((7, 1)))
    assert dataset.X_validation[0, 0] == pytest.approx(1.0)


@pytest.mark.parametrize("how", ["standard", "minmax"])
def test_numbers_too_large_to_scale_are_refused_without_a_warning(how: str) -> None:
    table = mixed(sizes=[-1.7e308, 1.7e308, 1.0, 1.0, 1.0, 1.0])
    with pytest.raises(DataError, match="'size' are too large") as caught:
        build_dataset(table, Choices(scaling=how))
    assert caught.value.code == "too_large"


def test_targets_are_scaled_and_come_back_in_their_own_units() -> None:
    dataset = fitted(target_scaling="standard")
    y = np.array([10.0, 20, 30, 45, 50, 65])
    np.testing.assert_allclose(dataset.Y_train[:, 0], (y - y.mean()) / y.std())
    preprocessing = dataset.preprocessing
    np.testing.assert_allclose(preprocessing.undo(dataset.Y_train)[:, 0], y)
    np.testing.assert_allclose(dataset.Y_train * preprocessing.target_scale + preprocessing.target_offset, y[:, None])
    assert preprocessing.numbers(dataset.Y_train)[:2] == pytest.approx([10.0, 20.0])


def test_several_targets_make_a_regression_with_as_many_outputs() -> None:
    dataset = build_dataset(mixed(), Choices(target=["y", "size"], target_scaling="minmax"))
    assert (dataset.task, dataset.targets, dataset.Y_train.shape) == ("regression", ("y", "size"), (6, 2))
    assert "size" not in dataset.feature_names
    assert dataset.preprocessing.numbers(dataset.Y_train)[5] == pytest.approx((65.0, 9.0))


def test_filling_uses_the_training_rows() -> None:
    table = mixed(
        sizes=[1.0, 2.0, 2.0, float("nan"), 10.0, float("nan")], colours=["red", "red", "green", None, "blue", None]
    )
    for rule, expected in (("mean", 5 / 3), ("median", 2.0), ("most_frequent", 2.0)):
        dataset = build_dataset(table, Choices(missing=rule, validation_split=0.4))
        assert dataset.rows.train.tolist() == [0, 1, 2]
        np.testing.assert_allclose(dataset.X_validation[:, 0], [expected, 10.0, expected])
        assert dataset.feature_names[1] == "colour=red", "blue is only in the validation rows"
        np.testing.assert_array_equal(dataset.X_validation[:, 1], [1, 0, 1])
        assert any(note.startswith("Filled 4 missing cells") and "size 2, colour 2" in note for note in dataset.notes)


def test_only_missing_cells_of_rows_that_are_used_are_counted() -> None:
    table = Table.of(
        [
            Column.of_numbers("size", [1.0, float("nan"), float("nan"), 4.0, 5.0, 6.0]),
            Column.of_numbers("age", [float("nan"), 2.0, 3.0, 4.0, 5.0, 6.0]),
            Column.of_numbers("price", [float("nan"), 1.0, float("nan"), 2.5, 3.0, 4.0]),
        ]
    )
    notes = build_dataset(table, Choices(target="price", missing="median")).notes
    assert "Left out 2 rows without a target value: lines 2 and 4." in notes
    assert (
        "Filled 1 missing cell with the median (categories: most frequent label) of the training rows: size 1." in notes
    )


def test_filled_cells_count_for_the_statistics() -> None:
    dataset = build_dataset(
        mixed(sizes=[1.0, float("nan"), 3.0, 5.0, 5.0, 5.0]), Choices(missing="median", scaling="standard")
    )
    assert dataset.X_train[:, 0].mean() == pytest.approx(0)
    assert dataset.X_train[:, 0].std() == pytest.approx(1)


def test_a_label_without_training_row_is_all_zeros_and_told() -> None:
    dataset = build_dataset(mixed(["red", "green", "red", "red", "blue", "pink"]), Choices(validation_split=0.34))
    np.testing.assert_array_equal(dataset.X_validation[:, 1], [1, 0, 0])
    wanted = (
        "Column 'colour': 'blue', 'pink', first in line 6. 2 rows with a label that no training row has; such a "
        "row is answered as 'green', because the feature of both is 0."
    )
    assert wanted in dataset.notes


def test_of_very_many_labels_the_most_frequent_get_a_column() -> None:
    n = MOST_LABELS + 50
    labels = [f"town {i:03}" for i in range(n)]
    table = Table.of([Column.of_labels("town", labels + labels[30:60]), Column.of_numbers("y", range(n + 30))])
    dataset = build_dataset(table, Choices(task="regression", features=["town"]))
    assert len(dataset.feature_names) == MOST_LABELS
    assert {f"town=town {i:03}" for i in range(30, 60)} <= set(dataset.feature_names)
    assert any("50 rarer labels" in note for note in dataset.notes)
    assert not any("no training row" in note for note in dataset.notes)


def test_dates_named_as_features_count_as_days() -> None:
    table = Table.of(
        [
            Column.of_labels("day", ["1970-01-01", "1970-01-03", "1970-01-02T12:00:00"], kind="date"),
            Column.of_labels("clock", ["00:01", "00:02:30", "01:00"], kind="time"),
            Column.of_numbers("y", [1, 2, 4]),
        ]
    )
    dataset = build_dataset(table, Choices(task="regression", features=["day", "clock"]))
    np.testing.assert_allclose(dataset.X_train, [[0.0, 60.0], [2.0, 150.0], [1.5, 3600.0]])
    assert any("counted in days" in note for note in dataset.notes)


def test_the_same_rules_serve_another_table() -> None:
    preprocessing = fitted(scaling="standard").preprocessing
    other = Table.of(
        [
            Column.of_labels("colour", ["blue", "violet"]),
            Column.of_labels("remark", ["a", "b"], kind="text"),
            Column.of_labels("new", ["yes", "no"], kind="boolean"),
            Column.of_numbers("size", [4.0, 40.0]),
        ]
    )
    applied = preprocessing.apply(other)
    np.testing.assert_array_equal(applied.X[:, 1:], [[1, 0, 0, 1], [0, 0, 0, 0]])
    assert applied.X[0, 0] == pytest.approx(0)
    assert applied.rows.tolist() == [0, 1]
    assert any("'colour': 'violet' in line" in note for note in applied.notes)
    assert not preprocessing.has_target(other)


def test_a_column_of_another_kind_is_read_as_the_kind_it_was() -> None:
    table = Table.of(
        [
            Column.of_labels("grade", ["1", "2", "x", "1"]),
            Column.of_numbers("size", [1.0, 2.0, 3.0, 4.0]),
            Column.of_labels("new", ["no", "yes", "no", "yes"], kind="boolean"),
            Column.of_numbers("y", [1.5, 2, 3, 4]),
        ]
    )
    preprocessing = build_dataset(table, Choices(task="regression")).preprocessing
    other = Table.of(
        [
            Column.of_numbers("grade", [2.0, 1.0]),
            Column.of_labels("size", ["7.5", "8"]),
            Column.of_labels("new", ["true", "false"], kind="boolean"),
        ]
    )
    np.testing.assert_array_equal(preprocessing.features(other), [[0, 1, 0, 7.5, 1], [1, 0, 0, 8, 0]])


def test_a_word_where_a_number_belongs_is_named_with_its_line() -> None:
    other = mixed()
    other.columns[0] = Column.of_labels("size", ["1", "2", "tall", "4", "5", "6"])
    with pytest.raises(DataError, match="Line 4, column 'size': 'tall' is not a number"):
        fitted().preprocessing.apply(other)


def test_a_lacking_column_is_named_with_near_names() -> None:
    other = Table.of([Column.of_numbers("Sizes", [1.0]), Column.of_labels("new", ["no"])])
    with pytest.raises(DataError, match=r"no column 'size'.*2 of 3 columns are missing.*'Sizes'"):
        fitted().preprocessing.apply(other)


def test_where_every_column_lacks_all_are_named() -> None:
    other = Table.of([Column.of_numbers("elsewhere", [1.0, 2.0])])
    with pytest.raises(DataError, match=r"trained on\. All \d columns are missing\."):
        fitted().preprocessing.features(other)


def test_of_two_lacking_columns_both_are_missing() -> None:
    table = Table.of([Column.of_numbers(name, [1.0, 2.0]) for name in ("a", "b", "y")])
    preprocessing = build_dataset(table, Choices(task="regression")).preprocessing
    with pytest.raises(DataError, match=r"trained on\. Both columns are missing\."):
        preprocessing.features(Table.of([Column.of_numbers("elsewhere", [1.0])]))


def test_a_missing_cell_in_another_table_follows_the_rule() -> None:
    holed = mixed(sizes=[1.0, float("nan"), 3.0, 4.0, 5.0, 6.0])
    with pytest.raises(DataError, match="One cell is missing in line 3, column 'size'"):
        fitted().preprocessing.apply(holed)
    dropped = fitted(missing="drop").preprocessing.apply(holed)
    assert dropped.rows.tolist() == [0, 2, 3, 4, 5]
    assert dropped.X.shape == (5, 5)
    assert fitted(missing="mean").preprocessing.apply(holed).X[1, 0] == pytest.approx(4.0)


@pytest.mark.parametrize("scaling", ["none", "standard", "minmax"])
def test_json_gives_back_the_same_rules(scaling: str) -> None:
    preprocessing = fitted(scaling=scaling, target_scaling=scaling, missing="median").preprocessing
    content = json.loads(json.dumps(preprocessing.to_json()))
    again = Preprocessing.from_json(content)
    assert again == preprocessing
    np.testing.assert_array_equal(again.features(mixed()), preprocessing.features(mixed()))
    assert content["columns"][0] == {
        "type": "number",
        "column": "size",
        "kind": "number",
        "mean": 4.0,
        "offset": {"none": 0.0, "standard": 4.0, "minmax": 1.0}[scaling],
        "scale": pytest.approx({"none": 1.0, "standard": np.sqrt(40 / 6), "minmax": 8.0}[scaling]),
        "fill": 3.5,
        "deviation": pytest.approx(np.sqrt(40 / 6)),
        "low": 1.0,
        "high": 9.0,
        "median": 3.5,
        "most_frequent": 1.0,
        "unit": None,
    }


@pytest.mark.parametrize("content", [{}, {"columns": 1}, [], {"columns": [{"type": "picture"}]}])
def test_json_of_something_else_is_refused(content: object) -> None:
    with pytest.raises(DataError, match="cannot be used"):
        Preprocessing.from_json(content)  # type: ignore[arg-type]


def test_json_of_another_version_is_refused() -> None:
    content = fitted().preprocessing.to_json()
    assert content["schema"] == 1
    with pytest.raises(DataError, match=r"cannot be used: .*schema"):
        Preprocessing.from_json({**content, "schema": 2})


def test_another_rule_for_missing_cells_uses_the_training_rows() -> None:
    preprocessing, holed = fitted().preprocessing, mixed(sizes=[1.0, np.nan, 3.0, 4.0, 5.0, 9.0])
    size = mixed().column("size").numbers
    for rule, value in (("mean", size.mean()), ("median", np.median(size)), ("most_frequent", 1.0)):
        applied = preprocessing.with_missing(rule).apply(holed)
        x = preprocessing.columns[0]
        assert isinstance(x, NumberFeature)
        assert applied.X[1, 0] == pytest.approx((value - x.offset) / x.scale)
    assert preprocessing.with_missing("drop").apply(holed).X.shape[0] == 5
    with pytest.raises(DataError, match="no rule 'guess'"):
        preprocessing.with_missing("guess")


def test_a_value_that_an_earlier_version_did_not_keep_is_refused() -> None:
    content = fitted().preprocessing.to_json()
    content["columns"][0].pop("median")
    with pytest.raises(DataError, match="does not hold the median value of column 'size'"):
        Preprocessing.from_json(content).with_missing("median")


def with_units(size: str | None, y: str | None) -> Table:
    table = mixed()
    table.columns[0] = Column.of_numbers("size", [1.0, 2.0, 3.0, 4.0, 5.0, 9.0], unit=size)
    table.columns[3] = Column.of_numbers("y", [10.0, 20.0, 30.0, 45.0, 50.0, 65.0], unit=y)
    return table


def test_numbers_in_another_unit_are_refused() -> None:
    preprocessing = build_dataset(with_units("cm", "kg"), Choices(task="regression")).preprocessing
    assert Preprocessing.from_json(json.loads(json.dumps(preprocessing.to_json()))) == preprocessing
    assert not preprocessing.apply(with_units("cm", "kg")).notes
    assert not preprocessing.apply(with_units(None, None)).notes  # numbers alone are taken to be in cm
    with pytest.raises(DataError, match=r"'size' is in 'mm', but the network was trained on 'cm'\. Convert") as error:
        preprocessing.apply(with_units("mm", "kg"))
    assert error.value.code == "other_unit"
    with pytest.raises(DataError, match="'y' is in 'g', but the network was trained on 'kg'"):
        preprocessing.targets(with_units("cm", "g"))


def test_a_unit_that_the_training_rows_had_not_is_told() -> None:
    preprocessing = build_dataset(with_units(None, None), Choices(task="regression")).preprocessing
    assert preprocessing.apply(with_units("in", None)).notes == (
        "Column 'size': its numbers are in 'in', a unit that the run does not know; they are taken as they are.",
    )


SPELLINGS = st.lists(st.sampled_from(["yes", "Yes", "YES", "no", "No", "NO", "maybe"]), min_size=1, max_size=8)


@given(SPELLINGS)
def test_a_boolean_of_another_file_means_the_same_however_it_is_spelled(tmp_path_factory, cells: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "spelled.csv"
    path.write_text("size,new\n" + "".join(f"1,{cell}\n" for cell in cells), encoding="utf-8")
    preprocessing = build_dataset(mixed(), Choices(features=("size", "new"))).preprocessing
    features = preprocessing.features(read_table(path))
    np.testing.assert_array_equal(features[:, 1], [cell.casefold() == "yes" for cell in cells])


@given(SPELLINGS)
def test_a_class_of_another_file_is_the_same_however_it_is_spelled(cells: list[str]) -> None:
    target = Target(("new",), "binary", ("no", "yes"), "boolean")
    known = [cell for cell in cells if cell != "maybe"]
    table = Table.of([Column.of_labels("new", known)])
    np.testing.assert_array_equal(target.codes(table), [cell.casefold() == "yes" for cell in known])


def test_labels_that_differ_only_in_case_are_told() -> None:
    dataset = build_dataset(mixed(colours=["red", "Red", "blue", "red", "sky blue", "skyblue"]), Choices())
    (note,) = [note for note in dataset.notes if "differ only" in note]
    assert note == (
        "Column 'colour': 'Red', 'red', 'sky blue', 'skyblue' differ only in case or spaces, but are 4 labels."
    )
    assert not any("differ only" in note for note in fitted().notes)
