"""Builds columns from texts: types, values, flags, and the decimal mark of the file."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.cell_texts import Factors, Parts, factors_of
from tui_ann.data.read.column_types import NOTHING, Finding, KnownColumn, find_kind, is_true
from tui_ann.data.read.distinct import count_distinct
from tui_ann.data.read.plain_numbers import PlainNumbers, plain_numbers
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.spellings import Mark
from tui_ann.data.read.table import Column, Issue

MOST_ISSUES = 10_000
"""Maximum issues that are listed; further ones are only counted."""

_ID_NAME = re.compile(
    r"(?:.*[ _.\-])?(?:id|ids|nr|no|nr\.|no\.|uuid|guid|key)|(?:index|idx|row|rowid|rownum|zeile|lfd|#)|.*nummer",
    re.IGNORECASE,
)
_MADE_UP = re.compile(
    r"unnamed: ?\d+(?:_level_\d+|\.\d+)?|level_\d+|__index_level_\d+__|\.{3}\d+"
    r"|row[ _.]?(?:names?|numbers?|nums?|ids?)",
    re.IGNORECASE,
)
"""Names that pandas, Parquet and R give to the column of row numbers, which has none."""
_CAMEL_ID = re.compile(r".*[a-z](?:ID|Id|Nr|No)")
_FEWEST_FOR_ID = 3
_THREADS = 2
_FEWEST_FOR_LONG_ID, _SMALLEST_LONG_ID = 50, 10_000


@dataclass
class Built:
    """The columns of a table, and what was noticed while building them."""

    columns: list[Column]
    """Left to right."""
    issues: list[Issue] = field(default_factory=list)
    """Cells read as missing, in the order of the file."""
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Number of cells read as missing, by column name and reason."""
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Remarks on columns, by their names."""
    decimal: Mark = "."
    """The decimal mark of most columns that have one."""
    thousands: str | None = None
    """The character between groups of digits, if any."""


@dataclass
class _Draft:
    """A column that is being built."""

    parts: Parts
    """Its texts; cleared when no longer needed."""
    numbers: NDArray[np.float64] | None = None
    """Its values, if they are plain numbers."""
    factors: Factors | None = None
    """Its different texts, if they are not."""
    finding: Finding | None = None
    """Their values."""
    mark: Mark | None = None
    """The decimal mark they were read with."""
    proof: Mark | None = None
    """The decimal mark according to its numbers."""
    doubtful: bool = False
    """Whether it has marks that may be decimal or thousands marks."""
    known: KnownColumn = NOTHING
    """What is known of it before."""

    def is_unlike(self, decimal: Mark) -> bool:
        """Whether it was read with another decimal mark although its own may be the thousands mark."""
        return self.doubtful and self.mark != decimal


class TextsNeededError(Exception):
    """Numbers of some columns may have a thousands mark, which only their texts can tell."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__()
        self.places = places
        """Indices of the columns."""


def build_columns(
    cells: Sequence[Parts | PlainNumbers],
    names: Sequence[str],
    lines: NDArray[np.int64],
    *,
    decimal: Mark | None,
    delimiter: str | None,
    unnamed: Sequence[int],
    has_header: bool = True,
    known: Mapping[str, KnownColumn] | None = None,
    watch: LoadProgress,
) -> Built:
    """Build the columns of a table; their texts are emptied.

    Args:
        cells: All cells, column by column.
        names: A name for each column.
        lines: (n,) physical line of each row.
        decimal: The decimal mark, if the user gave it.
        delimiter: The delimiter of the file: a lone comma in a number is not a thousands mark if cells have another
            delimiter.
        unnamed: Indices of columns that had no name, while others have one.
        has_header: Whether any column has a name of its own.
        known: What is known of columns, by their names.
        watch: Gets the progress.

    Raises:
        TextsNeededError: Columns that were given as numbers are needed as texts.
    """
    drafts = []
    for place, (given, name) in enumerate(zip(cells, names, strict=True)):
        look = partial(watch.at, place / len(names))
        look()
        if isinstance(given, PlainNumbers):
            drafts.append(_ready(given))
        else:
            drafts.append(_draft(given, decimal, look, (known or {}).get(name, NOTHING)))
    built = Built([])
    built.decimal = decimal or _file_mark(drafts, delimiter)
    unsettled = [place for place, draft in enumerate(drafts) if decimal is None and draft.is_unlike(built.decimal)]
    if without := [place for place in unsettled if isinstance(cells[place], PlainNumbers)]:
        raise TextsNeededError(without)
    for place in unsettled:
        _settle(drafts[place], built.decimal)
    distinct = _distinct(drafts)
    groups: Counter[str | None] = Counter()
    for place, (draft, name) in enumerate(zip(drafts, names, strict=True)):
        leads_unnamed = not (has_header or place) and len(names) > 2
        column = _column(draft, name, place in unnamed, leads_unnamed, distinct[place])
        built.columns.append(column)
        if draft.finding is not None and draft.factors is not None:
            _note_issues(built, column, draft.finding, draft.factors, lines)
            groups[draft.finding.thousands] += 1
            if draft.finding.remarks:
                built.remarks[name] = draft.finding.remarks
        draft.parts.clear()
        draft.factors = draft.numbers = None
    del groups[None]
    built.thousands = groups.most_common(1)[0][0] if groups else None
    built.issues.sort(key=lambda issue: issue.line)
    return built


