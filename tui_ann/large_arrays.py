"""Arrays that are too large for memory: in a file that the system reads and writes as they are used.

Such an array is used like any other.  The system keeps in memory what fits and gives back the rest, so that reading it
in order costs little, and reading it at random costs an access to the disk for each row.
"""

import contextlib
import errno
import mmap
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tui_ann.errors import DataError

LIMIT = "TUI_ANN_MEMORY"
"""The environment variable with the memory that may be used, such as 800M or 4G; by default what is available."""

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_SMALL = 1 << 25
"""Arrays up to this many bytes are in memory without a look at what is available."""
_SHARE = 4
"""A table, its features and the inputs of a network are in memory together, with something to work on."""
_UNKNOWN = 1 << 32
_ROOM_LEFT = 0.9


def zeros(shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """An array of zeros; one of more than a quarter of the memory is in a file.

    Raises:
        DataError: There is no room for it on the disk either (`too_large`).
    """
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    return np.zeros(shape, dtype) if fits(size) else _in_file(shape, dtype, size)


def empty(shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """The same with any values."""
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    return np.empty(shape, dtype) if fits(size) else _in_file(shape, dtype, size)


def fits(size: int) -> bool:
    """Whether an array of this many bytes is in memory."""
    return (size <= _SMALL and LIMIT not in os.environ) or size <= memory() // _SHARE


def is_in_file(array: NDArray[Any]) -> bool:
    """Whether an array is in a file."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base, memoryview | mmap.mmap)


def pieces(array: NDArray[Any]) -> Iterator[slice]:
    """The rows of an array in pieces that fit into memory, so that each can be filled column by column."""
    size = len(array) if not is_in_file(array) else max(1, memory() // _SHARE // max(1, array[0].nbytes))
    for start in range(0, len(array), max(1, size)):
        yield slice(start, min(start + size, len(array)))


def memory() -> int:
    """The memory that may be used, in bytes.

    Raises:
        DataError: The environment names it in another form (`bad_memory`).
    """
    given = os.environ.get(LIMIT)
    if given is None:
        return _available()
    number, unit = (given[:-1], given[-1].upper()) if given[-1:].upper() in ("K", "M", "G") else (given, "")
    if not number.isdecimal() or not number.isascii():
        raise DataError(
            f"{LIMIT} is {given!r}, which is no size.", remedy="Give a size such as 800M or 4G.", code="bad_memory"
        )
    return int(number) * _UNITS[unit]


def _available() -> int:
    """The memory that the system can give now."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    with contextlib.suppress(OSError, ValueError, AttributeError):
        # Without a better figure: half of the memory of the machine.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return _UNKNOWN


def _in_file(shape: tuple[int, ...], dtype: DTypeLike, size: int) -> NDArray[Any]:
    folder = _folder()
    try:
        if size > _ROOM_LEFT * shutil.disk_usage(folder).free:
            raise _no_room(size, folder)
        with tempfile.TemporaryFile(prefix="tui-ann-", dir=folder) as file:
            file.truncate(size)
            _reserve(file.fileno(), size)
            mapped = mmap.mmap(file.fileno(), size)
    except OSError as error:
        raise _no_room(size, folder) from error
    return np.frombuffer(mapped, dtype).reshape(shape)


def _reserve(file: int, size: int) -> None:
    """Reserve room on the disk, so that a full one is told now and not by a signal later, where the system can."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file, 0, size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise


def _folder() -> str:
    """A folder for temporary files on a disk: `/tmp` is in memory on some systems."""
    chosen = any(name in os.environ for name in ("TMPDIR", "TEMP", "TMP"))
    return "/var/tmp" if not chosen and os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()


def _no_room(size: int, folder: str) -> DataError:
    return DataError(
        f"The rows need {size / 1e9:.3g} GB, for which there is neither memory nor room in {folder}.",
        remedy="Ignore columns (categories with many labels first), use fewer rows, or set TMPDIR to a folder with "
        "more room.",
        code="too_large",
    )
