"""One part of an update as lines: symbols, shapes, numbers, single entries, and the engine's number."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.inspect.part import LOSSES_SYMBOL
from tui_ann.engine.tape import Array
from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import Row, SymbolNode, row
from tui_ann.export.worked.steps import Step
from tui_ann.text import cell_width
from tui_ann.text.rounding import in_full, shown
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.draw.bands import Bands

_LABELS = 11
"""Width of the labels on the left, if there is room for them."""
_ROOMY = 64
"""Minimum width for labels on the left; in narrower panes each label has its own line."""


@dataclass(frozen=True)
class FormulaLine:
    """One line of the pane."""

    label: str = ""
    """The label on the left: `symbols`, `shapes`, `numbers` …"""
    text: str = ""
    look: str = ""
    """`lead`, `note`, `strong` or empty."""


def formula_lines(
    steps: Sequence[Step],
    width: int,
    decimals: int,
    *,
    told: bool = True,
    cell: tuple[int, ...] = (),
    examples: Array | None = None,
    change: Row = (),
    check: str = "",
    sentence: str = "",
    rows: int = 10,
) -> list[FormulaLine]:
    """Return the lines for the steps of one part.

    Args:
        steps: The steps; the number in full belongs to the last one.
        width: Line width in cells.
        decimals: Maximum number of decimals.
        told: Whether numbers are shown; otherwise only the formula.
        cell: Index of the number that is shown in full.
        examples: Training rows in the batch; their numbers label the examples.
        change: What an update adds to a parameter, as an equation.
        check: The number in full, computed by another method.
        sentence: What the part is for; it comes first.
        rows: How many rows of a matrix are shown.
    """
    sheet, lines = _Sheet(width, decimals, rows), list[FormulaLine]()
    for step in steps:
        lines += [FormulaLine()] if lines else []
        lines += sheet.step(step, told)
    if told and change:
        lines += sheet.labelled("change", sheet.printed(change))
    if told and (cell or (steps and np.ndim(steps[-1].value) == 0)):
        lines += sheet.labelled("in full", sheet.remarked(_in_full(steps[-1], cell, examples)))
    if told and check:
        lines += sheet.labelled("check", [check])
    words = textwrap.wrap(sentence, max(8, width - 1)) if sentence else []
    return [*(FormulaLine(text=text, look="lead") for text in words), *lines]


def equation_lines(label: str, step: Step, rights: Sequence[Row], width: int, decimals: int) -> list[FormulaLine]:
    """The equation of a step with the given right-hand sides.

    Args:
        label: The label on the left.
        step: The step; its left-hand side is used.
        rights: Right-hand sides, one below the other.
        width: Line width in cells.
        decimals: Maximum number of decimals.
    """
    sheet = _Sheet(width, decimals)
    return sheet.labelled(label, sheet.equations(row(step.left_side), rights))


class _Sheet:
    def __init__(self, width: int, decimals: int, rows: int = 10) -> None:
        self._width, self._decimals = width, decimals
        self._roomy = width >= _ROOMY
        self._indent = _LABELS if self._roomy else 2
        self._room = max(16, width - self._indent)
        self._bands = Bands(decimals, self._room, rows)

    def step(self, step: Step, told: bool) -> list[FormulaLine]:
        """All lines for a step."""
        left = row(step.left_side)
        lines = self.labelled("symbols", self.equations(left, step.symbols)) if step.symbols else []
        lines += self.labelled("shapes", self.printed(step.shapes)) if step.shapes else []
        if told:
            numbers = self.equations(left, (*step.numbers, step.result))
            lines += self.labelled("numbers" if step.symbols else "", numbers, "strong")
            entries = [text for entry in step.entries for text in self.printed(entry)]
            lines += self.labelled("one by one", entries) if entries else []
        if step.note:
            words = " ".join(Printer(self._decimals, self._room).block(step.note).lines)
            wrapped = textwrap.wrap(words, max(8, self._width - self._indent))
            lines += [FormulaLine(text=" " * self._indent + text, look="note") for text in wrapped]
        return lines

    def equations(self, left: Row, rights: Sequence[Row]) -> list[str]:
        """A left-hand side and its right-hand sides, side by side or one below the other."""
        return self._bands.equations(left, rights)

    def printed(self, equation: Row) -> list[str]:
        """An equation as lines."""
        return self._bands.lines(equation)

    def remarked(self, text: str) -> list[str]:
        """A text, and its remark in brackets below it if there is no room beside it."""
        said, bracket, remark = text.partition(" (")
        return [text] if cell_width(text) <= self._room or not bracket else [said, f"  ({remark}"]

    def labelled(self, label: str, texts: Sequence[str], look: str = "") -> list[FormulaLine]:
        """Lines with a label before them, or above them in a narrow pane."""
        if not label:
            return [FormulaLine(text=" " * self._indent + text, look=look) for text in texts]
        if not self._roomy and not (len(texts) == 1 and _LABELS + cell_width(texts[0]) <= self._width):
            return [
                FormulaLine(label=label),
                *(FormulaLine(text=" " * self._indent + text, look=look) for text in texts),
            ]
        first, *rest = (text for text in texts)
        return [
            FormulaLine(f"{label:<{_LABELS}}", first, look),
            *(FormulaLine(text=" " * _LABELS + text, look=look) for text in rest),
        ]


def _in_full(step: Step, cell: tuple[int, ...], examples: Array | None) -> str:
    """One number of a step with all its digits, and what is only rounding in it."""
    text = full_number(_written_symbol(step), step.value, cell, examples)
    rounding = np.asarray(step.clean)[cell] == 0 and np.asarray(step.value)[cell] != 0
    return f"{text} (0 up to rounding)" if rounding else text


def _written_symbol(step: Step) -> Symbol:
    """The symbol on the left of a step; a gradient with its penalty has another symbol than the gradient alone."""
    return step.left.symbol if isinstance(step.left, SymbolNode) else step.symbol


def full_number(symbol: Symbol, value: Array, cell: tuple[int, ...], examples: Array | None = None) -> str:
    """One number of the engine with all its digits.

    Args:
        symbol: Symbol of the array.
        value: The array.
        cell: Index in it, counted from 0.
        examples: Training rows in the batch; their numbers label the examples. Otherwise their positions do.
    """
    shape = value.shape
    numbers = np.arange(max(shape, default=1)) if examples is None else examples
    number = float(np.asarray(value)[cell])
    if value.ndim == 2 and not symbol.is_matrix:  # a column for each example
        name = spelled(
            symbol,
            index=(cell[0] + 1,) if shape[0] > 1 else (),
            example=int(numbers[cell[1]]) + 1 if shape[1] > 1 else None,
        )
    elif symbol == LOSSES_SYMBOL:
        name = spelled(symbol, example=int(numbers[cell[0]]) + 1 if value.size > 1 else None)
    else:
        name = spelled(symbol, index=tuple(place + 1 for place in cell) if value.size > 1 else ())
    text = f"{name} = {in_full(number).replace('-', '−').replace('nan', '–').replace('inf', '∞')}"
    near = float(f"{number:.12g}") if np.isfinite(number) else number
    if near != number and abs(near - number) <= 4 * np.spacing(abs(near)):
        text += f" ({shown(near, 12)} up to rounding)"
    return text