def _ready(plain: PlainNumbers) -> _Draft:
    """A column that was read as numbers with a decimal point."""
    proof: Mark | None = "." if plain.certain else None
    return _Draft([], plain.numbers, mark=".", proof=proof, doubtful=plain.marked and not plain.certain)


def _distinct(drafts: Sequence[_Draft]) -> list[int | None]:
    """Number of different values of each column, None if it is not yet one of numbers."""
    columns = [draft.numbers for draft in drafts]
    # Sorting releases the GIL, so two threads are nearly twice as fast.
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(lambda numbers: None if numbers is None else count_distinct(numbers), columns))


def _draft(parts: Parts, decimal: Mark | None, look: Callable[[], None], known: KnownColumn) -> _Draft:
    marks: tuple[Mark, ...] = (decimal,) if decimal else (".", ",")
    for mark in marks:
        plain = plain_numbers(parts, mark)
        if plain is not None and not np.isnan(plain.numbers).all():
            draft = _Draft(parts, plain.numbers, mark=mark, doubtful=plain.marked and not plain.certain)
            if plain.certain:
                draft.proof = mark
            if not draft.doubtful:
                parts.clear()
            return draft
    draft = _Draft(parts, known=known)
    draft.factors = factors_of(draft.parts, look)
    draft.parts.clear()
    _settle(draft, decimal or ".", decimal)
    assert draft.finding is not None
    draft.proof, draft.doubtful = draft.finding.mark, draft.finding.ambiguous
    return draft


def _settle(draft: _Draft, default: Mark, decimal: Mark | None = None) -> None:
    """Decide the type of the column, with the decimal mark `default` if its numbers allow both."""
    if draft.factors is None:
        draft.factors = factors_of(draft.parts)
        draft.parts.clear()
    draft.numbers = None
    draft.finding = find_kind(draft.factors.texts, draft.factors.counts, decimal, default, draft.known)


def _file_mark(drafts: Sequence[_Draft], delimiter: str | None) -> Mark:
    """The decimal mark of most columns; if unknown, a comma only if it cannot be a thousands mark."""
    proofs = Counter(draft.proof for draft in drafts if draft.proof is not None)
    if proofs:
        return "," if proofs[","] > proofs["."] else "."
    with_comma = any(draft.doubtful and _has_comma(draft) for draft in drafts)
    return "," if with_comma and delimiter != "," else "."


def _has_comma(draft: _Draft) -> bool:
    return any("," in text for text in (draft.factors.texts if draft.factors else draft.parts))


