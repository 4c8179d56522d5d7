"""The loss of every update as a CSV file with one column, `loss`; each number is read back as the same float.

The file can be cut to any number of updates: the positions of some lines are stored, and between those the lines are
counted.
"""

from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np

from tui_ann.experiment.atomic import cannot_write
from tui_ann.experiment.outputs import create_output

_HEAD = b"loss\n"
_INTERVAL = 1024
"""Minimum updates between two stored positions."""


class LossesFile:
    """The losses of a run's updates, written during the run.

    Args:
        path: The file, which must be new.
        force: Whether an existing file is replaced.

    Raises:
        SessionError: It exists, is no regular file, or cannot be written.
    """

    def __init__(self, path: Path, *, force: bool = False) -> None:
        create_output(path, force=force)
        self.path = path
        self.written = 0
        """Updates in the file."""
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise cannot_write(path, error) from error
        self._size = 0
        self._write(_HEAD)
        self._marks = [(0, self._size)]  # this many updates end at that byte

    def extend(self, losses: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> None:
        """Add the losses of further updates (n,).

        Raises:
            SessionError: They cannot be written.
        """
        if len(losses):
            self._write("".join(f"{loss!r}\n" for loss in losses.tolist()).encode())
            self.written += len(losses)
            if self.written - self._marks[-1][0] >= _INTERVAL:
                self._marks.append((self.written, self._size))

    def cut(self, updates: int) -> None:
        """Keep only the first losses, as after going back.

        Raises:
            SessionError: The file cannot be written.
        """
        while self._marks[-1][0] > updates:
            self._marks.pop()
        known, size = self._marks[-1]
        try:
            with self.path.open("rb") as lines:
                lines.seek(size)
                size += sum(map(len, islice(lines, updates - known)))
            self._file.seek(size)
            self._file.truncate()
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.written, self._size = updates, size

    def _write(self, content: bytes) -> None:
        try:
            while content:
                written = self._file.write(content) or 0
                self._size += written
                content = content[written:]
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
