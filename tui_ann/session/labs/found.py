"""What came of the arms of a lab: figures of each run, and their mean and spread over the runs of an arm."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.session.sweep.record import FAILED, SweepRun

FIRST_EPOCHS = 5
"""Epochs over which the norms of gradients are averaged: how a network begins to learn."""


@dataclass(frozen=True, eq=False)
class RunFound:
    """One run."""

    run: SweepRun
    """Its status, its figures and its folder."""
    numbers: Array
    """The epochs (epochs,), the first is 1; of a run of very many those that its history kept."""
    loss: Array
    """The training loss of each epoch (epochs,), penalties included."""
    updates: Array
    """Updates done at the end of each epoch (epochs,)."""
    seconds: Array
    """Seconds of training at the end of each epoch (epochs,)."""
    norms: Mapping[str, float]
    """‖∂L/∂W‖ of each dense layer, averaged over the first epochs; NaN if not known."""
    penalty: float = 0.0
    """What L1 and L2 add to its losses at the end."""

    @classmethod
    def of(cls, run: SweepRun, epochs: EpochRecords, penalty: float | None) -> "RunFound":
        """The figures of a run.

        Args:
            run: Its record.
            epochs: Its history.
            penalty: What L1 and L2 add to its losses at the end.
        """
        names = epochs[0].gradient_norms if epochs else {}
        weights = [name for name in names if name[:1] == "W" and name[1:].isdecimal()]
        norms = {name: float(np.mean(epochs.norm(name)[:FIRST_EPOCHS])) for name in weights}
        columns = epochs.field("epoch"), epochs.column("loss"), epochs.ends, epochs.field("seconds")
        return cls(run, *columns, norms, penalty or 0.0)

    @property
    def diverged(self) -> bool:
        """Whether its loss was no longer a finite number."""
        return self.run.status == Status.DIVERGED

    def figure(self, part: str, name: str) -> float:
        """A figure of a part of the rows, of the parameters kept, losses without penalties; NaN if there is none."""
        value = self.run.metrics.get(part, {}).get(name)
        if value is None:
            return math.nan
        return value - self.penalty if name == "loss" else value

    def reached(self, goal: float) -> int | None:
        """The first epoch, counted from 1, whose loss is not above a value; `None` if there is none."""
        below = np.flatnonzero(self.loss <= goal)
        return int(self.numbers[below[0]]) if below.size else None

    @property
    def vanishing(self) -> float:
        """‖∂L/∂W¹‖ as a share of that in the last layer, over the first epochs."""
        norms = list(self.norms.values())
        return norms[0] / norms[-1] if norms and norms[-1] > 0 else math.nan


class ArmSpread(NamedTuple):
    """The mean and the standard deviation of a figure over runs."""

    n: int
    """Runs with a finite value."""
    mean: float
    """The mean; NaN without values."""
    std: float
    """The standard deviation (n − 1); NaN for fewer than two values."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "ArmSpread":
        """That of values; those that are not finite are left out."""
        finite = [value for value in values if math.isfinite(value)]
        mean = math.fsum(finite) / len(finite) if finite else math.nan
        std = math.nan
        if len(finite) > 1 and len(set(finite)) == 1:
            mean, std = finite[0], 0.0  # without the rounding of a sum
        elif len(finite) > 1:
            std = math.sqrt(math.fsum((value - mean) ** 2 for value in finite) / (len(finite) - 1))
        return cls(len(finite), mean, std)

    def apart(self, other: "ArmSpread") -> bool:
        """Whether the intervals mean ± standard deviation do not overlap; not known of single runs."""
        return abs(self.mean - other.mean) > self.std + other.std


@dataclass(frozen=True, eq=False)
class ArmFound:
    """One arm with its runs that have ended."""

    name: str
    """What it is called."""
    changes: Mapping[str, str]
    """Its values by their keys."""
    group: str
    """The curve it belongs to."""
    place: float | None
    """Its place on the horizontal axis."""
    runs: Sequence[RunFound]
    """Its runs that have a history."""
    reason: str = ""
    """Why its first run failed."""

    @property
    def diverged(self) -> bool:
        """Whether one of its runs diverged."""
        return any(run.diverged for run in self.runs)

    @property
    def usable(self) -> list[RunFound]:
        """Its runs that ended by themselves with a result."""
        return [run for run in self.runs if run.run.ended and run.run.status not in (FAILED, Status.DIVERGED)]

    def spread(self, measure: str) -> ArmSpread:
        """A measure over its runs, of `MEASURES`."""
        return ArmSpread.of([MEASURES[measure](run) for run in self.usable])

    def mean(self, measure: str) -> float:
        """The mean of a measure."""
        return self.spread(measure).mean

    def over(self, value: Callable[[RunFound], float]) -> ArmSpread:
        """Any figure over its runs."""
        return ArmSpread.of([value(run) for run in self.usable])


def _per_epoch(run: RunFound) -> float:
    """Milliseconds an epoch, without the first, which prepares."""
    if len(run.seconds) > 1:
        return 1e3 * float(run.seconds[-1] - run.seconds[0]) / float(run.numbers[-1] - run.numbers[0])
    return 1e3 * float(run.seconds[0]) if len(run.seconds) else math.nan


def _per_update(run: RunFound) -> float:
    return 1e3 * _per_epoch(run) / (float(run.updates[-1] / run.numbers[-1])) if len(run.updates) else math.nan


MEASURES: Mapping[str, Callable[[RunFound], float]] = {
    "final loss": lambda run: float(run.loss[-1]) if len(run.loss) else math.nan,
    "best loss": lambda run: float(np.nanmin(run.loss)) if np.isfinite(run.loss).any() else math.nan,
    "loss": lambda run: run.figure("train", "loss"),
    "val_loss": lambda run: run.figure("validation", "loss"),
    "test_loss": lambda run: run.figure("test", "loss"),
    "accuracy": lambda run: run.figure("train", "accuracy"),
    "val_accuracy": lambda run: run.figure("validation", "accuracy"),
    "test_accuracy": lambda run: run.figure("test", "accuracy"),
    "r2": lambda run: run.figure("train", "r2"),
    "val_r2": lambda run: run.figure("validation", "r2"),
    "test_r2": lambda run: run.figure("test", "r2"),
    "epochs": lambda run: float(run.run.epochs),
    "updates": lambda run: float(run.run.updates),
    "seconds": lambda run: run.run.seconds,
    "ms/epoch": _per_epoch,
    "µs/update": _per_update,
    "‖∂W¹‖/‖∂Wᴸ‖": lambda run: run.vanishing,
}
"""Figures of a run by their names: losses are without penalties, except those of an epoch."""

TIMES = ("seconds", "ms/epoch", "µs/update")
"""Those that are times."""

PREFIX = {"train": "", "validation": "val_", "test": "test_"}
"""What names of figures begin with, by the part of the rows."""
