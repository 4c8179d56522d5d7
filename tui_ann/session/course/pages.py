"""The pages of the course, read from `text/course.toml`: one experiment each, with numbers worked out by hand.

Listing them does not import NumPy, so the start screen need not wait for it; `workbook` computes the numbers.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tui_ann.errors import SessionError
from tui_ann.text.symbols import spelled

TOLERANCE = 1e-12
"""Largest allowed error, relative to the largest number of its matrix, unless the page sets another."""


@dataclass(frozen=True)
class Check:
    """One number of a page, or a matrix, or a word."""

    what: str
    """The query to the program; see `CourseQueries`."""
    expected: str
    """Numbers, or the calculation that gives them: "0.4*1+0.3*2+0.1, 1.6"; or a word."""
    label: str
    """Its label on the page."""
    tolerance: float = TOLERANCE
    predicted: str = ""
    """Predictions printed in the lecture, one example a row."""
    actual: str = ""
    """The targets to compare them with."""
    line: int | None = None
    """Its line in a file of one's own."""


@dataclass(frozen=True)
class Page:
    """One page of the workbook."""

    id: str
    """Short name: `tui-ann course ID`."""
    title: str
    about: str
    """One line on what is computed."""
    sample: str
    """The sample it is based on; for a page of one's own perhaps an experiment file next to it, or nothing."""
    sets: tuple[str, ...]
    """Settings that differ from the sample, each `KEY=VALUE`."""
    update: int
    """The update to step through; the first is 1."""
    notes: tuple[str, ...]
    """Conventions and numbers that matter."""
    given: tuple[str, ...]
    """What is shown above the numbers: inputs, targets and parameters before the first update, `eta`."""
    checks: tuple[Check, ...]
    concepts: tuple[str, ...] = ()
    """What it teaches: C3 to C21."""
    file: Path | None = None
    """The file of a page of one's own."""
    exercise: tuple[tuple[str, str], ...] = ()
    """The fields of its exercise, if it is based on one."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and where Step opens if that is not the first update."""
        if self.update == 1:
            return self.notes
        first = ", the first with new weights" if self.update == 2 else ""
        return (*self.notes, f"Step opens at update {self.update}{first}.")


@cache
def pages() -> tuple[Page, ...]:
    """Every page, in the order of the course."""
    text = (files("tui_ann.text") / "course.toml").read_text(encoding="utf-8")
    return tuple(page_of(table) for table in tomllib.loads(text)["page"])


def find_page(name: str, book: Sequence[Page] | None = None) -> Page:
    """The page with this id or title.

    Args:
        name: The id, the title, or a part of the title that no other page has; upper and lower case are the same.
        book: The pages of a course of one's own; by default those of the program.

    Raises:
        SessionError: There is none.
    """
    book = pages() if book is None else book
    for page in book:
        if page.id == name:
            return page
    wanted = " ".join(name.casefold().split())
    titles = [page.title.casefold() for page in book]
    found = [page for page, title in zip(book, titles, strict=True) if wanted and wanted in title]
    exact = [page for page, title in zip(book, titles, strict=True) if wanted in (title, page.id.casefold())]
    if len(exact or found) == 1:
        return (exact or found)[0]
    known = ", ".join(page.id for page in (found or book))
    message = f"Several titles contain “{name}”." if found else f"There is no page “{name}”."
    raise SessionError(message, remedy=f"The pages are {known}.", code="no_such_page")


def page_of(table: Mapping[str, Any], file: Path | None = None) -> Page:
    """A page from its table.

    Args:
        table: The table, without mistakes.
        file: The file, for a page of one's own.
    """
    return Page(
        id=table["id"],
        title=table["title"],
        about=table.get("about", ""),
        sample=table.get("open", ""),
        sets=tuple(table.get("set", ())),
        update=table.get("update", 1),
        notes=tuple(table.get("notes", ())),
        given=tuple(table.get("given", "").split()),
        checks=tuple(_check(row) for row in table["checks"]),
        concepts=tuple(table.get("concepts", ())),
        file=file,
        exercise=tuple((table.get("exercise") or {}).items()),
    )


def _check(table: Mapping[str, Any]) -> Check:
    label = table.get("label")
    return Check(
        what=table["what"],
        expected=table["expected"],
        label=_label(table["what"]) if label is None else label,
        tolerance=table.get("tolerance", TOLERANCE),
        predicted=table.get("predicted", ""),
        actual=table.get("actual", ""),
        line=table.get("line"),
    )


def _label(what: str) -> str:
    """The label of a number in the ledger: ∂L/∂W¹, or ŷ of update 2."""
    _, symbol, *update = [*what.split(), "", ""][: max(2, len(what.split()))]
    return spelled(symbol) + (f", update {update[0]}" if update else "")
