"""Files written whole or not at all.

The new content is written to a temporary file in the same folder, flushed to the disk and then replaces the old file
in one step.  If anything fails (a full disk, a folder without permission), the old content is still there and the
temporary file is removed.
"""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import time
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.gate import allowed

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "Free some space, or save to another disk."),
    errno.EDQUOT: ("your quota on this disk is used up", "Free some space, or save to another disk."),
    errno.EFBIG: ("the file would be too large for this disk", "Save to another disk."),
    errno.EACCES: ("you have no permission to write there", "Choose another folder, or change its permissions."),
    errno.EPERM: ("you have no permission to write there", "Choose another folder, or change its permissions."),
    errno.EROFS: ("that disk is read-only", "Choose another folder."),
    errno.ENOTDIR: ("a file has the name of the folder", "Choose another folder."),
    errno.EISDIR: ("a folder has this name", "Choose another name."),
    errno.EEXIST: ("something else has this name", "Choose another name."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter name."),
}
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Seconds between two attempts to replace a file that another program has open on Windows."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_SPECIAL = (
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)
DISK_FULL = "disk full"
"""The cause of most failures, in two words."""
NOT_WRITABLE = "folder not writable"
"""The other cause, in three."""
_CODES = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full"}


def cannot_write(path: Path, error: OSError) -> SessionError:
    """The error for a file or folder that could not be written; what is said of it is looked up on the disk."""
    why, remedy = _CAUSES.get(
        error.errno or 0, (error.strerror or type(error).__name__, "Choose another place and try again.")
    )
    if error.errno == errno.ENOENT:
        why, remedy = _of_missing(path.parent)
    unchanged = " The file that is there is unchanged." if os.path.isfile(path) else ""
    return SessionError(
        f"Cannot write {path}: {why}.{unchanged}",
        remedy=remedy,
        code=_CODES.get(error.errno or 0, "cannot_write"),
    )


def _of_missing(folder: Path) -> tuple[str, str]:
    """Why a name in a folder cannot be made, and what to do: some systems report a read-only folder as missing."""
    if os.path.isdir(folder):
        return f"the folder {folder} is not writable", "Choose another folder."
    return f"the folder {folder} does not exist", "Choose another folder, or make this one first."


def refuse_special(path: Path) -> None:
    """Refuse to replace a device, a pipe or a socket by a file.

    Raises:
        SessionError: There is one (`not_a_file`).
    """
    try:
        mode = os.stat(path).st_mode
    except OSError:  # nothing there, or a folder that cannot be searched: writing says which
        return
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        what = next((name for test, name in _SPECIAL if test(mode)), "no regular file")
        raise SessionError(f"{path} is {what}; it is left as it is.", remedy="Name a new file.", code="not_a_file")


def write_bytes(path: Path, content: bytes, *, durable: bool = True, exclusive: bool = False) -> None:
    """Write a file, whole or not at all.

    The target of a link is replaced, not the link, and the permissions of an existing file stay.  Only a regular file
    is ever replaced.

    Args:
        path: The file.
        content: Its new content.
        durable: Whether to flush it to the disk.  If not, a killed program still leaves a whole file, the old or the
            new one, but a power failure may not.
        exclusive: Whether the file must be new: of two writers, one fails.

    Raises:
        SessionError: The content could not be written; the file is unchanged.
        FileExistsError: The file exists, and must be new.
    """
    target = Path(os.path.realpath(allowed(path, writing=True)))
    refuse_special(path)
    # A unique name, so that two writers never share one, and short, so that long file names are possible.
    temporary = target.parent / f".tui-ann-{secrets.token_hex(6)}.tmp"
    try:
        descriptor = os.open(temporary, _NEW_FILE, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if exclusive:
            _settle_as_new(temporary, target)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))
            _replace(temporary, target)
    except BaseException as error:  # also an interruption
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError) and not (exclusive and isinstance(error, FileExistsError)):
            raise cannot_write(path, error) from error
        raise
    if durable:
        _settle(target.parent)


def write_text(path: Path, content: str, *, exclusive: bool = False) -> None:
    """Write a text file (UTF-8), whole or not at all.

    Args:
        path: The file.
        content: Its new content.
        exclusive: Whether the file must be new.

    Raises:
        SessionError: The content could not be written; the file is unchanged.
        FileExistsError: The file exists, and must be new.
    """
    try:
        encoded = content.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SessionError(
            f"Cannot write {path}: it would contain {error.object[error.start : error.end]!r}, "
            "which is not a valid character.",
            remedy="Rename the file or column that has it in its name.",
            code="cannot_write",
        ) from error
    write_bytes(path, encoded, exclusive=exclusive)


def make_folder(path: Path) -> None:
    """Create a folder and its parents, unless it exists.

    Raises:
        SessionError: It cannot be created.
    """
    allowed(path, writing=True)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def _settle_as_new(temporary: Path, target: Path) -> None:
    """Give the temporary file its name, in one step that fails if the name is taken.

    Raises:
        FileExistsError: The name is taken.
    """
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except (OSError, AttributeError, NotImplementedError):  # a disk without hard links: claim the name first
        os.close(os.open(target, _NEW_FILE, 0o666))
        _replace(temporary, target)
    else:
        os.unlink(temporary)


def cannot_keep(folder: Path) -> str:
    """Why a folder that may not exist yet cannot be written, in a few words; empty if it probably can."""
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    if not os.access(there, os.W_OK):
        return NOT_WRITABLE
    try:
        usage = shutil.disk_usage(there)
    except OSError:
        return ""
    if not usage.total:  # a file system of the kernel, which keeps no files
        return NOT_WRITABLE
    return "" if usage.free else DISK_FULL


def _replace(temporary: Path, target: Path) -> None:
    """Replace the target by the temporary file.

    Windows refuses that while another program (a virus scanner, a reader) has the target open, usually briefly.
    """
    for pause in _PAUSES if sys.platform == "win32" else ():
        try:
            os.replace(temporary, target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(temporary, target)


def _settle(folder: Path) -> None:
    """Flush a folder's list of names to the disk, if the system can; the content is safe without it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
