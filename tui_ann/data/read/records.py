"""Splits lines into records, counts their fields, and rejects rows that do not fit."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.cell_texts import Parts
from tui_ann.data.read.plain_numbers import PlainNumbers
from tui_ann.data.read.sniff import Cut
from tui_ann.data.read.table import Reject

# A cell of free text may be longer than 128 KB, the default limit of the csv module.
csv.field_size_limit(1 << 30)

_MOST_LINES_IN_A_RECORD = 1000
_LONGEST_RECORD = 1 << 20
_TEXT_KEPT = 200


class TextRecord(NamedTuple):
    """One record of the file."""

    line: int
    """Physical line on which it starts."""
    cells: list[str] | None
    """Its cells; None if a quote is not closed."""
    text: str
    """Its first line in the file."""
    span: int = 1
    """Number of physical lines."""


class _Feeder:
    """Gives lines to the csv module one by one, to count the lines of a record."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.at = 0

    def __iter__(self) -> "_Feeder":
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


class RecordReader:
    """Reads records from chunks of lines; a record may continue in the next chunk.

    An unclosed quote would swallow everything after it.  A record over several lines is therefore accepted only if it
    has the right number of fields and only a delimiter after its closing quotes; else its first line is rejected and
    reading continues at the next line.

    Args:
        cut: How lines are split into cells.
        width: Fields of a valid record; None accepts any number.
    """

    def __init__(self, cut: Cut, width: int | None) -> None:
        self._cut = cut
        self._width = width
        self._waiting: list[str] = []
        self._line = 1

    @property
    def is_waiting(self) -> bool:
        """Whether the last record continues in the next lines."""
        return bool(self._waiting)

    def feed(self, lines: list[str], first_line: int) -> Iterator[TextRecord]:
        """Records of these lines, the first of which has the number given, and of those still waiting."""
        if not self._waiting:
            self._line = first_line
        yield from self._records([*self._waiting, *lines] if self._waiting else lines, at_end=False)

    def end(self) -> Iterator[TextRecord]:
        """Records of the lines still waiting, after the last line."""
        yield from self._records(self._waiting, at_end=True)

    def plain(self, lines: list[str]) -> list[list[str]] | None:
        """The records of lines without a quote, one each; None if it takes `feed` to read them."""
        if self._waiting or self._cut.escape or any(self._cut.quote in line for line in lines):
            return None
        return self._cut.rows(lines)

    def _records(self, lines: list[str], at_end: bool) -> Iterator[TextRecord]:
        first_line, self._waiting = self._line, []
        feeder = _Feeder(self._cut.prepared(lines))
        reader = self._cut.records(feeder, strict=True)
        start = 0
        while start < len(lines):
            cells = self._next(reader)
            if cells is None and feeder.at == len(lines) and not at_end and self._may_go_on(lines[start:]):
                self._waiting, self._line = lines[start:], first_line + start
                return
            if cells is None or (feeder.at - start > 1 and len(cells) != (self._width or len(cells))):
                cells = self._alone(feeder.lines[start])
                feeder.at = start + 1
                reader = self._cut.records(feeder, strict=True)
            yield TextRecord(first_line + start, cells, lines[start], feeder.at - start)
            start = feeder.at

    def _next(self, reader: Iterator[list[str]]) -> list[str] | None:
        """The next record; None if its quotes are not closed, or closed in the middle of a cell."""
        try:
            return next(reader)
        except csv.Error:
            return None

    def _may_go_on(self, lines: Sequence[str]) -> bool:
        """Whether the record that starts with these lines may end in the next chunk."""
        return len(lines) <= _MOST_LINES_IN_A_RECORD and sum(map(len, lines)) <= _LONGEST_RECORD

    def _alone(self, line: str) -> list[str] | None:
        """The cells of one line, read leniently; None if a quote is not closed at its end."""
        records = list(self._cut.records([line, "\n"]))
        return records[0] if len(records) == 2 else None


