"""Finds, cuts and copies rows of a `history.csv` by their epochs, without reading the whole file."""

import os
import shutil
from pathlib import Path
from typing import IO

_PIECE = 1 << 16
"""Bytes read at once to find a line; a row is shorter."""


def end_of_row(path: Path, epoch: int) -> tuple[int, int]:
    """Where the rows up to an epoch end, by bisection: epochs ascend.

    Args:
        path: The history.
        epoch: The epoch, from 0 for the header alone.

    Returns:
        The place in bytes after the last row of these epochs, and the epoch of that row, 0 without one.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no history.
    """
    with path.open("rb") as file:
        start = len(file.readline())
        end = _last_end(file, os.fstat(file.fileno()).st_size)
        found = 0
        while start < end:  # every row before `start` is wanted, none from `end` on
            middle = (start + end) // 2
            file.seek(middle - 1)
            begin = middle - 1 + len(file.readline())
            if begin >= end:
                begin = start
                file.seek(begin)
            line = file.readline()
            number = int(line.partition(b",")[0])
            if number <= epoch:
                start, found = begin + len(line), number
            elif begin == start:
                break
            else:
                end = begin
    return start, found


def _last_end(file: IO[bytes], size: int) -> int:
    """Where the last complete line ends."""
    file.seek(max(0, size - _PIECE))
    tail = file.read()
    return size - len(tail) + tail.rfind(b"\n") + 1


def last_row(path: Path) -> dict[str, float]:
    """The last complete row by the names of its columns; empty if there is none.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no history.
    """
    with path.open("rb") as file:
        head = file.readline()
        size = os.fstat(file.fileno()).st_size
        file.seek(max(len(head), size - _PIECE))
        lines = file.read().rpartition(b"\n")[0].splitlines()
    if not lines:
        return {}
    return dict(zip(head.decode("utf-8").strip().split(","), map(float, lines[-1].split(b",")), strict=True))


def cut_rows(path: Path, epoch: int) -> None:
    """Drop the rows after an epoch.

    Raises:
        OSError, ValueError: As of `end_of_row`.
    """
    end, _ = end_of_row(path, epoch)
    if end != path.stat().st_size:
        os.truncate(path, end)


def copy_rows(source: Path, target: Path, epoch: int) -> int:
    """Copy the rows up to an epoch into a new file, or in the place of another one.

    Returns:
        The epoch of the last row that was there.

    Raises:
        OSError, ValueError: As of `end_of_row`, or the copy cannot be written.
    """
    end, found = end_of_row(source, epoch)
    shutil.copyfile(source, target)
    os.truncate(target, end)
    return found
