"""Exercise sheets: what is blank can be worked out, is given away nowhere, and stands in the solution."""

import re
from typing import Any

import pytest

from tests.export.cases import Case, everything, worked
from tui_ann.errors import TuiAnnError
from tui_ann.export.exercise import blanks, exercise
from tui_ann.export.worked import solution
from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import row
from tui_ann.export.worked.steps import Solution
from tui_ann.text.symbols import Symbol


def result_lines(told: Solution, symbol: Symbol) -> list[str]:
    """The value of a step as it stands on paper."""
    return [line.strip() for line in Printer(4).lines(row(*told.step(symbol).result))]


def test_a_seed_always_gives_the_same_sheet_and_another_seed_another_one() -> None:
    sheets = [exercise(*worked(), seed=seed) for seed in (1, 1, 2, 3, 4)]
    assert sheets[0] == sheets[1]
    assert len({sheet for sheet, _ in sheets}) > 2
    assert "(sheet 1)" in sheets[0][0]
    assert "(sheet 1)" in sheets[0][1]


@pytest.mark.parametrize("seed", range(8))
def test_something_is_blank_and_something_is_given(seed: int) -> None:
    told = solution(*worked())
    hidden = blanks(told, seed=seed)
    assert set() < hidden < {step.symbol for step in told.steps}
    sheet, solved = exercise(*worked(), seed=seed)
    assert sheet.count("____") > len(hidden) - 1
    assert "____" not in solved


@pytest.mark.parametrize("seed", range(3))
def test_a_blank_is_given_away_nowhere(seed: int) -> None:
    made = everything(optimizer="momentum")
    told, (sheet, _) = solution(*made), exercise(*made, seed=seed)
    hidden = blanks(told, seed=seed)
    given = sheet[: sheet.index("FORWARD")]
    for symbol in hidden:
        lines = result_lines(told, symbol)
        if len(lines) > 1 and not all(line in given for line in lines):  # not a b that did not move
            assert not all(line in sheet for line in lines), symbol


@pytest.mark.parametrize("seed", range(12))
def test_no_blank_is_a_constant_or_to_be_copied_from_what_follows_it(seed: int) -> None:
    hidden = set(map(str, blanks(solution(*worked()), seed=seed)))
    assert not hidden & {"g_prime1", "g_prime2"}  # ∂a/∂z = 1 of a linear layer
    for symbol, follows in (("a2", "da2"), ("da2", "dz2"), ("dz2", "db2"), ("z2", "a2"), ("l", "L")):
        assert symbol not in hidden or follows in hidden


@pytest.mark.parametrize("made", [worked(), everything(optimizer="momentum")], ids=["worked", "everything"])
def test_a_new_value_goes_with_its_gradient(made: Case) -> None:
    told = solution(*made)
    for seed in range(8):
        hidden = blanks(told, seed=seed)
        for step in told.steps:
            if step.symbol.new and step.symbol.value.gradient in hidden:
                assert step.symbol in hidden


def test_everything_blank_but_what_chance_decides() -> None:
    sheet, solved = exercise(*everything(), parts="all")
    body = sheet[sheet.index("FORWARD") :]
    numbers = [line for line in body.splitlines() if re.search(r"⎢.*\d", line)]
    masks = [line for line in numbers if re.fullmatch(r"\s*=?\s*⎢[01.67 ]+⎥", line)]
    assert numbers == masks
    assert "____" not in solved


@pytest.mark.parametrize("format", ["text", "markdown", "latex"])
def test_formats(format: str) -> None:
    sheet, solved = exercise(*worked(), parts="all", format=format, name="worked-example")
    blank = "____" if format == "text" else r"\underline{\hspace{3em}}"
    assert blank in sheet
    assert blank not in solved
    assert "worked-example" in sheet
    assert "0.484" in solved
    assert "0.484" not in sheet


@pytest.mark.parametrize("choice", [{"format": "json"}, {"format": "pdf"}, {"parts": "few"}])
def test_what_cannot_be_had(choice: dict[str, Any]) -> None:
    with pytest.raises(TuiAnnError) as refused:
        exercise(*worked(), **choice)
    assert refused.value.remedy.startswith("Take one of ")
