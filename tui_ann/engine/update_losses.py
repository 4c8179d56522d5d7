"""The loss of every update of a run, in bounded memory.

The last ones are kept each.  Older ones are kept as the least and the greatest of blocks; when there are too many
blocks, each two become one.  So a run of ten million updates takes what a run of half a million takes, and a curve
drawn from it still reaches every peak.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from tui_ann.engine.tape import Array

EXACT = 1 << 18
"""Losses kept each, at most; at least half as many are."""
MOST_BLOCKS = 1 << 17
"""Blocks of older ones, at most."""
FINEST = 8
"""Updates of a block at first."""


@dataclass(frozen=True, eq=False)
class UpdateLosses:
    """Losses of the updates of a run as they were at one moment; nothing that happens later changes it."""

    values: Array
    """The last ones (n,)."""
    start: int = 0
    """How many updates came before those."""
    low: Array = field(default_factory=lambda: np.empty(0))
    """Least finite loss of each older block (blocks,); infinite where there is none."""
    high: Array = field(default_factory=lambda: np.empty(0))
    """Greatest finite loss of each older block (blocks,); −infinite where there is none."""
    stride: int = FINEST
    """Updates of a block."""

    def __len__(self) -> int:
        return self.start + len(self.values)

    def up_to(self, updates: int) -> "UpdateLosses":
        """Those of the first so many updates; the blocks stay whole."""
        return replace(self, values=self.values[: max(0, updates - self.start)])


class LossRecord:
    """Takes the losses of a run as it goes on.  Another thread may read `now` at any time."""

    def __init__(self) -> None:
        self.now = UpdateLosses(np.empty(0))
        """All so far."""
        self._room = np.empty(1024)

    def take_over(self, losses: UpdateLosses) -> None:
        """Go on from losses that were kept."""
        self._room = losses.values.copy()
        self.now = replace(losses, values=self._room)

    def extend(self, losses: Array) -> None:
        """Append the losses of further updates (n,)."""
        size = len(self.now.values)
        needed = size + len(losses)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * size, 1024))
            room[:size] = self.now.values
            self._room = room
        self._room[size:needed] = losses
        self.now = replace(self.now, values=self._room[:needed])
        if needed > EXACT:
            self._fold()

    def cut(self, updates: int) -> None:
        """Forget all but the first so many.

        Room is taken anew, so what was handed out stays as it was.  Where a block is cut in two, it keeps its extremes
        and its single losses are missing; those that follow join the block.
        """
        now = self.now
        if updates >= len(now):
            return
        if updates >= now.start:
            self._room = now.values[: updates - now.start].copy()
            self.now = replace(now, values=self._room)
            return
        whole, rest = divmod(updates, now.stride)
        self._room = np.full(rest, np.nan)
        kept = slice(0, whole + (rest > 0))
        self.now = UpdateLosses(self._room, whole * now.stride, now.low[kept], now.high[kept], now.stride)

    def _fold(self) -> None:
        """Make blocks of the older half."""
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
        self._room = now.values[count:].copy()
        self.now = UpdateLosses(self._room, start, low, high, stride)


def extremes(blocks: Array) -> tuple[Array, Array]:
    """Least and greatest finite number of each row (blocks, n); infinite, of the other sign, where there is none."""
    finite = np.isfinite(blocks)
    return np.where(finite, blocks, np.inf).min(axis=1), np.where(finite, blocks, -np.inf).max(axis=1)
