"""The tapes of a network, one for each batch size, compiled once and cached."""

import numpy as np

from tui_ann.engine.architecture import Architecture
from tui_ann.engine.batch_tapes import BatchTape, ChunkedBatchTape, ChunkSequence
from tui_ann.engine.layers import Dense
from tui_ann.engine.schedule import ChunkSchedule
from tui_ann.engine.tape import Array
from tui_ann.engine.tape_compiler import TapeCompiler
from tui_ann.engine.threads import THREADS


def chunk_schedule(architecture: Architecture) -> ChunkSchedule:
    """How large batches of this network are divided."""
    numbers = sum(placed.outputs for placed in architecture.placed if isinstance(placed.layer, Dense))
    numbers += 0 if architecture.separate_bias else architecture.inputs
    return ChunkSchedule(
        architecture.dtype.itemsize * numbers,
        whole_batches=any(layer.mixes_examples for layer in architecture.layers),
        threads=1 if architecture.separate_bias else THREADS,  # very wide layers use the threads themselves
    )


class TapeCache:
    """Keeps the tapes of a network, one for each batch size.

    Args:
        compiler: Writes the tapes.
        schedule: How large batches are divided.
        gradient: Buffer for ∂L/∂θ (P,).
        one_thread: Whether chunks must be computed in sequence, as with dropout, whose masks come from one stream.
    """

    def __init__(self, compiler: TapeCompiler, schedule: ChunkSchedule, gradient: Array, *, one_thread: bool) -> None:
        self._compiler, self._schedule, self._gradient, self._one_thread = compiler, schedule, gradient, one_thread
        self._training: dict[int, BatchTape | ChunkedBatchTape] = {}
        self._inference: dict[tuple[int, int], BatchTape] = {}

    def training(self, batch_size: int) -> BatchTape | ChunkedBatchTape:
        """The training tape for this batch size."""
        if batch_size not in self._training:
            self._training[batch_size] = self._compiled(batch_size)
        return self._training[batch_size]

    def inference(self, examples: int, thread: int = 0) -> BatchTape:
        """The inference tape for this number of examples, on a thread's own buffers."""
        key = examples, thread
        if key not in self._inference:
            self._inference[key] = self._compiler.compile(examples, examples, None, True)
        return self._inference[key]

    def _compiled(self, batch_size: int) -> BatchTape | ChunkedBatchTape:
        if self._schedule.examples_at_once(batch_size) == batch_size:
            return self._compiler.compile(batch_size, batch_size, self._gradient, True)
        shares = self._schedule.chunks(batch_size, 1 if self._one_thread else self._schedule.threads)
        sequences = [self._sequence(chunks, batch_size, first=i == 0) for i, chunks in enumerate(shares)]
        penalties = self._compiler.penalty_buffers()
        return ChunkedBatchTape(sequences, self._compiler.closing(self._gradient, penalties), penalties)

    def _sequence(self, chunks: list[slice], batch_size: int, *, first: bool) -> ChunkSequence:
        """The chunks of one thread; the first thread accumulates into the network's gradient."""
        gradient = self._gradient
        part, total = np.zeros_like(gradient), gradient if first else np.zeros_like(gradient)
        by_size: dict[int, BatchTape] = {}
        for chunk in chunks:
            size = chunk.stop - chunk.start
            if size not in by_size:
                by_size[size] = self._compiler.compile(size, batch_size, part, False)
        return ChunkSequence([(by_size[chunk.stop - chunk.start], chunk) for chunk in chunks], part, total)
