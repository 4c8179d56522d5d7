"""A table as it was read: columns of one type each, and everything the reader noticed.

Numbers are kept as float64 with NaN for a missing cell; every other type is stored as codes into a list of labels, with
-1 for a missing cell.  Names and labels are those of the file; clean them before display.
"""

import difflib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.read.distinct import count_distinct
from tui_ann.errors import DataError

Kind = Literal["number", "category", "boolean", "date", "time", "text", "empty"]
KINDS: tuple[Kind, ...] = ("number", "category", "boolean", "date", "time", "text", "empty")

_NAMES_COMPARED = 5000

Value = float | int | str | bool | None
"""A cleaned cell; None is a missing one."""


class Reject(NamedTuple):
    """A row that is not part of the table, and why."""

    line: int
    """Physical line on which the row starts; the first line of the file is 1."""
    reason: str
    """`too_many_fields`, `too_few_fields`, `unclosed_quote`, `repeated_header` or `not_json`."""
    expected: int | None
    """Number of fields a row should have."""
    found: int | None
    """Number of fields this row has."""
    text: str
    """The beginning of the row in the file."""


class Issue(NamedTuple):
    """A cell that was read as missing, and why."""

    line: int
    """Physical line of the row."""
    column: str
    """Name of the column."""
    value: str
    """The cell in the file."""
    reason: str
    """`not_a_number` or `not_finite`."""


class Notice(NamedTuple):
    """A notice of the reader about the file."""

    code: str
    """A stable word for scripts, such as `rejected_rows`."""
    message: str
    """One or two sentences."""


class Dialect(NamedTuple):
    """How the text is split into cells, and how its numbers are written."""

    delimiter: str | None
    """One character, `" +"` for runs of blanks, None for a single column."""
    quote: str | None = '"'
    """The character around cells that contain a delimiter."""
    decimal: str = "."
    """`.` or `,`."""
    thousands: str | None = None
    """The character between groups of three digits."""


@dataclass(frozen=True)
class ReadReport:
    """What the reader detected about the file."""

    encoding: str | None
    """Name of the text encoding; None if the container has typed values."""
    container: str | None
    """`gzip`, `zstd`, `zip`, `sqlite`, `parquet`, `json` …; None for plain text."""
    dialect: Dialect
    """Delimiter, quote and number format."""
    skip_lines: int
    """Physical lines before the header."""
    has_header: bool
    """Whether the names come from the file."""
    sha256: str
    """Fingerprint of the file's bytes."""
    bytes: int
    """Size of the file."""


def spelled(number: float) -> str:
    """A number as text: without `.0`, and with all digits."""
    if math.isfinite(number) and number == int(number) and abs(number) < 1e16:
        return str(int(number))
    return repr(float(number))


_NO_NUMBERS = np.empty(0)
_NO_CODES = np.empty(0, dtype=np.int32)


