"""The compiled interpreter: loaded once, and refused if it is not the one that fits.

It does not load NumPy: `--version` asks it.
"""

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

from tui_ann.compiled import library_path, load
from tui_ann.engine.kernel.opcode import WIDTH, Opcode

PATH = library_path(Path(__file__).with_name("tape.c"))
"""Where the build puts the library."""


class Library:
    """The functions of `tape.c`.

    Args:
        path: The library.

    Raises:
        OSError: It cannot be loaded, or is that of another version.
    """

    def __init__(self, path: Path) -> None:
        library = load(path)
        library.tape_opcodes.restype = ctypes.c_char_p
        library.tape_instruction_size.restype = ctypes.c_int64
        size, opcodes = library.tape_instruction_size(), library.tape_opcodes().decode("ascii").split()
        if size != WIDTH * 8 or opcodes != [opcode.name for opcode in Opcode]:
            raise OSError(f"{path.name} was built for another version of tui-ann")
        self.run = _with_types(library)
        """`tape_run`; other threads of Python run meanwhile."""
        self.run_held = _with_types(load(path, hold=True))
        """The same, for calls that are shorter than letting others run and waiting for them."""


def _with_types(library: ctypes.CDLL) -> Any:
    run = library.tape_run
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    run.argtypes = [pointer, number, number, number, pointer, number, number, number]
    run.restype = None
    return run


@cache
def library() -> Library | None:
    """The library of this installation; None if it has none that can be used."""
    try:
        return Library(PATH)
    except OSError:
        return None
