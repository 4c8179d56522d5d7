"""What happened in a run: a record for each epoch, a loss for each update, and the changes made on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.engine.update_losses import LossRecord, UpdateLosses


@dataclass(frozen=True)
class EpochRecord:
    """One epoch."""

    epoch: int
    """The first is 1."""
    values: Mapping[str, float]
    """`loss`, the metrics, `val_loss` and the validation metrics, by Keras' names."""
    penalty: float
    """The share of `loss` that the penalties on the weights make up."""
    learning_rate: float
    """η at its end."""
    gradient_norm: float
    """‖∂L/∂θ‖ of its last update."""
    gradient_norms: Mapping[str, float]
    """The same for each parameter by name."""
    examples: int
    """Examples met since the start of the run."""
    updates: int
    """Updates done since the start of the run."""
    seconds: float
    """Time spent training since the start of the run, pauses left out."""

    @property
    def loss(self) -> float:
        """The training loss, penalties included."""
        return self.values["loss"]


@dataclass(frozen=True)
class Mark:
    """A change of the descent in mid-run."""

    update: int
    """Updates done when it was made; it acts from the next one on."""
    epoch: int
    """Epochs completed then."""
    text: str
    """What changed: `learning rate 0.1 → 0.05`."""
    changes: Mapping[str, object] = field(default_factory=dict)
    """The new values by setting."""


class History:
    """Everything that is kept of a run.  Only ever appended to while training, so another thread may read it."""

    def __init__(self) -> None:
        self.epochs: list[EpochRecord] = []
        """A record an epoch."""
        self.marks: list[Mark] = []
        """Changes in mid-run."""
        self._losses = LossRecord()

    @property
    def losses(self) -> UpdateLosses:
        """L of each update's batch before the update, penalties included; of long ago in blocks."""
        return self._losses.now

    @property
    def update_losses(self) -> Array:
        """The same of the last updates alone (n,): of all, while they are no more than `update_losses.EXACT`."""
        return self._losses.now.values

    @property
    def epoch_ends(self) -> Array:
        """Updates done at the end of each epoch: (epochs,)."""
        return np.array([record.updates for record in self.epochs], np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that the records have, in order."""
        return tuple(self.epochs[0].values) if self.epochs else ()

    def column(self, name: str) -> Array:
        """A value of every epoch, NaN where a record lacks it: (epochs,)."""
        return np.array([record.values.get(name, np.nan) for record in self.epochs], np.float64)

    def append_losses(self, losses: Array) -> None:
        """Add the losses of further updates."""
        self._losses.extend(losses)

    def take_over_losses(self, losses: UpdateLosses) -> None:
        """Go on from losses that were kept."""
        self._losses.take_over(losses)

    def cut(self, updates: int, epochs: int, marks: int) -> None:
        """Forget what came after the first so many updates, epochs and marks."""
        self._losses.cut(updates)
        self.epochs = self.epochs[:epochs]
        self.marks = self.marks[:marks]
