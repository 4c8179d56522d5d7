"""The data of a loss curve: the losses of a run, the view settings, and the scale of the drawn curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.text import count, number
from tui_ann.tui.draw.cells import Cells

Array = NDArray[np.float64]
TRAIN_MEAN = "train (mean)"
"""What the training loss of an epoch is: the mean of its batches, while the weights change."""


class CurveInk(IntEnum):
    """Ink of a cell: what it belongs to."""

    PLAIN = 0
    AXIS = 1
    GRID = 2
    BAND = 3
    VALIDATION = 4
    TRAINING = 5
    BEST = 6
    CURSOR = 7
    LEGEND = 8
    MARK = 9


@dataclass(frozen=True, eq=False)
class Losses:
    """Everything the curve shows."""

    updates: UpdateLosses
    """Batch loss of each update."""
    ends: Array = field(default_factory=lambda: np.zeros(0))
    """Updates done at the end of each epoch, (epochs,)."""
    training: Array = field(default_factory=lambda: np.zeros(0))
    """Loss of each epoch, (epochs,)."""
    validation: Array = field(default_factory=lambda: np.zeros(0))
    """Validation loss of each epoch, nan if there is none, (epochs,)."""
    best_epoch: int | None = None
    """The best epoch, counted from 1."""
    updates_per_epoch: int = 1
    """Updates per epoch, for an axis in epochs."""
    marks: Sequence[tuple[int, str]] = ()
    """Updates at which a setting was changed, with a description."""
    numbers: Array = field(default_factory=lambda: np.zeros(0))
    """The number of each epoch, (epochs,); empty if they are 1, 2, …"""
    least: int = 0
    """Updates that were made at least, where neither a batch nor an epoch tells it."""

    @property
    def made(self) -> int:
        """Updates made; a saved run has the losses of its epochs but not those of its batches."""
        return max(len(self.updates), int(self.ends[-1]) if len(self.ends) else 0, self.least)

    @property
    def epochs(self) -> Array:
        """The number of each epoch, (epochs,)."""
        return self.numbers if len(self.numbers) else np.arange(1.0, len(self.ends) + 1)

    def place(self, epoch: int | None) -> int | None:
        """The place of an epoch among those shown; `None` if it is none of them."""
        found = np.flatnonzero(self.epochs == epoch)
        return int(found[0]) if found.size else None

    @property
    def has_batches(self) -> bool:
        """Whether single batches say more than the epochs: epochs of several updates, of which there is a line."""
        return len(self.training) >= 2 and len(self.updates) > self.epochs[-1]

    def epoch_of(self, updates: Array) -> Array:
        """Convert a number of updates to epochs."""
        knots, epochs = self._knots()
        return np.interp(updates, knots, epochs)

    def update_of(self, epochs: Array) -> Array:
        """Convert a number of epochs to updates."""
        knots, numbers = self._knots()
        return np.interp(epochs, numbers, knots)

    def _knots(self) -> tuple[Array, Array]:
        knots = np.concatenate(([0.0], self.ends))
        last = knots[-1] + self.updates_per_epoch
        numbers = np.concatenate(([0.0], self.epochs))
        return np.append(knots, last), np.append(numbers, numbers[-1] + 1)


@dataclass(frozen=True)
class View:
    """The view settings of the curve."""

    log: bool = True
    epochs: bool = True
    """Whether the horizontal axis counts epochs; otherwise updates."""
    recent: bool = False
    """Whether only the recent part is shown."""
    cursor: float | None = None
    """Update under the cursor."""
    batches: bool = True
    """Whether single batches are shown next to the epochs."""
    few_colours: bool = False
    """Whether colours cannot tell the curves apart."""


@dataclass(frozen=True, eq=False)
class Plot:
    """The picture and its scale."""

    cells: Cells
    left: int
    """First column of the curve."""
    width: int
    """Columns of the curve."""
    first: float
    """Update at its left end."""
    last: float
    """Update at its right end."""

    def update_at(self, x: int) -> float:
        """Return the update at a column."""
        share = (x - self.left + 0.5) / max(1, self.width)
        return self.first + min(max(share, 0.0), 1.0) * (self.last - self.first)


def read_off(losses: Losses, update: float) -> str:
    """Return the values at an update as text: "update 12 · batch 0.31 · epoch 2 done · train 0.29 · val 0.3".

    Those of an epoch are of the last one finished by then: later losses were not known at that moment.
    """
    if round(update) < 1:
        return "start, before update 1"
    index = int(min(round(update), max(1, losses.made)))
    parts = [f"update {count(index)}"]
    if len(losses.updates) >= index:
        least, greatest = losses.updates.at(index - 1)
        spread = f" to {number(greatest)}" if least < greatest else ""
        parts.append(f"batch {number(least)}{spread}")
    done = int(np.searchsorted(losses.ends, index + 0.5))  # finished epochs, of those that are shown
    if 0 < done <= len(losses.training):
        parts += [f"epoch {count(int(losses.epochs[done - 1]))} done", f"train {number(losses.training[done - 1])}"]
        if np.isfinite(losses.validation[done - 1]):
            parts.append(f"val {number(losses.validation[done - 1])}")
    near = [text for at, text in losses.marks if abs(at - index) <= max(1, losses.made // 200)]
    return " · ".join([*parts, *near[:1]])
