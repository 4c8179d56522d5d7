"""Predict, then reveal: a practice session asks for the numbers of an update one by one and checks the answers.

A `Practice` is immutable: every answer returns the next one, and a screen only shows it.  The question is the next part
of the ledger: all of a small part, or one entry of a large part, chosen by the update.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from tui_ann.engine.expression import Number, Quantity
from tui_ann.engine.functions import Drawn, Given
from tui_ann.engine.inspect.answer_check import Verdict, entry_name, judge
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.session.step.operands import Operand, operands
from tui_ann.text import counted
from tui_ann.text.entry import EntryError, NumberEntry, parse_entry
from tui_ann.text.mistakes import name_of
from tui_ann.text.symbols import Symbol, spelled

MOST = 12
"""Maximum numbers per question; for a larger matrix one entry is asked."""
MOST_GIVEN = 26
"""Maximum numbers that an answer depends on; a part that needs more is shown, not asked."""


NumberRows = tuple[tuple[float, ...], ...]
"""An answer, row by row."""


class Outcome(StrEnum):
    """How a question ended."""

    RIGHT = "right"
    REVEALED = "revealed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Answered:
    """A finished question."""

    update: int
    symbol: Symbol
    outcome: Outcome
    tries: int
    """Number of answers, including the right one."""
    mistakes: tuple[str, ...]
    """Codes of the wrong ones; see `text.mistakes`."""
    hinted: bool = False
    """Whether a hint was shown before the last answer."""

    @property
    def at_first(self) -> bool:
        """Whether the first answer was right, without a hint."""
        return self.outcome is Outcome.RIGHT and self.tries == 1 and not self.hinted


@dataclass(frozen=True)
class Score:
    """The score of a practice."""

    at_first: int
    """Questions answered correctly on the first try."""
    right: int
    """Questions answered correctly in the end."""
    asked: int
    """Questions that were answered, also only wrong, or given up."""
    wrong: int
    """Wrong answers."""
    mistakes: tuple[tuple[str, int], ...]
    """Names and counts of the mistakes, the most frequent first."""

    @classmethod
    def of(cls, answered: Sequence[Answered], open_mistakes: Sequence[str] = ()) -> "Score":
        """The score of some questions.

        Args:
            answered: The finished ones.
            open_mistakes: Codes of the wrong answers to a question that is not finished.
        """
        codes = [*(code for each in answered for code in each.mistakes), *open_mistakes]
        names = Counter(map(name_of, codes))
        return cls(
            at_first=sum(each.at_first for each in answered),
            right=sum(each.outcome is Outcome.RIGHT for each in answered),
            asked=len(answered) + bool(open_mistakes),
            wrong=len(codes),
            mistakes=tuple(names.most_common()),
        )

    def __str__(self) -> str:
        """The score in words: 11 of 13 at the first try, 12 in the end, 3 wrong answers."""
        if not self.asked:
            return "nothing answered yet"
        later = f", {self.right} in the end" if self.right > self.at_first else ""
        wrong = f", {counted(self.wrong, 'wrong answer')}" if self.wrong else ""
        return f"{self.at_first} of {self.asked} at the first try{later}{wrong}"

    @property
    def mistakes_text(self) -> str:
        """The mistakes in words; empty if there were none."""
        return ", ".join(f"{name} {times}×" if times > 1 else name for name, times in self.mistakes)


@dataclass(frozen=True, eq=False)
class Practice:
    """The update being predicted, and all earlier answers."""

    network: Network
    trace: UpdateTrace
    index: int
    """Index of the part asked for; the number of parts when the update is finished."""
    tries: int = 0
    """Different answers given to this question."""
    mistakes: tuple[str, ...] = ()
    """Codes of the wrong ones."""
    wrong: tuple[NumberRows, ...] = ()
    """The wrong ones, so that the same one entered again does not count twice."""
    hinted: bool = False
    """Whether a hint was shown."""
    answered: tuple[Answered, ...] = ()
    """Finished questions, including those of earlier updates."""

    @classmethod
    def begin(
        cls, network: Network, trace: UpdateTrace, done: int = 0, answered: tuple[Answered, ...] = ()
    ) -> "Practice":
        """Begin with an update.

        Args:
            network: The network.
            trace: The update.
            done: Number of parts already known.
            answered: Questions answered so far.
        """
        return cls(network, trace, _next(trace, done), answered=answered)

    @property
    def part(self) -> Part | None:
        """The part asked for; None when the update is finished."""
        return self.trace.parts[self.index] if self.index < len(self.trace.parts) else None

    @property
    def entry(self) -> tuple[int, int] | None:
        """Row and column of the one entry asked for, counted from 0; None for the whole part."""
        return entry_of(self.trace, self.index) if self.part is not None else None

    @property
    def operands(self) -> list[Operand]:
        """The operands that the answer depends on."""
        return operands(self.trace, self.index, self.entry) if self.part is not None else []

    @property
    def whole(self) -> tuple[int, int]:
        """Rows and columns of the part; for a batch of Jacobians, of the first."""
        return (0, 0) if self.part is None else _table(self.part)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the answer."""
        return self.whole if self.entry is None else (1, 1)

    @property
    def symbol(self) -> str:
        """The quantity asked for: ∂L/∂W¹, or ∂L/∂W¹₂₃ for one entry."""
        if self.part is None:
            return ""
        if self.entry is None:
            return spelled(self.part.symbol) + (", first example" if self.part.value.ndim == 3 else "")
        return entry_name(
            self.part.symbol, self.entry, self.whole, matrix=self.part.value.ndim == 3, examples=self.trace.examples
        )

    def read(self, text: str) -> NumberEntry:
        """Parse what was typed as numbers.

        Raises:
            EntryError: It cannot be read, or has more or fewer numbers than asked for.
        """
        entry = _entered(text, self.shape)
        (rows, columns), (given_rows, given_columns) = self.shape, entry.shape
        column_for_row = rows == 1 < columns == given_rows
        same_size = rows * columns == given_rows * given_columns and (1 in self.shape) == (1 in entry.shape)
        if same_size and not column_for_row:
            return entry
        if 1 in self.shape:
            wanted = _numbers(rows * columns)
            too_few = given_rows * given_columns < rows * columns
            remedy = "Put blanks between them." if too_few else f"Check which quantity is asked for: {self.symbol}."
            found = str(given_rows * given_columns) if 1 in entry.shape else f"{given_rows} × {given_columns}"
            if column_for_row:
                wanted, found = f"one row of {wanted}", "a column"
        else:
            wanted, remedy = f"{rows} rows of {_numbers(columns)}", "Separate the rows with ;."
            found = f"{given_rows} × {given_columns}"
        raise EntryError(f"{self.symbol} is {wanted}, you gave {found}.", remedy=remedy, code="bad_shape")

    def answer(self, text: str, *, decimals: int = 4) -> tuple["Practice", Verdict]:
        """Check an answer; a right one leads to the next question.

        Args:
            text: What was typed.
            decimals: Number of decimals asked for.

        Raises:
            EntryError: It cannot be read or has another size; this does not count as a try.
        """
        part = self.part
        assert part is not None, "nothing is asked"
        rows = self.read(text).rows
        verdict = judge(self.network, self.trace, part, rows, decimals=decimals, only=self.entry)
        tries = self.tries + 1
        if verdict.right:
            return replace(self, tries=tries)._over(Outcome.RIGHT), verdict
        given = (tuple(value for row in rows for value in row),) if 1 in self.shape else rows
        if given in self.wrong:
            return self, verdict
        codes, wrong = (*self.mistakes, verdict.code), (*self.wrong, given)
        return replace(self, tries=tries, mistakes=codes, wrong=wrong), verdict

    def with_hint(self) -> "Practice":
        """The same question after a hint: a right answer is no longer one at the first try."""
        return replace(self, hinted=True)

    def give_up(self, outcome: Outcome = Outcome.REVEALED) -> "Practice":
        """Go on to the next question without an answer."""
        return self._over(outcome)

    def _over(self, outcome: Outcome) -> "Practice":
        part = self.part
        assert part is not None, "nothing is asked"
        ended = Answered(self.trace.update, part.symbol, outcome, self.tries, self.mistakes, self.hinted)
        index = _next(self.trace, self.index + 1)
        answered = (*self.answered, ended)
        return replace(self, index=index, tries=0, mistakes=(), wrong=(), hinted=False, answered=answered)

    @property
    def score(self) -> Score:
        """The score so far; the open question counts as soon as it was answered wrong."""
        return Score.of(self.answered, self.mistakes)

    @property
    def score_of_update(self) -> Score:
        """The score of this update."""
        return Score.of([each for each in self.answered if each.update == self.trace.update])


