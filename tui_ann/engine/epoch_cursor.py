"""The position of a run within its epoch: the next batch, and the results of the updates so far.

Losses are not computed update by update.  Each update stores its logits in the window; `collect_losses` computes the
losses of all updates since the last call in one pass, and checks that they are finite.
"""

from dataclasses import dataclass

import numpy as np

from tui_ann import large_arrays
from tui_ann.engine.epoch_order import epoch_noise, epoch_order
from tui_ann.engine.kernel.kernels import Kernel
from tui_ann.engine.kernel.updates import Call
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Tape
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.engine.windows import BoundBatches, Windows
from tui_ann.errors import EngineError
from tui_ann.text import counted


@dataclass(frozen=True, eq=False)
class CursorState:
    """A position within an epoch, and the results of its examples."""

    position: int
    """Examples of the epoch used so far."""
    loss_sum: float
    """Sum of their data losses."""
    penalty_sum: float
    """Sum over these examples of the penalty at their update."""
    logits: Array
    """Their logits (position, k)."""
    epoch_settings: TrainingSettings
    """The settings at the epoch's first update, which determine its order and noise."""


@dataclass(frozen=True, eq=False)
class Batch:
    """The examples of one update."""

    examples: Array
    """Their rows in the training data (b,)."""
    X: Array
    """Features (m, b)."""
    Y: Array
    """Targets (k, b)."""


