"""Worked solutions: complete for any update, right for the lecture's example, readable at 80 columns."""

from typing import Any

import numpy as np
import pytest

from tests.export.cases import NAMES, case, described, everything, worked
from tui_ann.engine.layers import BatchNormalization, Dense
from tui_ann.errors import TuiAnnError
from tui_ann.export.formats import FORMATS
from tui_ann.export.worked import solution, worked_solution
from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import row
from tui_ann.export.worked.text import WIDTH, step_lines
from tui_ann.text import cell_width
from tui_ann.text.symbols import Symbol

LECTURE: dict[str, Any] = {
    "z1": [[1], [2], [1.5]],
    "a1": [[1], [2], [1.5]],
    "z2": [[1.4]],
    "a2": [[1.4]],
    "L": 0.08,
    "da2": [[0.4]],
    "g_prime2": [[1]],
    "dz2": [[0.4]],
    "dW2": [[0.4, 0.8, 0.6]],
    "db2": [0.4],
    "da1": [[0.16], [0.12], [0.08]],
    "dW1": [[0.16, 0.32], [0.12, 0.24], [0.08, 0.16]],
    "db1": [0.16, 0.12, 0.08],
    "W1_new": [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]],
    "b1_new": [0.084, 0.088, 0.092],
    "W2_new": [[0.36, 0.22, 0.14]],
    "b2_new": [0.06],
}


def test_the_model_of_the_worked_example_is_exact() -> None:
    told = solution(*worked())
    for symbol, expected in LECTURE.items():
        rtol = 1e-13 if symbol == "L" else 1e-14
        np.testing.assert_allclose(told.step(symbol).value, expected, rtol=rtol, err_msg=symbol)


def step_text(symbol: str, *, decimals: int = 15) -> list[str]:
    return [line.strip() for line in step_lines(solution(*worked()).step(symbol), Printer(decimals))]


def test_the_worked_example_on_a_terminal() -> None:
    assert step_lines(solution(*worked()).step("dW1"), Printer(15)) == [
        "Gradient of the weights of dense layer 1                     (3×1) · (1×2) → 3×2",
        "  ∂L/∂W¹ = ∂L/∂a² · ∂a²/∂z² · ∂z²/∂a¹ · ∂a¹/∂z¹ · ∂z¹/∂W¹",
        "         = ∂L/∂z¹ xᵀ",
        "           ⎡0.16⎤           ⎡0.16 0.32⎤",
        "         = ⎢0.12⎥ · [1 2] = ⎢0.12 0.24⎥",
        "           ⎣0.08⎦           ⎣0.08 0.16⎦",
    ]
    assert "= ⎢0.3 0.8⎥ − 0.1 · ⎢0.12 0.24⎥ = ⎢0.288 0.776⎥" in step_text("W1_new")
    assert "= 0.1 − 0.1 · 0.4 = 0.06" in step_text("b2_new")
    assert "= [0.4 0.3 0.2] − 0.1 · [0.4 0.8 0.6] = [0.36 0.22 0.14]" in step_text("W2_new")
    assert "z²₁ = 0.4 · 1 + 0.3 · 2 + 0.2 · 1.5 + 0.1 = 1.4" in step_text("z2")
    assert "= 0.4 · 1 = 0.4" in step_text("db2")


MATRIX = r"\begin{{bmatrix}} {} \end{{bmatrix}}"


@pytest.mark.parametrize("format", ["markdown", "latex"])
def test_the_worked_example_in_tex(format: str) -> None:
    text = worked_solution(*worked(), format=format, decimals=15)
    for body in (
        r"1 \\ 2 \\ 1.5",
        "0.4 & 0.8 & 0.6",
        r"0.16 & 0.32 \\ 0.12 & 0.24 \\ 0.08 & 0.16",
        r"0.16 \\ 0.12 \\ 0.08",
        r"0.484 & 0.168 \\ 0.288 & 0.776 \\ 0.592 & 0.384",
        r"0.084 \\ 0.088 \\ 0.092",
        "0.36 & 0.22 & 0.14",
    ):
        assert MATRIX.format(body) in text, body
    assert r"0.1 - 0.1 \cdot 0.4 = 0.06" in text
    assert r"\frac{1}{2} \cdot {\left( 1.4 - 1 \right)}^{2} = 0.08" in text


@pytest.mark.parametrize("name", NAMES)
def test_every_update_is_told_completely(name: str) -> None:
    """Each part of the trace is a step with its value, what it is made from has been told before, and it prints."""
    network, trace = described(name)
    told = solution(network, trace)
    parts = trace.parts[2:]
    assert [str(part.symbol) for part in trace.parts[:2]] == ["x", "y"]
    assert [step.symbol for step in told.steps] == [part.symbol for part in parts]
    assert all(np.array_equal(step.value, part.value) for step, part in zip(told.steps, parts, strict=True))
    known = {Symbol("x"), Symbol("y"), *trace.given, *trace.settings}
    for step, part in zip(told.steps, parts, strict=True):
        assert set(step.operands) <= known, step.symbol
        assert step.symbols or step.left == row(Symbol("LR"))[0]  # whose left side says it all
        known |= {step.symbol, part.name}
    text = worked_solution(network, trace)
    assert all(f"\n{step.title}" in text for step in told.steps)


