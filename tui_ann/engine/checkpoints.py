"""Checkpoints of a run, from which any moment can be replayed.

They are dense near the present and increasingly sparse in the past.  Going back a few updates is immediate, going back
far needs a replay proportional to the distance, and their number grows only logarithmically with the length of the run.
"""

from collections.abc import Iterator

from tui_ann.engine.training_state import TrainingState

SPACING = 32
"""Minimum updates between two checkpoints."""
FINENESS = 8
"""The gap between two checkpoints is at most their distance from the present divided by this."""
MEMORY = 1 << 25
"""Maximum total bytes of the checkpoints; the first and the last are always kept."""


class Checkpoints:
    """Keeps states of a run; the first is its start."""

    def __init__(self) -> None:
        self._states: list[TrainingState] = []

    def is_due(self, update: int) -> bool:
        """Whether the state after this number of updates is far enough from the last checkpoint."""
        return not self._states or update - self._states[-1].update >= SPACING

    def keep(self, state: TrainingState) -> None:
        """Add a state, and drop those that are now too close together."""
        if self._states and self._states[-1].update == state.update:
            self._states.pop()
        self._states.append(state)
        self._thin(state.update)
        while len(self._states) > 2 and len(self._states) * state.nbytes > MEMORY:
            del self._states[1:-1:2]

    def _thin(self, now: int) -> None:
        kept = self._states[:1]
        for state, later in zip(self._states[1:], self._states[2:], strict=False):
            if later.update - kept[-1].update > (now - later.update) // FINENESS:
                kept.append(state)
        self._states = [*kept, *self._states[-1:]] if len(self._states) > 1 else kept

    def before(self, update: int) -> TrainingState:
        """The last checkpoint at or before this number of updates."""
        return next(state for state in reversed(self._states) if state.update <= update)

    @property
    def first(self) -> int:
        """Updates done at the first checkpoint: nothing before it can be replayed."""
        return self._states[0].update if self._states else 0

    def forget(self) -> None:
        """Drop every checkpoint; the next one is the first."""
        self._states = []

    def __iter__(self) -> Iterator[TrainingState]:
        """Every checkpoint, from the first to the last."""
        return iter(self._states)

    def cut(self, update: int) -> None:
        """Drop the checkpoints after this number of updates."""
        self._states = [state for state in self._states if state.update <= update]

    def __len__(self) -> int:
        return len(self._states)
