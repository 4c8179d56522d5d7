"""A run that is continued is the same, bit for bit, as one that was never stopped."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tui_ann.experiment.run_folder import RunFolder

WORDS = ["--set", "training.variant=mini-batch", "--set", "training.batch_size=3", "--set", "data.validation_split=0.2"]


def weights(folder, which="final"):
    return (folder / f"{which}.safetensors").read_bytes()


def history(folder):
    rows = RunFolder.open(folder).history()
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


@pytest.fixture
def whole(command, working_folder):
    assert command("train", "xor.toml", *WORDS, "--epochs", "40", "--out", "whole", "--quiet").code == 0
    return working_folder / "whole"


@pytest.mark.parametrize("restore", [False, True])
def test_a_shorter_run_goes_on(command, working_folder, restore):
    stopping = ["--set", f"training.early_stopping={{patience=1000, restore_best_weights={str(restore).lower()}}}"]
    words = [*WORDS, *stopping, "--set", "training.learning_rate=0.5", "--quiet"]
    assert command("train", "xor.toml", *words, "--epochs", "40", "--out", "whole").code == 0
    assert command("train", "xor.toml", *words, "--epochs", "17", "--out", "part").code == 0
    assert command("train", "--resume", "part", "--epochs", "40", "--quiet").code == 0
    whole, part = working_folder / "whole", working_folder / "part"
    assert history(part) == history(whole)
    for which in ("initial", "final", "best"):
        assert weights(part, which) == weights(whole, which)
    record = RunFolder.open(part).record()
    assert (record.status, record.epochs, record.updates) == ("completed", 40, RunFolder.open(whole).record().updates)
    assert RunFolder.open(part).experiment().training.epochs == 40


def test_into_another_folder_the_old_one_stays(command, working_folder, whole):
    assert command("train", "xor.toml", *WORDS, "--epochs", "10", "--out", "part", "--quiet").code == 0
    before = weights(working_folder / "part")
    result = command("train", "--resume", "part", "--epochs", "40", "--out", "more", "--json")
    assert result.code == 0
    events = [json.loads(line) for line in result.out.splitlines()]
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == list(range(11, 41))
    assert weights(working_folder / "part") == before
    assert weights(working_folder / "more") == weights(whole)
    assert command("train", "--resume", "part", "--epochs", "50", "--out", "more").code == 2


@pytest.mark.parametrize("damaged", [False, True])
def test_a_folder_without_a_state_is_repeated(command, working_folder, whole, damaged):
    assert command("train", "xor.toml", *WORDS, "--epochs", "10", "--out", "part", "--quiet").code == 0
    (working_folder / "part" / "state.safetensors").unlink()
    if damaged:
        (working_folder / "part" / "state.safetensors").write_bytes(b"of another version")
    assert command("train", "--resume", "part", "--epochs", "40", "--quiet").code == 0
    assert weights(working_folder / "part") == weights(whole)


def test_a_folder_without_a_state_goes_on_only_if_its_updates_are_those_it_made(command, working_folder):
    assert command("train", "xor.toml", *WORDS, "--epochs", "10", "--out", "part", "--quiet").code == 0
    part = working_folder / "part"
    (part / "state.safetensors").unlink()
    before, rows = weights(part), (part / "history.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    epoch, loss, rest = rows[4].split(",", 2)
    rows[4] = f"{epoch},{float(loss) * 1.01!r},{rest}"
    (part / "history.csv").write_text("".join(rows), encoding="utf-8")
    result = command("train", "--resume", "part", "--epochs", "40", "--quiet")
    assert result.code == 2
    assert "has no state that can be read, and its updates come out differently here" in " ".join(result.err.split())
    assert weights(part) == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_and_a_killed_run_go_on(command, working_folder, how):
    words = [sys.executable, "-m", "tui_ann", "train", "xor.toml", *WORDS, "--epochs", "1000000", "--out", "part", "-q"]
    run = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    state, deadline = working_folder / "part" / "state.safetensors", time.monotonic() + 60
    while not state.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "Another program is training the run" in command("train", "--resume", "part", "--epochs", "9").err
    run.send_signal(how)
    run.communicate(timeout=60)
    epochs = RunFolder.open(working_folder / "part").record().epochs + 500
    assert command("train", "--resume", "part", "--epochs", str(epochs), "--quiet").code == 0
    assert command("train", "xor.toml", *WORDS, "--epochs", str(epochs), "--out", "whole", "--quiet").code == 0
    assert weights(working_folder / "part") == weights(working_folder / "whole")
    assert history(working_folder / "part") == history(working_folder / "whole")


def test_what_cannot_go_on_says_why(command, working_folder, whole):
    for words, part in (
        (["--resume", "whole"], "Name more of them: --epochs 80"),
        (["--resume", "whole", "--epochs", "20"], "has 40 epochs already"),
        (["--resume", "nothing"], "There is no folder"),
        (["--resume", "whole", "xor.toml"], "only --epochs, --out"),
        (["--resume", "whole", "--set", "training.epochs=90"], "only --epochs, --out"),
        ([], "Missing argument"),
    ):
        result = command("train", *words)
        assert (result.code, result.out) == (2, "")
        assert part in result.err
    (working_folder / "xor.csv").write_text("a,b,y\n0,0,no\n0,1,yes\n" * 6, encoding="utf-8")
    result = command("train", "--resume", "whole", "--epochs", "50")
    assert (result.code, "has changed" in result.err) == (2, True)
    wild = ["--set", "training.early_stopping={patience=1, min_delta=100.0}", "--set", "data.validation_split=0.2"]
    assert command("train", "xor.toml", *wild, "--out", "stopped", "--quiet").code == 0
    assert "stopped cannot go on: the run stopped early (" in command("train", "--resume", "stopped").err
