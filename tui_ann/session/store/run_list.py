"""The runs in a folder, with their results."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tui_ann.errors import ExperimentError, SessionError, TuiAnnError
from tui_ann.experiment.run_folder import RUN, RunFolder, is_run_folder
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment

RUNS = "runs"
"""The folder of the runs, in the folder that a command works in."""
SWEEP = "sweep.json"
"""The file that makes a folder that of a sweep."""
LAB = "lab.json"
"""The file that the folder of a lab has beside that."""


@dataclass(frozen=True)
class ListedRun:
    """One run folder."""

    folder: Path
    """Its path, as it was named."""
    experiment: Experiment | None
    """The experiment; `None` if its file is damaged."""
    record: RunRecord | None
    """How it ended; `None` if that is damaged."""
    ended: datetime
    """When its results were written."""
    trouble: str = ""
    """Why it cannot be read, if so."""

    def to_json(self) -> dict[str, Any]:
        """The run as JSON."""
        experiment, record = self.experiment, self.record
        found: dict[str, Any] = {
            "folder": str(self.folder),
            "name": experiment.name if experiment else None,
            "target": experiment.data.target if experiment else None,
            "loss": experiment.training.loss if experiment else None,
            "ended": self.ended.isoformat(timespec="seconds"),
            "error": self.trouble or None,
        }
        for name in ("status", "stop_reason", "epochs", "updates", "best_epoch", "seconds", "metrics", "penalty"):
            found[name] = getattr(record, name) if record else None
        return found


def runs_in(folder: Path) -> list[ListedRun]:
    """The runs in a folder and in its `runs`, the latest last; a run folder lists itself.

    Raises:
        SessionError: There is no such folder, or it cannot be read.
    """
    found = [_listed(path) for path in (folder, *_inside(folder)) if is_run_folder(path)]
    return sorted(found, key=lambda run: (run.ended, str(run.folder)))


def sweeps_in(folder: Path) -> list[Path]:
    """The folders of sweeps in a folder and in its `runs`, by name.

    Raises:
        SessionError: There is no such folder, or it cannot be read.
    """
    return sorted(path for path in _inside(folder) if (path / SWEEP).is_file())


def _inside(folder: Path) -> list[Path]:
    inside = _folders_in(folder)
    return inside + _folders_in(folder / RUNS) if folder / RUNS in inside else inside


def _folders_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        raise SessionError(
            f"{folder} cannot be listed: {error.strerror or error}.",
            remedy="Name a folder with runs, such as runs.",
            code="no_such_file",
        ) from error


def why_not(folder: Path, error: TuiAnnError) -> str:
    """One sentence on why a run folder cannot be read."""
    first = f" {error.problems[0]}" if isinstance(error, ExperimentError) and error.problems else ""
    message = " ".join(f"{error.message}{first}".split())
    return message if str(folder) in message else f"{folder}: {message}"


def _listed(path: Path) -> ListedRun:
    folder, trouble = RunFolder.open(path), ""
    experiment: Experiment | None = None
    record: RunRecord | None = None
    try:
        experiment = folder.experiment()
        record = folder.record()
    except TuiAnnError as error:
        trouble = why_not(path, error)
    newest = path.stat().st_mtime
    with contextlib.suppress(OSError):
        newest = (path / RUN).stat().st_mtime
    return ListedRun(path, experiment, record, datetime.fromtimestamp(newest), trouble)
