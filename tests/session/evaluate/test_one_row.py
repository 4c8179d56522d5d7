"""What moved the answer for a row, its neighbours, and rows that are typed."""

import warnings

import numpy as np
import pytest

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.prepare.features import NumberFeature
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError
from tui_ann.session.evaluate.importance import permutation_importance
from tui_ann.session.evaluate.listing import ACTUAL, ANSWER, LINE, ListWish, listed
from tui_ann.session.evaluate.one_row import Mover, RowStory, told
from tui_ann.session.evaluate.residuals import residuals_of
from tui_ann.session.evaluate.rows import rows_of_part
from tui_ann.session.evaluate.typed_row import fields_of, texts_of_line, texts_of_row, typed_row
from tui_ann.session.predicting import Answerer


def test_the_pushes_of_a_linear_unit_add_up_to_the_distance_from_the_mean_answer(numbers: Answerer) -> None:
    rows = rows_of_part(numbers, "test")
    story = told(numbers, rows.X[0])
    mean = numbers.preprocessing.undo(numbers.network.predict(numbers.dataset.X_train)).mean()
    assert story.answer == pytest.approx(rows.predicted[0, 0])
    assert sum(mover.push for mover in story.movers) == pytest.approx(story.answer - mean, rel=1e-5)
    assert [mover.column for mover in story.movers] == ["a", "colour"]


def test_a_mean_that_is_typed_with_six_digits_moves_nothing(two_classes: Answerer, numbers: Answerer) -> None:
    texts = {field.column: field.typical for field in fields_of(two_classes.preprocessing)}
    row = typed_row(two_classes.preprocessing, texts)
    assert row.x is not None
    story = told(two_classes, row.x)
    assert [story.shares[column] for column in ("a", "b")] == [0.0, 0.0]
    assert story.shares["colour"] != 0.0, "the most frequent label is not the mean of the labels"
    assert story.log_odds
    assert not told(numbers, rows_of_part(numbers, "test").X[0]).log_odds


def test_one_sigma_moves_the_answer_of_a_linear_unit_by_its_weight(numbers: Answerer) -> None:
    story = told(numbers, rows_of_part(numbers, "test").X[0])
    feature = numbers.preprocessing.columns[0]
    assert isinstance(feature, NumberFeature)
    weight = numbers.network.parameters["W1"][0, 0] * numbers.preprocessing.target_scale[0]
    assert story.movers[0].higher - story.answer == pytest.approx(weight * feature.deviation / feature.scale)
    assert story.movers[0].lower - story.answer == pytest.approx(-weight * feature.deviation / feature.scale)
    # Of a label: the least and the most that any label gives.
    assert min(story.movers[1].lower, story.movers[1].higher) <= story.answer <= story.movers[1].higher


def test_the_gradient_of_the_log_odds_is_that_of_the_network(two_classes: Answerer, three_classes: Answerer) -> None:
    for answerer in (two_classes, three_classes):
        rows = rows_of_part(answerer, "all")
        x = rows.X[3]
        story = told(answerer, x)
        mean = answerer.dataset.X_train.mean(axis=0)

        def log_odds(X: np.ndarray, answerer: Answerer = answerer, code: int = story.code) -> float:
            p = answerer.network.predict(X[None])[0]
            p = p[0] if len(p) == 1 else p[code]
            return float(np.log(p / (1 - p)))

        for place, mover in enumerate(story.movers):
            step = np.zeros_like(x)
            step[place] = 1e-4
            slope = (log_odds(x + step) - log_odds(x - step)) / 2e-4
            assert mover.push == pytest.approx((x[place] - mean[place]) * slope, rel=1e-3, abs=1e-7)


def test_the_nearest_training_rows_by_brute_force_without_the_row_itself(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "train")
    story = told(two_classes, rows.X[4], itself=int(rows.places[4]))
    distance = np.linalg.norm(rows.X - rows.X[4], axis=1)
    distance[4] = np.inf
    nearest = np.argsort(distance)[:3]
    assert [near.line for near in story.nearest] == rows.lines[nearest].tolist()
    assert [near.distance for near in story.nearest] == pytest.approx(distance[nearest].tolist(), abs=1e-7)


