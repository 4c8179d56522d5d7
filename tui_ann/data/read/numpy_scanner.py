"""Finds and converts the cells of a block with NumPy, where the compiled scanner is not installed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.block_cells import BlockCells, BlockForm
from tui_ann.data.read.blocks import UnfitError
from tui_ann.data.read.digits import PADDING, Bytes, CellSpans, Decimals, Positions, decimals
from tui_ann.data.read.plain_numbers import MarkEvidence

_LINE_FEED, _RETURN, _TAB, _POINT, _BLANK = b"\n\r\t. "
_CERTAIN_DIGITS = 3


class NumPyScanner:
    """Many calls, each on all bytes or cells of a block."""

    def lines(self, text: bytes) -> int:
        """The line feeds of a block.

        Raises:
            UnfitError: The block has control characters, or a line end that is only a carriage return.
        """
        codes = np.frombuffer(text, np.uint8)
        returns = codes == _RETURN
        lines = int(np.count_nonzero(codes == _LINE_FEED))
        allowed = lines + np.count_nonzero(codes == _TAB)
        if np.count_nonzero(codes < _BLANK) == allowed:
            return lines
        if np.count_nonzero(codes < _BLANK) > allowed + np.count_nonzero(returns):
            raise UnfitError
        if returns[-1] or np.any(returns[:-1] & (codes[1:] != _LINE_FEED)):
            raise UnfitError
        return lines

    def cells(self, text: bytes, lines: int, form: BlockForm) -> BlockCells | None:
        """The cells of a block; None if any line has another number of fields."""
        grid = _grid(text, form)
        if grid is None:
            return None
        columns = list(form.numbers)
        every = len(columns) == form.layout.width
        cells = CellSpans(grid.codes, *((part if every else part[:, columns]).ravel() for part in grid[1:4]))
        found = decimals(cells)
        if grid.odd is not None:
            found.proved[grid.odd[:, columns].ravel()] = False
        shape = (len(grid.ends), len(columns))
        marks = _marks(cells, found, shape) if form.doubtful else []
        others = np.flatnonzero(~found.proved)
        empty = cells.starts[others] == cells.ends[others]
        found.values[others[empty]] = np.nan
        values = np.ascontiguousarray(found.values.reshape(shape).T)
        return BlockCells(grid.codes, grid.starts, grid.ends, values, marks, others[~empty])


class _Grid(NamedTuple):
    """Where the cells of a block are: each (n, columns)."""

    codes: Bytes
    starts: Positions
    points: Positions
    ends: Positions
    odd: NDArray[np.bool_] | None
    """Whether a cell has several points; None if no cell does."""


def _grid(text: bytes, form: BlockForm) -> _Grid | None:
    """The cells; None if any line has another number of fields."""
    width = form.layout.width
    codes = np.frombuffer(b"\n" * PADDING + text, np.uint8)
    special = (codes == _LINE_FEED) | (codes == ord(form.delimiter)) | (codes == _POINT)
    # The line feed before the text is the end of a cell before the first.
    places = np.flatnonzero(special[PADDING - 1 :]) + (PADDING - 1)
    is_point = codes[places] == _POINT
    if len(places) % 2 and is_point[1::2].all() and not is_point[::2].any():
        # The common case: each cell has one point.
        points, starts, ends, odd = places[1::2].copy(), places[:-2:2] + 1, places[2::2].copy(), None
    else:
        at = np.flatnonzero(~is_point)
        starts, ends = places[at[:-1]] + 1, places[at[1:]]
        specials = np.diff(at)
        points = np.where(specials == 1, ends, places[at[1:] - 1])
        odd = specials > 2 if specials.max(initial=0) > 2 else None
    if len(ends) % width or not len(ends):
        return None
    line_ends = codes[ends.reshape(-1, width)] == _LINE_FEED
    if not line_ends[:, -1].all() or np.count_nonzero(line_ends) != len(line_ends):
        return None
    ends, points = _without_returns(codes, ends, points, width)
    starts = _without_blanks(codes, starts)
    shape = (-1, width)
    return _Grid(
        codes,
        starts.reshape(shape),
        points.reshape(shape),
        ends.reshape(shape),
        None if odd is None else odd.reshape(shape),
    )


def _without_returns(codes: Bytes, ends: Positions, points: Positions, width: int) -> tuple[Positions, Positions]:
    """The ends of cells before the line end, and their points."""
    last = ends[width - 1 :: width]
    returns = codes[last - 1] == _RETURN
    if returns.any():
        without = points[width - 1 :: width] == last
        last -= returns
        points[width - 1 :: width][without] = last[without]
    return ends, points


def _without_blanks(codes: Bytes, starts: Positions) -> Positions:
    """The starts of cells after leading blanks, which are not part of them."""
    blank = codes[starts] == _BLANK
    while blank.any():
        starts = starts + blank
        blank = codes[starts] == _BLANK
    return starts


def _marks(cells: CellSpans, found: Decimals, shape: tuple[int, int]) -> list[MarkEvidence]:
    """What the proved cells of each column show: a thousands mark has three digits after it, one to three before it."""
    marked = found.proved & (cells.points < cells.ends)
    whole, places = found.whole, found.places
    certain = (places != _CERTAIN_DIGITS) | (whole == 0) | (whole > _CERTAIN_DIGITS)
    certain &= marked
    if not certain.reshape(shape).any(axis=0).all():
        certain |= marked & (cells.codes[cells.points - whole] == ord("0"))
        # An exponent right after three digits.
        certain |= marked & (cells.points + places + 1 < cells.ends)
    columns: NDArray[np.bool_] = np.stack([part.reshape(shape).any(axis=0) for part in (marked, certain)], axis=1)
    return [MarkEvidence(*pair) for pair in columns.tolist()]
