import numpy as np
import pytest

from tests.engine.tracing import symmetric
from tests.tui.tracing import traced
from tui_ann.text import cell_width
from tui_ann.tui.draw.ledger import entries, formula, line, shape_text, short_value, symbol_width


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (np.array(1.4), 20, "1.4"),
        (np.array([[1.0], [2.0], [1.5]]), 20, "(1, 2, 1.5)"),
        (np.array([[1.0], [2.0], [1.5]]), 8, "(1, 2 …)"),
        (np.array([[0.16, 0.32], [0.12, 0.24]]), 30, "[0.16 0.32; 0.12 0.24]"),
        (np.array([[0.16, 0.32], [0.12, 0.24]]), 16, "[0.16 0.32 …]"),
        (np.array([np.nan, np.inf]), 20, "(–, ∞)"),
        (np.full((3, 2, 2), 0.25), 40, "[0.25 0.25; 0.25 0.25]"),
        (np.zeros((500, 500)), 12, "[0 0 0 0 …]"),
        (np.array([12345.678]), 3, "12…"),
    ],
)
def test_numbers_in_one_line(value, width, text):
    assert short_value(value, 4, width) == text
    assert cell_width(text) <= width


def test_shapes():
    assert shape_text(np.array(1.0)) == ""
    assert shape_text(np.zeros(3)) == "3×1"
    assert shape_text(np.zeros((3, 2))) == "3×2"
    assert shape_text(np.zeros((8, 3, 3))) == "8 of 3×3"


def test_a_title_stands_above_each_phase_and_every_part_has_a_line():
    _, told = traced("mixed")
    lines = entries(told.parts)
    assert [entry.part for entry in lines if entry.part is not None] == list(range(len(told.parts)))
    assert [entry.phase for entry in lines if entry.part is None] == ["forward", "loss", "backward", "update"]


@pytest.mark.parametrize("width", [8, 24, 40, 100])
@pytest.mark.parametrize("told", [True, False])
def test_lines_fit(width, told):
    _, update = traced("mixed")
    widest = symbol_width(update.parts)
    for part in update.parts:
        texts = line(part, "done", told, 4, widest, width)
        assert sum(map(cell_width, texts)) <= max(width, widest + 6)


def test_what_is_not_finite_is_marked():
    _, told = traced()
    part = told.parts[2]
    part.value[0] = np.inf
    assert line(part, "done", True, 4, 6, 40)[0].strip() == "✗"
    assert line(part, "ahead", False, 4, 6, 40)[0].strip() == "·"


def test_the_formula_of_an_activation_names_its_layer():
    _, told = traced()
    by_symbol = {str(part.symbol): part for part in told.parts}
    assert formula(by_symbol["a1"]) == "(e^(z¹) − e^(−z¹))/(e^(z¹) + e^(−z¹))"
    assert formula(by_symbol["g_prime1"]) == "1 − (a¹)²"
    assert formula(by_symbol["z1"]) == "W¹ x + b¹"


def test_dust_is_shown_as_0():
    _, told = symmetric(1)
    part = told.part("db2")
    assert part.value.item() != 0
    assert line(part, "done", True, 4, 8, 60)[2] == "0"


def test_no_layer_reads_as_a_square():
    _, told = symmetric(1)
    assert formula(told.part("g_prime2")) == "a^[2] ⊙ (1 − a^[2])"
    assert formula(told.part("g_prime1")) == "1 − (a¹)²"
    assert formula(told.part("z2")) == "W² a¹ + b²"


def test_the_losses_of_a_batch_are_a_row_like_all_that_has_a_column_for_each_example():
    _, told = traced("mixed")
    texts = {name: line(told.part(name), "done", True, 4, 6, 60) for name in ("y", "l")}
    n = len(told.examples)
    assert texts["l"][3] == f"1×{n}"
    assert texts["y"][3].endswith(f"×{n}")
    assert texts["l"][2].startswith("[")
