"""The application in a terminal of its own, killed while it trains."""

import mmap
import os
import random
import select
import struct
import sys
import termios
import time
from pathlib import Path

from tests.campaigns.folders import LOST, fault_of, parts_seen
from tui_ann.experiment.together import is_being_written
from tui_ann.session.run.run import Run
from tui_ann.session.run_store import RunStore
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths

_NUMBERS = struct.Struct("qdd")
SOURCES = ("sample:xor", "sample:iris", "sample:breast-cancer", "sample:moons", "sample:spirals")


class Application:
    """The application, which trains as fast as it can; how far it is can be read at any moment.

    Args:
        folder: Its working folder, and the folder of the user.
        words: What it opens.
    """

    def __init__(self, folder: Path, *words: str) -> None:
        self.said = b""
        self._shared = mmap.mmap(-1, _NUMBERS.size)
        self.person, program = os.openpty()
        termios.tcsetwinsize(self.person, (36, 120))
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                os.close(self.person)
                os.login_tty(program)
                for place, name in enumerate(("stdin", "stdout", "stderr")):  # not those of the campaign
                    stream = open(place, "w" if place else "r", encoding="utf-8", closefd=False)  # noqa: SIM115 - to its end
                    setattr(sys, name, stream)
                    setattr(sys, f"__{name}__", stream)
                os.environ.update(TUI_ANN_HOME=str(folder / "home"), TERM="xterm-256color")
                self._tell()
                self._open(words)
            finally:
                os._exit(70)
        os.close(program)

    @property
    def trained(self) -> tuple[int, float, float]:
        """Updates, seconds of training, and the clock when it was there."""
        update, seconds, now = _NUMBERS.unpack(self._shared[:])
        return update, seconds, now

    def _tell(self) -> None:
        """Let the training thread write how far it is into the shared memory, as often as it is asked to save."""
        real, shared = RunStore.autosave, self._shared

        def autosave(store: RunStore, run: Run, *args: object) -> None:
            trainer = run.trainer
            shared[:] = _NUMBERS.pack(trainer.update, trainer.seconds, time.monotonic())
            real(store, run, *args)  # type: ignore[arg-type]

        RunStore.autosave = autosave  # type: ignore[method-assign, assignment]

    @staticmethod
    def _open(words: tuple[str, ...]) -> None:
        from tui_ann.__main__ import open_application
        from tui_ann.cli.app import run

        os._exit(run(open_application, list(words)))

    def read(self, seconds: float) -> None:
        """Take its output for some time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self.person], [], [], left)[0]:
                try:
                    self.said += os.read(self.person, 1 << 16)
                except OSError:  # it has ended
                    return

    def until(self, seconds: float, text: bytes = b"", *, trained: bool = False) -> bool:
        """Wait until something is written or it trains; returns whether that came in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (trained and self.trained[0]) or (text and text in self.said):
                return True
            self.read(0.02)
        return False

    def press(self, keys: bytes) -> None:
        """Send keys."""
        os.write(self.person, keys)

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.person)


def application_kill(folder: Path, chance: random.Random, number: int) -> tuple[str, float]:
    """Kill the application at a random moment of its training.

    Returns:
        What is wrong, and the seconds of training that were lost.
    """
    source = chance.choice(SOURCES)
    app = Application(folder, source)
    try:
        if not app.until(30, b"\x1b[?1049h"):
            return f"it did not start: {app.said[-300:]!r}", 0.0
        app.read(0.5)
        deadline = time.monotonic() + 20
        while not app.trained[0] and time.monotonic() < deadline:
            app.press(b" ")
            app.until(3, trained=True)
        if not app.trained[0]:
            return "it did not train", 0.0
        app.press(b"+" * 12)  # full speed
        began = time.monotonic()
        saves = number % 3 == 0
        app.read(chance.uniform(0.0, 4.0))
        if saves:
            app.press(b"\x13")  # Ctrl+S
            app.read(chance.uniform(0.0, 0.3))
        trained_for = time.monotonic() - began
    finally:
        app.kill()
    return _after(folder, app.trained, trained_for, goes_on=number % 4 == 0)


def whole_runs(runs: Path) -> list[Path]:
    """The run folders in a folder."""
    return [path for path in sorted(runs.glob("*")) if not is_being_written(path.name)]


def _after(folder: Path, trained: tuple[int, float, float], trained_for: float, *, goes_on: bool) -> tuple[str, float]:
    runs = folder / "home" / "runs"
    if parts := parts_seen(runs):
        return parts, 0.0
    for path in whole_runs(runs):
        if fault := fault_of(path):
            return fault, 0.0
    session = Session(paths=UserPaths(*[folder / "home"] * 3))
    left = session.store.recoverable()
    saved = bool(whole_runs(runs))
    if not left:
        nothing = "" if trained_for < LOST or saved else f"nothing is offered after {trained_for:.1f} s of training"
        return nothing, 0.0
    if len(left) > 1:
        return f"{len(left)} runs are offered", 0.0
    run = session.recover(left[0])
    if run.trainer.update != left[0].update:
        return "it is not where it was", 0.0
    lost = max(0.0, trained[1] - run.trainer.seconds)
    if lost > LOST and not saved:
        return f"{lost:.2f} s of training are lost", lost
    if goes_on and run.trainer.update < 200_000 and not run.trainer.finished:
        whole = Session(paths=session.paths)
        whole.workspace.adopt(run.experiment)
        session.runs.one_update(3)
        whole.runs.one_update(run.trainer.update)
        if whole.runs.prepare().network.theta.tobytes() != run.network.theta.tobytes():
            return "recovered, it is another run", lost
    return "", lost
