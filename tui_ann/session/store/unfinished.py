"""The list of unfinished runs, read from the headers of their files, so that the start screen shows it at once.

Each file has a lock file, which the writing session holds until it ends.  `recovery` continues a run,
`state_file` reads and writes its state.
"""

import contextlib
import json
import math
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import safetensors

from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.gate import allowed

SUFFIX = ".unfinished"
"""The file name suffix of an unfinished run."""
SCHEMA = 5
"""The version of the file format; a file of another version is not read."""
FAULTS = (KeyError, TypeError, ValueError, AttributeError, OSError, RecursionError, safetensors.SafetensorError)
"""The exceptions raised by reading a damaged file."""

if sys.platform == "win32":
    import msvcrt

    def lock(file: IO[bytes]) -> None:
        """Lock a file.

        Raises:
            OSError: Another process holds it, or the file system has no locks.
        """
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def unlock(file: IO[bytes]) -> None:
        """Unlock a file at once: closing it may take a while on Windows."""
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def lock(file: IO[bytes]) -> None:
        """Lock a file.

        Raises:
            OSError: Another process holds it, or the file system has no locks.
        """
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(file: IO[bytes]) -> None:
        """Unlock a file."""
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)


@dataclass(frozen=True)
class Recoverable:
    """An unfinished run that can be continued."""

    path: Path
    """Its file."""
    name: str
    """The experiment's name."""
    epoch: int
    """Epochs completed."""
    epochs: int
    """Maximum number of epochs."""
    update: int
    """Updates made."""
    saved: datetime
    """When it was saved."""
    data: str
    """The data file."""
    ended: bool = False
    """Whether the run has ended but is not saved in a run folder."""
    loss: float = math.nan
    """Its loss in the last epoch."""
    curve: str = ""
    """Its loss as a few bars; empty if there is no curve."""
    source: str = ""
    """What it was opened from; empty if that is not known."""
    folder: str = ""
    """The run folder that it is saved in; empty if it is in none."""


def left_in(folder: Path, mine: Collection[Path] = ()) -> list[Recoverable]:
    """Unfinished runs of earlier sessions, the latest first; damaged files are left out.

    Args:
        folder: Where they are.
        mine: The files of the calling session.
    """
    try:
        paths = sorted(folder.glob(f"*{SUFFIX}"))
    except OSError:
        return []
    found = []
    for path in paths:
        with contextlib.suppress(TuiAnnError, KeyError, TypeError, ValueError):
            if path not in mine and _is_free(path):
                found.append(_recoverable(path))
    return sorted(found, key=lambda run: run.saved, reverse=True)


def lock_of(path: Path) -> Path:
    """The lock file of the file of a run."""
    return path.with_suffix(".lock")


def read_head(path: Path) -> dict[str, Any]:
    """The header of a file: `about` for display, and `run`, which refers to the arrays by number.

    Raises:
        SessionError: The file is damaged, or was written by another version of the program.
    """
    path = allowed(path)
    try:
        with safetensors.safe_open(path, framework="np") as file:
            head: dict[str, Any] = json.loads(file.metadata()["tui-ann"])
        if head["schema"] != SCHEMA:
            raise ValueError("another version of the program wrote it")
        if not isinstance(head["about"], dict):
            raise ValueError("its header is incomplete")
    except FAULTS as error:
        raise damaged(path, error) from error
    return head


def damaged(path: Path, error: Exception) -> SessionError:
    """The error for a file that cannot be read.

    Args:
        path: The file.
        error: The exception.
    """
    why = (
        "it is not a complete file of an unfinished run" if isinstance(error, KeyError | AttributeError) else str(error)
    )
    return SessionError(
        f"{path} cannot be read: {why}.",
        remedy="Discard it, and train the experiment again.",
        code="bad_recovery",
    )


def _is_free(path: Path) -> bool:
    """Whether no running session locks the file."""
    try:
        with lock_of(path).open("ab") as file:
            lock(file)
            unlock(file)
    except OSError:
        return False
    return True


def _recoverable(path: Path) -> Recoverable:
    about = read_head(path)["about"]
    return Recoverable(
        path=path,
        name=str(about["name"]),
        epoch=int(about["epoch"]),
        epochs=int(about["epochs"]),
        update=int(about["update"]),
        saved=datetime.fromisoformat(about["saved"]),
        data=str(about["data"]),
        ended=bool(about.get("ended", False)),
        loss=float(about.get("loss", math.nan)),
        curve=str(about.get("curve", "")),
        source=str(about.get("source", "")),
        folder=str(about.get("folder") or ""),
    )
