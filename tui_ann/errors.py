"""Errors with a message for people: what is wrong, and what to do.

An exception has a message (what is wrong, and where), a remedy (what to do) and a code for scripts.  Each front end
catches `TuiAnnError` in one place and shows it; nothing below the front ends prints.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class TuiAnnError(Exception):
    """A request of the user cannot be done.

    Args:
        message: What is wrong and where, one or two plain sentences.
        remedy: What the user can do about it.
        code: A stable word for scripts, such as `empty_file`.
        details: Further lines, one finding each, for messages that gather several.
    """

    def __init__(self, message: str, *, remedy: str = "", code: str = "error", details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code
        self.details = tuple(details)

    def __str__(self) -> str:
        """Message, details and remedy as text for people."""
        head = " ".join(part for part in (self.message, "" if self.details else self.remedy) if part)
        tail = [f"  {detail}" for detail in self.details]
        return "\n".join([head, *tail, *([self.remedy] if self.details and self.remedy else [])])


class DataError(TuiAnnError):
    """A data file, or one of its columns, cannot be used."""


class EngineError(TuiAnnError):
    """A network, a loss or a training setting is not possible."""


class ModelError(TuiAnnError):
    """A file or text of another program has no network that can be taken over."""


class SessionError(TuiAnnError):
    """The session cannot do this now."""


@dataclass(frozen=True)
class Problem:
    """One mistake in an experiment: its place, what was found, what is allowed."""

    where: str
    """File, line or dotted key."""
    message: str
    """What is wrong."""
    remedy: str = ""
    """What to do."""

    def __str__(self) -> str:
        """The problem as one line."""
        return " ".join(part for part in (f"{self.where}: {self.message}", self.remedy) if part)


class ExperimentError(TuiAnnError):
    """An experiment file has mistakes; all of them are listed at once.

    Args:
        message: Which experiment, and how many mistakes.
        problems: The mistakes.
        remedy: What to do.
        code: A stable word for scripts.
    """

    def __init__(
        self, message: str, problems: Sequence[Problem], *, remedy: str = "", code: str = "bad_experiment"
    ) -> None:
        super().__init__(message, remedy=remedy, code=code, details=[str(problem) for problem in problems])
        self.problems = tuple(problems)
