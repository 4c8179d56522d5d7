"""Ctrl-C and other signals at a command, from outside: what it says, what it leaves, and how it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import environment, started
from tui_ann.experiment.run_folder import RunFolder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pseudo-terminals of Unix")

SLOW = """\
import os, sys, time
from pathlib import Path

flush = os.fsync

def fsync(descriptor):
    if Path("slow").exists():  # the disk is slow from now on
        Path("saving").touch()
        time.sleep(60)
    flush(descriptor)

os.fsync = fsync
from tui_ann.__main__ import main
main()
"""
LONG = ["train", "xor.toml", "--set", "training.epochs=100000000", "--out", "run"]


def until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def saving(folder, **settings):
    """A training that was interrupted, while it is being saved on a slow disk."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *LONG],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
        **settings,
    )
    until((folder / "run" / "final.safetensors").exists)
    (folder / "slow").touch()
    process.send_signal(signal.SIGTERM)
    until((folder / "saving").exists)
    return process


def test_a_second_signal_warns_and_a_third_aborts(working_folder):
    process = saving(working_folder)
    process.send_signal(signal.SIGINT)
    while "Press Ctrl-C once more to abort" not in (line := process.stderr.readline()):
        assert line
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert f"Aborted. {working_folder / 'run'} holds the run as it was last saved" in said
    assert "Traceback" not in said
    folder = RunFolder.open(working_folder / "run")
    assert folder.record().status == "interrupted"
    assert folder.weights()
    assert not list(working_folder.rglob("*.tmp"))


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.1, 0.3])
def test_a_signal_at_any_moment_ends_the_run_and_keeps_it(working_folder, pause):
    with started(*LONG, "--json", "--losses", "losses.csv") as process:
        process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 130
    folder = RunFolder.open(working_folder / "run")
    assert len(folder.history()) == folder.record().epochs
    assert folder.weights()


def test_control_c_in_a_terminal(working_folder):
    import pty
    import select

    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "tui_ann", *LONG], environment(TERM="xterm"))
    said = b""

    def read():
        nonlocal said
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                said += os.read(terminal, 65536)
            except OSError:  # the program has ended
                return True
        return b"updates/s" in said

    until(read)
    os.write(terminal, b"\x03")
    until(lambda: read() and b"saved in" in said)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    os.close(terminal)
    assert RunFolder.open(working_folder / "run").record().status == "interrupted"


LARGE = """\
name = "large"
[data]
path = "large.csv"
target = "y"
validation_split = 0.0
[[network.layers]]
type = "dense"
units = 1000
activation = "relu"
[[network.layers]]
type = "dense"
units = 1000
activation = "relu"
[[network.layers]]
type = "dense"
units = 1
activation = "sigmoid"
[training]
variant = "stochastic"
learning_rate = 0.0001
epochs = 2
"""


def test_a_large_network_is_kept_within_its_first_epoch_of_minutes(working_folder):
    (working_folder / "large.toml").write_text(LARGE, encoding="utf-8")
    rows = "".join(f"{row % 7},{row % 3},{row % 2}\n" for row in range(30_000))
    (working_folder / "large.csv").write_text("a,b,y\n" + rows, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "tui_ann", "train", "large.toml", "--json", "--out", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    process.stdout.readline()
    until((working_folder / "run" / "final.safetensors").exists)
    until(lambda: RunFolder.open(working_folder / "run").record().updates > 0)
    process.kill()
    process.communicate()
    folder = RunFolder.open(working_folder / "run")
    assert (folder.record().epochs, folder.history()) == (0, [])
    assert folder.record().updates > 0
