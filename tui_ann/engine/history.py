"""What happened in a run: a record for each epoch, a loss for each update, and the changes made on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.tape import Array
from tui_ann.engine.update_losses import LossRecord, UpdateLosses


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
        self.epochs = EpochRecords()
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
    def names(self) -> tuple[str, ...]:
        """The columns that the records have, in order."""
        return tuple(self.epochs[0].values) if self.epochs else ()

    @property
    def epoch_ends(self) -> Array:
        """Updates done at the end of each epoch: (epochs,)."""
        return self.epochs.ends

    def column(self, name: str) -> Array:
        """A value of every epoch, NaN where a record lacks it: (epochs,)."""
        return self.epochs.column(name)

    def append_losses(self, losses: Array) -> None:
        """Add the losses of further updates."""
        self._losses.extend(losses)

    def take_over_losses(self, losses: UpdateLosses) -> None:
        """Go on from losses that were kept."""
        self._losses.take_over(losses)

    def cut(self, updates: int, epochs: int, marks: int) -> None:
        """Forget what came after the first so many updates, epochs and marks."""
        self._losses.cut(updates)
        if epochs < len(self.epochs):
            self.epochs = EpochRecords.of(self.epochs.first(epochs))
        self.marks = self.marks[:marks]
