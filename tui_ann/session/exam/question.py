"""A question of an exam, and whether an answer to it is right."""

import re
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.losses import loss_named
from tui_ann.session.course.queries import Value
from tui_ann.session.course.workbook import told
from tui_ann.text.entry import parse_entry

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
        return "; ".join(told(self.expected))

    def judge(self, text: str) -> bool:
        """Whether an answer is right.

        Args:
            text: A number, a matrix or a word.

        Raises:
            EntryError: Numbers are expected, and the text has none.
        """
        if isinstance(self.expected, str):
            return _words(text) == _words(self.expected)
        entry = np.array(parse_entry(text, (self.expected.shape[0], self.expected.shape[1])).rows)
        if entry.shape != self.expected.shape and 1 in entry.shape and 1 in self.expected.shape:
            entry = entry.reshape(-1)
            wanted = self.expected.reshape(-1)
        else:
            wanted = self.expected
        if entry.shape != wanted.shape:
            return False
        return bool(np.all(np.abs(entry - wanted) <= TOLERANCE * max(1e-2, float(np.abs(wanted).max()))))


def _words(text: str) -> str:
    """A word without the ways to write it: MSE, mean squared error, mean_squared_error."""
    return loss_named(text) or re.sub(r"[^a-z0-9]", "", text.lower())


def table(value: Value) -> Value:
    """A value as an answer: a list becomes a column."""
    return value if isinstance(value, str) or value.ndim == 2 else np.asarray(value).reshape(-1, 1)
