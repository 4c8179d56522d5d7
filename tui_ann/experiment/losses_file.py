"""The loss of every update as a file: one number a line, below a title, every line of the same length.

So the file is a CSV file of one column for whoever reads it, and can be cut back to any number of updates in place.
"""

from pathlib import Path
from typing import Self

import numpy as np

from tui_ann.experiment.atomic import cannot_write

_WIDTH = 24
"""Characters of a number that is read again as the same one."""
_LINE = _WIDTH + 1


class LossesFile:
    """The losses of a run's updates, written while it goes on.

    Args:
        path: The file; what was in it is gone.

    Raises:
        SessionError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = 0
        """Updates in the file."""
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise cannot_write(path, error) from error
        self._write(b"loss".rjust(_WIDTH) + b"\n")

    def extend(self, losses: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> None:
        """Add the losses of further updates (n,).

        Raises:
            SessionError: They cannot be written.
        """
        if len(losses):
            form = f"%{_WIDTH}.16e\n" * len(losses)
            self._write((form % tuple(losses.tolist())).encode())
            self.written += len(losses)

    def cut(self, updates: int) -> None:
        """Forget all but the first so many, as after going back.

        Raises:
            SessionError: The file cannot be written.
        """
        try:
            self._file.seek((1 + updates) * _LINE)
            self._file.truncate()
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.written = updates

    def _write(self, content: bytes) -> None:
        try:
            while content:
                content = content[self._file.write(content) or 0 :]
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
