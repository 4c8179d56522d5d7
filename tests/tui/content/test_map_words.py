"""The words of a map, by the room there is for them."""

import numpy as np
import pytest

from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.text import cell_width
from tui_ann.tui.content.map_words import point_numbers


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
