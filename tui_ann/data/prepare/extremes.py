"""Numbers of the training rows that are far from all others: a slip of the pen that the whole column is scaled by."""

from collections.abc import Iterator, Sequence

import numpy as np

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.cells import as_numbers
from tui_ann.data.prepare.features import Feature, NumberFeature
from tui_ann.data.prepare.split import Rows
from tui_ann.data.read.table import Table
from tui_ann.text import count, counted, number

FAR = 10.0
"""This many interquartile ranges beyond the quartiles, a number is far from the others."""
FEW = 0.01
"""Above this share of the rows, such numbers are a part of the distribution."""
MOST_NAMED = 10
"""Maximum sentences."""
STRETCHED = 2.0
"""They are told if the standard deviation is this many times that of the others."""
_SUSPECT = 3.0
"""A column without a number this many standard deviations from the mean is not looked at."""


def extreme_notes(table: Table, features: Sequence[Feature], rows: Rows) -> Iterator[str]:
    """One sentence for each column that a few numbers stretch, at most `MOST_NAMED`.

    Args:
        table: The table.
        features: The columns and their features.
        rows: The training rows.
    """
    numbers = [each for each in features if isinstance(each, NumberFeature) and each.kind == "number"]
    found = [note for feature in numbers if _is_suspect(feature) for note in _of(table, feature, rows)]
    yield from found[:MOST_NAMED]
    if len(found) > MOST_NAMED:
        yield f"{counted(len(found) - MOST_NAMED, 'more column')} with numbers far from all others."


def _is_suspect(feature: NumberFeature) -> bool:
    low, high, deviation = feature.low, feature.high, feature.deviation
    if low is None or high is None or not deviation:
        return False
    return max(high - feature.mean, feature.mean - low) > _SUSPECT * deviation


def _of(table: Table, feature: NumberFeature, rows: Rows) -> Iterator[str]:
    values = as_numbers(table, table.column(feature.column))[rows]
    known = np.flatnonzero(~np.isnan(values))
    values = values[known]
    with np.errstate(all="ignore"):
        low, high = np.percentile(values, [25, 75])
        margin = FAR * (high - low)
        far = (values < low - margin) | (values > high + margin)
        some = 0 < np.count_nonzero(far) <= max(1, FEW * len(values))
        if not margin > 0 or not some:
            return
        times = float(values.std() / values[~far].std())
    if not STRETCHED <= times < np.inf:
        return
    worst = int(np.argmax(np.where(far, np.abs(values - (low + high) / 2), -1.0)))
    line = count(int(table.lines[rows[known[worst]]]))
    yield (
        f"Column {quoted(feature.column)}: {counted(int(far.sum()), 'number')} far from all others, such as "
        f"{number(float(values[worst]))} in line {line} (half of the rows: {number(low)} to {number(high)}). "
        f"σ is {number(times, 2)} times that of the others: correct such a cell, or leave it empty."
    )
