"""The windows of an epoch: consecutive batches whose examples are gathered and whose tapes are bound together.

A window holds the rows of a number of consecutive batches, in the epoch's order, and the tapes of those batches bound
to these rows.  The rows change from window to window; the bound calls are made only once.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from tui_ann.engine import schedule
from tui_ann.engine.kernel.kernels import NUMPY, Kernel
from tui_ann.engine.kernel.updates import Call, Updates
from tui_ann.engine.network import Network
from tui_ann.engine.schedule import Spans, WindowSchedule, spans
from tui_ann.engine.tape import Array, Tape


@dataclass(frozen=True, eq=False)
class BoundBatches:
    """The batches of a window, bound to its buffers."""

    updates: list[tuple[int, Updates]]
    """The updates of equal batches, each with the index of its first: all, or all but a short last one."""
    spans: Spans
    """The rows of each batch."""

    def run(self, first: int, most: int, number: int) -> int:
        """Make the updates from a batch on, `most` or fewer, and return how many; see `Updates.run`."""
        stop = len(self.spans)
        for start, updates in reversed(self.updates):
            if first >= start:
                return updates.run(first - start, min(most, stop - first), number)
            stop = start
        raise IndexError(f"the window has no batch {first}")

    def step(self, batch: int, places: range) -> None:
        """Make some of the calls of the update of one batch; see `Updates.step`."""
        start, updates = next((start, updates) for start, updates in reversed(self.updates) if batch >= start)
        updates.step(batch - start, places)


class Windows:
    """Gathers the windows of an epoch and binds their batches.

    Args:
        network: What is trained.
        rows: All training inputs as from `examples.input_rows`.
        Y: All training targets (n, k), in the network's precision.
        batch_size: Examples of a batch.
        closing: What ends each update: the update rule.
        flush: Calls due every few updates; see `Optimizer.flush_calls`.
        kernel: What runs the updates.
    """

    def __init__(
        self,
        network: Network,
        rows: Array,
        Y: Array,
        batch_size: int,
        closing: Tape,
        flush: tuple[Call, ...],
        kernel: Kernel,
    ) -> None:
        self._network, self._all_rows, self._all_Y = network, rows, Y
        self._closing, self._flush, self._kernel = closing, flush, kernel
        n, width = rows.shape
        self.batch_size = min(batch_size, n)
        batches = schedule.BATCHES_PER_WINDOW
        if kernel.runs_programs:
            widest = max(placed.outputs for placed in network.architecture.placed)
            work = network.multiplications_per_update(self.batch_size)
            batches = schedule.batches_per_window(work, widest * self.batch_size)
        self._schedule = most = WindowSchedule(n, width, self.batch_size, batches)
        self.rows = np.empty((0, width), rows.dtype)
        """Inputs of the window's examples, in the epoch's order."""
        self.Y = np.empty((most.most, Y.shape[1]), Y.dtype)
        """Targets of the window's examples, in the epoch's order."""
        self.logits = np.zeros((most.most, Y.shape[1]), Y.dtype)
        """Logits of the window's examples, stored by the updates."""
        self.penalties = np.zeros((2, most.most_batches), Y.dtype)
        """Σ l1·|w| and 2·Σ l2·w² before each update of the window."""
        self._bound: dict[int, BoundBatches] = {}

    def load(self, order: Array | None, start: int, noisy_rows: Array | None) -> BoundBatches:
        """Gather the window that begins at example `start` of the epoch.

        Args:
            order: The epoch's order; None for the order of the data.
            start: Number of preceding examples of the epoch.
            noisy_rows: This epoch's inputs if noise is added, else None.
        """
        source = self._all_rows if noisy_rows is None else noisy_rows
        if order is None and noisy_rows is None and start == 0 and self._schedule.fits_one_window:
            stop = len(source)
            self._use_in_place(source)
        else:
            stop = self._schedule.stop(start)
            self._gather(source, slice(start, stop) if order is None else order[start:stop], stop - start)
        if order is None:
            self.Y[: stop - start] = self._all_Y[start:stop]
        else:
            np.take(self._all_Y, order[start:stop], 0, self.Y[: stop - start], "clip")
        if stop - start not in self._bound:
            self._bound[stop - start] = self._bind(stop - start)
        return self._bound[stop - start]

    def _use_in_place(self, source: Array) -> None:
        """Unshuffled data of few batches is not copied."""
        if self.rows is not source:
            self.rows = source
            self._bound.clear()

    def _gather(self, source: Array, which: slice | Array, count: int) -> None:
        if len(self.rows) < self._schedule.capacity or self.rows is self._all_rows:
            self.rows = np.empty((self._schedule.capacity, source.shape[1]), source.dtype)
            self._bound.clear()
        if isinstance(which, slice):
            self.rows[:count] = source[which]
        else:
            np.take(source, which, 0, self.rows[:count], "clip")

    def _bind(self, count: int) -> BoundBatches:
        batches = spans(count, self.batch_size)
        full, short = divmod(count, self.batch_size)
        updates = [(0, self._updates(0, full, batches))] if full else []
        updates += [(full, self._updates(full, 1, batches))] if short else []
        return BoundBatches(updates, batches)

    def _updates(self, first: int, count: int, batches: Spans) -> Updates:
        """Updates of batches of one size, from this batch on."""
        size = int(batches.sizes[first])
        tape = self._network.training_tape(size)

        def bind(index: int) -> tuple[Call, ...]:
            start = int(batches.starts[first + index])
            rows = slice(start, start + size)
            penalties = self._penalties_of(first + index)
            bound = tape.bound_calls(self.rows[rows], self.Y[rows], self.logits[rows], penalties)
            return (*bound, *self._closing.calls)

        kernel = NUMPY if tape.in_chunks else self._kernel
        return kernel.updates(bind, count, self._flush)

    def tape(self, window: BoundBatches, batch: int) -> Tape:
        """The operations of the update with a batch of the window, for stepping."""
        start, size = int(window.spans.starts[batch]), int(window.spans.sizes[batch])
        rows, tape = slice(start, start + size), self._network.training_tape(size)
        bound = tape.bound(self.rows[rows], self.Y[rows], self.logits[rows], self._penalties_of(batch))
        operations = [*bound.operations, *self._closing.operations]
        if tape.in_chunks:
            return Tape(operations)
        ends = np.cumsum([len(operation.calls) for operation in operations]).tolist()
        return Tape(
            replace(operation, make=partial(window.step, batch, range(end - len(operation.calls), end)))
            for operation, end in zip(operations, ends, strict=True)
        )

    def _penalties_of(self, batch: int) -> tuple[Array, Array]:
        """Buffers for the penalties of a batch, as 0-d views."""
        return self.penalties[0, batch : batch + 1].reshape(()), self.penalties[1, batch : batch + 1].reshape(())
