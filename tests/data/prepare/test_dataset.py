"""From a table and choices to arrays: tasks, classes, columns, missing cells, hostile tables, size."""

import shutil
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.prepare.choosing import Choices
from tui_ann import large_arrays
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.read.table import Column, Issue, Table
from tui_ann.errors import DataError

NAN = float("nan")


def numbers(n: int = 8, **columns: list[float]) -> Table:
    """A table of number columns; without any, x and y."""
    columns = columns or {"x": [float(i) for i in range(n)], "y": [float(i * i) / 2 for i in range(n)]}
    return Table.of([Column.of_numbers(name, values) for name, values in columns.items()])


def classed(labels: Sequence[str | None], kind: str = "category") -> Table:
    x = [float(i) for i in range(len(labels))]
    return Table.of([Column.of_numbers("x", x), Column.of_labels("y", labels, kind=kind)])  # type: ignore[arg-type]


def refused(table: Table, **choices: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        build_dataset(table, Choices(**choices))
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    return caught.value


def test_a_column_with_the_name_of_all_others_is_one_of_them() -> None:
    values = {"*": [1.0, 2.0], "x": [3.0, 5.0], "y": [1.0, 0.0]}
    table = Table.of([Column.of_numbers(name, each) for name, each in values.items()])
    for features, ignore, target, found in (
        (["*"], [], "y", ("*", "x")),
        (["x", "*"], [], "y", ("x", "*")),
        (["*"], ["*"], "y", ("x",)),
        (["*"], [], "*", ("x", "y")),
    ):
        choices = Choices(task="regression", features=features, ignore=ignore, target=target)
        assert build_dataset(table, choices).feature_names == found


class TestTasks:
    def test_regression_has_the_numbers(self) -> None:
        dataset = build_dataset(numbers(), Choices())
        assert (dataset.task, dataset.classes, dataset.targets) == ("regression", (), ("y",))
        np.testing.assert_array_equal(dataset.Y_train[:, 0], np.arange(8.0) ** 2 / 2)

    def test_numbers_cannot_be_stratified_so_their_rows_are_shuffled(self) -> None:
        dataset = build_dataset(numbers(), Choices(split="stratified", test_split=0.25))
        again = build_dataset(numbers(), Choices(split="shuffled", test_split=0.25))
        assert dataset.rows.test.tolist() == again.rows.test.tolist()
        assert any("shuffled instead of stratified" in note for note in dataset.notes)

    def test_two_labels_are_0_and_1_in_sorted_order(self) -> None:
        dataset = build_dataset(classed(["malignant", "benign", "benign", "malignant"]), Choices())
        assert (dataset.task, dataset.classes) == ("binary", ("benign", "malignant"))
        np.testing.assert_array_equal(dataset.Y_train, [[1], [0], [0], [1]])
        assert any("Class 1 is 'malignant'" in note for note in dataset.notes)

    def test_the_order_of_the_classes_can_be_chosen(self) -> None:
        dataset = build_dataset(classed(["good", "bad", "good"]), Choices(classes=["good", "bad"]))
        np.testing.assert_array_equal(dataset.Y_train, [[0], [1], [0]])

    def test_of_a_boolean_true_is_1(self) -> None:
        table = classed(["ja", "nein", "ja"], kind="boolean")
        table.columns[1].labels[:] = ["nein", "ja"]
        table.columns[1].codes[:] = [1, 0, 1]
        assert build_dataset(table, Choices()).classes == ("nein", "ja")

    def test_binary_with_two_outputs_is_one_hot(self) -> None:
        dataset = build_dataset(classed(["a", "b", "a"]), Choices(), one_hot=True)
        np.testing.assert_array_equal(dataset.Y_train, [[1, 0], [0, 1], [1, 0]])
        assert dataset.preprocessing.labels(np.array([1, 0])) == ["b", "a"]

    def test_more_labels_are_one_hot(self) -> None:
        dataset = build_dataset(classed(["c", "a", "b"]), Choices())
        assert dataset.task == "multiclass"
        np.testing.assert_array_equal(dataset.Y_train, [[0, 0, 1], [1, 0, 0], [0, 1, 0]])

    def test_numbers_as_classes_are_ordered_by_size(self) -> None:
        table = numbers(x=[1, 2, 3, 4], y=[10, 9, 10, 100])
        dataset = build_dataset(table, Choices(task="multiclass"))
        assert dataset.classes == ("9", "10", "100")
        assert build_dataset(table, Choices(task="multiclass", classes=[100, 9, 10.0])).classes == ("100", "9", "10")

    @pytest.mark.parametrize(
        ("labels", "choices", "code", "says"),
        [
            (["a", "a"], {}, "one_class", "'a'"),
            (["a", "b", "c"], {"task": "binary"}, "bad_task", "has 3"),
            (["a", "b", "c"], {"task": "regression"}, "bad_target", "category"),
            (["a", "b"], {"task": "ranking"}, "bad_task", "'ranking'"),
            (["a", "b"], {"classes": ["a"]}, "bad_classes", "'b'"),
            (["a", "b"], {"classes": ["a", "b", "a"]}, "bad_classes", "twice"),
            ([None, None], {}, "all_missing", "no value"),
        ],
    )
    def test_a_target_that_does_not_suit_is_refused(
        self, labels: list[str | None], choices: dict[str, Any], code: str, says: str
    ) -> None:
        error = refused(classed(labels), **{"task": "multiclass", **choices})
        assert (error.code, says in error.message) == (code, True)

    @pytest.mark.parametrize(("values", "task"), [(71, "regression"), (11, "regression"), (10, "multiclass")])
    def test_numbers_that_are_no_two_classes_are_advised_as_they_are_proposed(self, values: int, task: str) -> None:
        y = [float(i % values) for i in range(5 * values)]
        table = numbers(x=[float(i) for i in range(len(y))], y=y)
        assert refused(table, task="binary").remedy == f'Set task = "{task}".'
        assert build_dataset(table, Choices()).task == task

    def test_too_many_classes_are_taken_for_a_mistake(self) -> None:
        assert refused(classed([f"id{i}" for i in range(1200)])).code == "too_many_classes"

    def test_one_class_in_the_training_part_is_refused(self) -> None:
        table = classed(["a"] * 8 + ["b"] * 2)
        assert "'a'" in refused(table, validation_split=0.2).message
        assert build_dataset(table, Choices(validation_split=0.2, split="stratified")).Y_train.sum() == 1

    def test_a_class_that_a_part_lacks_is_told(self) -> None:
        dataset = build_dataset(classed(["a", "b"] * 4 + ["a"] * 2), Choices(validation_split=0.2))
        assert any("validation part has no row of 'b'; split = \"stratified\"" in note for note in dataset.notes)

    @pytest.mark.parametrize(
        ("labels", "says"),
        [
            (["a", "b"] * 10 + ["c"] * 2, "Class 'c' has only 2 rows, too few for one in each part: add rows of it"),
            (["c", "d", *["a", "b"] * 10], "The classes 'c', 'd' have fewer than 3 rows each"),
            (["a", "b"] * 10 + ["c"] * 4, 'split = "stratified" gives each part its share.'),
        ],
    )
    def test_only_a_split_that_is_not_refused_is_advised_for_a_class_that_a_part_lacks(
        self, labels: list[str], says: str
    ) -> None:
        shares: dict[str, Any] = {"test_split": 0.2, "validation_split": 0.2}
        notes = [note for note in build_dataset(classed(labels), Choices(**shares)).notes if "has no row of" in note]
        assert notes
        assert all(says in note for note in notes)
        if all("stratified" in note for note in notes):
            again = build_dataset(classed(labels), Choices(**shares, split="stratified"))
            assert not [note for note in again.notes if "has no row of" in note]
        else:
            assert refused(classed(labels), **shares, split="stratified").code == "class_too_small"

    @given(
        counts=st.lists(st.integers(1, 12), min_size=2, max_size=6),
        test=st.sampled_from([0.0, 0.1, 0.2, 0.5]),
        validation=st.sampled_from([0.1, 0.3, 0.5]),
        folds=st.sampled_from([None, 2, 3]),
        seed=st.integers(0, 3),
    )
    def test_a_stratified_split_is_advised_only_where_it_works(
        self, counts: list[int], test: float, validation: float, folds: int | None, seed: int
    ) -> None:
        labels = [name for name, rows in zip("abcdef", counts, strict=False) for _ in range(rows)]
        choices = Choices(test_split=test, validation_split=validation, split_seed=seed, folds=folds)
        try:
            notes = build_dataset(classed(labels), replace(choices, split="shuffled")).notes
        except DataError:
            return
        if any("stratified" in note for note in notes):
            again = build_dataset(classed(labels), replace(choices, split="stratified")).notes
            assert not any("has no row of" in note for note in again)


class TestColumns:
    def with_a_constant(self) -> Table:
        same = Column.of_numbers("same", [5, 5, 5], flags=("constant",))
        return Table.of([Column.of_numbers("x", [1, 2, 3]), same, Column.of_numbers("y", [1.5, 2, 3])])

    def test_nothing_that_suits_is_refused_with_the_reasons(self) -> None:
        error = refused(self.with_a_constant(), task="regression", ignore=["x"])
        assert "'same' has the same value everywhere." in error.message

    def test_all_that_suit_by_default_with_the_reason_for_the_rest(self) -> None:
        dataset = build_dataset(self.with_a_constant(), Choices(task="regression"))
        assert dataset.feature_names == ("x",)
        assert dataset.left_out == {"same": "constant"}
        assert dataset.notes[0] == "Left out 'same': it has the same value everywhere."

    def test_a_named_column_is_used_all_the_same(self) -> None:
        dataset = build_dataset(self.with_a_constant(), Choices(task="regression", features=["same", "*"]))
        assert dataset.feature_names == ("same", "x")
        assert not dataset.left_out

    def test_ignored_columns_are_not_used(self) -> None:
        table = numbers(a=[1, 2, 3], b=[3, 1, 2], y=[1.5, 2, 3])
        for features in (["*"], ["a", "b"]):
            dataset = build_dataset(table, Choices(task="regression", features=features, ignore=["a"]))
            assert dataset.feature_names == ("b",)

    @pytest.mark.parametrize(
        ("choices", "code", "says"),
        [
            ({"target": "Y "}, "no_such_column", "'Y '"),
            ({"target": ""}, "no_target", "target"),
            ({"target": []}, "no_target", "target"),
            ({"features": ["xx"]}, "no_such_column", "'xx'"),
            ({"ignore": ["z"]}, "no_such_column", "'z'"),
            ({"features": ["y"]}, "target_as_feature", "'y'"),
            ({"ignore": ["x"]}, "no_features", "'y'"),
            ({"scaling": "log"}, "bad_scaling", "'log'"),
            ({"missing": "guess"}, "bad_missing", "'guess'"),
            ({"split": "any"}, "bad_split", "'any'"),
            ({"target": ["x", "y"], "task": "binary"}, "bad_target", "not 2"),
        ],
    )
    def test_what_cannot_be_is_refused(self, choices: dict[str, Any], code: str, says: str) -> None:
        error = refused(numbers(), **choices)
        assert (error.code, says in error.message) == (code, True)

    def test_hostile_names_are_harmless_in_messages(self) -> None:
        name = "\x1b[31m[red]" + "x" * 500
        error = refused(Table.of([Column.of_numbers(name, [1, 1]), Column.of_numbers("y", [1, NAN])]), features=[name])
        assert "\x1b" not in str(error)
        constant = refused(Table.of([Column.of_numbers(name, [1, 1, 1])]), target=name)
        assert "\x1b" not in str(constant)
        assert len(str(constant)) < 300


class TestMissing:
    def test_an_error_by_default_with_line_column_and_number(self) -> None:
        table = numbers(a=[1, 2, NAN, NAN], b=[1, NAN, 3, 4], y=[1.5, 2, 3, NAN])
        table.lines[:] = [2, 5, 6, 7]
        error = refused(table, task="regression")
        assert error.code == "missing_cells"
        assert error.message == "4 cells are missing in 3 columns, the first in line 5, column 'b'."
        assert "median" in error.remedy

    def test_a_cell_the_reader_could_not_read_is_shown(self) -> None:
        table = numbers(x=[1, NAN, 3], y=[1.5, 2, 3])
        table.issues.append(Issue(3, "x", "n.a.?", "not_a_number"))
        assert "('n.a.?' is not a finite number)" in refused(table, task="regression").message

    def test_dropping_leaves_whole_rows_out_before_the_split(self) -> None:
        table = numbers(x=[1, NAN, 3, 4, 5, NAN], y=[1.5, 2, NAN, 4, 5, 6])
        dataset = build_dataset(table, Choices(task="regression", missing="drop", validation_split=0.3))
        assert dataset.rows.train.tolist() == [0, 3]
        assert dataset.rows.validation.tolist() == [4]
        assert "Left out 1 row without a target value: line 4." in dataset.notes
        assert "Left out 2 rows with missing cells (x 2): lines 3 and 7." in dataset.notes

    def test_a_target_is_never_made_up(self) -> None:
        dataset = build_dataset(numbers(x=[1, 2, NAN], y=[NAN, 2, 3]), Choices(task="regression", missing="mean"))
        assert dataset.rows.train.tolist() == [1, 2]
        np.testing.assert_array_equal(dataset.X_train, [[2], [2]])

    def test_nothing_left_is_refused(self) -> None:
        table = numbers(a=[1, NAN, 3], b=[NAN, 2, NAN], y=[1, 2.5, 3])
        assert refused(table, task="regression", missing="drop").code == "all_missing"

    def test_a_column_without_a_value_in_the_training_rows_is_refused(self) -> None:
        table = numbers(x=[NAN, NAN, NAN, 4], z=[1, 2, 3, 4], y=[1, 2.5, 3, 4])
        error = refused(table, task="regression", missing="median", validation_split=0.2)
        assert (error.code, "'x'" in error.message) == ("all_missing", True)

    def test_a_missing_cell_in_a_column_not_in_use_does_no_harm(self) -> None:
        table = numbers(x=[1, 2, 3], hole=[1, NAN, 3], y=[1.5, 2, 3])
        build_dataset(table, Choices(task="regression", ignore=["hole"]))


class TestHostile:
    def test_one_row_can_be_trained_on_when_nothing_is_set_aside(self) -> None:
        dataset = build_dataset(numbers(x1=[1.0], x2=[2.0], y=[1.0]), Choices(task="regression", features=["x1", "x2"]))
        np.testing.assert_array_equal(dataset.X_train, [[1, 2]])
        assert dataset.X_validation.shape == (0, 2)

    def test_of_one_row_nothing_is_set_aside_and_that_is_said(self) -> None:
        choices = Choices(task="regression", features=["x"], validation_split=0.1, test_split=0.2)
        dataset = build_dataset(numbers(x=[1.0], y=[1.0]), choices)
        assert [len(part) for part in (dataset.X_train, dataset.X_validation, dataset.X_test)] == [1, 0, 0]
        assert any("nothing can be set aside" in note for note in dataset.notes)

    def test_a_constant_target_is_refused(self) -> None:
        assert refused(numbers(x=[1, 2], y=[3, 3]), task="regression").code == "constant_target"

    def test_where_every_column_is_named_as_in_an_exercise_a_constant_target_is_taken(self) -> None:
        choices = Choices(task="regression", features=["x"], target_scaling="standard")
        dataset = build_dataset(numbers(x=[1, 2], y=[3, 3]), choices)
        np.testing.assert_array_equal(dataset.Y_train, [[0], [0]])
        choices = Choices(task="binary", features=["x"], classes=["0", "1"])
        np.testing.assert_array_equal(build_dataset(numbers(x=[1, 2], y=[1, 1]), choices).Y_train, [[1], [1]])

    def test_no_rows_are_refused(self) -> None:
        assert refused(numbers(x=[], y=[])).code == "no_rows"

    @pytest.mark.parametrize("value", [float("inf"), -float("inf")])
    def test_infinities_are_refused_with_their_line(self, value: float) -> None:
        error = refused(numbers(x=[1, 2, value], y=[1, 2.5, 3]), task="regression", features=["x"])
        assert "Line 4, column 'x'" in error.message
        assert "'y'" in refused(numbers(x=[1, 2, 3], y=[1, value, 3]), task="regression").message

    def test_five_thousand_columns_are_fine(self) -> None:
        rng = np.random.default_rng(0)
        columns = [Column.of_numbers(f"x{j}", rng.normal(size=20)) for j in range(5000)]
        table = Table.of([*columns, Column.of_numbers("y", rng.normal(size=20))])
        dataset = build_dataset(table, Choices(task="regression", scaling="standard", validation_split=0.1))
        assert dataset.X_train.shape == (18, 5000)
        assert max(len(note) for note in dataset.notes) < 1000

    def test_features_beyond_memory_and_disk_are_refused_before_they_are_made(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(large_arrays.LIMIT, "100M")
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(1 << 30, 0, 1 << 30))
        n = 200_000
        codes = (np.arange(n) % 100).astype(np.int32)
        labels = [f"label {i:02}" for i in range(100)]
        columns = [Column.of_codes(f"c{j}", codes, labels, kind="category") for j in range(30)]
        table = Table.of([*columns, Column.of_numbers("y", np.arange(n, dtype=float))])
        assert refused(table, task="regression").code == "too_large"


def test_a_large_table_takes_little_more_memory_than_its_arrays() -> None:
    n, m = 100_000, 20
    rng = np.random.default_rng(0)
    table = Table.of([Column.of_numbers(f"x{j}", rng.normal(size=n)) for j in range(m)])
    table.columns.append(Column.of_numbers("y", rng.normal(size=n)))
    tracemalloc.start()
    dataset = build_dataset(table, Choices(scaling="standard", validation_split=0.1, test_split=0.2, split="shuffled"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert dataset.X_train.shape == (72_000, m)
    assert peak < 1.4 * n * (m + 1) * 8


def test_the_table_is_not_changed() -> None:
    table = numbers(x=[1, NAN, 3, 9], y=[1, 2.5, 3, 4])
    before = [column.numbers.copy() for column in table.columns]
    choices = Choices(task="regression", missing="median", scaling="standard", target_scaling="standard")
    build_dataset(table, replace(choices, validation_split=0.25))
    for column, values in zip(table.columns, before, strict=True):
        np.testing.assert_array_equal(column.numbers, values)
