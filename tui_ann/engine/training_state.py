"""The complete training state, as a value from which a run continues bit for bit."""

from dataclasses import dataclass

from tui_ann.engine.best_epoch import BestEpochState
from tui_ann.engine.epoch_cursor import CursorState
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.optimizers import OptimizerState
from tui_ann.engine.stopping import StopReason
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings


@dataclass(frozen=True, eq=False)
class TrainingState:
    """The state of a run between two updates."""

    theta: Array
    """Trainable parameters (P,)."""
    gradient: Array
    """∂L/∂θ (P,) of the last update."""
    running_statistics: Array
    """Running statistics (Q,)."""
    gradient_sum: Array
    """Sum of the epoch's gradients so far (P,); empty if no stopping rule needs it."""
    optimizer: OptimizerState
    """The state of the update rule."""
    cursor: CursorState
    """The position within the epoch."""
    best_epoch: BestEpochState
    """The best epoch so far."""
    best: tuple[Array, Array] | None
    """θ and running statistics of the best epoch."""
    settings: TrainingSettings
    """The settings at this moment."""
    update: int
    """Updates done."""
    epoch: int
    """Epochs completed."""
    marks: int
    """Changes of settings made so far."""
    seconds: float
    """Time spent training."""
    stop_reason: StopReason | None
    """Why the run ended, if it did."""
    ended_with: tuple[Array, Array] | None = None
    """θ and running statistics of the last update, if the run ended with those of the best epoch."""
    records: tuple[EpochRecord, ...] = ()
    """The records of the best and of the last epoch, which the history of a long run may have lost meanwhile."""

    @property
    def nbytes(self) -> int:
        """Its memory in bytes."""
        vectors = (
            self.theta,
            self.gradient,
            self.optimizer.change,
            *self.optimizer.slots.values(),
            *(self.best or ()),
            *(self.ended_with or ()),
        )
        return int(self.cursor.logits.nbytes) + sum(int(vector.nbytes) for vector in vectors)
