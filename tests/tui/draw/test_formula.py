import numpy as np
import pytest

from tests.engine.tracing import symmetric
from tests.tui.tracing import traced
from tui_ann.export.worked.builder import step_of
from tui_ann.export.worked.reading import Reading
from tui_ann.text import cell_width
from tui_ann.text.symbols import Symbol
from tui_ann.tui.draw.formula import formula_lines, full_number
from tui_ann.tui.step.captions import change, given_steps


def lines_of(kind, symbol, width=80, **how):
    network, told = traced(kind)
    part = next(part for part in reversed(told.parts) if str(part.symbol) == symbol)
    steps = [step_of(Reading(network, told), part)]
    how = {"change": change(told, part), "cell": (0,) * part.value.ndim, **how}
    return [f"{line.label}{line.text}" for line in formula_lines(steps, width, 4, **how)]


def test_a_part_in_symbols_with_shapes_and_with_numbers():
    labels = [line.split("  ")[0] for line in lines_of("plain", "dW1") if not line.startswith(" ")]
    assert labels == ["symbols", "shapes", "numbers", "in full"]


def test_an_update_says_what_it_adds():
    assert any(
        line.startswith("change    ") and "ΔW¹" in "".join(lines_of("plain", "W1_new"))
        for line in lines_of("plain", "W1_new")
    )


def test_of_a_part_ahead_no_number_is_told():
    lines = lines_of("plain", "dW1", told=False, check="0.5 ✓")
    assert {line.split("  ")[0] for line in lines if not line.startswith(" ")} == {"symbols", "shapes"}


def test_the_state_of_a_rule_is_a_part_of_its_own():
    assert any("new m(W¹) = β₁ m(W¹) + (1 − β₁) ∂" in line for line in lines_of("mixed", "m_W1_new"))
    assert any("new W¹ = W¹ − ηₜ new m(W¹)/" in line for line in lines_of("mixed", "W1_new"))


@pytest.mark.parametrize("width", [46, 72, 130])
def test_lines_fit_the_width(width):
    network, told = traced("mixed")
    reading = Reading(network, told)
    for part in told.parts[2:]:
        for line in formula_lines([step_of(reading, part)], width, 4, cell=(0,) * part.value.ndim):
            assert cell_width(line.label + line.text) <= max(width, 72), part.symbol


def test_what_an_update_begins_with():
    _, told = traced()
    text = "\n".join(line.text for line in formula_lines(given_steps(told), 60, 4))
    assert "W¹ =" in text
    assert "b² = 0" in text


@pytest.mark.parametrize(
    ("symbol", "value", "cell", "text"),
    [
        ("z1", np.array([[0.1], [0.2]]), (1, 0), "z¹₂ = 0.2"),
        ("z1", np.array([[0.1, 0.3]]), (0, 1), "z¹⁽²⁾ = 0.3"),
        ("dW1", np.array([[0.16, 0.32]]), (0, 1), "∂L/∂W¹₁₂ = 0.32"),
        ("l", np.array([0.5, 1e-20]), (1,), "l⁽²⁾ = 1e−20"),
        ("da1", np.array([[-0.0]]), (0, 0), "∂L/∂a¹ = 0.0"),
        ("L", np.array(-np.inf), (), "L = −∞"),
        ("b1_new", np.array([0.1, np.nan]), (1,), "new b¹₂ = –"),
    ],
)
def test_a_number_in_full(symbol, value, cell, text):
    assert full_number(Symbol.parse(symbol), value, cell) == text


def test_dust_is_shown_as_0_and_in_full() -> None:
    network, told = symmetric(1)
    part = told.part("db2")
    lines = [line.text for line in formula_lines([step_of(Reading(network, told), part)], 90, 4, cell=(0,))]
    assert any(line.endswith("= 0") for line in lines)
    exact = f"∂L/∂b² = {part.value.item()!r}".replace("e-", "e−")
    assert lines[-1] == f"{exact} (0 up to rounding)"
    narrow = [line.text for line in formula_lines([step_of(Reading(network, told), part)], 32, 4, cell=(0,))]
    assert [text.strip() for text in narrow[-2:]] == [exact, "(0 up to rounding)"], "nothing is cut"


def test_a_single_number_is_shown_in_full_too():
    assert any(line.startswith("in full    L = ") for line in lines_of("plain", "L", cell=()))
