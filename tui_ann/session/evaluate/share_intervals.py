"""Intervals of figures that are shares of counted rows."""

import math

from tui_ann.session.evaluate.confusion import confusion_of
from tui_ann.session.evaluate.rows import JudgedRows

COVERED = 0.95
"""How often an interval is meant to hold the true value."""
_QUANTILE = 1.959963984540054
"""The quantile of the normal distribution at (1 + `COVERED`) / 2."""

Interval = tuple[float, float]


def counted_shares(rows: JudgedRows, threshold: float = 0.5) -> dict[str, tuple[int, int]]:
    """The figures that are shares of counted rows, by name: how many rows have it, and of how many.

    That is the accuracy, and of two classes with one probability precision and recall.  A mean over classes is no such
    share.

    Args:
        rows: The rows; only those whose class is known count.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """
    confusion = confusion_of(rows, threshold)
    if confusion is None:
        return {}
    counts = confusion.counts
    shares = {"accuracy": (int(counts.trace()), confusion.n)}
    if rows.has_threshold:
        found = int(counts[1, 1])
        shares |= {"precision": (found, int(counts[:, 1].sum())), "recall": (found, int(counts[1].sum()))}
    return shares


def wilson_interval(hits: int, n: int) -> Interval | None:
    """The score interval of a share: it has a width also where all rows have it, or none has.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22 (1927), 209-212.  Resamples of rows that are all right are all right, so a bootstrap
    would claim certainty there.

    Args:
        hits: How many rows have it, 0 … n.
        n: Of how many rows.

    Returns:
        The bounds, from 0 to 1, with hits / n between them; `None` of no rows.
    """
    if not n:
        return None
    share, z2 = hits / n, _QUANTILE**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _QUANTILE * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At its ends a share is a bound itself, which rounding might miss.
    return (0.0 if not hits else middle - half, 1.0 if hits == n else middle + half)
