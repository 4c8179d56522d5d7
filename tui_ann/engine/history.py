"""The history of a run: records of its epochs, losses of its updates, and the changes of settings; all are bounded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.tape import Array
from tui_ann.engine.update_losses import LossRecord, UpdateLosses


@dataclass(frozen=True)
class Mark:
    """A change of settings during a run."""

    update: int
    """Updates done when it was made; it takes effect at the next one."""
    epoch: int
    """Epochs completed then."""
    text: str
    """What changed: `learning rate 0.1 → 0.05`."""
    changes: Mapping[str, object] = field(default_factory=dict)
    """The new values by setting."""


_MOST_PINNED = 1 << 10
"""Changes of settings of which a long run keeps the epochs before and after; older ones may be thinned out."""


class History:
    """The history of a run.  Training only appends to it and thins it, so another thread may read it."""

    def __init__(self) -> None:
        self.epochs = EpochRecords()
        """A record for each epoch while they are few, then of some; see `record_thinning`."""
        self.before_thinning: Callable[[EpochRecords], None] = lambda epochs: None
        """Called before records are dropped, so that they can be kept on disk."""
        self.marks: list[Mark] = []
        """Changes of settings during the run."""
        self._losses = LossRecord()

    @property
    def losses(self) -> UpdateLosses:
        """L of each update's batch before the update, penalties included; old ones as blocks."""
        return self._losses.now

    @property
    def update_losses(self) -> Array:
        """The losses of the latest updates (n,): of all updates up to `update_losses.EXACT` of them."""
        return self._losses.now.values

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the records, in order."""
        return tuple(self.epochs[0].values) if self.epochs else ()

    @property
    def epoch_ends(self) -> Array:
        """Updates done at the end of each epoch that has a record: (records,)."""
        return self.epochs.ends

    def column(self, name: str) -> Array:
        """A value of every record (records,); NaN if the record does not have it."""
        return self.epochs.column(name)

    def append_losses(self, losses: Array) -> None:
        """Add the losses of further updates."""
        self._losses.extend(losses)

    def take_over_losses(self, losses: UpdateLosses) -> None:
        """Continue from losses that were stored."""
        self._losses.take_over(losses)

    def cut(self, updates: int, epochs: int, marks: int) -> None:
        """Keep only the given number of updates, epochs and marks."""
        self._losses.cut(updates)
        if epochs < self.epochs.done:
            self.epochs = EpochRecords.of(self.epochs.table(epochs))
        self.marks = self.marks[:marks]

    def thin_when_full(self, best_epoch: int | None) -> None:
        """Drop records if there are too many; those of the best epoch and of changes of settings stay."""
        if self.epochs.full:
            self.before_thinning(self.epochs)
            changed = [mark.epoch for mark in self.marks[-_MOST_PINNED:]]
            best = [] if best_epoch is None else [best_epoch]
            self.epochs.thin({*best, *changed, *(epoch + 1 for epoch in changed)})
