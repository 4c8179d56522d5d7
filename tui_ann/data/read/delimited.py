"""Reads text tables: bytes, encoding, dialect, header, rows and column types, in this order, with notices."""

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.cell_texts import Texts
from tui_ann.data.read.columns import Built, build_columns, number_column
from tui_ann.data.read.encoding import Survey, survey
from tui_ann.data.read.layout import TableLayout, find_layout
from tui_ann.data.read.lines import open_lines, sample
from tui_ann.data.read.matrix import SMALLEST, distinct_in, may_be_plain, read_matrix
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.records import Sieve
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
    table = _plain_table(source, head, options, watch)
    if table is not None:
        return table
    watch.stage(0.2, "looking at the bytes")
    found = survey(source, head, options.encoding, watch)
    return _table(source, found, find_layout(sample(source, found), options), options, watch)


def _plain_table(source: SourceFile, head: bytes, options: ReadOptions, watch: LoadProgress) -> Table | None:
    """The table of a large file of numbers only; None if the file has anything else."""
    if source.size < SMALLEST or options.decimal == ",":
        return None
    watch.stage(0.05, "looking at the bytes")
    try:
        # Everything after the first block must be ASCII, so the encoding of the first block is that of the file.
        found = survey(source, head, options.encoding, watch, blocks=1)
        lines = sample(source, found)
        layout = find_layout(lines, options)
    except DataError:
        return None
    if not may_be_plain(source, layout, lines):
        return None
    watch.stage(0.8, "reading numbers")
    matrix = read_matrix(source, layout, lines, watch)
    if matrix is None or not matrix.values.size:
        return None
    found.sha256 = matrix.sha256
    watch.stage(1.0, "finding kinds")
    distinct = distinct_in(matrix.values).tolist()
    unnamed = set(layout.unnamed)
    columns = [
        number_column(
            name,
            values,
            distinct=times,
            missing=0,
            unnamed=place in unnamed,
            leads_unnamed=not (layout.has_header or place) and layout.width > 2,
        )
        for place, (name, values, times) in enumerate(zip(layout.names, matrix.values, distinct, strict=True))
    ]
    numbers = np.arange(matrix.values.shape[1], dtype=np.int64) + (layout.start + 1)
    table = Table(source.path, columns, len(numbers), _report(source, found, layout, None), numbers)
    return with_notices(table, layout.warnings, layout.notes)


def _table(source: SourceFile, found: Survey, layout: TableLayout, options: ReadOptions, watch: LoadProgress) -> Table:
    """The table of any other file."""
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
    what = "There is only a header, without rows" if layout.has_header else "There are no rows"
    refuse_bad(texts.n_rows, sieve.rejects, what)
    if layout.trailing:
        texts.columns.pop()
    watch.stage(1.0, "finding kinds")
    rows = np.concatenate(lines)
    built = build_columns(
        texts,
        layout.names,
        rows,
        decimal=options.decimal,
        delimiter=layout.cut.delimiter,
        unnamed=layout.unnamed,
        has_header=layout.has_header,
        watch=watch,
    )
    if sieve.blank:
        layout.notes.append(Notice("blank_lines", f"{counted(sieve.blank, 'blank line')} left out."))
    if sieve.comments:
        layout.notes.append(Notice("comments", f"{counted(sieve.comments, 'comment line')} left out."))
    warnings = [*encoded(found), *layout.warnings, *empty_rows(sieve.empty)]
    report = _report(source, found, layout, built)
    table = Table(source.path, built.columns, len(rows), report, rows, sieve.rejects, built.issues)
    return with_notices(table, warnings, layout.notes, built)


def _report(source: SourceFile, found: Survey, layout: TableLayout, built: Built | None) -> ReadReport:
    cut = layout.cut
    return ReadReport(
        encoding=found.encoding,
        container=source.container,
        dialect=Dialect(cut.delimiter, cut.quote, built.decimal if built else ".", built.thousands if built else None),
        skip_lines=layout.skip_lines,
        has_header=layout.has_header,
        sha256=found.sha256,
        bytes=source.size,
    )
