"""Runs tui-ann with an extra thread that records the number of updates.

`python -m benchmarks.terminal_probe NOTE [ARGUMENT …]` runs `tui-ann ARGUMENT …`.  NOTE is a file of two numbers:
the seconds on the clock, the updates done then.  Together they give the training speed, with or without a screen.
"""

import mmap
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tui_ann.__main__ import main
from tui_ann.session.run.owner_loop import OwnerLoop

FORM = struct.Struct("=dq")
EVERY = 0.1


def read_note(path: Path) -> tuple[float, int]:
    """Seconds on the clock that all processes share, and updates done then."""
    clock, updates = FORM.unpack(path.read_bytes())
    return clock, updates


def _watch(trainer: Any, note: Path) -> None:
    with note.open("r+b") as file, mmap.mmap(file.fileno(), FORM.size) as shared:
        while True:
            shared[:] = FORM.pack(time.perf_counter(), trainer.update)
            time.sleep(EVERY)


def _probed(note: Path) -> None:
    train, watched = OwnerLoop.run, set[int]()

    def run(self: OwnerLoop) -> None:
        if id(self) not in watched:
            watched.add(id(self))
            threading.Thread(target=_watch, args=(self._trainer, note), daemon=True).start()
        train(self)

    OwnerLoop.run = run  # type: ignore[method-assign]


if __name__ == "__main__":
    _probed(Path(sys.argv[1]))
    sys.argv[1:] = sys.argv[2:]
    main()
