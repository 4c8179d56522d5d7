"""Columns whose cells are all plain numbers or missing: converted in bulk, without checking each cell.

Nearly all columns of large files are of this kind.  The others are left to `column_types`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.cell_texts import SEPARATOR, Parts
from tui_ann.data.read.spellings import MISSING, Mark, is_whole

EXACT = 2.0**53
"""Above this, float64 cannot represent every whole number."""

_NAN = float("nan")
_CHARACTERS = b"0123456789.+-eE \0"
# A thousands mark has three digits after it, and one to three without a leading zero before it: any other mark must
# be the decimal mark.
_CERTAIN = {
    mark: re.compile(
        rf"[{mark}](?:[0-9]{{0,2}}|[0-9]{{4,}})(?![0-9])|[{mark}][0-9]{{3}}[eE]"
        rf"|(?<![0-9])(?:0[0-9]*|[0-9]{{4,}})?[{mark}]"
    )
    for mark in (".", ",")
}


class MarkEvidence(NamedTuple):
    """What cells show about the decimal mark."""

    marked: bool = False
    """Whether any has the mark."""
    certain: bool = False
    """Whether it must be the decimal mark: false for cells such as 1.234, 5.678."""

    def also(self, other: "MarkEvidence") -> "MarkEvidence":
        """What these and other cells show."""
        return MarkEvidence(self.marked or other.marked, self.certain or other.certain)


class PlainNumbers(NamedTuple):
    """The values of a column of plain numbers."""

    numbers: NDArray[np.float64]
    """(n,) NaN where a cell is missing."""
    marked: bool
    """Whether any cell has a decimal mark."""
    certain: bool
    """Whether the mark must be the decimal mark: false for a column such as 1.234, 5.678."""


def plain_numbers(parts: Parts, mark: Mark) -> PlainNumbers | None:
    """The values of a column; None if any cell is neither missing nor a plain number with that decimal mark.

    Whole numbers with a needless leading zero or beyond 2⁵³ are not plain: they are labels, as a rule.
    """
    pieces = []
    marks = MarkEvidence()
    for part in parts:
        values = values_of(part, mark)
        if values is None:
            return None
        pieces.append(values)
        if not marks.certain:
            marks = marks.also(marks_in(part, mark))
    return PlainNumbers(np.concatenate(pieces) if pieces else np.empty(0), *marks)


def marks_in(part: str, mark: Mark) -> MarkEvidence:
    """What joined cells show about this decimal mark."""
    return MarkEvidence(True, _CERTAIN[mark].search(part) is not None) if mark in part else MarkEvidence()


def values_of(part: str, mark: Mark) -> NDArray[np.float64] | None:
    """The values of joined cells; None if any is neither missing nor a plain number with that decimal mark."""
    if not part.isascii():
        part = part.replace("−", "-")
    if mark == ",":
        if "." in part:
            return None
        part = part.replace(",", ".")
    cells = part.split(SEPARATOR)
    values = _blank_or_number(cells) if part.isascii() and not part.encode().translate(None, _CHARACTERS) else None
    if values is None:
        values = _missing_or_number(cells, mark)
    if values is None or zero_led(part.encode()) or not _exact(values, cells):
        return None
    return values


def _blank_or_number(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """The values of cells that contain only characters of numbers; None if any is neither number nor blank."""
    try:
        if "" in cells:
            return np.array([float(cell) if cell else _NAN for cell in cells])
        return np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None


def _missing_or_number(cells: Sequence[str], mark: Mark) -> NDArray[np.float64] | None:
    """The values of cells that may have words for missing values; None if any has another word."""
    different = set(cells)
    missing = {cell for cell in different if cell.strip() in MISSING}
    if mark == ",":  # a point here was a comma in the file, and "," is not a word for a missing value
        missing = {cell for cell in missing if "." not in cell}
    others = "".join(different - missing)
    if not others.isascii() or others.encode().translate(None, _CHARACTERS):
        return None
    try:
        return np.array([_NAN if cell in missing else float(cell) for cell in cells])
    except ValueError:
        return None


def _exact(values: NDArray[np.float64], cells: Sequence[str]) -> bool:
    """Whether no value is infinite, or a whole number with more digits than a float64 has."""
    with np.errstate(invalid="ignore"):
        beyond = np.flatnonzero(np.abs(values) >= EXACT)
    return not len(beyond) or not any(np.isinf(values[i]) or is_whole(cells[i].strip()) for i in beyond.tolist())


def zero_led(text: bytes, delimiter: bytes = SEPARATOR.encode()) -> bool:
    """Whether any number in delimited cells has leading zeros, as 007 and -01 do, but not 0.5 or 1e-05."""
    codes = np.frombuffer(b"\n" + text, dtype=np.uint8)
    before, zero, after = codes[:-2], codes[1:-1], codes[2:]
    # Line ends, blanks and signs are all up to 45.  uint8 wraps round, so only the digits are below 10 after this.
    first = before <= 45 if ord(delimiter) <= 45 else (before <= 45) | (before == ord(delimiter))
    found = first & (zero == 48) & (after - 48 < 10)
    if not found.any():
        return False
    places = np.flatnonzero(found)
    signed = np.isin(before[places], (43, 45))
    # The sign of an exponent follows an e, any other sign the end of the last cell.
    return bool(np.any(~signed | ~np.isin(codes[places - 1], (69, 101))))
