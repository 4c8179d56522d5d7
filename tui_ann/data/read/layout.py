"""Finds the table in a text: the lines above it, its width, and whether its first row has names."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.read.header import is_header, is_second_header, is_sparse, unique_names
from tui_ann.data.read.options import BLANKS, ReadOptions, delimiter_name
from tui_ann.data.read.records import RecordReader, TextRecord
from tui_ann.data.read.sniff import DELIMITERS, Cut, blanks, sniff
from tui_ann.data.read.table import Notice
from tui_ann.errors import DataError
from tui_ann.text import count, counted, line_name

MOST_COLUMNS = 1_500_000

_COMMENT = "#"
_ROWS_FOR_HEADER, _COLUMNS_FOR_HEADER = 500, 1000
_FEW_LINES_ABOVE = 20
_MOST_SECOND_HEADERS = 3
_TRAILING_SHARE = 0.9
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


@dataclass
class TableLayout:
    """The layout of a table in a text."""

    cut: Cut
    """How lines are split into cells."""
    width: int = 0
    """Fields per row, including the blank field after a trailing delimiter."""
    skip_lines: int = 0
    """Physical lines before the header, or before the first row if there is none."""
    start: int = 0
    """Physical lines before the first row."""
    has_header: bool = False
    """Whether the names come from the file."""
    header: list[str] = field(default_factory=list)
    """The names in the file; empty if there are none."""
    names: list[str] = field(default_factory=list)
    """Unique names of all columns."""
    unnamed: list[int] = field(default_factory=list)
    """Indices (from 0) of columns without a name if others have one."""
    comment: str | None = None
    """Lines that start with this are not rows."""
    trailing: bool = False
    """Whether every row, but not the header, ends with a delimiter, so that the last field is not a column."""
    row_names: bool = False
    """Whether the first column has the names of the rows, as R writes it."""
    warnings: list[Notice] = field(default_factory=list)
    """Warnings for the user."""
    notes: list[Notice] = field(default_factory=list)
    """Notes on what was done without problems."""


def find_layout(lines: Sequence[str], options: ReadOptions) -> TableLayout:
    """Find the table in the first lines of a file.

    Args:
        lines: The first lines, each with its ending, the last one whole.
        options: The user's options, checked.

    Raises:
        DataError: There is nothing but blank lines and comments (`empty_file`), the header is wider or narrower than
            the rows (`header_mismatch`), or there are too many columns (`too_many_columns`).
    """
    return _Finder(lines, options).layout()


class _Finder:
    """The steps of `find_layout`, which share their results."""

    def __init__(self, lines: Sequence[str], options: ReadOptions) -> None:
        self._lines = lines
        self._options = options
        self._found = TableLayout(Cut(options.delimiter))
        self._top = options.skip_lines or 0

    def layout(self) -> TableLayout:
        """All steps in order."""
        found = self._found
        said = self._separator_line()
        self._comments()
        rest = [line for line in self._lines[self._top :] if not self._is_comment(line)]
        delimiter = self._options.delimiter or said
        if delimiter == " ":
            delimiter = blanks(rest) or BLANKS
        found.cut = Cut(delimiter) if delimiter else sniff(rest)
        records = self._records()
        if not records:
            raise DataError(
                "The file has only blank lines and comments: no data.",
                remedy="Check the path or the export.",
                code="empty_file",
            )
        found.width = self._width(records)
        if found.width == 1 and self._options.delimiter is not None:
            self._say_other_delimiter(records)
        first = self._first(records)
        self._header(records, first)
        self._name()
        return found

    def _separator_line(self) -> str | None:
        """The delimiter that a first line `sep=;` names, as Excel writes it."""
        if self._options.skip_lines is not None or not self._lines:
            return None
        found = _SEPARATOR_LINE.fullmatch(self._lines[0].strip("\r\n"))
        if found is None:
            return None
        self._top = 1
        if self._options.delimiter is not None:
            return None
        return found[1]

    def _comments(self) -> None:
        above = self._lines[self._top :]
        commented = [line.startswith(_COMMENT) for line in above]
        leading = next((i for i, line in enumerate(above) if line.strip() and not commented[i]), len(above))
        # Rows may start with ids such as #12: then the lines are not comments.
        delimited = any(delimiter in line for line in above for delimiter in DELIMITERS[:-1])
        if any(commented[:leading]) and not (all(commented) and delimited):
            self._found.comment = _COMMENT

    def _is_comment(self, line: str) -> bool:
        return self._found.comment is not None and line.startswith(self._found.comment)

    def _records(self) -> list[TextRecord]:
        """The records of the sample, without blank lines and comments."""
        reader = RecordReader(self._found.cut, None)
        lines = list(self._lines[self._top :])
        records = [*reader.feed(lines, self._top + 1), *reader.end()]
        return [
            record
            for record in records
            if record.cells is not None and any(map(str.strip, record.cells)) and not self._is_comment(record.text)
        ]

    def _width(self, records: Sequence[TextRecord]) -> int:
        widths = Counter(len(record.cells or ()) for record in records)
        often = max(widths.values(), default=0)
        width = max((width for width, times in widths.items() if times == often), default=1)
        if width > MOST_COLUMNS:
            raise DataError(
                f"A line has {count(width)} columns, too many for a table.",
                remedy="Check the line breaks and the delimiter.",
                code="too_many_columns",
            )
        return width

    def _say_other_delimiter(self, records: Sequence[TextRecord]) -> None:
        """Say if the user's delimiter gives one column, and another one a table of several."""
        lines = [record.text for record in records]
        for delimiter in DELIMITERS[:-1]:
            widths = Counter(len(row) for row in Cut(delimiter).rows(lines))
            width, times = widths.most_common(1)[0]
            if width > 1 and times == len(records):
                message = (
                    f"Only one column: with --delimiter {delimiter_name(delimiter)} there would be {count(width)}."
                )
                self._found.warnings.append(Notice("other_delimiter", message))
                return

    def _first(self, records: Sequence[TextRecord]) -> int:
        """The index of the first record of the table."""
        if self._options.skip_lines is not None or self._options.header is False:
            return 0
        first = next((i for i, record in enumerate(records) if len(record.cells or ()) == self._found.width), 0)
        return self._past_titles(records, first)

    def _past_titles(self, records: Sequence[TextRecord], first: int) -> int:
        """The index of the header below titles padded with delimiters, as in spreadsheets; `first` without titles."""
        place = first
        while place < len(records) and is_sparse(_stripped(records[place])):
            place += 1
        if place == first or place == len(records):
            return first
        rows = [record.cells or [] for record in records[place + 1 :]]
        cells = _stripped(records[place])
        full = len(cells) == self._found.width and sum(map(bool, cells)) > self._found.width // 2
        return place if full and self._is_header(cells, rows) else first

    def _header(self, records: Sequence[TextRecord], first: int) -> None:
        """Decide which record has the names, if any."""
        found, record = self._found, records[first]
        above = records[first - 1] if first and records[first - 1].line + 1 == record.line else None
        cells, line = _stripped(record), record.line
        body = [row.cells or [] for row in records[first + 1 : first + 1 + _ROWS_FOR_HEADER]]
        named = self._options.header
        if named is None:
            named = self._is_header(cells, body)
        if named:
            if len(cells) == found.width - 1:
                self._short_header(body)
            elif len(cells) != found.width:
                cells = self._mended(record)
            found.header, found.start = cells, line + record.span - 1
            if self._options.header is None:
                self._second_headers(records[first + 1 :])
        elif self._options.header is None:
            rows = [record.cells or [], *body]
            found.header = self._commented_header(line, rows) or (self._header_above(above, rows) if above else [])
            found.start = line - 1
            line -= bool(found.header)
        else:
            found.start = line - 1
        found.has_header = bool(found.header)
        found.skip_lines = line - 1
        self._say_what_is_above([other for other in records if other.line < line])

    def _second_headers(self, records: Sequence[TextRecord]) -> None:
        """Leave out rows that continue the header, such as one of units."""
        for place, record in enumerate(records[:_MOST_SECOND_HEADERS]):
            rows = [row.cells or [] for row in records[place + 1 :] if len(row.cells or ()) == self._found.width]
            cells = _stripped(record)
            if len(cells) != self._found.width:
                return
            if not is_second_header(self._some(cells), [self._some(row) for row in rows]):
                return
            self._found.start = record.line + record.span - 1
            message = (
                f"Line {line_name(record.line)} continues the header ({listing(filter(None, cells))}): it is not a row."
            )
            self._found.warnings.append(Notice("second_header", message))

    def _is_header(self, cells: list[str], body: Sequence[list[str]]) -> bool:
        """Whether the cells are names."""
        if len(cells) != self._found.width:
            return True
        return is_header(self._some(cells), [self._some(row) for row in body if len(row) == self._found.width])

    def _some(self, cells: list[str]) -> list[str]:
        """Cells of the columns that are compared with a header: all, or some hundreds if there are more."""
        return cells[:: max(1, self._found.width // _COLUMNS_FOR_HEADER)]

    def _short_header(self, body: Sequence[list[str]]) -> None:
        """The rows have one field more than the header: a blank at the end, or the name of the row at the start."""
        rows = [row for row in body if len(row) == self._found.width]
        if sum(not row[-1].strip() for row in rows) >= _TRAILING_SHARE * len(rows):
            self._found.trailing = True
        else:
            self._found.row_names = True

    def _header_above(self, above: TextRecord, body: Sequence[list[str]]) -> list[str]:
        """The names in a record above the table with another width; none if it is not a header."""
        cells = _stripped(above)
        if len(cells) == self._found.width - 1 and is_header(
            cells, [row[: len(cells)] for row in body if len(row) == self._found.width]
        ):
            self._short_header(body)
            return cells
        return self._mended(above) if self._looks_named(cells) else self._other_delimiter(above)

    def _looks_named(self, cells: list[str]) -> bool:
        """Whether cells look like a header of nearly the right width."""
        named = [cell for cell in cells if cell]
        near = abs(len(cells) - self._found.width) <= 2 and len(cells) >= 2
        return near and len(set(named)) == len(named) and is_header(cells, [])

    def _mended(self, record: TextRecord) -> list[str]:
        """The names of a header that is wider than the rows, if only blank cells are too many."""
        cells, width = _stripped(record), self._found.width
        if len(cells) > width and not any(cells[width:]):
            return cells[:width]
        if named := self._other_delimiter(record):
            return named
        raise DataError(
            f"The header, line {line_name(record.line)}, has {counted(len(cells), 'field')}, "
            f"the rows have {count(width)}.",
            remedy="Correct the header, or skip this line and read the file without a header.",
            code="header_mismatch",
        )

    def _other_delimiter(self, record: TextRecord) -> list[str]:
        """The names in a header with another delimiter than the rows."""
        for delimiter in (*DELIMITERS[:-1], BLANKS):
            if delimiter != self._found.cut.delimiter:
                cells = [cell.strip() for cell in self._found.cut._replace(delimiter=delimiter).rows([record.text])[0]]
                if len(cells) == self._found.width > 1 and is_header(cells, []):
                    line = line_name(record.line)
                    message = f"The header in line {line} is delimited by {quoted(delimiter)}, unlike the rows."
                    self._found.warnings.append(Notice("header_delimiter", message))
                    return cells
        return []

    def _commented_header(self, line: int, rows: Sequence[list[str]]) -> list[str]:
        """The names in a comment just above the first row, as NumPy writes them."""
        place = line - 2
        if place < 0 or not self._lines[place].startswith(_COMMENT):
            return []
        records = self._found.cut.rows([self._lines[place].lstrip(_COMMENT).lstrip(" ")])
        cells = [cell.strip() for cell in records[0]] if any(records) else [""]
        if not cells[0] and any(cells):
            cells[0] = _COMMENT  # the column has the row numbers
        if len(cells) != self._found.width or not is_header(cells, rows[:1]):
            return []
        self._found.notes.append(Notice("commented_header", "The names come from the comment above the rows."))
        return cells

    def _say_what_is_above(self, above: Sequence[TextRecord]) -> None:
        if self._options.skip_lines is not None or not above:
            return
        message = (
            f"{counted(self._found.skip_lines, 'line')} above the table "
            f"{'was' if self._found.skip_lines == 1 else 'were'} skipped, "
            f"starting with {quoted(above[0].text.strip())}."
        )
        notice = Notice("preamble", message)
        (self._found.warnings if len(above) > _FEW_LINES_ABOVE else self._found.notes).append(notice)

    def _name(self) -> None:
        """Give every column a unique name."""
        found = self._found
        if not found.has_header:
            found.names = [f"column_{place + 1}" for place in range(found.width)]
            found.warnings.append(
                Notice("no_header", "The file has no header: columns are numbered, and the first line is a row.")
            )
            return
        cells = ["", *found.header] if found.row_names else found.header
        found.names, twice, blank = unique_names(cells)
        if found.row_names:
            found.notes.append(
                Notice("row_names", "The first column has no name: it has the names of the rows, as R writes them.")
            )
        found.unnamed = blank
        if twice:
            message = (
                f"{counted(len(twice), 'column name')} {'occurs' if len(twice) == 1 else 'occur'} more than once: "
                f"{listing(twice)}. Numbers were added."
            )
            found.warnings.append(Notice("duplicate_header", message))


def _stripped(record: TextRecord) -> list[str]:
    return [cell.strip() for cell in record.cells or ()]
