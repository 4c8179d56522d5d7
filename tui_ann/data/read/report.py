"""The reader's report on a table, in sentences."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.read.columns import MOST_ISSUES, Built
from tui_ann.data.read.encoding import Survey
from tui_ann.data.read.table import Column, Issue, Notice, Reject, Table
from tui_ann.errors import DataError
from tui_ann.text import count, counted, line_name

_FEW_ROWS, _MANY_ROWS = 4, 30
_MOST_REJECTED = 0.2
_FEW_REJECTED = 3
_COLUMNS_SHOWN = 5
_FEW_SHOWN = 3
_TOTAL = re.compile(
    r"(?:grand |sub)?(?:totals?|sums?|average|mean)|(?:gesamt)?summe|gesamt|insgesamt|mittelwert|durchschnitt|Σ|ø",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"[\u0080-\u009f]|[^\x00-\x7f]{3}")
"""Letters that a word of a Western language does not have in cp1252."""
_LABELS_LOOKED_AT = 1000
_REASONS = {
    "too_many_fields": "too many fields",
    "too_few_fields": "too few fields",
    "unclosed_quote": "a quote is not closed",
    "repeated_header": "the header again",
    "not_json": "not a valid JSON object",
}


def with_notices(
    table: Table, warnings: Sequence[Notice], notes: Sequence[Notice], built: Built | None = None
) -> Table:
    """The table with all notices, after those of its reader."""
    table.warnings = [
        *warnings,
        *rejected(table.rejects),
        *of_words(table),
        *of_columns(table.columns, built, other_delimiter=any(each.code == "other_delimiter" for each in warnings)),
        *of_rows(table),
    ]
    table.notes = list(notes)
    if _FEW_ROWS <= table.n_rows < _MANY_ROWS:
        table.notes.append(Notice("few_rows", f"Only {counted(table.n_rows, 'row')}: results will vary a lot."))
    return table


def refuse_bad(kept: int, rejects: Sequence[Reject], nothing: str) -> None:
    """Refuse a file without rows, or with too many rows that do not fit.

    Args:
        kept: Rows that fit.
        rejects: Rows that do not.
        nothing: The message if there are neither.

    Raises:
        DataError: With the code `no_rows` or `too_many_rejects`.
    """
    if not kept and not rejects:
        raise DataError(
            f"{nothing}: no data.", remedy="Check the export, or the number of lines to skip.", code="no_rows"
        )
    bad = [reject for reject in rejects if reject.reason != "repeated_header"]
    if not kept or (len(bad) >= _FEW_REJECTED and len(bad) > _MOST_REJECTED * (len(bad) + kept)):
        raise DataError(
            f"{count(len(rejects))} of {counted(len(rejects) + kept, 'row')} do not fit the table.",
            details=[_reject_in_words(reject) for reject in rejects[:5]],
            remedy="Set the delimiter and the lines to skip, or correct the file.",
            code="too_many_rejects",
        )


def _reject_in_words(reject: Reject) -> str:
    fields = f": {reject.found} instead of {reject.expected}" if reject.found is not None else ""
    return f"line {line_name(reject.line)}: {_REASONS[reject.reason]}{fields}"


def rejected(rejects: Sequence[Reject]) -> Iterator[Notice]:
    """Rows that were left out."""
    if rejects:
        shown = ", ".join(
            f"line {line_name(reject.line)} ({_REASONS[reject.reason]})" for reject in rejects[:_FEW_SHOWN]
        )
        more = f" and {count(len(rejects) - _FEW_SHOWN)} more" if len(rejects) > _FEW_SHOWN else ""
        yield Notice("rejected_rows", f"{counted(len(rejects), 'row')} left out: {shown}{more}.")


def reading_notes(table: Table, names: Iterable[str]) -> list[str]:
    """What reading lost, one sentence each: rows left out, and cells of the named columns that became missing.

    The sentences name the first lines; `tui-ann data` lists all.
    """
    wanted = set(names)
    by_reason: dict[str, list[Issue]] = {}
    for issue in table.issues:
        if issue.column in wanted:
            by_reason.setdefault(issue.reason, []).append(issue)
    notes = [notice.message for notice in rejected(table.rejects)]
    for reason, issues in by_reason.items():
        shown = ", ".join(
            f"line {line_name(issue.line)} column {quoted(issue.column)} ({quoted(issue.value)})"
            for issue in issues[:_FEW_SHOWN]
        )
        more = f" and {count(len(issues) - _FEW_SHOWN)} more" if len(issues) > _FEW_SHOWN else ""
        notes.append(f"{counted(len(issues), 'cell')} became missing ({_WORDS[reason]}): {shown}{more}.")
    return notes


def encoded(survey: Survey) -> Iterator[Notice]:
    """Lines in another encoding than the others."""
    if survey.mixed:
        lines = ", ".join(line_name(line) for line in survey.mixed_lines[:5])
        more = " …" if survey.mixed > 5 else ""
        yield Notice(
            "mixed_encoding",
            f"{counted(survey.mixed, 'line')} not in {survey.encoding}, but read as cp1252: {lines}{more}.",
        )


def of_words(table: Table) -> Iterator[Notice]:
    """Words that look as if the encoding were another one than cp1252, which is taken for what is not UTF-8."""
    if table.report.encoding != "cp1252":
        return
    labels = (label for column in table.columns if not column.is_number for label in column.labels[:_LABELS_LOOKED_AT])
    words = [word for text in (*table.names, *labels) for word in text.split() if not word.isascii()]
    odd = [word for word in words if _FOREIGN.search(word)]
    if odd and len(odd) > 0.5 * len(words):
        yield Notice(
            "odd_encoding",
            f"The file is not UTF-8 and was read as cp1252, where its words look odd: {listing(odd, _FEW_SHOWN)}. "
            "Name its encoding: --encoding on the command line, data.encoding in an experiment file.",
        )


def empty_rows(lines: Sequence[int]) -> Iterator[Notice]:
    """Rows that have delimiters but no value in any cell, by their lines."""
    if lines:
        shown = ", ".join(line_name(line) for line in lines[:_FEW_SHOWN])
        more = f" and {count(len(lines) - _FEW_SHOWN)} more" if len(lines) > _FEW_SHOWN else ""
        where = "line" if len(lines) == 1 else "lines"
        yield Notice(
            "empty_rows", f"{counted(len(lines), 'row')} without a value in any cell left out: {where} {shown}{more}."
        )


def of_columns(columns: Sequence[Column], built: Built | None, *, other_delimiter: bool) -> Iterator[Notice]:
    """Notices about the columns; that there is only one is said already if another delimiter gives more."""
    if len(columns) == 1 and not other_delimiter:
        yield Notice("single_column", "There is only one column, so there is nothing to predict it from.")
    named = [column for column in columns if "unnamed" not in column.flags]
    blank = [column for column in columns if "unnamed" in column.flags and column.kind != "empty"]
    if blank:
        yield Notice("blank_header", f"{counted(len(blank), 'column')} without a name: {_list(blank)}.")
    if empty := [column for column in named if column.kind == "empty"]:
        yield Notice("empty_column", f"{counted(len(empty), 'column')} without any value: {_list(empty)}.")
    if constant := [column for column in columns if "constant" in column.flags]:
        yield Notice(
            "constant_column", f"{counted(len(constant), 'column')} with one value in all rows: {_list(constant)}."
        )
    if huge := [column for column in columns if "huge_int" in column.flags]:
        yield Notice("huge_int", f"Whole numbers too large for exact computation are kept as text in {_list(huge)}.")
    if built is not None:
        yield from _of_cells(columns, built)


def _of_cells(columns: Sequence[Column], built: Built) -> Iterator[Notice]:
    units = [column for column in columns if column.unit is not None]
    if units:
        shown = ", ".join(f"{quoted(column.name)} ({quoted(column.unit or '')})" for column in units[:_COLUMNS_SHOWN])
        yield Notice(
            "units", f"Units were removed from the numbers of {shown}{' …' if len(units) > _COLUMNS_SHOWN else ''}."
        )
    turned = dict.fromkeys(reason for _, reason in built.reasons)
    for reason in turned:
        of = {name: times for (name, why), times in built.reasons.items() if why == reason}
        listed = "" if sum(of.values()) <= MOST_ISSUES else f" The first {count(MOST_ISSUES)} are listed."
        yield Notice(
            reason,
            f"{counted(sum(of.values()), 'cell')} became missing ({_WORDS[reason]}): {_times(of)}.{listed}",
        )
    missing = {column.name: column.missing - _turned(built, column) for column in columns if column.kind in _TRAINABLE}
    if any(missing.values()):
        yield Notice("missing_values", f"Values are missing: {_times(missing)}.")
    for remark, words in _REMARKS.items():
        if names := [name for name, remarks in built.remarks.items() if remark in remarks]:
            yield Notice(remark, f"{words} {listing(names)}.")


_TRAINABLE = ("number", "category", "boolean")
_WORDS = {
    "not_a_number": "not a number",
    "not_finite": "infinite or too large",
    "not_a_date": "not a date",
    "not_a_time": "not a time of day",
}
_REMARKS = {
    "mixed_types": "Numbers and words are mixed, so all cells are read as words, in",
    "mixed_units": "Numbers with several units are read as words in",
    "mixed_dates": "Some dates have the day first and others the month, so all cells are read as words, in",
    "ambiguous_dates": "Day or month may come first in dates; they are read with the day first, in",
}


def of_rows(table: Table) -> Iterator[Notice]:
    """Notices about the rows."""
    if table.n_rows < _FEW_ROWS:
        yield Notice("few_rows", f"There {'is' if table.n_rows == 1 else 'are'} only {counted(table.n_rows, 'row')}.")
    last = table.n_rows - 1
    words = [column.raw(last) for column in table.columns if not column.is_number and _is_single(column, last)]
    words += [issue.value for issue in table.issues if issue.line == int(table.lines[last])]
    if totals := [word for word in words if _TOTAL.fullmatch(word.rstrip(":").strip())]:
        yield Notice(
            "total_row",
            f"Line {line_name(table.lines[last])}, the last, seems to be a total ({quoted(totals[0])}). "
            "It is read like any other row: remove it from the file.",
        )


def _is_single(column: Column, row: int) -> bool:
    """Whether no other row has the same label."""
    code = column.codes[row]
    return bool(code >= 0) and int(np.count_nonzero(column.codes == code)) == 1


def _turned(built: Built, column: Column) -> int:
    return sum(times for (name, _), times in built.reasons.items() if name == column.name)


def _times(of: Mapping[str, int]) -> str:
    """How many cells in which columns; if there are many, the first ones."""
    some = [f"{count(times)} in {quoted(name)}" for name, times in of.items() if times]
    more = f" and in {counted(len(some) - _COLUMNS_SHOWN, 'other column')}" if len(some) > _COLUMNS_SHOWN else ""
    return ", ".join(some[:_COLUMNS_SHOWN]) + more


def _list(columns: Sequence[Column]) -> str:
    return listing(column.name for column in columns)
