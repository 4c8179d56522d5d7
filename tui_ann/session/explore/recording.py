"""Earlier moments of a run: kept as it trains, or replayed exactly once it rests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.arrays import norm
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.run.build import Cancelled
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.store.replay import Past, past_of

MOMENTS = 61
"""Moments of a whole run, its start and its end included."""
_LEAST = 9
_MOST_NUMBERS = 1 << 23
"""Most numbers kept for all of them together; larger networks get fewer moments."""


@dataclass(frozen=True, eq=False)
class RecordedMoment:
    """The parameters of a run after some number of updates."""

    update: int
    """Updates made."""
    epoch: int
    """Epochs completed."""
    parameters: Mapping[str, Array]
    """By name; those too many to copy are missing."""
    ratios: Mapping[str, float]
    """‖ΔW‖/‖W‖ of the last update, by the name of the weights; empty at the start and for saved runs."""


def update_ratios(snapshot: Snapshot) -> dict[str, float]:
    """‖ΔW‖/‖W‖ of the last update, by the name of the weights; only of those that are not all 0.

    Args:
        snapshot: The run after that update.
    """
    if not snapshot.update:
        return {}
    sizes = {
        name: (norm(change), norm(snapshot.parameters[name]))
        for name, change in snapshot.changes.items()
        if name.startswith("W") and name in snapshot.parameters
    }
    return {name: change / size for name, (change, size) in sizes.items() if size}


def recorded(snapshot: Snapshot) -> RecordedMoment:
    """What is kept of a snapshot; its arrays are shared, because they never change."""
    return RecordedMoment(snapshot.update, snapshot.epoch, snapshot.parameters, update_ratios(snapshot))


class RecordKeeper:
    """Keeps moments of one run, at most about `MOMENTS`, from its start to the moment shown."""

    def __init__(self) -> None:
        self._run = -1
        self._source: object = None
        self.moments: tuple[RecordedMoment, ...] = ()
        """The moments, by ascending update; replaced, never changed."""
        self._past: Past | None = None
        self._repeatable = True

    def see(self, moment: RunMoment) -> None:
        """Keep a moment, if it is later than those kept; another run begins anew."""
        if moment.source is not self._source or moment.run != self._run:
            self._source, self._run, self.moments = moment.source, moment.run, ()
            self._past, self._repeatable = None, True
        if not self.moments or moment.update > self.moments[-1].update:
            self.moments = (*self.moments, recorded(moment.snapshot))
            if len(self.moments) > 2 * _fitting(moment):
                self.moments = (*self.moments[:-1:2], self.moments[-1])

    def up_to(self, update: int) -> tuple[RecordedMoment, ...]:
        """The moments up to an update."""
        return tuple(moment for moment in self.moments if moment.update <= update)

    def lacks(self, moment: RunMoment) -> bool:
        """Whether there are gaps up to a moment that a replay can close."""
        if moment.update == 0 or moment.snapshot.omitted or not self._repeatable:
            return False
        kept = [each.update for each in self.up_to(moment.update)]
        gaps = np.diff([*kept, moment.update], prepend=0)
        return kept[:1] != [0] or int(gaps.max()) > 1 + 3 * moment.update // _fitting(moment)

    def replay(self, moment: RunMoment, cancelled: Cancelled = lambda: False) -> bool:
        """Fill the gaps up to a moment; for one thread at a time.  Returns whether it was done.

        The run is repeated on a trainer of its own.  A saved run that cannot be repeated here holds its start and its
        end.

        Args:
            moment: The moment.
            cancelled: Called every few milliseconds; returns whether to stop.
        """
        if not self.lacks(moment):
            return True
        past = self._repeats(moment)
        if past is None:
            return self._put(moment, _ends(moment))
        found: list[RecordedMoment] = []
        for update in wanted_updates(moment):
            try:
                shot = past.at(update, cancelled)
            except SessionError as error:
                if error.code == "no_such_update":  # the run was rewound in the meantime
                    return False
                self._repeatable = False
                return self._put(moment, _ends(moment))
            if shot is None:
                return False
            found.append(recorded(shot))
        return self._put(moment, found)

    def _repeats(self, moment: RunMoment) -> Past | None:
        """What repeats the run; `None` if nothing can."""
        if self._past is None or not self._past.of(moment.source):
            self._past = past_of(moment.source, moment.data)
            self._repeatable = self._past is not None
        return self._past

    def _put(self, moment: RunMoment, found: Sequence[RecordedMoment]) -> bool:
        """Keep what was replayed, and what came after it in the meantime, unless another run is kept now."""
        if moment.source is not self._source or moment.run != self._run:
            return False
        self.moments = (*found, *(each for each in self.moments if each.update > found[-1].update))
        return True


def _ends(moment: RunMoment) -> list[RecordedMoment]:
    """The start, if it is known, and the moment."""
    start = moment.start
    first = [] if start is None else [RecordedMoment(0, 0, dict(start), {})]
    return [*first, recorded(moment.snapshot)]


def _fitting(moment: RunMoment) -> int:
    """How many moments of this network are kept."""
    numbers = sum(array.size for array in moment.snapshot.parameters.values())
    return max(_LEAST, min(MOMENTS, _MOST_NUMBERS // max(1, numbers)))


def wanted_updates(moment: RunMoment) -> list[int]:
    """The updates to replay: ends of epochs if there are enough, else any; the start and the moment included."""
    many = _fitting(moment)
    ends = [0, *moment.snapshot.history.epochs.view(moment.epoch).ends.tolist()]
    ends = [end for end in ends if end < moment.update]
    if len(ends) < many:
        return sorted({round(place) for place in np.linspace(0, moment.update, many).tolist()})
    return [*(ends[place] for place in np.linspace(0, len(ends) - 1, many - 1).round().astype(int)), moment.update]
