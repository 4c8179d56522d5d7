"""What the practice shows with a question: its formula without numbers, the operands, and the hint."""

import textwrap
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.engine.expression import Expression, MatrixProduct, Sum
from tui_ann.export.worked.builder import step_of
from tui_ann.export.worked.nodes import Row
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.steps import Step
from tui_ann.session.step.operands import Operand
from tui_ann.session.step.reveal import Practice
from tui_ann.text import cell_width
from tui_ann.text.rounding import shown
from tui_ann.tui.draw.formula import equation_lines, formula_lines
from tui_ann.tui.draw.ledger import short_value
from tui_ann.tui.draw.prose import bracketed

_DECIMALS = 6
"""Minimum number of decimals of operands, so that the answer has the expected decimals."""
_EXAMPLES = (
    ("1/3 or 2*0.7", (1.0, 2.0, 3.0, 1 / 3, 0.7, 1.4)),
    ("5/7 or 9*0.6", (5.0, 7.0, 9.0, 5 / 7, 0.6, 5.4)),
    ("8/11 or 13*0.15", (8.0, 11.0, 13.0, 8 / 11, 0.15, 1.95)),
)
"""Examples of an entry, each with the numbers that it may be taken for."""
_ENDLESS = 100_000
"""A width that fits any value."""


def how(practice: Practice, width: int, room: int, decimals: int) -> list[str]:
    """The formula of the part in symbols and, if there is room, with shapes; below it the operands.

    Args:
        practice: The question.
        width: Line width in cells.
        room: Number of lines.
        decimals: Maximum number of decimals.
    """
    steps = [replace(step, note=()) for step in _steps(practice)]
    operands = _packed(practice.operands, width, max(decimals, _DECIMALS))
    formula = _lines(steps, width, decimals)
    if len(formula) + len(operands) > room:
        formula = [line for step in steps for line in _lines([replace(step, shapes=())], width, decimals)]
    return [*formula[: max(0, room - len(operands))], *operands][:room]


def hint(practice: Practice, width: int, decimals: int) -> list[str]:
    """The formula with its numbers, not yet computed; empty if that adds nothing to `how`.

    Args:
        practice: The question.
        width: Line width in cells.
        decimals: Maximum number of decimals.
    """
    if practice.entry is not None:
        return _product(practice, width, decimals)
    digits = max(decimals, _DECIMALS)  # as many as the operands had, so that both lead to the same answer
    return _with_numbers([(step, step.numbers) for step in _steps(practice)], width, digits)


def worked(practice: Practice, width: int, room: int, decimals: int) -> list[str]:
    """The answer with its working; the formula if there is too little room.

    Args:
        practice: The practice at the time of the question.
        width: Line width in cells.
        room: Number of lines.
        decimals: Maximum number of decimals.
    """
    lines: list[str] = []
    if practice.entry is None:
        steps = [(step, step.right_sides[len(step.symbols) :]) for step in _steps(practice)]
        lines = _with_numbers(steps, width, decimals)
    if not 0 < len(lines) <= room:
        lines = how(practice, width, room, decimals)
    # The next question stands above these lines: their label says that they are not its own.
    return [lines[0].replace("numbers", "before ", 1).replace("symbols", "before ", 1), *lines[1:]] if lines else []


def example(value: Array) -> str:
    """How numbers may be typed, none of them one of the answer.

    Args:
        value: The answer.
    """
    for text, numbers in _EXAMPLES:
        if not np.isclose(value.reshape(-1, 1), numbers, rtol=1e-3).any():
            return f"such as {text}"
    return "a number, fraction or product"


def _product(practice: Practice, width: int, decimals: int) -> list[str]:
    """One entry of a matrix product, term by term."""
    part, factors = practice.part, practice.operands
    if part is None or not _is_product(part.expression) or len({given.value.size for given in factors[:2]}) != 1:
        return []
    digits = max(decimals, _DECIMALS)
    pairs = zip(factors[0].value.ravel(), factors[1].value.ravel(), strict=True)
    terms = [" · ".join(bracketed(shown(float(value), digits)) for value in pair) for pair in pairs]
    terms += [bracketed(shown(float(value), digits)) for given in factors[2:] for value in given.value.ravel()]
    return textwrap.wrap(f"{practice.symbol} = {' + '.join(terms)}", width)


def _is_product(tree: Expression) -> bool:
    """Whether an expression is a product of two matrices, possibly with something added."""
    return isinstance(tree.parts[0] if isinstance(tree, Sum) else tree, MatrixProduct)


def _with_numbers(steps: Sequence[tuple[Step, Sequence[Row]]], width: int, decimals: int) -> list[str]:
    """Steps with the given right-hand sides, in numbers; steps without any are left out."""
    lines = (equation_lines("numbers", step, rights, width, decimals) for step, rights in steps if rights)
    return [f"{line.label}{line.text}" for step in lines for line in step]


def _steps(practice: Practice) -> list[Step]:
    part = practice.part
    return [step_of(Reading(practice.network, practice.trace), part)] if part is not None else []


def _lines(steps: list[Step], width: int, decimals: int) -> list[str]:
    return [f"{line.label}{line.text}" for line in formula_lines(steps, width, decimals, told=False)]


def _packed(operands: list[Operand], width: int, decimals: int) -> list[str]:
    """Quantities side by side, as many as fit in a line; a long one continues in the next line."""
    lines: list[str] = []
    for given in operands:
        text = f"{given.name} = {short_value(given.value, decimals, _ENDLESS)}"
        if lines and cell_width(lines[-1]) + cell_width(text) + 3 <= width:
            lines[-1] += f"   {text}"
        else:
            lines += textwrap.wrap(text, width)
    return lines
