"""Holds a served process: its memory is limited, and every file that it opens passes the gate.

Python reports each file that it opens, each folder that it lists and each process that it starts to a hook, and the
hook asks the gate, so that no module can forget it.  What libraries in C open is not reported: those calls name their
path with `gate.allowed`, which a test checks.  The hook cannot be taken away again.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tui_ann import gate

MEMORY = 2 << 30
"""Bytes of address space of one process."""
LARGEST_FILE = 1 << 30
"""Bytes of one file."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEVICES = frozenset({os.devnull, "/dev/urandom", "/dev/random"})
_SYSTEM = (
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/timezone",
    "/lib",
    "/lib64",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self/maps",
    "/proc/self/status",
    "/proc/stat",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/usr/lib",
    "/usr/share/mime",
    "/usr/share/zoneinfo",
)
"""What Python and libraries read of the system; nobody's own."""


_READS = ("os.listdir", "os.scandir", "os.chdir")
_CHANGES = (
    *("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.chown", "os.lchown"),
    *("os.utime", "os.setxattr", "os.removexattr", "os.chflags"),
)
_REFUSED = {
    "another program": ("os.system", "os.exec", "os.spawn", "os.startfile", "pty.spawn"),
    "a web page": ("webbrowser.open", "urllib.Request"),
    "the network": ("socket.getaddrinfo", "socket.gethostbyname", "socket.bind"),
}
"""What a held process never does, by the names of Python's audit events."""


def hold() -> None:
    """Hold this process, if `TUI_ANN_ROOT` names the folder that it may use; at its start, once."""
    folder = gate.root()
    if folder is None:
        return
    _limit()
    sys.addaudithook(_hook(folder))


def _limit() -> None:
    """Limit memory, sizes of files and memory dumps, where the system can."""
    if sys.platform == "win32":  # it has no such limits
        return
    import resource

    wanted = {resource.RLIMIT_AS: MEMORY, resource.RLIMIT_FSIZE: LARGEST_FILE, resource.RLIMIT_CORE: 0}
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (limit, limit))
        except (OSError, ValueError):  # macOS has no limit of address space
            continue


def _hook(folder: Path) -> Callable[[str, tuple[Any, ...]], None]:
    """What asks the gate for each event that Python reports."""
    ours, program = gate.resolved(folder), _program()

    def check(path: Any, *, writing: bool = False) -> None:
        if not isinstance(path, str | bytes | os.PathLike):  # a file that is open already
            return
        text = os.fsdecode(path)
        if text in _DEVICES:
            return
        try:
            real = gate.resolved(text)
        except ValueError:  # a name that no file can have
            return
        if not (gate.is_below(real, ours) or (not writing and any(gate.is_below(real, place) for place in program))):
            raise gate.OutsideError(text, folder)
        if writing:
            gate.refuse_changes()

    def opens(path: Any, mode: Any, flags: Any) -> None:
        by_flags = isinstance(flags, int) and bool(flags & _WRITES)
        check(path, writing=by_flags or (isinstance(mode, str) and any(letter in mode for letter in "wax+")))

    def reads(path: Any = None, *_: Any) -> None:
        check(path)

    def writes(path: Any = None, *_: Any) -> None:
        check(path, writing=True)

    def moves(old: Any, new: Any, *_: Any) -> None:
        check(old, writing=True)
        check(new, writing=True)

    def starts(executable: Any, *_: Any) -> None:
        if executable is None or os.fsdecode(executable) != sys.executable:
            _refuse(folder, "another program")

    handlers: dict[str, Callable[..., None]] = {
        "open": opens,
        **dict.fromkeys(_READS, reads),
        **dict.fromkeys(_CHANGES, writes),
        **dict.fromkeys(("os.rename", "os.link", "os.symlink"), moves),
        **dict.fromkeys(("subprocess.Popen", "os.posix_spawn"), starts),
        **{event: partial(_refuse, folder, what) for what, events in _REFUSED.items() for event in events},
        "socket.connect": partial(_connects, folder),
    }

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        handler = handlers.get(event)
        if handler is not None:
            handler(*arguments)

    return hook


def _refuse(folder: Path, what: str, *_: Any) -> None:
    raise gate.OutsideError(what, folder)


def _connects(folder: Path, _: Any, address: Any) -> None:
    """Refuse other machines and programs; Windows makes pairs of sockets by a connection to itself."""
    if not (sys.platform == "win32" and isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")):
        _refuse(folder, "the network")


def _program() -> tuple[str, ...]:
    """Where the program, Python and its libraries are, which they read; resolved."""
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__), *sys.path, *_SYSTEM]
    places.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    found = {gate.resolved(place) for place in places if place and os.path.isabs(place)}
    return tuple(sorted(place for place in found if place is not None))
