"""Which unfinished runs there are: told by the heads of their files, so that the start screen lists them at once.

Each file has a lock beside it, which the session that writes it holds while it lives.  `session.recovery` goes on
with a run, `session.state_file` reads and writes what that takes.
"""

import contextlib
import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import safetensors

from tui_ann.errors import SessionError, TuiAnnError

SUFFIX = ".unfinished"
"""How the name of such a file ends."""
SCHEMA = 4
"""The version of the file's form; a file of another version is not read."""
FAULTS = (KeyError, TypeError, ValueError, AttributeError, OSError, RecursionError, safetensors.SafetensorError)
"""What a damaged file makes its reader raise."""

if sys.platform == "win32":
    import msvcrt

    def lock(file: IO[bytes]) -> None:
        """Take hold of a file.

        Raises:
            OSError: Another process holds it, or locks are not to be had there.
        """
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def unlock(file: IO[bytes]) -> None:
        """Give a file back at once: Windows may take a while after it is closed."""
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def lock(file: IO[bytes]) -> None:
        """Take hold of a file.

        Raises:
            OSError: Another process holds it, or locks are not to be had there.
        """
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(file: IO[bytes]) -> None:
        """Give a file back at once."""
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)


@dataclass(frozen=True)
class Recoverable:
    """An unfinished run that can be gone on with."""

    path: Path
    """Its file."""
    name: str
    """The experiment's name."""
    epoch: int
    """Epochs completed."""
    epochs: int
    """Epochs at most."""
    update: int
    """Updates made."""
    saved: datetime
    """When it was saved."""
    data: str
    """The data file."""
    ended: bool = False
    """Whether it had come to its end, and only has not been saved in a run folder."""


def left_in(folder: Path, mine: Path | None = None) -> list[Recoverable]:
    """The runs that sessions now gone have left, the latest first; damaged files are left out.

    Args:
        folder: Where they are.
        mine: The file of the session that asks, if it has one.
    """
    try:
        paths = sorted(folder.glob(f"*{SUFFIX}"))
    except OSError:
        return []
    found = []
    for path in paths:
        with contextlib.suppress(TuiAnnError, KeyError, TypeError, ValueError):
            if path != mine and _is_free(path):
                found.append(_recoverable(path))
    return sorted(found, key=lambda run: run.saved, reverse=True)


def lock_of(path: Path) -> Path:
    """The file that is locked while a session holds the run in another."""
    return path.with_suffix(".lock")


def read_head(path: Path) -> dict[str, Any]:
    """What a file holds besides arrays: `about` for people, and `run`, in which the arrays are numbered.

    Raises:
        SessionError: The file is damaged, or of another version of the program.
    """
    try:
        with safetensors.safe_open(path, framework="np") as file:
            head: dict[str, Any] = json.loads(file.metadata()["tui-ann"])
        if head["schema"] != SCHEMA:
            raise ValueError("another version of the program wrote it")
        if not isinstance(head["about"], dict):
            raise ValueError("it does not say what it is")
    except FAULTS as error:
        raise damaged(path, error) from error
    return head


def damaged(path: Path, error: Exception) -> SessionError:
    """The refusal of a file that cannot be read.

    Args:
        path: The file.
        error: What was raised.
    """
    why = "it is no whole file of an unfinished run" if isinstance(error, KeyError | AttributeError) else str(error)
    return SessionError(
        f"{path} cannot be read: {why}.",
        remedy="Discard it, and train the experiment again.",
        code="bad_recovery",
    )


def _is_free(path: Path) -> bool:
    """Whether no living session holds the file."""
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
    )
