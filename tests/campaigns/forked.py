"""The program in child processes that are forked, so that each begins at once, with its modules loaded."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import tui_ann.cli.app
import tui_ann.session.session  # noqa: F401 - loaded before a fork


class Child:
    """A process that does something in a folder.

    Args:
        folder: Its working folder.
        work: What it does; it returns the exit code.
        name: The name of the files that get its output.
    """

    def __init__(self, folder: Path, work: Callable[[], int], name: str = "child") -> None:
        place = folder.parent if not name.startswith("..") else folder.parent.parent
        self.out, self.err = place / f"{Path(name).name}.out", place / f"{Path(name).name}.err"
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _child(folder, work, self.out, self.err)
        self._code: int | None = None

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        if self.ended() is None:
            os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def ended(self) -> int | None:
        """The exit code, negative for a signal; `None` if it goes on."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self, seconds: float = 120.0) -> int:
        """Wait for its end; returns the exit code.

        Raises:
            TimeoutError: It goes on, and is killed.
        """
        deadline = time.monotonic() + seconds
        while (code := self.ended()) is None:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                self._code = -signal.SIGKILL
                raise TimeoutError(f"it did not end in {seconds:.0f} s")
            time.sleep(0.002)
        return code

    @property
    def said(self) -> str:
        """What it wrote on stderr."""
        return self.err.read_text("utf-8", errors="replace")


def _child(folder: Path, work: Callable[[], int], out: Path, err: Path) -> None:
    code = 70
    main = sys.modules["__main__"]
    main.__spec__ = main.__file__ = None  # worker processes need not import the campaign
    try:
        os.chdir(folder)
        for number, path in ((1, out), (2, err)):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        code = work()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def command(*words: str) -> Callable[[], int]:
    """A command of the program."""

    def work() -> int:
        return tui_ann.cli.app.run(lambda path, runs=(): 70, list(words))

    return work
