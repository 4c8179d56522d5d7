"""Two classes at every threshold: ROC, precision and recall, lift; and whether a probability means what it says."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ThresholdSweep:
    """How many rows are taken for class 1 at each threshold; class 1 is predicted where the score is at least that.

    There is a point for each distinct score, after one at infinity, where none is predicted.  Every array is
    (thresholds,); a rate is nan where it would divide by 0.
    """

    threshold: Floats
    """The thresholds, falling from infinity to the lowest score."""
    true_positives: Counts
    """Rows of class 1 that are predicted as 1."""
    false_positives: Counts
    """Rows of class 0 that are predicted as 1."""

    @classmethod
    def of(cls, y: NDArray[Any], score: NDArray[Any]) -> Self:
        """Count at every threshold.

        Args:
            y: 0 or 1 for each row (n,), n ≥ 1.
            score: Higher for rows that are more likely class 1 (n,), finite.
        """
        falling = np.argsort(-score, kind="stable")
        sorted_score = np.asarray(score, np.float64)[falling]
        last_of_its_value = np.append(np.flatnonzero(np.diff(sorted_score)), len(sorted_score) - 1)
        found = np.cumsum(np.asarray(y)[falling] > 0.5, dtype=np.int64)[last_of_its_value]
        return cls(
            np.append(np.inf, sorted_score[last_of_its_value]),
            np.append(0, found),
            np.append(0, 1 + last_of_its_value - found),
        )

    @property
    def positives(self) -> int:
        """Rows of class 1."""
        return int(self.true_positives[-1])

    @property
    def negatives(self) -> int:
        """Rows of class 0."""
        return int(self.false_positives[-1])

    @property
    def false_negatives(self) -> Counts:
        """Rows of class 1 that are predicted as 0: misses."""
        return self.positives - self.true_positives

    @cached_property
    def true_positive_rate(self) -> Floats:
        """Share of class 1 that is predicted as 1: the recall."""
        return _share(self.true_positives, self.positives)

    @cached_property
    def false_positive_rate(self) -> Floats:
        """Share of class 0 that is predicted as 1."""
        return _share(self.false_positives, self.negatives)

    @cached_property
    def precision(self) -> Floats:
        """Share of the rows predicted as 1 that are of class 1; nan where none is predicted."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @cached_property
    def taken(self) -> Floats:
        """Share of all rows that are predicted as 1."""
        return _share(self.true_positives + self.false_positives, self.positives + self.negatives)

    @cached_property
    def lift(self) -> Floats:
        """How many times as many rows of class 1 are among those predicted as 1 as among as many taken by chance."""
        with np.errstate(all="ignore"):
            return np.asarray(self.precision / np.divide(self.positives, self.positives + self.negatives), np.float64)

    @cached_property
    def average_precision(self) -> float:
        """The mean precision over the rows of class 1: Σ precision · rise of the recall."""
        if not self.positives:
            return float("nan")
        return float((self.precision[1:] * np.diff(self.true_positive_rate)).sum())

    def place(self, threshold: float) -> int:
        """The point that any threshold has: that of the lowest score it takes for class 1."""
        return int(np.searchsorted(-self.threshold, -threshold, side="right")) - 1

    def cost(self, miss: float, alarm: float) -> Floats:
        """The cost of all mistakes at each threshold.

        Args:
            miss: What a row of class 1 costs that is predicted as 0.
            alarm: What a row of class 0 costs that is predicted as 1.
        """
        return np.asarray(miss * self.false_negatives + alarm * self.false_positives, np.float64)

    def cheapest(self, miss: float, alarm: float) -> float:
        """The threshold from 0 to 1 with the least cost: ½ if nothing is cheaper, else of several that nearest to ½.

        All thresholds above a score and up to the next one decide alike: the middle of these is taken, in as few digits
        as tell it from them.

        Args:
            miss: As for `cost`.
            alarm: As for `cost`.
        """
        highest = np.minimum(self.threshold, 1.0)
        lowest = np.append(self.threshold[1:], -np.inf).clip(0.0)  # the next score, which a threshold must lie above
        possible = highest > lowest
        possible[-1] |= highest[-1] == 0.0
        cost = np.where(possible, self.cost(miss, alarm), np.inf)
        if not is_cheaper(float(cost.min()), float(cost[self.place(0.5)])):
            return 0.5
        best = np.flatnonzero(cost == cost.min())
        found = [_between(float(lowest[place]), float(highest[place])) for place in best]
        return min(found, key=lambda threshold: abs(threshold - 0.5))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Whether a probability means what it says: rows grouped by ŷ, and how often class 1 was true in each group."""

    edges: Floats
    """The edges of the groups (groups + 1,), from 0 to 1; the upper edge belongs to the group above."""
    rows: Counts
    """Rows of each group (groups,)."""
    mean_score: Floats
    """Mean ŷ of each group; nan if it is empty."""
    share: Floats
    """Share of class 1 in each group; nan if it is empty."""

    @classmethod
    def of(cls, y: NDArray[Any], score: NDArray[Any], groups: int = 10) -> Self:
        """Group rows by their score, in groups of equal width.

        Args:
            y: 0 or 1 for each row (n,).
            score: ŷ of each (n,), from 0 to 1.
            groups: How many groups.
        """
        place = (np.asarray(score, np.float64) * groups).astype(np.intp).clip(0, groups - 1)
        rows = np.bincount(place, minlength=groups)
        score_sum, ones = (np.bincount(place, np.asarray(values, np.float64), groups) for values in (score, y))
        return cls(np.linspace(0, 1, groups + 1), rows, _share(score_sum, rows), _share(ones, rows))

    @property
    def error(self) -> float:
        """The mean distance of the share from the mean ŷ, over the rows (expected calibration error)."""
        full = self.rows > 0
        distance = np.abs(self.share[full] - self.mean_score[full])
        return float((distance * self.rows[full]).sum() / self.rows.sum()) if full.any() else float("nan")


def is_cheaper(cost: float, than: float) -> bool:
    """Whether a cost is less than another by more than the rounding of their sums."""
    return cost < than * (1 - 1e-9)


def _share(part: NDArray[Any], whole: NDArray[Any] | int) -> Floats:
    with np.errstate(all="ignore"):
        return np.asarray(np.asarray(part, np.float64) / whole, np.float64)


def _between(lowest: float, highest: float) -> float:
    """A number above `lowest` and at most `highest`, near their middle, in as few digits as possible."""
    middle = lowest + (highest - lowest) / 2
    for digits in range(2, 18):
        near = round(middle, digits)
        if lowest < near <= highest:
            return near
    return highest
