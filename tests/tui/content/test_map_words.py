"""The words of a map, by the room there is for them."""

from typing import cast

import numpy as np
import pytest

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.session.explore.answers import AnswerKind, Answers
from tui_ann.text import cell_width
from tui_ann.tui.content.map_words import _answered, point_numbers
from tui_ann.tui.content.plane_view import class_legend


@pytest.mark.parametrize("layers", [1, 2, 3, 9])
def test_the_numbers_of_a_point_are_whole_at_any_width(layers: int) -> None:
    hidden = [Dense(12, "tanh") for _ in range(layers - 1)]
    network = Network(2, [*hidden, Dense(1, "sigmoid")], "binary_crossentropy", seed=1)
    x = np.array([0.3, -0.2])
    wide = point_numbers(network, x, 400)
    assert wide.count("z") == layers
    assert wide.count("… (12)") == layers - 1
    last = wide.split("  ")[-1]
    for width in range(40, 120, 7):
        text = point_numbers(network, x, width)
        assert cell_width(text) <= width
        assert text.startswith("z¹ ")
        assert text.endswith(last), "the output is never left out"
        assert all(part == "…" or part[0] == "z" for part in text.split("  "))


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (AnswerKind.SHARE, 0.99995, "0.9999"),
        (AnswerKind.SHARE, 1.0, "1"),
        (AnswerKind.SHARE, 0.25, "0.25"),
        (AnswerKind.NUMBER, 0.99995, "1"),
    ],
)
def test_a_probability_is_1_only_if_it_is_exactly_that(kind: AnswerKind, value: float, said: str) -> None:
    preprocessing = cast(Preprocessing, None)  # only classes need it
    assert _answered(Answers(kind, np.array([value])), preprocessing, "ŷ", "0, 1") == [f"╋ ŷ(0, 1) = {said}"]


def test_the_legend_of_the_points_of_a_number_fits_a_picture_on_a_small_screen() -> None:
    ((text, _),) = class_legend((), AnswerKind.NUMBER)
    assert cell_width(text) <= 20
