"""The best epoch so far, by one monitored value."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.stopping import higher_is_better


@dataclass(frozen=True)
class BestEpochState:
    """The state of a `BestEpoch`."""

    best: float
    """The best value."""
    epoch: int | None
    """Its epoch; None before the first one."""
    waited: int
    """Epochs since the best one."""


class BestEpoch:
    """Tracks the best of one value over the epochs.

    Args:
        monitor: A column of the history.
        min_delta: An improvement must be larger than this; its sign does not matter.

    Raises:
        EngineError: There is no such column.
    """

    def __init__(self, monitor: str, min_delta: float = 0.0) -> None:
        self.monitor, self.min_delta = monitor, abs(min_delta)
        self._sign = 1.0 if higher_is_better(monitor) else -1.0
        self.best = -np.inf * self._sign
        """The best value."""
        self.epoch: int | None = None
        """Its epoch; None before the first one."""
        self.waited = 0
        """Epochs since the best one."""

    def observe(self, epoch: int, values: Mapping[str, float]) -> bool:
        """Add an epoch's values; return whether it is the best so far by more than min_delta.

        The first epoch counts as best even if its value is not finite, so that there is always a best one.
        """
        value = values.get(self.monitor, np.nan)
        better = self._sign * (value - self.best) > self.min_delta
        first = self.epoch is None
        self.waited = 0 if better else self.waited + 1
        if better:
            self.best = value
        if better or first:
            self.epoch = epoch
        return better or first

    @property
    def state(self) -> BestEpochState:
        """Its state."""
        return BestEpochState(self.best, self.epoch, self.waited)

    @state.setter
    def state(self, state: BestEpochState) -> None:
        self.best, self.epoch, self.waited = state.best, state.epoch, state.waited
