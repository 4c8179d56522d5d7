"""Finds and converts the cells of a block with `scan.c`.

It and NumPy give the same cells, values and marks; they differ in which cells they leave to Python, and in time.
"""

import numpy as np

from tui_ann.data.read.block_cells import BlockCells, BlockForm
from tui_ann.data.read.blocks import UnfitError
from tui_ann.data.read.digits import POWERS, POWERS_REST
from tui_ann.data.read.plain_numbers import MarkEvidence
from tui_ann.data.read.scan_library import ScanBlock, ScanLibrary

_SPLIT, _NOT_SPLIT = range(2)


class CompiledScanner:
    """One call for all cells of a block.

    Args:
        library: The functions.
    """

    def __init__(self, library: ScanLibrary) -> None:
        self._library = library

    def lines(self, text: bytes) -> int:
        """The line feeds of a block.

        Raises:
            UnfitError: The block has control characters, or a line end that is only a carriage return.
        """
        codes = np.frombuffer(text, np.uint8)
        lines: int = self._library.lines(codes.ctypes.data, len(codes))
        if lines < 0:
            raise UnfitError
        return lines

    def cells(self, text: bytes, lines: int, form: BlockForm) -> BlockCells | None:
        """The cells of a block; None if any line has another number of fields."""
        width, numbers = form.layout.width, len(form.numbers)
        if lines * width > len(text):  # each cell has at least the byte after it
            return None
        codes = np.frombuffer(text, np.uint8)
        is_number = np.zeros(width, np.uint8)
        is_number[list(form.numbers)] = 1
        starts, ends = np.empty((2, lines, width), np.int32)
        values = np.empty((numbers, lines))
        marks = np.zeros((numbers, 2), np.uint8)
        others = np.empty(lines * numbers, np.int32)
        block = ScanBlock(
            text=codes.ctypes.data,
            size=len(codes),
            delimiter=ord(form.delimiter),
            rows=lines,
            width=width,
            is_number=is_number.ctypes.data,
            numbers=numbers,
            n_powers=len(POWERS),
            powers=POWERS.ctypes.data,
            powers_rest=POWERS_REST.ctypes.data,
            starts=starts.ctypes.data,
            ends=ends.ctypes.data,
            values=values.ctypes.data,
            marks=marks.ctypes.data,
            others=others.ctypes.data,
        )
        result = self._library.block(block)
        if result == _NOT_SPLIT:
            return None
        if result != _SPLIT:
            raise ValueError("the block is not as it was described")
        evidence = [MarkEvidence(bool(marked), bool(certain)) for marked, certain in marks.tolist()]
        return BlockCells(codes, starts, ends, values, evidence if form.doubtful else [], others[: block.n_others])