def test_a_typed_row_is_the_row_of_the_file(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "test")
    for place in range(len(rows)):
        texts = texts_of_row(two_classes.preprocessing, rows.table, int(rows.places[place]))
        typed = typed_row(two_classes.preprocessing, texts)
        assert typed.x is not None
        np.testing.assert_allclose(typed.x, rows.X[place])


def test_empty_fields_are_the_mean_and_the_most_frequent_label(two_classes: Answerer) -> None:
    fields = fields_of(two_classes.preprocessing)
    assert [field.column for field in fields] == ["a", "b", "colour"]
    assert fields[2].typical == "red"
    assert fields[2].seen == "blue, red"
    empty, typed = (
        typed_row(two_classes.preprocessing, {}),
        typed_row(two_classes.preprocessing, {"a": fields[0].typical}),
    )
    assert empty.x is not None
    assert typed.x is not None
    np.testing.assert_allclose(empty.x, typed.x, atol=1e-6)
    assert not empty.words
    assert [field.typical_is for field in fields] == ["the mean", "the mean", "the most frequent label"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [("median", "the median"), ("mean", "the mean"), ("most_frequent", "the most frequent number")],
)
def test_an_empty_field_is_filled_as_a_missing_cell_is(two_classes: Answerer, rule: str, words: str) -> None:
    preprocessing = two_classes.preparing(rule)
    field, feature = fields_of(preprocessing)[0], preprocessing.columns[0]
    assert isinstance(feature, NumberFeature)
    assert field.typical_is == words
    assert float(field.typical) == pytest.approx(feature.fill, rel=1e-5)
    empty = typed_row(preprocessing, {"b": "0.5", "colour": "red"})
    table = Table.of(
        [
            Column.of_numbers("a", [float("nan")]),
            Column.of_numbers("b", [0.5]),
            Column.of_labels("colour", ["red"]),
        ]
    )
    np.testing.assert_array_equal(empty.x, preprocessing.features(table)[0])


def test_words_about_values_outside_and_unusable_ones(two_classes: Answerer) -> None:
    typed = typed_row(two_classes.preprocessing, {"a": "99", "b": "−99", "colour": "green"})
    assert typed.x is not None
    assert "the largest in training" in typed.words["a"]
    assert "the smallest in training" in typed.words["b"]
    assert typed.words["colour"] == "no training row has it"
    typed = typed_row(two_classes.preprocessing, {"a": "1,5", "b": "much"})
    assert typed.x is None
    assert typed.unusable == {"a", "b"}
    assert typed.words["b"] == "'much' is no number"
    assert typed_row(two_classes.preprocessing, {"a": "1,5"}, decimal=",").x is not None
    assert typed_row(two_classes.preprocessing, {"a": "nan"}).unusable == {"a"}


def test_a_pasted_line_is_the_whole_row_or_only_features(two_classes: Answerer) -> None:
    names = ["a", "b", "colour", "kind"]
    wanted = {"a": "1.5", "b": "2", "colour": "red"}
    for line in (
        "1.5,2,red,yes\n",
        "1.5,2,red",
        "1.5;2;red;no",
        "1.5\t2\tred",
        'a,b,colour\n1.5,2,"red"\n',
        "b,zzz,colour,a\n2,8,red,1.5",
    ):
        assert texts_of_line(two_classes.preprocessing, line, names, ",") == wanted, line
    with pytest.raises(DataError, match="The line has 2 cells, the file has 4 columns and the network 3 columns"):
        texts_of_line(two_classes.preprocessing, "1,2", names, ",")
    with pytest.raises(DataError, match="Nothing was pasted"):
        texts_of_line(two_classes.preprocessing, "\n", names, ",")


