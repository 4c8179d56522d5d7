"""A value that a person sets as the goal of the runs, and when each run has reached it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.history import History
from tui_ann.session.compare.quantities import LOSS, VALIDATION, higher_is_better
from tui_ann.text import number


@dataclass(frozen=True)
class Goal:
    """A value to reach."""

    name: str
    """The loss or a metric by Keras' name, `val_…` for the validation part."""
    value: float
    """Reached by a value at least as good, by the metric's own direction."""

    @property
    def words(self) -> str:
        """The value with its relation: `≤ 0.1`, `≥ 0.95`."""
        return f"{'≥' if higher_is_better(self.name) else '≤'} {number(self.value, 6)}"


@dataclass(frozen=True)
class Reached:
    """When a run reached its goal."""

    epoch: int
    """The first epoch at whose end it had, of those that its history kept; the first is 1."""
    updates: int
    """Updates made by then."""
    seconds: float
    """Time spent training by then."""
    inherited: bool = False
    """Whether that was the run from which it was forked, before the fork."""


def reached(history: History, goal: Goal, forked: int = 0) -> Reached | None:
    """When a run first had a value as good as the goal at the end of an epoch; `None` if never.

    Args:
        history: Its history.
        goal: The value to reach.
        forked: The updates that it shares with the run from which it was forked.
    """
    epochs = history.epochs.view()
    values = epochs.column(goal.name)
    with np.errstate(invalid="ignore"):
        good = np.flatnonzero(values >= goal.value if higher_is_better(goal.name) else values <= goal.value)
    if not good.size:
        return None
    first = epochs[int(good[0])]
    return Reached(first.epoch, first.updates, first.seconds, inherited=first.updates <= forked)


def main_value(histories: Iterable[History]) -> str:
    """The value by which runs are compared unless a person chooses another: the validation loss, if all have it."""
    names = [history.names for history in histories if history.epochs]
    return VALIDATION + LOSS if names and all(VALIDATION + LOSS in each for each in names) else LOSS


def proposed_goal(groups: Iterable[Iterable[History]], name: str) -> Goal | None:
    """A round value that at least two rows of the table reach, or the only one; `None` if there are no values.

    Args:
        groups: The histories of the runs of each row; several runs have reached a value when all of them have.
        name: The loss or a metric.
    """
    higher = higher_is_better(name)
    bests = []
    for histories in groups:
        columns = [column[np.isfinite(column)] for column in (history.column(name) for history in histories)]
        reached = [float(column.max() if higher else column.min()) for column in columns if column.size]
        bests += [min(reached) if higher else max(reached)] if reached else []
    bests.sort(reverse=higher)
    if not bests:
        return None
    return Goal(name, _rounded(bests[min(1, len(bests) - 1)], up=not higher))


def _rounded(value: float, *, up: bool) -> float:
    """The next number of two digits that is not below (or not above) a value; 0 stays."""
    if value <= 0 or not math.isfinite(value):
        return value
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    count = value / step
    return float(f"{step * (math.ceil(count - 1e-9) if up else math.floor(count + 1e-9)):.6g}")
