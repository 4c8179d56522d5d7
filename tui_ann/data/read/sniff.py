"""Finds the delimiter and the quote of a text with clevercsv, or with a small sniffer if that is missing.

Only comma, semicolon, tab, pipe and blank are considered; the user must give any other.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tui_ann.data.read.dates import to_date, to_time
from tui_ann.data.read.options import BLANKS
from tui_ann.data.read.spellings import MISSING, is_number

DELIMITERS = (",", ";", "\t", "|", " ")

# clevercsv needs quadratic time on some long lines, and there would be few of these in its sample.
_LONGEST_FOR_CLEVERCSV = 1 << 13
_LINES, _CELLS = 200, 200
_BLANKS_SHARE = 0.8
# Blanks also occur in names and before units, so they count less.
_BLANK_DOUBT = 0.6
_QUOTES = frozenset("\"'")
_FEWEST_LINES_WITH_BLANKS, _FEWEST_WITH_BLANKS = 20, 2
# Replaces delimiters that are not a single character; it does not occur in text files.
_STAND_IN = "\x1f"


class Cut(NamedTuple):
    """How a line is split into cells."""

    delimiter: str | None
    """One character, `BLANKS`, or None for a single column."""
    quote: str = '"'
    """The character around cells that contain a delimiter."""
    escape: str | None = None
    """The character before a quote inside a cell, if quotes are not doubled."""

    def prepared(self, lines: Sequence[str]) -> Sequence[str]:
        """The lines for `records`: runs of blanks become one character if they are delimiters."""
        return [self._squeezed(line) for line in lines] if self.delimiter == BLANKS else lines

    def _squeezed(self, line: str) -> str:
        if self.quote not in line:
            return _STAND_IN.join(line.split())
        quoted_or_blanks = rf"{self.quote}(?:[^{self.quote}]|{self.quote * 2})*{self.quote}|[ \t]+"
        return re.sub(
            quoted_or_blanks, lambda found: found[0] if found[0][0] == self.quote else _STAND_IN, line.strip()
        )

    def records(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """The cells of each record in lines that were `prepared`; strict raises if text follows a closing quote."""
        delimiter = _STAND_IN if self.delimiter in (None, BLANKS) else self.delimiter or _STAND_IN
        return csv.reader(
            lines,
            delimiter=delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            doublequote=True,
            skipinitialspace=self.delimiter != " ",
            strict=strict,
        )

    def rows(self, lines: Sequence[str]) -> list[list[str]]:
        """The cells of each record in the lines."""
        return list(self.records(self.prepared(lines)))


def sniff(lines: Sequence[str]) -> Cut:
    """The cut of a text of whole lines, without comments.

    Args:
        lines: The first lines, each with its ending.
    """
    lines = [line for line in lines if line.strip()]
    text = "".join(lines)
    if obvious := _obvious(lines, text):
        return Cut(obvious)
    quote, escape = '"', None
    found = _by_clevercsv(text) if max(map(len, lines), default=0) <= _LONGEST_FOR_CLEVERCSV else None
    if found is None:
        delimiter = _by_types(lines)
    else:
        delimiter, quote, escape = found
    if quote != "'" or _at_cells(text, "'") <= _at_cells(text, '"'):
        quote = '"'
    if escape != "\\" or ("\\" + quote) not in text:
        escape = None
    if delimiter == " ":
        delimiter = blanks(lines, quote)
    return Cut(delimiter, quote, escape)


def _at_cells(text: str, quote: str) -> int:
    """How often a quote is at the start or the end of a cell."""
    delimiters = re.escape("".join(DELIMITERS))
    return len(re.findall(rf"(?:^|[{delimiters}]){quote}|{quote}(?:$|[{delimiters}\r])", text, re.MULTILINE))


def _obvious(lines: Sequence[str], text: str) -> str | None:
    """The only delimiter that occurs, if it occurs equally often in every line and there are no quotes.

    There may be blanks if they cannot be delimiters, and the lines and their delimiters are too many for prose.
    """
    candidates = [delimiter for delimiter in DELIMITERS[:-1] if delimiter in text]
    if len(candidates) != 1 or not _QUOTES.isdisjoint(text):
        return None
    (delimiter,) = candidates
    times = {line.count(delimiter) for line in lines}
    if len(times) != 1:
        return None
    if " " in text:
        few = len(lines) < _FEWEST_LINES_WITH_BLANKS or times.pop() < _FEWEST_WITH_BLANKS
        return None if few or blanks(lines) is not None else delimiter
    return delimiter


def _by_clevercsv(text: str) -> tuple[str | None, str, str | None] | None:
    """Delimiter, quote and escape according to clevercsv; None if it is not installed or finds none."""
    try:
        from clevercsv import Detector
    except ImportError:
        return None
    try:
        dialect = Detector().detect(text, delimiters=list(DELIMITERS))
    except Exception:  # an error of the library must not prevent reading the file
        return None
    if dialect is None:
        return None
    return dialect.delimiter or None, dialect.quotechar or '"', dialect.escapechar or None


def _by_types(lines: Sequence[str]) -> str | None:
    """The delimiter that splits most lines into the same number of plausible cells."""
    best, best_score = None, 0.0
    for delimiter in DELIMITERS:
        rows = [row for row in Cut(BLANKS if delimiter == " " else delimiter).rows(lines[:_LINES]) if row]
        width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        if width < 2:
            continue
        cells = [cell.strip() for row in rows if len(row) == width for cell in row[:_CELLS]]
        typed = sum(map(_looks_like_something, cells)) / len(cells)
        score = often / len(rows) * (0.1 + typed) * (1 - 1 / (width + 1)) * (_BLANK_DOUBT if delimiter == " " else 1)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _looks_like_something(cell: str) -> bool:
    return (
        cell in MISSING
        or is_number(cell, ".")
        or is_number(cell, ",")
        or (cell.replace("_", "").replace("-", "").isalnum() and len(cell) <= 30)
        or to_date(cell) is not None
        or to_time(cell) is not None
    )


def blanks(lines: Sequence[str], quote: str = '"') -> str | None:
    """How blanks delimit: in runs, else one by one, else not at all.

    They are accepted only if nearly all lines have the same number of cells.
    """
    for delimiter in (BLANKS, " "):
        rows = [row for row in Cut(delimiter, quote).rows(lines) if row]
        width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        if width > 1 and often >= _BLANKS_SHARE * len(rows):
            return delimiter
    return None
