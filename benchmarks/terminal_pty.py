"""A program in a Unix pseudo-terminal: its output with times, and its keys."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
"""Queries that a modern terminal answers: yes, it supports synchronized output."""
PATIENCE = 60.0
"""Seconds to wait for an expected text."""


class Terminal:
    """A program and its simulated terminal.

    Args:
        command: The program and its arguments.
        size: Columns and lines.
        environment: Its environment variables.
    """

    def __init__(self, command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str]) -> None:
        columns, lines = size
        # Set the final size before the child starts: a later change of size would paint twice.
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.began = time.perf_counter()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(controller)
            os.login_tty(terminal)
            os.execvpe(command[0], list(command), dict(environment))
        os.close(terminal)
        self._terminal = controller
        self._tail = b""
        self.written = 0
        """Number of bytes written."""

    def read(self, until: float) -> bytes:
        """Its next output; empty if there is none before `until`."""
        wait = max(0.0, until - time.perf_counter())
        if not select.select([self._terminal], [], [], wait)[0]:
            return b""
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError as error:  # it has ended
            raise EOFError(self._tail.decode(errors="replace")) from error
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self._terminal, answer)
        self.written += len(data)
        self._tail = (self._tail + data)[-4096:]
        return data

    def pause(self, seconds: float) -> bytes:
        """Read for this number of seconds; returns all output."""
        end, read = time.perf_counter() + seconds, b""
        while time.perf_counter() < end:
            read += self.read(end)
        return read

    def wait_for(self, text: str, patience: float = PATIENCE) -> float:
        """Read until a text is written; returns the seconds it took.

        Raises:
            TimeoutError: The text was not written in time.
        """
        begin, wanted, seen = time.perf_counter(), text.encode(), b""
        while wanted not in seen:
            if time.perf_counter() > begin + patience:
                raise TimeoutError(f"{text!r} was not written; the last was {self._tail[-2000:]!r}")
            seen = seen[-2 * len(wanted) :] + self.read(begin + patience)
        return time.perf_counter() - begin

    def press(self, keys: str) -> None:
        """Send keys."""
        os.write(self._terminal, keys.encode())

    def freeze(self) -> None:
        """Suspend it."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume it."""
        os.kill(self.pid, signal.SIGCONT)

    def processor(self) -> float:
        """Its processor time in seconds, if the system reports it."""
        status = Path(f"/proc/{self.pid}/stat")
        fields = status.read_text(encoding="utf-8").rpartition(")")[2].split() if status.exists() else []
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else float("nan")

    def memory(self) -> float:
        """Its memory in megabytes, if the system reports it."""
        status = Path(f"/proc/{self.pid}/status")
        lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), float("nan"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self.pid, 0)
