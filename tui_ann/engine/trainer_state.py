"""Everything that decides how a run goes on, as a value: what was kept of it can be taken up again bit for bit."""

from dataclasses import dataclass

from tui_ann.engine.epoch_walk import WalkState
from tui_ann.engine.optimizers import OptimizerState
from tui_ann.engine.stopping import StopReason, WatchState
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A moment between two updates of a run."""

    theta: Array
    """Trainable parameters (P,)."""
    gradient: Array
    """∂L/∂θ (P,) of the last update."""
    running_statistics: Array
    """Running statistics (Q,)."""
    gradient_sum: Array
    """Sum of the epoch's gradients so far (P,); empty where nothing asks for it."""
    optimizer: OptimizerState
    """What the update rule remembers."""
    walk: WalkState
    """The place within the epoch."""
    watch: WatchState
    """Where the best epoch stands."""
    best: tuple[Array, Array] | None
    """θ and running statistics of the best epoch."""
    settings: TrainingSettings
    """The settings at this moment."""
    update: int
    """Updates done."""
    epoch: int
    """Epochs completed."""
    marks: int
    """Changes made so far."""
    seconds: float
    """Time spent training."""
    stop_reason: StopReason | None
    """Why the run ended, if it has."""

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        vectors = (self.theta, self.gradient, self.optimizer.change, *self.optimizer.slots.values(), *(self.best or ()))
        return int(self.walk.outputs.nbytes) + sum(int(vector.nbytes) for vector in vectors)
