"""Writes the operations of a network as tapes: forward, loss, backward and penalties."""

from collections.abc import Mapping, Sequence

import numpy as np

from tui_ann.engine.architecture import Architecture
from tui_ann.engine.batch_tapes import BatchTape
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.masks import MaskStream
from tui_ann.engine.parameters import Parameters
from tui_ann.engine.passes import BatchNormalizationPass, Block, DensePass, DropoutPass, LayerPass, Signal
from tui_ann.engine.penalties import Penalties
from tui_ann.engine.tape import Array, Call, Operation, Phase, Tape, TapeBuilder


class TapeCompiler:
    """Writes the tapes of a network.

    Args:
        architecture: Layers and loss.
        parameters: What the tapes read, and the gradient that they write.
        penalties: The penalties on the parameters.
        masks: The random masks of each dropout layer.
    """

    def __init__(
        self, architecture: Architecture, parameters: Parameters, penalties: Penalties, masks: Sequence[MaskStream]
    ) -> None:
        self._architecture, self._parameters = architecture, parameters
        self._penalties, self._masks = penalties, masks

    def compile(self, rows: int, batch_size: int, gradient: Array | None, closed: bool) -> BatchTape:
        """Write a tape for `rows` examples of a batch.

        Args:
            rows: Examples that the tape computes.
            batch_size: Examples of the whole batch, over which the loss is averaged.
            gradient: Where ∂L/∂θ (P,) goes; None for inference.
            closed: Whether the tape ends with what follows a complete gradient; see `closing`.
        """
        architecture = self._architecture
        builder = TapeBuilder(rows, architecture.dtype)
        apart = architecture.bias_apart
        width = architecture.inputs if apart else architecture.inputs + 1
        inputs = np.broadcast_to(np.ones((), architecture.dtype), (rows, width))  # a stand-in that takes no memory
        with_ones = inputs.T
        without = with_ones if apart else with_ones[:-1]
        targets = np.zeros((rows, architecture.outputs), architecture.dtype).T
        logits = np.zeros((rows, architecture.outputs), architecture.dtype).T
        passes = self._passes(gradient)
        signal = Signal("x", without, with_ones, inputs)
        for layer_pass in passes[:-1]:
            if gradient is None and not isinstance(layer_pass, DensePass):
                signal = layer_pass.forward_inference(builder, signal)
            else:
                signal = layer_pass.forward(builder, signal)
        output = passes[-1]
        assert isinstance(output, DensePass)
        y_hat = self._emit_output(builder, output, signal, logits)
        penalties = self.penalty_buffers()
        if gradient is not None:
            self._emit_backward(builder, passes, y_hat, targets, batch_size)
            if closed:
                builder.operations += self.closing(gradient, penalties).operations
        return BatchTape(Tape(builder.operations), inputs, (with_ones, without), targets, logits, penalties)

    def closing(self, gradient: Array, penalties: tuple[Array, Array]) -> Tape:
        """What follows when ∂L/∂θ of the data loss is complete: the penalties, and the next update's dropout masks.

        Args:
            gradient: ∂L/∂θ of the data loss (P,); the penalties' gradients are added.
            penalties: Where the penalties go, as from `penalty_buffers`.
        """
        calls = tuple((stream.next_update, ()) for stream in self._masks)
        masks = [Operation("masks", "next update's masks", (), np.zeros(()), calls, Phase.UPDATE)] if calls else []
        return Tape([*self._penalties.operations(gradient, *penalties), *masks])

    def penalty_buffers(self) -> tuple[Array, Array]:
        """0-d arrays for Σ l1·|w| and 2·Σ l2·w²."""
        dtype = self._architecture.dtype
        return np.zeros((), dtype), np.zeros((), dtype)

    def _emit_output(self, builder: TapeBuilder, output: DensePass, signal: Signal, logits: Array) -> Array:
        """Emit the output layer so that its logits go into `logits`; return ŷ (k, b)."""
        if not LOSSES[self._architecture.loss].joined_activation:
            return output.forward(builder, signal, a=logits).value
        if logits.flags.c_contiguous:
            return output.forward(builder, signal, z=logits).value
        y_hat = output.forward(builder, signal).value
        keep: list[Call] = [(np.copyto, (logits, output.z))]
        symbol = f"z{output.number}"
        builder.emit(Phase.LOSS, output.place, symbol, "kept for the loss", (symbol,), logits, keep)
        return y_hat

    def _emit_backward(
        self, builder: TapeBuilder, passes: list[LayerPass], y_hat: Array, targets: Array, batch_size: int
    ) -> None:
        loss, output, place = LOSSES[self._architecture.loss], passes[-1], len(passes)
        assert isinstance(output, DensePass)
        first = next(i for i, layer_pass in enumerate(passes) if not isinstance(layer_pass, DropoutPass))
        n = output.number
        gradient = builder.buffer(self._architecture.outputs)
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
        """A pass for each layer, on the parameters and this gradient."""
        values = self._parameters
        slopes = values.views(values.gradient if gradient is None else gradient)
        passes: list[LayerPass] = []
        for placed in self._architecture.placed:
            layer, place, k = placed.layer, placed.place, placed.number
            if isinstance(layer, Dense):
                block = Block(
                    _block(values, k),
                    values[f"W{k}"],
                    values[f"b{k}"],
                    _block(slopes, k),
                    slopes[f"W{k}"],
                    slopes[f"b{k}"],
                )
                name = f"alpha{k}"
                alpha = (values[name][:, None], slopes[name][:, None]) if name in values else None
                passes.append(DensePass(layer, place, k, block, alpha))
            elif isinstance(layer, Dropout):
                passes.append(DropoutPass(layer, place, k, self._masks[k - 1].draw))
            else:
                names = ("gamma", "beta", "moving_mean", "moving_var")
                columns = {name: values[f"{name}{k}"][:, None] for name in names}
                columns |= {f"d{name}": slopes[f"{name}{k}"][:, None] for name in ("gamma", "beta")}
                passes.append(BatchNormalizationPass(layer, place, k, columns))
        return passes


def _block(views: Mapping[str, Array], number: int) -> Array:
    """[W b] as one (neurons, inputs + 1) view if b is stored as a column of W, else W."""
    W = views[f"W{number}"]
    units, inputs = W.shape
    if W.strides[0] == inputs * W.itemsize:
        return W
    return np.lib.stride_tricks.as_strided(W, (units, inputs + 1), W.strides)
