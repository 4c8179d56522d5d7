"""How examples are divided into batches, windows of batches, and chunks of a large batch.

Every division is made here, including the short last piece.  Sizes affect results only by rounding; they only decide
what is computed at once.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tui_ann.engine.kernel.translator import FEW
from tui_ann.engine.threads import THREADS

WIDE = 4096
"""From this many inputs on, a first layer stores W and b separately: a column of ones would copy the whole data."""
BATCHES_PER_WINDOW = 512
"""Enough that the work per window is negligible, few enough that binding is quick."""
LONGER = 16
"""How much longer a window may be if a program runs it, which is bound once for all its batches."""
WINDOW_PRODUCTS = 1 << 22
"""Maximum multiplications of the forward passes of such a window: some milliseconds, so that a pause is not late."""
WINDOW_NUMBERS = 1 << 20
"""Maximum inputs gathered for a window, but at least one batch; they are still in the cache when used."""
CHUNK_BYTES = 1 << 20
"""Maximum bytes of the activations of one chunk, so that they and their gradients stay in the cache."""
_CHUNK_EXAMPLES = (256, 4096)
"""Minimum and maximum examples per chunk."""

_Indices = npt.NDArray[np.intp]


def is_wide(inputs: int) -> bool:
    """Whether a dense first layer with this many inputs stores its bias after W instead of next to it."""
    return inputs >= WIDE


@dataclass(frozen=True, eq=False)
class Spans:
    """Consecutive rows divided into pieces of one size; the last piece may be shorter."""

    starts: _Indices
    """First row of each piece (pieces,)."""
    sizes: _Indices
    """Rows of each piece (pieces,)."""

    def __len__(self) -> int:
        return len(self.starts)

    def slices(self) -> list[slice]:
        """The rows of each piece."""
        return [slice(int(start), int(start + size)) for start, size in zip(self.starts, self.sizes, strict=True)]


def spans(count: int, size: int) -> Spans:
    """Divide `count` rows into pieces of `size` rows."""
    starts = np.arange(0, count, size)
    return Spans(starts, np.minimum(size, count - starts))


def pieces(count: int, size: int) -> int:
    """Number of pieces of `size` rows needed for `count` rows."""
    return -(-count // size)


def batches_per_window(multiplications: int, numbers: int) -> int:
    """Batches of a window that the C kernel runs.

    Args:
        multiplications: Of one update.
        numbers: Of the largest layer for one batch: of many, Python makes some calls, and binds those of every batch.
    """
    if numbers > FEW:
        return BATCHES_PER_WINDOW
    longer = max(1, min(LONGER, WINDOW_PRODUCTS // (BATCHES_PER_WINDOW * multiplications)))
    return BATCHES_PER_WINDOW * longer


@dataclass(frozen=True)
class WindowSchedule:
    """How the batches of an epoch are grouped into windows.

    Args:
        n: Training examples.
        width: Numbers per row of inputs.
        batch_size: Examples of a full batch, at most n.
        batches: Batches of a full window, if they are not too wide.
    """

    n: int
    width: int
    batch_size: int
    batches: int

    @cached_property
    def capacity(self) -> int:
        """Examples gathered for a full window."""
        batches = min(self.batches, WINDOW_NUMBERS // (self.width * self.batch_size))
        return min(self.n, self.batch_size * max(1, batches))

    @property
    def most(self) -> int:
        """Maximum examples of a window, also if the inputs are used in place instead of gathered."""
        return min(self.n, self.batch_size * self.batches)

    @property
    def fits_one_window(self) -> bool:
        """Whether an epoch is one window if the inputs are used in place."""
        return self.most == self.n

    @property
    def most_batches(self) -> int:
        """Maximum batches per window."""
        return pieces(self.most, self.batch_size)

    def stop(self, start: int) -> int:
        """The end (exclusive) of the gathered window that begins at example `start` of the epoch."""
        return min(start + self.capacity, self.n)


@dataclass(frozen=True)
class ChunkSchedule:
    """How a large batch is divided into chunks that fit the cache.

    Args:
        bytes_per_example: Bytes that the inputs and activations of one example take.
        whole_batches: Whether a layer needs all examples of a batch at once, as batch normalization does.
        threads: Threads that the chunks are divided among.
    """

    bytes_per_example: int
    whole_batches: bool
    threads: int = THREADS

    @cached_property
    def chunk(self) -> int:
        """Examples of a full chunk."""
        least, most = _CHUNK_EXAMPLES
        return min(most, max(least, CHUNK_BYTES // self.bytes_per_example))

    def examples_at_once(self, batch_size: int) -> int:
        """Examples of a batch that are computed at once: all of a small batch, or of one that is normalized."""
        return batch_size if self.whole_batches else min(batch_size, self.chunk)

    def chunks(self, batch_size: int, threads: int) -> list[list[slice]]:
        """The chunks of a batch for each thread, in turn."""
        every = spans(batch_size, self.chunk).slices()
        return [every[thread::threads] for thread in range(threads)]
