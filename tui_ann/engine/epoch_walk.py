"""The walk through the examples of an epoch: which batch is next, and what its updates left behind.

Losses are not computed update by update.  Each update leaves its outputs in the window; `settle` computes the losses
of all updates since the last look in one pass, and notices there whether something is no longer finite.
"""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.batches import Layout, Windows, epoch_noise, epoch_order
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array, Tape
from tui_ann.engine.training_settings import TrainingSettings


@dataclass(frozen=True, eq=False)
class WalkState:
    """A place within an epoch, and what its examples left behind."""

    position: int
    """Examples met."""
    loss_sum: float
    """Sum of their data losses."""
    penalty_sum: float
    """Sum of the penalties as they met them."""
    outputs: Array
    """What the loss read of them (position, k)."""
    begun_with: TrainingSettings
    """The settings at the epoch's first update: its order and noise stay as they were drawn then."""


@dataclass(frozen=True, eq=False)
class Batch:
    """The examples of one update."""

    examples: Array
    """Their rows in the training data (b,)."""
    X: Array
    """Features (m, b)."""
    Y: Array
    """Targets (k, b)."""


class EpochWalk:
    """Where a run stands within its epoch.

    Args:
        network: What is trained.
        rows: All training inputs as from `Network.with_ones`.
        Y: All training targets (n, k), in the network's precision.
    """

    def __init__(self, network: Network, rows: Array, Y: Array) -> None:
        self._network, self._rows, self._Y = network, rows, Y
        self.n = len(rows)
        self._begun_with = TrainingSettings()
        self.position = 0
        """Examples of this epoch met."""
        self.loss_sum = 0.0
        """Sum of the data losses of the examples met and settled."""
        self.penalty_sum = 0.0
        """Sum of the penalties as those examples met them."""
        self.outputs = np.zeros_like(Y)
        """What the loss read of the examples of this epoch, in the order met (n, k)."""
        self.healthy = True
        """Whether all that was settled is finite."""
        self._layout: Layout | None = None
        self._order: Array | None = None
        self._noisy: Array | None = None
        self._prepared = 0
        self._done = self._settled = 0

    def set_up(self, batch_size: int, closing: Tape) -> None:
        """Walk in batches of this size, each update ended by these operations, from here on."""
        self._closing = closing
        self._windows = Windows(self._network, self._rows, self._Y, batch_size, closing.calls)
        self.leave_window()

    @property
    def batch_size(self) -> int:
        """Examples of a full batch."""
        size: int = self._windows.batch_size
        return size

    @property
    def complete(self) -> bool:
        """Whether the epoch's examples have all been met."""
        return self.position == self.n

    @property
    def between_windows(self) -> bool:
        """Whether the next update begins a new window."""
        return self._layout is None

    @property
    def targets(self) -> Array:
        """Targets in the order met (n, k)."""
        return self._Y if self._order is None else self._Y[self._order]

    def enter_window(self, epoch: int, settings: TrainingSettings) -> None:
        """Load the window of the next update, in epoch number `epoch` (the first is 1)."""
        if self.position == 0:
            self._begun_with = settings
        if self.position == 0 or self._prepared != epoch:
            drawn = self._begun_with
            shuffled = drawn.shuffle and drawn.variant != "batch"
            self._order = epoch_order(self.n, drawn.shuffle_seed, epoch) if shuffled else None
            self._noisy = self._add_noise(epoch, drawn.noise) if drawn.noise > 0.0 else None
            self._prepared = epoch
        self._layout = self._windows.load(self._order, self.position, self._noisy)

    def _add_noise(self, epoch: int, noise: float) -> Array:
        rows, m = self._rows.copy(), self._network.inputs
        rows[:, :m] += epoch_noise((self.n, m), noise, self._network.seed, epoch)
        return rows

    def leave_window(self) -> None:
        """Forget the window; the next update loads one that begins with it."""
        self._layout = None
        self._done = self._settled = 0
        self.healthy = True

    def restart(self) -> None:
        """Stand at the beginning of an epoch."""
        self.position, self.loss_sum, self.penalty_sum, self._prepared = 0, 0.0, 0.0, 0
        self.leave_window()

    def state(self) -> WalkState:
        """Where it stands, copied; what was done must have been settled."""
        outputs = self.outputs[: self.position].copy()
        return WalkState(self.position, self.loss_sum, self.penalty_sum, outputs, self._begun_with)

    def restore(self, state: WalkState) -> None:
        """Stand at a place where a walk through the same examples stood."""
        self.restart()
        self.position, self.loss_sum, self.penalty_sum = state.position, state.loss_sum, state.penalty_sum
        self.outputs[: state.position] = state.outputs
        self._begun_with = state.begun_with

    def advance(self, burst: int) -> int:
        """Do up to `burst` updates, not beyond the window, and return their number."""
        layout = self._current()
        stop = min(self._done + burst, len(layout.calls))
        with np.errstate(all="ignore"):
            for calls in layout.calls[self._done : stop]:
                for call, args in calls:
                    call(*args)
        return self.count(stop - self._done)

    def count(self, updates: int) -> int:
        """Note that so many of the next updates were done, by `advance` or by a stepper, and return their number."""
        layout = self._current()
        self.position += int(layout.sizes[self._done : self._done + updates].sum())
        self._done += updates
        return updates

    @property
    def window_complete(self) -> bool:
        """Whether the window's batches are all done."""
        return self._layout is not None and self._done == len(self._layout.calls)

    def tape(self) -> Tape:
        """The next update as operations on the buffers that `advance` uses."""
        layout = self._current()
        start = int(layout.starts[self._done])
        batch = self._windows.tape(start, start + int(layout.sizes[self._done]))
        return Tape([*batch.operations, *self._closing.operations])

    def next_batch(self) -> Batch:
        """The examples of the next update, copied."""
        layout = self._current()
        start, size = int(layout.starts[self._done]), int(layout.sizes[self._done])
        met: Array = np.arange(self.position, self.position + size)
        rows = slice(start, start + size)
        X = self._windows.rows[rows, : self._network.inputs].T.copy()
        return Batch(met if self._order is None else self._order[met], X, self._windows.Y[rows].T.copy())

    def settle(self) -> Array:
        """Losses of the updates done since the last look, penalties included: (updates,)."""
        if self._layout is None or self._settled == self._done:
            return np.empty(0)
        first, last, layout, windows = self._settled, self._done, self._layout, self._windows
        rows = slice(int(layout.starts[first]), int(layout.starts[last - 1] + layout.sizes[last - 1]))
        sizes, outputs = layout.sizes[first:last], windows.outputs[rows]
        with np.errstate(all="ignore"):
            per_example = LOSSES[self._network.loss].per_example(windows.Y[rows], outputs)
            sums = np.add.reduceat(per_example, layout.starts[first:last] - rows.start, dtype=np.float64)
            penalties = windows.penalties[0, first:last] + 0.5 * windows.penalties[1, first:last]
            losses: Array = sums / sizes + penalties
            # One by one: the sums must not depend on how many updates one look has brought together.
            self.loss_sum = float(np.add.accumulate(np.append(self.loss_sum, sums))[-1])
            self.penalty_sum = float(np.add.accumulate(np.append(self.penalty_sum, penalties * sizes))[-1])
        self.healthy = bool(np.isfinite(losses).all() and np.isfinite(self._network.theta).all())
        self.outputs[self.position - len(outputs) : self.position] = outputs
        self._settled = last
        return losses

    def _current(self) -> Layout:
        assert self._layout is not None, "enter_window comes first"
        return self._layout