def entry_of(trace: UpdateTrace, index: int) -> tuple[int, int] | None:
    """The entry of a large part to ask for; None for the whole part."""
    rows, columns = _table(trace.parts[index])
    if rows * columns <= MOST and _size(trace, index, None) <= MOST_GIVEN:
        return None
    rng = np.random.default_rng([trace.update, index])
    return int(rng.integers(rows)), int(rng.integers(columns))


def is_asked(trace: UpdateTrace, index: int) -> bool:
    """Whether a part can be computed with pencil and paper, and is not given, 1 or a copy."""
    part = trace.parts[index]
    # Given or random values; trivial formulas, such as the slope of g(z) = z; sums over all weights.
    if isinstance(part.expression, Given | Drawn | Number | Quantity) or part.symbol == Symbol("R"):
        return False
    if not np.isfinite(part.value).all():
        return False
    return _size(trace, index, entry_of(trace, index)) <= MOST_GIVEN


def _entered(text: str, shape: tuple[int, int]) -> NumberEntry:
    """Parse what was typed; several numbers are read as several even if one is asked for."""
    try:
        return parse_entry(text, shape)
    except EntryError:
        if shape != (1, 1):
            raise
        try:
            return parse_entry(text)
        except EntryError:
            pass
        raise


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _table(part: Part) -> tuple[int, int]:
    shape = part.value.shape[-2:] if part.value.ndim > 1 else (part.value.size, 1)
    return int(shape[0]), int(shape[1])


def _size(trace: UpdateTrace, index: int, entry: tuple[int, int] | None) -> int:
    """How many numbers a part, or an entry of it, depends on."""
    return sum(given.value.size for given in operands(trace, index, entry))


def _next(trace: UpdateTrace, done: int) -> int:
    """The first part from here on that can be asked."""
    return next((i for i in range(done, len(trace.parts)) if is_asked(trace, i)), len(trace.parts))
