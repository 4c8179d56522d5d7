"""The content of a report in any format: sections of blocks.  All texts are plain; a writer escapes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.export.worked.steps import Solution


@dataclass(frozen=True)
class ParagraphBlock:
    """A few sentences."""

    text: str


@dataclass(frozen=True)
class ListBlock:
    """A bullet list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class TableBlock:
    """A table."""

    head: tuple[str, ...]
    """The titles of the columns."""
    rows: tuple[tuple[str, ...], ...]
    """The cells of each row, as many as titles."""
    right: frozenset[int] = frozenset()
    """The columns that are aligned right, counted from 0."""


@dataclass(frozen=True, eq=False)
class CurveLine:
    """One line of a chart."""

    label: str
    y: Array
    """(epochs,) a value for each epoch of the chart; nan where there is none."""
    dotted: bool = False
    """Whether it is drawn dotted: values of validation rows."""


@dataclass(frozen=True, eq=False)
class CurveBlock:
    """A chart of values by epoch."""

    title: str
    lines: tuple[CurveLine, ...]
    log: bool = False
    """Whether the axis of the values is logarithmic; all values are positive then."""
    best: int | None = None
    """The epoch whose parameters were kept, if that is not the last."""
    epochs: Array = field(default_factory=lambda: np.empty(0))
    """(epochs,) the number of each epoch, ascending; empty if they are 1, 2, …"""

    @property
    def numbers(self) -> Array:
        """(epochs,) the number of each epoch."""
        return self.epochs if len(self.epochs) else np.arange(1.0, max(len(line.y) for line in self.lines) + 1)


@dataclass(frozen=True, eq=False)
class WorkedBlock:
    """An update worked out in full."""

    solution: Solution
    """Its steps."""
    script: str
    """A NumPy script that prints the same numbers; empty if it would be too long."""


@dataclass(frozen=True)
class CodeBlock:
    """Lines to be typed or saved as they are."""

    text: str
    language: str = ""
    """`toml`, `sh` or `python`."""


ReportBlock = ParagraphBlock | ListBlock | TableBlock | CurveBlock | WorkedBlock | CodeBlock
"""What a section consists of."""


@dataclass(frozen=True, eq=False)
class ReportSection:
    """A section of a report."""

    title: str
    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, eq=False)
class RunReport:
    """The report of a run."""

    title: str
    sections: tuple[ReportSection, ...]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> TableBlock:
    """A table of lists.

    Args:
        head: The titles of the columns.
        rows: The cells of each row.
        right: The columns that are aligned right.
    """
    return TableBlock(tuple(head), tuple(map(tuple, rows)), frozenset(right))


def unknown_block(block: object) -> TypeError:
    """The error of a writer that does not know a block."""
    return TypeError(f"No writer for {type(block).__name__}.")
