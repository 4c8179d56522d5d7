"""Keeps keys pressed while the program loads, for the application to read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "win32":

    @contextmanager
    def keys_kept() -> Iterator[None]:
        """Do nothing: a Windows console keeps keys as they are."""
        yield

else:
    import termios

    @contextmanager
    def keys_kept() -> Iterator[None]:
        """Make the terminal pass on each key at once and without echo; restore it afterwards.

        A terminal that waits for whole lines would echo the keys, and turn Enter into another key.
        """
        if sys.stdin is None or not sys.stdin.isatty():
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
