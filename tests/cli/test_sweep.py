import csv
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import started
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.jobs.carrier import SerialCarrier
from tui_ann.session.sweep.folder import SweepFolder

RATES = ["--set", "training.learning_rate=0.01,0.1,1"]


@pytest.fixture
def here(monkeypatch):
    """Sweeps are made in this process: other tests start workers."""
    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", lambda rows, workers=None: SerialCarrier(rows))


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_table_with_the_best_first_and_the_command_that_opens_it(program, working_folder):
    result = program(
        "sweep", "xor.toml", *RATES, "--repeats", "2", "--validation", "0.25", "--workers", "2", "--out", "s"
    )
    assert result.code == 0, result.err
    assert "3 trials of xor, 2 runs each" in result.err
    lines = result.out.splitlines()
    assert lines[0].split() == ["trial", "learning_rate", "val_loss", "n", "epochs", "seconds"]
    assert all(len(line) <= 80 for line in lines[:10])
    record = SweepFolder.open(working_folder / "s").record()
    assert lines[2].split()[0] == f"{record.best}*"
    assert lines[5] == "n runs: mean ± standard deviation of val_loss, most epochs, sum of seconds"
    assert f"* best: trial {record.best}, val_loss " in lines[7]
    assert lines[8].startswith("  learning_rate = ")
    assert f"open the best run: tui-ann {os.path.join('s', record.best_folder)}" in result.out
    assert f"saved in {working_folder / 's'}" in result.out
    with (working_folder / "s" / "sweep.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 6
    opened = program("train", os.path.join("s", record.best_folder), "--epochs", "1", "--quiet")
    assert opened.code == 0, opened.err


def test_two_losses_with_one_name_are_told_apart(command, here, working_folder):
    result = command("sweep", "xor.toml", "--set", "training.l2=0.1,1", "--set", "training.epochs=5", "--out", "s")
    assert "n runs" not in result.out
    assert (
        "loss: of the data, without the L1 and L2 penalties;\n"
        "  in sweep.csv it is the column value, and the column loss has penalties.\n"
    ) in result.out
    with (working_folder / "s" / "sweep.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert float(row["loss"]) - float(row["penalty"]) == pytest.approx(float(row["value"]))
    shown = {line.split()[0].rstrip("*="): line.split()[-3] for line in result.out.splitlines()[2:4]}
    assert shown == {row["trial"]: f"{float(row['value']):.4g}" for row in rows}


def test_json_lines(command, here):
    result = command("sweep", "xor.toml", *RATES, "--json", "--metric", "accuracy", "--out", "s")
    assert result.code == 0
    start, *runs, end = events(result.out)
    assert (start["event"], start["trials"], start["runs"], start["direction"]) == ("start", 3, 3, "max")
    assert [run["changes"] for run in runs] == [{"training.learning_rate": rate} for rate in ("0.01", "0.1", "1")]
    assert {run["event"] for run in runs} == {"run"}
    assert [run["value"] for run in runs] == [run["metrics"]["train"]["accuracy"] for run in runs]
    assert end["event"] == "end"
    assert end["status"] == "completed"
    assert end["best_folder"] == f"trial-{end['best']}"
    assert [trial["n"] for trial in end["trials"]] == [1, 1, 1]


def test_quiet_prints_the_folder_of_the_best_run(command, here):
    result = command("sweep", "xor.toml", *RATES, "--quiet", "--out", "s")
    assert result.code == 0
    assert result.err == ""
    assert RunFolder.open(result.out.strip()).record().status == "completed"


def test_a_plot(command, here):
    result = command("sweep", "xor.toml", *RATES, "--plot", "--out", "s")
    assert result.out.count("loss over training.learning_rate") == 1
    words = command("sweep", "xor.toml", "--set", "training.optimizer=sgd,adam", "--plot", "--out", "t")
    assert words.out.count("loss over the rank of the trial") == 1
    assert command("sweep", "xor.toml", *RATES, "--plot", "--json").code == 2


def test_without_a_folder_one_is_made(command, here, working_folder):
    assert command("sweep", "xor.toml", *RATES, "--quiet").code == 0
    (folder,) = (working_folder / "runs").iterdir()
    assert folder.name.startswith("xor-sweep-")


def test_a_data_file_is_proposed_for(command, here, working_folder):
    rows = "".join(f"{i % 7},{i % 5},{'yes' if i % 7 > 3 else 'no'}\n" for i in range(60))
    (working_folder / "t.csv").write_text("a,b,kind\n" + rows, encoding="utf-8")
    result = command("sweep", "t.csv", "--target", "kind", "--epochs", "2", *RATES, "--folds", "3", "--out", "s")
    assert result.code == 0
    assert result.err.startswith("Proposed for this table:\n")
    assert "(n = 3)" in result.out


def test_the_same_command_and_resume_go_on(command, here, working_folder):
    whole = command("sweep", "xor.toml", *RATES, "--out", "s")
    (working_folder / "s" / "trial-2" / "run.json").unlink()
    again = command("sweep", "xor.toml", *RATES, "--out", "s")
    assert "2 runs of them are done already" in again.err
    assert again.code == 0
    without_seconds = [line.rpartition(" ")[0] for line in whole.out.splitlines()[:5]]
    assert [line.rpartition(" ")[0] for line in again.out.splitlines()[:5]] == without_seconds
    resumed = command("sweep", "--resume", "s")
    assert resumed.code == 0
    assert "3 runs of them are done already" in resumed.err
    assert resumed.out.splitlines()[2].split()[0] == whole.out.splitlines()[2].split()[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["xor.toml", "--set", "training.learning_rate=0.1,-1"], "found -1. Allowed: a number above 0"),
        (["xor.toml", "--set", "network.layers.9.units=1,2"], "there is no layer 9"),
        (["xor.toml", "--set", "network.seed=0:3161:+1", "--set", "training.shuffle_seed=0:3161:+1"], "9 998 244 runs"),
        (["xor.toml", "--set", "network.seed=0:9999999"], "10 000 000 values"),
        (["xor.toml", *RATES, "--metric", "val_loss"], "needs rows to validate on"),
        (["xor.toml", *RATES, "--metric", "r2"], "r2 cannot evaluate a binary task"),
        (["xor.toml", *RATES, "--folds", "11"], "at most 10 folds"),
        (["xor.toml", *RATES, "--target", "z"], "no column named"),
        (["nothing.toml", *RATES], "no file"),
        ([], "Missing argument 'EXPERIMENT'"),
        (["xor.toml"], "Nothing varies: add --set KEY=VALUES, --repeats N or --folds K."),
        (["xor.toml", "--set", "training.learning_rate=0.1", "--search", "random"], "Nothing varies"),
        (["xor.toml", "--resume", "s"], "--resume goes on with a sweep as it is"),
        (["--resume", "nowhere"], "not the folder of a sweep"),
        (["xor.toml", *RATES, "--tls-ca", "ca.pem"], "name its --scheduler"),
        (["xor.toml", *RATES, "--scheduler", "tls://x", "--tls-ca", "ca.pem"], "TLS needs three files"),
        (["xor.toml", *RATES, "--scheduler", "tls://x"], "needs three files"),
        (["xor.toml", *RATES, "--scheduler", "tcp://x", "--workers", "2"], "The cluster has its own workers"),
        (["xor.toml", *RATES, "--validation", "2"], "2"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(command, working_folder, words, said):
    result = command("sweep", *words)
    assert result.code == 2
    assert said in result.err
    assert result.out == ""
    assert not (working_folder / "runs").exists()


def test_folds_are_enough_for_a_sweep(command, here):
    assert command("sweep", "xor.toml", "--folds", "2", "--epochs", "1", "--quiet", "--out", "s").code == 0


def test_trials_without_a_result_are_listed_with_their_reason(command, here):
    result = command("sweep", "xor.toml", "--set", "network.layers.2.units=1,3", "--out", "s")
    assert result.code == 0
    assert "trial 2 (units 2 = 3) failed: This experiment cannot be run" in result.out
    none = command("sweep", "xor.toml", "--set", "network.layers.2.units=3,4", "--out", "t")
    assert none.code == 1
    assert "No trial has a result to compare." in none.out


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 1)() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written(command, here, working_folder):
    (working_folder / "closed").mkdir(mode=0o500)
    result = command("sweep", "xor.toml", *RATES, "--out", "closed/s")
    assert result.code == 1
    assert result.err.splitlines()[-1].startswith("Error: Cannot write")


def test_a_file_and_a_folder_with_something_in_it_are_left_alone(command, here, working_folder):
    result = command("sweep", "xor.toml", *RATES, "--out", "xor.csv")
    assert result.code == 1
    assert "Error: Cannot write xor.csv" in result.err
    full = command("sweep", "xor.toml", *RATES, "--out", ".")
    assert full.code == 2
    assert "is not empty, and nothing in it is replaced. Name a new folder." in full.err


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("pause", [None, 0.0, 0.3])
def test_a_signal_at_any_moment_leaves_a_folder_that_goes_on(working_folder, pause):
    words = ["sweep", "xor.toml", "--set", "training.epochs=1,100000000,2,3", "--workers", "2", "--json", "--out", "s"]
    with started(*words, stderr=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["event"] == "start"
        if pause is None:
            until(lambda: "run" in process.stdout.readline())
        else:
            time.sleep(pause)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    record = SweepFolder.open(working_folder / "s").record()
    assert record.status == "interrupted"
    assert json.loads(out.splitlines()[-1])["status"] == "interrupted"
    assert not list(working_folder.rglob("*.tmp"))
    for trial in record.trials:
        for run in trial.runs:
            if run.status:
                assert RunFolder.open(working_folder / "s" / run.folder).record().status == run.status


def test_an_interrupted_sweep_says_which_runs_are_done_and_goes_on(command, monkeypatch, working_folder):
    class Cut(SerialCarrier):
        def __init__(self, rows, workers=None):
            super().__init__(rows)

        def run(self, jobs):
            for place, event in enumerate(super().run(jobs)):
                yield event
                if place == 1:
                    os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", Cut)
    result = command("sweep", "xor.toml", *RATES, "--repeats", "3", "--out", "s")
    record = SweepFolder.open(working_folder / "s").record()
    ended = sum(run.ended for run in record.trials[0].runs)
    assert 0 < ended < 3
    assert result.code == 130
    lines = result.out.splitlines()
    assert lines[0].startswith(f"No trial is complete yet: {ended} of 9 runs")
    assert f"trial 1 (learning_rate = 0.01) {ended} of 3 runs done; loss " in result.out
    assert "2 trials not made yet" in result.out
    assert not any(one == other == "" for one, other in itertools.pairwise(lines))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--set", "data.validation_split=0.25,0.5", "--metric", "loss"],
            "validation_split changed the rows that are measured",
        ),
        (["--set", "training.loss=binary_crossentropy,mean_squared_error"], "accuracy decides: loss varies"),
        (
            ["--set", "training.loss=binary_crossentropy,mean_squared_error", "--metric", "loss"],
            "loss changed what the loss is",
        ),
        ([*RATES, "--folds", "2", "--repeats", "2"], "of folds and repeats together"),
        ([*RATES, "--repeats", "2"], "fewer than 4 runs is rough"),
        (["--set", "training.l2=0,1"], "of the data, without the L1 and L2 penalties"),
    ],
)
def test_what_to_mind_is_said_below_the_table(command, here, words, said):
    result = command("sweep", "xor.toml", "--set", "training.epochs=2", *words, "--out", "s")
    assert said in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines() if not line.startswith("saved in "))


