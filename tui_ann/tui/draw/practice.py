"""What a practice shows beside the question: its formula without numbers, what it is made from, and the hint."""

import textwrap
from dataclasses import replace

from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.solution import steps_of
from tui_ann.export.worked.steps import Step
from tui_ann.session.givens import Given
from tui_ann.session.reveal import Practice
from tui_ann.text import cell_width
from tui_ann.tui.draw.formula import formula_lines
from tui_ann.tui.draw.ledger import short_value

_DECIMALS = 6
"""Decimals of what an answer is worked out from, at least, so that the answer comes out to those asked for."""
_ENDLESS = 100_000
"""Cells that any value fits in."""


def how(practice: Practice, width: int, room: int, decimals: int) -> list[str]:
    """The formula of what is asked in symbols and, where there is room, with shapes; below it what it is made from.

    Args:
        practice: What is asked.
        width: Cells of a line.
        room: Lines.
        decimals: Decimals shown at most.
    """
    steps = [replace(step, note=()) for step in _steps(practice)]
    operands = _packed(practice.givens, width, max(decimals, _DECIMALS))
    formula = _lines(steps, width, decimals)
    if len(formula) + len(operands) > room:
        formula = [line for step in steps for line in _lines([replace(step, shapes=())], width, decimals)]
    return [*formula[: max(0, room - len(operands))], *operands][:room]


def hint(practice: Practice, width: int, decimals: int) -> list[str]:
    """The formula with the numbers put in, before they are worked out; nothing where only one entry is asked.

    Args:
        practice: What is asked.
        width: Cells of a line.
        decimals: Decimals shown at most.
    """
    steps = _steps(practice) if practice.entry is None else []
    return [line for step in steps if step.numbers for line in _lines([_begun(step)], width, decimals)]


def _steps(practice: Practice) -> list[Step]:
    part = practice.part
    return steps_of(Reading(practice.network, practice.trace), part) if part is not None else []


def _lines(steps: list[Step], width: int, decimals: int) -> list[str]:
    return [f"{line.label}{line.text}" for line in formula_lines(steps, width, decimals, told=False)]


def _begun(step: Step) -> Step:
    """A step whose right sides are those with numbers, without the last, which is the value."""
    return replace(step, symbols=step.numbers, shapes=(), numbers=(), entries=(), note=())


def _packed(operands: list[Given], width: int, decimals: int) -> list[str]:
    """Quantities side by side, as many as a line holds; a long one goes on in the next line."""
    lines: list[str] = []
    for given in operands:
        text = f"{given.name} = {short_value(given.value, decimals, _ENDLESS)}"
        if lines and cell_width(lines[-1]) + cell_width(text) + 3 <= width:
            lines[-1] += f"   {text}"
        else:
            lines += textwrap.wrap(text, width)
    return lines
