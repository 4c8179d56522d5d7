"""The one gate: which paths this program may use, and whether it may change anything.

On a terminal it may use whatever its user may.  Where it is served to a browser, `TUI_ANN_ROOT` names the one folder
that it may use, and `TUI_ANN_READ_ONLY` says that it only shows what is there.  Every path that a user can name goes
through `allowed`; `confinement` puts the same question to every file that the process opens, whoever opens it.
"""

import errno
import os
from pathlib import Path, PurePath

from tui_ann.errors import SessionError

ROOT = "TUI_ANN_ROOT"
"""Environment variable: the folder that this program may use; without it, every folder."""
READ_ONLY = "TUI_ANN_READ_ONLY"
"""Environment variable: `1` if nothing is trained, edited, saved or exported."""

SERVER = "TUI_ANN_SERVER"
"""Environment variable: the id of the process that shows this program in a browser; it ends with that process."""

_OWN = (Path(__file__).resolve().parent, Path(__file__).resolve().parents[1] / "samples")
"""The program itself with its samples, which it may always read; in a checkout the samples are beside it."""
_NOTHING_CHANGES = "Started with --read-only, this program shows runs; it trains, edits, saves and exports nothing."


class OutsideError(SessionError, PermissionError):
    """A path is outside the folder that this program may use.

    It is a `PermissionError` too, so that what lists or searches folders takes it as one that cannot be read.

    Args:
        path: The path.
        root: The folder.
    """

    def __init__(self, path: str, root: Path) -> None:
        SessionError.__init__(
            self,
            f"{path} is outside {root}, which this program may use.",
            remedy="Name a path in that folder.",
            code="outside",
        )
        self.errno, self.filename = errno.EACCES, path
        self.strerror = f"it is outside {root}, which this program may use"


class ReadOnlyError(SessionError, PermissionError):
    """This program was started to show runs and to change nothing."""

    def __init__(self) -> None:
        SessionError.__init__(self, _NOTHING_CHANGES, remedy="Start it without --read-only.", code="read_only")
        self.errno, self.strerror = errno.EROFS, "this program was started with --read-only"


def root() -> Path | None:
    """The folder that this program may use, with links resolved; `None` if it may use every folder."""
    named = os.environ.get(ROOT, "")
    return Path(os.path.realpath(named)) if named else None


def is_read_only() -> bool:
    """Whether this program changes nothing."""
    return os.environ.get(READ_ONLY, "") == "1"


def refuse_changes() -> None:
    """What trains, edits, saves or exports asks this first.

    Raises:
        ReadOnlyError: This program changes nothing.
    """
    if is_read_only():
        raise ReadOnlyError


def resolved(path: str | os.PathLike[str]) -> str | None:
    """A path with its links resolved, to compare; `None` if it is on another machine.

    Args:
        path: The path; it need not exist.

    Raises:
        ValueError: No file can have such a name.
    """
    text = os.fspath(path)
    if PurePath(text).drive.startswith(("\\\\", "//")):  # resolving it would ask that machine already
        return None
    return os.path.normcase(os.path.realpath(text))


def is_inside(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> bool:
    """Whether a path is in a folder, or is the folder, wherever the links of both lead.

    Args:
        path: The path; it need not exist.
        folder: The folder.
    """
    return is_below(resolved(path), resolved(folder))


def is_below(path: str | None, folder: str | None) -> bool:
    """Whether a resolved path is in a resolved folder, or is it."""
    if path is None or folder is None:
        return False
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def allowed(path: str | os.PathLike[str], *, writing: bool = False) -> Path:
    """A path that this program may use, as it was given.

    Args:
        path: The path; it need not exist.
        writing: Whether it is to be written, replaced or removed.

    Raises:
        OutsideError: It is outside the folder that this program may use, by itself or by a link.
        ReadOnlyError: It is to be written, and this program changes nothing.
    """
    folder = root()
    if folder is not None:
        try:
            inside = is_inside(path, folder) or (not writing and any(is_inside(path, own) for own in _OWN))
        except ValueError:  # a name that no file can have, which opening it says
            inside = True
        if not inside:
            raise OutsideError(os.fspath(path), folder)
    if writing:
        refuse_changes()
    return Path(path)


def is_allowed(path: str | os.PathLike[str]) -> bool:
    """Whether this program may read a path."""
    try:
        allowed(path)
    except OutsideError:
        return False
    return True


def refuse_stream(what: str) -> None:
    """Refuse what is no file, such as standard input, where a root holds this program.

    Raises:
        SessionError: A root holds this program.
    """
    folder = root()
    if folder is not None:
        raise SessionError(
            f"{what} cannot be read here: this program may use files in {folder} only.",
            remedy="Name a file in that folder.",
            code="outside",
        )