def test_sweeps_that_can_be_compared_have_no_warning(command, here):
    result = command("sweep", "xor.toml", *RATES, "--repeats", "4", "--out", "s")
    assert not {"Mind:", "penalties", "rough", "together"} & set(result.out.split())


def test_a_sweep_of_one_listed_trial_names_no_best(command, here, working_folder):
    (working_folder / "one.json").write_text('[{"training.learning_rate": 0.1}]', encoding="utf-8")
    result = command("sweep", "xor.toml", "--points", "one.json", "--out", "s")
    assert result.code == 0
    assert "best" not in result.out
    assert "*" not in result.out
    assert "\nthe only trial: loss " in result.out
    assert "open the only run: tui-ann" in result.out


def test_a_sweep_of_repeats_alone_says_that_no_setting_is_varied(command, here):
    repeated = command("sweep", "xor.toml", "--repeats", "2", "--out", "t")
    assert (repeated.code, repeated.err.count("Nothing is varied: name values, such as --set ")) == (0, 1)
    assert "open the best run" in repeated.out
    assert "Nothing is varied" not in command("sweep", "xor.toml", *RATES, "--out", "u").err


def test_a_shared_split_is_said_once(command, here):
    said = "All trials share one split of the rows."
    words = ["sweep", "xor.toml", "--set", "training.epochs=2", "--validation", "0.25"]
    for place, (more, times) in enumerate(
        [
            (RATES, 1),
            ([], 0),
            ([*RATES, "--folds", "2"], 0),
            ([*RATES, "--metric", "loss"], 0),
            (["--set", "data.split_seed=1,2"], 0),
        ]
    ):
        assert command(*words, *more, "--out", str(place)).out.count(said) == times, more


