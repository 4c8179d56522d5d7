"""The tapes of a network, one for each batch size, made once and kept."""

from typing import TYPE_CHECKING

import numpy as np

from tui_ann.engine.batch_tapes import BatchTape, ChunkedBatchTape, Lane
from tui_ann.engine.lanes import LANES
from tui_ann.engine.layers import BatchNormalization, Dense
from tui_ann.engine.tape import Tape
from tui_ann.engine.tape_compiler import TapeCompiler

if TYPE_CHECKING:
    from tui_ann.engine.network import Network

CHUNK_BYTES = 1 << 20
"""Bytes that the activations of one chunk may take: they and their gradients then stay in the cache."""


class TapeCache:
    """Keeps the tapes of a network, one for each batch size.

    Args:
        network: The network whose parameters the tapes read and whose gradient they write.
    """

    def __init__(self, network: "Network") -> None:
        self._network = network
        self._compiler = TapeCompiler(network)
        widest = sum(layer.units for layer in network.layers if isinstance(layer, Dense))
        narrow = 0 if network.is_wide else network.inputs
        self.chunk = int(min(4096, max(256, CHUNK_BYTES // (network.dtype.itemsize * (widest + narrow)))))
        """Examples that are worked off at once."""
        self.lanes = 1 if network.is_wide else LANES
        """Lanes that chunks have; a wide layer uses them itself."""
        self._training: dict[int, BatchTape | ChunkedBatchTape] = {}
        self._inference: dict[tuple[int, int], BatchTape] = {}

    def examples_at_once(self, batch_size: int) -> int:
        """Examples of a batch that are worked off at once: all where it is small, or normalised as a whole."""
        needs_whole_batch = any(isinstance(layer, BatchNormalization) for layer in self._network.layers)
        return batch_size if needs_whole_batch else min(batch_size, self.chunk)

    def training(self, batch_size: int) -> BatchTape | ChunkedBatchTape:
        """The training tape for this batch size."""
        if batch_size not in self._training:
            if self.examples_at_once(batch_size) == batch_size:
                tape: BatchTape | ChunkedBatchTape = self._compiler.compile(
                    batch_size, batch_size, self._network.gradient, True
                )
            else:
                tape = self._chunked(batch_size)
            self._training[batch_size] = tape
        return self._training[batch_size]

    def inference(self, batch_size: int, lane: int = 0) -> BatchTape:
        """The inference tape of a lane for this number of examples."""
        key = batch_size, lane
        if key not in self._inference:
            self._inference[key] = self._compiler.compile(batch_size, batch_size, None, True)
        return self._inference[key]

    def _chunked(self, batch_size: int) -> ChunkedBatchTape:
        network = self._network
        starts = range(0, batch_size, self.chunk)
        # Dropout draws the masks of one chunk after the other from one stream, so it has one lane only.
        n_lanes = 1 if network.masks else self.lanes
        lanes = [self._lane(starts[i::n_lanes], batch_size, first=i == 0) for i in range(n_lanes)]
        penalties = self._compiler.penalty_buffers()
        closing = Tape([*network.penalties.operations(network.gradient, *penalties), *self._compiler.next_masks()])
        return ChunkedBatchTape(lanes, closing, penalties)

    def _lane(self, starts: range, batch_size: int, *, first: bool) -> Lane:
        """A lane for the chunks that start at these rows; the first one adds up into the network's gradient."""
        gradient = self._network.gradient
        part, total = np.zeros_like(gradient), gradient if first else np.zeros_like(gradient)
        sizes: dict[int, BatchTape] = {}
        chunks = []
        for start in starts:
            stop = min(start + self.chunk, batch_size)
            if stop - start not in sizes:
                sizes[stop - start] = self._compiler.compile(stop - start, batch_size, part, False)
            chunks.append((sizes[stop - start], start, stop))
        return Lane(chunks, part, total)
