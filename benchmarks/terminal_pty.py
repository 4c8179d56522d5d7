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
from contextlib import suppress
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
        self._code: int | None = None
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

    @property
    def tail(self) -> str:
        """The end of its output."""
        return self._tail.decode(errors="replace")

    def resize(self, size: tuple[int, int]) -> None:
        """Change its columns and lines; the program is told."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def send(self, data: bytes, patience: float = PATIENCE) -> bytes:
        """Send bytes of any number, and read meanwhile; returns the output.

        Raises:
            TimeoutError: They were not read in time.
            EOFError: The program has ended.
        """
        end, read = time.perf_counter() + patience, b""
        while data:
            if time.perf_counter() > end:
                raise TimeoutError(f"{len(data)} bytes are not read")
            if select.select([], [self._terminal], [], 0.02)[1]:
                try:
                    data = data[os.write(self._terminal, data[:1024]) :]
                except OSError as error:
                    raise EOFError(self._tail.decode(errors="replace")) from error
            read += self.read(0.0)
        return read

    def wait(self, patience: float) -> int | None:
        """Read until the program has ended; returns its exit code, the negative signal, or `None` if it goes on."""
        end = time.perf_counter() + patience
        while time.perf_counter() < end:
            with suppress(EOFError):
                self.read(time.perf_counter() + 0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
                return self._code
        return None

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
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._terminal)
        if self._code is None:
            os.waitpid(self.pid, 0)
