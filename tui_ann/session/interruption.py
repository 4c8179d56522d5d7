"""Ctrl-C and other termination signals during a training without a screen.

The first signal ends the training after the current update.  While the run is being saved, the second one warns and
the third one aborts, so that an impatient Ctrl-C does not cost the run.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a program; Windows sends the last one when a console is closed."""


class AbortedError(KeyboardInterrupt):
    """The third signal: stop at once, even if what was trained is lost."""


@contextmanager
def interruptible(interrupt: Callable[[], None], warn: Callable[[], None]) -> Iterator[None]:
    """Let termination signals interrupt a training cleanly, until the run is saved.

    An ignored signal stays ignored (`nohup`), and a signal with another handler keeps it.  A handler runs between any
    two instructions of the main thread, which may hold any lock, so both functions must take none.

    Args:
        interrupt: Ends the training after the current update; called at the first signal.
        warn: Says that the run is being saved, and that the next signal loses it; called at the second.

    Raises:
        AbortedError: At the third signal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    taken: dict[int, Any] = {}
    heard = 0

    def handler(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        heard += 1
        if heard == 1:
            interrupt()
        elif heard == 2:
            warn()
        else:
            raise AbortedError

    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            taken[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, usual in taken.items():
            signal.signal(number, usual)
