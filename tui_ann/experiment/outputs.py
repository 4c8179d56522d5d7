"""The rule for every file that a user names for a result: nothing is overwritten unasked.

A file that exists is refused, or replaced if the user says so.  What is no regular file (a folder, a device, a pipe) is
never replaced, and neither is a file that the same work reads.  A path that appears between the check and the writing
is refused too.
"""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import cannot_write, make_folder, refuse_special, write_bytes, write_text
from tui_ann.experiment.together import is_being_written
from tui_ann.gate import allowed

REMEDY = "Name another file, or add --force to replace it."
"""What a user of a command can do about a file that exists."""


def check_output(*paths: Path, force: bool = False, inputs: Iterable[str | Path] = (), remedy: str = REMEDY) -> None:
    """Refuse paths that must not be written, before any work is done.

    Args:
        paths: The files to be written.
        force: Whether the user allows that existing files are replaced.
        inputs: Files that the same work reads, which are never replaced; one may be no file (`sample:iris`, `-`), and a
            folder stands for the files in it that belong to a run.
        remedy: What to do about a file that exists.

    Raises:
        SessionError: A file exists (`file_in_use`), is one of the inputs (`is_input`), or what exists is no regular
            file (`not_a_file`).
    """
    read = [file for each in inputs for file in _files(Path(each))]
    for path in paths:
        refuse_special(allowed(path, writing=True))
        if path.is_dir():
            raise SessionError(f"{path} is a folder.", remedy="Name a file in it.", code="not_a_file")
        if any(_same(path, file) for file in read):
            raise SessionError(
                f"{path} is read here, so it is not replaced.", remedy="Name another file.", code="is_input"
            )
        if not force and os.path.lexists(path):
            raise _taken(path, remedy)


def folder_made(path: Path) -> str:
    """What to say, once a file is written, of the folder that was made for it; to be asked before.

    Args:
        path: The file.

    Returns:
        `; made the folder results`, or nothing if it is there.
    """
    folder = allowed(path, writing=True).parent
    return "" if os.path.exists(folder) else f"; made the folder {folder}"


def write_output(path: Path, content: str | bytes, *, force: bool = False, remedy: str = REMEDY) -> None:
    """Write a result into the file that the user named, whole or not at all; missing folders are made.

    Args:
        path: The file.
        content: Text (written as UTF-8) or bytes.
        force: Whether an existing file is replaced.
        remedy: What to do about a file that exists.

    Raises:
        SessionError: It exists, is no regular file, or cannot be written; what was there is unchanged.
    """
    check_output(path, force=force, remedy=remedy)
    make_folder(path.parent)
    try:
        if isinstance(content, bytes):
            write_bytes(path, content, exclusive=not force)
        else:
            write_text(path, content, exclusive=not force)
    except FileExistsError as error:
        raise _taken(path, remedy) from error


def create_output(path: Path, *, force: bool = False, remedy: str = REMEDY) -> None:
    """Create an empty file for a result that is written bit by bit, and the folders that it is in.

    Raises:
        SessionError: It exists, is no regular file, or cannot be written.
    """
    check_output(path, force=force, remedy=remedy)
    make_folder(path.parent)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL), 0o666))
    except OSError as error:
        raise _taken(path, remedy) if error.errno == errno.EEXIST else cannot_write(path, error) from error


def create_output_folder(path: Path) -> None:
    """Create a folder for a result; one that exists must be empty.

    Raises:
        SessionError: It is a file, has something in it, or cannot be created.
    """
    refuse_special(path)
    make_folder(path)
    try:
        empty = all(is_being_written(entry.name) for entry in path.iterdir())  # as a kill leaves it
    except OSError as error:
        raise cannot_write(path, error) from error
    if not empty:
        raise SessionError(
            f"{path} is not empty, and nothing in it is replaced.", remedy="Name a new folder.", code="folder_in_use"
        )


def _files(path: Path) -> list[Path]:
    """A file, or the files of a run in a folder."""
    if not path.is_dir():
        return [path]
    from tui_ann.experiment.run_folder import FILES  # needs NumPy

    return [path / name for name in FILES]


def _same(path: Path, other: Path) -> bool:
    """Whether two paths are the same file, also by a link."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):  # one does not exist, or has a name that no file can have
        return False


def _taken(path: Path, remedy: str) -> SessionError:
    return SessionError(f"{path} already exists.", remedy=remedy, code="file_in_use")
