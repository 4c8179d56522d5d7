"""A course of one's own: pages in a TOML file, checked against a schema; every mistake names its line.

The file has one `[[page]]` for each page; `docs/course-example.toml` is a worked sample that explains the keys.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tui_ann.data.samples import SAMPLES
from tui_ann.errors import ExperimentError, Problem, TuiAnnError
from tui_ann.experiment.decode import nearest, unknown_key
from tui_ann.experiment.positions import key_lines, line_of
from tui_ann.experiment.toml_text import parsed
from tui_ann.gate import allowed, is_allowed
from tui_ann.session.course.pages import TOLERANCE, Page, page_of
from tui_ann.session.course.queries import KINDS
from tui_ann.session.exercise.fields import read_sizes
from tui_ann.session.exercise.reading import faults
from tui_ann.text import clean
from tui_ann.text.entry import parse_entry

Text = Annotated[str, Meta(min_length=1)]
Concept = Annotated[str, Meta(pattern=r"^C\d{1,2}$")]
_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_START = re.compile(r"^\s*\[\[\s*page\s*\]\]", re.MULTILINE)

_ALLOWED = {"id": "Use small letters, digits and hyphens.", "concepts": "Write concepts as C3 to C21."}


class CheckTable(Struct, frozen=True, forbid_unknown_fields=True):
    """One number of a page, or a matrix, or a word."""

    what: Text
    """The query: `trace dW1`, `given x`, `setting training.loss` …"""
    expected: Text
    """The number, or the calculation that gives it."""
    label: str | None = None
    """How it is called on the page."""
    tolerance: Annotated[float, Meta(ge=0, lt=1)] = TOLERANCE
    """The largest allowed error, relative to the largest number."""
    predicted: str = ""
    """For `listed`: the predictions."""
    actual: str = ""
    """For `listed`: their targets."""


class PageTable(Struct, frozen=True, forbid_unknown_fields=True):
    """One page."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Its short name: small letters, digits and hyphens."""
    title: Text
    """Its title."""
    checks: Annotated[list[dict[str, Any]], Meta(min_length=1)]
    """What is asked."""
    about: str = ""
    """One line on what it shows."""
    open: str = ""
    """The experiment: `worked-example` or another sample, or a file next to this one."""
    exercise: dict[str, str] | None = None
    """Or the network itself: sizes, x, y, W1, b1 … as in `tui-ann exercise`."""
    set: list[str] = msgspec.field(default_factory=list)
    """Settings that differ, each `KEY=VALUE`."""
    update: Annotated[int, Meta(ge=1)] = 1
    """The update that Step opens."""
    notes: list[str] = msgspec.field(default_factory=list)
    """Conventions and numbers that matter."""
    given: str = ""
    """What is shown above: `x y W1 b1 eta`."""
    concepts: list[Concept] = msgspec.field(default_factory=list)
    """What it teaches, C3 to C21, for the exam."""


def is_course_file(path: Path) -> bool:
    """Whether a file is a course rather than an experiment.

    Args:
        path: A path.
    """
    try:
        return (
            is_allowed(path)
            and path.suffix.lower() == ".toml"
            and bool(_START.search(path.read_text(encoding="utf-8")[:100_000]))
        )
    except (OSError, ValueError):
        return False


