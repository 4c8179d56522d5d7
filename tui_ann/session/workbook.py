"""The course as a workbook: its pages, each an experiment with numbers worked out by hand beside the program's own.

The pages stand in `text/course.toml`.  What is expected there is arithmetic on paper; `session.computed` asks the
engine for the same number, and a page holds where the two agree.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from tui_ann.data.samples import sample_folder
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.files import apply_sets, load
from tui_ann.experiment.spec import Experiment
from tui_ann.session.computed import Computed, Value
from tui_ann.text import number
from tui_ann.text.entry import parse_entry
from tui_ann.text.symbols import spelled

TOLERANCE = 1e-12
"""How far a number may be off, relative to the largest of its matrix, where a page says nothing else."""

MARKS = {True: "✓", False: "✗"}
"""Whether expected and computed agree, in a sign."""
DIGITS = 8
"""Digits shown."""
ROUGH = 1e-3
"""From this tolerance on a number is expected roughly only, and says so."""


@dataclass(frozen=True)
class Check:
    """One number of a page, or a matrix, or a word."""

    what: str
    """What is asked of the program; see `Computed`."""
    expected: str
    """Numbers, or how they come about: "0.4*1+0.3*2+0.1, 1.6"; or a word."""
    label: str
    """What it is called on the page."""
    tolerance: float = TOLERANCE
    predicted: str = ""
    """Answers printed in the lecture, an example a row."""
    actual: str = ""
    """What they are compared with."""


@dataclass(frozen=True)
class Page:
    """One page of the workbook."""

    id: str
    """Short name: `tui-ann course ID`."""
    title: str
    about: str
    """One line on what is worked out."""
    sample: str
    """The sample it is based on."""
    sets: tuple[str, ...]
    """What is different in its experiment, each `KEY=VALUE`."""
    update: int
    """The update where it is best stepped through; the first is 1."""
    notes: tuple[str, ...]
    """Conventions and numbers that matter."""
    given: tuple[str, ...]
    """What is shown above them: inputs, targets and parameters before the first update, `eta`."""
    checks: tuple[Check, ...]

    def experiment(self) -> Experiment:
        """The experiment of the page.

        Raises:
            DataError: This installation lacks its sample.
        """
        folder = sample_folder(self.sample)
        return apply_sets(load(folder / "experiment.toml"), self.sets, folder=folder)


@dataclass(frozen=True, eq=False)
class Line:
    """What a check came to."""

    check: Check
    expected: Value
    computed: Value
    holds: bool

    @property
    def mark(self) -> str:
        """✓ where the two agree, else ✗."""
        return MARKS[self.holds]

    @property
    def expected_text(self) -> tuple[str, ...]:
        """What is expected, in lines."""
        first, *rest = told(self.expected)
        rough = self.check.tolerance >= ROUGH
        return (f"≈ {first} ± {number(100 * self.check.tolerance, 2)} %" if rough else first, *rest)

    @property
    def computed_text(self) -> tuple[str, ...]:
        """What was computed, in lines."""
        return told(self.computed)

    def to_json(self) -> dict[str, Any]:
        """The line for scripts."""
        return {
            "label": self.check.label,
            "what": self.check.what,
            "expected": _plain(self.expected),
            "computed": _plain(self.computed),
            "tolerance": self.check.tolerance,
            "holds": self.holds,
        }


@dataclass(frozen=True, eq=False)
class Given:
    """What a page takes as given."""

    label: str
    value: Value

    @property
    def text(self) -> tuple[str, ...]:
        """It, in lines."""
        return told(self.value if isinstance(self.value, str) else _as_table(self.value))


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


def work_out(page: Page) -> tuple[Line, ...]:
    """Have the engine compute every number of a page, and compare.

    Raises:
        DataError: This installation lacks its sample.
    """
    computed = Computed(page.experiment())
    return tuple(compared(check, computed.value(check.what, check.predicted, check.actual)) for check in page.checks)


def given(page: Page) -> tuple[Given, ...]:
    """What a page takes as given, as its experiment has it.

    Raises:
        DataError: This installation lacks its sample.
    """
    computed = Computed(page.experiment())
    return tuple(Given(spelled(symbol), computed.value(f"given {symbol}")) for symbol in page.given)


def verdict(lines: Sequence[Line]) -> str:
    """How many lines agree, and how many of them only say how something is set."""
    right, settings = sum(line.holds for line in lines), sum(line.check.what.startswith("setting") for line in lines)
    words = f"all {right} agree" if right == len(lines) else f"{right} of {len(lines)} agree"
    return f"{words}, {settings} of them {'a setting' if settings == 1 else 'settings'}" if settings else words


def compared(check: Check, value: Value) -> Line:
    """A computed value beside the expected one."""
    if isinstance(value, str):
        return Line(check, check.expected, value, value == check.expected)
    expected = numbers(check.expected)
    got = _as_table(value)
    with np.errstate(all="ignore"):
        holds = expected.shape == got.shape and bool(
            np.all(np.abs(got - expected) <= check.tolerance * max(1e-3, float(np.abs(expected).max())))
        )
    return Line(check, expected, got, holds)


def _as_table(value: Array) -> Array:
    """Rows and columns; a list stands in a column."""
    return value if value.ndim == 2 else value.reshape(-1, 1)


def numbers(text: str) -> Array:
    """Numbers (rows, columns) from how they come about."""
    return np.array(parse_entry(text).rows)


def told(value: Value) -> tuple[str, ...]:
    """A value in lines, a row of a matrix each; a column stands in one line."""
    if isinstance(value, str):
        return (value.replace("_", " "),)
    if value.size == 1:
        return (number(value[0, 0], DIGITS),)
    if value.shape[1] == 1:
        return (f"({', '.join(number(entry, DIGITS) for entry in value[:, 0])})",)
    texts = [[number(entry, DIGITS) for entry in row] for row in value]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return tuple(f"[{'  '.join(text.rjust(width) for text, width in zip(row, widths, strict=True))}]" for row in texts)


def _plain(value: Value) -> Any:
    """A value as JSON has it: a word, a number or rows; what is not finite is null."""
    if isinstance(value, str):
        return value
    rows = [[float(entry) if math.isfinite(entry) else None for entry in row] for row in value]
    return rows[0][0] if value.size == 1 else rows


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
    """What a number of the ledger is called: ∂L/∂W¹, or ŷ of update 2."""
    _, symbol, *update = what.split()
    return spelled(symbol) + (f", update {update[0]}" if update else "")
