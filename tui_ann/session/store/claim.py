"""A run folder has one writer: the lock that it holds while it trains."""

import contextlib
import errno
import sys
from collections.abc import Iterator
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.experiment.run_folder import PREPROCESSING
from tui_ann.session.store.unfinished import lock

_HELD = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK)


@contextlib.contextmanager
def claimed(folder: Path, name: str = PREPROCESSING) -> Iterator[None]:
    """Hold the lock of a run folder; it is released when the program ends, also if it is killed.

    The lock is on a file that is written once, when a run begins.  Where files cannot be locked and read at the same
    time (Windows, some network disks), there is no lock.

    Args:
        folder: The folder.
        name: The file in it that is written once.

    Raises:
        SessionError: Another program trains in the folder (`folder_in_use`).
    """
    with contextlib.ExitStack() as opened:
        with contextlib.suppress(FileNotFoundError):
            file = opened.enter_context((folder / name).open("rb"))
            try:
                if sys.platform != "win32":
                    lock(file)
            except OSError as error:
                if error.errno in _HELD:
                    raise SessionError(
                        f"Another program is training the run in {folder}.",
                        remedy="Wait until it ends, or stop it with Ctrl-C.",
                        code="folder_in_use",
                    ) from error
        yield
