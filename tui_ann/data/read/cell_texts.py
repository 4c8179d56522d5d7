"""The cells of a table as texts, column by column, in little more memory than the file.

A Python string for each cell would take ten times the file.  So the cells of a column are stored joined, a few thousand
per string, and split when the column is processed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SEPARATOR = "\0"
"""Separates the cells of a part; a file that contains it is rejected earlier."""

Parts = list[str]
"""The cells of one column, joined in several strings."""


class Factors(NamedTuple):
    """A column as its different texts, and the index of the text of each row."""

    texts: list[str]
    """The different cells, without surrounding blanks, in the order of their first occurrence."""
    codes: NDArray[np.int32]
    """(n,) index into `texts`."""
    counts: NDArray[np.int64]
    """(texts,) rows of each."""


class Texts:
    """All cells of a table.

    Args:
        width: Number of columns.
    """

    def __init__(self, width: int) -> None:
        self.columns: list[Parts] = [[] for _ in range(width)]
        """One list of parts for each column; a reader may empty it when the column is done."""
        self.n_rows = 0

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Add rows with as many cells as the table has columns."""
        if rows:
            self.n_rows += len(rows)
            for parts, cells in zip(self.columns, zip(*rows, strict=True), strict=True):
                parts.append(SEPARATOR.join(cells))


def cells_of(parts: Parts) -> Iterator[list[str]]:
    """The cells, in lists of a few thousand."""
    return (part.split(SEPARATOR) for part in parts)


def factors_of(parts: Parts, look: Callable[[], None] = lambda: None) -> Factors:
    """The different cells of a column and their indices; `look` is called regularly, and may stop it by raising."""
    code_of: dict[str, int] = {}
    coded = []
    for cells in cells_of(parts):
        look()
        for cell in dict.fromkeys(cells):
            if cell not in code_of:
                code_of[cell] = len(code_of)
        coded.append(np.fromiter(map(code_of.__getitem__, cells), np.int32, len(cells)))
    codes = np.concatenate(coded) if coded else np.empty(0, dtype=np.int32)
    return _stripped(list(code_of), codes)


def _stripped(texts: list[str], codes: NDArray[np.int32]) -> Factors:
    """The same without blanks around the texts, so that ` rot` is `rot`."""
    code_of: dict[str, int] = {}
    new = np.fromiter((code_of.setdefault(text.strip(), len(code_of)) for text in texts), np.int32, len(texts))
    if len(code_of) < len(texts):
        codes = new[codes]
    return Factors(list(code_of), codes, np.bincount(codes, minlength=len(code_of)).astype(np.int64))
