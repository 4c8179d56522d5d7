"""Tapes for batches: forward, loss, backward and penalties, ready to be bound to the rows of any batch.

A tape is compiled once for each batch size, on buffers of its own.  `bound_calls` puts a particular batch's rows in
the place of its inputs, targets and outputs; all other calls are shared.  Batches too large for the cache are worked
off in chunks whose gradients are added up.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np

from tui_ann.engine.lanes import run_lanes
from tui_ann.engine.tape import Array, Call, Operation, Phase, Tape, run_calls


class BatchTape:
    """A tape on the rows of one batch.

    Args:
        tape: The operations on the buffers below.
        rows: Inputs (b, m + 1), the last column ones; (b, m) where the bias stands apart.
        transposed: `rows` transposed, as the tape names it, and without the row of ones.
        targets: y (k, b), the transposed rows of the targets.
        outputs: What the loss reads (k, b), the transposed rows of where it is kept: ŷ, or z of the output layer where
            the loss is joined with its activation.
        penalties: 0-d arrays for Σ l1·|w| and 2·Σ l2·w².
    """

    def __init__(
        self,
        tape: Tape,
        rows: Array,
        transposed: tuple[Array, Array],
        targets: Array,
        outputs: Array,
        penalties: tuple[Array, Array],
    ) -> None:
        self.tape = tape
        self._rows, self._transposed, self._targets, self._outputs = rows, transposed, targets, outputs
        self._penalties = penalties

    def bound_calls(
        self, rows: Array, Y: Array | None, outputs: Array, penalties: tuple[Array, Array] | None = None
    ) -> tuple[Call, ...]:
        """The calls of this batch.

        Args:
            rows: Its inputs as from `Network.with_ones`.
            Y: Its targets (b, k); None for inference.
            outputs: Where what the loss reads goes (b, k), C-contiguous.
            penalties: Where its penalties go; a buffer of the tape by default.
        """
        return self.tape.bound_calls(self._substitutes(rows, Y, outputs, penalties))

    def bound(self, rows: Array, Y: Array, outputs: Array, penalties: tuple[Array, Array] | None = None) -> Tape:
        """The same as a tape of operations, for stepping."""
        return self.tape.bound(self._substitutes(rows, Y, outputs, penalties))

    def _substitutes(
        self, rows: Array, Y: Array | None, outputs: Array, penalties: tuple[Array, Array] | None
    ) -> Mapping[int, Array]:
        with_ones, without = self._transposed
        substitutes = {id(self._rows): rows, id(with_ones): rows.T, id(self._outputs): outputs.T}
        if without is not with_ones:
            substitutes[id(without)] = rows.T[:-1]
        if Y is not None:
            substitutes[id(self._targets)] = Y.T
        for own, other in zip(self._penalties, penalties or (), strict=False):
            substitutes[id(own)] = other
        return substitutes


class Lane:
    """Chunks that follow each other on buffers of their own, and the sum of their gradients.

    Args:
        chunks: A tape and its first and last row for each chunk.
        part: ∂L/∂θ of one chunk.
        total: Their sum.
    """

    def __init__(self, chunks: list[tuple[BatchTape, int, int]], part: Array, total: Array) -> None:
        self._chunks, self.total = chunks, total
        add = ((np.add, (total, part, total)),)
        self._clear = Operation("dL", "0", (), total, ((total.fill, (0.0,)),), Phase.BACKWARD)
        self._add = Operation("dL", "dL + dL_chunk", ("dL",), total, add, Phase.BACKWARD)

    def calls(self, rows: Array, Y: Array, outputs: Array) -> list[Call]:
        """The calls of its chunks, on the rows of a batch."""
        calls = [*self._clear.calls]
        for tape, start, stop in self._chunks:
            calls += tape.bound_calls(rows[start:stop], Y[start:stop], outputs[start:stop])
            calls += self._add.calls
        return calls

    def operations(self, rows: Array, Y: Array, outputs: Array) -> list[Operation]:
        """The same as operations, for stepping."""
        operations = [self._clear]
        for tape, start, stop in self._chunks:
            operations += tape.bound(rows[start:stop], Y[start:stop], outputs[start:stop]).operations
            operations.append(self._add)
        return operations


class ChunkedBatchTape:
    """A large batch as chunks of equal size and a rest, worked off on lanes; the gradients are added up.

    Args:
        lanes: The chunks; the first lane's total is ∂L/∂θ of the batch in the end.
        closing: What follows when the gradient is complete.
        penalties: 0-d arrays for the penalties, as in `BatchTape`.
    """

    def __init__(self, lanes: list[Lane], closing: Tape, penalties: tuple[Array, Array]) -> None:
        self._lanes, self._closing, self._penalties = lanes, closing, penalties
        gradient = lanes[0].total
        self._join = [
            Operation(
                "dL", "dL + dL_lane", ("dL",), gradient, ((np.add, (gradient, lane.total, gradient)),), Phase.BACKWARD
            )
            for lane in lanes[1:]
        ]

    def bound_calls(
        self, rows: Array, Y: Array, outputs: Array, penalties: tuple[Array, Array] | None = None
    ) -> tuple[Call, ...]:
        """As `BatchTape.bound_calls`: the operations of `bound`, with the lanes at the same time."""
        lanes = tuple(partial(run_calls, lane.calls(rows, Y, outputs)) for lane in self._lanes)
        return ((run_lanes, lanes), *self._closed(penalties).calls)

    def bound(self, rows: Array, Y: Array, outputs: Array, penalties: tuple[Array, Array] | None = None) -> Tape:
        """As `BatchTape.bound`: one lane after the other."""
        lanes = [operation for lane in self._lanes for operation in lane.operations(rows, Y, outputs)]
        return Tape([*lanes, *self._closed(penalties).operations])

    def _closed(self, penalties: tuple[Array, Array] | None) -> Tape:
        """What follows the lanes."""
        own = {id(own): other for own, other in zip(self._penalties, penalties or (), strict=False)}
        return Tape([*self._join, *self._closing.bound(own).operations])
