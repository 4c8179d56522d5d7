"""A question of an exam, and whether an answer to it is right."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tui_ann.engine.inspect.answer_check import judge
from tui_ann.engine.losses import loss_named
from tui_ann.export.worked.builder import step_of
from tui_ann.export.worked.layout import Printer
from tui_ann.export.worked.nodes import Row, SymbolNode, row
from tui_ann.export.worked.notation import leaves
from tui_ann.export.worked.reading import Reading
from tui_ann.session.course.queries import TracedPart, Value
from tui_ann.session.course.workbook import in_line
from tui_ann.text import counted
from tui_ann.text.entry import EntryError, parse_entry
from tui_ann.text.symbols import bracketed

_DECIMALS, _WIDTH = 4, 72
"""Decimals and cells of a line of a solution."""
TOLERANCE = 5e-3
"""Largest error of a right answer, relative to the largest number: three digits are enough."""


@dataclass(frozen=True, eq=False)
class Question:
    """One question."""

    concept: str
    """What it is about: C3 to C21."""
    title: str
    """The page or the kind of exercise."""
    given: tuple[str, ...]
    """What is known, as lines."""
    asked: str
    """The question."""
    expected: Value
    """The answer: numbers (rows, columns), or a word."""
    page: str = ""
    """The page that explains it, if there is one."""
    traced: TracedPart | None = None
    """The part of an update that is asked for, if it is one."""
    because: str = ""
    """How the answer is found, as a line; empty if the update shows it."""

    @property
    def wanted(self) -> str:
        """What to type: a word, one number, or how many numbers and how they are separated."""
        if isinstance(self.expected, str):
            return "a word"
        rows, columns = self.expected.shape
        if rows * columns == 1:
            return "one number"
        way = "with spaces between" if 1 in (rows, columns) else f"in {rows} rows separated by ;"
        return f"{rows * columns} numbers {way}"

    @property
    def expected_text(self) -> str:
        """The answer as text."""
        return in_line(self.expected)

    def judge(self, text: str) -> bool:
        """Whether an answer is right.

        Args:
            text: A number, a matrix or a word.

        Raises:
            EntryError: Numbers are expected, and the text has none, or not as many as are asked for.
        """
        if isinstance(self.expected, str):
            return _words(text) == _words(self.expected)
        entry = np.array(parse_entry(text, table_shape(self.expected)).rows)
        if entry.shape != self.expected.shape and 1 in entry.shape and 1 in self.expected.shape:
            entry = entry.reshape(-1)
            wanted = self.expected.reshape(-1)
        else:
            wanted = self.expected
        if entry.shape not in (wanted.shape, wanted.shape[::-1]):  # a transposed matrix is a mistake
            rows = f" in {counted(len(entry), 'row')}" if entry.size == wanted.size else ""
            raise EntryError(f"That is {counted(entry.size, 'number')}{rows}.", remedy=f"Type {self.wanted}.")
        if entry.shape != wanted.shape:
            return False
        return bool(np.all(np.abs(entry - wanted) <= TOLERANCE * max(1e-2, float(np.abs(wanted).max()))))

    def mistake(self, text: str) -> str:
        """The mistake that leads to a wrong answer, as a sentence; empty if none is known.

        Args:
            text: The answer.
        """
        if self.traced is None or not text.strip():
            return ""
        asked = self.traced
        rows = parse_entry(text, table_shape(self.expected)).rows
        verdict = judge(asked.network, asked.trace, asked.part, rows)
        return "" if verdict.right or verdict.code == "wrong" else verdict.text

    @property
    def solution(self) -> tuple[str, ...]:
        """How the answer is found, as lines; empty if there is nothing to compute."""
        if self.traced is None:
            return (self.because,) if self.because else ()
        printer = Printer(_DECIMALS, _WIDTH, style="brackets" if self._in_brackets else "")
        return tuple(line for each in self._worked for line in printer.lines(each))

    def in_one_notation(self) -> "Question":
        """The same, with layers in brackets where its solution needs them, because a² could be read as a power."""
        if not self._in_brackets:
            return self
        return replace(self, given=tuple(map(bracketed, self.given)), asked=bracketed(self.asked))

    @cached_property
    def _worked(self) -> list[Row]:
        """The rows of the solution of a part of an update."""
        if self.traced is None:
            return []
        trace, part = self.traced.trace, self.traced.part
        reading = Reading(self.traced.network, trace)
        before = [each for each in trace.parts if each.symbol in part.operands and each.operands]
        rows = []
        for each in (*before, part):
            step = step_of(reading, each)
            sides = (*step.symbols, *step.numbers, step.result)
            rows.append(row(*row(step.left_side), *(item for side in sides for item in ("=", side))))
        return rows

    @property
    def _in_brackets(self) -> bool:
        """Whether a formula of the solution writes a layer in brackets."""
        nodes = [node for each in self._worked for node in leaves(each)]
        return any(isinstance(node, SymbolNode) and node.style == "brackets" for node in nodes)


def _words(text: str) -> str:
    """A word without the ways to write it: MSE, mean squared error, mean_squared_error."""
    return loss_named(text) or re.sub(r"[^a-z0-9]", "", text.lower())


def table_shape(expected: Value) -> tuple[int, int] | None:
    """Rows and columns of an answer; `None` of a word."""
    return None if isinstance(expected, str) else (expected.shape[0], expected.shape[1])


def table(value: Value) -> Value:
    """A value as an answer: a list becomes a column."""
    return value if isinstance(value, str) or value.ndim == 2 else np.asarray(value).reshape(-1, 1)
