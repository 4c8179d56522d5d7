"""Numbers far from all others: a slip of the pen that the whole column is scaled by."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.cells import as_numbers
from tui_ann.data.prepare.features import Feature, NumberFeature
from tui_ann.data.prepare.split import Rows
from tui_ann.data.prepare.targets import Target
from tui_ann.data.read.table import Table
from tui_ann.text import counted, line_name, number

FAR = 10.0
"""This many interquartile ranges beyond the quartiles, a number is far from the others."""
FEW = 0.02
"""Above this share of the rows, such numbers are a part of the distribution."""
PAIR = 40
"""From so many rows on, two are few at any share: two slips of the pen in a small table are as bad as one."""
MOST_NAMED = 10
"""Maximum sentences."""
MOST_LINES = 2
"""Maximum numbers that a sentence names with their lines, the farthest ones."""
STRETCHED = 2.0
"""They are told if the standard deviation is this many times that of the others."""
_SUSPECT = 3.0
"""A column without a number this many standard deviations from the mean is not looked at."""


class FarNumbers(NamedTuple):
    """A few numbers far from all others."""

    far: NDArray[np.bool_]
    """Which they are (n,)."""
    low: float
    """A quarter of all numbers are smaller."""
    high: float
    """Three quarters are smaller."""
    times: float
    """The standard deviation of all numbers over that of the others."""


def far_from_others(values: NDArray[np.float64]) -> FarNumbers | None:
    """The few numbers that stretch a column; `None` without any, and where a long tail leads to them.

    Args:
        values: The numbers (n,), none of them missing.
    """
    if not len(values):
        return None
    with np.errstate(all="ignore"):
        low, high = np.percentile(values, [25, 75])
        beyond = np.maximum(low - values, values - high)
        margin = FAR * (high - low)
        far = beyond > margin
        some = np.count_nonzero(far)
        leading = np.count_nonzero(beyond > margin / 2) - some
        most = max(2 if len(values) >= PAIR else 1, FEW * len(values))
        if not margin > 0 or not 0 < some <= most or leading > some:
            return None
        times = float(values.std() / values[~far].std())
    return FarNumbers(far, float(low), float(high), times) if STRETCHED <= times < np.inf else None


def far_rows(Y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether a target is far from all others of its column.

    Args:
        Y: The targets (n, k) of a regression.
    """
    found = np.zeros(len(Y), np.bool_)
    for column in Y.T:
        far = far_from_others(column)
        if far is not None:
            found |= far.far
    return found


def extreme_notes(table: Table, features: Sequence[Feature], target: Target, rows: Rows) -> Iterator[str]:
    """One sentence for each column that a few numbers stretch, targets of a regression first, at most `MOST_NAMED`.

    Args:
        table: The table.
        features: The columns and their features.
        target: The target.
        rows: The training rows.
    """
    numbers = [each for each in features if isinstance(each, NumberFeature) and each.kind == "number"]
    targets = target.names if target.task == "regression" and target.kind == "number" else ()
    found = list(target_notes(table, targets, rows))
    suspects = [feature.column for feature in numbers if _is_suspect(feature)]
    found += [note for name in suspects for note in _of(table, name, rows, "Column", "leave it empty")]
    yield from found[:MOST_NAMED]
    if len(found) > MOST_NAMED:
        yield f"{counted(len(found) - MOST_NAMED, 'more column')} with numbers far from all others."


def target_notes(table: Table, names: Sequence[str], rows: Rows) -> Iterator[str]:
    """One sentence for each target of a regression that a few numbers stretch.

    Args:
        table: The table.
        names: The targets, columns of numbers.
        rows: The rows to look at.
    """
    for name in names:
        yield from _of(table, name, rows, "Target", "choose the Huber loss")


def _is_suspect(feature: NumberFeature) -> bool:
    low, high, deviation = feature.low, feature.high, feature.deviation
    if low is None or high is None or not deviation:
        return False
    return max(high - feature.mean, feature.mean - low) > _SUSPECT * deviation


def _of(table: Table, name: str, rows: Rows, what: str, remedy: str) -> Iterator[str]:
    values = as_numbers(table, table.column(name))[rows]
    known = np.flatnonzero(~np.isnan(values))
    values = values[known]
    found = far_from_others(values)
    if found is None:
        return
    far, low, high, times = found
    farthest = np.flatnonzero(far)[np.argsort(-np.abs(values[far] - (low + high) / 2), kind="stable")]
    named = " and ".join(
        f"{number(float(values[each]))} in line {line_name(table.lines[rows[known[each]]])}"
        for each in farthest[:MOST_LINES].tolist()
    )
    yield (
        f"{what} {quoted(name)}: {counted(len(farthest), 'number')} far from all others, "
        f"{'such as ' if len(farthest) > MOST_LINES else ''}{named} "
        f"(half of the rows: {number(low)} to {number(high)}). "
        f"σ is {number(times, 2)} times that of the others: correct such a cell, or {remedy}."
    )
