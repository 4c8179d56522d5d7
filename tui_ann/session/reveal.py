"""Predict, then reveal: the numbers of an update are asked for one after the other, judged, and counted.

A `Practice` never changes: every answer makes the next one, so that a screen only shows it.  What is asked is the next
part of the ledger; small ones are asked whole, of large ones a single entry that the update decides.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from tui_ann.engine.mistakes import Verdict, judge
from tui_ann.engine.network import Network
from tui_ann.engine.trace import Part, UpdateTrace
from tui_ann.text.entry import Entry, parse_entry
from tui_ann.text.mistakes import name_of
from tui_ann.text.symbols import spelled

MOST = 12
"""Numbers that are asked for at once; of a larger matrix one entry is asked."""
_GIVEN = ("x", "y")
_DRAWN = "r"


class Outcome(StrEnum):
    """How a question ended."""

    RIGHT = "right"
    REVEALED = "revealed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Answered:
    """A question that is over."""

    update: int
    symbol: str
    outcome: Outcome
    tries: int
    """Answers given, the right one included."""
    mistakes: tuple[str, ...]
    """Codes of the wrong ones; see `text.mistakes`."""

    @property
    def at_first(self) -> bool:
        """Whether the first answer was right."""
        return self.outcome is Outcome.RIGHT and self.tries == 1


@dataclass(frozen=True)
class Score:
    """What a practice has come to."""

    at_first: int
    """Questions answered rightly at the first try."""
    right: int
    """Questions answered rightly in the end."""
    asked: int
    mistakes: tuple[tuple[str, int], ...]
    """Names of the mistakes and how often each was made, the commonest first."""

    @classmethod
    def of(cls, answered: Sequence[Answered]) -> "Score":
        """The score of some questions."""
        counted = Counter(name_of(code) for each in answered for code in each.mistakes)
        return cls(
            at_first=sum(each.at_first for each in answered),
            right=sum(each.outcome is Outcome.RIGHT for each in answered),
            asked=len(answered),
            mistakes=tuple(counted.most_common()),
        )

    def __str__(self) -> str:
        """The score in words: 11 of 13 at first try, 12 in the end."""
        if not self.asked:
            return "nothing answered yet"
        later = f", {self.right} in the end" if self.right > self.at_first else ""
        return f"{self.at_first} of {self.asked} at first try{later}"

    @property
    def mistakes_text(self) -> str:
        """The mistakes in words; nothing where there were none."""
        return ", ".join(f"{name} {times}×" if times > 1 else name for name, times in self.mistakes)


@dataclass(frozen=True, eq=False)
class Practice:
    """One update being predicted, and everything that was answered before."""

    network: Network
    trace: UpdateTrace
    index: int
    """Index of the part that is asked for; the number of parts where the update is over."""
    tries: int = 0
    """Answers given to this question."""
    mistakes: tuple[str, ...] = ()
    """Codes of the wrong ones."""
    answered: tuple[Answered, ...] = ()
    """Questions that are over, those of earlier updates included."""

    @classmethod
    def begin(
        cls, network: Network, trace: UpdateTrace, done: int = 0, answered: tuple[Answered, ...] = ()
    ) -> "Practice":
        """Begin with an update.

        Args:
            network: The network.
            trace: The update.
            done: Parts that are known already.
            answered: Questions of the practice so far.
        """
        return cls(network, trace, _next(trace, done), answered=answered)

    @property
    def part(self) -> Part | None:
        """The part that is asked for; None where the update is over."""
        return self.trace.parts[self.index] if self.index < len(self.trace.parts) else None

    @property
    def entry(self) -> tuple[int, int] | None:
        """Row and column of the only entry that is asked for, counted from 0; None for the whole part."""
        rows, columns = self.whole
        if rows * columns <= MOST:
            return None
        rng = np.random.default_rng([self.trace.update, self.index])
        return int(rng.integers(rows)), int(rng.integers(columns))

    @property
    def whole(self) -> tuple[int, int]:
        """Rows and columns of the part; of a batch of Jacobians those of the first."""
        part = self.part
        if part is None:
            return 0, 0
        shape = part.value.shape[-2:] if part.value.ndim > 1 else (part.value.size, 1)
        return int(shape[0]), int(shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the answer."""
        return self.whole if self.entry is None else (1, 1)

    @property
    def symbol(self) -> str:
        """What is asked for: ∂L/∂W¹, or ∂L/∂W¹₂₃ where it is one entry."""
        if self.part is None:
            return ""
        if self.entry is None:
            return spelled(self.part.symbol) + (", first example" if self.part.value.ndim == 3 else "")
        row, column = self.entry
        index = (row + 1,) if self.whole[1] == 1 else (row + 1, column + 1)
        return spelled(self.part.symbol, index=index)

    def read(self, text: str) -> Entry:
        """What was typed, as numbers.

        Raises:
            EntryError: It cannot be read.
        """
        return parse_entry(text, self.shape)

    def answer(self, text: str, *, decimals: int = 4) -> tuple["Practice", Verdict]:
        """Judge an answer; a right one leads on to the next question.

        Args:
            text: What was typed.
            decimals: Decimals that are asked for.

        Raises:
            EntryError: It cannot be read; that is no try.
        """
        part = self.part
        assert part is not None, "nothing is asked"
        rows = self.read(text).rows
        verdict = judge(self.network, self.trace, part, rows, decimals=decimals, only=self.entry)
        tries = self.tries + 1
        if verdict.right:
            return replace(self, tries=tries)._over(Outcome.RIGHT), verdict
        return replace(self, tries=tries, mistakes=(*self.mistakes, verdict.code)), verdict

    def give_up(self, outcome: Outcome = Outcome.REVEALED) -> "Practice":
        """Go on to the next question without an answer."""
        return self._over(outcome)

    def _over(self, outcome: Outcome) -> "Practice":
        part = self.part
        assert part is not None, "nothing is asked"
        ended = Answered(self.trace.update, part.symbol, outcome, self.tries, self.mistakes)
        index = _next(self.trace, self.index + 1)
        return replace(self, index=index, tries=0, mistakes=(), answered=(*self.answered, ended))

    @property
    def score(self) -> Score:
        """Everything so far."""
        return Score.of(self.answered)

    @property
    def score_of_update(self) -> Score:
        """This update so far."""
        return Score.of([each for each in self.answered if each.update == self.trace.update])


def is_asked(part: Part) -> bool:
    """Whether a part can be worked out: neither given, nor drawn by chance, nor a mere 1."""
    drawn = part.symbol.startswith(_DRAWN) and part.symbol[1:].isdecimal()
    return part.symbol not in _GIVEN and not drawn and part.formula != "1" and bool(np.isfinite(part.value).all())


def _next(trace: UpdateTrace, done: int) -> int:
    """The first part from here on that is asked."""
    return next((i for i in range(done, len(trace.parts)) if is_asked(trace.parts[i])), len(trace.parts))
