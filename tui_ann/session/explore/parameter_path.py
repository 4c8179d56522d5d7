"""The path of a run through the space of its parameters.

What is known at once are the checkpoints of the trainer, dense near the present and sparse in the past.  The moments
between them are repeated on a trainer of its own, a slice at a time, until the path is even.  The path of a saved run
is repeated from its start weights, and shown only if it ends at the saved parameters.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Protocol

import numpy as np

from tui_ann.engine.history import Mark
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.session.run.build import Cancelled
from tui_ann.session.run.lookback import Lookback
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.run.snapshot import MOST_NUMBERS
from tui_ann.session.store.replay import CLOSE, Replay
from tui_ann.session.store.saved_run import SavedRun

MOST_POINTS = 200
"""Maximum points of a path."""
MEMORY = 1 << 25
"""Maximum bytes of the points of a path; start and end are always kept."""
LONGEST = 20.0
"""A run that trained for more seconds is not repeated for its path."""
_FEW = 4
_NEAR = 3.0
"""Points up to this many times the usual distance from the start are near it."""


class PathState(StrEnum):
    """How much of a path is known."""

    EVEN = "even"
    """Points evenly spaced over the updates."""
    COMING = "coming"
    """Points are still being added."""
    KEPT = "kept"
    """The moments that the trainer kept: the run is too long to be repeated."""
    ENDS = "ends"
    """Start and end: the saved run cannot be repeated."""


@dataclass(frozen=True, eq=False)
class ParameterPath:
    """Points of a path, in order."""

    updates: Array
    """Updates made at each point (n,)."""
    thetas: Array
    """Trainable parameters at each point (n, P), float64."""
    state: PathState
    """How much is known."""

    def __len__(self) -> int:
        return len(self.updates)

    def until(self, update: int) -> "ParameterPath":
        """The part up to this number of updates; at least the first point."""
        end = max(1, int(np.searchsorted(self.updates, update, "right")))
        return ParameterPath(self.updates[:end], self.thetas[:end], self.state)

    @property
    def usual_distance(self) -> float:
        """How far the points usually are from the first one; infinite if there are too few to say."""
        return float(np.nanmedian(self._distances)) if len(self) >= _FEW else float("inf")

    def near_start(self) -> "ParameterPath":
        """The points until the path goes off, as that of a diverging run does; at least the first."""
        near = self._distances <= _NEAR * self.usual_distance
        end = max(1, int(np.argmin(near)) if not near.all() else len(self))
        return ParameterPath(self.updates[:end], self.thetas[:end], self.state)

    @property
    def _distances(self) -> Array:
        with np.errstate(all="ignore"):
            distances: Array = np.linalg.norm(self.thetas - self.thetas[0], axis=1)
        return distances


class PathFinder(Protocol):
    """Finds the path of one run; used by one thread at a time."""

    def find(self, cancelled: Cancelled, seconds: float) -> ParameterPath:
        """The path as far as it is known, after adding to it for so many seconds.

        Args:
            cancelled: Called every few milliseconds; returns whether to stop.
            seconds: How long to add points; 0 only looks at what is known at once.
        """


def path_finder(source: RunSource, data: Prepared | None) -> PathFinder:
    """The finder for a run, live or saved.

    Args:
        source: The run.
        data: What has been read and prepared, from which a saved run can be repeated.

    Raises:
        TypeError: The run is of an unknown kind.
    """
    if isinstance(source, Run):
        return _OfLiveRun(source)
    if isinstance(source, SavedRun):
        return _OfSavedRun(source, data)
    raise TypeError(f"{type(source).__name__} has no path")


class PathPoints:
    """The points known of a path, thinned evenly to a maximum."""

    def __init__(self) -> None:
        self._known: dict[int, Array] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, update: int, theta: Array) -> None:
        """Add a point; the array must not change afterwards."""
        self._known[update] = theta

    def keep(self, wanted: Callable[[int], bool]) -> None:
        """Drop the points whose number of updates is not wanted."""
        self._known = {update: theta for update, theta in self._known.items() if wanted(update)}

    @property
    def most(self) -> int:
        """Maximum points for parameters of this size."""
        size = 8 * next(iter(self._known.values())).size
        return max(2, min(MOST_POINTS, MEMORY // size))

    def targets(self, last: int) -> list[int]:
        """Updates of an even path up to the last, in order."""
        return [*map(int, np.unique(np.linspace(0, last, self.most).round()))]

    def missing(self, last: int, *, exact: bool = True) -> list[int]:
        """Updates up to the last at which points are missing for an even path, in order.

        Args:
            last: The last update.
            exact: Whether a point nearby does not do.
        """
        known, room = sorted(self._known), 0.0 if exact else last / (4.0 * self.most)
        return [target for target in self.targets(last) if _distance(known, target) > room]

    def path(self, state: PathState) -> ParameterPath:
        """The points in order, no more than the maximum; of an even path those that any path of the run has."""
        updates = sorted(self._known)
        targets = self.targets(updates[-1]) if state is PathState.EVEN else []
        if targets and all(target in self._known for target in targets):
            updates = targets
        elif len(updates) > self.most:
            places = np.linspace(updates[0], updates[-1], self.most).tolist()
            updates = sorted({_nearest(updates, place) for place in places})
            if len(self._known) > 2 * self.most:
                self.keep(set(updates).__contains__)
        return ParameterPath(np.array(updates), np.array([self._known[update] for update in updates], float), state)


def _nearest(known: Sequence[int], target: float) -> int:
    place = bisect_left(known, target)
    return min(known[max(0, place - 1) : place + 1], key=lambda update: abs(update - target))


def _distance(known: Sequence[int], target: int) -> float:
    return abs(_nearest(known, target) - target) if known else float("inf")


class _OfLiveRun:
    """The path of a live run: what its trainer has kept, and what a second trainer repeats while the run rests."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._points = PathPoints()
        self._marks: tuple[Mark, ...] = ()
        self._lookback = Lookback(run)

    def find(self, cancelled: Cancelled, seconds: float) -> ParameterPath:
        made, trained, resting = self._run.owner.call(self._take, changes=False)
        if trained > LONGEST or self._run.network.n_parameters > MOST_NUMBERS:
            return self._points.path(PathState.KEPT)
        missing = self._points.missing(made, exact=resting)
        deadline = time.perf_counter() + seconds
        while missing and resting and time.perf_counter() < deadline:
            try:
                shot = self._lookback.at(missing[0], lambda: cancelled() or time.perf_counter() > deadline)
            except SessionError:  # the run was rewound in the meantime
                break
            if shot is None:
                break
            self._points.add(missing.pop(0), flat_theta(self._run.network, shot.parameters))
        return self._points.path(PathState.COMING if missing else PathState.EVEN)

    def _take(self) -> tuple[int, float, bool]:
        """Take what the trainer has kept; only for the owner.

        Returns:
            Updates made, seconds trained, and whether the run rests.
        """
        trainer = self._run.trainer
        marks = tuple(trainer.history.marks)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(marks, self._marks, strict=False)))
        changed = [mark.update for mark in (*marks[same:], *self._marks[same:])]
        valid = min([trainer.update, *changed])  # what was known after another change of settings is another path
        self._points.keep(lambda update: update <= valid)
        self._marks = marks
        for state in trainer.kept():
            self._points.add(state.update, state.theta)
        self._points.add(trainer.update, trainer.network.theta.copy())
        return trainer.update, trainer.seconds, not self._run.owner.training


