"""The compiled libraries of an installation: where the build puts them, and whether they are wanted.

It does not load NumPy: `--version` asks it.
"""

import ctypes
import os
import sys
from pathlib import Path

VARIABLE = "TUI_ANN_KERNEL"
"""Environment variable: `c` or `numpy`; empty means C where it is installed."""

NUMPY = "numpy"
"""The value of the variable with which nothing compiled is used."""

_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def forced() -> str:
    """What `TUI_ANN_KERNEL` asks for; empty if nothing."""
    return os.environ.get(VARIABLE, "")


def library_path(source: Path) -> Path:
    """Where `hatch_build.py` puts the library of a C source: that of `tape.c` is `_tape.so`, or the like, beside it."""
    return source.with_name(f"_{source.stem}{_SUFFIX}")


def load(path: Path, *, hold: bool = False) -> ctypes.CDLL:
    """Load a library.

    Args:
        path: The library.
        hold: Whether its functions hold Python's lock, for calls that are shorter than letting others run.

    Raises:
        OSError: It is not there, or cannot be loaded.
    """
    return (ctypes.PyDLL if hold else ctypes.CDLL)(os.fspath(path))
