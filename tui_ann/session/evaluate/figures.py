"""The figures of judged rows, next to a baseline, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tui_ann.engine.arrays import mean
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.metrics import MEASURES
from tui_ann.engine.tape import Array
from tui_ann.session.evaluate.class_means import ClassMeans
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.evaluate.share_intervals import COVERED, Interval, counted_shares, wilson_interval
from tui_ann.session.predicting import Answerer
from tui_ann.session.run.baseline_names import always_in_words, constant_name
from tui_ann.session.run.judging import judge
from tui_ann.session.run.results import constant_answer

LOSS = "loss"
"""The data loss, without penalties."""
RESAMPLES = 1000
"""Resamples of a bootstrap, unless there are very many rows."""
_MOST_DRAWN = 4_000_000
_FEWEST = 100
_ROUNDING = 1e-9
"""Resamples that differ by less, relative to their size, are equal."""
_NAMES = {
    "regression": ("mae", "rmse", "r2"),
    "binary": ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "auc", "log_loss"),
    "multiclass": ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "auc", "log_loss"),
}


@dataclass(frozen=True)
class Figure:
    """One figure of the rows."""

    name: str
    """Its name: `loss`, or a key of `MEASURES`; with several targets `mae price`."""
    label: str
    """Its display name."""
    value: float
    """The value; nan if it is not defined for these rows."""
    baseline: float | None = None
    """That of the baseline; `None` if it is not known."""
    interval: Interval | None = None
    """What `intervals_of` found; `None` if it was not computed, is not defined, or the rows do not tell."""


@dataclass(frozen=True, eq=False)
class ConstantAnswer:
    """The baseline: the same answer for every row, the shares of the classes or the mean."""

    name: str
    """Its name in a table: `class shares`."""
    what: str
    """What it answers, in words: `always 'benign'`."""
    y_hat: Array
    """Its output (k,)."""


def baseline_of(answerer: Answerer) -> ConstantAnswer | None:
    """The baseline of a run; `None` if its training rows are not at hand, or not known because the file has changed."""
    dataset = answerer.dataset
    if dataset is None or answerer.file_changed:
        return None
    model = constant_answer(dataset, answerer.network.loss)
    what = always_in_words(dataset, model)
    return ConstantAnswer(constant_name(dataset.task), what, model.y_hat(model.b[None])[0])


def figure_names(rows: JudgedRows) -> tuple[str, ...]:
    """The metrics of these rows."""
    return _NAMES[rows.task]


def values_of(rows: JudgedRows, threshold: float = 0.5) -> dict[str, float]:
    """The data loss and every metric by name, of the rows whose target is known; empty if there are none.

    Args:
        rows: The rows.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """
    rows = rows.only(rows.known)
    if not len(rows):
        return {}
    judged = judge(rows.preprocessing, figure_names(rows), rows.Y, rows.y_hat, threshold)
    return {LOSS: mean(rows.losses), **judged}


def figures_of(
    rows: JudgedRows,
    threshold: float = 0.5,
    *,
    baseline: ConstantAnswer | None = None,
    loss: str = "",
    intervals: Mapping[str, Interval] | None = None,
) -> tuple[Figure, ...]:
    """Every figure of the rows whose target is known.

    Args:
        rows: The rows.
        threshold: The second of two classes is predicted where ŷ is at least this.
        baseline: What to compare with.
        loss: The name of the loss, for its label.
        intervals: What `intervals_of` returned.
    """
    judged = rows.only(rows.known)
    against = {}
    if baseline is not None and len(judged):
        y_hat = np.tile(baseline.y_hat, (len(judged), 1))
        against = judge(rows.preprocessing, figure_names(rows), judged.Y, y_hat)
    return tuple(
        Figure(name, _label(name, loss), value, against.get(name), (intervals or {}).get(name))
        for name, value in values_of(rows, threshold).items()
    )


def intervals_of(
    rows: JudgedRows,
    threshold: float = 0.5,
    *,
    resamples: int | None = None,
    seed: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Interval]:
    """The intervals of the figures: how much they depend on which rows happened to be in the part.

    They do not say how much a figure depends on the training.  A share of counted rows has the interval of Wilson, see
    `share_intervals`; of every other figure a bootstrap gives it: where `COVERED` of many samples of these rows lie,
    drawn with replacement.  A figure over classes is that of the same classes, see `class_means`.

    Args:
        rows: The rows.
        threshold: As for `figures_of`.
        resamples: How many; by default `RESAMPLES`, fewer of very many rows, at least 100.
        seed: Of the draws.
        cancelled: Called for each resample; the answer is empty then.

    Returns:
        The interval of each figure by name, without those that are not defined, those of which all resamples agree, and
        those over a class with too few rows: they say nothing of other rows.
    """
    rows = rows.only(rows.known)
    n = len(rows)
    if n < 2:
        return {}
    rows = replace(rows, X=np.empty((n, 0)))  # the features are not needed, and copying them would take the time
    times = resamples if resamples is not None else resamples_for(n)
    rng = np.random.default_rng([seed, n])
    means = ClassMeans(rows, threshold)
    thin = means.thin()
    drawn: dict[str, list[float]] = {}
    for _ in range(times):
        if cancelled():
            return {}
        places = rng.integers(0, n, n)
        others = means.others(places)
        for name, value in values_of(rows.only(places), threshold).items():
            if name not in others and name not in thin:
                drawn.setdefault(name, []).append(value)
    found = {}
    for name, values in drawn.items():
        finite = np.array(values)
        finite = finite[np.isfinite(finite)]
        if len(finite) >= 0.5 * times:
            low, high = np.quantile(finite, [(1 - COVERED) / 2, (1 + COVERED) / 2])
            if high - low > _ROUNDING * max(abs(low), abs(high)):
                found[name] = (float(low), float(high))
    for name, (hits, of) in counted_shares(rows, threshold).items():
        found.pop(name, None)
        if (interval := wilson_interval(hits, of)) is not None:
            found[name] = interval
    return found


def resamples_for(n: int) -> int:
    """How many resamples `intervals_of` draws of n rows."""
    return max(_FEWEST, min(RESAMPLES, _MOST_DRAWN // n))


def _label(name: str, loss: str) -> str:
    if name == LOSS:
        return f"Data loss ({LOSSES[loss].title})" if loss in LOSSES else "Data loss"
    metric, _, target = name.partition(" ")
    return f"{MEASURES[metric].label} of {target}" if target else MEASURES[metric].label


def named(figures: Sequence[Figure], name: str) -> Figure | None:
    """The figure of a name, if there is one."""
    return next((figure for figure in figures if figure.name == name), None)
