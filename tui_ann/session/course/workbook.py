"""The course as a workbook: the numbers of its pages, worked out by hand, compared with those of the program.

The expected numbers are arithmetic on paper; `queries` asks the engine for the same numbers.  A page passes if the two
agree.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_ann.data.samples import sample_folder
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.experiment.files import apply_sets, load
from tui_ann.experiment.spec import Experiment
from tui_ann.session.course.pages import Check, Page
from tui_ann.session.course.queries import CourseQueries, Value
from tui_ann.session.exercise.folder import keep_exercise
from tui_ann.session.source import find
from tui_ann.session.store.paths import UserPaths
from tui_ann.text import clean, number
from tui_ann.text.entry import parse_entry
from tui_ann.text.symbols import spelled

MARKS = {True: "✓", False: "✗"}
"""The sign that shows whether expected and computed values agree."""
DIGITS = 8
"""Digits shown."""
ROUGH = 1e-3
"""At this tolerance or more, the expected number is shown as approximate."""


@dataclass(frozen=True, eq=False)
class CheckedNumber:
    """One number of a page, expected and computed."""

    check: Check
    expected: Value
    computed: Value
    holds: bool

    @property
    def mark(self) -> str:
        """✓ if the two agree, else ✗."""
        return MARKS[self.holds]

    @property
    def expected_text(self) -> tuple[str, ...]:
        """The expected value, as lines."""
        first, *rest = told(self.expected)
        rough = self.check.tolerance >= ROUGH
        return (f"≈ {first} ± {number(100 * self.check.tolerance, 2)} %" if rough else first, *rest)

    @property
    def computed_text(self) -> tuple[str, ...]:
        """The computed value, as lines."""
        return told(self.computed)

    def to_json(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "label": self.check.label,
            "what": self.check.what,
            "expected": _plain(self.expected),
            "computed": _plain(self.computed),
            "tolerance": self.check.tolerance,
            "holds": self.holds,
        }


@dataclass(frozen=True, eq=False)
class KnownNumber:
    """A quantity that a page takes as given."""

    label: str
    value: Value

    @property
    def text(self) -> tuple[str, ...]:
        """The quantity as lines."""
        return told(self.value if isinstance(self.value, str) else _as_table(self.value))


def experiment_of(page: Page) -> Experiment:
    """The experiment of a page.

    Raises:
        DataError: This installation lacks its sample.
        ExperimentError: The experiment or the exercise of a page of one's own has mistakes.
        SessionError: The exercise cannot be written.
    """
    if page.exercise:
        folder = keep_exercise(dict(page.exercise), UserPaths.of_user().exercises)
    elif page.file is not None and (path := page.file.parent / page.sample).exists():
        source = find(path).path
        return apply_sets(load(source), page.sets, folder=source.parent)
    else:
        folder = sample_folder(page.sample)
    return apply_sets(load(folder / "experiment.toml"), page.sets, folder=folder)


def source_of(page: Page) -> str:
    """What a command takes to open the experiment of a page."""
    if page.exercise:
        return str(keep_exercise(dict(page.exercise), UserPaths.of_user().exercises))
    if page.file is not None and (path := page.file.parent / page.sample).exists():
        return str(path)
    return f"sample:{page.sample}"


def work_out(page: Page) -> tuple[CheckedNumber, ...]:
    """Compute every number of a page and compare it with the expected one.

    Raises:
        DataError: This installation lacks its sample.
        SessionError: A query of a page of one's own cannot be answered; the message names its line.
    """
    computed = CourseQueries(experiment_of(page))
    return tuple(_checked(page, check, computed) for check in page.checks)


def _checked(page: Page, check: Check, computed: CourseQueries) -> CheckedNumber:
    if page.file is None:
        return compared(check, computed.value(check.what, check.predicted, check.actual))
    try:
        return compared(check, computed.value(check.what, check.predicted, check.actual))
    except (TuiAnnError, LookupError, TypeError, ValueError) as error:
        why = f" {error.message}" if isinstance(error, TuiAnnError) else ""
        raise SessionError(
            f"{page.file.name}, line {check.line}: the query “{clean(check.what, 40)}” cannot be answered.{why}",
            remedy="A query is a word with what it asks for, such as trace dW1, setting training.loss or g sigmoid 0.",
            code="bad_query",
        ) from error


def given(page: Page) -> tuple[KnownNumber, ...]:
    """The quantities that a page takes as given.

    Raises:
        DataError: This installation lacks its sample.
    """
    computed = CourseQueries(experiment_of(page))
    return tuple(KnownNumber(spelled(symbol), computed.value(f"given {symbol}")) for symbol in page.given)


def verdict(lines: Sequence[CheckedNumber]) -> str:
    """How many numbers agree, and how many of them are settings."""
    right, settings = sum(line.holds for line in lines), sum(line.check.what.startswith("setting") for line in lines)
    words = f"all {right} agree" if right == len(lines) else f"{right} of {len(lines)} agree"
    return f"{words}, {settings} of them {'a setting' if settings == 1 else 'settings'}" if settings else words


def compared(check: Check, value: Value) -> CheckedNumber:
    """Compare a computed value with the expected one."""
    if isinstance(value, str):
        return CheckedNumber(check, check.expected, value, value == check.expected)
    expected = numbers(check.expected)
    got = _as_table(value)
    with np.errstate(all="ignore"):
        holds = expected.shape == got.shape and bool(
            np.all(np.abs(got - expected) <= check.tolerance * max(1e-3, float(np.abs(expected).max())))
        )
    return CheckedNumber(check, expected, got, holds)


def _as_table(value: Array) -> Array:
    """Rows and columns; a list becomes a column."""
    return value if value.ndim == 2 else value.reshape(-1, 1)


def numbers(text: str) -> Array:
    """Numbers (rows, columns) from the calculation that gives them."""
    return np.array(parse_entry(text).rows)


def told(value: Value) -> tuple[str, ...]:
    """A value as lines, one for each row of a matrix; a column takes one line."""
    if isinstance(value, str):
        return (LOSSES[value].title.lower() if value in LOSSES else value.replace("_", " "),)
    if value.size == 1:
        return (number(value[0, 0], DIGITS),)
    if value.shape[1] == 1:
        return (f"({', '.join(number(entry, DIGITS) for entry in value[:, 0])})",)
    texts = [[number(entry, DIGITS) for entry in row] for row in value]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return tuple(f"[{'  '.join(text.rjust(width) for text, width in zip(row, widths, strict=True))}]" for row in texts)


def in_line(value: Value) -> str:
    """A value in one line, as the parts of an update are listed: 0.5, (1, 2), [1 3; 2 1]; or a word."""
    if isinstance(value, str) or value.shape[1] == 1:
        return told(value)[0]
    return f"[{'; '.join(' '.join(number(entry, DIGITS) for entry in row) for row in value)}]"


def _plain(value: Value) -> Any:
    """A value for JSON: a word, a number or rows; numbers that are not finite are null."""
    if isinstance(value, str):
        return value
    rows = [[float(entry) if math.isfinite(entry) else None for entry in row] for row in value]
    return rows[0][0] if value.size == 1 else rows
