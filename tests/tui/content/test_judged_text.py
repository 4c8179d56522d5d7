"""Judged rows in words."""

import pytest

from tui_ann.session.evaluate.figures import Figure
from tui_ann.tui.content.judged_text import figure_lines


@pytest.mark.parametrize(
    ("figure", "spread"),
    [
        (Figure("accuracy", "Accuracy", 0.8, interval=(0.7, 0.88)), "±0.09"),
        (Figure("precision", "Precision", 1.0, interval=(0.5101, 1.0)), "0.51–1"),
        (Figure("recall", "Recall", 0.0, interval=(0.0, 0.1611)), "0–0.16"),
        (Figure("auc", "AUC", 0.99, interval=(0.95, 0.9999)), "0.95–0.9999"),
        (Figure("log_loss", "Log loss", 0.3, interval=(0.2, 0.4)), "±0.1"),
        (Figure("log_loss", "Log loss", 1.5, interval=(1.0, 2.1)), "±0.55"),
        (Figure("mae", "MAE", 2.0, interval=(0.5, 6.0)), "0.5–6"),
        (Figure("r2", "R²", 0.1, interval=(-0.4, 0.4)), "±0.4"),
        (Figure("auc", "AUC", 1.0), ""),
    ],
)
def test_a_figure_never_seems_to_reach_beyond_what_is_possible(figure: Figure, spread: str) -> None:
    assert figure_lines([figure])[0].spread == spread
