"""Everything that decides how a run goes on, as a value: what was kept of it can be taken up again bit for bit."""

from dataclasses import dataclass

from tui_ann.engine.descent import Descent
from tui_ann.engine.epoch_walk import WalkState
from tui_ann.engine.optimizers import OptimizerState
from tui_ann.engine.stopping import StopReason, WatchState
from tui_ann.engine.tape import Array

KEPT_STATES = 48
"""States kept for going back, at most; when there are more, every second one is dropped."""
KEPT_BYTES = 1 << 28
"""Memory that the kept states may take together; two are kept in any case."""


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A moment between two updates of a run."""

    theta: Array
    """Trainable parameters (P,)."""
    gradient: Array
    """∂L/∂θ (P,) of the last update."""
    moving: Array
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
    descent: Descent
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


class KeptStates:
    """Moments of a run that others are replayed from, at distances that grow with the run so that few are kept."""

    def __init__(self) -> None:
        self._states: list[TrainingState] = []

    def is_due(self, update: int) -> bool:
        """Whether the moment after so many updates is far enough from the last one kept."""
        return not self._states or update - self._states[-1].update >= max(1, update // KEPT_STATES)

    def keep(self, state: TrainingState) -> None:
        """Keep a moment."""
        self._states.append(state)
        if len(self._states) > max(2, min(KEPT_STATES, KEPT_BYTES // state.nbytes)):
            self._states = self._states[::2]

    def before(self, update: int) -> TrainingState:
        """The last moment kept that is not after so many updates."""
        return next(state for state in reversed(self._states) if state.update <= update)

    def cut(self, update: int) -> None:
        """Forget the moments after so many updates."""
        self._states = [state for state in self._states if state.update <= update]
