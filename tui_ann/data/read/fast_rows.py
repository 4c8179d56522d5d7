"""Reads the rows of a large file block by block, in two threads and little more memory than the columns.

A block that `plain_blocks` does not split is read by the `Sieve`, like all blocks of other files, so the rows are the
same.  Which columns have numbers is guessed from the first lines.  If a later cell shows that a guess was wrong, the
file is read again with this column as text.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from tui_ann import large_arrays
from tui_ann.data.read.block_cells import BlockForm, Scanner
from tui_ann.data.read.blocks import LineBlock, UnfitError, line_blocks
from tui_ann.data.read.cell_texts import SEPARATOR, Parts
from tui_ann.data.read.compiled_scanner import CompiledScanner
from tui_ann.data.read.encoding import Survey
from tui_ann.data.read.layout import TableLayout
from tui_ann.data.read.numpy_scanner import NumPyScanner
from tui_ann.data.read.plain_blocks import ColumnBlock, split_block
from tui_ann.data.read.plain_numbers import MarkEvidence, PlainNumbers, marks_in, plain_numbers, values_of
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.records import FileRows, Sieve, WholeRows
from tui_ann.data.read.scan_library import scan_library
from tui_ann.data.read.source import SourceFile

SMALLEST = 4 << 20
"""Smallest size of a file for this reader."""

_DELIMITERS = ",;\t|"
_CODECS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "ascii": "ascii", "cp1252": "ascii", "iso8859-1": "ascii"}
"""Encodings with the letters of ASCII, and the codec for what is read of them here."""
_ROOM = 1.25
_THREADS = 2
_BLOCKS_AHEAD = 4
_FEW_BLOCKS = 4
"""If more blocks than this, and most of all, cannot be split, trying to costs more than it gains."""


def may_be_fast(source: SourceFile, found: Survey, layout: TableLayout, lines: Sequence[str]) -> bool:
    """Whether this reader can take a file, by its first lines."""
    cut = layout.cut
    if source.size < SMALLEST or source.container is not None or layout.trailing or cut.escape:
        return False
    if found.codec not in _CODECS or found.mixed or not cut.quote.isascii():
        return False
    if cut.delimiter is None or cut.delimiter not in _DELIMITERS or layout.width < 2:
        return False
    return len(lines) > layout.start and not any(line.endswith("\r") for line in lines)


class FastRows:
    """The rows of a file below its header.

    Args:
        source: The file, not compressed.
        found: Its encoding; gets its fingerprint.
        layout: Where its rows begin and how they are split.
        lines: Its first lines, to guess the number of rows and the columns of numbers.
        watch: Gets the progress.
    """

    def __init__(
        self, source: SourceFile, found: Survey, layout: TableLayout, lines: Sequence[str], watch: LoadProgress
    ) -> None:
        self._source, self._found, self._layout, self._watch = source, found, layout, watch
        rows = lines[layout.start :]
        self._room = int(_ROOM * source.size * len(rows) / sum(map(len, rows))) + len(rows)
        self._texts = _texts_of(Sieve(layout.cut, layout.width, layout.header, layout.comment), rows)

    def read(self, texts: Iterable[int] = ()) -> FileRows | None:
        """All rows; None if the file is not for this reader.

        Args:
            texts: Places of columns whose cells are needed as texts, besides those that have no numbers.
        """
        self._texts = self._texts.union(texts)
        while True:
            reading = _Reading(self._layout, self._found, self._texts, self._room)
            try:
                reading.read(self._source, self._watch)
            except UnfitError:
                return None
            if not (failed := reading.failed()):
                return reading.rows()
            self._texts |= failed


def _texts_of(sieve: Sieve, lines: Sequence[str]) -> frozenset[int]:
    """Places of the columns that do not have numbers by the first lines."""
    rows = [*sieve.feed(list(lines), 1).cells, *sieve.end().cells]
    found = set()
    for place, cells in enumerate(zip(*rows, strict=True)):
        plain = plain_numbers([SEPARATOR.join(cells)], ".")
        if plain is None or np.isnan(plain.numbers).all():
            found.add(place)
    return frozenset(found)


class _Reading:
    """One pass over the file."""

    def __init__(self, layout: TableLayout, found: Survey, texts: frozenset[int], room: int) -> None:
        self._layout, self._found = layout, found
        places = range(layout.width)
        numbers = tuple(place for place in places if place not in texts)
        self._form = BlockForm(layout, _CODECS[found.codec], numbers, tuple(sorted(texts)))
        self._values = large_arrays.empty((len(numbers), room))
        self._marks = [MarkEvidence()] * len(numbers)
        self._texts: list[Parts] = [[] for _ in texts]
        self._lines: list[NDArray[np.int64]] = []
        self._n = 0
        self._line = layout.start + 1
        self._split = self._not_split = 0
        self._sieve = Sieve(layout.cut, layout.width, layout.header, layout.comment)

    def read(self, source: SourceFile, watch: LoadProgress) -> None:
        """Read all blocks.

        Raises:
            UnfitError: The file is not for this reader.
        """
        digest = hashlib.sha256()
        with source.open() as stream, ThreadPoolExecutor(_THREADS) as pool:
            marked = self._found.codec == "utf-8-sig"
            blocks = line_blocks(stream, self._layout.start, self._form.codec, digest, marked=marked)
            for block, columns in _split(blocks, self._form, pool, _scanner()):
                self._add(block, columns)
                watch.at(stream.share)
        self._add_rows(self._sieve.end())
        self._found.sha256 = digest.hexdigest()

    def failed(self) -> frozenset[int]:
        """Places of columns that turned out not to have numbers."""
        empty = {
            place
            for place, values in zip(self._form.numbers, self._values[:, : self._n], strict=True)
            if np.isnan(values[:1]).all() and np.isnan(values).all()
        }
        return frozenset(self._form.failed | empty)

    def rows(self) -> FileRows:
        """What was read."""
        numbers = iter(zip(self._values[:, : self._n], self._marks, strict=True))
        texts = iter(self._texts)
        columns: list[Parts | PlainNumbers] = []
        for place in range(self._layout.width):
            if place in self._form.texts:
                columns.append(next(texts))
            else:
                values, marks = next(numbers)
                columns.append(PlainNumbers(values, *marks))
        return FileRows(columns, np.concatenate(self._lines), self._sieve)

    def _add(self, block: LineBlock, columns: ColumnBlock | None) -> None:
        if columns is None or self._sieve.is_waiting:
            self._add_carefully(block)
            return
        self._split += 1
        self._form.failed.update(columns.failed)
        self._put(columns.values, columns.n)
        if columns.marks:
            self._marks = [old.also(new) for old, new in zip(self._marks, columns.marks, strict=True)]
            self._form.doubtful = not all(marks.certain for marks in self._marks)
        for parts, text in zip(self._texts, columns.texts, strict=True):
            parts.append(text)
        self._lines.append(np.arange(self._line, self._line + columns.n, dtype=np.int64))
        self._line += columns.n

    def _add_carefully(self, block: LineBlock) -> None:
        self._not_split += 1
        if self._not_split > max(_FEW_BLOCKS, self._split):
            raise UnfitError
        try:
            for lines in block.lines(self._form.codec):
                self._add_rows(self._sieve.feed(lines, self._line))
                self._line += len(lines)
        except UnicodeDecodeError as error:
            raise UnfitError from error

    def _add_rows(self, rows: WholeRows) -> None:
        self._lines.append(np.array(rows.lines, dtype=np.int64))
        if not rows.cells:
            return
        cells = list(zip(*rows.cells, strict=True))
        for parts, place in zip(self._texts, self._form.texts, strict=True):
            parts.append(SEPARATOR.join(cells[place]))
        values = np.full((len(self._form.numbers), len(rows.cells)), np.nan)
        for i, place in enumerate(self._form.numbers):
            if place not in self._form.failed:
                part = SEPARATOR.join(cells[place])
                found = values_of(part, ".")
                if found is None:
                    self._form.failed.add(place)
                else:
                    values[i] = found
                    self._marks[i] = self._marks[i].also(marks_in(part, "."))
        self._put(values, len(rows.cells))

    def _put(self, values: NDArray[np.float64], n: int) -> None:
        """Add n rows of the columns of numbers."""
        if self._n + n > self._values.shape[1]:
            larger = large_arrays.empty((len(self._values), self._values.shape[1] * 5 // 4 + n))
            larger[:, : self._n] = self._values[:, : self._n]
            self._values = larger
        self._values[:, self._n : self._n + n] = values
        self._n += n


def _scanner() -> Scanner:
    library = scan_library()
    return NumPyScanner() if library is None else CompiledScanner(library)


def _split(
    blocks: Iterator[LineBlock], form: BlockForm, pool: ThreadPoolExecutor, scanner: Scanner
) -> "Iterator[tuple[LineBlock, ColumnBlock | None]]":
    """Each block with its columns, in order; scanners release the GIL, so two blocks are split at a time."""
    ahead: deque[tuple[LineBlock, Future[ColumnBlock | None]]] = deque()
    for block in blocks:
        ahead.append((block, pool.submit(split_block, block.text, form, scanner)))
        if len(ahead) >= _BLOCKS_AHEAD:
            first, columns = ahead.popleft()
            yield first, columns.result()
    for last, columns in ahead:
        yield last, columns.result()
