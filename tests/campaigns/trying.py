"""Tries cases in worker processes that are restarted, and judges the commands that they run in-process.

A case fails if a command raises what is no error of the program, warns, hangs or takes very much memory, or if it
refuses without one clear message.
"""

import argparse
import contextlib
import gc
import importlib
import io
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from tests.campaigns.reporting import Tally
from tui_ann.cli.app import run
from tui_ann.errors import TuiAnnError

SECONDS = 10.0
"""Longest time of a command, of the processor, so that a busy machine is no hang."""
MEMORY = 2_000_000_000
"""Most bytes that a case may take beside those of the program."""
_HARD = 900.0
"""Seconds of the clock after which a worker that does not answer is killed: what sleeps takes no processor time."""
_RESTARTED = 400
"""Cases of a worker before another takes its place."""


class Hang(BaseException):
    """A command took too long; no `except Exception` of the program takes it."""


class Tried(NamedTuple):
    """What came of one case."""

    kind: str
    """Its row in the table."""
    failure: str = ""
    """What went wrong; empty if nothing did."""


Work = Callable[[int, Path], Tried]
"""Tries the case of a number in an empty folder."""


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str
    trace: str = ""
    """Where an error was raised."""

    @property
    def refusal(self) -> str:
        """What is wrong with its refusal; empty if nothing is."""
        if "Error in the program" in self.err or "not enough memory" in self.err:
            return condensed(f"{self.trace}\n{self.err}")
        if self.code not in (0, 1, 2):
            return f"exit code {self.code}: {self.err.strip()}"
        if self.code == 2 and not re.search(r"^Error: .*\S", self.err, re.MULTILINE) and '"error": ' not in self.out:
            return f"no message: {self.err.strip()[-300:]!r}"
        return ""


def condensed(text: str) -> str:
    """A traceback in a line: what was raised, and the last places in the program."""
    places = re.findall(r'File "[^"]*/((?:tui_ann|tests)/[^"]*)", line (\d+)', text)
    last = next(
        (line for line in reversed(text.splitlines()) if re.match(r"[\w.]+: |[\w.]+(Error|Warning)$", line)), ""
    )
    return f"{last[:200]} at {' < '.join(f'{file}:{line}' for file, line in reversed(places[-4:]))}"


@contextlib.contextmanager
def strict(seconds: float | None = SECONDS) -> Iterator[None]:
    """Warnings as errors, and an end to what hangs.

    Args:
        seconds: The longest time; `None` sets no alarm, because the caller has one.
    """

    def ring(*_: object) -> None:
        raise Hang(f"more than {seconds} s")

    old = signal.signal(signal.SIGPROF, ring) if seconds else None
    if seconds:
        signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        with warnings.catch_warnings():
            for kind in (RuntimeWarning, UserWarning):
                warnings.simplefilter("error", kind)
            yield
    finally:
        if seconds:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, old)


def command(*words: str, given: str = "", seconds: float | None = SECONDS) -> Answer:
    """Run a command in this process.

    Args:
        words: Its words.
        given: What it reads from standard input.
        seconds: The longest time.

    Raises:
        Hang: It took longer.
    """
    gc.collect()  # a command has a process of its own, so what the one before it held is gone
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors="replace", write_through=True) for _ in range(2))
    old = sys.stdin, os.environ.get("TUI_ANN_DEBUG")
    traces: list[str] = []
    sys.stdin, os.environ["TUI_ANN_DEBUG"] = (
        io.TextIOWrapper(io.BytesIO(given.encode("utf-8", "replace")), "utf-8"),
        "1",
    )
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            patch("tui_ann.cli.failures.traceback.print_exc", lambda: traces.append(traceback.format_exc())),
            strict(seconds),
        ):
            code = run(lambda *_: 0, list(words))
    finally:
        sys.stdin = old[0]
        os.environ.pop("TUI_ANN_DEBUG")
        if old[1] is not None:
            os.environ["TUI_ANN_DEBUG"] = old[1]
    texts = [stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err)]
    return Answer(code, texts[0], texts[1], "".join(traces))


def judged(action: Callable[[], str | None], seconds: float | None = SECONDS) -> str:
    """What goes wrong in an action of the session; it may raise a `TuiAnnError`, or return what is wrong."""
    try:
        with strict(seconds):
            return action() or ""
    except TuiAnnError as error:
        return "" if error.message.strip() else "an error without a message"
    except MemoryError:
        return "takes more memory than is allowed"
    except Hang as hang:
        return f"hangs: {hang}\n{condensed(traceback.format_exc())}"
    except Exception:
        return condensed(traceback.format_exc())


