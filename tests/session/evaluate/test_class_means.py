"""Intervals of figures over classes are of the same classes, and there is none for a class with hardly a row."""

from dataclasses import replace

import numpy as np
import pytest

from tui_ann.session.evaluate.class_means import FEWEST_OF_CLASS, ClassMeans
from tui_ann.session.evaluate.evaluation import quick_evaluation
from tui_ann.session.evaluate.evaluation_text import untold_in_words
from tui_ann.session.evaluate.figures import intervals_of, values_of
from tui_ann.session.evaluate.rows import JudgedRows, rows_of_part
from tui_ann.session.predicting import Answerer

OVER_CLASSES = {"balanced_accuracy", "precision", "recall", "f1", "auc"}


def with_rows_of_c(answerer: Answerer, n: int) -> JudgedRows:
    """All rows of a and b, answered rightly, and n rows of c, taken for a."""
    rows = rows_of_part(answerer, "all")
    y_hat = rows.Y * 0.91 + 0.03
    y_hat[rows.codes == 2] = [0.9, 0.05, 0.05]
    chosen = (rows.codes != 2) | (np.cumsum(rows.codes == 2) <= n)
    return replace(rows, y_hat=y_hat).only(chosen)


def test_a_figure_over_a_class_with_hardly_a_row_has_no_interval(three_classes: Answerer) -> None:
    """Resamples without the class averaged over the others: 2/3 had the interval 0.66 to 1."""
    rows = with_rows_of_c(three_classes, 1)
    found = intervals_of(rows, resamples=300)
    assert values_of(rows)["balanced_accuracy"] == pytest.approx(2 / 3)
    assert not OVER_CLASSES & {*found}
    assert {"accuracy", "loss", "log_loss"} <= {*found}
    said = untold_in_words(quick_evaluation(rows, intervals=found))
    assert said == (
        "No interval, because 'c' has fewer than 5 rows here: "
        "Balanced accuracy, Precision, Recall, F1, Area under the ROC curve."
    )


def test_resamples_of_enough_rows_are_of_the_same_classes(three_classes: Answerer) -> None:
    rows = with_rows_of_c(three_classes, FEWEST_OF_CLASS)
    wrong = np.flatnonzero(rows.codes == 0)[:4]
    y_hat = rows.y_hat.copy()
    y_hat[wrong] = [0.05, 0.9, 0.05]
    low, high = intervals_of(replace(rows, y_hat=y_hat), resamples=400)["balanced_accuracy"]
    assert low < high <= 2 / 3, "all of c is wrong in every resample"


def test_which_figures_are_another_quantity_in_a_resample(three_classes: Answerer) -> None:
    rows = with_rows_of_c(three_classes, 6)
    means = ClassMeans(rows, 0.5)
    every, lost = np.arange(len(rows)), np.flatnonzero(rows.codes != 2)
    assert means.others(every) == frozenset()
    assert means.others(lost) == OVER_CLASSES
    y_hat = rows.y_hat.copy()
    taken = np.flatnonzero(rows.codes == 0)[:1]
    y_hat[taken] = [0.05, 0.05, 0.9]
    only_said = replace(rows, y_hat=y_hat).only(lost)
    means = ClassMeans(only_said, 0.5)
    assert means.thin() == dict.fromkeys(("precision", "recall", "f1"), ("c",)), "a class that is only predicted"
    assert means.others(np.flatnonzero(np.arange(len(only_said)) != taken[0])) == {"precision", "recall", "f1"}


def test_two_classes_with_one_probability_and_numbers(two_classes: Answerer, numbers: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    few = rows.only((rows.codes == 0) | (np.cumsum(rows.codes == 1) <= 2))
    assert {*ClassMeans(few, 0.5).thin()} == {"balanced_accuracy", "auc", "f1"}
    found = intervals_of(few, resamples=100)
    assert "recall" in found, "a share of rows has Wilson's interval, which is wide for few"
    assert not {"balanced_accuracy", "auc", "f1"} & {*found}
    assert ClassMeans(rows_of_part(numbers, "all"), 0.5).thin() == {}
