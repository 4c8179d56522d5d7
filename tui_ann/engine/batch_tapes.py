"""Tapes for batches: forward, loss, backward and penalties, ready to be bound to the rows of any batch.

A tape is compiled once for each batch size, on buffers of its own.  `bound_calls` puts a particular batch's rows in
the place of its inputs, targets and outputs; all other calls are shared.  Batches too large for the cache are worked
off in chunks whose gradients are added up.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_ann.engine.lanes import LANES, run_lanes
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.passes import BatchNormalizationPass, Block, DensePass, DropoutPass, LayerPass, Signal
from tui_ann.engine.tape import Array, Call, Operation, Phase, Tape, TapeBuilder, run_calls

if TYPE_CHECKING:
    from tui_ann.engine.network import Network

CHUNK_BYTES = 1 << 20
"""Bytes that the activations of one chunk may take: they and their gradients then stay in the cache."""


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


class TapeCompiler:
    """Writes the tapes of a network and keeps them, one for each batch size.

    Args:
        network: The network whose parameters the tapes read and whose gradient they write.
    """

    def __init__(self, network: "Network") -> None:
        self._network = network
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

    def training(self, batch_size: int) -> "BatchTape | ChunkedBatchTape":
        """The training tape for this batch size."""
        if batch_size not in self._training:
            if self.examples_at_once(batch_size) == batch_size:
                tape: BatchTape | ChunkedBatchTape = self._compile(batch_size, batch_size, self._network.gradient, True)
            else:
                tape = self._chunked(batch_size)
            self._training[batch_size] = tape
        return self._training[batch_size]

    def inference(self, batch_size: int, lane: int = 0) -> BatchTape:
        """The inference tape of a lane for this number of examples."""
        key = batch_size, lane
        if key not in self._inference:
            self._inference[key] = self._compile(batch_size, batch_size, None, True)
        return self._inference[key]

    def _chunked(self, batch_size: int) -> ChunkedBatchTape:
        network = self._network
        starts = range(0, batch_size, self.chunk)
        # Dropout draws the masks of one chunk after the other from one stream, so it has one lane only.
        n_lanes = 1 if network.masks else self.lanes
        lanes = [self._lane(starts[i::n_lanes], batch_size, first=i == 0) for i in range(n_lanes)]
        penalties = self._penalty_buffers()
        closing = Tape([*network.penalties.operations(network.gradient, *penalties), *self._next_masks()])
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
                sizes[stop - start] = self._compile(stop - start, batch_size, part, False)
            chunks.append((sizes[stop - start], start, stop))
        return Lane(chunks, part, total)

    def _penalty_buffers(self) -> tuple[Array, Array]:
        return np.zeros((), self._network.dtype), np.zeros((), self._network.dtype)

    def _next_masks(self) -> list[Operation]:
        calls = tuple((stream.next_update, ()) for stream in self._network.masks)
        return [Operation("masks", "next update's masks", (), np.zeros(()), calls, Phase.UPDATE)] if calls else []

    def _compile(self, rows: int, batch_size: int, gradient: Array | None, closed: bool) -> BatchTape:
        """Write a tape for `rows` examples of a batch of `batch_size`; without a gradient, for inference."""
        network = self._network
        builder = TapeBuilder(rows, network.dtype)
        width = network.inputs if network.is_wide else network.inputs + 1
        inputs = np.broadcast_to(np.ones((), network.dtype), (rows, width))  # a stand-in that takes no memory
        with_ones = inputs.T
        without = with_ones if network.is_wide else with_ones[:-1]
        targets = np.zeros((rows, network.outputs), network.dtype).T
        outputs = np.zeros((rows, network.outputs), network.dtype).T
        passes = self._passes(gradient)
        signal = Signal("x", without, with_ones, inputs)
        for layer_pass in passes[:-1]:
            if gradient is None and not isinstance(layer_pass, DensePass):
                signal = layer_pass.forward_inference(builder, signal)
            else:
                signal = layer_pass.forward(builder, signal)
        output = passes[-1]
        assert isinstance(output, DensePass)
        y_hat = self._emit_output(builder, output, signal, outputs)
        penalties = self._penalty_buffers()
        if gradient is not None:
            self._emit_backward(builder, passes, y_hat, targets, batch_size)
            if closed:
                builder.operations += [*network.penalties.operations(gradient, *penalties), *self._next_masks()]
        return BatchTape(Tape(builder.operations), inputs, (with_ones, without), targets, outputs, penalties)

    def _emit_output(self, builder: TapeBuilder, output: DensePass, signal: Signal, outputs: Array) -> Array:
        """Emit the output layer so that what the loss reads lands in `outputs`; return ŷ (k, b)."""
        if not LOSSES[self._network.loss].joined_activation:
            return output.forward(builder, signal, a=outputs).value
        if outputs.flags.c_contiguous:
            return output.forward(builder, signal, z=outputs).value
        y_hat = output.forward(builder, signal).value
        keep: list[Call] = [(np.copyto, (outputs, output.z))]
        symbol = f"z{output.number}"
        builder.emit(Phase.LOSS, output.place, symbol, "kept for the loss", (symbol,), outputs, keep)
        return y_hat

    def _emit_backward(
        self, builder: TapeBuilder, passes: list[LayerPass], y_hat: Array, targets: Array, batch_size: int
    ) -> None:
        loss, output, place = LOSSES[self._network.loss], passes[-1], len(passes)
        assert isinstance(output, DensePass)
        first = next(i for i, layer_pass in enumerate(passes) if not isinstance(layer_pass, DropoutPass))
        n = output.number
        gradient = builder.buffer(self._network.outputs)
        calls = loss.gradient_calls(y_hat, targets, gradient, batch_size)
        operands = (f"a{n}", "y")
        symbol = f"dz{n}" if loss.joined_activation else f"da{n}"
        phase = Phase.BACKWARD
        slope = loss.gradient_formula.replace("ŷ", f"a{n}")
        formula = f"1/{batch_size} ({slope})" if batch_size > 1 else slope
        builder.emit(phase, place, symbol, formula, operands, gradient, calls)
        needs_dx = first < len(passes) - 1
        if loss.joined_activation:
            signal = output.backward_from_dz(builder, gradient, needs_dx)
        else:
            signal = output.backward(builder, gradient, needs_dx)
        for i in range(len(passes) - 2, first - 1, -1):
            assert signal is not None
            signal = passes[i].backward(builder, signal, i > first)

    def _passes(self, gradient: Array | None) -> list[LayerPass]:
        """A pass for each layer, on the network's parameters and this gradient."""
        network = self._network
        values = network.parameters
        slopes = network.views(network.gradient if gradient is None else gradient)
        passes: list[LayerPass] = []
        dense = dropout = normalisations = 0
        for place, layer in enumerate(network.layers, start=1):
            if isinstance(layer, Dense):
                dense += 1
                block = Block(
                    _block(values, dense),
                    values[f"W{dense}"],
                    values[f"b{dense}"],
                    _block(slopes, dense),
                    slopes[f"W{dense}"],
                    slopes[f"b{dense}"],
                )
                name = f"alpha{dense}"
                alpha = (values[name][:, None], slopes[name][:, None]) if name in values else None
                passes.append(DensePass(layer, place, dense, block, alpha))
            elif isinstance(layer, Dropout):
                dropout += 1
                passes.append(DropoutPass(layer, place, dropout, network.masks[dropout - 1].draw))
            else:
                normalisations += 1
                k = normalisations
                names = ("gamma", "beta", "moving_mean", "moving_var")
                columns = {name: values[f"{name}{k}"][:, None] for name in names}
                columns |= {f"d{name}": slopes[f"{name}{k}"][:, None] for name in ("gamma", "beta")}
                passes.append(BatchNormalizationPass(layer, place, k, columns))
        return passes


def _block(views: Mapping[str, Array], number: int) -> Array:
    """[W b] as one (neurons, inputs + 1) view where b stands beside W in memory, else W."""
    W = views[f"W{number}"]
    units, inputs = W.shape
    if W.strides[0] == inputs * W.itemsize:
        return W
    return np.lib.stride_tricks.as_strided(W, (units, inputs + 1), W.strides)
