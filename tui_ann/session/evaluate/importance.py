"""Permutation importance: how much worse the answers are when a column is shuffled among the rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tui_ann.data.prepare.features import Feature
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.metrics import MEASURES
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.session.evaluate.figures import LOSS, values_of
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.run.results import MAIN
from tui_ann.session.run.threads import suited_threads

REPEATS = 5
"""Times that each column is shuffled."""
MOST_ROWS = 2000
"""Maximum rows that are used; of more as many are drawn."""


@dataclass(frozen=True)
class ColumnImportance:
    """What a column is worth to the network."""

    column: str
    """The column; all its features are shuffled together."""
    loss_rise: float
    """Mean rise of the data loss."""
    spread: float
    """Standard deviation of the rises over the repeats."""
    metric: str
    """The main metric: `accuracy` or `r2`."""
    metric_drop: float
    """Mean drop of it."""

    @property
    def metric_label(self) -> str:
        """The display name of the metric."""
        return MEASURES[self.metric.partition(" ")[0]].label


def permutation_importance(
    network: Network,
    rows: JudgedRows,
    *,
    repeats: int = REPEATS,
    seed: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[ColumnImportance, ...]:
    """The importance of every column on the rows whose target is known, the largest first.

    Shuffled columns that belong together (length and width of the same thing) stand in for each other, so that each
    seems unimportant alone.

    Args:
        network: The network that answered them; nothing else uses it meanwhile.
        rows: The rows.
        repeats: Times that each column is shuffled.
        seed: Of the shuffles.
        cancelled: Called for each column; the answer is empty then.
    """
    rng = np.random.default_rng([seed, 0x1A7])
    rows = rows.only(rows.known)
    if len(rows) > MOST_ROWS:
        rows = rows.only(np.sort(rng.choice(len(rows), MOST_ROWS, replace=False)))
    if len(rows) < 2:
        return ()
    before = values_of(rows)
    metric = next(name for name in before if name.partition(" ")[0] in MAIN)
    found = []
    first = 0
    for feature in rows.preprocessing.columns:
        if cancelled():
            return ()
        span = slice(first, first + len(feature.names))
        orders = [rng.permutation(len(rows)) for _ in range(repeats)]
        found.append(_of_column(network, rows, feature, span, before, metric, orders))
        first = span.stop
    return tuple(sorted(found, key=lambda each: -each.loss_rise))


def _of_column(
    network: Network,
    rows: JudgedRows,
    feature: Feature,
    span: slice,
    before: dict[str, float],
    metric: str,
    orders: list[Array],
) -> ColumnImportance:
    rises, drops = [], []
    for order in orders:
        X = rows.X.copy()
        X[:, span] = X[order, span]
        after = values_of(answered_again(network, rows, X))
        rises.append(after[LOSS] - before[LOSS])
        drops.append(before[metric] - after[metric])
    with np.errstate(over="ignore", invalid="ignore"):
        rise, spread, drop = float(np.mean(rises)), float(np.std(rises)), float(np.mean(drops))
    return ColumnImportance(feature.column, rise, spread, metric, drop)


def answered_again(network: Network, rows: JudgedRows, X: Array) -> JudgedRows:
    """The rows with other features and the answers to them.

    Args:
        network: The network.
        rows: The rows, whose targets are known.
        X: Their features (n, m), scaled.
    """
    with suited_threads(network.largest_matrix, 1):
        logits = network.logits(X)
        y_hat = np.asarray(network.y_hat(logits), np.float64)
    with np.errstate(all="ignore"):
        losses = np.asarray(LOSSES[network.loss].per_example(rows.Y, np.asarray(logits, np.float64)), np.float64)
    return replace(rows, X=X, y_hat=y_hat, losses=losses)
