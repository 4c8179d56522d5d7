import csv
import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_ann.errors import ExperimentError, SessionError
from tui_ann.experiment.run_folder import (
    PREPROCESSING,
    RUN,
    UNFINISHED,
    WEIGHTS,
    RunFolder,
    is_run_folder,
    json_text,
    new_folder,
    record_content,
    safe_name,
)
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.weights import weights_content

_, FINAL, BEST = WEIGHTS


@dataclass(frozen=True)
class Epoch:
    epoch: int
    values: dict[str, Any] = field(
        default_factory=lambda: {"loss": 0.1, "accuracy": 1 / 3, "val_loss": np.float64(0.2)}
    )
    learning_rate: float = 0.01
    gradient_norm: float = 0.5
    examples: int = 10
    updates: int = 2
    seconds: float = 0.123
    penalty: float = 0.0


def written(record: RunRecord) -> dict[str, bytes]:
    return {RUN: record_content(record).encode()}


def state(epoch: int) -> dict[str, bytes]:
    """A state of a run whose every number says its epoch."""
    weights = weights_content({"W1": np.full(1000, float(epoch))})
    record = RunRecord(status="interrupted", stop_reason=UNFINISHED, epochs=epoch, updates=2 * epoch)
    return {FINAL: weights, BEST: weights, **written(record)}


@pytest.fixture
def folder(tmp_path, experiment):
    folder = RunFolder.create(tmp_path / "run", experiment)
    yield folder
    folder.close()


def test_what_was_written_comes_back(folder, experiment):
    weights = {"W1": np.arange(6.0).reshape(2, 3), "b1": np.ones(2)}
    record = RunRecord(
        status="early_stopped",
        stop_reason="val_loss has not improved.",
        epochs=2,
        updates=4,
        best_epoch=1,
        metrics={"train": {"loss": 0.1, "auc": None}},
        seconds=1.5,
        versions={"tui-ann": "0.1"},
        sha256="00",
    )
    preprocessing = json_text({"features": ["a"], "mean": np.array([1.0, np.nan])})
    folder.write({FINAL: weights_content(weights), PREPROCESSING: preprocessing.encode(), **written(record)})
    folder.append(Epoch(1))
    folder.append(Epoch(2))
    again = RunFolder.open(folder.path)
    assert again.experiment() == experiment
    assert again.record() == record
    assert again.preprocessing() == {"features": ["a"], "mean": [1.0, None]}
    np.testing.assert_array_equal(again.weights("final")["W1"], weights["W1"])
    assert [row["epoch"] for row in again.history()] == [1, 2]
    assert again.history()[0]["accuracy"] == 1 / 3


def test_the_history_has_keras_names_and_is_there_after_every_epoch(folder):
    folder.append(Epoch(1))
    with (folder.path / "history.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [
        "epoch", "loss", "accuracy", "val_loss", "learning_rate", "gradient_norm", "examples", "updates", "seconds",
    ]  # fmt: skip
    assert rows[1] == ["1", "0.1", "0.3333333333333333", "0.2", "0.01", "0.5", "10", "2", "0.123"]


def test_a_penalty_has_a_column_before_the_last_five(folder):
    folder.append(Epoch(1, penalty=0.04))
    again = RunFolder(folder.path)
    again.append(Epoch(2))
    again.close()
    assert [row["penalty"] for row in folder.history()] == [0.04, 0.0]
    folder.write_history([Epoch(1), Epoch(2, penalty=0.5)], ())
    assert folder.history_table().names[-6:-4] == ("penalty", "learning_rate")
    assert [row["penalty"] for row in folder.history()] == [0.0, 0.5]


def test_values_that_are_not_finite_stay_what_they_are(folder):
    folder.append(Epoch(1, values={"loss": float("inf"), "auc": float("nan")}))
    (row,) = folder.history()
    assert row["loss"] == float("inf")
    assert np.isnan(row["auc"])


def test_going_back_rewrites_the_history(folder):
    for epoch in (1, 2, 3):
        folder.append(Epoch(epoch))
    folder.write_history([Epoch(1)], [])
    folder.append(Epoch(2, seconds=9.0))
    assert [(row["epoch"], row["seconds"]) for row in folder.history()] == [(1, 0.123), (2, 9.0)]
    folder.write_history([], ["loss", "accuracy", "val_loss"])
    assert folder.history() == []
    folder.append(Epoch(1))
    assert len(folder.history()) == 1


def test_the_experiment_names_its_data_by_the_whole_path(folder):
    assert 'path = "/data/small.csv"' in (folder.path / "experiment.toml").read_text(encoding="utf-8")


def test_a_folder_in_use_is_not_overwritten(folder, experiment, tmp_path):
    with pytest.raises(SessionError, match=r"already contains experiment\.toml, run\.json"):
        RunFolder.create(folder.path, experiment)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    assert RunFolder.create(tmp_path / "mine", experiment).path == tmp_path / "mine"


