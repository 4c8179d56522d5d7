"""Everything that is said of the answers for some rows: one frozen value for a screen, a command and a report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_ann.session.evaluate.class_means import ClassMeans
from tui_ann.session.evaluate.confusion import Confusion, confusion_of
from tui_ann.session.evaluate.figures import (
    ConstantAnswer,
    Figure,
    baseline_of,
    figures_of,
    intervals_of,
    resamples_for,
)
from tui_ann.session.evaluate.importance import ColumnImportance, permutation_importance
from tui_ann.session.evaluate.listing import ListWish, listed
from tui_ann.session.evaluate.residuals import Residuals, residuals_of
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.evaluate.share_intervals import Interval
from tui_ann.session.evaluate.thresholds import (
    CheapestThreshold,
    Costs,
    ThresholdPictures,
    cheapest_threshold,
    pictures_of,
)
from tui_ann.session.predicting import Answerer
from tui_ann.text import counted

WORST = 10
"""How many of the worst rows are named."""
MOST_COLUMNS = 300
"""From more columns on, their importance is computed only if it is asked for."""


@dataclass(frozen=True, eq=False)
class RunEvaluation:
    """How good the answers for some rows are."""

    rows: JudgedRows
    """The rows with their answers."""
    threshold: float
    """The second of two classes is predicted where ŷ is at least this; without meaning for other tasks."""
    baseline: ConstantAnswer | None
    """What the figures are compared with; `None` if it is not known."""
    figures: tuple[Figure, ...]
    """Every figure; none if no row has a target."""
    confusion: Confusion | None
    """The confusion matrix of a classification."""
    pictures: ThresholdPictures | None
    """The charts of two classes."""
    cheapest: CheapestThreshold | None
    """The cheapest threshold of two classes, if the run's own data are at hand."""
    importance: tuple[ColumnImportance, ...] = ()
    """The permutation importance of the columns, the largest first; empty if it was not computed."""
    resamples: int = 0
    """Resamples behind the intervals of figures that are no shares of rows; 0 if there are no intervals."""
    seed: int = 0
    """The seed of resamples and shuffles."""

    @property
    def judged(self) -> int:
        """How many rows have a target."""
        return int(self.rows.known.sum())

    @property
    def sentence(self) -> str:
        """Which rows were judged."""
        n = len(self.rows)
        if self.judged == n:
            return f"{self.rows.what}, {counted(n, 'row')}"
        return f"{self.rows.what}, {counted(n, 'row')}, {self.judged} of them with a target"

    @property
    def worst(self) -> NDArray[np.intp]:
        """The places of the worst rows."""
        places = listed(self.rows, ListWish(), self.threshold)
        return places[~np.isnan(self.rows.badness[places])][:WORST]

    @property
    def untold(self) -> tuple[str, ...]:
        """The labels of figures that all resamples agree on, so that these rows do not tell how far they are right."""
        if not self.resamples:
            return ()
        thin = self.thin
        return tuple(
            each.label
            for each in self.figures
            if each.interval is None and np.isfinite(each.value) and each.label not in thin
        )

    @cached_property
    def thin(self) -> dict[str, tuple[str, ...]]:
        """The labels of figures over classes of which one has too few rows for an interval, with those classes."""
        if not self.resamples:
            return {}
        found = ClassMeans(self.rows.only(self.rows.known), self.threshold).thin()
        return {each.label: found[each.name] for each in self.figures if each.interval is None and each.name in found}

    @property
    def absent(self) -> tuple[str, ...]:
        """The classes without a row here, so that these rows say nothing of them; none if no row has a class."""
        if self.confusion is None:
            return ()
        sizes = self.confusion.counts.sum(axis=1)
        return tuple(name for name, size in zip(self.confusion.classes, sizes, strict=True) if not size)

    def residuals(self, target: int = 0) -> Residuals | None:
        """The residuals of a target of a regression; `None` for a classification."""
        return residuals_of(self.rows, target)


def quick_evaluation(
    rows: JudgedRows,
    threshold: float = 0.5,
    *,
    baseline: ConstantAnswer | None = None,
    loss: str = "",
    intervals: Mapping[str, Interval] | None = None,
) -> RunEvaluation:
    """What follows at once from the answers: everything but intervals, importance and the cheapest threshold.

    Args:
        rows: The rows.
        threshold: The second of two classes is predicted where ŷ is at least this.
        baseline: What to compare with.
        loss: The name of the loss.
        intervals: The intervals of the figures, if they are known.
    """
    figures = figures_of(rows, threshold, baseline=baseline, loss=loss, intervals=intervals)
    return RunEvaluation(
        rows,
        threshold,
        baseline,
        figures,
        confusion_of(rows, threshold) if rows.known.any() else None,
        pictures_of(rows),
        None,
        resamples=resamples_for(int(rows.known.sum())) if intervals else 0,
    )


def evaluate(
    answerer: Answerer,
    rows: JudgedRows,
    threshold: float = 0.5,
    *,
    costs: Costs = Costs(),  # noqa: B008 - frozen
    importance: bool | None = None,
    resamples: int | None = None,
    seed: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
) -> RunEvaluation:
    """Everything.

    Args:
        answerer: The network, which nothing else uses meanwhile, with its data.
        rows: The rows that it answered.
        threshold: The second of two classes is predicted where ŷ is at least this.
        costs: What mistakes cost.
        importance: Whether to compute the importance of the columns; by default if there are at most `MOST_COLUMNS`.
        resamples: Resamples of the bootstrap; by default as many as suit the number of rows.
        seed: Of resamples and shuffles.
        cancelled: Whether to leave out what takes long.
    """
    intervals = intervals_of(rows, threshold, resamples=resamples, seed=seed, cancelled=cancelled)
    quick = quick_evaluation(
        rows, threshold, baseline=baseline_of(answerer), loss=answerer.network.loss, intervals=intervals
    )
    if importance is None:
        importance = len(rows.preprocessing.columns) <= MOST_COLUMNS
    found = (
        permutation_importance(answerer.network, rows, seed=seed, cancelled=cancelled)
        if importance and quick.judged
        else ()
    )
    times = (resamples or resamples_for(quick.judged)) if intervals else 0
    return RunEvaluation(
        rows,
        threshold,
        quick.baseline,
        quick.figures,
        quick.confusion,
        quick.pictures,
        cheapest_threshold(answerer, costs),
        found,
        times,
        seed,
    )
