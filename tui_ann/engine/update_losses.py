"""The loss of every update of a run, in bounded memory, and the data for its curve.

Losses are reduced once to the minimum and maximum of blocks; when there are too many blocks, pairs of blocks are
joined.  The latest losses are kept one by one as well.  So a run of ten million updates needs as much memory as one of
half a million, and a curve drawn from it still shows every peak.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.tape import Array

EXACT = 1 << 18
"""Maximum losses that are kept individually; at least half as many are."""
MOST_BLOCKS = 1 << 17
"""Maximum number of blocks."""
FINEST = 8
"""Updates per block before blocks are joined."""
_AT_ONCE = 64
"""New losses are reduced to blocks when there are `EXACT` divided by this of them."""
_COARSE = 4
"""Columns wider than this many blocks are computed from the blocks."""


@dataclass(frozen=True, eq=False)
class UpdateLosses:
    """Losses of the updates of a run at one moment; later updates do not change it."""

    values: Array
    """The latest losses (n,)."""
    start: int = 0
    """How many updates precede them."""
    low: Array = field(default_factory=lambda: np.empty(0))
    """Smallest finite loss of each block, from the first update on (blocks,); infinite if it has none."""
    high: Array = field(default_factory=lambda: np.empty(0))
    """Largest finite loss of each block (blocks,); −infinite if it has none."""
    stride: int = FINEST
    """Updates of a block."""

    def __len__(self) -> int:
        return self.start + len(self.values)

    def up_to(self, updates: int) -> "UpdateLosses":
        """The losses of the first updates; blocks older than the single losses are not truncated."""
        blocks = max(updates, self.start) // self.stride
        return replace(
            self, values=self.values[: max(0, updates - self.start)], low=self.low[:blocks], high=self.high[:blocks]
        )

    def at(self, index: int) -> tuple[float, float]:
        """The loss of an update as minimum and maximum; of an old update, the minimum and maximum of its block.

        Args:
            index: Which update; the first is 0.
        """
        if index >= self.start:
            return (float(self.values[index - self.start]),) * 2
        return float(self.low[index // self.stride]), float(self.high[index // self.stride])

    def columns(self, edges: NDArray[np.int64]) -> tuple[Array, Array]:
        """Minimum and maximum of the losses between each two edges; NaN if there is no finite loss.

        Edges are rounded down to blocks if columns are wide, or if only blocks are left.

        Args:
            edges: Ascending numbers of updates, (columns + 1,).

        Returns:
            Minimum and maximum, (columns,) each.
        """
        covered = min(len(self.low) * self.stride, len(self))
        wide = edges[-1] - edges[0] > _COARSE * self.stride * (len(edges) - 1)
        split = max(covered, self.start) // self.stride * self.stride if wide else self.start
        low, high = self._exact(np.clip(edges, split, len(self)) - self.start)
        if not split:
            return low, high
        blocks = _reduced(self.low, self.high, np.clip(edges, 0, split) // self.stride)
        return np.fmin(blocks[0], low), np.fmax(blocks[1], high)

    def _exact(self, edges: NDArray[np.int64]) -> tuple[Array, Array]:
        window = self.values[edges[0] : edges[-1]]
        finite = np.isfinite(window)
        return _reduced(np.where(finite, window, np.inf), np.where(finite, window, -np.inf), edges - edges[0])


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
        before, size = len(self.now), len(self.now.values)
        needed = size + len(losses)
        if needed > len(self._buffer):
            buffer = np.empty(max(needed, 2 * size, 1024))
            buffer[:size] = self.now.values
            self._buffer = buffer
        self._buffer[size:needed] = losses
        now = replace(self.now, values=self._buffer[:needed])
        self.now = _with_blocks(now, before)
        if needed > EXACT:
            self._forget_oldest()

    def cut(self, updates: int) -> None:
        """Keep only the first losses.

        A new buffer is used, so losses that were read before do not change.  A block that is split keeps its minimum
        and maximum but loses its single losses; later losses join the block.
        """
        now = self.now
        if updates >= len(now):
            return
        if updates >= now.start:
            now = now.up_to(updates)
            self._buffer = now.values.copy()
            self.now = replace(now, values=self._buffer)
            return
        whole, rest = divmod(updates, now.stride)
        self._buffer = np.full(rest, np.nan)
        kept = slice(0, whole + (rest > 0))
        self.now = UpdateLosses(self._buffer, whole * now.stride, now.low[kept], now.high[kept], now.stride)

    def _forget_oldest(self) -> None:
        """Drop the older half of the single losses; their blocks are kept."""
        now, half = self.now, EXACT // 2
        start = (len(now) - half) // half * half
        self._buffer = now.values[start - now.start :].copy()
        self.now = replace(now, values=self._buffer, start=start)


def _with_blocks(losses: UpdateLosses, before: int) -> UpdateLosses:
    """The losses, with new ones reduced to blocks if there are enough of them.

    Args:
        losses: The losses, new ones included.
        before: How many there were before the new ones.
    """
    low, high, stride = losses.low, losses.high, losses.stride
    done = len(low)
    cut_in_two = done * stride > before
    if len(losses) < (done * stride if cut_in_two else done * stride + EXACT // _AT_ONCE):
        return losses
    done -= cut_in_two
    whole = len(losses) // stride
    least, greatest = _extremes(losses.values[done * stride - losses.start : whole * stride - losses.start], stride)
    if cut_in_two:
        least[0], greatest[0] = min(least[0], low[done]), max(greatest[0], high[done])
    low, high = np.concatenate((low[:done], least)), np.concatenate((high[:done], greatest))
    while len(low) > MOST_BLOCKS:
        pairs = len(low) // 2
        low, high = low[: 2 * pairs].reshape(-1, 2).min(axis=1), high[: 2 * pairs].reshape(-1, 2).max(axis=1)
        stride *= 2
    return replace(losses, low=low, high=high, stride=stride)


def _extremes(values: Array, stride: int) -> tuple[Array, Array]:
    """Smallest and largest finite number of each block (n,); ∞ and −∞ for a block without any."""
    blocks = values.reshape(-1, stride)
    finite = np.isfinite(blocks)
    return np.where(finite, blocks, np.inf).min(axis=1), np.where(finite, blocks, -np.inf).max(axis=1)


def _reduced(low: Array, high: Array, edges: NDArray[np.int64]) -> tuple[Array, Array]:
    """Minimum of `low` and maximum of `high` in each interval; an infinite result becomes NaN."""
    starts, ends = edges[:-1], edges[1:]
    filled = starts < ends
    least, greatest = np.full(len(starts), np.inf), np.full(len(starts), -np.inf)
    if filled.any():
        # reduceat runs to the next start; intervals that hold something follow each other without gaps.
        least[filled] = np.minimum.reduceat(low[: ends[-1]], starts[filled])
        greatest[filled] = np.maximum.reduceat(high[: ends[-1]], starts[filled])
    return np.where(np.isfinite(least), least, np.nan), np.where(np.isfinite(greatest), greatest, np.nan)