def test_a_killed_run_is_readable_up_to_its_last_epoch(tmp_path):
    """The process is killed in the middle of writing rows as fast as it can."""
    script = """
import sys, itertools
from pathlib import Path
sys.path.insert(0, {root!r})
import numpy as np
from tests.experiment.test_run_folder import Epoch, state
from tui_ann.experiment.files import loads
from tui_ann.experiment.run_folder import RunFolder
from tests.experiment.conftest import SMALL
folder = RunFolder.create(Path({path!r}), loads(SMALL, label="x", folder=Path("/")))
for epoch in itertools.count(1):
    folder.append(Epoch(epoch, updates=2 * epoch))
    folder.write(state(epoch), durable=False)
    if epoch == 50:
        print("going", flush=True)
"""
    path = tmp_path / "run"
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", script.format(root=root, path=str(path))],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout.readline() == "going\n"
    process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()
    process.stdout.close()
    folder = RunFolder.open(path)
    rows = folder.history()
    assert [row["epoch"] for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 50
    assert folder.experiment().network.layers
    record = folder.record()
    for which in ("final", "best"):
        assert set(folder.weights(which)["W1"]) == {record.epochs}, "one state"
    assert (record.status, record.updates) == ("interrupted", 2 * record.epochs)
    assert len(rows) - record.epochs in (0, 1)


def test_a_row_cut_short_is_left_out(folder):
    folder.append(Epoch(1))
    with (folder.path / "history.csv").open("a", encoding="utf-8") as file:
        file.write("2,0.3,0.")
    assert len(folder.history()) == 1


def test_a_full_disk_takes_the_half_row_back(folder, monkeypatch):
    folder.append(Epoch(1))
    before = (folder.path / "history.csv").read_bytes()
    write = os.write

    def half(descriptor, content):
        if len(content) < 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, content[:10]) if len(content) > 20 else half(descriptor, b"")

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(SessionError, match="the disk is full") as caught:
        folder.append(Epoch(2))
    assert caught.value.code == "disk_full"
    assert "Free some space" in caught.value.remedy
    monkeypatch.undo()
    assert (folder.path / "history.csv").read_bytes() == before
    folder.append(Epoch(2))
    assert len(folder.history()) == 2


def test_a_full_disk_leaves_every_file_as_it_was(folder, monkeypatch):
    folder.write(state(1))
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("replace", "rename", "mkdir"):
        monkeypatch.setattr(os, name, full)
    for write in (lambda: folder.write(state(2)), lambda: folder.write_history([Epoch(1)], [])):
        with pytest.raises(SessionError, match="the disk is full"):
            write()
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "content", "read"),
    [
        ("run.json", "{", lambda folder: folder.record()),
        ("run.json", "[]", lambda folder: folder.record()),
        ("run.json", '{"status": 3}', lambda folder: folder.record()),
        ("preprocessing.json", "\xff", lambda folder: folder.preprocessing()),
        ("history.csv", "a,b\n1,2\n", lambda folder: folder.history()),
        (
            "history.csv",
            "epoch,loss,learning_rate,gradient_norm,examples,updates,seconds\n1,x,3,4,5,6,7\n",
            lambda folder: folder.history(),
        ),
        (
            "history.csv",
            "epoch,loss,learning_rate,gradient_norm,examples,updates,seconds\n1,2\n",
            lambda folder: folder.history(),
        ),
        ("final.safetensors", "nonsense", lambda folder: folder.weights()),
    ],
)
def test_damaged_files_say_which(folder, name, content, read):
    (folder.path / name).write_text(content, encoding="latin-1")
    with pytest.raises(SessionError, match=name) as caught:
        read(folder)
    assert caught.value.remedy


def test_a_damaged_experiment_lists_its_mistakes(folder):
    (folder.path / "experiment.toml").write_text("[data]\n", encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"experiment\.toml"):
        folder.experiment()


def test_what_is_missing_says_so(folder):
    with pytest.raises(SessionError, match="no final parameters"):
        folder.weights()
    with pytest.raises(SessionError, match=r"no preprocessing\.json"):
        folder.preprocessing()
    (folder.path / "run.json").unlink()
    assert folder.record().status == "interrupted"


def test_foreign_folders_are_refused(tmp_path):
    with pytest.raises(SessionError, match="There is no folder"):
        RunFolder.open(tmp_path / "no")
    with pytest.raises(SessionError, match=r"it has no experiment\.toml"):
        RunFolder.open(tmp_path)
    (tmp_path / "experiment.toml").touch()
    with pytest.raises(SessionError, match="it has no results"):
        RunFolder.open(tmp_path)
    assert not is_run_folder(tmp_path)


def test_new_folders_never_collide(tmp_path):
    now = datetime(2026, 1, 2, 3, 4, 5)
    paths = [new_folder(tmp_path / "runs", "my run/../x", now) for _ in range(3)]
    assert [path.name for path in paths] == [
        "my-run-..-x-20260102-030405",
        "my-run-..-x-20260102-030405-2",
        "my-run-..-x-20260102-030405-3",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../..", "run"),
        ("a/b\\c:d", "a-b-c-d"),
        ("\x1b[31m", "31m"),
        ("größe", "größe"),
        ("ä" * 300, "ä" * 100),
        ("-", "run"),
    ],
)
def test_names_of_folders_are_safe(name, expected):
    assert safe_name(name) == expected


def test_json_has_no_word_for_infinity(folder):
    folder.write(written(RunRecord(status="diverged", stop_reason="", metrics={"train": {"loss": float("inf")}})))
    assert json.loads((folder.path / "run.json").read_text(encoding="utf-8"))["metrics"]["train"]["loss"] is None


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_is_claimed_by_one_of_two_runs(tmp_path, experiment, monkeypatch, there):
    if there:
        (tmp_path / "run").mkdir()
    monkeypatch.setattr("tui_ann.experiment.run_folder.os.path.lexists", lambda _: False)  # both looked before
    RunFolder.create(tmp_path / "run", experiment, RunRecord(status="completed", stop_reason="first"))
    with pytest.raises(SessionError) as caught:
        RunFolder.create(tmp_path / "run", experiment)
    assert caught.value.code == "folder_in_use"
    assert RunFolder.open(tmp_path / "run").record().stop_reason == "first"
