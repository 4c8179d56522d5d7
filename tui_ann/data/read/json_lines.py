"""Reads JSON: one object per line, or one list of objects.  The keys are the columns."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

import numpy as np

from tui_ann.data.phrases import quoted
from tui_ann.data.read.cell_texts import SEPARATOR, Parts, Texts
from tui_ann.data.read.columns import build_columns
from tui_ann.data.read.encoding import survey
from tui_ann.data.read.header import unique_names
from tui_ann.data.read.lines import open_lines
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.report import encoded, refuse_bad, with_notices
from tui_ann.data.read.source import SourceFile
from tui_ann.data.read.table import Dialect, ReadReport, Reject, Table
from tui_ann.errors import DataError
from tui_ann.text import count, line_name

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zip")
_ROWS_AT_ONCE = 5000
_LARGEST_LIST = 1 << 28
_TEXT_KEPT = 200
_WORDS = {True: "true", False: "false", None: ""}


_LIST = re.compile(rb"\[\s*\{\s*\"")
"""The beginning of a list of objects."""


def is_json(path: PurePath, head: bytes) -> bool:
    """Whether a file is JSON: by its name, or because its first line is an object or it begins a list of objects."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED_SUFFIXES:
        suffixes.pop()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffixes and suffixes[-1] in _SUFFIXES:
        return text.startswith((b"{", b"["))
    if _LIST.match(text):
        return True
    try:
        return text.startswith(b"{") and isinstance(json.loads(text.splitlines()[0]), dict)
    except ValueError:
        return False


def read_json(source: SourceFile, head: bytes, options: ReadOptions, watch: LoadProgress) -> Table:
    """Read objects; each is a row.

    Args:
        source: The file.
        head: Its first bytes, uncompressed.
        options: The user's options; only the encoding matters here.
        watch: Gets the progress.

    Raises:
        DataError: A value is a list or an object itself (`nested_values`), too many lines are not objects
            (`too_many_rejects`), there are none (`no_rows`), or the list is damaged (`not_json`).
    """
    watch.stage(0.2, "looking at the bytes")
    found = survey(source, head, options.encoding, watch)
    watch.stage(0.7, "reading rows")
    rows = _Rows()
    with open_lines(source, found) as text:
        lines = ((text.number + i, line) for chunk in text.chunks(watch) for i, line in enumerate(chunk))
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
            rows.add_all(_from_list(source, lines))
        else:
            rows.add_all(_from_lines(lines, rows.rejects))
    texts = rows.texts()
    refuse_bad(texts.n_rows if texts.columns else 0, rows.rejects, "There are no rows")
    watch.stage(1.0, "finding kinds")
    numbers = np.array(rows.lines, dtype=np.int64)
    names, _, unnamed = unique_names([key.strip() for key in rows.parts])
    built = build_columns(
        texts.columns,
        names,
        numbers,
        decimal=None,
        delimiter=None,
        unnamed=unnamed,
        known=options.known,
        watch=watch,
    )
    dialect = Dialect(None, None, built.decimal, built.thousands)
    report = ReadReport(found.encoding, source.container or "json", dialect, 0, True, found.sha256, source.size)
    table = Table(source.path, built.columns, len(numbers), report, numbers, rows.rejects, built.issues)
    return with_notices(table, list(encoded(found)), [], built)


class _Rows:
    """Objects collected as columns of texts; any of them may have new keys."""

    def __init__(self) -> None:
        self.parts: dict[str, Parts] = {}
        self.lines: list[int] = []
        self.rejects: list[Reject] = []
        self._waiting: list[dict[str, Any]] = []

    def add_all(self, objects: Iterable[tuple[int, dict[str, Any]]]) -> None:
        for line, row in objects:
            self.lines.append(line)
            self._waiting.append(row)
            if len(self._waiting) == _ROWS_AT_ONCE:
                self._store()
        self._store()

    def _store(self) -> None:
        rows, self._waiting = self._waiting, []
        before = len(self.lines) - len(rows)
        for key in dict.fromkeys(key for row in rows for key in row):
            if key not in self.parts:
                self.parts[key] = [SEPARATOR.join([""] * before)] if before else []
        for key, parts in self.parts.items():
            if rows:
                parts.append(
                    SEPARATOR.join([_cell(row.get(key), key, self.lines[before + i]) for i, row in enumerate(rows)])
                )

    def texts(self) -> Texts:
        texts = Texts(0)
        texts.columns = list(self.parts.values())
        texts.n_rows = len(self.lines)
        return texts


def _cell(value: Any, key: str, line: int) -> str:
    if isinstance(value, dict | list):
        raise DataError(
            f"Line {line_name(line)}: {quoted(key)} is a {'list' if isinstance(value, list) else 'record'}, "
            "but a table needs single values.",
            remedy="Split these values into several keys, or leave them out, and write the file again.",
            code="nested_values",
        )
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return str(value).replace(SEPARATOR, "\ufffd")


def _decoded(text: str) -> Any:
    """The value of a JSON text, with numbers as text."""
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _from_lines(lines: Iterable[tuple[int, str]], rejects: list[Reject]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The object of each line; other lines are rejected."""
    for number, line in lines:
        if not line.strip():
            continue
        try:
            row = _decoded(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield number, row
        else:
            rejects.append(Reject(number, "not_json", None, None, line.rstrip("\r\n")[:_TEXT_KEPT]))


def _from_list(source: SourceFile, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of one list; their positions, from 1, are used as lines."""
    if source.size > _LARGEST_LIST:
        raise DataError(
            f"A JSON list of {count(source.size >> 20)} MB is too large.",
            remedy="Write it as JSON lines, one object per line, or as CSV.",
            code="too_large",
        )
    try:
        rows = _decoded("".join(line for _, line in lines))
    except (ValueError, RecursionError) as error:
        raise DataError(f"The file is not valid JSON: {error}.", remedy="Export it again.", code="not_json") from error
    for place, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise DataError(
                f"Entry {count(place)} of the JSON list is not an object with keys, so it is not a row.",
                remedy="Write a list of objects, or CSV.",
                code="nested_values",
            )
        yield place, row
