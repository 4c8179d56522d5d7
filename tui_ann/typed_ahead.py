"""Keys that are pressed while the program is still loading: kept as they are, for the application to read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import termios
except ImportError:  # Windows, which keeps them by itself
    termios = None  # type: ignore[assignment]


@contextmanager
def keys_kept() -> Iterator[None]:
    """Have the terminal hand over each key at once and without echo; afterwards it is as it was.

    A terminal that waits for whole lines would echo the keys and turn Enter into another one.
    """
    if termios is None or sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    now = [*before]
    now[0] &= ~termios.ICRNL
    now[3] &= ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, now)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)
