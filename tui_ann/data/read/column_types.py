"""Decides the type of a column from its different texts and their frequencies."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.dates import Order, first_part, is_ambiguous, orders_of, to_date, to_time
from tui_ann.data.read.plain_numbers import EXACT
from tui_ann.data.read.spellings import (
    MISSING,
    NOT_FINITE,
    Mark,
    evidence,
    is_number,
    is_whole,
    leads_with_zero,
    thousands_in,
    to_float,
    with_unit,
)
from tui_ann.data.read.table import Kind

NUMBER_SHARE = 0.6
"""With this share of numbers or more, a column is numeric, and the other cells are reported."""
MIXED_SHARE = 0.1
"""With this share of numbers or more, a column of texts is reported as mixed."""
UNIT_SHARE = 0.9
"""With this share of numbers that have a unit, or of dates or times, a column has that unit, or is of that kind."""

_ZERO_LED_SHARE = 0.02
_DIGITS = frozenset("0123456789")
_TRUTHS = {
    frozenset(pair): pair
    for pair in (
        ("false", "true"), ("no", "yes"), ("n", "y"), ("f", "t"), ("off", "on"),
        ("falsch", "wahr"), ("nein", "ja"), ("n", "j"),
        ("faux", "vrai"), ("non", "oui"), ("falso", "verdadero"), ("no", "sí"), ("no", "si"), ("falso", "vero"),
    )
}  # fmt: skip
FALSE, TRUE = (frozenset((digit, *(pair[i] for pair in _TRUTHS.values()))) for i, digit in enumerate("01"))
"""Words that mean no and yes, without case; the digits do where a column is known to be boolean."""
# Free text: many different values, of several words or many letters.
_TEXT_WORDS, _TEXT_LETTERS, _TEXT_SHARE = 4.0, 40.0, 0.3
_NEARLY_ALL = 0.7
_FEWEST_FOR_TEXT = 5
_SOME = 200
_LONGEST_ID = 64


@dataclass
class Finding:
    """The type of a column, with one entry for each of its different texts."""

    kind: Kind
    """The kind."""
    values: Sequence[float | str | None] = ()
    """The value of each text: a float (NaN if missing) for a number, a label or None for other types."""
    unit: str | None = None
    """The unit of the numbers."""
    mark: Mark | None = None
    """The decimal mark according to the numbers, None if both are possible."""
    ambiguous: bool = False
    """Whether numbers have a mark, but could be decimal or thousands marks, as in 1.234."""
    thousands: str | None = None
    """The character between groups of digits."""
    issues: dict[int, str] = field(default_factory=dict)
    """Index of each text that is read as missing although it is not empty, with the reason."""
    flags: tuple[str, ...] = ()
    """Of `id` and `huge_int`."""
    remarks: tuple[str, ...] = ()
    """Of `mixed_types`, `mixed_units`, `mixed_dates` and `ambiguous_dates`."""


@dataclass(frozen=True)
class KnownColumn:
    """What is known of a column before its cells are read, because a network was trained on it."""

    unit: str | None = None
    """Its unit: a cell with it is the same number as one without."""
    boolean: bool = False
    """Whether it is boolean: its cells are words, also where most are the digits 0 and 1."""


NOTHING = KnownColumn()
"""Nothing is known."""


def find_kind(
    texts: Sequence[str],
    counts: NDArray[np.int64],
    mark: Mark | None,
    default: Mark,
    known: KnownColumn = NOTHING,
) -> Finding:
    """Decide the type of a column.

    Args:
        texts: Its different cells, without blanks around them.
        counts: (texts,) rows of each.
        mark: The decimal mark, if the user gave it.
        default: The decimal mark to assume if the column itself does not determine one.
        known: What is known of it.
    """
    present = [i for i, text in enumerate(texts) if text not in MISSING]
    if not present:
        return Finding("empty", [None] * len(texts))
    rows = counts[present]
    total = int(rows.sum())
    cells = [texts[i] for i in present]
    finding = (
        _truths(cells)
        or (Finding("category", cells) if known.boolean else None)
        or _labels_of_digits(cells, rows, total)
        or _moments(cells, rows, total)
        or _numbers(cells, rows, total, mark, default, known.unit)
    )
    missing: float | None = float("nan") if finding.kind == "number" else None
    values: list[float | str | None] = [missing] * len(texts)
    for i, value in zip(present, finding.values, strict=True):
        values[i] = value
    finding.values = values
    finding.issues = {present[i]: reason for i, reason in finding.issues.items()}
    return finding


def _rows_where(test: Callable[[str], object], cells: Sequence[str], rows: NDArray[np.int64]) -> int:
    return int(rows[np.fromiter((bool(test(cell)) for cell in cells), np.bool_, len(cells))].sum())


def _labels_of_digits(cells: Sequence[str], rows: NDArray[np.int64], total: int) -> Finding | None:
    """Digits that are not a quantity: with leading zeros such as postal codes, or too long for a float64."""
    whole = [cell for cell in cells if is_whole(cell)]
    if not whole or _rows_where(is_whole, cells, rows) < NUMBER_SHARE * total:
        return None
    if any(len(cell) > 15 and _is_huge(cell) for cell in whole):
        finding = _texts(cells, rows, total)
        return Finding("text", cells, flags=(*finding.flags, "huge_int"))
    led = _rows_where(leads_with_zero, cells, rows)
    if led and (len({len(cell) for cell in whole}) == 1 or led >= _ZERO_LED_SHARE * total):
        return _texts(cells, rows, total)
    return None


def _is_huge(digits: str) -> bool:
    """Whether a whole number is too large to be exact."""
    size = digits.lstrip("+-−0")
    return len(size) > 16 or int(size or "0") > EXACT


def _truths(cells: Sequence[str]) -> Finding | None:
    """Two words of which one means yes."""
    if len(cells) > 6:
        return None
    folded = [cell.casefold() for cell in cells]
    pair = _TRUTHS.get(frozenset(folded))
    if pair is None:
        return None
    # The first spelling of each word is used for all its spellings.
    label = {word: next(cell for cell in cells if cell.casefold() == word) for word in pair}
    return Finding("boolean", [label[word] for word in folded])


def is_true(label: str) -> bool:
    """Whether the label of a boolean column means yes."""
    return truth_of(label) is True


def truth_of(label: str) -> bool | None:
    """The truth value that a label means; None if it means none."""
    word = label.casefold()
    return True if word in TRUE else False if word in FALSE else None


def _moments(cells: Sequence[str], rows: NDArray[np.int64], total: int) -> Finding | None:
    """Dates, or times of day."""
    if not any(to_date(cell) or to_date(cell, "month") or to_time(cell) for cell in _some(cells, rows)):
        return None
    order: Order | None = first_part(cells)
    if order is None and orders_of(cells) == {"day", "month"}:
        return Finding("text", cells, remarks=("mixed_dates",))
    for kind in ("date", "time"):
        values = [to_date(cell, order) if kind == "date" else to_time(cell) for cell in cells]
        right = np.array([value is not None for value in values])
        if rows[right].sum() >= UNIT_SHARE * total:
            unclear = kind == "date" and order is None and any(map(is_ambiguous, cells))
            return Finding(
                "date" if kind == "date" else "time",
                values,
                issues={int(i): f"not_a_{kind}" for i in np.flatnonzero(~right)},
                remarks=("ambiguous_dates",) if unclear else (),
            )
    return None


def _some(cells: Sequence[str], rows: NDArray[np.int64]) -> list[str]:
    """The most frequent cells and some others: if none of them is a number or a date, few cells are."""
    if len(cells) <= 2 * _SOME:
        return list(cells)
    frequent = np.argpartition(rows, -_SOME)[-_SOME:].tolist()
    return [cells[i] for i in frequent] + list(cells[:: len(cells) // _SOME])


def _numbers(
    cells: Sequence[str], rows: NDArray[np.int64], total: int, given: Mark | None, default: Mark, known: str | None
) -> Finding:
    """Numbers, perhaps with a unit, if most cells are; else texts."""
    some = _some(cells, rows)
    if not any(
        is_number(cell, ".") or is_number(cell, ",") or with_unit(cell, ".") or with_unit(cell, ",") for cell in some
    ):
        return _texts(cells, rows, total)
    spelled, unit, n_units = _without_units(cells, rows, known)
    proof = _proof(spelled, rows)
    mark = given or proof or default
    right = np.array([is_number(text, mark) if text else False for text in spelled])
    infinite = np.array([NOT_FINITE.fullmatch(cell) is not None for cell in cells])
    share = int(rows[right | infinite].sum()) / total
    if share < NUMBER_SHARE or not right.any():
        return _mixed(_texts(cells, rows, total), share, n_units)
    values = [to_float(text, mark) if ok else float("nan") for text, ok in zip(spelled, right, strict=True)]
    issues = {int(i): "not_finite" if infinite[i] else "not_a_number" for i in np.flatnonzero(~right)}
    for i, value in enumerate(values):
        if np.isinf(value):
            values[i], issues[i] = float("nan"), "not_finite"
    groups = Counter(thousands_in(text, mark) for text, ok in zip(spelled, right, strict=True) if ok and text)
    del groups[None]
    return Finding(
        "number",
        values,
        unit=unit,
        mark=proof,
        ambiguous=proof is None and any("." in text or "," in text for text in spelled),
        thousands=groups.most_common(1)[0][0] if groups else None,
        issues=issues,
    )


def _proof(spelled: Sequence[str], rows: NDArray[np.int64]) -> Mark | None:
    """The decimal mark of the majority of numbers."""
    votes = {".": 0, ",": 0}
    for text, times in zip(spelled, rows.tolist(), strict=True):
        mark = evidence(text) if text else None
        if mark is not None:
            votes[mark] += times
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


def _without_units(
    cells: Sequence[str], rows: NDArray[np.int64], known: str | None
) -> tuple[list[str], str | None, int]:
    """The number in each cell, empty if there is none; the unit of the numbers; and how many units there are.

    A unit is only that of the numbers, and removed, if nine of ten numbers have it, or if it is known.
    """
    spelled: list[str] = []
    unit_of: dict[int, str] = {}
    units: Counter[str] = Counter()
    bare = 0
    for i, cell in enumerate(cells):
        if _DIGITS.isdisjoint(cell):
            spelled.append("")
        elif is_number(cell, ".") or is_number(cell, ","):
            spelled.append(cell)
            bare += int(rows[i])
        elif found := with_unit(cell, ".") or with_unit(cell, ","):
            spelled.append(found[0])
            unit_of[i] = found[1]
            units[found[1]] += int(rows[i])
        else:
            spelled.append("")
    if not units:
        return spelled, None, 0
    unit: str | None
    unit, times = units.most_common(1)[0]
    if times < UNIT_SHARE * (units.total() + bare):
        unit = known if known in units else None
    for i, other in unit_of.items():
        if other != unit:
            spelled[i] = ""
    return spelled, unit, len(units)


def _mixed(finding: Finding, share: float, n_units: int) -> Finding:
    """Report a column of texts that also has numbers, or numbers with different units."""
    remarks = []
    if share >= MIXED_SHARE:
        remarks.append("mixed_types")
    if n_units > 1 and finding.kind == "text":
        remarks.append("mixed_units")
    finding.remarks = tuple(remarks)
    return finding


def _texts(cells: Sequence[str], rows: NDArray[np.int64], total: int) -> Finding:
    """Labels if they repeat, else free text."""
    share = len(cells) / total
    letters = sum(map(len, cells)) / len(cells)
    words = sum(cell.count(" ") + 1 for cell in cells) / len(cells)
    wordy = words >= _TEXT_WORDS or letters > _TEXT_LETTERS
    if total < _FEWEST_FOR_TEXT or (share <= _NEARLY_ALL and not (wordy and share > _TEXT_SHARE)):
        return Finding("category", cells)
    names = len(cells) == total and all(len(cell) <= _LONGEST_ID and not any(map(str.isspace, cell)) for cell in cells)
    return Finding("text", cells, flags=("id",) if names else ())
