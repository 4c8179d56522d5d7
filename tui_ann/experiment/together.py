"""Files of a folder that belong together, replaced as one: a reader finds all of the old ones or all of the new.

The new files are written into a folder beside them.  When all are whole, that folder gets the name `.next`: this one
step makes its files the present ones.  Then each of them takes its place, and `.next` is gone.  A reader looks into
`.next` first, so that it makes no difference to it if a program was killed in the midst of this; the next writer
finishes what was begun.
"""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.experiment.atomic import (
    cannot_write,
    make_folder,
    refuse_impossible,
    refuse_special,
    replace,
    settle,
    write_new,
)

T = TypeVar("T")

Contents = Mapping[str, bytes | Path]
"""Contents of files by name; one that is long is a file on the disk, which stays where it is."""
NEXT = ".next"
"""The folder of files that are the present ones, and have not all taken their place yet."""
_OURS = ".tui-ann-"
"""The beginning of the names of files and folders that are being written."""
_STALE = 86_400.0
"""Seconds after which something that is still being written in a folder of many writers was left by a kill."""
_READINGS, _PAUSE = 50, 0.01
"""How often several files are read until nothing was written meanwhile, and the seconds in between."""


def write_together(folder: Path, files: Contents, *, durable: bool = True) -> None:
    """Replace files of a folder as one.

    Args:
        folder: The folder; only one program at a time may write into it.
        files: Their contents by name.
        durable: Whether to flush them to the disk; see `write_bytes`.

    Raises:
        SessionError: They cannot be written.  Readers find all old ones, or all new ones if only their places could
            not be taken; the next writing tries that again.
    """
    finish(folder)
    for name in files:
        refuse_special(folder / name)
        if (folder / name).is_dir():
            raise cannot_write(folder / name, OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
    staged = _staged(folder, folder, files, durable=durable)
    try:
        os.rename(staged, folder / NEXT)
    except BaseException as error:
        shutil.rmtree(staged, ignore_errors=True)
        if isinstance(error, OSError):
            raise cannot_write(folder / next(iter(files)), error) from error
        raise
    if durable:
        settle(folder)
    finish(folder)


def create_together(folder: Path, files: Contents, *, room: AbstractContextManager[None] | None = None) -> None:
    """Make a folder with files in it, whole or not at all.

    Args:
        folder: The folder, which must not exist.
        files: The contents by name.
        room: Makes room for it, if something has its name; entered when everything is written but for the name.

    Raises:
        FileExistsError: Something has this name.
        SessionError: It cannot be written; nothing is left behind.
    """
    refuse_impossible(folder)
    make_folder(folder.parent)
    _forget(folder.parent, _STALE)
    staged = _staged(folder.parent, folder, files, durable=True)
    try:
        with room or contextlib.nullcontext():
            if os.path.lexists(folder):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
            os.rename(staged, folder)
    except BaseException as error:
        shutil.rmtree(staged, ignore_errors=True)
        if isinstance(error, OSError):
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder)) from error
            raise cannot_write(folder, error) from error
        raise
    settle(folder.parent)


def finish(folder: Path) -> None:
    """Let the files in `.next` take their places, as after a kill in the midst of that; only for a writer.

    Raises:
        SessionError: One of them cannot; readers find it where it is.
    """
    following = folder / NEXT
    try:
        names = sorted(os.listdir(following))
    except OSError:  # there is none
        return
    for name in names:
        try:
            with contextlib.suppress(FileNotFoundError):
                os.chmod(following / name, stat.S_IMODE(os.stat(folder / name).st_mode))
            replace(following / name, folder / name)
        except OSError as error:
            raise cannot_write(folder / name, error) from error
    with contextlib.suppress(OSError):
        os.rmdir(following)


def tidy(folder: Path) -> None:
    """Finish what a killed program had begun in a folder, and delete what it had not; only for a writer.

    Raises:
        SessionError: Files cannot take their places.
    """
    finish(folder)
    _forget(folder, 0.0)


def _forget(folder: Path, age: float) -> None:
    """Delete what was being written in a folder when a program was killed, at least this many seconds ago."""
    latest = time.time() - age
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if not entry.name.startswith(_OURS) or entry.stat(follow_symlinks=False).st_mtime > latest:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def is_being_written(name: str) -> bool:
    """Whether a name in a folder is that of something that is being written, or was when a program was killed."""
    return name == NEXT or name.startswith(_OURS)


def present(folder: Path, name: str) -> Path:
    """Where a file of a folder is now."""
    following = folder / NEXT / name
    return following if os.path.lexists(following) else folder / name


def read_present(folder: Path, name: str, read: Callable[[Path], T]) -> T:
    """Read a file of a folder; it may take its place meanwhile.

    Args:
        folder: The folder.
        name: The file.
        read: Reads it, and raises what follows from a missing file.
    """
    path = present(folder, name)
    while True:
        try:
            return read(path)
        except (TuiAnnError, OSError):
            before, path = path, folder / name
            if before == path or os.path.lexists(before):
                raise


def read_together(folder: Path, mark: str, read: Callable[[], T]) -> T:
    """Read several files of a folder that were written as one.

    Args:
        folder: The folder.
        mark: The file that is in every writing.
        read: Reads them with `read_present`; it is called again if something was written meanwhile.

    Raises:
        SessionError: It is written all the time.
    """
    for _ in range(_READINGS):
        before = _stamp(folder, mark)
        try:
            found = read()
        except TuiAnnError:
            if _stamp(folder, mark) == before:
                raise
        else:
            if _stamp(folder, mark) == before:
                return found
        time.sleep(_PAUSE)
    raise SessionError(f"{folder} is being written all the time.", remedy="Try again.", code="cannot_read")


def _stamp(folder: Path, name: str) -> tuple[int, int, int]:
    """What tells a file from the one before it, wherever it is; a move changes nothing of it."""
    for path in (folder / NEXT / name, folder / name):
        with contextlib.suppress(OSError):
            state = os.stat(path)
            return state.st_ino, state.st_mtime_ns, state.st_size
    return 0, 0, 0


def _staged(parent: Path, meant: Path, files: Contents, *, durable: bool) -> Path:
    """A new folder with the files.

    Args:
        parent: Where it is made.
        meant: Where the files are to be, for messages.
        files: The contents by name.
        durable: Whether to flush them to the disk.
    """
    staged, path = parent / f"{_OURS}{secrets.token_hex(6)}.tmp", meant
    try:
        os.mkdir(staged)
        for name, content in files.items():
            path = meant / name
            if isinstance(content, Path):
                _link(content, staged / name, durable=durable)
            else:
                write_new(staged / name, content, durable=durable)
        if durable:
            settle(staged)
    except BaseException as error:
        shutil.rmtree(staged, ignore_errors=True)
        if isinstance(error, OSError):
            raise cannot_write(path, error) from error
        raise
    return staged


def _link(source: Path, target: Path, *, durable: bool) -> None:
    """Give a file a second name, or copy it where that cannot be done."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    if durable:
        with target.open("rb+") as file:
            os.fsync(file.fileno())
