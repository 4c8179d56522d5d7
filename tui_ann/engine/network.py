"""The network: layers and their parameters, all in one flat vector, and the tapes that run them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.batch_tapes import BatchTape, ChunkedBatchTape
from tui_ann.engine.compatibility import incompatibilities
from tui_ann.engine.initializers import initial
from tui_ann.engine.lanes import run_lanes
from tui_ann.engine.layers import (
    BatchNormalization,
    Dense,
    Dropout,
    Layer,
    Parameter,
    is_wide,
    output_units,
    parameter_layout,
)
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.masks import MaskStream
from tui_ann.engine.penalties import Penalties
from tui_ann.engine.tape import Array, Phase, run_calls
from tui_ann.engine.tape_cache import TapeCache
from tui_ann.errors import EngineError


@dataclass(frozen=True)
class LayerSummary:
    """One line of the table of layers."""

    index: int
    """Place in the list, the first is 1."""
    type: str
    """`dense`, `dropout` or `batch_normalization`."""
    inputs: int
    outputs: int
    activation: str
    """Empty for layers without one."""
    parameters: int
    """Trainable ones."""
    formula: str
    """How they are counted: `16·30 + 16 = 496`."""


class Network:
    """A feed-forward network that can be trained.

    Args:
        inputs: Features m of an example.
        layers: The layers in order; the last is dense.
        loss: A name of `LOSSES`.
        seed: Start values and dropout masks depend on it and on their place only.
        dtype: `float64` or `float32`.

    Raises:
        EngineError: If layers and loss make no sense together.
    """

    def __init__(
        self, inputs: int, layers: Sequence[Layer], loss: str, *, seed: int = 0, dtype: str = "float64"
    ) -> None:
        if inputs < 1:
            raise EngineError(
                "A network needs at least one input.", remedy="Use one feature or more.", code="no_inputs"
            )
        if dtype not in ("float64", "float32"):
            raise EngineError(f"There is no precision “{dtype}”.", remedy="Take float64 or float32.", code="bad_dtype")
        for problem in incompatibilities(layers, loss):
            raise EngineError(problem.message, remedy=problem.remedy, code=problem.code)
        self.inputs, self.layers, self.loss, self.seed, self.dtype = inputs, tuple(layers), loss, seed, np.dtype(dtype)
        self.outputs = output_units(inputs, layers)
        self.layout: list[Parameter] = parameter_layout(inputs, layers)
        trainable = sum(int(np.prod(p.shape)) for p in self.layout if p.trainable)
        running = sum(int(np.prod(p.shape)) for p in self.layout if not p.trainable)
        self.theta: Array = np.zeros(trainable, self.dtype)
        """All trainable parameters (P,); the named ones are views into it."""
        self.gradient: Array = np.zeros(trainable, self.dtype)
        """∂L/∂θ (P,) of the last update, penalties included."""
        self.moving: Array = np.zeros(running, self.dtype)
        """Running statistics of batch normalisation."""
        self.parameters: dict[str, Array] = self.views(self.theta, self.moving)
        """Every parameter by name, live."""
        self.gradients: dict[str, Array] = self.views(self.gradient)
        """∂L/∂ of every trainable parameter by the parameter's name, live."""
        self.penalties = self._penalties()
        self.masks = [MaskStream(seed, place) for place, layer in enumerate(layers, 1) if isinstance(layer, Dropout)]
        """The random masks of each dropout layer."""
        self._tapes = TapeCache(self)
        self.initialize()

    @property
    def n_parameters(self) -> int:
        """Trainable parameters."""
        return int(self.theta.size)

    def views(self, theta: Array, moving: Array | None = None) -> dict[str, Array]:
        """A flat vector shaped as θ (and one as the running statistics) taken apart by name, as views."""
        views = {}
        for parameter in self.layout:
            flat = theta if parameter.trainable else moving
            if flat is not None:
                itemsize = flat.itemsize
                strides = [parameter.stride * itemsize, itemsize] if len(parameter.shape) == 2 else []
                strides = strides or [parameter.stride * itemsize]
                start = flat[parameter.offset :]
                views[parameter.name] = np.lib.stride_tricks.as_strided(start, parameter.shape, strides)
        return views

    def _penalties(self) -> Penalties:
        l1, l2 = np.zeros_like(self.theta), np.zeros_like(self.theta)
        l1_views, l2_views = self.views(l1), self.views(l2)
        for parameter in self.layout:
            layer = self.layers[parameter.layer - 1]
            if parameter.name.startswith("W") and isinstance(layer, Dense):
                l1_views[parameter.name][:] = layer.l1
                l2_views[parameter.name][:] = layer.l2
        return Penalties(self.theta, l1, l2)

    def initialize(self) -> None:
        """Set every parameter to its start value: W by the layer's initializer, b 0, α as described, γ 1, β 0.

        A start value depends only on the seed and the parameter's place: layers added elsewhere do not change it.
        """
        for parameter in self.layout:
            view, layer = self.parameters[parameter.name], self.layers[parameter.layer - 1]
            kind = parameter.name.rstrip("0123456789")
            if kind == "W" and isinstance(layer, Dense):
                rng = np.random.default_rng([self.seed, int(parameter.name[1:])])
                view[:] = initial(layer.initializer, rng, view.shape)
            elif kind == "alpha" and isinstance(layer, Dense):
                default = ACTIVATIONS[layer.activation].default_alpha
                view[:] = default if layer.alpha is None else layer.alpha
            else:
                view[:] = 1.0 if kind in ("gamma", "moving_var") else 0.0
        self.gradient.fill(0.0)

    def load(self, values: Mapping[str, Array]) -> None:
        """Take over parameters by name; nothing changes unless all of them fit.

        Raises:
            EngineError: If one is missing, unknown, of another shape, or not finite; it names them all.
        """
        problems = [f"{name} is missing" for name in self.parameters if name not in values]
        problems += [f"{name} is not a parameter of this network" for name in values if name not in self.parameters]
        for name, view in self.parameters.items():
            if name in values and np.shape(values[name]) != view.shape:
                problems.append(f"{name} has the shape {np.shape(values[name])}, this network needs {view.shape}")
            elif name in values and not np.isfinite(self._cast(values[name])).all():
                problems.append(f"{name} holds values that are not finite in {self.dtype}")
        if problems:
            raise EngineError(
                "The parameters do not fit this network.",
                remedy="Use a file saved from a network with the same layers.",
                code="bad_weights",
                details=problems,
            )
        for name, view in self.parameters.items():
            view[:] = self._cast(values[name])

    def _cast(self, values: Array) -> Array:
        """Values as a contiguous array of the network's precision, infinite where they are too large for it."""
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(values, self.dtype)

    def copy_parameters(self) -> dict[str, Array]:
        """Every parameter by name, copied."""
        return {name: view.copy() for name, view in self.parameters.items()}

    def features(self, X: Array) -> Array:
        """X as an array (n, m).

        Raises:
            EngineError: If it has another number of features than the network.
        """
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.inputs:
            raise EngineError(
                f"The network takes {self.inputs} features, the data has the shape {X.shape}.",
                remedy="Give a table with one example a row and one feature a column.",
                code="bad_input_shape",
            )
        return X

    def with_ones(self, X: Array) -> Array:
        """X (n, m) as the tapes take it: (n, m + 1) with a last column of ones, or X itself where m is large."""
        X = self.features(X)
        if self.is_wide:
            return self._cast(X)
        design = np.empty((len(X), self.inputs + 1), self.dtype)
        with np.errstate(over="ignore"):
            design[:, :-1], design[:, -1] = X, 1.0
        return design

    def targets(self, Y: Array, n: int) -> Array:
        """Y as the tapes take it: (n, k), contiguous, in the network's precision.

        Raises:
            EngineError: If there is no target row for each of the n examples, or not a number for each output.
        """
        Y = self._cast(Y)
        if Y.shape != (n, self.outputs) or n == 0:
            raise EngineError(
                f"The targets have the shape {Y.shape}; {n} examples and {self.outputs} outputs need "
                f"{(n, self.outputs)}.",
                remedy="Give a target row for each example, with one number for each output unit.",
                code="bad_target_shape",
            )
        return Y

    @property
    def is_wide(self) -> bool:
        """Whether the first layer reads X where it lies, with its bias apart."""
        return is_wide(self.inputs) and isinstance(self.layers[0], Dense)

    def training_tape(self, batch_size: int) -> BatchTape | ChunkedBatchTape:
        """Forward, loss, backward and penalties for batches of this size; made once and kept."""
        return self._tapes.training(batch_size)

    def examples_at_once(self, batch_size: int) -> int:
        """Examples of a batch that one matrix product takes: fewer than all where it is worked off in chunks."""
        return self._tapes.examples_at_once(batch_size)

    def outputs_for_loss(self, X: Array) -> Array:
        """What the loss reads (n, k) in inference mode, for X (n, m), worked off in cache-sized chunks.

        That is ŷ, or z of the output layer where the loss is joined with its activation.
        """
        X = self.features(X)
        outputs = np.empty((len(X), self.outputs), self.dtype)
        chunk = min(self._tapes.chunk, max(1, len(X)))
        if self.is_wide:
            self._infer_in_place(X, outputs, chunk)
        else:
            lanes = max(1, min(self._tapes.lanes, -(-len(X) // chunk)))
            run_lanes(*(partial(self._infer, X, outputs, chunk, lane, lanes) for lane in range(lanes)))
        return outputs

    def _infer(self, X: Array, outputs: Array, chunk: int, lane: int, lanes: int) -> None:
        """One lane's chunks, copied in and out of buffers to which the calls are bound once."""
        rows = self.with_ones(np.zeros((chunk, self.inputs), self.dtype))
        left = np.empty((chunk, self.outputs), self.dtype)
        calls = self._tapes.inference(chunk, lane).bound_calls(rows, None, left)
        for start in range(lane * chunk, len(X), lanes * chunk):
            part = X[start : start + chunk]
            with np.errstate(over="ignore"):
                rows[: len(part), :-1] = part
            run_calls(calls)
            outputs[start : start + chunk] = left[: len(part)]

    def _infer_in_place(self, X: Array, outputs: Array, chunk: int) -> None:
        """All chunks, on the examples where they lie; a wide layer uses the lanes itself."""
        for start in range(0, len(X), chunk):
            rows = self.with_ones(X[start : start + chunk])
            tape = self._tapes.inference(len(rows))
            run_calls(tape.bound_calls(rows, None, outputs[start : start + chunk]))

    def y_hat_of(self, outputs: Array) -> Array:
        """Outputs ŷ (n, k) from what the loss reads (n, k)."""
        joined = LOSSES[self.loss].joined_activation
        y_hat: Array = outputs if joined is None else ACTIVATIONS[joined].g(outputs.T).T
        return y_hat

    def predict(self, X: Array) -> Array:
        """Outputs ŷ (n, k) in inference mode for X (n, m)."""
        return self.y_hat_of(self.outputs_for_loss(X))

    def signals(self, x: Array) -> dict[str, Array]:
        """What the network makes of one example x (m,) in inference mode: z1, a1, z2 … by symbol, (units,) each."""
        rows, outputs = self.with_ones(np.asarray(x)[None]), np.empty((1, self.outputs), self.dtype)
        tape = self._tapes.inference(1).bound(rows, self.targets(np.zeros((1, self.outputs)), 1), outputs)
        run_calls(tape.calls)
        return {step.symbol: step.result[:, 0].copy() for step in tape.operations if step.phase is Phase.FORWARD}

    def mean_loss(self, Y: Array, outputs: Array) -> float:
        """The data loss, averaged over the examples, of targets (n, k) and what the loss reads (n, k)."""
        with np.errstate(all="ignore"):
            return float(LOSSES[self.loss].per_example(np.asarray(Y, self.dtype), outputs).mean())

    def loss_of(self, X: Array, Y: Array) -> tuple[float, float]:
        """Data loss and penalty in inference mode, for X (n, m) and Y (n, k)."""
        return self.mean_loss(Y, self.outputs_for_loss(X)), self.penalties.value()

    def loss_and_gradient(self, X: Array, Y: Array, *, update: int = 0) -> tuple[float, Array]:
        """L (penalties included) and ∂L/∂θ (P,) of one batch in training mode; running statistics stay as they are.

        Args:
            X: (n, m).
            Y: (n, k).
            update: Which update's dropout masks to use.
        """
        moving = self.moving.copy()
        self.seek_masks(update)
        tape = self.training_tape(len(X))
        Y = self._cast(Y)
        outputs = np.empty((len(X), self.outputs), self.dtype)
        run_calls(tape.bound_calls(self.with_ones(X), Y, outputs))
        loss = self.mean_loss(Y, outputs) + self.penalties.value()
        self.moving[:] = moving
        return loss, self.gradient.copy()

    def gradient_norms(self) -> dict[str, float]:
        """‖∂L/∂·‖ of each trainable parameter in the last update; not finite only where the gradient is not."""
        return {name: _length(g) for name, g in self.gradients.items()}

    def seek_masks(self, update: int) -> None:
        """Make the next dropout masks those of this update (counted from 0)."""
        for stream in self.masks:
            stream.seek(update)

    def multiplications_per_update(self, batch_size: int) -> int:
        """Multiplications of one plain update; see `multiplications`."""
        return multiplications(self.summary(), batch_size)

    def summary(self) -> list[LayerSummary]:
        """A line for each layer, with the number of its parameters and how it comes about."""
        return summary(self.inputs, self.layers)


def summary(inputs: int, layers: Sequence[Layer]) -> list[LayerSummary]:
    """A line for each layer, without building the network."""
    lines, width = [], inputs
    for place, layer in enumerate(layers, start=1):
        if isinstance(layer, Dense):
            count = layer.units * (width + 1) + (layer.units if layer.activation == "prelu" else 0)
            alphas = f" + {layer.units}" if layer.activation == "prelu" else ""
            formula = f"{layer.units}·{width} + {layer.units}{alphas} = {count}"
            lines.append(LayerSummary(place, "dense", width, layer.units, layer.activation, count, formula))
            width = layer.units
        elif isinstance(layer, BatchNormalization):
            formula = f"2·{width} = {2 * width}"
            lines.append(LayerSummary(place, "batch_normalization", width, width, "", 2 * width, formula))
        else:
            lines.append(LayerSummary(place, "dropout", width, width, "", 0, "0"))
    return lines


def multiplications(lines: Sequence[LayerSummary], batch_size: int) -> int:
    """Multiplications of one plain update of a network with these layers, without building it.

    z, ∂L/∂W and (but for the first dense layer) ∂L/∂x are products for each example, then comes η·∂L/∂θ.
    """
    dense = [line for line in lines if line.type == "dense"]
    products = sum(line.outputs * line.inputs * (3 if place else 2) for place, line in enumerate(dense))
    return products * batch_size + sum(line.parameters for line in lines)


def _length(values: Array) -> float:
    """‖values‖, also where the squares are beyond the largest number."""
    with np.errstate(all="ignore"):
        length = float(np.sqrt(np.vdot(values, values)))
        if np.isfinite(length) or not np.isfinite(values).all():
            return length
        largest = float(np.abs(values).max())
        return largest * float(np.linalg.norm(values / largest))
