"""Reads large files of plain numbers into one array with NumPy's parser, in little more memory than the array.

Every check of the slower reader is made here too, over all rows, on the bytes: the number of fields, leading zeros,
huge whole numbers and empty cells.  A file with anything else goes to the slower reader.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.layout import TableLayout
from tui_ann.data.read.plain_numbers import EXACT, zero_led
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.source import SourceFile, Stream

SMALLEST = 4 << 20
"""Smallest size of a file for this reader."""

_BLOCK = 1 << 18
_BYTES_PER_CELL = 8
_CHARACTERS = b"0123456789.+-eE "
_ROOM = 1.1
_THREADS = 2
_VALUES_AT_ONCE = 1 << 20


class Matrix(NamedTuple):
    """The rows of a file of plain numbers."""

    values: NDArray[np.float64]
    """(columns, n), each column contiguous in memory."""
    sha256: str
    """Fingerprint of the file's bytes."""


def may_be_plain(source: SourceFile, layout: TableLayout, lines: Sequence[str]) -> bool:
    """Whether a file is large and, by its first lines, has only plain numbers."""
    delimiter = layout.cut.delimiter
    if source.size < SMALLEST or source.container is not None or layout.trailing or layout.row_names:
        return False
    if delimiter is None or delimiter not in ",;\t|" or layout.width < 2:
        return False
    rows = "".join(lines[layout.start :])
    return rows.isascii() and not rows.encode().translate(None, _CHARACTERS + b"\r\n" + delimiter.encode())


def read_matrix(source: SourceFile, layout: TableLayout, lines: Sequence[str], watch: LoadProgress) -> Matrix | None:
    """The rows below the header.

    Args:
        source: The file, not compressed.
        layout: Where the rows begin and how they are split.
        lines: The first lines of the file, to estimate the number of rows.
        watch: Gets the progress.

    Returns:
        The values; None if any cell is not a plain number, or any row has a different number of fields.
    """
    delimiter = (layout.cut.delimiter or ",").encode()
    rows_seen = lines[layout.start :]
    if not rows_seen:
        return None
    guess = source.size * len(rows_seen) / sum(map(len, rows_seen))
    values = np.empty((layout.width, int(_ROOM * guess) + len(rows_seen)))
    n = 0
    digest = hashlib.sha256()
    # Hashing releases the GIL, so it runs in parallel with parsing.
    with source.open() as stream, ThreadPoolExecutor(1) as pool:
        blocks = _hashed(stream, max(_BLOCK, _BYTES_PER_CELL * layout.width), digest, pool)
        for block in _whole_lines(blocks, layout.start):
            rows = _rows(block, delimiter, layout.width)
            if rows is None:
                return None
            if n + len(rows) > values.shape[1]:
                values = np.concatenate([values, np.empty_like(values)], axis=1)
            values[:, n : n + len(rows)] = rows.T
            n += len(rows)
            watch.at(stream.share)
    return Matrix(values[:, :n], digest.hexdigest())


def _hashed(stream: Stream, size: int, digest: "hashlib._Hash", pool: ThreadPoolExecutor) -> Iterator[bytes]:
    """The blocks of a stream, hashed by the thread of the pool."""
    for block in stream.blocks(size):
        pool.submit(digest.update, block)
        yield block


def _whole_lines(blocks: Iterable[bytes], skip: int) -> Iterator[bytes]:
    """Blocks of whole lines after the first `skip`, each ending with a line feed; without blank lines at the end."""
    rest = b""
    blank = False
    for block in chain(blocks, [b"\n"]):
        text = rest + block if rest else block
        cut = text.rfind(b"\n") + 1
        text, rest = text[:cut], text[cut:]
        while skip and text:
            skip -= 1
            text = text[text.index(b"\n") + 1 :]
        lines = text.rstrip(b"\r\n")
        if lines:
            if blank:
                yield b"\n"
            yield (lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines) + b"\n"
        # Blank lines count only if another line follows.
        blank = (blank and not lines) or text[len(lines) :].count(b"\n") > bool(lines)


def _rows(block: bytes, delimiter: bytes, width: int) -> NDArray[np.float64] | None:
    """The values (n, width) of lines, each with its end; None if they are not plain."""
    # Without the characters of numbers, each line must be its delimiters and its end, and nothing else.
    bones = block.translate(None, _CHARACTERS)
    bone = delimiter * (width - 1) + b"\n"
    if bones != bone * (len(bones) // len(bone)) or zero_led(block, delimiter):
        return None
    try:
        rows = np.loadtxt(block.decode("ascii").split("\n")[:-1], delimiter=delimiter.decode(), comments=None, ndmin=2)
    except ValueError:
        return None
    # NaN is impossible because the characters were checked; a number too large for a float64 becomes infinity.
    return rows if len(rows) == len(bones) // len(bone) and np.abs(rows).max() < EXACT else None


def distinct_in(array: NDArray[np.float64]) -> NDArray[np.intp]:
    """(columns,) number of different values in each row of a (columns, n) array without NaN."""
    step = max(1, _VALUES_AT_ONCE // max(1, array.shape[1]))

    def count(start: int) -> NDArray[np.intp]:
        ordered = np.sort(array[start : start + step], axis=1)
        changes: NDArray[np.intp] = np.count_nonzero(ordered[:, 1:] != ordered[:, :-1], axis=1)
        return changes + 1

    # Sorting releases the GIL, so two threads are nearly twice as fast.
    with ThreadPoolExecutor(_THREADS) as pool:
        return np.concatenate(list(pool.map(count, range(0, len(array), step))))
