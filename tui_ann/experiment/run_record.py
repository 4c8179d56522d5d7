"""The content of `run.json`: how a run ended, and its result."""

import json
import re
import shlex
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

STATUSES = ("completed", "converged", "early_stopped", "diverged", "interrupted")
"""How a run can end, or `interrupted` as long as it has not."""
_MOST = 2**53
"""No run has that many of anything."""


class Trouble(StrEnum):
    """What can be wrong with the result of a run that ended."""

    DIVERGED = "diverged"
    """The loss was no longer a finite number."""
    DEAD = "dead"
    """The network gives the same answer for every row."""
    WORSE = "worse"
    """The loss is larger than at the start."""


class Baseline(msgspec.Struct, frozen=True):
    """A simple predictor, measured on the same parts as the network."""

    what: str
    """What it answers, in words: always “no”, always the mean, a linear model."""
    metrics: dict[str, dict[str, float | None]]
    """For each part the loss, then each metric; null if not finite."""
    note: str = ""
    """How it was fitted, if not to all training rows."""


class EndVerdict(msgspec.Struct, frozen=True):
    """What is wrong with the result of a run."""

    trouble: Trouble
    """What is wrong."""
    text: str
    """The same in a sentence, without capital letter and full stop."""
    smaller_steps: bool = True
    """Whether a smaller learning rate from the same start helps; otherwise other start values do."""


class RemedyRecord(msgspec.Struct, frozen=True):
    """What can be done about a finding."""

    id: str
    """A stable word."""
    title: str
    """What it does."""
    why: str
    """Why that helps."""
    sets: dict[str, Any]
    """The settings that it changes, by their dotted keys, with their new values."""

    @property
    def options(self) -> str:
        """The same as options of a command, quoted for a shell."""
        texts = (f"{key}={_option_value(value)}" for key, value in self.sets.items())
        return " ".join(f"--set {shlex.quote(text)}" for text in texts)

    @property
    def advice(self) -> str:
        """What to do, with the options that do it."""
        return f"Try {self.title}: {self.options}" if self.options else f"Try {self.title}"


class FindingRecord(msgspec.Struct, frozen=True):
    """What the doctor found."""

    id: str
    """The rule that found it, a stable word."""
    severity: str
    """note, warning or fault."""
    title: str
    """Its name."""
    text: str
    """What was found, with its numbers."""
    why: str
    """Why it is so."""
    numbers: dict[str, float | None] = {}
    """The evidence by name; null if not finite."""
    layers: list[int] = []
    """The dense layers concerned, counted from 1."""
    remedies: list[RemedyRecord] = []
    """What can be done, the most promising first."""

    @property
    def line(self) -> str:
        """What was found, and the first remedy."""
        return f"{self.text} {self.remedies[0].advice}." if self.remedies else self.text


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `run.json`: how a run ended and its results."""

    status: str
    """One of `STATUSES`."""
    stop_reason: str
    """Why it ended, in one sentence."""
    epochs: int = 0
    """Epochs completed."""
    updates: int = 0
    """Updates done."""
    best_epoch: int | None = None
    """The epoch with the best monitored value."""
    metrics: dict[str, dict[str, float | None]] = {}
    """For train, validation and test: the loss, then each metric, of the parameters kept; null if not finite."""
    penalty: float | None = None
    """What each loss of these has of L1 and L2 penalties; null if nothing, or not finite."""
    kept: str = ""
    """Which parameters these are: `epoch 37, the best`."""
    baseline: dict[str, Baseline] = {}
    """The same figures of simple predictors: `constant` (the commonest class or the mean) and `linear`."""
    verdict: EndVerdict | None = None
    """What is wrong with the result, if anything."""
    findings: list[FindingRecord] = []
    """What the doctor found at the end, the worst first."""
    seconds: float = 0.0
    """Time spent training, without pauses."""
    versions: dict[str, str] = {}
    """Of the program, Python and NumPy."""
    kernel: str = "numpy"
    """What ran its updates, `c` or `numpy`: only the same one repeats its numbers.

    Runs of earlier versions name none, and used NumPy; it is empty if another program trained the run.
    """
    sha256: str | None = None
    """Of the data file."""
    watched: str = ""
    """The other program that trained it, such as Keras; empty if this one did."""
    forked: int = 0
    """The first updates, which it shares with the run from which it was forked; 0 if it was not."""

    def __post_init__(self) -> None:
        """Refuse what no run has.

        Raises:
            ValueError: The status is unknown, a counter is below 0, or the best epoch is none of the epochs.
        """
        if self.status not in STATUSES:
            raise ValueError(f"status = {self.status!r} is none of {', '.join(STATUSES)}")
        for name in ("epochs", "updates", "seconds", "forked"):
            if not 0 <= getattr(self, name) < _MOST:
                raise ValueError(f"{name} = {getattr(self, name):g} is no number of them")
        if self.best_epoch is not None and not 1 <= self.best_epoch <= self.epochs:
            raise ValueError(f"best_epoch = {self.best_epoch} is none of {self.epochs} epochs")


def _option_value(value: Any) -> str:
    """A value as `--set` reads it: a number or word as it is, lists and tables in TOML."""
    if value is None:
        return ""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z_]\w*|", value):
        return value
    return _toml(value)


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.12g}"
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{key}={_toml(each)}' for key, each in value.items() if each is not None)}}}"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return str(value)
