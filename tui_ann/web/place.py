"""What a served application gets of this machine: a folder, a command, and an environment of its own."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tui_ann import gate
from tui_ann.errors import SessionError
from tui_ann.session.store.paths import HOME_VARIABLE

HOME = ".tui-ann"
"""The folder in it for settings, runs and unfinished work."""
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_KEPT_ON_WINDOWS = ("PATH", "SYSTEMDRIVE", "SYSTEMROOT", "WINDIR")
_LIBRARIES = ("numpy", "textual", "textual_serve", "msgspec")
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_MOST_THREADS = "2"
"""Threads of BLAS: each takes address space, of which a process has little."""


@dataclass(frozen=True)
class ServedPlace:
    """The folder that is served, and how."""

    folder: Path
    """The folder, absolute, with links resolved."""
    read_only: bool = False
    """Whether nothing in it is changed."""

    @classmethod
    def of(cls, folder: Path, *, read_only: bool = False) -> "ServedPlace":
        """Take a folder, if it is safe to let the people at a browser write there.

        Raises:
            SessionError: It is no folder; or has the user's settings or the program's own code in it.
        """
        root = Path(os.path.realpath(folder))
        if not root.is_dir():
            raise SessionError(f"{folder} is not a folder.", remedy="Name one that exists.", code="not_a_folder")
        other = "Make a folder with the files that may be used, and serve that."
        if gate.is_inside(os.path.expanduser("~"), root):
            raise SessionError(
                f"{root} is your home folder, or around it, with your keys and settings.", remedy=other, code="home"
            )
        code = next((place for place in _code() if gate.is_inside(place, root)), None)
        if code is not None:
            raise SessionError(
                f"{root} has programs that are run in it ({code}), which nobody at a browser may change.",
                remedy=other,
                code="has_program",
            )
        return cls(root, read_only)

    @property
    def home(self) -> Path:
        """The folder for settings, runs and unfinished work."""
        return self.folder / HOME

    def prepare(self) -> None:
        """Make the folders that a session needs.

        Raises:
            SessionError: They cannot be made, or are links that lead out of the folder.
        """
        if self.read_only:
            return
        temporary = self.home / "tmp"
        try:
            if gate.is_inside(temporary, self.folder):
                temporary.mkdir(parents=True, exist_ok=True)
                return
        except OSError as error:
            raise SessionError(
                f"{temporary} cannot be made: {error.strerror or error}.",
                remedy="Serve a folder that you can write, or add --read-only.",
                code="cannot_write",
            ) from error
        raise SessionError(f"{temporary} leads out of {self.folder}.", remedy="Remove that link.", code="outside")

    @staticmethod
    def command() -> tuple[str, ...]:
        """The program and its arguments; no shell, and no modules from the folder or from a user's own folder."""
        return (sys.executable, "-P", "-s", "-m", "tui_ann")

    def environment(self, width: int, height: int, ours: Mapping[str, str] = os.environ) -> dict[str, str]:
        """All variables of a session.

        Args:
            width: Columns of the terminal.
            height: Its rows.
            ours: The variables of the server, of which a few words about language and time are taken.
        """
        kept = (*_KEPT, *(_KEPT_ON_WINDOWS if sys.platform == "win32" else ()))
        home, temporary = str(self.home), str(self.folder if self.read_only else self.home / "tmp")
        paths = [path for path in sys.path if os.path.isabs(path) and not gate.is_inside(path, self.folder)]
        return {
            **{name: ours[name] for name in kept if name in ours},
            **dict.fromkeys(("HOME", "USERPROFILE", HOME_VARIABLE), home),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
            **dict.fromkeys(_THREADS, _MOST_THREADS),
            gate.ROOT: str(self.folder),
            gate.READ_ONLY: "1" if self.read_only else "0",
            gate.SERVER: str(os.getpid()),
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TERM": "xterm-256color",
            "TERM_PROGRAM": "textual",
            "COLORTERM": "truecolor",
            "TEXTUAL_DRIVER": "tui_ann.tui.services.served_driver:ServedDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "COLUMNS": str(width),
            "ROWS": str(height),
        }


def _code() -> list[str]:
    """Where code is that the server or a session runs."""
    specs = [find_spec(name) for name in _LIBRARIES]
    modules = [os.path.dirname(spec.origin) for spec in specs if spec is not None and spec.origin]
    own, library = os.path.dirname(os.path.dirname(__file__)), os.path.dirname(os.__file__)
    return [sys.prefix, sys.base_prefix, library, own, *modules]
