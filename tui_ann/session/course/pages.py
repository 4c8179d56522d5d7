"""The pages of the course, read from `text/course.toml`: one experiment each, with numbers worked out by hand.

Listing them does not import NumPy, so the start screen need not wait for it; `workbook` computes the numbers.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
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


@dataclass(frozen=True)
class Page:
    """One page of the workbook."""

    id: str
    """Short name: `tui-ann course ID`."""
    title: str
    about: str
    """One line on what is computed."""
    sample: str
    """The sample it is based on."""
    sets: tuple[str, ...]
    """Settings that differ from the sample, each `KEY=VALUE`."""
    update: int
    """The update to step through; the first is 1."""
    notes: tuple[str, ...]
    """Conventions and numbers that matter."""
    given: tuple[str, ...]
    """What is shown above the numbers: inputs, targets and parameters before the first update, `eta`."""
    checks: tuple[Check, ...]


@cache
def pages() -> tuple[Page, ...]:
    """Every page, in the order of the course."""
    text = (files("tui_ann.text") / "course.toml").read_text(encoding="utf-8")
    return tuple(_page(table) for table in tomllib.loads(text)["page"])


def find_page(name: str) -> Page:
    """The page with this id.

    Raises:
        SessionError: There is none.
    """
    for page in pages():
        if page.id == name:
            return page
    known = ", ".join(page.id for page in pages())
    raise SessionError(f"There is no page “{name}”.", remedy=f"The pages are {known}.", code="no_such_page")


def _page(table: Mapping[str, Any]) -> Page:
    return Page(
        id=table["id"],
        title=table["title"],
        about=table["about"],
        sample=table["open"],
        sets=tuple(table.get("set", ())),
        update=table.get("update", 1),
        notes=tuple(table.get("notes", ())),
        given=tuple(table.get("given", "").split()),
        checks=tuple(_check(row) for row in table["checks"]),
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
    )


def _label(what: str) -> str:
    """The label of a number in the ledger: ∂L/∂W¹, or ŷ of update 2."""
    _, symbol, *update = what.split()
    return spelled(symbol) + (f", update {update[0]}" if update else "")
