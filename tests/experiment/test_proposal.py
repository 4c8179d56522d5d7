"""What is proposed for a table: by its size, its target and its missing cells."""

from typing import Any

import numpy as np
import pytest

from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError
from tui_ann.experiment.checks import problems
from tui_ann.experiment.proposal import propose
from tui_ann.experiment.spec import Experiment


def table(n: int, target: list[Any], **features: list[Any]) -> Table:
    columns = {"a": [float(i % 13) for i in range(n)], **features, "answer": target}
    return Table.of(
        [
            Column.of_labels(name, cells)
            if any(isinstance(cell, str) for cell in cells)
            else Column.of_numbers(name, cells)
            for name, cells in columns.items()
        ]
    )


def numbers(n: int) -> list[float]:
    return [i * 1.5 for i in range(n)]


def test_a_number_is_scaled_and_learnt_by_a_linear_output() -> None:
    proposed = propose(table(100, numbers(100)), "folder/cars.csv.gz")
    assert (proposed.name, proposed.data.target, proposed.data.task) == ("cars", "answer", "regression")
    assert proposed.data.target_scaling == "standard"
    assert proposed.data.split == "shuffled"
    assert (proposed.network.layers[-1].units, proposed.network.layers[-1].activation) == (1, "linear")
    assert proposed.training.metrics == ("mae", "r2")


def test_classes_get_their_share_of_every_part() -> None:
    proposed = propose(table(90, ["x", "y", "z"] * 30), "a.csv")
    assert (proposed.data.split, proposed.data.target_scaling) == ("stratified", "none")
    assert (proposed.network.layers[-1].units, proposed.network.layers[-1].activation) == (3, "softmax")
    assert proposed.training.loss == "categorical_crossentropy"


@pytest.mark.parametrize(
    ("rarest", "split", "test_split"), [(1, "shuffled", 0.2), (2, "shuffled", 0.2), (3, "stratified", 0.2)]
)
def test_rare_classes_of_several(rarest: int, split: str, test_split: float) -> None:
    proposed = propose(table(60, ["x", "y"] * 28 + ["x"] * (4 - rarest) + ["z"] * rarest), "a.csv")
    assert (proposed.data.split, proposed.data.test_split) == (split, test_split)


@pytest.mark.parametrize(("rarest", "test_split"), [(2, 0.0), (3, 0.2)])
def test_both_of_two_classes_are_learnt(rarest: int, test_split: float) -> None:
    proposed = propose(table(60, ["x"] * (60 - rarest) + ["y"] * rarest), "a.csv")
    assert (proposed.data.split, proposed.data.test_split) == ("stratified", test_split)


@pytest.mark.parametrize(
    ("rows", "batch_size", "l2"), [(100, 32, 0.01), (2_500, 32, 0.002), (10_000, 128, 5e-4), (50_000, 128, 1e-4)]
)
def test_larger_tables_get_larger_batches_and_less_penalty(rows: int, batch_size: int, l2: float) -> None:
    training = propose(table(rows, numbers(rows)), "a.csv").training
    assert (training.batch_size, training.l2) == (batch_size, l2)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_row_or_two_are_an_exercise_with_the_numbers_as_they_are(rows: int) -> None:
    proposed = propose(table(rows, [1.4, 2.5, 2.0][:rows]), "a.csv")
    assert (proposed.data.task, proposed.training.loss) == ("regression", "mean_squared_error")
    assert (proposed.data.scaling, proposed.data.target_scaling) == ("none", "none")


@pytest.mark.parametrize("rows", [4, 5, 19])
def test_of_few_rows_nothing_is_set_aside(rows: int) -> None:
    proposed = propose(table(rows, numbers(rows)), "a.csv")
    assert (proposed.data.test_split, proposed.data.validation_split) == (0.0, 0.0)
    assert proposed.training.early_stopping is None
    assert not problems(proposed, inputs=1)


@pytest.mark.parametrize(
    ("feature", "target", "missing"),
    [
        (numbers(40), numbers(40), "error"),
        ([np.nan, *numbers(39)], numbers(40), "median"),
        (["u", None, *"vw" * 19], numbers(40), "median"),
        (numbers(40), [np.nan, *numbers(39)], "drop"),
        ([np.nan, *numbers(39)], [np.nan, *numbers(39)], "median"),
    ],
)
def test_missing_cells_cost_no_row(feature: list[Any], target: list[Any], missing: str) -> None:
    assert propose(table(40, target, b=feature), "a.csv").data.missing == missing


def test_several_targets_make_one_output_each() -> None:
    proposed = propose(table(40, numbers(40), b=numbers(40)), "a.csv", ["b", "answer"])
    assert (proposed.data.target, proposed.network.layers[-1].units) == (("b", "answer"), 2)


@pytest.mark.parametrize(
    "built",
    [
        Table.of([]),
        Table.of([Column.of_numbers("a", numbers(30))]),
        table(30, [1.0] * 30, a=[2.0] * 30),
    ],
    ids=["no column", "one column", "all constant"],
)
def test_what_cannot_be_learnt_from_is_refused_in_one_message(built: Table) -> None:
    with pytest.raises(DataError) as caught:
        propose(built, "a.csv")
    assert caught.value.remedy


def test_the_proposal_is_an_experiment_without_misfits() -> None:
    proposed: Experiment = propose(table(200, ["x", "y"] * 100), "a.csv")
    assert not problems(proposed, inputs=1, task="binary", n_classes=2)
