"""The order of the examples, and the windows in which an epoch is worked off.

A window holds the rows of a number of consecutive batches, gathered in the epoch's order, and the tapes of those
batches bound to their rows.  The rows change from window to window, the bound calls do not: they are made once.
"""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Call, Tape

BATCHES_PER_WINDOW = 512
"""Enough that what is done once a window costs nothing, few enough that binding is quick."""
WINDOW_NUMBERS = 1 << 20
"""No more inputs than this are gathered for a window, but at least one batch; they are still in the cache when used."""

_NOISE = 0xA06
"""Tells the generator of the noise from those of other uses of the seed."""


def epoch_order(n: int, shuffle_seed: int, epoch: int) -> Array:
    """The order in which epoch number `epoch` (the first is 1) meets n examples; depends on nothing else."""
    order: Array = np.random.default_rng([shuffle_seed, epoch]).permutation(n)
    return order


def epoch_noise(shape: tuple[int, int], noise: float, seed: int, epoch: int) -> Array:
    """Gaussian noise for the features (n, m) in epoch number `epoch`; depends on nothing else."""
    return noise * np.random.default_rng([seed, epoch, _NOISE]).standard_normal(shape)


@dataclass(frozen=True, eq=False)
class Layout:
    """The batches of a window with so many rows, bound to its buffers."""

    calls: list[tuple[Call, ...]]
    """The calls of each batch's update."""
    starts: Array
    """First row of each batch."""
    sizes: Array
    """Rows of each batch."""


class Windows:
    """Works off epochs window by window.

    Args:
        network: What is trained.
        rows: All training inputs as from `Network.with_ones`.
        Y: All training targets (n, k), in the network's precision.
        batch_size: Examples of a batch.
        closing: Calls that end each update: the update rule.
    """

    def __init__(self, network: Network, rows: Array, Y: Array, batch_size: int, closing: tuple[Call, ...]) -> None:
        self._network, self._all_rows, self._all_Y, self._closing = network, rows, Y, closing
        n, width = rows.shape
        self.batch_size = min(batch_size, n)
        batches = min(BATCHES_PER_WINDOW, WINDOW_NUMBERS // (width * self.batch_size))
        self.capacity = min(n, self.batch_size * max(1, batches))
        """Examples that are gathered for a full window."""
        most = min(n, self.batch_size * BATCHES_PER_WINDOW)
        self._fits_one_window = most == n
        self.rows = np.empty((0, width), rows.dtype)
        self.Y = np.empty((most, Y.shape[1]), Y.dtype)
        """Targets of the window's examples, in the order met."""
        self.outputs = np.zeros((most, Y.shape[1]), Y.dtype)
        """What the loss reads of the window's examples, as left by the updates."""
        self.penalties = np.zeros((2, -(-most // self.batch_size)), Y.dtype)
        """Σ l1·|w| and 2·Σ l2·w² before each update of the window."""
        self._layouts: dict[int, Layout] = {}

    def load(self, order: Array | None, start: int, noisy_rows: Array | None) -> Layout:
        """Gather the window that begins at example `start` of the epoch.

        Args:
            order: The epoch's order; None for the order of the data.
            start: Examples of the epoch met before.
            noisy_rows: This epoch's inputs where noise is added, else None.
        """
        source = self._all_rows if noisy_rows is None else noisy_rows
        n = len(source)
        if order is None and noisy_rows is None and start == 0 and self._fits_one_window:
            stop = n
            self._use_in_place(source)
        else:
            stop = min(start + self.capacity, n)
            self._gather(source, slice(start, stop) if order is None else order[start:stop], stop - start)
        if order is None:
            self.Y[: stop - start] = self._all_Y[start:stop]
        else:
            np.take(self._all_Y, order[start:stop], 0, self.Y[: stop - start], "clip")
        if stop - start not in self._layouts:
            self._layouts[stop - start] = self._bind(stop - start)
        return self._layouts[stop - start]

    def _use_in_place(self, source: Array) -> None:
        """Unshuffled data that makes few batches is used where it lies."""
        if self.rows is not source:
            self.rows = source
            self._layouts.clear()

    def _gather(self, source: Array, which: "slice | Array", count: int) -> None:
        if len(self.rows) < self.capacity or self.rows is self._all_rows:
            self.rows = np.empty((self.capacity, source.shape[1]), source.dtype)
            self._layouts.clear()
        if isinstance(which, slice):
            self.rows[:count] = source[which]
        else:
            np.take(source, which, 0, self.rows[:count], "clip")

    def _bind(self, count: int) -> Layout:
        starts = np.arange(0, count, self.batch_size)
        stops = np.minimum(starts + self.batch_size, count)
        calls = []
        for i, (start, stop) in enumerate(zip(starts, stops, strict=True)):
            tape = self._network.training_tape(int(stop - start))
            penalties = (self.penalties[0, i : i + 1].reshape(()), self.penalties[1, i : i + 1].reshape(()))
            bound = tape.bound_calls(self.rows[start:stop], self.Y[start:stop], self.outputs[start:stop], penalties)
            calls.append((*bound, *self._closing))
        return Layout(calls, starts, stops - starts)

    def tape(self, start: int, stop: int) -> Tape:
        """The forward and backward operations of the batch in rows start … stop of the window, for stepping."""
        i = start // self.batch_size
        penalties = (self.penalties[0, i : i + 1].reshape(()), self.penalties[1, i : i + 1].reshape(()))
        tape = self._network.training_tape(stop - start)
        return tape.bound(self.rows[start:stop], self.Y[start:stop], self.outputs[start:stop], penalties)
