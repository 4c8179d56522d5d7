"""Reads text tables: bytes, encoding, dialect, header, rows and column types, in this order, with notices."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read import fast_rows
from tui_ann.data.read.cell_texts import Texts
from tui_ann.data.read.columns import Built, TextsNeededError, build_columns
from tui_ann.data.read.encoding import Survey, survey
from tui_ann.data.read.fast_rows import FastRows, may_be_fast
from tui_ann.data.read.layout import TableLayout, find_layout
from tui_ann.data.read.lines import open_lines, sample
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.records import FileRows, Sieve
from tui_ann.data.read.report import empty_rows, encoded, refuse_bad, with_notices
from tui_ann.data.read.source import SourceFile
from tui_ann.data.read.table import Dialect, Notice, ReadReport, Table
from tui_ann.errors import DataError
from tui_ann.text import counted


def read_delimited(source: SourceFile, head: bytes, options: ReadOptions, watch: LoadProgress) -> Table:
    """Read a text file of rows.

    Args:
        source: The file.
        head: Its first bytes, uncompressed.
        options: The user's options, checked.
        watch: Gets the progress.

    Raises:
        DataError: The file is binary, has no rows, or too many of them do not fit.
    """
    table = _fast_table(source, head, options, watch)
    if table is not None:
        return table
    watch.stage(0.2, "looking at the bytes")
    found = survey(source, head, options.encoding, watch)
    layout = find_layout(sample(source, found), options)
    return _table(source, found, layout, options, _careful_rows(source, found, layout, watch), watch)


def _fast_table(source: SourceFile, head: bytes, options: ReadOptions, watch: LoadProgress) -> Table | None:
    """The table of a large file whose rows are mostly plain; None if the careful reader must read it."""
    if source.size < fast_rows.SMALLEST or options.decimal == ",":
        return None
    watch.stage(0.05, "looking at the bytes")
    try:
        # The other blocks must have the encoding of the first, or else the careful reader decides.
        found = survey(source, head, options.encoding, watch, blocks=1)
        lines = sample(source, found)
        layout = find_layout(lines, options)
    except DataError:
        return None
    if not may_be_fast(source, found, layout, lines):
        return None
    watch.stage(0.6, "reading rows")
    reader = FastRows(source, found, layout, lines, watch)
    needed: Sequence[int] = ()
    while (rows := reader.read(needed)) is not None:
        try:
            return _table(source, found, layout, options, rows, watch)
        except TextsNeededError as error:
            needed = error.places
    return None


def _careful_rows(source: SourceFile, found: Survey, layout: TableLayout, watch: LoadProgress) -> FileRows:
    """The rows of any file."""
    watch.stage(0.6, "reading rows")
    sieve = Sieve(layout.cut, layout.width, layout.header, layout.comment, trailing=layout.trailing)
    texts = Texts(layout.width)
    lines: list[NDArray[np.int64]] = []
    with open_lines(source, found) as text:
        text.skip(layout.start)
        for chunk in text.chunks(watch):
            kept = sieve.feed(chunk, text.number)
            texts.add(kept.cells)
            lines.append(np.array(kept.lines, dtype=np.int64))
    kept = sieve.end()
    texts.add(kept.cells)
    lines.append(np.array(kept.lines, dtype=np.int64))
    if layout.trailing:
        texts.columns.pop()
    return FileRows(texts.columns, np.concatenate(lines), sieve)


def _table(
    source: SourceFile, found: Survey, layout: TableLayout, options: ReadOptions, rows: FileRows, watch: LoadProgress
) -> Table:
    """The table of these rows."""
    sieve = rows.sieve
    what = "There is only a header, without rows" if layout.has_header else "There are no rows"
    refuse_bad(len(rows.lines), sieve.rejects, what)
    watch.stage(1.0, "finding kinds")
    built = build_columns(
        rows.columns,
        layout.names,
        rows.lines,
        decimal=options.decimal,
        delimiter=layout.cut.delimiter,
        unnamed=layout.unnamed,
        has_header=layout.has_header,
        known=options.known,
        watch=watch,
    )
    notes = list(layout.notes)
    if sieve.blank:
        notes.append(Notice("blank_lines", f"{counted(sieve.blank, 'blank line')} left out."))
    if sieve.comments:
        notes.append(Notice("comments", f"{counted(sieve.comments, 'comment line')} left out."))
    warnings = [*encoded(found), *layout.warnings, *empty_rows(sieve.empty)]
    report = _report(source, found, layout, built)
    table = Table(source.path, built.columns, len(rows.lines), report, rows.lines, sieve.rejects, built.issues)
    return with_notices(table, warnings, notes, built)


def _report(source: SourceFile, found: Survey, layout: TableLayout, built: Built) -> ReadReport:
    cut = layout.cut
    return ReadReport(
        encoding=found.encoding,
        container=source.container,
        dialect=Dialect(cut.delimiter, cut.quote, built.decimal, built.thousands),
        skip_lines=layout.skip_lines,
        has_header=layout.has_header,
        sha256=found.sha256,
        bytes=source.size,
    )