def _column(draft: _Draft, name: str, unnamed: bool, leads_unnamed: bool, distinct: int | None) -> Column:
    given = ("unnamed",) if unnamed else ()
    if draft.finding is None or draft.factors is None:
        assert draft.numbers is not None
        return number_column(name, draft.numbers, unnamed=unnamed, leads_unnamed=leads_unnamed, distinct=distinct)
    finding, codes = draft.finding, draft.factors.codes
    if finding.kind == "number":
        values = np.array(finding.values, dtype=np.float64)
        return number_column(name, values[codes], unit=finding.unit, unnamed=unnamed, leads_unnamed=leads_unnamed)
    labels, codes = _labelled(finding, codes)
    # An unnamed column with different values in all rows has the names of the rows.
    nameless = unnamed or _MADE_UP.fullmatch(name.strip()) is not None
    names = ("id",) if nameless and len(labels) == len(codes) and "id" not in finding.flags else ()
    flags = (*names, *finding.flags, *given, *(("constant",) if len(labels) == 1 and len(codes) > 1 else ()))
    return Column.of_codes(name, codes, labels, kind=finding.kind, flags=flags)


def _labelled(finding: Finding, codes: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """The labels and the codes into them; those of categories are sorted, those of booleans have false first."""
    labels = list(dict.fromkeys(str(value) for value in finding.values if value is not None))
    if finding.kind == "category":
        labels.sort()
    elif finding.kind == "boolean":
        labels.sort(key=is_true)
    place = {label: i for i, label in enumerate(labels)}
    new = [-1 if value is None else place[str(value)] for value in finding.values]
    return labels, np.array(new, dtype=np.int32)[codes]


def number_column(
    name: str,
    numbers: NDArray[np.float64],
    *,
    unit: str | None = None,
    unnamed: bool = False,
    leads_unnamed: bool = False,
    distinct: int | None = None,
    missing: int | None = None,
) -> Column:
    """A column of numbers with its flags.

    Args:
        name: Its name.
        numbers: (n,) NaN where missing.
        unit: The unit of every number.
        unnamed: Whether the name was made up, while others have one.
        leads_unnamed: Whether it is the first of three or more columns that all have no name.
        distinct: Number of different values, if known.
        missing: Number of missing values, if known.
    """
    missing = int(np.count_nonzero(np.isnan(numbers))) if missing is None else missing
    distinct = count_distinct(numbers) if distinct is None else distinct
    flags = ["unnamed"] if unnamed else []
    if distinct == 1 and len(numbers) > 1:
        flags.append("constant")
    if distinct == len(numbers) and _numbers_rows(name, numbers, unnamed, leads_unnamed):
        flags.insert(0, "id")
    return Column(name, "number", tuple(flags), unit, missing, distinct, numbers=numbers)


def _names_an_id(name: str) -> bool:
    return _ID_NAME.fullmatch(name.strip()) is not None or _CAMEL_ID.fullmatch(name.strip()) is not None


def _numbers_rows(name: str, numbers: NDArray[np.float64], unnamed: bool, leads_unnamed: bool) -> bool:
    """Whether values that are all different are row numbers.

    A name such as `id` says so, and so does a column without a name among others that have one, in whatever order its
    numbers are: what is left of a shuffled or filtered table.  If no column has a name, long whole numbers in the first
    one do, such as patient numbers, and so do row numbers, each once.
    """
    may_number = unnamed or leads_unnamed or _names_an_id(name) or _MADE_UP.fullmatch(name.strip()) is not None
    if not may_number or len(numbers) < _FEWEST_FOR_ID or np.any(numbers != np.floor(numbers)):
        return False
    if leads_unnamed and len(numbers) < _FEWEST_FOR_LONG_ID:
        return False
    if leads_unnamed:
        least, most = float(numbers.min()), float(numbers.max())
        return least >= _SMALLEST_LONG_ID or (least in (0, 1) and most == least + len(numbers) - 1)
    return True


def _note_issues(built: Built, column: Column, finding: Finding, factors: Factors, lines: NDArray[np.int64]) -> None:
    """List the cells that are read as missing although they are not empty."""
    if not finding.issues:
        return
    bad = np.zeros(len(factors.texts), dtype=np.bool_)
    bad[list(finding.issues)] = True
    rows = np.flatnonzero(bad[factors.codes])
    for code, reason in finding.issues.items():
        built.reasons[column.name, reason] += int(factors.counts[code])
    for row in rows[: max(0, MOST_ISSUES - len(built.issues))].tolist():
        code = int(factors.codes[row])
        built.issues.append(Issue(int(lines[row]), column.name, factors.texts[code], finding.issues[code]))
