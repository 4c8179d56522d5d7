"""Rows of validation and test that are also training rows: they test nothing new."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import count

FEWEST_DISTINCT = 50
"""With fewer distinct training rows, new rows equal some of them in any case."""
SHARE = 0.01
"""Below this share of the rows of validation and test, copies change no figure."""
FEWEST_COPIES = 3
"""One or two rows of rounded numbers may be equal by chance."""
MOST_NUMBERS = 1 << 23
"""Larger tables are not looked through: it would take seconds."""
_CHUNK = 4096
"""Rows whose bits are mixed at once."""

Array = NDArray[np.float64]


def repeat_notes(train: tuple[Array, Array], parts: Mapping[str, tuple[Array, Array]]) -> list[str]:
    """A note on the rows whose features and target all equal those of a training row, if they are many.

    Args:
        train: Training features (n, m) and targets (n, k).
        parts: The same of `validation` and `test`; they may have no rows.
    """
    unseen = {name: part for name, part in parts.items() if len(part[0])}
    every = [train, *unseen.values()]
    if not unseen or sum(X.size + Y.size for X, Y in every) > MOST_NUMBERS:
        return []
    known = np.sort(_marks(*train))
    if 1 + np.count_nonzero(known[1:] != known[:-1]) < FEWEST_DISTINCT:
        return []
    copies = {name: _found(np.sort(_marks(*part)), known) for name, part in unseen.items()}
    total = sum(copies.values())
    if total < max(FEWEST_COPIES, SHARE * sum(len(X) for X, _ in unseen.values())):
        return []
    found = [f"{count(copies[name])} of {count(len(unseen[name][0]))} {name} rows" for name in unseen if copies[name]]
    what = "are copies of training rows: they do not test what the network has not seen."
    return [f"{' and '.join(found)} {what}"]


def _found(marks: NDArray[np.uint64], known: NDArray[np.uint64]) -> int:
    """How many of some sorted numbers are among others."""
    places = np.minimum(np.searchsorted(known, marks), len(known) - 1)
    return int(np.count_nonzero(known[places] == marks))


def _marks(X: Array, Y: Array) -> NDArray[np.uint64]:
    """A number of 64 bits for each row (n,): equal for equal rows, and for others only by an unlikely chance."""
    found = np.empty(len(X), np.uint64)
    factors = np.random.default_rng(0).integers(1 << 63, size=X.shape[1] + Y.shape[1], dtype=np.uint64) * 2 + 1
    for first in range(0, len(X), _CHUNK):
        place = slice(first, first + _CHUNK)
        bits = (np.hstack([X[place], Y[place]]) + 0.0).view(np.uint64)  # + 0.0: −0 equals 0
        bits = (bits ^ (bits >> np.uint64(31))) * factors
        bits = (bits ^ (bits >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
        found[place] = (bits ^ (bits >> np.uint64(29))).sum(axis=1, dtype=np.uint64)
    return found
