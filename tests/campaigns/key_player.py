"""Plays a script of keys to the real program in a pseudo-terminal, and says what went wrong."""

import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.terminal_pty import Terminal
from tests.campaigns.key_probe import CLOCK
from tests.campaigns.key_script import PAINTED, Step, key

PATIENCE, STARVED = 30.0, 240.0
"""Seconds of processor time until all keys of a burst must have had their effect, and seconds on a busy machine."""
ENDING = 20.0
"""Seconds until the program must have ended after the key that quits."""
MOST_MEMORY = 1500.0
"""Megabytes."""


@dataclass
class Played:
    """What a session came to."""

    faults: list[str] = field(default_factory=list)
    """One text a fault, its kind first; empty if all is well."""
    done: list[Step] = field(default_factory=list)
    """What was done."""

    @property
    def keys(self) -> int:
        """How many keys, pastes and reports of the mouse were sent."""
        return sum(step.kind == "write" for step in self.done)


def play(
    arguments: list[str],
    steps: Iterable[Step],
    folder: Path,
    *,
    seconds: float = float("inf"),
    size: tuple[int, int] = (120, 36),
    extra: Mapping[str, str] | None = None,
) -> Played:
    """Play steps until they end, the time is over or something goes wrong; then the program is told to quit.

    Args:
        arguments: Of the program.
        steps: What is done.
        folder: An empty folder, for what the program and its probe write.
        seconds: The most seconds.
        size: Columns and lines at the start.
        extra: More environment variables.
    """
    played, notes = Played(), folder / "notes"
    for each in (notes, folder / "work", folder / "home"):
        each.mkdir()
    environment = os.environ | {"TUI_ANN_HOME": str(folder / "home"), "TERM": "xterm-256color"} | dict(extra or {})
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.campaigns.key_probe", str(notes), *arguments]
    before = os.getcwd()
    os.chdir(folder / "work")  # what the program writes without a path
    try:
        terminal = Terminal(command, size, environment)
    finally:
        os.chdir(before)
    with terminal:
        code: int | None = None
        try:
            _wait_idle(terminal, notes)
            _walk(terminal, steps, played, notes, time.monotonic() + seconds)
            for name in ("ctrl+q", "enter", "ctrl+q", "enter"):  # it asks what to do with runs that are not saved
                terminal.send(key(name).data)
                code = terminal.wait(ENDING / 4)
                if code is not None:
                    break
            if code is None:
                played.faults.append("hang: it does not end after Ctrl+Q")
        except EOFError:
            code = terminal.wait(ENDING)
            if code is None:
                played.faults.append("hang: it does not end, but reads nothing more")
        except TimeoutError as error:
            played.faults.append(f"hang: {error}")
        if code not in (None, 0):
            played.faults.append(f"exit: code {code}: {terminal.tail[-3000:]}")
        elif "Traceback" in terminal.tail:
            played.faults.append(f"exit: {terminal.tail[-3000:]}")
    played.faults[:0] = _faults(notes)
    return played


def _walk(terminal: Terminal, steps: Iterable[Step], played: Played, notes: Path, until: float) -> None:
    """Do the steps."""
    for step in steps:
        played.done.append(step)
        output = b""
        if step.kind == "size":
            terminal.resize(step.size)
        elif step.kind == "write":
            output = terminal.send(step.data)
        else:
            output = terminal.pause(step.seconds) + _wait_idle(terminal, notes)
            if (notes / "faults").exists():
                return
            if terminal.memory() > MOST_MEMORY:
                played.faults.append(f"memory: {terminal.memory():.0f} MB")
                return
            if time.monotonic() > until:
                return
        if PAINTED.encode() in output:
            played.faults.append("obeyed: a sequence of a text reached the terminal")
            return


def _wait_idle(terminal: Terminal, notes: Path) -> bytes:
    """Read until the program has handled what was sent."""
    sent, output, spent = time.monotonic(), b"", terminal.processor()
    while not (notes / "idle").exists() or CLOCK.unpack((notes / "idle").read_bytes() or bytes(8))[0] <= sent:
        output += terminal.pause(0.02)
        if terminal.processor() > spent + PATIENCE or time.monotonic() > sent + STARVED:
            raise TimeoutError(f"keys have no effect after {time.monotonic() - sent:.0f} s")
    return output


def _faults(notes: Path) -> list[str]:
    path = notes / "faults"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [f"{fault['kind']}: {fault['text']}" for fault in map(json.loads, lines)]
