"""Large files of nothing but plain numbers: read into one array by NumPy's own parser, in little more memory than that.

Every check that the slower way makes is made here too, over all rows, on the bytes: fields are counted, leading zeros,
huge whole numbers and empty cells looked for.  Whatever is not plain sends the file the slower way.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.layout import Layout
from tui_ann.data.plain import EXACT, zero_led
from tui_ann.data.source import Source, Stream
from tui_ann.data.survey import Survey
from tui_ann.data.watch import Watch

SMALLEST = 4 << 20
"""Bytes from which on this way is worth while."""
WIDE = 2000
"""Columns from which on it is worth while whatever the size."""

_BLOCK = 1 << 18
_BYTES_PER_CELL = 16
_CHARACTERS = b"0123456789.+-eE \n"
_NEWLINE = 10
_THREADS = 2
_VALUES_AT_ONCE = 1 << 20


def may_be_plain(source: Source, survey: Survey, layout: Layout) -> bool:
    """Whether the file is large and, by all that is known, made of plain numbers alone."""
    delimiter = layout.cut.delimiter
    return (
        survey.plain_numbers
        and not survey.bare_returns
        and (source.size >= SMALLEST or layout.width >= WIDE)
        and delimiter is not None
        and len(delimiter) == 1
        and delimiter not in " .eE+-"
        and not (layout.trailing or layout.row_names)
    )


def read_matrix(source: Source, survey: Survey, layout: Layout, watch: Watch) -> NDArray[np.float64] | None:
    """The rows below the header.

    Returns:
        (columns, n) the values, each column in one piece of memory; None if any cell is no plain number, or any row
        has another number of fields.
    """
    delimiter = ord(layout.cut.delimiter or ",")
    array = np.empty((layout.width, max(0, survey.lines + 1 - layout.start)))
    n = 0
    with source.open() as stream:
        for block in _whole_lines(stream, layout.start, max(_BLOCK, _BYTES_PER_CELL * layout.width)):
            rows = _rows(block, delimiter, layout.width)
            if rows is None or n + len(rows) > array.shape[1]:
                return None
            array[:, n : n + len(rows)] = rows.T
            n += len(rows)
            watch.at(stream.share)
    return array[:, :n]


def _whole_lines(stream: Stream, skip: int, size: int) -> Iterator[bytes]:
    """Blocks of whole lines after the first `skip`, all ending with a line feed; blank lines at the end left out."""
    rest = b""
    for block in stream.blocks(size):
        text = rest + block if rest else block
        cut = text.rfind(b"\n") + 1
        text, rest = text[:cut], text[cut:]
        while skip and text:
            skip -= 1
            text = text[text.index(b"\n") + 1 :]
        if text:
            yield text.replace(b"\r\n", b"\n")
    if rest := rest.rstrip():
        yield rest + b"\n"


def _rows(block: bytes, delimiter: int, width: int) -> NDArray[np.float64] | None:
    """The values (n, width) of lines, each with its end; None if they are not plain."""
    codes = np.frombuffer(block, dtype=np.uint8)
    ends = np.zeros(256, dtype=np.bool_)
    ends[[delimiter, _NEWLINE, 32]] = True
    stops = codes[np.flatnonzero((codes == delimiter) | (codes == _NEWLINE))]
    if len(stops) % width:
        return None
    stops = stops.reshape(-1, width)
    if np.any(stops[:, -1] != _NEWLINE) or np.any(stops[:, :-1] != delimiter):
        return None
    if block.translate(None, _CHARACTERS + bytes((delimiter,))) or zero_led(block, ends):
        return None
    try:
        rows = np.loadtxt(block.decode("ascii").split("\n")[:-1], delimiter=chr(delimiter), comments=None, ndmin=2)
    except ValueError:
        return None
    # NaN cannot come in, as the characters were checked; a number too large for a float64 does as infinity.
    return rows if len(rows) == len(stops) and np.abs(rows).max() < EXACT else None


def distinct_in(array: NDArray[np.float64]) -> NDArray[np.intp]:
    """(columns,) how many different values each row of a (columns, n) array without NaN holds."""
    step = max(1, _VALUES_AT_ONCE // max(1, array.shape[1]))

    def count(start: int) -> NDArray[np.intp]:
        ordered = np.sort(array[start : start + step], axis=1)
        changes: NDArray[np.intp] = np.count_nonzero(ordered[:, 1:] != ordered[:, :-1], axis=1)
        return changes + 1

    # Sorting leaves the lock that Python threads share, so two threads are nearly twice as fast.
    with ThreadPoolExecutor(_THREADS) as pool:
        return np.concatenate(list(pool.map(count, range(0, len(array), step))))
