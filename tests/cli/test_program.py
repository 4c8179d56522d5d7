"""The program as a process: what only shows from outside."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import environment
from tui_ann.experiment.run_folder import RunFolder

LONG = ["--set", "training.epochs=100000000", "--out", "run"]
unix = pytest.mark.skipif(os.name == "nt", reason="signals and devices of Unix")


def start(*words, **settings):
    return subprocess.Popen(
        [sys.executable, "-m", "tui_ann", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
        **settings,
    )


def test_results_and_talk_are_kept_apart(program):
    result = program("train", "xor.toml", "--out", "run")
    assert result.code == 0
    assert "epoch" in result.out
    assert "rows to train" in result.err
    assert "\x1b" not in result.out + result.err
    assert program("data", "nothing.csv").code == 2


@unix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_kept(working_folder, number):
    process = start("train", "xor.toml", "--json", *LONG)
    assert json.loads(process.stdout.readline())["event"] == "start"
    assert json.loads(process.stdout.readline())["event"] == "epoch"
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    end = json.loads(out.splitlines()[-1])
    assert (end["event"], end["status"]) == ("end", "interrupted")
    assert err == ""
    folder = RunFolder.open(working_folder / "run")
    assert folder.record().status == "interrupted"
    assert len(folder.history()) == folder.record().epochs > 0
    assert folder.weights()


@unix
def test_an_interruption_is_heard(working_folder):
    process = start("train", "xor.toml", *LONG)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "Interrupted. Evaluating and saving the run …"
    told = [line for line in out.splitlines() if "interrupted" in line]
    assert len(told) == 1
    assert re.fullmatch(
        r"interrupted after \d+ epochs?, \d+ updates?, (under )?[\d.]+ s", told[0]
    )  # and nothing of it twice


@unix
@pytest.mark.parametrize("restores", ["true", "false"])
def test_an_interrupted_run_says_why_it_keeps_its_last_weights(working_folder, restores):
    early = f'{{monitor="loss", patience=1000000, restore_best_weights={restores}}}'
    process = start("train", "xor.toml", *LONG, "--set", f"training.early_stopping={early}")
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    best = RunFolder.open(working_folder / "run").record().best_epoch
    told = f"keeps its last weights;\nthose of epoch {best} are in best.safetensors."
    assert (told in out) == (restores == "true")


@unix
def test_a_killed_run_is_readable(working_folder, command):
    process = start("train", "xor.toml", "--json", *LONG)
    deadline = time.monotonic() + 30
    while not (working_folder / "run" / "final.safetensors").exists() and time.monotonic() < deadline:
        process.stdout.readline()
    process.kill()
    process.communicate()
    record = RunFolder.open(working_folder / "run").record()
    assert (record.status, record.epochs > 0) == ("interrupted", True)
    assert set(record.versions) == {"tui-ann", "python", "numpy"}
    assert record.sha256 == hashlib.sha256((working_folder / "xor.csv").read_bytes()).hexdigest()
    result = command("predict", "run", "xor.csv")
    assert result.code == 0
    assert "may be some seconds older than its last epoch" in result.err
    (working_folder / "run" / "final.safetensors").unlink()  # as if it had been killed in its first second
    assert "has only its start weights" in command("predict", "run", "xor.csv").err


@unix
def test_a_reader_of_many_predictions_may_leave_after_the_first(working_folder, command):
    assert command("train", "xor.toml", "--out", "run", "--quiet").code == 0
    (working_folder / "many.csv").write_text("a,b\n" + "0,1\n" * 9_000, encoding="utf-8")
    process = start("predict", "run", "many.csv")
    assert process.stdout.readline().split() == ["row", "line", "predicted", "P(no)", "P(yes)"]
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


@unix
def test_a_reader_that_goes_away_interrupts_the_run(working_folder):
    process = start("train", "xor.toml", "--json", *LONG)
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 130
    kept = working_folder / "run"
    assert process.stderr.read() == f"The output was closed. The run is saved in {kept}.\n"
    process.stderr.close()
    assert RunFolder.open(working_folder / "run").record().status == "interrupted"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_output_that_cannot_be_written_is_an_error(working_folder):
    with open("/dev/full", "w", encoding="utf-8") as full:
        process = subprocess.run(
            [sys.executable, "-m", "tui_ann", "samples"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
            encoding="utf-8",
        )
    assert process.returncode == 1
    assert process.stderr == "Error: what was to be printed cannot be written: No space left on device.\n"


def test_any_encoding_of_the_terminal_will_do(program):
    process = subprocess.run(
        [sys.executable, "-m", "tui_ann", "train", "xor.toml", "--out", "run"],
        capture_output=True,
        env=environment(PYTHONIOENCODING="ascii"),
        check=False,
    )
    assert process.returncode == 0
    assert b"epoch" in process.stdout
    assert b"|grad|" in process.stdout
    assert b"?" not in process.stdout


@unix
def test_on_a_terminal_there_is_a_bar_and_fewer_rows(working_folder):
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui_ann", "train", "xor.toml", "--set", "training.epochs=999", "--out", "run"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="xterm-256color"),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not read:
            break
        shown += read
    os.close(ours)
    assert process.wait(30) == 0
    text = shown.decode()
    assert "epoch 999/999" in text
    assert "ETA" in text
    assert "-:--:--" not in text
    assert "\x1b[2K" in text[text.rindex("━") : text.index("completed after")]  # the bar has been taken away
    assert "\n20 rows to train" in text.replace("\r", "\n").replace("\x1b[2K", "\n")  # not behind the bar
    rows = [line for line in text.splitlines() if re.fullmatch(r"(\x1b\[\w+)*\s*\d+(\s+[\d.e−]+){4}", line)]
    assert 10 < len(rows) < 50
    assert "saved in" in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell):
    process = subprocess.run(
        [sys.executable, "-c", "from tui_ann.__main__ import main; main()"],
        capture_output=True,
        text=True,
        env=environment(_TUI_ANN_COMPLETE=f"{shell}_source"),
        check=False,
        encoding="utf-8",
    )
    assert process.returncode == 0, process.stderr
    assert "_tui_ann_completion" in process.stdout