class EpochCursor:
    """Goes through the batches of an epoch.

    Args:
        network: The network to train.
        rows: All training inputs as from `examples.input_rows`.
        Y: All training targets (n, k), in the network's precision.
        kernel: What runs the updates.
    """

    def __init__(self, network: Network, rows: Array, Y: Array, kernel: Kernel) -> None:
        self._network, self._rows, self._Y = network, rows, Y
        self.kernel = kernel
        """What runs the updates."""
        self.n = len(rows)
        """Training examples."""
        self.position = 0
        """Examples of this epoch used so far."""
        self.loss_sum = 0.0
        """Sum of the data losses of those examples whose losses were collected."""
        self.penalty_sum = 0.0
        """Sum over those examples of the penalty at their update."""
        self.logits = np.zeros_like(Y)
        """Logits of the examples of this epoch, in the epoch's order (n, k)."""
        self.finite = True
        """Whether all losses collected, and θ, are finite."""
        self._epoch_settings = TrainingSettings()
        self._window: BoundBatches | None = None
        self._order: Array | None = None
        self._noisy_rows: Array | None = None
        self._drawn_epoch = 0
        self._done = self._collected = 0

    def set_up(self, batch_size: int, closing: Tape, flush: tuple[Call, ...]) -> None:
        """Use batches of this size from now on.

        Args:
            batch_size: Examples of a full batch.
            closing: The operations that end each update.
            flush: Calls due every few updates; see `Optimizer.flush_calls`.
        """
        self._windows = Windows(self._network, self._rows, self._Y, batch_size, closing, flush, self.kernel)
        self.leave_window()

    def check(self, settings: TrainingSettings) -> None:
        """Refuse settings that need more of the inputs in memory than fits.

        Raises:
            EngineError: A batch is too large, or noise is added to all inputs at once (`too_large`).
        """
        if not large_arrays.is_in_file(self._rows):
            return
        batch = settings.examples_per_update(self.n)
        if not large_arrays.fits(batch * self._rows[0].nbytes):
            raise EngineError(
                f"The rows do not fit into memory, and neither do the {counted(batch, 'example')} of a batch.",
                remedy='Use variant = "mini-batch" and a smaller batch_size, or use fewer rows.',
                code="too_large",
            )
        if settings.noise > 0.0:
            raise EngineError(
                "The rows do not fit into memory, but noise is added to all of them at once.",
                remedy="Use noise = 0, or use fewer rows.",
                code="too_large",
            )

    @property
    def batch_size(self) -> int:
        """Examples of a full batch."""
        size: int = self._windows.batch_size
        return size

    @property
    def complete(self) -> bool:
        """Whether all examples of the epoch have been used."""
        return self.position == self.n

    @property
    def between_windows(self) -> bool:
        """Whether the next update begins a new window."""
        return self._window is None

    @property
    def window_complete(self) -> bool:
        """Whether all batches of the window are done."""
        return self._window is not None and self._done == len(self._window.spans)

    @property
    def targets(self) -> Array:
        """Targets in the epoch's order (n, k)."""
        return self._Y if self._order is None else self._Y[self._order]

    def enter_window(self, epoch: int, settings: TrainingSettings) -> None:
        """Load the window of the next update.

        Args:
            epoch: The number of the epoch, the first is 1.
            settings: The settings; those at the epoch's first update decide its order and noise.
        """
        if self.position == 0:
            self._epoch_settings = settings
        if self.position == 0 or self._drawn_epoch != epoch:
            self._draw(epoch)
        self._window = self._windows.load(self._order, self.position, self._noisy_rows)

    def _draw(self, epoch: int) -> None:
        """Draw the order and the noise of an epoch."""
        settings = self._epoch_settings
        shuffled = settings.shuffle and settings.variant != "batch"
        self._order = epoch_order(self.n, settings.shuffle_seed, epoch) if shuffled else None
        self._noisy_rows = self._add_noise(epoch, settings.noise) if settings.noise > 0.0 else None
        self._drawn_epoch = epoch

    def _add_noise(self, epoch: int, noise: float) -> Array:
        rows, m = self._rows.copy(), self._network.inputs
        with np.errstate(over="ignore", invalid="ignore"):
            rows[:, :m] += epoch_noise((self.n, m), noise, self._network.seed, epoch)
        return rows

    def leave_window(self) -> None:
        """Drop the window; the next update loads a window that begins with it."""
        self._window = None
        self._done = self._collected = 0
        self.finite = True

    def restart(self) -> None:
        """Go to the beginning of an epoch."""
        self.position, self.loss_sum, self.penalty_sum, self._drawn_epoch = 0, 0.0, 0.0, 0
        self.leave_window()

    def state(self) -> CursorState:
        """The position, copied; the losses of all updates must have been collected."""
        logits = self.logits[: self.position].copy()
        return CursorState(self.position, self.loss_sum, self.penalty_sum, logits, self._epoch_settings)

    def restore(self, state: CursorState) -> None:
        """Go to a stored position of a cursor on the same examples."""
        self.restart()
        self.position, self.loss_sum, self.penalty_sum = state.position, state.loss_sum, state.penalty_sum
        self.logits[: state.position] = state.logits
        self._epoch_settings = state.epoch_settings

    def advance(self, burst: int, number: int) -> int:
        """Do up to `burst` updates within the window, and return their number.

        Args:
            burst: The most.
            number: The updates of the run so far.
        """
        return self.count(self._entered().run(self._done, burst, number))

    def count(self, updates: int) -> int:
        """Count this number of updates as done, by `advance` or by a stepper, and return their number."""
        window = self._entered()
        self.position += int(window.spans.sizes[self._done : self._done + updates].sum())
        self._done += updates
        return updates

    def tape(self) -> Tape:
        """The next update as operations on the buffers that `advance` uses."""
        return self._windows.tape(self._entered(), self._done)

    def next_batch(self) -> Batch:
        """The examples of the next update, copied."""
        rows = self._next_rows()
        places: Array = np.arange(self.position, self.position + rows.stop - rows.start)
        X = self._windows.rows[rows, : self._network.inputs].T.copy()
        return Batch(places if self._order is None else self._order[places], X, self._windows.Y[rows].T.copy())

    def _next_rows(self) -> slice:
        """The rows of the next batch in the window."""
        window = self._entered()
        start, size = int(window.spans.starts[self._done]), int(window.spans.sizes[self._done])
        return slice(start, start + size)

    def collect_losses(self) -> Array:
        """Losses (updates,) of the updates since the last call, including penalties."""
        if self._window is None or self._collected == self._done:
            return np.empty(0)
        first, last, batches, windows = self._collected, self._done, self._window.spans, self._windows
        rows = slice(int(batches.starts[first]), int(batches.starts[last - 1] + batches.sizes[last - 1]))
        sizes, logits = batches.sizes[first:last], windows.logits[rows]
        with np.errstate(all="ignore"):
            per_example = LOSSES[self._network.loss].per_example(windows.Y[rows], logits)
            sums = np.add.reduceat(per_example, batches.starts[first:last] - rows.start, dtype=np.float64)
            penalties = windows.penalties[0, first:last] + 0.5 * windows.penalties[1, first:last]
            losses: Array = sums / sizes + penalties
            # One by one: the sums must not depend on how many updates one call collects.
            self.loss_sum = float(np.add.accumulate(np.append(self.loss_sum, sums))[-1])
            self.penalty_sum = float(np.add.accumulate(np.append(self.penalty_sum, penalties * sizes))[-1])
        self.finite = bool(np.isfinite(losses).all() and np.isfinite(self._network.theta).all())
        self.logits[self.position - len(logits) : self.position] = logits
        self._collected = last
        return losses

    def _entered(self) -> BoundBatches:
        assert self._window is not None, "enter_window comes first"
        return self._window
