"""Signals at the application in a real terminal: the run is kept, and the terminal is as it was."""

import os
import re
import select
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import environment, write_xor
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.store.recents import Recents
from tui_ann.session.store.unfinished import left_in, read_head

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")


class Terminal:
    """The program in a terminal of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder, self.said = folder, b""
        self.person, program = pty.openpty()
        termios.tcsetwinsize(self.person, (36, 120))
        self.before = termios.tcgetattr(self.person)
        self.pid = os.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.close(self.person)
            os.login_tty(program)
            variables = environment(TERM="xterm-256color", TUI_ANN_HOME=str(folder / "home"))
            os.execve(sys.executable, [sys.executable, "-m", "tui_ann", *words], variables)
        self.program = program  # kept open, so that its state can be read after the end

    def until(self, condition):
        deadline = time.monotonic() + 40
        while not condition():
            assert time.monotonic() < deadline, self.said[-2000:]
            if select.select([self.person], [], [], 0.05)[0]:
                self.said += os.read(self.person, 1 << 16)

    def press(self, keys: bytes) -> None:
        os.write(self.person, keys)

    def ended(self) -> int:
        """The exit code."""
        found = []

        def over():
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                found.append(os.waitstatus_to_exitcode(status))
            return pid

        self.until(over)
        return found[0]


@pytest.fixture
def training(tmp_path):
    """The application while it trains, with a first state saved."""
    if not hasattr(os, "login_tty"):
        pytest.skip("no login_tty")
    terminal = Terminal(tmp_path, write_xor(tmp_path, "long", epochs=100_000_000).name)
    terminal.until(lambda: b"\x1b[?1049h" in terminal.said and b"long" in terminal.said)
    terminal.press(b" ")
    terminal.until(lambda: list((tmp_path / "home" / "recovery").glob("*.unfinished")))
    return terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_the_run_is_saved_and_the_terminal_is_as_it_was(training, number):
    os.kill(training.pid, number)
    assert training.ended() == 128 + number
    training.until(lambda: b"The run is saved in" in training.said)
    assert training.said.rindex(b"\x1b[?1049l") > training.said.rindex(b"\x1b[?1049h")
    assert training.said.rindex(b"\x1b[?25h") > training.said.rindex(b"\x1b[?25l")
    assert termios.tcgetattr(training.person) == training.before
    assert b"Traceback" not in training.said
    (folder,) = (training.folder / "home" / "runs").iterdir()
    record = RunFolder.open(folder).record()
    (left,) = left_in(training.folder / "home" / "recovery")
    assert 0 < left.update == record.updates


def assert_given_back(terminal: Terminal) -> None:
    """The terminal is as before: no other screen, mouse, focus or pastes, the cursor shown, the lines as they were."""
    modes: dict[bytes, bool] = {}
    for numbers, value in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", terminal.said):
        modes |= dict.fromkeys(numbers.split(b";"), value == b"h")
    assert {int(number) for number, is_set in modes.items() if is_set} <= {7, 25}, "only wrapping and the cursor"
    assert modes.get(b"25", True)
    assert termios.tcgetattr(terminal.person) == terminal.before
    assert b"Traceback" not in terminal.said


def test_quitting_by_its_key_gives_the_terminal_back(training):
    training.press(b"\x11")
    assert training.ended() == 0
    assert_given_back(training)


def test_a_suspended_application_gives_the_terminal_back_and_goes_on(training):
    os.kill(training.pid, signal.SIGTSTP)
    training.until(lambda: os.waitpid(training.pid, os.WNOHANG | os.WUNTRACED)[0])
    training.until(lambda: b"\x1b[?1049l" in training.said)
    assert_given_back(training)
    before = len(training.said)
    os.kill(training.pid, signal.SIGCONT)
    training.until(lambda: b"\x1b[?1049h" in training.said[before:])
    os.kill(training.pid, signal.SIGTERM)
    assert training.ended() == 128 + signal.SIGTERM
    assert_given_back(training)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_as_soon_as_the_terminal_has_changed(tmp_path, number):
    if not hasattr(os, "login_tty"):
        pytest.skip("no login_tty")
    terminal = Terminal(tmp_path)
    terminal.until(lambda: b"\x1b[?1049h" in terminal.said)
    os.kill(terminal.pid, number)
    assert terminal.ended() == 128 + number
    assert_given_back(terminal)


def test_a_terminal_that_is_closed_leaves_the_run(training):
    os.close(training.program)
    os.close(training.person)
    deadline = time.monotonic() + 40
    while not os.waitpid(training.pid, os.WNOHANG)[0]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (folder,) = (training.folder / "home" / "runs").iterdir()
    (left,) = left_in(training.folder / "home" / "recovery")
    assert 0 < left.update == RunFolder.open(folder).record().updates


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
def test_a_fork_is_offered_after_its_window_was_closed(training, number):
    recovery = training.folder / "home" / "recovery"
    training.press(b"6")
    training.until(lambda: b"Fork" in training.said)
    training.press(b"w")
    training.until(lambda: b"Only fork" in training.said)
    training.press(b"++++\x13")
    training.until(lambda: len(list(recovery.glob("*.unfinished"))) == 2)
    before = {path: read_head(path)["about"]["update"] for path in recovery.glob("*.unfinished")}
    training.until(lambda: all(read_head(path)["about"]["update"] > before[path] for path in before))
    os.kill(training.pid, number)
    assert training.ended() == (-number if number is signal.SIGKILL else 128 + number)
    left = left_in(recovery)
    assert len(left) == 2
    assert all(run.update > before[run.path] for run in left)


def test_a_run_that_has_ended_is_listed_after_its_terminal_was_closed(tmp_path):
    if not hasattr(os, "login_tty"):
        pytest.skip("no login_tty")
    terminal = Terminal(tmp_path, write_xor(tmp_path, "short", epochs=3).name)
    terminal.until(lambda: b"\x1b[?1049h" in terminal.said and b"short" in terminal.said)
    terminal.press(b" ")
    recovery = tmp_path / "home" / "recovery"
    # A file that is locked is that of a running session, which `left_in` leaves out.
    terminal.until(lambda: any(read_head(path)["about"]["ended"] for path in recovery.glob("*.unfinished")))
    os.kill(terminal.pid, signal.SIGHUP)
    assert terminal.ended() == 128 + signal.SIGHUP
    (folder,) = (tmp_path / "home" / "runs").iterdir()
    assert RunFolder.open(folder).record().status == "completed"
    assert left_in(recovery) == []
    entry = Recents(tmp_path / "home" / "recents.json").entries()[0]
    assert (entry.kind, entry.source) == ("run", str(folder))
    assert entry.note.startswith("train loss ")


def test_a_signal_while_the_program_loads_gives_the_terminal_back(tmp_path):
    if not hasattr(os, "login_tty"):
        pytest.skip("no login_tty")
    terminal = Terminal(tmp_path)
    terminal.until(lambda: termios.tcgetattr(terminal.person) != terminal.before)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.ended() == 128 + signal.SIGTERM
    assert termios.tcgetattr(terminal.person) == terminal.before