class _OfSavedRun:
    """The path of a saved run, repeated from its start weights."""

    def __init__(self, saved: SavedRun, data: Prepared | None) -> None:
        self._saved = saved
        self._ends = PathPoints()
        with suppress(SessionError):
            self._ends.add(0, flat_theta(saved.network, saved.parameters_at(0)))
        self._ends.add(saved.record.updates, saved.network.theta.copy())
        self._points = PathPoints()
        epochs = saved.history.epochs
        repeatable = len(self._ends) > 1 and epochs and epochs[-1].seconds <= LONGEST
        self._replay = Replay(saved, data, agrees=CLOSE) if repeatable and data is not None else None
        self._left = self._ends.targets(saved.record.updates)
        self._state = PathState.ENDS if self._replay is None else PathState.COMING

    def find(self, cancelled: Cancelled, seconds: float) -> ParameterPath:
        deadline = time.perf_counter() + seconds

        def due() -> bool:
            return cancelled() or time.perf_counter() > deadline

        if self._replay is not None and not due():
            try:
                self._add_points(self._replay, due)
            except TuiAnnError:  # the data are no longer those of the run, or it comes out differently here
                self._replay, self._state = None, PathState.ENDS
        return (self._points if self._state is PathState.EVEN else self._ends).path(self._state)

    def _add_points(self, replay: Replay, due: Cancelled) -> None:
        while self._left:
            theta = replay.theta_at(self._left[0], due)
            if theta is None:
                return
            self._points.add(self._left.pop(0), theta)
        replay.prove()
        self._replay, self._state = None, PathState.EVEN


def flat_theta(network: Network, parameters: Mapping[str, Array]) -> Array:
    """Parameters by name as a flat vector θ (P,).

    Args:
        network: A network with these parameters.
        parameters: At least its trainable parameters.
    """
    theta = np.empty(network.n_parameters, network.dtype)
    for name, view in network.parameters.views(theta).items():
        view[:] = parameters[name]
    return theta