def test_the_list_is_sorted_and_filtered(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    worst = listed(rows, ListWish())
    assert (np.diff(rows.badness[worst]) <= 0).all()
    assert listed(rows, ListWish(LINE, falling=False)).tolist() == list(range(60))
    assert (np.diff(rows.y_hat[listed(rows, ListWish(ANSWER)), 0]) <= 0).all()
    assert (np.diff(rows.codes[listed(rows, ListWish(ACTUAL, falling=False))]) >= 0).all()
    a = np.array([rows.table.column("a").value(place) for place in rows.places], float)
    assert (np.diff(a[listed(rows, ListWish("column:a", falling=False))]) >= 0).all()
    missed = listed(rows, ListWish(cell=(1, 0)), threshold=0.6)
    assert len(missed) == ((rows.codes == 1) & (rows.y_hat[:, 0] < 0.6)).sum()
    assert (rows.codes[missed] == 1).all()
    listed(rows, ListWish("column:colour"))
    with pytest.raises(DataError, match="no column named 'c'"):
        listed(rows, ListWish("column:c"))


def test_a_column_that_matters_is_important_and_its_shuffle_is_seeded(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    found = permutation_importance(two_classes.network, rows)
    assert found == permutation_importance(two_classes.network, rows)
    assert {each.column for each in found} == {"a", "b", "colour"}
    assert found[-1].column == "colour"  # the target does not depend on it
    assert found[0].loss_rise > 0.05
    assert found[0].metric == "accuracy"
    assert permutation_importance(two_classes.network, rows, cancelled=lambda: True) == ()


def test_a_constant_column_is_of_no_importance(numbers: Answerer) -> None:
    rows = rows_of_part(numbers, "test")
    rows.X[:, 1] = 0.0
    found = {each.column: each for each in permutation_importance(numbers.network, rows)}
    assert found["colour"].spread == 0


def test_residuals_in_units_against_any_column(numbers: Answerer) -> None:
    rows = rows_of_part(numbers, "test")
    found = residuals_of(rows)
    assert found is not None
    assert found.target == "b"
    np.testing.assert_allclose(found.residual, rows.predicted[:, 0] - rows.actual[:, 0])
    assert found.columns == ("a", "colour")
    a = np.array([rows.table.column("a").value(place) for place in rows.places], float)
    np.testing.assert_allclose(found.against("a"), a)


def test_a_network_that_overflows_has_no_residuals_and_a_story_without_warnings(numbers: Answerer) -> None:
    numbers.network.parameters["W1"][:] = 1e308
    rows = rows_of_part(numbers, "all")
    rows.y_hat[:] = np.inf
    assert residuals_of(rows) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(told(numbers, np.full(rows.X.shape[1], 1e10)).movers) == 2


def test_every_target_of_a_regression_has_its_number(numbers: Answerer) -> None:
    rows = rows_of_part(numbers, "test")
    assert told(numbers, rows.X[1]).numbers == pytest.approx(rows.predicted[1].tolist())


def test_a_typed_number_may_have_the_unit_of_the_file() -> None:
    table = Table.of([Column.of_numbers("size", [1.0, 2.0, 6.0], unit="cm"), Column.of_numbers("y", [1.0, 2.0, 3.0])])
    preprocessing = build_dataset(table, Choices(task="regression", scaling="none")).preprocessing
    assert typed_row(preprocessing, {"size": "4 cm"}).x == pytest.approx([4.0])
    assert typed_row(preprocessing, {"size": "4 mm"}).words == {"size": "'4 mm' is no number in cm"}
    assert typed_row(preprocessing, {"size": "four"}).x is None


def test_the_shares_of_pushes_that_are_not_finite_are_0() -> None:
    movers = tuple(
        Mover(name, push, 0.0, 0.0) for name, push in (("a", np.inf), ("b", np.nan), ("c", -4.0), ("d", 2.0))
    )
    assert RowStory(1.0, 0, movers, ()).shares == {"a": 0.0, "b": 0.0, "c": -1.0, "d": 0.5}
    assert RowStory(1.0, 0, movers[:2], ()).shares == {"a": 0.0, "b": 0.0}
