"""The content of `sweep.json`: the plan, each trial with its runs, and what they say of it.

`sweep.json` is written at the start, about every second and at the end.  Its `schema` is 1; a reader must accept names
that it does not know.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from tui_ann.engine.stopping import Status

Search = Literal["grid", "random", "halving", "points"]
"""How values are chosen; `points` were listed one by one."""

SCHEMA = 1
"""The version of the format that is written and read."""
FAILED = "failed"
"""The status of a run that could not be trained to an end, beside those of `Status`."""


class SweepRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a trial."""

    folder: str
    """The name of its run folder in that of the sweep; there is none if it failed."""
    repeat: int = 1
    """Which repetition, from 1: its seeds are those of the experiment plus the number of repetitions before."""
    fold: int | None = None
    """The fold that validates, from 1; null without cross-validation."""
    status: str = ""
    """That of its `run.json`, or failed; empty if it has not ended."""
    reason: str = ""
    """Why it ended."""
    epochs: int = 0
    """Epochs completed."""
    updates: int = 0
    """Updates made."""
    seconds: float = 0.0
    """Time spent training."""
    value: float | None = None
    """What trials are compared by, a loss without its penalties; null if there is none."""
    metrics: dict[str, dict[str, float | None]] = {}
    """For train, validation and test: the loss (with penalties), then each metric, of the parameters kept."""
    penalty: float | None = None
    """What each loss of these has of L1 and L2 penalties; null if nothing, or not finite."""
    rungs: dict[str, float | None] = {}
    """The metric at the earlier stages of successive halving, by their epochs."""

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self.status not in ("", Status.INTERRUPTED)

    @property
    def useful(self) -> bool:
        """Whether it has a result to compare."""
        return self.ended and self.status not in (FAILED, Status.DIVERGED) and self.value is not None


class SweepTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One choice of values and what came of it."""

    trial: int
    """Its number, from 1."""
    changes: dict[str, Any]
    """The value of each varied setting by its key."""
    name: str = ""
    """What it is called, if it was given a name."""
    status: str
    """`done`, `stopped` (by successive halving), `diverged`, `failed`, `interrupted` or `waiting`."""
    n: int = 0
    """Runs with a value."""
    mean: float | None = None
    """The mean of their values."""
    std: float | None = None
    """Their standard deviation (n − 1); null for fewer than two."""
    epochs: int = 0
    """Epochs of its longest run."""
    seconds: float = 0.0
    """Time spent training its runs."""
    reason: str = ""
    """Why its first run that has no value ended."""
    not_told_apart: bool = False
    """Whether its interval, mean ± standard deviation, overlaps that of the best trial."""
    runs: list[SweepRun] = []
    """Its runs."""


class SweepRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `sweep.json`."""

    schema: int = SCHEMA
    """Version of this format."""
    experiment: str
    """The name of the experiment; what every trial begins from is in `base.toml`."""
    settings: dict[str, str]
    """The values of each varied setting by its key, as they were written."""
    search: Search
    """`grid`, `random`, `halving` or `points`."""
    seed: int
    """The seed of a random choice."""
    repeats: int
    """Runs of each trial, or of each of its folds."""
    folds: int | None
    """Folds of cross-validation."""
    metric: str
    """What trials are compared by, measured with the parameters that a run kept; a loss without its penalties."""
    direction: str
    """`min` or `max`."""
    rungs: list[tuple[int, int]]
    """Trials and epochs of each stage of the search."""
    status: str
    """`completed`, `interrupted`, or `running`."""
    trials: list[SweepTrial]
    """Every trial."""
    best: int | None = None
    """The number of the best trial."""
    best_folder: str = ""
    """The folder of its best run."""
    seconds: float = 0.0
    """Time spent in all, waiting included."""
    versions: dict[str, str] = {}
    """Of the program, Python and NumPy."""
    sha256: str | None = None
    """Of the data file."""

    @property
    def penalised(self) -> bool:
        """Whether trials are compared by a loss, and that of a run has penalties that were left out."""
        runs = (run for trial in self.trials for run in trial.runs)
        return self.metric.removeprefix("val_") == "loss" and any(run.penalty for run in runs)

    @property
    def ranked(self) -> list[SweepTrial]:
        """Trials with a mean, the best first; those that halving stopped come after those it kept."""
        sign = -1.0 if self.direction == "max" else 1.0
        rank = {"done": 0, "stopped": 1}
        found = [trial for trial in self.trials if trial.mean is not None and trial.status in rank]
        last = {trial.trial: -trial.epochs if trial.status == "stopped" else 0 for trial in found}
        return sorted(found, key=lambda each: (rank[each.status], last[each.trial], sign * (each.mean or 0.0)))

    @property
    def others(self) -> list[SweepTrial]:
        """The other trials: failed, diverged, interrupted or waiting."""
        known = {trial.trial for trial in self.ranked}
        return [trial for trial in self.trials if trial.trial not in known]


def judged(
    trial: int, changes: dict[str, Any], runs: Sequence[SweepRun], epochs: int, *, over: bool, name: str = ""
) -> SweepTrial:
    """A trial with the mean and the spread of its runs.

    Args:
        trial: Its number.
        changes: Its values.
        runs: All of its runs.
        epochs: The epochs of the last stage of the search.
        over: Whether the search is over, so that a trial with fewer epochs was stopped.
        name: What it is called.
    """
    values = [run.value for run in runs if run.useful and run.value is not None]
    mean = math.fsum(values) / len(values) if values else None
    std = None
    if mean is not None and len(values) > 1:
        std = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    return SweepTrial(
        trial=trial,
        changes=changes,
        name=name,
        status=_status(runs, epochs, over=over),
        n=len(values),
        mean=mean,
        std=std,
        epochs=max((run.epochs for run in runs), default=0),
        seconds=math.fsum(run.seconds for run in runs),
        reason=next((run.reason for run in runs if run.status and not run.useful), ""),
        runs=list(runs),
    )


def _status(runs: Sequence[SweepRun], epochs: int, *, over: bool) -> str:
    """What became of a trial, the worst of its runs first."""
    statuses = {run.status for run in runs}
    for status in (FAILED, Status.DIVERGED, Status.INTERRUPTED):
        if status in statuses:
            return str(status)
    if "" in statuses:
        return "waiting"
    if any(run.status == Status.COMPLETED and run.epochs < epochs for run in runs):
        return "stopped" if over else "waiting"
    return "done"


def overlap(one: SweepTrial, other: SweepTrial) -> bool:
    """Whether the intervals mean ± standard deviation of two trials overlap; not known of single runs."""
    if one.mean is None or other.mean is None or one.std is None or other.std is None:
        return False
    return abs(one.mean - other.mean) <= one.std + other.std


def compared(record: SweepRecord) -> SweepRecord:
    """The record with its best trial, its best run, and the trials that cannot be told apart from it."""
    ranked = record.ranked
    if not ranked or ranked[0].status != "done":
        return msgspec.structs.replace(record, best=None, best_folder="")
    best = ranked[0]
    choose = max if record.direction == "max" else min
    run = choose((run for run in best.runs if run.value is not None), key=lambda run: run.value or 0.0)
    trials = [
        msgspec.structs.replace(trial, not_told_apart=trial.trial != best.trial and overlap(best, trial))
        if trial.status == "done"
        else trial
        for trial in record.trials
    ]
    return msgspec.structs.replace(record, trials=trials, best=best.trial, best_folder=run.folder)