def read_course(path: Path) -> tuple[Page, ...]:
    """The pages of a file.

    Args:
        path: The file.

    Raises:
        ExperimentError: It cannot be read or has mistakes; all of them are listed, each with its line.
        OutsideError: This program may not use it.
    """
    allowed(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ExperimentError(
            f"Cannot read {path}: {why}.", [], remedy="Check the path.", code="cannot_read"
        ) from error
    tree = parsed(text, path.name, example='id = "one"')
    reader = _Reader(path, text)
    pages = reader.pages(tree)
    if reader.problems:
        count = "a mistake" if len(reader.problems) == 1 else f"{len(reader.problems)} mistakes"
        raise ExperimentError(f"{path.name} has {count}:", reader.problems)
    return pages


class _Reader:
    """Reads the tables and collects their mistakes."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._lines, self._keys = path, text.split("\n"), key_lines(text)
        self.problems: list[Problem] = []

    def pages(self, tree: Mapping[str, Any]) -> tuple[Page, ...]:
        for key in tree:
            if key != "page":
                self._refuse((key,), f"there is no key “{clean(key, 30)}”.", "A course has [[page]] tables only.")
        tables = tree.get("page", [])
        if not isinstance(tables, list) or not tables:
            self._refuse(("page",), "there is no page.", "Begin each page with [[page]].")
            return ()
        seen: dict[str, int] = {}
        pages = [page for i, table in enumerate(tables) if (page := self._page(i, table, seen)) is not None]
        return tuple(pages)

    def _page(self, i: int, table: Any, seen: dict[str, int]) -> Page | None:
        place = ("page", str(i + 1))
        page = self._converted(place, table, PageTable)
        if page is None:
            return None
        if page.id in seen:
            self._refuse((*place, "id"), f"the page “{page.id}” is there twice.", "Give each page an id of its own.")
        seen[page.id] = i
        self._check_source(place, page)
        rows = []
        for j, row in enumerate(page.checks):
            line = self._line_of_check(place, j)
            check = self._converted((*place, "checks", str(j + 1)), row, CheckTable, line)
            if check is not None:
                self._check_query(check, line)
                rows.append({**row, "line": line})
        return page_of({**msgspec.to_builtins(page), "checks": rows}, self._path)

    def _check_source(self, place: tuple[str, ...], page: PageTable) -> None:
        """Whether the experiment of a page can be found."""
        if bool(page.open) == (page.exercise is not None):
            message = "a page has either open or exercise."
            self._refuse(place, message, 'Write open = "worked-example", or exercise = { sizes = "2-3-1" }.')
        elif page.open and page.open not in [s.name for s in SAMPLES] and not (self._path.parent / page.open).exists():
            near = nearest(page.open, [sample.name for sample in SAMPLES])
            hint = f"Did you mean {near}?" if near else "Name a sample, or an experiment file next to this one."
            self._refuse((*place, "open"), f"there is no “{clean(page.open, 40)}”.", hint)
        elif page.exercise is not None:
            if read_sizes(page.exercise.get("sizes", "2-3-1")) is None:
                self._refuse((*place, "exercise"), "its sizes are no network.", "Write them as in 2-3-1.")
            for name, fault in faults(page.exercise).items():
                self._refuse((*place, "exercise", name), fault, "")

    def _check_query(self, check: CheckTable, line: int | None) -> None:
        kind = check.what.split()[0] if check.what.split() else ""
        if kind not in KINDS:
            near = nearest(kind, KINDS)
            hint = f"Did you mean {near}?" if near else f"A query begins with {', '.join(KINDS)}."
            self._refuse((), f"the query “{clean(check.what, 40)}” is not known.", hint, line)
        elif len(check.what.split()) < 2:
            self._refuse((), f"the query “{kind}” says of nothing.", "Name it, as in trace z1.", line)
        if kind in ("trace", "given", "largest", "count", "answers", "trained", "g", "slope"):
            try:
                parse_entry(check.expected)
            except TuiAnnError as error:
                self._refuse((), f"expected: {error.message}", error.remedy, line)

    def _converted(self, place: tuple[str, ...], table: Any, kind: Any, line: int | None = None) -> Any:
        """A table as its struct, or `None` and its mistake."""
        try:
            return msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            words = str(error)
            inner = _AT.search(words)
            path = tuple(part for part in re.split(r"[.\[\]]+", inner["path"] if inner else "") if part)
            words = _AT.sub("", words)
            if unknown := re.search(r"unknown field `(.+)`", words):
                names: Sequence[str] = [field.name for field in msgspec.structs.fields(kind)]
                remedy = unknown_key(unknown[1], names, {})
                self._refuse((*place, *path, unknown[1]), f"there is no key “{unknown[1]}”.", remedy, line)
            else:
                allowed = _ALLOWED.get(path[0] if path and "regex" in words else "", "")
                words = "it is not written like that" if allowed else words
                self._refuse((*place, *path), f"{'.'.join(path)}: {words}.".removeprefix(": "), allowed, line)
            return None

    def _line_of_check(self, place: tuple[str, ...], j: int) -> int | None:
        """The line of a check: of its own table, or of its braces in the list."""
        if (*place, "checks", str(j + 1)) in self._keys:
            return self._keys[*place, "checks", str(j + 1)]
        start = line_of(self._keys, (*place, "checks"))
        if start is None:
            return None
        braces = [n for n, text in enumerate(self._lines[start - 1 :], start=start) for _ in range(text.count("{"))]
        return braces[j] if j < len(braces) else start

    def _refuse(self, path: tuple[str, ...], message: str, remedy: str, line: int | None = None) -> None:
        line = line_of(self._keys, path) if line is None else line
        where = f"{self._path.name}, line {line}" if line else self._path.name
        self.problems.append(Problem(where, message, remedy))
