"""Standard input and pipes as files: a table is read several times, so a stream is copied to the disk first."""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tui_ann.data.read.source import reading
from tui_ann.errors import DataError
from tui_ann.gate import refuse_stream

STDIN = "-"
"""The name of standard input, where a file may be named."""

_BLOCK = 1 << 20


def is_stream(source: str) -> bool:
    """Whether a source can be read only once: `-`, a pipe or a socket."""
    if source == STDIN:
        return True
    with contextlib.suppress(OSError, ValueError):
        mode = os.stat(source).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    return False


@contextlib.contextmanager
def at_hand(source: str) -> Iterator[Path]:
    """The path of a source; a stream is copied to a temporary file, which is deleted afterwards.

    Raises:
        DataError: The stream cannot be read, or is a terminal.
    """
    if not is_stream(source):
        yield Path(source)
        return
    refuse_stream("A stream")
    with tempfile.TemporaryDirectory(prefix="tui-ann-") as folder:
        path = Path(folder) / _name(source)
        with path.open("wb") as copy:
            _copy(source, copy)
        yield path


def _name(source: str) -> str:
    return "stdin" if source == STDIN or Path(source).name in ("stdin", "0") else "pipe"


def _copy(source: str, copy: BinaryIO) -> None:
    if source != STDIN:
        with reading(Path(source)), open(source, "rb") as stream:
            shutil.copyfileobj(stream, copy, _BLOCK)
        return
    if sys.stdin is None or sys.stdin.isatty():
        raise DataError(
            "Standard input is a terminal, so there is no table to read.",
            remedy="Pipe one in, as in: cat houses.csv | tui-ann train -",
            code="unreadable",
        )
    shutil.copyfileobj(sys.stdin.buffer, copy, _BLOCK)
