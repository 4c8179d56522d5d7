"""Counts the different values of a column."""

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.scan_library import ScanLibrary, scan_library

_FEWEST_FOR_C = 1 << 12
_FEWEST_SLOTS, _MOST_PARTS, _SLOTS_FOR_EACH = 1 << 12, 1 << 11, 4
"""`distinct.h` makes its hash table for a part of all values at a time."""


def count_distinct(numbers: NDArray[np.float64]) -> int:
    """Number of different values of an array (n,), without NaN."""
    library = scan_library() if len(numbers) >= _FEWEST_FOR_C else None
    if library is not None and (count := _by_hash(library, numbers)) >= 0:
        return count
    ordered = np.sort(numbers)
    ordered = ordered[: len(ordered) - int(np.count_nonzero(np.isnan(ordered)))]
    return 0 if not len(ordered) else 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))


def _by_hash(library: ScanLibrary, numbers: NDArray[np.float64]) -> int:
    """The same; −1 for values that have to be sorted."""
    numbers = np.ascontiguousarray(numbers, np.float64)
    n = len(numbers)
    room = np.empty(n, np.uint64)
    slots = np.empty(max(_FEWEST_SLOTS, 1 << (_SLOTS_FOR_EACH * n // _MOST_PARTS).bit_length()), np.uint64)
    count: int = library.distinct(numbers.ctypes.data, n, room.ctypes.data, slots.ctypes.data, len(slots))
    return count
