"""A damaged `preprocessing.json` is refused in a sentence that names the place."""

import copy
from typing import Any

import numpy as np
import pytest

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.targets import Target
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError


def preprocessing(task: str = "multiclass") -> Preprocessing:
    columns = [Column.of_numbers("x", np.array([1.0, 2.0, 4.0])), Column.of_labels("colour", ["red", "blue", "red"])]
    target = (
        Target(("y",), "regression", offset=(0.0,), scale=(1.0,))
        if task == "regression"
        else Target(("kind",), task, ("a", "b", "c")[: 2 + (task == "multiclass")], "category", task == "multiclass")
    )
    extra = Column.of_numbers("y", np.array([1.0, 3.0, 5.0]))
    return Preprocessing.fit(Table.of([*columns, extra]), columns, target, np.arange(3), target_scaling="standard")


def changed(content: dict[str, Any], where: tuple[Any, ...], value: Any) -> dict[str, Any]:
    content = copy.deepcopy(content)
    owner: Any = content
    for part in where[:-1]:
        owner = owner[part]
    owner[where[-1]] = value
    return content


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
def test_what_was_written_is_read(task):
    written = preprocessing(task)
    assert Preprocessing.from_json(written.to_json()) == written


@pytest.mark.parametrize(
    ("task", "where", "value", "words"),
    [
        ("multiclass", ("columns", 0, "scale"), 0.0, "the scale 0 is not"),
        ("multiclass", ("columns", 0, "scale"), -1.0, "the scale -1 is not"),
        ("multiclass", ("columns", 0, "scale"), float("inf"), "the scale inf is not"),
        ("multiclass", ("columns", 0, "offset"), float("nan"), "the offset nan is not"),
        ("multiclass", ("columns", 1, "labels"), [], "there are no labels"),
        ("multiclass", ("columns", 1, "labels"), ["red", "red"], "a label is there twice"),
        ("multiclass", ("columns",), [], "there are no columns"),
        ("multiclass", ("target", "classes"), ["a"], "does not have 1 class"),
        ("multiclass", ("target", "classes"), ["a", "a", "b"], "a class is there twice"),
        ("multiclass", ("target", "one_hot"), False, "has a column for each class"),
        ("multiclass", ("target", "task"), "sorting", "the task 'sorting' is none of"),
        ("binary", ("target", "classes"), ["a", "b", "c"], "does not have 3 classes"),
        ("regression", ("target", "scale"), [0.0], "the scale 0 is not"),
        ("regression", ("target", "scale"), [1.0, 1.0], "1 names, 1 offsets and 2 scales"),
        ("regression", ("target", "units"), [None, None], "1 names and 2 units"),
        ("regression", ("scaling",), "log", "scaling is none of"),
        ("regression", ("missing",), "guess", "missing is none of"),
    ],
)
def test_numbers_and_classes_that_none_has_are_refused(task, where, value, words):
    with pytest.raises(DataError, match=words) as caught:
        Preprocessing.from_json(changed(preprocessing(task).to_json(), where, value))
    assert caught.value.message.startswith("preprocessing.json cannot be used: ")
    assert f"$.{where[0]}" in caught.value.message or len(where) == 1


def test_a_number_that_no_scale_reaches_is_refused_without_a_warning():
    fitted = preprocessing().to_json()
    tiny = Preprocessing.from_json(changed(fitted, ("columns", 0, "scale"), 1e-320))
    table = Table.of([Column.of_numbers("x", np.array([1.0])), Column.of_labels("colour", ["red"])])
    with pytest.raises(DataError, match=r"Line .*, column 'x': the number is too far"):
        tiny.features(table)
