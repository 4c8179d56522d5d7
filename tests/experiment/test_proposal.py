"""What is proposed for a table: by its size, its target and its missing cells."""

from typing import Any

import numpy as np
import pytest

from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError
from tui_ann.experiment.checks import problems
from tui_ann.experiment.keys import put
from tui_ann.experiment.proposal import capacity, n_parameters, propose, training_rows
from tui_ann.experiment.reasons import reasons
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


def test_several_numbers_have_no_mean_error_in_mixed_units() -> None:
    several = Table.of([Column.of_numbers(name, numbers(40)) for name in "abc"])
    assert propose(several, "a.csv", ("b", "c")).training.metrics == ("r2",)


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


def test_an_exercise_is_worked_out_by_plain_descent() -> None:
    proposed = propose(table(2, [1.4, 2.5]), "a.csv")
    assert [layer.units for layer in proposed.network.layers] == [1]
    training = proposed.training
    assert (training.optimizer, training.variant, training.l2) == ("sgd", "batch", 0.0)
    assert training.learning_rate == 0.1
    large = propose(table(2, [1.4, 2.5], b=[500.0, 300.0]), "a.csv")
    assert large.training.learning_rate == 1e-6


@pytest.mark.parametrize(
    ("rows", "features", "hidden"), [(4, 2, (8,)), (57, 6, (16, 8)), (150, 4, (32, 16)), (569, 30, (64, 32))]
)
def test_the_network_is_no_larger_than_the_data_can_hold(rows: int, features: int, hidden: tuple[int, ...]) -> None:
    proposed = propose(table(rows, numbers(rows), **{f"f{i}": numbers(rows) for i in range(features - 1)}), "a.csv")
    assert tuple(layer.units for layer in proposed.network.layers[:-1]) == hidden
    kept = training_rows(table(rows, numbers(rows)), proposed)
    assert n_parameters((features, *hidden, 1)) <= capacity(kept, features, 1)


def test_the_reasons_for_the_sizes_say_what_the_rule_is() -> None:
    wide = table(400, numbers(400), **{f"f{i}": [float(i * k % 97) for k in range(400)] for i in range(299)})
    told = [reason.text for reason in reasons(wide, propose(wide, "a.csv"))]
    assert any(text.endswith("for 288 training rows, at most 301 a row, as many as it has numbers") for text in told)
    assert any("(5 / 400 rows of the table, at most 0.01)" in text for text in told)
    narrow = table(400, numbers(400))
    told = [reason.text for reason in reasons(narrow, propose(narrow, "a.csv"))]
    assert any(text.endswith("for 288 training rows, at most 10 a row, as usual") for text in told)


def test_many_classes_are_not_starved_by_the_penalty() -> None:
    few = propose(table(520, [f"c{i % 2}" for i in range(520)]), "a.csv")
    many = propose(table(520, [f"c{i % 26}" for i in range(520)]), "a.csv")
    assert (few.training.l2, many.training.l2) == (0.01, 8e-4)


def test_every_choice_has_its_reason_until_it_is_changed() -> None:
    data = table(200, ["x", "y"] * 100, b=[None, *"vw" * 99, "v"])
    proposed = propose(data, "a.csv")
    told = [reason.text for reason in reasons(data, proposed)]
    assert told[0] == "target answer: it is the last column"
    for word in ("binary: 2 different labels", "20 %", "missing cells", "network 2-", "adam", "penalty", "epochs"):
        assert any(word in text for text in told), word
    changed = put(proposed, "training.l2", 0.5)
    assert [reason.text for reason in reasons(data, changed)] == [text for text in told if "penalty" not in text]
    assert not any("target" in reason.text for reason in reasons(data, put(proposed, "data.target", "a")))


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