def test_text_fits_a_terminal() -> None:
    for network, trace in (worked(), everything(optimizer="adam"), everything(variant="batch")):
        lines = worked_solution(network, trace).splitlines()
        assert max(map(cell_width, lines)) <= WIDTH
        assert not any(line != line.rstrip() for line in lines)


def test_sections_stand_in_the_order_of_an_update() -> None:
    text = worked_solution(*worked(), name="worked-example")
    places = [text.index(f"\n{title}\n") for title in ("GIVEN", "FORWARD", "LOSS", "BACKWARD", "UPDATE")]
    assert places == sorted(places)
    assert "worked-example" in text[: places[0]]
    assert "W²: [0.4 0.3 0.2] → [0.36 0.22 0.14]" in text


def test_terms_of_the_examples_are_written_out_and_averaged() -> None:
    told = solution(*case([Dense(2)], "half_squared_error", batch_size=3))
    lines = "\n".join(step_lines(told.step("dW1"), Printer(4)))
    assert "1/n Σᵢ ∂l⁽ⁱ⁾/∂W¹" in lines
    assert all(f"∂l⁽{i}⁾/∂W¹ =" in lines for i in "¹⁵³")  # the examples of the batch by their numbers
    terms = [entry[-1].array for entry in told.step("dW1").entries]
    np.testing.assert_allclose(np.mean(terms, axis=0), told.step("dW1").value, rtol=1e-12)


def test_a_mean_has_letters_in_symbols_and_numbers_in_numbers() -> None:
    told = solution(*case([Dense(2)], "mean_squared_error", batch_size=3))
    text = {name: "\n".join(step_lines(told.step(name), Printer(4))) for name in ("l", "L", "da1")}
    assert "l = 1/k Σⱼ (" in text["l"]
    assert " 1/2 · (" in text["l"]
    assert "L = 1/n Σᵢ l⁽ⁱ⁾" in text["L"]
    assert " 1/3 · (" in text["L"]
    assert "1/n · 2/k (" in text["da1"]
    assert "1/3 · 2/2 · " in text["da1"]


def test_terms_that_batch_normalisation_mixes_are_not_called_gradients_of_an_example() -> None:
    told = solution(*case([Dense(2), BatchNormalization(), Dense(1)], "half_squared_error", batch_size=3))
    terms = [entry[-1].array for entry in told.step("dW1").entries]
    np.testing.assert_allclose(np.sum(terms, axis=0), told.step("dW1").value, rtol=1e-9, atol=1e-15)
    assert "∂l" not in "\n".join(step_lines(told.step("dW1"), Printer(4)))
    assert "∂l⁽¹⁾/∂W²" in "\n".join(step_lines(told.step("dW2"), Printer(4)))


@pytest.mark.parametrize(
    ("activation", "loss", "lines"),
    [
        (
            "sigmoid",
            "binary_crossentropy",
            ["∂L/∂a¹ · ∂a¹/∂z¹", "(−y/a¹ + (1 − y)/(1 − a¹)) · a¹ · (1 − a¹)", "= a¹ − y"],
        ),
        ("softmax", "categorical_crossentropy", ["(∂a¹/∂z¹)ᵀ ∂L/∂a¹", "(diag(a¹) − a¹ a¹ᵀ)ᵀ (−y/a¹)", "= a¹ − y"]),
    ],
)
def test_the_cancelling_is_a_step_of_its_own(activation: str, loss: str, lines: list[str]) -> None:
    units = 1 if activation == "sigmoid" else 3
    told = solution(*case([Dense(units, activation)], loss, batch_size=1))
    text = "\n".join(step_lines(told.step("dz1"), Printer(4)))
    assert "cancels" in text.splitlines()[0]
    assert all(line in text for line in lines)


def test_a_softmax_shows_its_jacobian() -> None:
    told = solution(*case([Dense(3, "softmax")], "mean_squared_error", batch_size=1))
    J = told.step("g_prime1")
    np.testing.assert_allclose(J.result[0].array, J.value[0])
    assert "= diag(a¹) − a¹ a¹ᵀ" in "\n".join(step_lines(J, Printer(4)))


def test_a_large_network_is_elided_and_quick() -> None:
    network, trace = case(
        [Dense(128, "relu"), Dense(10, "softmax")], "categorical_crossentropy", m=784, n=32, batch_size=32, update=1
    )
    text = worked_solution(network, trace)
    assert len(text) < 60_000
    assert "128×784" in text
    assert "784×32" in text


def test_an_update_that_diverges_can_be_told() -> None:
    network, trace = case([Dense(2, "tanh"), Dense(1)], "half_squared_error", update=3, learning_rate=1e160)
    for format in FORMATS:
        assert worked_solution(network, trace, format=format)


def test_a_saturated_output_says_so() -> None:
    network, trace = case([Dense(2), Dense(3, "softmax")], "categorical_crossentropy", learning_rate=1e4)
    assert "exactly 0 or 1" in " ".join(worked_solution(network, trace).split())


def test_an_unknown_format() -> None:
    with pytest.raises(TuiAnnError, match="pdf") as refused:
        worked_solution(*worked(), format="pdf")
    assert "text, markdown, latex, json, python" in refused.value.remedy


def test_names_from_outside_are_made_harmless() -> None:
    text = worked_solution(*worked(), name="a\x1b[31mb\nc")
    assert "\x1b" not in text
    assert "␛" in text
