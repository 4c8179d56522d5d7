"""Where a run is to stop: conditions that are looked at after every update."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer


class Breakpoint(Protocol):
    """A condition to stop at."""

    @property
    def reads_examples(self) -> bool:
        """Whether it wants to know which examples an update met."""

    def begin(self, trainer: Trainer) -> None:
        """Note what it compares with, where the run is taken up."""

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """What was met, in words, if it was.

        Args:
            trainer: The trainer after an update.
            examples: Rows of the training data that the update met; given if one of the breakpoints reads them.
        """


@dataclass
class LossBelow:
    """Stop when the loss of an update's batch falls below a number."""

    limit: float
    reads_examples: bool = field(default=False, init=False)

    def begin(self, trainer: Trainer) -> None:
        """Nothing to note."""

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether the last update's loss is below the limit."""
        loss = trainer.history.update_losses[-1]
        return f"the loss is {loss:.6g}, below {self.limit:g}" if loss < self.limit else None


@dataclass
class GradientBelow:
    """Stop when ‖∂L/∂θ‖ falls below a number."""

    limit: float
    reads_examples: bool = field(default=False, init=False)

    def begin(self, trainer: Trainer) -> None:
        """Nothing to note."""

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether the last update's gradient is shorter than the limit."""
        norm = float(np.linalg.norm(trainer.network.gradient))
        return f"‖∇L‖ is {norm:.6g}, below {self.limit:g}" if norm < self.limit else None


@dataclass
class SignChange:
    """Stop when a parameter's number changes sign."""

    name: str = ""
    """The parameter; any where empty."""
    index: tuple[int, ...] = ()
    """The place in it, counted from 0; any where empty."""
    reads_examples: bool = field(default=False, init=False)
    _signs: dict[str, Array] = field(default_factory=dict, init=False)

    def begin(self, trainer: Trainer) -> None:
        """Note the signs as they are."""
        watched = [self.name] if self.name else list(trainer.network.gradients)
        self._signs = {name: np.sign(trainer.network.parameters[name]) for name in watched}

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether a sign is another than before the update."""
        found = None
        for name, before in self._signs.items():
            now = np.sign(trainer.network.parameters[name])
            changed = now * before < 0
            if self.index and not changed[self.index]:
                changed = np.zeros_like(changed)
            if found is None and changed.any():
                place = self.index or tuple(int(i) for i in np.argwhere(changed)[0])
                value = float(trainer.network.parameters[name][place])
                found = f"{name}{[i + 1 for i in place]} changed sign, it is {value:.6g}"
            self._signs[name] = np.where(now == 0, before, now)
        return found


@dataclass
class ExampleMet:
    """Stop when an update meets a certain example."""

    example: int
    """Its row in the training data, counted from 0."""
    reads_examples: bool = field(default=True, init=False)

    def begin(self, trainer: Trainer) -> None:
        """Nothing to note."""

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether it was in the last update's batch."""
        here = examples is not None and self.example in examples
        return f"example {self.example + 1} was in the batch" if here else None


@dataclass
class NotFinite:
    """Stop when something is no longer finite; the run ends there anyhow."""

    reads_examples: bool = field(default=False, init=False)

    def begin(self, trainer: Trainer) -> None:
        """Nothing to note."""

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether the run has diverged."""
        reason = trainer.stop_reason
        return reason.text if reason is not None and reason.status is Status.DIVERGED else None