@dataclass(eq=False, slots=True)
class Column:
    """One column: its cells, all of one type, and facts about all rows.

    A column of the kind `number` has `numbers`; every other kind has `codes` and `labels`.  The other array is empty.
    """

    name: str
    """Unique in its table; clean it before display."""
    kind: Kind
    """The type of the cells."""
    flags: tuple[str, ...] = ()
    """Of `id`, `constant`, `huge_int`, `unnamed`."""
    unit: str | None = None
    """The unit, currency or % of every number."""
    missing: int = 0
    """How many cells have no value."""
    distinct: int = 0
    """Number of different values, without missing ones."""
    numbers: NDArray[np.float64] = field(default_factory=lambda: _NO_NUMBERS)
    """(n,) values; NaN is missing."""
    codes: NDArray[np.int32] = field(default_factory=lambda: _NO_CODES)
    """(n,) indices into `labels`; -1 is missing."""
    labels: list[str] = field(default_factory=list)
    """The different texts; dates are written as ISO 8601; of a boolean the first label is false, the second true."""

    @classmethod
    def of_numbers(
        cls,
        name: str,
        values: Sequence[float] | NDArray[np.float64],
        *,
        flags: tuple[str, ...] = (),
        unit: str | None = None,
    ) -> "Column":
        """A number column of the values (n,); NaN is missing.  Counts are computed here."""
        numbers = np.asarray(values, dtype=np.float64)
        missing = int(np.count_nonzero(np.isnan(numbers)))
        return cls(name, "number", flags, unit, missing, count_distinct(numbers), numbers=numbers)

    @classmethod
    def of_labels(
        cls, name: str, values: Sequence[str | None], *, kind: Kind = "category", flags: tuple[str, ...] = ()
    ) -> "Column":
        """A column of texts (n,); None is missing, labels are sorted."""
        labels = sorted({value for value in values if value is not None})
        code_of = {label: code for code, label in enumerate(labels)}
        codes = np.array([-1 if value is None else code_of[value] for value in values], dtype=np.int32)
        return cls.of_codes(name, codes, labels, kind=kind, flags=flags)

    @classmethod
    def of_codes(
        cls, name: str, codes: NDArray[np.int32], labels: list[str], *, kind: Kind, flags: tuple[str, ...] = ()
    ) -> "Column":
        """A column of codes (n,) into labels that all occur; -1 is missing."""
        missing = int(np.count_nonzero(codes < 0))
        return cls(name, kind, flags, None, missing, len(labels), codes=codes, labels=labels)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.numbers) if self.is_number else len(self.codes)

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers."""
        return self.kind == "number"

    @property
    def is_missing(self) -> NDArray[np.bool_]:
        """(n,) true if a cell has no value."""
        return np.isnan(self.numbers) if self.is_number else self.codes < 0

    def raw(self, i: int) -> str:
        """The cell of row i as text; empty if it is missing."""
        if self.is_number:
            number = float(self.numbers[i])
            return "" if math.isnan(number) else spelled(number)
        code = int(self.codes[i])
        return "" if code < 0 else self.labels[code]

    def value(self, i: int) -> Value:
        """The cell of row i: a float, a bool, a text, or None if it is missing."""
        if self.is_number:
            number = float(self.numbers[i])
            return None if math.isnan(number) else number
        code = int(self.codes[i])
        if code < 0:
            return None
        return code == 1 if self.kind == "boolean" else self.labels[code]

    def values(self) -> list[Value]:
        """All cells, top to bottom."""
        if self.is_number:
            return [None if math.isnan(number) else number for number in self.numbers.tolist()]
        # The last entry is None, for the code -1 of a missing cell.
        meant: list[Value] = [*((False, True) if self.kind == "boolean" else self.labels), None]
        return [meant[code] for code in self.codes.tolist()]


@dataclass(eq=False)
class Table:
    """Columns of equal length, their file, and what was noticed while reading."""

    path: Path | None
    """The file."""
    columns: list[Column]
    """Left to right."""
    n_rows: int
    """Rows kept."""
    report: ReadReport
    """What was detected about the file."""
    lines: NDArray[np.int64]
    """(n,) physical line on which each kept row starts."""
    rejects: list[Reject] = field(default_factory=list)
    """Rows left out."""
    issues: list[Issue] = field(default_factory=list)
    """Cells read as missing."""
    warnings: list[Notice] = field(default_factory=list)
    """Warnings for the user before training on the table."""
    notes: list[Notice] = field(default_factory=list)
    """Notes on what was done without problems, such as skipping lines above the header."""
    _places: dict[str, int] = field(default_factory=dict, repr=False)
    """The last index of each name."""

    @classmethod
    def of(cls, columns: Sequence[Column], path: Path | None = None) -> "Table":
        """A table of columns that were created in memory."""
        n = len(columns[0]) if columns else 0
        report = ReadReport("utf-8", None, Dialect(","), 0, True, "", 0)
        return cls(path, list(columns), n, report, np.arange(2, n + 2, dtype=np.int64))

    @property
    def row_numbers(self) -> NDArray[np.int64]:
        """(n,) row number of each kept row in the file: the first is 1, and rows that were left out count."""
        left_out = np.sort(np.array([reject.line for reject in self.rejects], np.int64))
        return np.arange(1, self.n_rows + 1) + np.searchsorted(left_out, self.lines)

    @property
    def names(self) -> list[str]:
        """The columns' names, left to right."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The column with this name.

        Raises:
            DataError: There is none; similar names are suggested.
        """
        place = self._places.get(name, len(self.columns))
        if place >= len(self.columns) or self.columns[place].name != name:
            self._places = {column.name: place for place, column in enumerate(self.columns)}
            place = self._places.get(name, -1)
        if place < 0:
            raise DataError(
                f"There is no column named {quoted(name)}.", remedy=suggestion(name, self.names), code="no_such_column"
            )
        return self.columns[place]


def suggestion(name: str, names: Sequence[str]) -> str:
    """A remedy that suggests similar names, or how several names are written."""
    several = [part.strip() for part in name.split(",")]
    if len(several) > 1 and set(several) <= set(names):
        return f"Several columns are written as a list: {json.dumps(several, ensure_ascii=False)}."
    folded = {candidate.casefold().strip(): candidate for candidate in names[:_NAMES_COMPARED]}
    near = [folded[key] for key in difflib.get_close_matches(name.casefold().strip(), list(folded), n=3, cutoff=0.6)]
    if near:
        return "Did you mean " + " or ".join(map(quoted, near)) + "?"
    return f"The columns are {listing(names, 8)}." if 0 < len(names) <= _NAMES_COMPARED else ""
