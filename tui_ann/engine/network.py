"""A network: layers with their parameters, which trains with tapes and makes predictions."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from tui_ann.engine.architecture import Architecture
from tui_ann.engine.arrays import cast_to
from tui_ann.engine.batch_tapes import BatchTape, ChunkedBatchTape
from tui_ann.engine.examples import in_precision, input_rows
from tui_ann.engine.inference import Inference
from tui_ann.engine.layer_summary import LayerSummary, multiplications, summary
from tui_ann.engine.layers import Layer
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.masks import MaskStream
from tui_ann.engine.parameter_layout import place_parameters
from tui_ann.engine.parameters import Parameters
from tui_ann.engine.penalties import Penalties
from tui_ann.engine.tape import Array, Operation, run_calls
from tui_ann.engine.tape_cache import TapeCache, chunk_schedule
from tui_ann.engine.tape_compiler import TapeCompiler


class Network:
    """A feed-forward network that can be trained.

    Args:
        inputs: Features m of an example.
        layers: The layers in order; the last is dense.
        loss: A name of `LOSSES`.
        seed: Initial values and dropout masks depend only on it and on their position.
        dtype: `float64` or `float32`.

    Raises:
        EngineError: If layers and loss do not fit each other, or a value is not allowed.
    """

    def __init__(
        self, inputs: int, layers: Sequence[Layer], loss: str, *, seed: int = 0, dtype: str = "float64"
    ) -> None:
        self.architecture = architecture = Architecture(inputs, layers, loss, dtype)
        self.inputs, self.outputs = architecture.inputs, architecture.outputs
        self.layers, self.loss, self.dtype, self.seed = architecture.layers, loss, architecture.dtype, seed
        layout = place_parameters((p.place, p.number, p.name, p.parameters) for p in architecture.placed)
        self.parameters = Parameters(layout, architecture.dtype, seed)
        """Every parameter by name, live."""
        self.layout = self.parameters.layout
        self.theta = self.parameters.theta
        self.gradient = self.parameters.gradient
        self.running_statistics = self.parameters.running_statistics
        self.gradients = self.parameters.gradients
        self.penalties = _penalties(self.parameters)
        self.masks = [MaskStream(seed, p.place) for p in architecture.placed if p.layer.draws]
        """The random masks of each dropout layer."""
        self._schedule = chunk_schedule(architecture)
        compiler = TapeCompiler(architecture, self.parameters, self.penalties, self.masks)
        self._tapes = TapeCache(compiler, self._schedule, self.gradient, one_thread=bool(self.masks))
        self._inference = Inference(architecture, self._tapes, self._schedule)
        self.parameters.initialize()

    @property
    def n_parameters(self) -> int:
        """Trainable parameters."""
        return int(self.theta.size)

    @property
    def largest_matrix(self) -> int:
        """Size of the largest parameter whose products the engine does not divide among threads itself."""
        threaded = 1 if self.architecture.separate_bias else None
        return max((parameter.size for parameter in self.layout if parameter.layer != threaded), default=0)

    def load(self, values: Mapping[str, Array]) -> None:
        """Set parameters by name; nothing changes unless all of them fit.

        Raises:
            EngineError: If one is missing, unknown, of another shape, or not finite; the message names them all.
        """
        self.parameters.load(values)

    def copy_parameters(self) -> dict[str, Array]:
        """Every parameter by name, copied."""
        return self.parameters.copy()

    def training_tape(self, batch_size: int) -> BatchTape | ChunkedBatchTape:
        """Forward, loss, backward and penalties for batches of this size; compiled once and cached."""
        return self._tapes.training(batch_size)

    def examples_at_once(self, batch_size: int) -> int:
        """Examples of a batch that one matrix product reads: fewer than all if it is computed in chunks."""
        return self._schedule.examples_at_once(batch_size)

    def seek_masks(self, update: int) -> None:
        """Make the next dropout masks those of this update (counted from 0)."""
        for stream in self.masks:
            stream.seek(update)

    def logits(self, X: Array) -> Array:
        """Logits (n, k) for X (n, m) in inference mode; see `inference`."""
        return self._inference.logits(X)

    def y_hat(self, logits: Array) -> Array:
        """Outputs ŷ (n, k) from logits (n, k)."""
        return self._inference.y_hat(logits)

    def predict(self, X: Array) -> Array:
        """Outputs ŷ (n, k) for X (n, m) in inference mode."""
        return self.y_hat(self.logits(X))

    def signals(self, x: Array) -> dict[str, Array]:
        """All signals of one example x (m,) in inference mode by symbol, z1, a1, z2 …, (units,) each."""
        return {symbol: values[0] for symbol, values in self._inference.signals(np.asarray(x)[None]).items()}

    def signals_of(self, X: Array, wanted: Collection[str] = ()) -> dict[str, Array]:
        """Signals of many examples X (n, m) in one pass, in inference mode, by symbol, (n, units) each.

        Args:
            X: The examples.
            wanted: Symbols, such as `a1`; all of them by default.

        Raises:
            EngineError: If the number of features of X differs from that of the network.
        """
        return self._inference.signals(X, wanted)

    def inference_operations(self) -> tuple[Operation, ...]:
        """The forward pass of one example in inference mode as operations with their formulas; the last one is ŷ."""
        return self._inference.operations()

    def mean_loss(self, Y: Array, logits: Array) -> float:
        """The data loss, averaged over the examples, of targets (n, k) and logits (n, k)."""
        with np.errstate(all="ignore"):
            return float(LOSSES[self.loss].per_example(np.asarray(Y, self.dtype), logits).mean())

    def loss_of(self, X: Array, Y: Array) -> tuple[float, float]:
        """Data loss and penalty in inference mode, for X (n, m) and Y (n, k)."""
        return self.mean_loss(Y, self.logits(X)), self.penalties.value()

    def loss_and_gradient(self, X: Array, Y: Array, *, update: int = 0) -> tuple[float, Array]:
        """L (including penalties) and ∂L/∂θ (P,) of one batch in training mode; running statistics do not change.

        Args:
            X: (n, m).
            Y: (n, k).
            update: Which update's dropout masks to use.
        """
        running_statistics = self.running_statistics.copy()
        self.seek_masks(update)
        tape = self.training_tape(len(X))
        Y = in_precision(self.architecture, Y)
        logits = np.empty((len(X), self.outputs), self.dtype)
        run_calls(tape.bound_calls(input_rows(self.architecture, X), Y, logits))
        loss = self.mean_loss(Y, logits) + self.penalties.value()
        self.running_statistics[:] = running_statistics
        return loss, self.gradient.copy()

    def summary(self) -> list[LayerSummary]:
        """A line for each layer, with the number of its parameters and its calculation."""
        return summary(self.inputs, self.layers)

    def multiplications_per_update(self, batch_size: int) -> int:
        """Multiplications of one plain update; see `multiplications`."""
        return multiplications(self.summary(), batch_size)


def _penalties(parameters: Parameters) -> Penalties:
    """The penalties that the parameters declare."""
    l1, l2 = np.zeros_like(parameters.theta), np.zeros_like(parameters.theta)
    l1_views, l2_views = parameters.views(l1), parameters.views(l2)
    for parameter in parameters.layout:
        if parameter.trainable:
            l1_views[parameter.name][:] = cast_to(parameter.spec.l1, parameters.dtype)
            l2_views[parameter.name][:] = cast_to(parameter.spec.l2, parameters.dtype)
    return Penalties(parameters.theta, l1, l2)
