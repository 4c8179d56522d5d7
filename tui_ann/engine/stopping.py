"""When to stop, and why it was stopped: the reason is a value that is shown and stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tui_ann.engine.metrics import METRICS
from tui_ann.errors import EngineError


class Status(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    CONVERGED = "converged"
    EARLY_STOPPED = "early_stopped"
    DIVERGED = "diverged"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class StopReason:
    """Why a run ended."""

    status: Status
    text: str
    """One sentence for a person."""


@dataclass(frozen=True)
class EarlyStopping:
    """Stop when a monitored value no longer improves (`keras.callbacks.EarlyStopping`)."""

    monitor: str = "val_loss"
    """A column of the history."""
    patience: int = 5
    """Epochs without improvement that are waited for."""
    min_delta: float = 0.0
    """An improvement must be larger than this."""
    restore_best_weights: bool = True
    """Whether the parameters of the best epoch are taken back at the end, also when the epochs run out first."""


def higher_is_better(name: str) -> bool:
    """Whether a column of the history is better when it is larger, as accuracy is and a loss is not.

    Raises:
        EngineError: If there is no such column.
    """
    bare = name.removeprefix("val_")
    if bare == "loss":
        return False
    if bare not in METRICS:
        raise EngineError(
            f"There is no value “{name}” to watch.",
            remedy=f"Watch loss or one of {', '.join(METRICS)}, with val_ before it for the validation part.",
            code="unknown_monitor",
        )
    return METRICS[bare].higher_is_better


@dataclass(frozen=True)
class WatchState:
    """What a `Watch` remembers, for taking a run up again."""

    best: float
    best_epoch: int | None
    waited: int


class Watch:
    """Follows one value over the epochs and knows its best.

    Args:
        monitor: A column of the history.
        min_delta: An improvement must be larger than this.
    """

    def __init__(self, monitor: str, min_delta: float = 0.0) -> None:
        self.monitor, self.min_delta = monitor, abs(min_delta)
        self._sign = 1.0 if higher_is_better(monitor) else -1.0
        self.best = -np.inf * self._sign
        self.best_epoch: int | None = None
        self.waited = 0
        """Epochs since the best one."""

    def see(self, epoch: int, values: Mapping[str, float]) -> bool:
        """Take an epoch's value; whether it is the best so far, by more than min_delta.

        The first epoch counts as best even where its value is not finite, so that there is always a best one.
        """
        value = values.get(self.monitor, np.nan)
        better = self._sign * (value - self.best) > self.min_delta
        first = self.best_epoch is None
        self.waited = 0 if better else self.waited + 1
        if better:
            self.best = value
        if better or first:
            self.best_epoch = epoch
        return better or first

    @property
    def state(self) -> WatchState:
        """What it remembers."""
        return WatchState(self.best, self.best_epoch, self.waited)

    @state.setter
    def state(self, state: WatchState) -> None:
        self.best, self.best_epoch, self.waited = state.best, state.best_epoch, state.waited
