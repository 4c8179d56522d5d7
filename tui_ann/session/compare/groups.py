"""Runs that differ in seeds and folds alone: repeats of one experiment, which are compared as one."""

import weakref
from collections.abc import Iterable, Sequence

import msgspec

from tui_ann.engine.stopping import Status
from tui_ann.experiment.keys import put
from tui_ann.experiment.settings import SETTINGS
from tui_ann.experiment.spec import Experiment
from tui_ann.session.compare.comparison import ComparedRun

SEEDS = ("network.seed", "training.shuffle_seed", "data.split_seed", "data.fold")
"""What differs between repeats: the settings that `--repeats` and `--folds` of a sweep change."""
OFTEN = 3
"""From so many repeats on they are shown as one unless a person says otherwise."""
_EPOCHS = "training.epochs"


class GroupReader:
    """Finds repeats; what identifies an experiment is worked out once.  For one thread at a time."""

    def __init__(self) -> None:
        self._known: weakref.WeakKeyDictionary[object, tuple[Experiment, bytes]] = weakref.WeakKeyDictionary()

    def groups(
        self, runs: Sequence[ComparedRun], statuses: Sequence[str], wanted: bool | None = None
    ) -> tuple[tuple[int, ...], ...]:
        """The runs in groups by their places in the list, each group in the order of its first run.

        Runs with equal seeds are not repeats: of these only one is in a group.  The epochs of a run that stopped
        early do not matter, because more of them would not have changed it.

        Args:
            runs: The runs.
            statuses: How each of them ended, or how it is.
            wanted: Whether repeats are one; `None` if there are `OFTEN` or more of them.
        """
        least = {None: OFTEN, True: 2, False: len(runs) + 1}[wanted]
        alike: dict[tuple[bytes, bool], list[int]] = {}
        for place, run in enumerate(runs):
            alike.setdefault((self._alike(run), run.other_data), []).append(place)
        found: list[tuple[int, ...]] = []
        for places in alike.values():
            for group in self._split(places, runs, statuses):
                found += [tuple(sorted(group))] if len(group) >= least else [(place,) for place in group]
        return tuple(sorted(found))

    def _alike(self, run: ComparedRun) -> bytes:
        """The experiment without what differs between repeats, as text."""
        experiment = run.source.experiment
        known = self._known.get(run.source)
        if known is None or known[0] is not experiment:
            bare = experiment
            for key in ("data.path", _EPOCHS, *SEEDS):
                bare = put(bare, key, None)
            known = self._known[run.source] = experiment, msgspec.json.encode(bare)
        return known[1]

    def _split(self, places: Sequence[int], runs: Sequence[ComparedRun], statuses: Sequence[str]) -> list[list[int]]:
        """Groups of equal epochs and of different seeds; the open run is rather alone than one of the others."""
        lengths = {place: runs[place].source.experiment.training.epochs for place in places}
        counting = [place for place in places if statuses[place] != Status.EARLY_STOPPED]
        longest = max(lengths[place] for place in counting or places)
        groups: dict[tuple[int, int], list[int]] = {}
        seen: dict[tuple[object, ...], int] = {}
        for place in sorted(places, key=lambda place: runs[place].current):
            length = lengths[place] if place in counting else longest
            seeds = (length, *seeds_of(runs[place].source.experiment))
            copies = seen[seeds] = seen.get(seeds, 0) + 1
            groups.setdefault((length, copies), []).append(place)
        return list(groups.values())


def seeds_of(experiment: Experiment) -> tuple[object, ...]:
    """The seeds and the fold of an experiment."""
    return tuple(SETTINGS[key].get(experiment) for key in SEEDS)


def validating_rows(experiment: Experiment) -> tuple[object, ...]:
    """What decides which rows validate, beside the data."""
    return _settings(experiment, ("data.split", "data.validation_split", "data.folds", "data.fold", *_TESTING))


def test_rows(experiment: Experiment) -> tuple[object, ...]:
    """What decides which rows test, beside the data."""
    return _settings(experiment, ("data.split", *_TESTING))


_TESTING = ("data.test_split", "data.split_seed")


def _settings(experiment: Experiment, keys: Iterable[str]) -> tuple[object, ...]:
    return tuple(SETTINGS[key].get(experiment) if SETTINGS[key].applies(experiment) else None for key in keys)
