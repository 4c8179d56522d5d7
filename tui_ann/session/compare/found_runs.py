"""Runs on disk to compare: a run folder, a folder of runs, a pattern such as `runs/iris-*`."""

import glob
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.experiment.run_folder import is_run_folder
from tui_ann.session.store.run_list import LAB, RUNS, why_not
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.text import count

MOST = 200
"""Runs that are opened at once at most."""
_MOST_CHARACTERS = 4096
"""Characters of a name or pattern, as of a path on Linux."""


class FoundRuns(NamedTuple):
    """What was read, and what was not."""

    runs: tuple[SavedRun, ...]
    """The runs that could be read."""
    skipped: tuple[str, ...]
    """A sentence for each folder or name that could not."""


def find_runs(names: Iterable[str | os.PathLike[str]], base: Path | None = None) -> FoundRuns:
    """Read runs from disk; what cannot be read is skipped with a sentence.

    Args:
        names: Run folders, folders with runs in them (also in their `runs`), and patterns.
        base: Where relative names start; by default the working folder.
    """
    folders: dict[Path, None] = {}
    skipped: list[str] = []
    for name in names:
        found, trouble = _folders(os.fspath(name), base or Path.cwd())
        folders |= dict.fromkeys(found)
        skipped += [trouble] if trouble else []
    chosen = list(folders)
    if len(chosen) > MOST:
        skipped.append(f"There are {count(len(chosen))} runs; only the first {MOST} are opened.")
    runs = []
    for folder in chosen[:MOST]:
        try:
            runs.append(SavedRun.load(folder))
        except TuiAnnError as error:
            skipped.append(why_not(folder, error))
    return FoundRuns(tuple(runs), tuple(skipped))


def best_folder(names: Iterable[str | os.PathLike[str]]) -> Path | None:
    """The folder of the best run, if one folder of a sweep is named; `None` if there is none, or it is damaged.

    The runs of a lab stay in their order, which is what the lab is about.
    """
    from tui_ann.session.sweep.folder import SweepFolder

    only, *others = map(Path, names)
    try:
        best = "" if others or (only / LAB).exists() else SweepFolder.open(only).record().best_folder
    except SessionError:
        return None
    return Path(os.path.abspath(only / best)) if best else None


def holds_runs(path: Path) -> bool:
    """Whether a folder is no run itself but has runs in it, or in its `runs`."""
    return runs_inside(path) > 0


def runs_inside(path: Path) -> int:
    """How many runs a folder stands for that is no run itself: those in it, and in its `runs`."""
    try:
        return len(_inside(path)) if path.is_dir() and not is_run_folder(path) else 0
    except (OSError, ValueError):
        return 0


def has_history_only(path: Path) -> bool:
    """Whether a folder is a run without a network, which only Compare can show."""
    try:
        return is_run_folder(path) and SavedRun.load(path).history_only
    except (TuiAnnError, OSError, ValueError):
        return False


def _folders(name: str, base: Path) -> tuple[Sequence[Path], str]:
    """The run folders that a name stands for, and a sentence if there are none."""
    text = os.path.join(base, os.path.expanduser(name))
    if len(text) > _MOST_CHARACTERS:  # to match a pattern takes the square of its length
        return [], f"A path has at most {count(_MOST_CHARACTERS)} characters, and this one has {count(len(text))}."
    try:
        if glob.has_magic(text) and not os.path.lexists(text):
            matches = sorted(Path(os.path.abspath(match)) for match in glob.glob(text, recursive=True))
            found = [path for path in matches if is_run_folder(path)]
            found += [run for path in matches if path not in found and path.is_dir() for run in _inside(path)]
            return found, "" if found else f"No run matches {name}."
        path = Path(os.path.abspath(text))
        if is_run_folder(path):
            return [path], ""
        if not path.is_dir():
            return [], f"{path} is a file, not a run folder." if path.exists() else f"There is no folder {path}."
        found = list(_inside(path))
    except (OSError, ValueError) as error:
        return [], f"{name} cannot be read: {getattr(error, 'strerror', None) or error}."
    return found, "" if found else f"There is no run in {path}."


def _inside(path: Path) -> Sequence[Path]:
    """The run folders in a folder, and in its `runs`, by name."""
    inside = sorted(each for each in path.iterdir() if each.is_dir())
    found = [each for each in inside if is_run_folder(each)]
    if path / RUNS in inside and path / RUNS not in found:
        found += [each for each in sorted((path / RUNS).iterdir()) if is_run_folder(each)]
    return found


def delete_run(run: SavedRun) -> None:
    """Delete the files of a saved run, and its folder if nothing else is in it.

    Raises:
        SessionError: They cannot be deleted.
    """
    from tui_ann.experiment.run_folder import FILES
    from tui_ann.experiment.together import tidy

    try:
        tidy(run.folder)
        for name in reversed(FILES):  # the experiment last: what is left by a kill can still be deleted
            (run.folder / name).unlink(missing_ok=True)
        if not any(run.folder.iterdir()):
            run.folder.rmdir()
    except OSError as error:
        raise SessionError(
            f"{run.folder} cannot be deleted: {error.strerror or error}.",
            remedy="Check who may write there.",
            code="cannot_write",
        ) from error
