"""Which records of a long run are kept: a fair sample of its epochs, and the lowest and highest of each value.

Epochs are thinned in blocks of `stride` epochs.  Of each block the last epoch is kept, and every epoch that has the
lowest or the highest of a value in it.  Blocks are joined two by two as the run grows; the extremes of a joined block
are among those of its halves, so that they are exact however often a run is thinned.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.arrays import Array

MOST = 1 << 15
"""Maximum records; a run of fewer epochs has all of them."""
MEMORY = 1 << 24
"""Maximum bytes of the records: those of a network of very many layers are fewer."""
_FEWEST = 256


class Thinning(NamedTuple):
    """What is left of some records."""

    places: NDArray[np.intp]
    """Places of the records that stay, in order."""
    stride: int
    """The epochs that are multiples of this are a fair sample of those thinned."""
    until: int
    """The epochs after this one are all there."""


def most_records(width: int) -> int:
    """How many records of so many numbers are kept at most."""
    return max(_FEWEST, min(MOST, MEMORY // (8 * max(1, width))))


def thin(
    epochs: Array, values: Sequence[tuple[int, Array]], stride: int, pinned: Collection[int], most: int
) -> Thinning:
    """Choose the records that stay: the latest, and of those before about twice as many.

    Args:
        epochs: The number of each epoch, ascending (n,).
        values: For each stretch of records with the same columns its first place, and the numbers whose extremes are
            kept (records, columns); NaN counts as neither.
        stride: That of an earlier thinning; 1 if there was none.
        pinned: Epochs that stay in any case.
        most: How many records there may be; there are more.  The latest quarter of it stays whole.
    """
    recent, wanted = len(epochs) - most // 4, most // 2
    numbers = epochs[:recent].astype(np.int64)
    always = np.isin(numbers, np.fromiter(pinned, np.int64, len(pinned)))
    always[:1] = True
    stretches = [(first, columns[: max(0, recent - first)]) for first, columns in values if first < recent]
    stride = max(stride, 2)
    while True:
        kept = always | (numbers % stride == 0)
        blocks = (numbers - 1) // stride
        for first, columns in stretches:
            block = blocks[first : first + len(columns)]
            starts = np.flatnonzero(np.diff(block, prepend=-1))
            for column in columns.T:
                kept[first + _first_lowest(column, starts)] = True
                kept[first + _first_lowest(-column, starts)] = True
        if kept.sum() <= wanted or blocks[-1] == blocks[0]:
            break
        stride *= 2
    places = np.concatenate((np.flatnonzero(kept), np.arange(recent, len(epochs))))
    return Thinning(places, stride, int(numbers[-1]))


def _first_lowest(column: Array, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The first place of the lowest number of each block; none for a block without numbers."""
    numbers = np.where(np.isnan(column), np.inf, column)
    lowest = np.repeat(np.minimum.reduceat(numbers, starts), np.diff(starts, append=len(column)))
    places = np.flatnonzero((numbers == lowest) & ~np.isnan(column))
    blocks = np.searchsorted(starts, places, side="right")
    return places[np.diff(blocks, prepend=0) > 0]
