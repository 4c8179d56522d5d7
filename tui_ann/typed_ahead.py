"""Keeps keys pressed while the program loads, for the application to read."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

if sys.platform == "win32":

    @contextmanager
    def keys_kept() -> Iterator[list[Any] | None]:
        """Do nothing: a Windows console keeps keys as they are."""
        yield None

else:
    import termios
    from types import FrameType

    _ENDINGS = (signal.SIGTERM, signal.SIGHUP)

    def _leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    @contextmanager
    def keys_kept() -> Iterator[list[Any] | None]:
        """Make the terminal pass on each key at once and without echo; restore it afterwards, also at a signal.

        A terminal that waits for whole lines would echo the keys, and turn Enter into another key.

        Yields:
            The attributes of the terminal before that; `None` if there is no terminal.
        """
        if sys.stdin is None or not sys.stdin.isatty():
            yield None
            return
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        now = [*before]
        now[0] &= ~termios.ICRNL
        now[3] &= ~(termios.ECHO | termios.ICANON)
        taken = {number: signal.signal(number, _leave) for number in _ENDINGS if not _ignored(number)}
        try:
            termios.tcsetattr(terminal, termios.TCSANOW, now)
            yield before
        finally:
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(terminal, termios.TCSANOW, before)
            for number, usual in taken.items():
                signal.signal(number, usual)

    def _ignored(number: int) -> bool:
        return signal.getsignal(number) is not signal.SIG_DFL