def test_the_folder_itself_names_its_best_run(command, here, working_folder):
    command("sweep", "xor.toml", *RATES, "--out", "s", "--quiet")
    best = SweepFolder.open(working_folder / "s").record().best_folder
    result = command("train", "s")
    assert result.code == 2
    assert f"is the folder of a sweep, with many runs. Open its best run, {working_folder / 's' / best}." in result.err
    listed = command("runs", "s", "--json")
    assert len(json.loads(listed.out)["runs"]) == 3
    assert command("runs").out == "a sweep: tui-ann runs s\n"
    assert json.loads(command("runs", "--json").out) == {"runs": [], "sweeps": ["s"]}


def workers_of(pid):
    """The processes that a process has started, and that still run."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return [int(child) for child in children if is_running(int(child))]


def is_running(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes as Linux has them")
def test_a_killed_program_leaves_no_worker_and_a_folder_that_goes_on(program, working_folder):
    words = ["sweep", "xor.toml", "--set", "training.epochs=1,2,3,100000000", "--workers", "2", "--json", "--out", "s"]
    with started(*words) as process:
        for _ in range(4):  # the start, and three runs
            process.stdout.readline()
        workers = workers_of(process.pid)
        assert len(workers) >= 2
        process.kill()
    until(lambda: not any(map(is_running, workers)))
    folder = SweepFolder.open(working_folder / "s")
    assert folder.record().status == "running"
    assert [folder.run_record(f"trial-{number}").epochs for number in (1, 2, 3)] == [1, 2, 3]
    assert folder.run_record("trial-4") is None


def test_help_says_what_it_does(command):
    result = command("sweep", "--help")
    assert result.code == 0
    assert "4:64:x2" in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines() if not line.startswith("saved in "))


def test_trials_one_by_one_from_a_file_or_standard_input(command, here, working_folder):
    (working_folder / "points.json").write_text('[{"training.learning_rate": 0.1}, {"network.seed": 7}]', "utf-8")
    result = command("sweep", "xor.toml", "--points", "points.json", "--json", "--out", "s")
    assert result.code == 0, result.err
    _, *runs, end = events(result.out)
    assert [run["changes"] for run in runs] == [{"training.learning_rate": "0.1"}, {"network.seed": "7"}]
    assert [trial["changes"] for trial in end["trials"]] == [{"training.learning_rate": 0.1}, {"network.seed": 7}]
    table = command("sweep", "xor.toml", "--points", "points.json", "--plot", "--out", "t")
    assert table.code == 0, table.err
    assert table.out.splitlines()[0].split()[:3] == ["trial", "learning_rate", "seed"]
    assert command("sweep", "xor.toml", "--points", "points.json", "--trials", "3").code == 2
    assert command("sweep", "--resume", "s", "--points", "points.json").code == 2
