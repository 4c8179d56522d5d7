"""What a block of lines must look like, and where its cells are: shared by the two ways to find them."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.digits import Bytes
from tui_ann.data.read.layout import TableLayout
from tui_ann.data.read.plain_numbers import MarkEvidence

Places = NDArray[np.int32] | NDArray[np.intp]
"""Positions in a block."""


@dataclass
class BlockForm:
    """What the lines of a file must look like."""

    layout: TableLayout
    """Where the cells of a line are."""
    codec: str
    """`utf-8` or `ascii`."""
    numbers: tuple[int, ...]
    """Places of the columns of numbers."""
    texts: tuple[int, ...]
    """Places of all others."""
    failed: set[int] = field(default_factory=set)
    """Places of columns of numbers with a cell that is none: such cells are no longer looked at."""
    doubtful: bool = True
    """Whether the decimal mark of any column of numbers may still be a thousands mark."""

    @property
    def delimiter(self) -> bytes:
        """The byte between two cells."""
        return (self.layout.cut.delimiter or "").encode()


class BlockCells(NamedTuple):
    """The cells of a block."""

    codes: Bytes
    """The text."""
    starts: Places
    """(n, columns) the first byte of each cell."""
    ends: Places
    """(n, columns) the byte after its last."""
    values: NDArray[np.float64]
    """(columns of numbers, n) NaN where a cell is empty, anything in the `others`."""
    marks: list[MarkEvidence]
    """What the converted cells of each column of numbers show about its decimal mark; empty if the form knows it."""
    others: Places
    """Cells of columns of numbers that are neither empty nor proved to be a number whose value is the nearest float64,
    in order: row · columns of numbers + index of the column among them."""


class Scanner(Protocol):
    """A way to find the cells of a block."""

    def lines(self, text: bytes) -> int:
        """The line feeds of a block.

        Raises:
            UnfitError: The block has control characters, or a line end that is only a carriage return.
        """

    def cells(self, text: bytes, lines: int, form: BlockForm) -> BlockCells | None:
        """The cells of a block; None if any line has another number of fields.

        Args:
            text: The block, without quotes, whose last byte is a line feed.
            lines: Its line feeds.
            form: What it must look like.
        """
