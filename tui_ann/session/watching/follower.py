"""Looks into the folders of runs that are still being trained elsewhere, and takes up what is new in them."""

import os

from tui_ann.errors import TuiAnnError
from tui_ann.experiment.run_folder import HISTORY, RUN
from tui_ann.session.runs import Runs
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.workspace import Workspace

_Stamp = tuple[tuple[int, int], ...]


class Follower:
    """Follows the saved runs of a session that go on in another program.

    Args:
        workspace: What is open.
        runs: The runs of the session.
    """

    def __init__(self, workspace: Workspace, runs: Runs) -> None:
        self._workspace, self._runs = workspace, runs
        self._seen: dict[str, _Stamp] = {}

    @property
    def waits(self) -> bool:
        """Whether a run may go on elsewhere."""
        return bool(self._going_on())

    def _going_on(self) -> list[SavedRun]:
        return [run for run in self._runs.sources if isinstance(run, SavedRun) and run.going_on]

    def look(self) -> bool:
        """Read the folders that have changed; returns whether there was one.  Only one thread may call this."""
        news = False
        for run in self._going_on():
            key, stamp = str(run.folder), _stamp(run)
            before, self._seen[key] = self._seen.get(key), stamp
            if stamp == before or not stamp:
                continue
            try:
                new = SavedRun.load(run.folder)
            except TuiAnnError:  # it is being written, or was deleted: what is known stays
                continue
            if new.history.epochs.done != run.history.epochs.done or new.record != run.record:
                self._renew(run, new)
                news = True
        return news

    def _renew(self, old: SavedRun, new: SavedRun) -> None:
        """Put what a folder holds now in the place of what it held before."""
        if old in self._runs.added:
            self._runs.remove(old)
            self._runs.add(new)
        self._workspace.renew(old, new)


def _stamp(run: SavedRun) -> _Stamp:
    """What changes when a file of the run is written; empty if they are gone."""
    try:
        states = [os.stat(run.folder / name) for name in (HISTORY, RUN)]
    except OSError:
        return ()
    return tuple((state.st_mtime_ns, state.st_size) for state in states)