def judged_command(*words: str, given: str = "", seconds: float | None = SECONDS) -> tuple[str, Answer]:
    """What goes wrong in a command, and what it said."""
    try:
        answer = command(*words, given=given, seconds=seconds)
    except Hang as hang:
        return f"{' '.join(words)} hangs: {hang}\n{condensed(traceback.format_exc())}", Answer(1, "", "")
    failure = answer.refusal
    return (f"{' '.join(words)}: {failure}" if failure else ""), answer


def try_all(tally: Tally, work: Work, numbers: Sequence[int], workers: int, folder: Path | None = None) -> None:
    """Try the cases of all numbers side by side.

    Args:
        tally: Counts them.
        work: Tries one.
        numbers: Which.
        workers: How many processes.
        folder: Where failed cases are kept; by default they are removed.
    """
    context = multiprocessing.get_context("fork")
    todo = list(reversed(numbers))
    signal.signal(signal.SIGTERM, lambda *_: todo.clear())  # what has begun is ended, and the table printed
    carriers: list[_Carrier] = []
    _load_extras()
    try:
        while todo or any(carrier.number is not None for carrier in carriers):
            carriers = [carrier for carrier in carriers if carrier.alive]
            while todo and len(carriers) < workers:
                carriers.append(_Carrier(context, work, folder))
            for carrier in carriers:
                if carrier.number is None and todo:
                    carrier.give(todo.pop())
            wait([carrier.connection for carrier in carriers], timeout=1)
            for carrier in carriers:
                number, tried = carrier.number, carrier.answer()
                if tried is not None:
                    tally.count(tried.kind, str(number), tried.failure)
    finally:
        for carrier in carriers:
            carrier.end()


def _load_extras() -> None:
    """Import what is slow to import, once for all workers."""
    for name in ("clevercsv", "duckdb", "h5py", "nbformat", "onnx", "plotext", "tensorboardX"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


class _Carrier:
    """One worker process."""

    def __init__(self, context: multiprocessing.context.ForkContext, work: Work, kept: Path | None) -> None:
        self.connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, work, kept))
        self._process.start()
        theirs.close()
        self.number: int | None = None
        self._since = 0.0
        self._done = 0
        self.alive = True

    def give(self, number: int) -> None:
        self.number, self._since = number, time.monotonic()
        with contextlib.suppress(OSError):  # a worker that has died is seen when it does not answer
            self.connection.send(number)

    def answer(self) -> Tried | None:
        """What came of its case, if that is known."""
        if self.number is None:
            return None
        try:
            if self.connection.poll():
                tried: Tried = self.connection.recv()
                self.number = None
                self._done += 1
                if self._done >= _RESTARTED:
                    self.end()
                return tried
        except (EOFError, OSError):
            self.number = None
            self.end()
            return Tried("killed", f"the process died with exit code {self._process.exitcode}")
        if time.monotonic() - self._since > _HARD:
            self.number = None
            self.end()
            return Tried("killed", f"no answer after {_HARD} s")
        return None

    def end(self) -> None:
        self.alive = False
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(connection: Connection, work: Work, kept: Path | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the parent ends it
    with open("/proc/self/statm", encoding="ascii") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    while True:
        number = connection.recv()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(os.path.realpath(name))
            here = Path.cwd()
            try:
                tried = tried_in(work, number, folder)
            finally:
                os.chdir(here)
            if tried.failure and kept is not None:
                with contextlib.suppress(OSError):
                    folder.chmod(0o700)
                    folder.rename(kept / f"{tried.kind.replace('/', '-').replace(' ', '-')}-{number}")
        connection.send(tried)


def tried_in(work: Work, number: int, folder: Path) -> Tried:
    """Try a case in a folder; an exception of the campaign itself is a failure."""
    old = Path.cwd()
    os.chdir(folder)
    os.environ["TUI_ANN_HOME"] = str(folder / "home")
    try:
        return work(number, folder)
    except Exception:
        return Tried("campaign", condensed(traceback.format_exc()))
    finally:
        os.chdir(old)


def options(what: str, cases: int) -> argparse.ArgumentParser:
    """The options that campaigns share."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--cases", type=int, default=cases, help="how many are tried [%(default)s]")
    parser.add_argument("--first", type=int, default=0, help="the number of the first [%(default)s]")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes [%(default)s]")
    parser.add_argument("--keep", type=Path, help="a folder for the files of failed cases")
    return parser


def kept_in(folder: Path | None) -> Path | None:
    """The folder for failed cases, made."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return folder and folder.absolute()
