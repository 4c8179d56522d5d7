"""What the reader found in a file and what was done with it, as titles and sentences for the Data screen."""

from collections.abc import Iterator, Sequence

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.features import NumberFeature
from tui_ann.data.prepare.roles import REASONS
from tui_ann.data.read.options import delimiter_name
from tui_ann.data.read.table import Issue, ReadReport, Reject, Table
from tui_ann.errors import TuiAnnError
from tui_ann.text import clean, count, counted, line_name, number
from tui_ann.tui.content.folder_listing import file_size
from tui_ann.tui.content.remedy_text import in_labels

MOST = 100
"""Number of rejected rows and unusable cells that are listed; the others are counted."""
MOST_SCALED = 12
"""Number of columns whose scaling is listed."""

_REJECTS = {
    "too_many_fields": "too many cells",
    "too_few_fields": "too few cells",
    "unclosed_quote": "a quote that is never closed",
    "repeated_header": "the header again",
    "not_json": "not valid JSON",
}
_ISSUES = {"not_a_number": "not a number", "not_finite": "not a finite number"}


def report_lines(
    table: Table,
    dataset: Dataset | None,
    trouble: TuiAnnError | None,
    excluded: dict[str, str],
    reasons: Sequence[str] = (),
) -> Iterator[tuple[str, str]]:
    """Lines of the report with their role: `title`, `bad`, `note` or empty.

    Args:
        table: The table.
        dataset: The prepared rows, if they could be prepared.
        trouble: Why they could not.
        excluded: Columns that are left out, each with the code of the reason.
        reasons: Why the experiment is proposed as it is.
    """
    if trouble is not None:
        yield from problem_lines(trouble)
    yield "title", "The file"
    yield from (("", line) for line in _file_lines(table))
    for notice in table.warnings:
        yield "note", f"! {notice.message}"
    for notice in table.notes:
        yield "", notice.message
    if table.rejects:
        yield "title", f"Rejected: {counted(len(table.rejects), 'row')}"
        yield from (("bad", _reject(reject)) for reject in table.rejects[:MOST])
        yield from _others(table.rejects)
    if table.issues:
        yield "title", f"Read as missing: {counted(len(table.issues), 'cell')}"
        yield from (("note", _issue(issue)) for issue in table.issues[:MOST])
        yield from _others(table.issues)
    if excluded:
        yield "title", f"Left out: {count(len(excluded))} of {count(len(table.columns))} columns"
        yield from (("", f"{name}: {REASONS.get(reason, reason)}") for name, reason in list(excluded.items())[:MOST])
    if dataset is not None:
        yield "title", "What was done"
        yield from (("", note) for note in dataset.notes)
    if reasons:
        yield "title", "Proposed"
        yield from (("", reason) for reason in reasons)
    if dataset is not None:
        yield from _scaling(dataset)


def problem_lines(trouble: TuiAnnError) -> Iterator[tuple[str, str]]:
    """Lines of the report about what prevents the data from being used.

    Args:
        trouble: Why they could not be read or prepared.
    """
    yield "title", "Problem"
    yield "bad", trouble.message
    yield from (("bad", f"  {detail}") for detail in trouble.details)
    yield "note", in_labels(trouble.remedy)


def rows_lost(table: Table, dataset: Dataset | None) -> str:
    """How many rows of the file were rejected, and how many of the table are left out, in a few words.

    Args:
        table: The table.
        dataset: The prepared rows, if they could be prepared.
    """
    rejected = f"{counted(len(table.rejects), 'row')} rejected" if table.rejects else "no rows rejected"
    used = table.n_rows
    if dataset is not None:
        used = sum(part.size for part in (dataset.rows.train, dataset.rows.validation, dataset.rows.test))
    if used == table.n_rows:
        return rejected
    left_out = f"{count(table.n_rows - used)} of {counted(table.n_rows, 'row')} left out"
    return f"{rejected}, {left_out}" if table.rejects else left_out


def dialect_words(report: ReadReport) -> dict[str, str]:
    """What the reader detected, by the name of the setting that overrides it.

    Args:
        report: The report of the reader.
    """
    if report.encoding is None:
        return {}
    words = {
        "delimiter": delimiter_name(report.dialect.delimiter),
        "decimal": "comma" if report.dialect.decimal == "," else "point",
        "header": "yes" if report.has_header else "no",
        "encoding": report.encoding,
        "skip_lines": count(report.skip_lines),
    }
    return {name: f"found: {word}" for name, word in words.items()}


def _file_lines(table: Table) -> Iterator[str]:
    report = table.report
    yield f"{counted(table.n_rows, 'row')}, {counted(len(table.columns), 'column')}, {file_size(report.bytes)}"
    if report.encoding is not None:
        dialect = report.dialect
        delimiter = delimiter_name(dialect.delimiter)
        thousands = f", thousands {dialect.thousands!r}" if dialect.thousands else ""
        header = "names in the first row" if report.has_header else "no row of names"
        decimal = "comma" if dialect.decimal == "," else "point"
        yield f"{report.encoding}, delimiter {delimiter}, decimal {decimal}{thousands}, {header}"
    if report.container:
        yield f"read from {report.container}"
    if report.skip_lines:
        yield f"{counted(report.skip_lines, 'line')} above the table skipped"


def _scaling(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """How each number column is scaled, with the statistics of the training rows."""
    scaled = [feature for feature in dataset.preprocessing.columns if isinstance(feature, NumberFeature)]
    if not scaled or dataset.preprocessing.scaling == "none":
        return
    yield "title", "Scaling, from the training rows"
    for feature in scaled[:MOST_SCALED]:
        name, scale = clean(feature.column, 30), number(feature.scale)
        minus = f"− {number(feature.offset)}" if feature.offset >= 0 else f"+ {number(-feature.offset)}"
        yield "", f"{name}: (x {minus}) / {scale}"
    yield from _others(scaled, MOST_SCALED)


def _reject(reject: Reject) -> str:
    why = _REJECTS.get(reject.reason, reject.reason)
    counts = f" ({reject.found}, not {reject.expected})" if reject.expected and reject.found is not None else ""
    return f"line {line_name(reject.line)}: {why}{counts}: {clean(reject.text, 60)}"


def _issue(issue: Issue) -> str:
    why = _ISSUES.get(issue.reason, issue.reason)
    return f"line {line_name(issue.line)}, {clean(issue.column, 30)}: {clean(issue.value, 30)} is {why}"


def _others(found: Sequence[object], most: int = MOST) -> Iterator[tuple[str, str]]:
    if len(found) > most:
        yield "", f"… and {count(len(found) - most)} more"
