"""The loss of every update of a run, in bounded memory.

The latest losses are kept one by one.  Of older ones, the minimum and maximum of blocks are kept; when there are too
many blocks, pairs of blocks are joined.  So a run of ten million updates needs as much memory as one of half a million,
and a curve drawn from it still shows every peak.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from tui_ann.engine.tape import Array

EXACT = 1 << 18
"""Losses that are kept one by one, at most; at least half as many are."""
MOST_BLOCKS = 1 << 17
"""Blocks of older losses, at most."""
FINEST = 8
"""Updates of a block before blocks are joined."""


@dataclass(frozen=True, eq=False)
class UpdateLosses:
    """Losses of the updates of a run at one moment; later updates do not change it."""

    values: Array
    """The latest losses (n,)."""
    start: int = 0
    """How many updates came before them."""
    low: Array = field(default_factory=lambda: np.empty(0))
    """Smallest finite loss of each older block (blocks,); infinite if it has none."""
    high: Array = field(default_factory=lambda: np.empty(0))
    """Largest finite loss of each older block (blocks,); −infinite if it has none."""
    stride: int = FINEST
    """Updates of a block."""

    def __len__(self) -> int:
        return self.start + len(self.values)

    def up_to(self, updates: int) -> "UpdateLosses":
        """The losses of the first so many updates; blocks are not cut."""
        return replace(self, values=self.values[: max(0, updates - self.start)])


class LossRecord:
    """Collects the losses of a run.  Another thread may read `now` at any time."""

    def __init__(self) -> None:
        self.now = UpdateLosses(np.empty(0))
        """All so far."""
        self._buffer = np.empty(1024)

    def take_over(self, losses: UpdateLosses) -> None:
        """Continue from losses that were stored."""
        self._buffer = losses.values.copy()
        self.now = replace(losses, values=self._buffer)

    def extend(self, losses: Array) -> None:
        """Append the losses of further updates (n,)."""
        size = len(self.now.values)
        needed = size + len(losses)
        if needed > len(self._buffer):
            buffer = np.empty(max(needed, 2 * size, 1024))
            buffer[:size] = self.now.values
            self._buffer = buffer
        self._buffer[size:needed] = losses
        self.now = replace(self.now, values=self._buffer[:needed])
        if needed > EXACT:
            self._fold()

    def cut(self, updates: int) -> None:
        """Drop all but the first so many.

        A new buffer is used, so losses that were read before do not change.  A block that is cut in two keeps its
        minimum and maximum, and its single losses are missing; the losses that follow join the block.
        """
        now = self.now
        if updates >= len(now):
            return
        if updates >= now.start:
            self._buffer = now.values[: updates - now.start].copy()
            self.now = replace(now, values=self._buffer)
            return
        whole, rest = divmod(updates, now.stride)
        self._buffer = np.full(rest, np.nan)
        kept = slice(0, whole + (rest > 0))
        self.now = UpdateLosses(self._buffer, whole * now.stride, now.low[kept], now.high[kept], now.stride)

    def _fold(self) -> None:
        """Replace the older half by blocks."""
        now, half = self.now, EXACT // 2
        start = (len(now) - half) // half * half
        count = start - now.start
        low, high = extremes(now.values[:count].reshape(-1, now.stride))
        whole = now.start // now.stride
        if len(now.low) > whole:  # a block that was cut in two
            low[0], high[0] = min(low[0], now.low[whole]), max(high[0], now.high[whole])
        low, high = np.concatenate((now.low[:whole], low)), np.concatenate((now.high[:whole], high))
        stride = now.stride
        while len(low) > MOST_BLOCKS:
            low, high, stride = low.reshape(-1, 2).min(axis=1), high.reshape(-1, 2).max(axis=1), 2 * stride
        self._buffer = now.values[count:].copy()
        self.now = UpdateLosses(self._buffer, start, low, high, stride)


def extremes(blocks: Array) -> tuple[Array, Array]:
    """Smallest and largest finite number of each row of blocks (blocks, n); ∞ and −∞ for a row without one."""
    finite = np.isfinite(blocks)
    return np.where(finite, blocks, np.inf).min(axis=1), np.where(finite, blocks, -np.inf).max(axis=1)
