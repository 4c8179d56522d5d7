"""What was opened recently: experiments, runs, data files and samples, the newest first.

The list is a convenience: a damaged file counts as empty, and a file that cannot be written stays as it is.  Neither is
an error.
"""

import contextlib
import json
import math
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder, write_text


class Kind(StrEnum):
    """What can be opened."""

    DATA = "data"
    EXPERIMENT = "experiment"
    RUN = "run"
    SAMPLE = "sample"
    COURSE = "course"
    MODEL = "model"


_KINDS = frozenset(Kind)


@dataclass(frozen=True)
class RunNote:
    """What a run came to."""

    text: str
    """Its loss, its first metric and the sizes of its network."""
    curve: str
    """Its loss as a few bars; empty if there is no curve."""
    origin: str
    """What it was opened from; empty if that is not known."""


@dataclass(frozen=True)
class Recent:
    """One entry."""

    kind: str
    """A `Kind`."""
    source: str
    """What `Workspace.open` takes: an absolute path, or `sample:NAME`."""
    name: str
    """The experiment's name."""
    opened: float
    """When, in seconds since 1970."""
    note: str = ""
    """The last run in a line; empty if there was none."""
    curve: str = ""
    """The loss of that run as a few bars."""
    origin: str = ""
    """For a saved run: what it was opened from."""

    @property
    def work(self) -> str:
        """What it is about: a file or sample and its runs are one line of the list."""
        return self.origin or self.source

    @property
    def exists(self) -> bool:
        """Whether it still exists."""
        if self.kind == "sample":
            return True
        try:
            return Path(self.source).exists()
        except (OSError, ValueError):
            return False


class Recents:
    """The list of one user.  Every method may be called from any thread.

    Args:
        file: The file of the list.
        limit: Maximum number of entries.
        clock: Seconds since 1970.
    """

    def __init__(self, file: Path, *, limit: int = 30, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()

    def entries(self) -> tuple[Recent, ...]:
        """The entries that still exist, the newest first; the others are removed from the list."""
        with self._lock:
            known = self._read()
            there = tuple(entry for entry in known if entry.exists)
            if len(there) < len(known):
                self._write(there)
            return there

    def add(self, kind: str, source: str, name: str, run: RunNote | None = None) -> None:
        """Put an entry at the top of the list; it replaces what the list says of the same file or sample.

        Args:
            kind: A `Kind`.
            source: What `Workspace.open` takes.
            name: The experiment's name.
            run: What its run came to; without one, the list keeps what it says of an earlier run.
        """
        entry = Recent(kind, source, name, self._clock())
        with self._lock:
            known = self._read()
            if run is not None:
                entry = replace(
                    entry, note=run.text, curve=run.curve, origin=run.origin if run.origin != source else ""
                )
            else:
                before = next((other for other in known if source in (other.source, other.origin) and other.note), None)
                entry = replace(before, opened=entry.opened) if before is not None and before.exists else entry
            others = [other for other in known if other.work != entry.work and other.source != entry.source]
            self._write((entry, *others)[: self._limit])

    def remove(self, source: str) -> None:
        """Remove an entry from the list; the file itself stays."""
        with self._lock:
            self._write(tuple(entry for entry in self._read() if entry.source != source))

    def _read(self) -> tuple[Recent, ...]:
        try:
            content = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return ()
        entries = content if isinstance(content, list) else []
        return tuple(entry for entry in map(_recent, entries) if entry is not None)

    def _write(self, entries: tuple[Recent, ...]) -> None:
        # ASCII with escapes also holds the lone surrogates of a file name that is not Unicode.
        content = json.dumps([asdict(entry) for entry in entries], indent=1)
        with contextlib.suppress(SessionError):
            make_folder(self._file.parent)
            write_text(self._file, content + "\n")


def _recent(entry: Any) -> Recent | None:
    """One entry of the file, or `None` if it is damaged."""
    if not isinstance(entry, dict):
        return None
    values = [entry.get(field.name, "" if field.default == "" else None) for field in fields(Recent)]
    match values:
        case [str(kind), str(source), str(name), int() | float() as opened, str(note), str(curve), str(origin)] if (
            kind in _KINDS and math.isfinite(opened)
        ):
            return Recent(kind, source, name, float(opened), note, curve, origin)
    return None
