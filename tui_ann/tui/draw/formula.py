"""One part of an update as lines: in symbols, with shapes, with numbers, single entries, and the engine's number."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import Row, row
from tui_ann.export.worked.steps import Step
from tui_ann.text import cell_width
from tui_ann.text.symbols import spelled

_LABELS = 10
"""Cells of the words on the left, where there is room for them."""
_ROOMY = 64
"""Cells from which on the words stand on the left; below, each on a line of its own."""


@dataclass(frozen=True)
class Line:
    """One line of the pane."""

    label: str = ""
    """A word on the left: `symbols`, `shapes`, `numbers` …"""
    text: str = ""
    look: str = ""
    """`title`, `note`, `strong` or nothing."""


def formula_lines(
    steps: Sequence[Step], width: int, decimals: int, *, told: bool = True, cell: tuple[int, ...] = ()
) -> list[Line]:
    """The steps of one part.

    Args:
        steps: One step, or more where an update rule keeps a state.
        width: Cells of a line.
        decimals: Decimals shown at most.
        told: Whether numbers may be seen; else only how they come about.
        cell: Place of the number that is given in full.
    """
    lines: list[Line] = []
    for step in steps:
        if lines:
            lines.append(Line())
        lines += _Sheet(width, decimals).step(step, told, cell if step is steps[-1] else ())
    return lines


class _Sheet:
    def __init__(self, width: int, decimals: int) -> None:
        self._width = width
        self._roomy = width >= _ROOMY
        self._indent = _LABELS if self._roomy else 2
        self._printer = Printer(decimals, max(16, width - self._indent))

    def step(self, step: Step, told: bool, cell: tuple[int, ...]) -> list[Line]:
        """A step: its name, then everything about it."""
        lines = [Line(text=text, look="title") for text in textwrap.wrap(step.title, max(8, self._width)) or [""]]
        left = row(step.left_side)
        lines += self._labelled("symbols", self._equations(left, step.symbols)) if step.symbols else []
        lines += self._labelled("shapes", self._printer.lines(step.shapes)) if step.shapes else []
        if told:
            lines += self._labelled("numbers", self._equations(left, (*step.numbers, step.result)), "strong")
            lines += self._labelled("one by one", self._entries(step)) if step.entries else []
            lines += self._labelled("in full", [full_number(step.symbol, step.value, cell)]) if cell else []
        if step.note:
            words = " ".join(self._printer.block(step.note).lines)
            wrapped = textwrap.wrap(words, max(8, self._width - self._indent))
            lines += [Line(text=" " * self._indent + text, look="note") for text in wrapped]
        return lines

    def _equations(self, left: Row, rights: Sequence[Row]) -> list[str]:
        """A left side with its right sides below each other."""
        indent = cell_width(self._printer.block(left).lines[0]) + 1
        lines: list[str] = []
        for index, right in enumerate(rights):
            if index:
                lines += self._printer.lines(row("=", right), indent)
            else:
                lines += self._printer.lines(row(*left, "=", right))
        return lines

    def _entries(self, step: Step) -> list[str]:
        return [text for entry in step.entries for text in self._printer.lines(entry)]

    def _labelled(self, label: str, texts: Sequence[str], look: str = "") -> list[Line]:
        if not self._roomy:
            return [Line(label=label), *(Line(text=" " * self._indent + text, look=look) for text in texts)]
        first, *rest = (text for text in texts)
        return [
            Line(f"{label:<{_LABELS}}", first, look),
            *(Line(text=" " * _LABELS + text, look=look) for text in rest),
        ]


def full_number(symbol: str, value: Array, cell: tuple[int, ...]) -> str:
    """One number with all its digits, as the engine has it.

    Args:
        symbol: Engine name of the array.
        value: The array.
        cell: Place in it, counted from 0.
    """
    index = tuple(place + 1 for place in cell) if value.size > 1 else ()
    number = np.asarray(value)[cell] if value.ndim else value
    exact = repr(float(number)).replace("-", "−").replace("nan", "–").replace("inf", "∞")
    return f"{spelled(symbol, index=index)} = {exact}"
