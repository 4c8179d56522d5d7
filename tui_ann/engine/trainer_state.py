"""Everything that decides how a run goes on, as a value: what was kept of it can be taken up again bit for bit."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui_ann.engine.descent import Descent
from tui_ann.engine.stopping import StopReason, WatchState
from tui_ann.engine.tape import Array


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A moment between two updates of a run."""

    theta: Array
    """Trainable parameters (P,)."""
    gradient: Array
    """∂L/∂θ (P,) of the last update."""
    change: Array
    """Δθ (P,) of the last update, up to its sign."""
    moving: Array
    """Running statistics (Q,)."""
    slots: Mapping[str, Array]
    """The update rule's state."""
    steps: int
    """Steps that the update rule has taken."""
    gradient_sum: Array
    """Sum of the epoch's gradients so far (P,); empty where nothing asks for it."""
    descent: Descent
    """The settings at this moment."""
    update: int
    """Updates done."""
    epoch: int
    """Epochs completed."""
    position: int
    """Examples of the current epoch met."""
    seconds: float
    """Time spent training."""
    loss_sum: float
    """Sum of the losses of the epoch's examples so far."""
    penalty_sum: float
    """Sum of the penalties as those examples met them."""
    outputs: Array
    """What the loss read of the epoch's examples so far (position, k); empty where there are no metrics."""
    watch: WatchState
    """Where the best epoch stands."""
    best: tuple[Array, Array] | None
    """θ and running statistics of the best epoch."""
    stop_reason: StopReason | None
    """Why the run ended, if it has."""
    marks: int
    """Changes made so far."""