class WholeRows(NamedTuple):
    """Rows of the right width, with the lines they start on."""

    cells: list[list[str]]
    """One list of cells each."""
    lines: Sequence[int]
    """One physical line each."""


class FileRows(NamedTuple):
    """All rows of a file."""

    columns: Sequence[Parts | PlainNumbers]
    """The cells of each column, as texts or as numbers."""
    lines: NDArray[np.int64]
    """(n,) physical line on which each row starts."""
    sieve: "Sieve"
    """What was left out."""


class Sieve:
    """Passes rows of the right width, and lists the others as rejects.

    Args:
        cut: How lines are split into cells.
        width: Fields of a valid row.
        header: The names, to detect repeated headers; empty if the file has none.
        comment: Lines that start with this are not rows.
        trailing: Whether the last of the fields is the blank after a trailing delimiter.
    """

    def __init__(
        self, cut: Cut, width: int, header: Sequence[str], comment: str | None = None, *, trailing: bool = False
    ) -> None:
        self._reader = RecordReader(cut, width)
        self._width = width
        self._trailing = trailing
        self._header = list(header)
        self._comment = comment
        self.rejects: list[Reject] = []
        """Rejected rows."""
        self.blank = 0
        """Lines without any character but blanks."""
        self.empty: list[int] = []
        """Lines of rows that have delimiters but no value."""
        self.comments = 0
        """Lines left out as comments."""

    @property
    def is_waiting(self) -> bool:
        """Whether the last row continues in the next lines."""
        return self._reader.is_waiting

    def feed(self, lines: list[str], first_line: int) -> WholeRows:
        """The rows in these lines."""
        cells = self._reader.plain(lines)
        if cells is None:
            return self._sorted_out(self._reader.feed(lines, first_line))
        if self._all_right(cells, lines):
            return WholeRows(cells, range(first_line, first_line + len(cells)))
        return self._sorted_out(map(TextRecord, range(first_line, first_line + len(cells)), cells, lines))

    def end(self) -> WholeRows:
        """The rows still waiting for their end."""
        return self._sorted_out(self._reader.end())

    def _all_right(self, rows: list[list[str]], lines: list[str]) -> bool:
        if set(map(len, rows)) != {self._width}:
            return False
        if self._comment is not None and any(line.startswith(self._comment) for line in lines):
            return False
        if self._trailing and any(row[-1] for row in rows):
            return False
        first = self._header[0] if self._header else None
        odd = [row for row in rows if not (cell := row[0].strip()) or cell == first]
        return not any(self._is_header(row) or not any(map(str.strip, row)) for row in odd)

    def _is_header(self, row: list[str]) -> bool:
        return bool(self._header) and row[0].strip() == self._header[0] and [*map(str.strip, row)] == self._header

    def _sorted_out(self, records: Iterable[TextRecord]) -> WholeRows:
        kept, numbers = [], []
        for record in records:
            cells = record.cells
            if self._trailing and cells is not None and len(cells) == self._width - 1:
                cells = [*cells, ""]
            if self._comment is not None and record.text.startswith(self._comment):
                self.comments += 1
            elif cells is None:
                self._reject(record, "unclosed_quote", None)
            elif not any(map(str.strip, cells)):
                if len(cells) > 1 and record.text.strip(" \r\n"):
                    self.empty.append(record.line)
                else:
                    self.blank += 1
            elif len(cells) < self._width:
                self._reject(record, "too_few_fields", len(cells))
            elif len(cells) > self._width or (self._trailing and cells[-1].strip()):
                self._reject(record, "too_many_fields", len(cells))
            elif self._is_header(cells):
                self._reject(record, "repeated_header", len(cells))
            else:
                kept.append(cells)
                numbers.append(record.line)
        return WholeRows(kept, numbers)

    def _reject(self, record: TextRecord, reason: str, found: int | None) -> None:
        text = record.text.rstrip("\r\n")[:_TEXT_KEPT]
        self.rejects.append(Reject(record.line, reason, self._width - self._trailing, found, text))
