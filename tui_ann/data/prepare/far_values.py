"""Numbers of new rows far from everything that the training rows had: the answers for them are guesses."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.features import Feature, NumberFeature
from tui_ann.data.prepare.split import Rows
from tui_ann.text import clean, count, counted

FAR = 5.0
"""From this many standard deviations on, outside the range of the training rows, a number is far from them."""


MOST_NAMED = 10
"""Maximum sentences."""
_FEW = 1e-4
"""Up to this share of the rows, it is not told."""


def far_notes(
    features: Sequence[Feature], X: NDArray[np.float64], rows: Rows, lines: NDArray[np.int64]
) -> Iterator[str]:
    """One sentence for each column and side with numbers far from those of the training rows, at most `MOST_NAMED`.

    A few among very many rows are normal, so they are not told.

    Args:
        features: The columns and their features, in the order of X.
        X: Features (n, m), scaled.
        rows: (n,) the table row of each row of X.
        lines: The physical line of each row of the table.
    """
    found = list(_all(features, X, rows, lines))
    yield from found[:MOST_NAMED]
    if len(found) > MOST_NAMED:
        yield f"{len(found) - MOST_NAMED} more columns have rows more than {FAR:g}σ from the training rows."


def _all(features: Sequence[Feature], X: NDArray[np.float64], rows: Rows, lines: NDArray[np.int64]) -> Iterator[str]:
    place = 0
    for feature in features:
        if isinstance(feature, NumberFeature) and None not in (feature.deviation, feature.low, feature.high):
            yield from _of(feature, X[:, place], rows, lines)
        place += len(feature.names)


def _of(feature: NumberFeature, x: NDArray[np.float64], rows: Rows, lines: NDArray[np.int64]) -> Iterator[str]:
    assert feature.deviation is not None
    assert feature.low is not None
    assert feature.high is not None
    margin = FAR * feature.deviation
    for side, far in (
        ("below", x < _scaled(feature, min(feature.low, feature.mean - margin), -1)),
        ("above", x > _scaled(feature, max(feature.high, feature.mean + margin), 1)),
    ):
        n = int(np.count_nonzero(far))
        if n <= _FEW * len(x):
            continue
        everyone = "the only row" if n == 1 else f"all {counted(n, 'row')}"
        who = everyone if n == len(x) else f"{count(n)} of {counted(len(x), 'row')}"
        first = "" if n == len(x) else f"; the first is line {int(lines[rows[int(np.argmax(far))]])}"
        how = (
            f"more than {FAR:g}σ {side} the training rows" if margin else f"{side} the only value of the training rows"
        )
        yield f"{clean(feature.column, 40)}: {who} {'is' if n == 1 else 'are'} {how}{first}."


def _scaled(feature: NumberFeature, value: float, away: int) -> float:
    """A bound in the units of X, moved `away` a little so that rounding does not put the training rows outside."""
    scaled = (value - feature.offset) / feature.scale
    return scaled + away * 1e-9 * (1 + abs(scaled))
