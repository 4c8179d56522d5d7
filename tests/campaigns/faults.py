"""Faults in the writing of one process: from some write on, or at one write, something happens.

A write is every call that changes a folder: opening a file to write, writing, flushing, renaming, making and deleting.
Only what is below a given folder counts, so that Python's own files do not.
"""

import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR
_BY_PATH = ("mkdir", "rename", "replace", "unlink", "rmdir", "link", "chmod", "truncate")
_BY_DESCRIPTOR = ("write", "fsync", "ftruncate")


class Faults:
    """Counts the writes below a folder, and lets something happen at one of them.

    Args:
        folder: The folder.
        act: Called at the write, before it is done; it may raise.
        at: Which write, counted from 1; 0 for none.
        lasting: Whether it happens at all later writes too.
        only: The names of the calls that count; all by default.
    """

    def __init__(
        self,
        folder: Path,
        act: Callable[[str, str], None],
        at: int,
        *,
        lasting: bool = False,
        only: frozenset[str] = frozenset(),
    ) -> None:
        self._folder = os.path.realpath(folder)
        self._act, self._at, self._lasting, self._only = act, at, lasting, only
        self._names: dict[int, str] = {}
        self.count = 0
        """Writes so far."""

    def install(self) -> None:
        """Watch this process from now on; for a process that ends soon."""
        for name in _BY_PATH:
            setattr(os, name, self._by_path(name, getattr(os, name)))
        for name in _BY_DESCRIPTOR:
            setattr(os, name, self._by_descriptor(name, getattr(os, name)))
        os.open = self._opening(os.open)
        os.fdopen = self._fdopen(os.fdopen)
        io.open = builtins.open = self._io_open(io.open)

    def hit(self, call: str, path: object) -> None:
        """Count a write, and let it happen if it is the one."""
        where = os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""
        if not where.startswith(self._folder) or (self._only and call not in self._only):
            return
        self.count += 1
        if self._at and (self.count == self._at or (self._lasting and self.count > self._at)):
            self._act(call, where)

    def _by_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *args: Any, **settings: Any) -> Any:
            if not isinstance(path, int) and settings.get("dir_fd") is None:
                self.hit(name, path)
            return real(path, *args, **settings)

        return call

    def _by_descriptor(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(descriptor: Any, *args: Any) -> Any:
            self.hit(name, self._names.get(descriptor if isinstance(descriptor, int) else descriptor.fileno()))
            return real(descriptor, *args)

        return call

    def _opening(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(path: Any, flags: int, *args: Any, **settings: Any) -> int:
            if flags & _WRITING and settings.get("dir_fd") is None:
                self.hit("open", path)
            descriptor = real(path, flags, *args, **settings)
            if isinstance(path, str | bytes | os.PathLike) and settings.get("dir_fd") is None:
                self._names[descriptor] = os.fsdecode(path)
            return descriptor

        return call

    def _fdopen(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(descriptor: int, mode: str = "r", *args: Any, **settings: Any) -> Any:
            file = real(descriptor, mode, *args, **settings)
            return _Watched(file, self, self._names.get(descriptor, "")) if "b" in mode and "r" not in mode else file

        return call

    def _io_open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, mode: str = "r", *args: Any, **settings: Any) -> Any:
            writes = bool(set(mode) & set("wax+"))
            if writes:
                self.hit("open", path)
            file = real(path, mode, *args, **settings)
            if isinstance(path, str | bytes | os.PathLike):
                self._names[file.fileno()] = os.fsdecode(path)
            watched = writes and "b" in mode and isinstance(path, str | os.PathLike)
            return _Watched(file, self, os.fsdecode(path)) if watched else file

        return call


class _Watched:
    """A file that reports its writes."""

    def __init__(self, file: Any, faults: Faults, path: str) -> None:
        self._file, self._faults, self._path = file, faults, path

    def write(self, content: bytes) -> int:
        self._faults.hit("write", self._path)
        return int(self._file.write(content))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Any:
        return iter(self._file)


def killed(_call: str, _path: str) -> None:
    """The process is killed here."""
    os.kill(os.getpid(), signal.SIGKILL)


def failing(number: int) -> Callable[[str, str], None]:
    """The call fails with this number of `errno`."""

    def act(_call: str, path: str) -> None:
        raise OSError(number, os.strerror(number), path)

    return act


DISK_CALLS = {
    errno.ENOSPC: frozenset({"open", "mkdir", "write", "fsync", "rename", "replace", "link"}),
    errno.EACCES: frozenset({"open", "mkdir", "rename", "replace", "link", "unlink", "rmdir", "chmod"}),
    errno.EIO: frozenset(_BY_PATH + _BY_DESCRIPTOR + ("open",)),
}
"""The calls that can fail with an error."""
