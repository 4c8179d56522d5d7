"""Moments of a run that any other moment is replayed from.

They lie close together near the present and ever further apart in the past, so that going back a few updates is
immediate, going back far costs a replay in proportion to the distance, and their number grows with the logarithm of
the run only.
"""

from tui_ann.engine.trainer_state import TrainingState

SPACING = 32
"""Updates between two moments kept, at least."""
FINENESS = 8
"""A gap between two moments is at most this fraction of their distance from the present."""
MEMORY = 1 << 25
"""Bytes that the moments may take together; the first and the last are kept in any case."""


class Timeline:
    """Keeps moments of a run; the first is its start."""

    def __init__(self) -> None:
        self._states: list[TrainingState] = []

    def is_due(self, update: int) -> bool:
        """Whether the moment after so many updates is far enough from the last one kept."""
        return not self._states or update - self._states[-1].update >= SPACING

    def keep(self, state: TrainingState) -> None:
        """Keep a moment, and drop those that have come to lie too close together."""
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
        """The last moment kept that is not after so many updates."""
        return next(state for state in reversed(self._states) if state.update <= update)

    def cut(self, update: int) -> None:
        """Forget the moments after so many updates."""
        self._states = [state for state in self._states if state.update <= update]

    def __len__(self) -> int:
        return len(self._states)
