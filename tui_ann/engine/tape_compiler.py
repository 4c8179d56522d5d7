"""Writes the operations of a network as tapes: forward, loss, backward and penalties."""

from collections.abc import Sequence

import numpy as np

from tui_ann.engine.architecture import Architecture
from tui_ann.engine.batch_tapes import BatchTape
from tui_ann.engine.expression import expression
from tui_ann.engine.functions import Given
from tui_ann.engine.layers import DensePass, Layer, LayerContext, LayerPass, Signal
from tui_ann.engine.losses import LOSSES, averaged
from tui_ann.engine.masks import MaskStream, NextUpdate
from tui_ann.engine.parameters import Parameters
from tui_ann.engine.penalties import Penalties
from tui_ann.engine.tape import Array, Call, Operation, Phase, Tape, TapeBuilder, quantity
from tui_ann.text.symbols import Symbol


class TapeCompiler:
    """Writes the tapes of a network.

    Args:
        architecture: Layers and loss.
        parameters: The parameters that the tapes read, with the gradient that they write.
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
            gradient: Buffer for ∂L/∂θ (P,); None for inference.
            closed: Whether the tape includes the operations after a complete gradient; see `closing`.
        """
        architecture = self._architecture
        builder = TapeBuilder(rows, architecture.dtype)
        separate_bias = architecture.separate_bias
        width = architecture.inputs if separate_bias else architecture.inputs + 1
        inputs = np.broadcast_to(np.ones((), architecture.dtype), (rows, width))  # a placeholder that takes no memory
        with_ones = inputs.T
        without = with_ones if separate_bias else with_ones[:-1]
        targets = np.zeros((rows, architecture.outputs), architecture.dtype).T
        logits = np.zeros((rows, architecture.outputs), architecture.dtype).T
        passes = self._passes(gradient)
        signal = Signal(Symbol("x"), without, with_ones, inputs)
        for layer_pass in passes[:-1]:
            forward = layer_pass.forward_inference if gradient is None else layer_pass.forward
            signal = forward(builder, signal)
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
        """The operations after ∂L/∂θ of the data loss is complete: the penalties, and the next update's dropout masks.

        Args:
            gradient: ∂L/∂θ of the data loss (P,); the penalties' gradients are added.
            penalties: Buffers for the penalties, from `penalty_buffers`.
        """
        calls = tuple((NextUpdate(stream), ()) for stream in self._masks)
        masks = Operation(Symbol("masks"), Given("the masks of the next update"), np.zeros(()), calls, Phase.UPDATE)
        return Tape([*self._penalties.operations(gradient, *penalties), *([masks] if calls else [])])

    def penalty_buffers(self) -> tuple[Array, Array]:
        """0-d arrays for Σ l1·|w| and 2·Σ l2·w²."""
        dtype = self._architecture.dtype
        return np.zeros((), dtype), np.zeros((), dtype)

    def _emit_output(self, builder: TapeBuilder, output: DensePass, signal: Signal, logits: Array) -> Array:
        """Emit the output layer so that its logits go into `logits`; return ŷ (k, b)."""
        if not LOSSES[self._architecture.loss].joined_activation:
            return output.forward_into(builder, signal, a=logits).value
        if logits.flags.c_contiguous:
            return output.forward_into(builder, signal, z=logits).value
        y_hat = output.forward(builder, signal).value
        keep: list[Call] = [(np.copyto, (logits, output.z))]
        builder.emit(Phase.LOSS, output.place, output.z_symbol, expression(output.z_symbol), logits, keep)
        return y_hat

    def _emit_backward(
        self, builder: TapeBuilder, passes: list[LayerPass[Layer]], y_hat: Array, targets: Array, batch_size: int
    ) -> None:
        loss, output, place = LOSSES[self._architecture.loss], passes[-1], len(passes)
        assert isinstance(output, DensePass)
        first = next(i for i, layer_pass in enumerate(passes) if layer_pass.context.parameters)
        gradient = builder.buffer(self._architecture.outputs)
        calls = loss.gradient_calls(y_hat, targets, gradient, batch_size)
        symbol = output.z_symbol if loss.joined_activation else output.a_symbol
        slope = loss.joined_slope if loss.joined_activation else loss.slope
        value = averaged(slope(expression(output.a_symbol), quantity("y"), self._architecture.outputs), batch_size)
        title = (
            f"The product cancels: {loss.joined_activation} with {loss.label}"
            if loss.joined_activation
            else "How the loss changes with the output"
        )
        builder.emit(Phase.BACKWARD, place, symbol.gradient, value, gradient, calls, title=title)
        needs_dx = first < len(passes) - 1
        if loss.joined_activation:
            signal = output.backward_from_dz(builder, gradient, needs_dx)
        else:
            signal = output.backward(builder, gradient, needs_dx)
        for i in range(len(passes) - 2, first - 1, -1):
            assert signal is not None
            signal = passes[i].backward(builder, signal, i > first)

    def _passes(self, gradient: Array | None) -> list[LayerPass[Layer]]:
        """A pass for each layer, on the parameters and this gradient."""
        values = self._parameters
        slopes = values.views(values.gradient if gradient is None else gradient)
        masks = iter(self._masks)
        passes: list[LayerPass[Layer]] = []
        for placed in self._architecture.placed:
            own = [parameter for parameter in values.layout if parameter.layer == placed.place]
            context = LayerContext(
                placed.place,
                placed.number,
                {parameter.symbol.kind: values[parameter.name] for parameter in own},
                {parameter.symbol.kind: slopes[parameter.name] for parameter in own if parameter.trainable},
                next(masks) if placed.layer.draws else None,
            )
            passes.append(placed.layer.build(context))
        return passes
