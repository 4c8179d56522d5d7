"""Tapes for batches: forward, loss, backward and penalties, ready to be bound to the rows of any batch.

A tape is compiled once for each batch size, with its own buffers.  `bound_calls` replaces its inputs, targets and
logits with the rows of one batch; all other calls are shared.  Batches too large for the cache are computed in chunks
whose gradients are added up.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np

from tui_ann.engine.expression import Number
from tui_ann.engine.tape import GRADIENT, Array, Call, Operation, Phase, Tape, accumulate, run_calls
from tui_ann.engine.threads import run_on_threads


class BatchTape:
    """A tape on the rows of one batch.

    Args:
        tape: The operations on the buffers below.
        rows: Inputs (b, m + 1), the last column ones; (b, m) where the bias is stored separately.
        transposed: `rows` transposed, as used on the tape, and the same without the row of ones.
        targets: y (k, b), the transposed rows of the targets.
        logits: Logits (k, b) as defined in `inference`, the transposed rows of the array that stores them.
        penalties: 0-d arrays for Σ l1·|w| and 2·Σ l2·w².
    """

    in_chunks = False
    """Whether it is computed in chunks, by threads, and so by NumPy whatever the kernel."""

    def __init__(
        self,
        tape: Tape,
        rows: Array,
        transposed: tuple[Array, Array],
        targets: Array,
        logits: Array,
        penalties: tuple[Array, Array],
    ) -> None:
        self.tape = tape
        self._rows, self._transposed, self._targets, self._logits = rows, transposed, targets, logits
        self._penalties = penalties

    def bound_calls(
        self, rows: Array, Y: Array | None, logits: Array, penalties: tuple[Array, Array] | None = None
    ) -> tuple[Call, ...]:
        """The calls of one batch.

        Args:
            rows: Its inputs as from `examples.input_rows`.
            Y: Its targets (b, k); None for inference.
            logits: Buffer for its logits (b, k), C-contiguous.
            penalties: Buffer for its penalties; by default one of the tape.
        """
        return self.tape.bound_calls(self._substitutes(rows, Y, logits, penalties))

    def bound(self, rows: Array, Y: Array, logits: Array, penalties: tuple[Array, Array] | None = None) -> Tape:
        """The same as a tape of operations, for stepping."""
        return self.tape.bound(self._substitutes(rows, Y, logits, penalties))

    def _substitutes(
        self, rows: Array, Y: Array | None, logits: Array, penalties: tuple[Array, Array] | None
    ) -> Mapping[int, Array]:
        with_ones, without = self._transposed
        substitutes = {id(self._rows): rows, id(with_ones): rows.T, id(self._logits): logits.T}
        if without is not with_ones:
            substitutes[id(without)] = rows.T[:-1]
        if Y is not None:
            substitutes[id(self._targets)] = Y.T
        for own, other in zip(self._penalties, penalties or (), strict=False):
            substitutes[id(own)] = other
        return substitutes


class ChunkSequence:
    """Chunks computed in turn on one thread, with their own buffers, and the sum of their gradients.

    Args:
        chunks: A tape and the rows of the batch for each chunk.
        part: ∂L/∂θ (P,) of one chunk.
        total: Their sum (P,).
    """

    def __init__(self, chunks: list[tuple[BatchTape, slice]], part: Array, total: Array) -> None:
        self._chunks, self.total = chunks, total
        add = ((np.add, (total, part, total)),)
        self._clear = Operation(GRADIENT, Number(0.0), total, ((total.fill, (0.0,)),), Phase.BACKWARD)
        self._add = accumulate(total, "L_chunk", add)

    def calls(self, rows: Array, Y: Array, logits: Array) -> list[Call]:
        """The calls of its chunks for the rows of a batch."""
        calls = [*self._clear.calls]
        for tape, chunk in self._chunks:
            calls += tape.bound_calls(rows[chunk], Y[chunk], logits[chunk])
            calls += self._add.calls
        return calls

    def operations(self, rows: Array, Y: Array, logits: Array) -> list[Operation]:
        """The same as operations, for stepping."""
        operations = [self._clear]
        for tape, chunk in self._chunks:
            operations += tape.bound(rows[chunk], Y[chunk], logits[chunk]).operations
            operations.append(self._add)
        return operations


class ChunkedBatchTape:
    """A large batch as chunks of equal size and a remainder, divided among threads; the gradients are added up.

    Args:
        sequences: The chunks of each thread; the total of the first is finally ∂L/∂θ of the batch.
        closing: The operations after the gradient is complete.
        penalties: 0-d arrays for the penalties, as in `BatchTape`.
    """

    in_chunks = True

    def __init__(self, sequences: list[ChunkSequence], closing: Tape, penalties: tuple[Array, Array]) -> None:
        self._sequences, self._closing, self._penalties = sequences, closing, penalties
        gradient = sequences[0].total
        self._join = [_added(gradient, other.total) for other in sequences[1:]]

    def bound_calls(
        self, rows: Array, Y: Array, logits: Array, penalties: tuple[Array, Array] | None = None
    ) -> tuple[Call, ...]:
        """As `BatchTape.bound_calls`: the operations of `bound`, with all threads at the same time."""
        tasks = tuple(partial(run_calls, sequence.calls(rows, Y, logits)) for sequence in self._sequences)
        return ((run_on_threads, tasks), *self._closed(penalties).calls)

    def bound(self, rows: Array, Y: Array, logits: Array, penalties: tuple[Array, Array] | None = None) -> Tape:
        """As `BatchTape.bound`: the chunks of one thread after those of the other."""
        chunks = [operation for sequence in self._sequences for operation in sequence.operations(rows, Y, logits)]
        return Tape([*chunks, *self._closed(penalties).operations])

    def _closed(self, penalties: tuple[Array, Array] | None) -> Tape:
        """The operations after the chunks."""
        own = {id(own): other for own, other in zip(self._penalties, penalties or (), strict=False)}
        return Tape([*self._join, *self._closing.bound(own).operations])


def _added(gradient: Array, other: Array) -> Operation:
    """Add one thread's gradient to that of the batch."""
    calls = ((np.add, (gradient, other, gradient)),)
    return accumulate(gradient, "L_thread", calls)
