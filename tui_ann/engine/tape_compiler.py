"""Writes the operations of a network as tapes: forward, loss, backward and penalties."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tui_ann.engine.batch_tapes import BatchTape
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.passes import BatchNormalizationPass, Block, DensePass, DropoutPass, LayerPass, Signal
from tui_ann.engine.tape import Array, Call, Operation, Phase, Tape, TapeBuilder

if TYPE_CHECKING:
    from tui_ann.engine.network import Network


class TapeCompiler:
    """Writes the tapes of a network.

    Args:
        network: The network whose parameters the tapes read and whose gradient they write.
    """

    def __init__(self, network: "Network") -> None:
        self._network = network

    def compile(self, rows: int, batch_size: int, gradient: Array | None, closed: bool) -> BatchTape:
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
        penalties = self.penalty_buffers()
        if gradient is not None:
            self._emit_backward(builder, passes, y_hat, targets, batch_size)
            if closed:
                builder.operations += [*network.penalties.operations(gradient, *penalties), *self.next_masks()]
        return BatchTape(Tape(builder.operations), inputs, (with_ones, without), targets, outputs, penalties)

    def penalty_buffers(self) -> tuple[Array, Array]:
        """0-d arrays for Σ l1·|w| and 2·Σ l2·w²."""
        return np.zeros((), self._network.dtype), np.zeros((), self._network.dtype)

    def next_masks(self) -> list[Operation]:
        """The operation that moves every dropout mask on to the next update; none without dropout."""
        calls = tuple((stream.next_update, ()) for stream in self._network.masks)
        return [Operation("masks", "next update's masks", (), np.zeros(()), calls, Phase.UPDATE)] if calls else []

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
