"""Judged rows in words."""

import pytest

from tui_ann.session.evaluate.figures import Figure
from tui_ann.session.evaluate.one_row import RowStory
from tui_ann.session.evaluate.rows import JudgedRows, rows_of_part
from tui_ann.session.session import Session
from tui_ann.tui.content.judged_text import answer_text, figure_lines


@pytest.mark.parametrize(
    ("figure", "spread"),
    [
        (Figure("accuracy", "Accuracy", 0.8, interval=(0.7, 0.88)), "±0.09"),
        (Figure("precision", "Precision", 1.0, interval=(0.5101, 1.0)), "0.51–1"),
        (Figure("recall", "Recall", 0.0, interval=(0.0, 0.1611)), "0–0.16"),
        (Figure("auc", "AUC", 0.99, interval=(0.95, 0.9999)), "0.95–1"),
        (Figure("auc", "AUC", 0.9999, interval=(0.9978, 1.0)), "0.99–1"),
        (Figure("log_loss", "Log loss", 0.3, interval=(0.2, 0.4)), "±0.1"),
        (Figure("log_loss", "Log loss", 1.5, interval=(1.0, 2.1)), "±0.55"),
        (Figure("mae", "MAE", 2.0, interval=(0.5, 6.0)), "0.5–6"),
        (Figure("r2", "R²", 0.1, interval=(-0.4, 0.4)), "±0.4"),
        (Figure("auc", "AUC", 1.0), ""),
    ],
)
def test_a_figure_never_seems_to_reach_beyond_what_is_possible(figure: Figure, spread: str) -> None:
    assert figure_lines([figure])[0].spread == spread


def rows_of(sample: str) -> JudgedRows:
    session = Session()
    session.workspace.open(f"sample:{sample}")
    session.runs.one_epoch(1)
    rows = rows_of_part(session.evaluating.answerer(), "all")
    session.close()
    return rows


def test_the_answer_names_the_class_that_y_hat_is_the_probability_of() -> None:
    rows, story = rows_of("logistic-unit"), RowStory(0.43, 1, (), ())
    first, second = rows.preprocessing.classes
    assert answer_text(rows, story, 0.5) == f"ŷ = P({second}) = 0.43 · says {first}"
    assert answer_text(rows, story, 0.4) == f"ŷ = P({second}) = 0.43 · says {second}"
    assert answer_text(rows_of("iris"), RowStory(0.9, 2, (), ()), 0.5) == "ŷ = P(virginica) = 0.9"


def test_the_answer_of_a_regression_names_its_target() -> None:
    rows = rows_of("diabetes")
    assert answer_text(rows, RowStory(161.634, 0, (), (), (161.634,)), 0.5) == "ŷ of progression = 161.63"
