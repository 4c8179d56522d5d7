"""Splits a block of lines into columns without looking at its cells one by one in Python.

The checks of the careful reader are made on all bytes: a block is split here only if each of its lines is a row, with
the right number of fields, and no field is quoted.  A column of numbers is converted as in `plain_numbers`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.block_cells import BlockCells, BlockForm, Places, Scanner
from tui_ann.data.read.blocks import UnfitError
from tui_ann.data.read.cell_texts import SEPARATOR
from tui_ann.data.read.digits import Bytes
from tui_ann.data.read.layout import TableLayout
from tui_ann.data.read.plain_numbers import MarkEvidence, marks_in, values_of

_BLANK = ord(" ")


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


def split_block(text: bytes, form: BlockForm, scanner: Scanner) -> ColumnBlock | None:
    """The columns of a block; None if any line may be anything else than a row without quotes.

    Raises:
        UnfitError: The block has control characters, a line end that is only a carriage return, or bytes that are not
            in the encoding.
    """
    if not text.isascii():
        try:
            text.decode(form.codec)
        except UnicodeDecodeError as error:
            raise UnfitError from error
    lines, layout = scanner.lines(text), form.layout
    if layout.cut.quote.encode() in text:
        return None
    if not text.endswith(b"\n"):
        text, lines = text + b"\n", lines + 1
    if layout.comment is not None and b"\n" + layout.comment.encode() in b"\n" + text:
        return None
    cells = scanner.cells(text, lines, form)
    if cells is None or _may_have_header(cells, layout) or _may_have_empty_row(cells):
        return None
    texts = [_joined(cells.codes, cells.starts[:, place], cells.ends[:, place]) for place in form.texts]
    failed = _convert_others(cells, form) if len(cells.others) else frozenset[int]()
    return ColumnBlock(len(cells.ends), cells.values, cells.marks, texts, failed)


def _may_have_header(cells: BlockCells, layout: TableLayout) -> bool:
    """Whether any row may be the header again."""
    if len(layout.header) != layout.width:
        return False
    rows = np.arange(len(cells.starts))
    for place, name in enumerate(layout.header):
        for offset, code in enumerate(name.encode()):
            found = cells.codes.take(cells.starts[rows, place] + offset, mode="clip")
            # Blanks beyond ASCII may precede the name.
            rows = rows[(found == code) | ~_visible(found)]
            if not len(rows):
                return False
    return True


def _may_have_empty_row(cells: BlockCells) -> bool:
    """Whether any row may have no value at all."""
    first = cells.starts[:, 0]
    may_be = np.flatnonzero((first == cells.ends[:, 0]) | ~_visible(cells.codes[first]))
    if not len(may_be):
        return False
    starts = cells.starts[may_be]
    shown = _visible(cells.codes[starts]) & (starts < cells.ends[may_be])
    return not bool(shown.any(axis=1).all())


def _visible(codes: Bytes) -> NDArray[np.bool_]:
    """Whether bytes are visible characters of ASCII."""
    visible: NDArray[np.bool_] = (codes - (_BLANK + 1)) < (127 - (_BLANK + 1))
    return visible


def _joined(codes: Bytes, starts: Places, ends: Places) -> str:
    """Cells as one text, joined by `SEPARATOR`."""
    lengths = ends - starts + 1
    stops = np.cumsum(lengths)
    places = np.arange(stops[-1]) + np.repeat(starts - (stops - lengths), lengths)
    cells: Bytes = codes[places]
    cells[stops - 1] = ord(SEPARATOR)
    text: str = cells[:-1].tobytes().decode()
    return text


def _convert_others(cells: BlockCells, form: BlockForm) -> frozenset[int]:
    """Convert the cells that are left as the careful reader does, and note what they show about the decimal mark.

    Returns:
        Places of columns with a cell that is no number.
    """
    failed = set()
    rows, columns = np.divmod(cells.others, len(form.numbers))
    places = np.array(form.numbers)[columns]
    starts, ends = cells.starts[rows, places], cells.ends[rows, places]
    every = values_of(_joined(cells.codes, starts, ends), ".")
    if every is not None:
        cells.values[columns, rows] = every
    if every is None or cells.marks:
        for column in np.unique(columns).tolist():
            here = columns == column
            text = _joined(cells.codes, starts[here], ends[here])
            if cells.marks:
                cells.marks[column] = cells.marks[column].also(marks_in(text, "."))
            place = form.numbers[column]
            if every is None and place not in form.failed:
                some = values_of(text, ".")
                if some is None:
                    failed.add(place)
                else:
                    cells.values[column, rows[here]] = some
    return frozenset(failed)
