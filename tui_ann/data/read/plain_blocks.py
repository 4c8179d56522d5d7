"""Splits a block of lines into columns without looking at its cells one by one.

The checks of the careful reader are made on all bytes: a block is split here only if each of its lines is a row, with
the right number of fields, and no field is quoted.  A column of numbers is converted as in `plain_numbers`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.blocks import UnfitError
from tui_ann.data.read.cell_texts import SEPARATOR
from tui_ann.data.read.digits import PADDING, Bytes, CellSpans, Decimals, Positions, decimals
from tui_ann.data.read.layout import TableLayout
from tui_ann.data.read.plain_numbers import MarkEvidence, marks_in, values_of

_LINE_FEED, _RETURN, _TAB, _POINT, _BLANK = b"\n\r\t. "
_CERTAIN_DIGITS = 3


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


class ColumnBlock(NamedTuple):
    """The cells of a block, column by column."""

    n: int
    """Rows."""
    values: NDArray[np.float64]
    """(columns of numbers, n) NaN where a cell is missing."""
    marks: list[MarkEvidence]
    """What each column of numbers shows about its decimal mark; empty if the form says all about them."""
    texts: list[str]
    """The cells of each other column, joined by `SEPARATOR`."""
    failed: frozenset[int]
    """Places of columns of numbers with a cell that is none."""


def split_block(text: bytes, form: BlockForm) -> ColumnBlock | None:
    """The columns of a block; None if any line may be anything else than a row without quotes.

    Raises:
        UnfitError: The block has control characters, a line end that is only a carriage return, or bytes that are not
            in the encoding.
    """
    _refuse_odd(text, form)
    layout = form.layout
    if layout.cut.quote.encode() in text:
        return None
    if not text.endswith(b"\n"):
        text += b"\n"
    if layout.comment is not None and b"\n" + layout.comment.encode() in b"\n" + text:
        return None
    grid = _grid(text, form)
    if grid is None or _may_have_header(grid, layout) or _may_have_empty_row(grid):
        return None
    texts = [joined(grid.codes, grid.starts[:, place], grid.ends[:, place]) for place in form.texts]
    values, marks, failed = _numbers(grid, form)
    return ColumnBlock(len(grid.ends), values, marks, texts, failed)


def _refuse_odd(text: bytes, form: BlockForm) -> None:
    if not text.isascii():
        try:
            text.decode(form.codec)
        except UnicodeDecodeError as error:
            raise UnfitError from error
    codes = np.frombuffer(text, np.uint8)
    returns = codes == _RETURN
    allowed = np.count_nonzero(codes == _LINE_FEED) + np.count_nonzero(codes == _TAB)
    if np.count_nonzero(codes < _BLANK) == allowed:
        return
    if np.count_nonzero(codes < _BLANK) > allowed + np.count_nonzero(returns):
        raise UnfitError
    if returns[-1] or np.any(returns[:-1] & (codes[1:] != _LINE_FEED)):
        raise UnfitError


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


def _may_have_header(grid: _Grid, layout: TableLayout) -> bool:
    """Whether any row may be the header again."""
    if len(layout.header) != layout.width:
        return False
    rows = np.arange(len(grid.starts))
    for place, name in enumerate(layout.header):
        for offset, code in enumerate(name.encode()):
            found = grid.codes.take(grid.starts[rows, place] + offset, mode="clip")
            # Blanks beyond ASCII may precede the name.
            rows = rows[(found == code) | ~_visible(found)]
            if not len(rows):
                return False
    return True


def _may_have_empty_row(grid: _Grid) -> bool:
    """Whether any row may have no value at all."""
    first = grid.starts[:, 0]
    may_be = np.flatnonzero((first == grid.ends[:, 0]) | ~_visible(grid.codes[first]))
    if not len(may_be):
        return False
    starts = grid.starts[may_be]
    shown = _visible(grid.codes[starts]) & (starts < grid.ends[may_be])
    return not bool(shown.any(axis=1).all())


def _visible(codes: Bytes) -> NDArray[np.bool_]:
    """Whether bytes are visible characters of ASCII."""
    visible: NDArray[np.bool_] = (codes - (_BLANK + 1)) < (127 - (_BLANK + 1))
    return visible


def joined(codes: Bytes, starts: Positions, ends: Positions) -> str:
    """CellSpans as one text, joined by `SEPARATOR`."""
    lengths = ends - starts + 1
    stops = np.cumsum(lengths)
    places = np.arange(stops[-1]) + np.repeat(starts - (stops - lengths), lengths)
    cells: Bytes = codes[places]
    cells[stops - 1] = ord(SEPARATOR)
    text: str = cells[:-1].tobytes().decode()
    return text


def _numbers(grid: _Grid, form: BlockForm) -> tuple[NDArray[np.float64], list[MarkEvidence], frozenset[int]]:
    """The values of the columns of numbers, their marks, and which of them have another cell."""
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
    failed = _convert_others(cells, others[~empty], form, found.values, marks)
    return np.ascontiguousarray(found.values.reshape(shape).T), marks, failed


def _text(cells: CellSpans, which: Positions) -> str:
    return joined(cells.codes, cells.starts[which], cells.ends[which])


def _convert_others(
    cells: CellSpans, others: Positions, form: BlockForm, values: NDArray[np.float64], marks: list[MarkEvidence]
) -> frozenset[int]:
    """Convert some cells as the careful reader does, and return the places of columns with a cell that is no number."""
    failed = set()
    every = values_of(_text(cells, others), ".") if len(others) else np.empty(0)
    if every is not None:
        values[others] = every
    if every is None or marks:
        places = others % len(form.numbers)
        for place in np.unique(places).tolist():
            of_column = others[places == place]
            column = form.numbers[place]
            if marks:
                marks[place] = marks[place].also(marks_in(_text(cells, of_column), "."))
            if every is None and column not in form.failed:
                some = values_of(_text(cells, of_column), ".")
                if some is None:
                    failed.add(column)
                else:
                    values[of_column] = some
    return frozenset(failed)


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
