"""Where in its updates each run was left on the Step screen, so that one can go on there.

Like the list of recent work it is a convenience: a damaged file counts as empty, and a file that cannot be written
stays as it is.
"""

import contextlib
import json
from pathlib import Path
from typing import NamedTuple

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder, write_text

_MOST = 50
"""Maximum number of runs; the oldest are forgotten."""


class StepMark(NamedTuple):
    """A place in a run, between two parts of an update."""

    update: int
    """The update, counted from 1."""
    done: int
    """How many of its parts are done."""


class StepMarks:
    """The marks of one user.

    Args:
        file: Their file.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, folder: Path | str) -> StepMark | None:
        """Where a run was left; `None` if it was left at its end.

        Args:
            folder: Its run folder.
        """
        return self._read().get(str(folder))

    def put(self, folder: Path | str, mark: StepMark | None) -> None:
        """Keep where a run is left.

        Args:
            folder: Its run folder.
            mark: The place; `None` forgets it.
        """
        known = self._read()
        before = known.pop(str(folder), None)
        if mark is None and before is None:
            return
        marks = {**known, str(folder): mark} if mark is not None else dict(known)
        kept = dict(list(marks.items())[-_MOST:])
        with contextlib.suppress(SessionError):
            make_folder(self._file.parent)
            write_text(self._file, json.dumps(kept, indent=1) + "\n")

    def _read(self) -> dict[str, StepMark]:
        try:
            content = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        found = {}
        for folder, mark in content.items() if isinstance(content, dict) else ():
            match mark:
                case [int(update), int(done)] if update >= 1 and done >= 0:
                    found[folder] = StepMark(update, done)
        return found
