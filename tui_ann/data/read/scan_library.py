"""The functions of `scan.c`: loaded once, and refused if they are not the ones that fit."""

import ctypes
from functools import cache
from pathlib import Path

from tui_ann.compiled import NUMPY, forced, library_path, load

PATH = library_path(Path(__file__).with_name("scan.c"))
"""Where the build puts the library."""

_REVISION = 1


class ScanBlock(ctypes.Structure):
    """As `Block` in `scan.c`."""

    _fields_ = [
        ("text", ctypes.c_void_p),
        ("size", ctypes.c_int64),
        ("delimiter", ctypes.c_int64),
        ("rows", ctypes.c_int64),
        ("width", ctypes.c_int64),
        ("is_number", ctypes.c_void_p),
        ("numbers", ctypes.c_int64),
        ("n_powers", ctypes.c_int64),
        ("powers", ctypes.c_void_p),
        ("powers_rest", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("ends", ctypes.c_void_p),
        ("values", ctypes.c_void_p),
        ("marks", ctypes.c_void_p),
        ("others", ctypes.c_void_p),
        ("n_others", ctypes.c_int64),
    ]


class ScanLibrary:
    """The functions; other threads of Python run meanwhile.

    Args:
        path: The library.

    Raises:
        OSError: It cannot be loaded, is that of another version, or this machine's arithmetic is not that of float64.
    """

    def __init__(self, path: Path) -> None:
        library = load(path)
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        library.scan_revision.restype = library.scan_block_size.restype = number
        if (library.scan_revision(), library.scan_block_size()) != (_REVISION, ctypes.sizeof(ScanBlock)):
            raise OSError(f"{path.name} was built for another version of tui-ann, or another machine")
        self.lines, self.block, self.distinct = library.scan_lines, library.scan_block, library.scan_distinct
        self.lines.argtypes = [pointer, number]
        self.block.argtypes = [ctypes.POINTER(ScanBlock)]
        self.distinct.argtypes = [pointer, number, pointer, pointer, number]
        self.lines.restype = self.block.restype = self.distinct.restype = number


def scan_library() -> ScanLibrary | None:
    """The functions of this installation; None if it has none that can be used, or `TUI_ANN_KERNEL` asks for NumPy."""
    return None if forced() == NUMPY else _installed()


@cache
def _installed() -> ScanLibrary | None:
    try:
        return ScanLibrary(PATH)
    except OSError:
        return None
