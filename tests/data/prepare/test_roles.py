"""Target, task, output layer, and what is left out; what cannot be trained is refused with the reason."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from tui_ann.data.prepare.roles import REASONS, check_target, excluded, proposal, propose_target, propose_task
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError


def table(**columns: list[Any]) -> Table:
    return Table.of(
        [
            Column.of_labels(name, cells) if isinstance(cells[0], str) else Column.of_numbers(name, cells)
            for name, cells in columns.items()
        ]
    )


X = [float(i) for i in range(20)]


@pytest.mark.parametrize(
    "name",
    ["target", "Label", "CLASS", "Klasse", "y", " Y ", "Ziel", "price", "SalePrice", "median_house_value", "mpg"],
)
def test_a_target_is_known_by_its_name(name: str) -> None:
    assert propose_target(table(**{"a": X, name: X, "b": X})) == name
    assert propose_target(table(**{name: X, "a": X, "b": X})) == name


@pytest.mark.parametrize(
    ("names", "target"),
    [
        ("x y z", "z"),
        ("price x y z", "price"),
        ("x y", "y"),
        ("y x", "y"),
        ("y x label", "label"),
        ("label x y", "label"),
        ("price sales rooms", "sales"),
        ("unit_price rooms", "rooms"),
    ],
)
def test_the_clearest_name_counts(names: str, target: str) -> None:
    assert propose_target(table(**dict.fromkeys(names.split(), X))) == target


def test_a_column_that_cannot_be_learnt_is_not_proposed() -> None:
    colours = ["red", "green"] * 10
    assert propose_target(table(a=X, kind=colours, name=[f"n{i}" for i in range(20)])) == "kind"
    assert propose_target(table(a=X, kind=colours, surname=[f"n{i % 12}" for i in range(20)])) == "kind"
    assert propose_target(table(a=X, kind=colours, target=["one"] * 20)) == "kind"
    assert propose_target(table(a=X, kind=colours, target=[1.0] * 2 + [np.nan] * 18)) == "kind"
    many = table(a=[float(i % 7) for i in range(1500)], kind=[f"k{i % 150}" for i in range(1500)])
    assert propose_target(many) == "kind", (
        "with the many labels left out, nothing would be left to learn the other from"
    )


def test_where_nothing_can_be_learnt_the_reason_is_told_of_the_likeliest() -> None:
    assert propose_target(table(a=X, b=[1.0] * 20)) == "a"
    assert propose_target(table(a=[2.0] * 20, b=[1.0] * 20)) == "b"


def test_classes_may_come_first_in_a_file_without_names() -> None:
    classes, letters = [float(i % 4) for i in range(20)], ["M", "B"] * 10
    measured = [i / 7 for i in range(20)]

    def proposed(*cells: list[Any], has_header: bool = False) -> str | None:
        data = table(**{f"column_{i + 1}": column for i, column in enumerate(cells)})
        data.report = dataclasses.replace(data.report, has_header=has_header)
        return propose_target(data)

    assert proposed(classes, X, measured) == "column_1"
    assert proposed(letters, X, measured) == "column_1"
    assert proposed(letters, X, measured, has_header=True) == "column_3"
    assert proposed(letters, measured, X) == "column_3", "whole numbers in the last column may be a count or classes"
    assert proposed(letters, letters, measured) == "column_3", "the first is one category among others"
    assert proposed(measured, X, measured) == "column_3"


def test_else_the_last_column_that_may_serve() -> None:
    columns = [
        Column.of_numbers("a", X),
        Column.of_numbers("b", X),
        Column.of_labels("d", ["2024-01-01"] * 20, kind="date"),
        Column.of_labels("t", [f"Satz {i}" for i in range(20)], kind="text"),
        Column.of_numbers("k", [1.0] * 20, flags=("constant",)),
        Column.of_labels("e", [None] * 20, kind="empty"),
    ]
    assert propose_target(Table.of(columns)) == "b"
    assert propose_target(Table.of(columns[2:])) == "k"
    assert propose_target(Table.of(columns[5:])) == "e"
    assert propose_target(Table.of([])) is None


@pytest.mark.parametrize(
    ("cells", "task"),
    [
        ([0.0, 1.0] * 10, "binary"),
        ([0.5, 1.5] * 10, "binary"),
        (["ja", "nein"] * 10, "binary"),
        (["a", "b", "c", "d"] * 5, "multiclass"),
        ([1.0, 2.0, 3.0, 4.0] * 5, "multiclass"),
        ([1.0, 2.0, 3.0, 4.0, 5.0] * 4, "regression"),
        ([1.5, 2.0, 3.0, 4.0] * 5, "regression"),
        (X, "regression"),
        ([float(i % 11) for i in range(110)], "regression"),
        ([float(i % 10) for i in range(50)], "multiclass"),
    ],
)
def test_tasks(cells: list[Any], task: str) -> None:
    assert propose_task(table(x=[0.0] * len(cells), y=cells), "y") == task


def test_missing_targets_do_not_count_as_a_class() -> None:
    assert propose_task(table(x=X, y=[0.0, 1.0, np.nan, 1.0] * 5), "y") == "binary"


def test_proposals() -> None:
    data = table(x=X, r=X, b=[0.0, 1.0] * 10, m=["a", "b", "c", "d"] * 5)
    assert proposal(data, "r") == (1, "linear", "mean_squared_error")
    assert proposal(data, "b") == (1, "sigmoid", "binary_crossentropy")
    assert proposal(data, "m") == (4, "softmax", "categorical_crossentropy")
    assert proposal(data, "b", "regression").loss == "mean_squared_error"


def test_what_is_left_out_and_why() -> None:
    n = 303
    columns = {
        "id": Column.of_numbers("n", np.arange(n, dtype=float), flags=("id",)),
        "constant": Column.of_numbers("k", np.ones(n), flags=("constant",)),
        "empty": Column.of_labels("e", [None] * n, kind="empty"),
        "date": Column.of_labels("d", ["2024-01-01"] * n, kind="date"),
        "text": Column.of_labels("t", [f"Satz {i}" for i in range(n)], kind="text"),
        "many_labels": Column.of_labels("c", [f"l{i % 101}" for i in range(n)]),
    }
    good = Column.of_labels("g", [f"l{i % 100}" for i in range(n)])
    data = Table.of([*columns.values(), good])
    assert excluded(data, None) == {column.name: reason for reason, column in columns.items()}
    assert "n" not in excluded(data, "n")
    assert set(columns) == set(REASONS)


@pytest.mark.parametrize(
    ("y", "task"), [([1.0], "regression"), ([1.0, 0.0], "binary"), ([1.5, 2.5], "regression"), ([2, 3], "regression")]
)
def test_an_exercise_of_a_row_or_two_can_be_trained(y: list[float], task: str) -> None:
    data = table(x=X[: len(y)], y=y)
    assert (propose_target(data), propose_task(data, "y")) == ("y", task)
    check_target(data, "y")


@pytest.mark.parametrize(
    ("data", "task", "code"),
    [
        (table(x=X[:3], y=[np.nan] * 3), None, "too_few_rows"),
        (table(x=X, y=[1.0, 2.0, 3.0] + [np.nan] * 17), None, "too_few_rows"),
        (table(y=X), None, "no_features"),
        (table(x=X, y=[7.0] * 20), None, "constant_target"),
        (table(x=X, y=["a"] * 20), None, "constant_target"),
        (table(x=X, y=["a", "b"] * 10), "regression", "not_a_number"),
        (table(x=X, y=["a", "a", "b", "b", *"cdefghijklmnopqr"]), None, "rare_class"),
        (table(x=X, y=["a"] * 19 + ["b"]), None, "rare_class"),
        (table(x=X, y=X), "multiclass", "rare_class"),
    ],
)
def test_what_cannot_be_trained_is_refused(data: Table, task, code: str) -> None:
    with pytest.raises(DataError) as caught:
        check_target(data, "y", task)
    assert caught.value.code == code
    assert caught.value.remedy


def test_numbers_that_identify_rows_are_advised_as_numbers() -> None:
    with pytest.raises(DataError) as caught:
        check_target(table(x=X, y=X), "y", "multiclass")
    assert caught.value.remedy == 'Set task = "regression", or choose another target.'


def test_the_reason_against_labels_is_said() -> None:
    with pytest.raises(DataError, match=r"'y' has 20 different values in 20 rows"):
        check_target(table(x=X, y=[f"n{i}" for i in range(20)]), "y")
    with pytest.raises(DataError, match=r"The class '7' of 'y' has a single row"):
        check_target(table(x=X, y=[3.0] * 19 + [7.0]), "y")


@pytest.mark.parametrize(
    "cells",
    [X, [0.0, 1.0] * 10, ["a", "b", "c", "c"] * 5, ["a", "b"] * 9 + ["c", "d"]],
    ids=lambda cells: str(cells[-1]),
)
def test_what_can_be_trained_passes(cells: list[Any]) -> None:
    check_target(table(x=X, y=cells), "y")


def test_no_such_target() -> None:
    with pytest.raises(DataError) as caught:
        propose_task(table(diagnosis=X), "diagnose")
    assert caught.value.code == "no_such_column"
    assert "diagnosis" in caught.value.remedy
