"""The compared runs of a session: live and saved ones, each with a letter that stays its own."""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.session.compare.found_runs import FoundRuns, delete_run, find_runs
from tui_ann.session.compare.letters import letter
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.runs import Runs
from tui_ann.session.store.saved_run import SavedRun


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """One run of the comparison."""

    place: int
    """Counted from 0; its letter, colour and glyph follow from it."""
    source: RunSource
    """The run."""
    shown: bool
    """Whether its curve is drawn."""
    pinned: bool
    """Whether it stays when another run takes the place of the open one."""
    current: bool
    """Whether it is the run of the open experiment."""
    other_data: bool
    """Whether it was trained on other data than the first run that is shown."""

    @property
    def letter(self) -> str:
        """Its letter."""
        return letter(self.place)

    @property
    def name(self) -> str:
        """The name of its experiment; may come from a file."""
        return self.source.name

    @property
    def settings_known(self) -> bool:
        """Whether its experiment says how it is trained; that of a run with a history only does not."""
        return not (isinstance(self.source, SavedRun) and self.source.history_only)

    @property
    def live(self) -> bool:
        """Whether it is in memory with its data, so that it can be trained."""
        return isinstance(self.source, Run)


class Comparison:
    """The compared runs.  Every method may be called from any thread.

    Args:
        runs: The runs of the session.
    """

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._lock = threading.RLock()
        self._places: dict[RunSource, int] = {}
        self._hidden: set[int] = set()
        self.lab: Path | None = None
        """The folder of a lab from which the runs were opened."""

    @property
    def entries(self) -> tuple[ComparedRun, ...]:
        """The runs by their letters.

        A run that takes the place of another one, such as a saved run that becomes live, has its letter.
        """
        with self._lock:
            sources = _once(self._runs.sources)
            self._assign(sources)
            by_sight = sorted(sources, key=lambda source: self._places[source] in self._hidden)
            first = next((fingerprint(source) for source in by_sight if fingerprint(source)), None)
            current = self._runs.opened
            found = [
                ComparedRun(
                    place=self._places[source],
                    source=source,
                    shown=self._places[source] not in self._hidden,
                    pinned=source in self._runs.added,
                    current=source is current,
                    other_data=fingerprint(source) not in (None, first),
                )
                for source in sources
            ]
        return tuple(sorted(found, key=lambda entry: entry.place))

    def _assign(self, sources: Iterable[RunSource]) -> None:
        """Give every new run a letter: that of the same folder or of the open run that it replaces, else the first."""
        gone = {source: place for source, place in self._places.items() if source not in sources}
        kept = {source: place for source, place in self._places.items() if source not in gone}
        for source in sources:
            if source not in kept:
                folder = _folder(source)
                same = next((place for other, place in gone.items() if folder and _folder(other) == folder), None)
                free = next(place for place in range(len(kept) + 1) if place not in kept.values())
                kept[source] = same if same is not None and same not in kept.values() else free
        self._hidden &= set(kept.values())
        self._places = kept

    @property
    def unsaved(self) -> tuple[ComparedRun, ...]:
        """The runs beside the open one that would be lost at the end of the session: forks with updates, unsaved."""
        return tuple(
            entry
            for entry in self.entries
            if not entry.current and isinstance(entry.source, Run) and entry.source.unsaved
        )

    def entry(self, letter: str) -> ComparedRun:
        """The run with a letter.

        Raises:
            SessionError: There is none.
        """
        for entry in self.entries:
            if entry.letter == letter:
                return entry
        raise SessionError(f"There is no run {letter}.", remedy="Choose one of the table.", code="no_run")

    def open(self, names: Iterable[str | os.PathLike[str]], base: Path | None = None) -> FoundRuns:
        """Add runs from disk: run folders, folders of runs, patterns; see `find_runs`.

        A run of other data is added all the same; `ComparedRun.other_data` says so.
        """
        found = find_runs(names, base)
        with self._lock:
            known = {_folder(source) for source in self._runs.sources}
            new = tuple(run for run in found.runs if _folder(run) not in known)
            for run in new:
                self._runs.add(run)
        again = len(found.runs) - len(new)
        words = f"{again} of them {'is' if again == 1 else 'are'} in the comparison already."
        return FoundRuns(new, (*found.skipped, *([words] if again else [])))

    def hide(self, entry: ComparedRun, hidden: bool) -> None:
        """Leave the curve of a run out, or draw it again."""
        with self._lock:
            (self._hidden.add if hidden else self._hidden.discard)(entry.place)

    def keep(self, entry: ComparedRun, kept: bool) -> None:
        """Keep a run when another takes the place of the open one, or let it go with it."""
        if kept:
            self._runs.add(entry.source)
        elif entry.source in self._runs.added:
            self._runs.remove(entry.source)

    def keep_current(self) -> None:
        """Keep the open run, if there is anything in it to compare: another one takes its place."""
        source = self._runs.opened
        if source is not None and (isinstance(source, SavedRun) or source.snapshot().update):
            self._runs.add(source)

    def remove(self, entry: ComparedRun, *, files: bool = False) -> None:
        """Take a run out of the comparison; a live one pauses and is lost unless it was saved.

        Args:
            entry: The run.
            files: Whether the files of a saved run are deleted too.

        Raises:
            SessionError: It is the run of the open experiment, or its files cannot be deleted.
        """
        if entry.current:
            raise SessionError(
                f"{entry.letter} is the run of the open experiment.",
                remedy="Open another run first.",
                code="run_open",
            )
        if files and isinstance(entry.source, SavedRun):
            delete_run(entry.source)
        if entry.source in self._runs.added:
            self._runs.remove(entry.source)


def fingerprint(source: RunSource) -> str | None:
    """What identifies the data of a run; `None` if it is not known."""
    return source.sha256 if isinstance(source, Run) else source.record.sha256 if isinstance(source, SavedRun) else None


def _folder(source: RunSource) -> Path | None:
    """The folder of a saved run, absolute; `None` if it has none."""
    folder = source.folder if isinstance(source, Run | SavedRun) else None
    return None if folder is None else Path(os.path.abspath(folder))


def _once(sources: Iterable[RunSource]) -> list[RunSource]:
    """The runs, of each folder only the first."""
    folders: set[Path] = set()
    found = []
    for source in sources:
        folder = _folder(source)
        if folder is None or folder not in folders:
            found.append(source)
            folders |= {folder} if folder else set()
    return found
