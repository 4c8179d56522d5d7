"""Files of a run with numbers that no run has: each is refused in a sentence that names the file and the place."""

import json
from pathlib import Path

import pytest

from tui_ann.errors import SessionError
from tui_ann.experiment.history_file import read_history
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.run_record import RunRecord

HEAD = "epoch,loss,learning_rate,gradient_norm,examples,updates,seconds\n"
ROWS = [[1, 0.5, 0.1, 1.0, 10, 2, 0.1], [2, 0.4, 0.1, 1.0, 20, 4, 0.2]]


def history(path: Path, row: int, **cells: str) -> Path:
    names = HEAD.strip().split(",")
    rows = [list(map(str, each)) for each in ROWS]
    for name, text in cells.items():
        rows[row][names.index(name)] = text
    path.write_text(HEAD + "".join(",".join(each) + "\n" for each in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["epoch", "examples", "updates"])
@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "-1", "1.5", "1e300", "1e999"])
def test_a_counter_of_a_history_is_a_whole_number(tmp_path, name, text):
    with pytest.raises(SessionError, match=f"history.csv is not the history of a run: line 3 has {name} = "):
        read_history(history(tmp_path / "history.csv", 1, **{name: text}))


@pytest.mark.parametrize(
    ("row", "cells", "words"),
    [
        (1, {"epoch": "1"}, "line 3 has epoch = 1 instead of a whole number from 2 on"),
        (0, {"epoch": "0"}, "line 2 has epoch = 0 instead of a whole number from 1 on"),
        (1, {"updates": "1"}, "line 3 has updates = 1 instead of a whole number from 2 on"),
        (0, {"seconds": "nan"}, "line 2 has seconds = nan instead of a number from 0 on"),
        (0, {"seconds": "-1"}, "line 2 has seconds = -1 instead of a number from 0 on"),
    ],
)
def test_the_counters_of_a_history_grow(tmp_path, row, cells, words):
    with pytest.raises(SessionError, match=words):
        read_history(history(tmp_path / "history.csv", row, **cells))


def test_a_history_may_diverge_and_skip_epochs(tmp_path):
    path = history(tmp_path / "history.csv", 1, epoch="7", loss="nan", gradient_norm="inf", learning_rate="nan")
    assert read_history(path).rows.shape == (2, 7)


def test_a_column_of_a_history_is_there_once(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text(HEAD.replace("loss", "loss,mae,mae") + "1,1,1,1,1,1,1,1,1\n", encoding="utf-8")
    with pytest.raises(SessionError, match="line 1 names mae twice"):
        read_history(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epochs": -1}, "epochs = -1"),
        ({"updates": -3}, "updates = -3"),
        ({"seconds": -0.5}, "seconds = -0.5"),
        ({"best_epoch": 3}, "best_epoch = 3 is none of 2 epochs"),
        ({"status": "finished"}, "status = 'finished' is none of completed"),
        ({"epochs": "2"}, r"Expected `int`, got `str` - at `\$.epochs`"),
        ({"metrics": {"test": {"loss": "small"}}}, r"at `\$.metrics"),
    ],
)
def test_a_record_has_the_numbers_of_a_run(tmp_path, experiment, changes, words):
    folder = RunFolder.create(tmp_path / "run", experiment, RunRecord(status="completed", stop_reason="", epochs=2))
    path = folder.path / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), encoding="utf-8")
    with pytest.raises(SessionError, match=words) as caught:
        folder.record()
    assert str(path) in caught.value.message
