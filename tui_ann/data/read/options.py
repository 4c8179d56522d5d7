"""The options of the reader, checked before a file is read."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tui_ann.data.phrases import quoted
from tui_ann.data.read.column_types import KnownColumn
from tui_ann.data.read.spellings import Mark
from tui_ann.errors import DataError

BLANKS = " +"
"""The delimiter of files with cells separated by runs of blanks."""

_DELIMITER_WORDS = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "space": BLANKS,
    "blank": BLANKS,
    BLANKS: BLANKS,
}
_DELIMITER_NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "pipe",
    BLANKS: "blanks",
    None: "none (one column)",
}
_NO_DELIMITERS = frozenset("\r\n\"'\0")


def delimiter_name(delimiter: str | None) -> str:
    """What a delimiter is called, else itself; `None` is that of a single column."""
    return _DELIMITER_NAMES.get(delimiter) or str(delimiter)


@dataclass(frozen=True)
class ReadOptions:
    """Options that override detection; None means detection."""

    delimiter: str | None = None
    """One character, or `tab`, `\\t`, `comma`, `semicolon`, `pipe`, `space`, ` +` (runs of blanks)."""
    decimal: Mark | None = None
    """`.` or `,`."""
    encoding: str | None = None
    """Any text encoding of Python."""
    header: bool | None = None
    """Whether the first row has names."""
    skip_lines: int | None = None
    """Physical lines before the header."""
    table: str | None = None
    """Which table of a database, or which file of a zip archive; None if it holds only one."""
    known: Mapping[str, KnownColumn] | None = None
    """What is known of columns, by their names; None if the file is not read for a network."""

    def checked(self) -> "ReadOptions":
        """The same options, each in its standard form.

        Raises:
            DataError: An option is invalid; the message names it and what is allowed.
        """
        return replace(
            self,
            delimiter=_delimiter(self.delimiter),
            decimal=_decimal(self.decimal),
            encoding=_encoding(self.encoding),
            skip_lines=_skip_lines(self.skip_lines),
        )


def _delimiter(given: str | None) -> str | None:
    if given is None:
        return None
    delimiter = _DELIMITER_WORDS.get(given.lower(), given)
    if delimiter != BLANKS and (len(delimiter) != 1 or delimiter in _NO_DELIMITERS or delimiter.isalnum()):
        raise DataError(
            f"The delimiter {quoted(given)} cannot be used.",
            remedy="Give one character such as , ; or |, or the word tab, or space for runs of blanks.",
            code="bad_delimiter",
        )
    return delimiter


def _decimal(given: Mark | None) -> Mark | None:
    if given not in (None, ".", ","):
        raise DataError(
            f"The decimal mark {quoted(str(given))} cannot be used.",
            remedy="Give a point or a comma.",
            code="bad_decimal",
        )
    return given


def _encoding(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        found = codecs.lookup(given)
        # Codecs such as base64 turn bytes into bytes; only those for text are allowed.
        if isinstance(codecs.decode(b"", given), str):
            return found.name
    except (LookupError, ValueError, TypeError):
        pass
    raise DataError(
        f"There is no text encoding called {quoted(given)}.",
        remedy="Common ones are utf-8, utf-16, cp1252 (Windows) and latin-1.",
        code="bad_encoding",
    )


def _skip_lines(given: int | None) -> int | None:
    if given is not None and given < 0:
        raise DataError(
            f"{given} lines cannot be skipped.", remedy="Give 0 or more lines to skip.", code="bad_skip_lines"
        )
    return given
