import csv
import errno
import json
import os

import msgspec
import numpy as np
import pytest

from tests.session.conftest import data, training
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment.atomic import write_text
from tui_ann.experiment.files import load
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.jobs.carrier import JobDone, JobLost, SerialCarrier
from tui_ann.session.jobs.local import LocalCarrier
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.sweep import folder
from tui_ann.session.sweep.folder import SweepFolder
from tui_ann.session.sweep.plan import plan_again, planned
from tui_ann.session.sweep.sweep import Sweep, SweepRunEnded, best_trial, sweep_data

RATES = "training.learning_rate=0.001,0.01,0.1"


@pytest.fixture
def small(experiment):
    return training(experiment, epochs=4)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def made(plan, out, stop_after=None):
    """A sweep made in this process, stopped after a number of runs."""
    sweep = Sweep.begun(plan, sweep_data(plan), out)
    ended = 0
    for event in sweep.run(SerialCarrier):
        if isinstance(event, SweepRunEnded):
            ended += 1
            if ended == stop_after:
                sweep.stop()
    return sweep


def figures(record):
    """What does not depend on the clock."""
    return [(t.trial, t.status, t.n, t.mean, t.std, t.epochs, [r.metrics for r in t.runs]) for t in record.trials]


def test_a_sweep_is_a_folder_of_runs_that_open(small, tmp_path):
    sweep = made(planned(small, [RATES], repeats=2), tmp_path / "out")
    record = sweep.record
    assert record.status == "completed"
    assert [trial.n for trial in record.trials] == [2, 2, 2]
    best = best_trial(record)
    assert best.mean == min(trial.mean or 0.0 for trial in record.trials)
    values = [run.value or 0.0 for run in best.runs]
    assert best.mean == pytest.approx(np.mean(values))
    assert best.std == pytest.approx(np.std(values, ddof=1))
    saved = SavedRun.load(tmp_path / "out" / record.best_folder)
    assert saved.experiment.training.learning_rate == best.changes["training.learning_rate"]
    assert saved.record.metrics["validation"]["loss"] == min(values)
    assert load(tmp_path / "out" / "base.toml") == small
    names = sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir())
    assert names == sorted(run.folder for trial in record.trials for run in trial.runs)


def test_the_files_say_what_the_record_says(small, out):
    sweep = made(planned(small, [RATES], metric="val_accuracy"), out)
    told = json.loads((out / "sweep.json").read_text(encoding="utf-8"))
    assert told["schema"] == 1
    assert told["direction"] == "max"
    assert told["settings"] == {"training.learning_rate": "0.001,0.01,0.1"}
    assert [trial["changes"] for trial in told["trials"]] == [
        {"training.learning_rate": rate} for rate in (0.001, 0.01, 0.1)
    ]
    with (out / "sweep.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, trial in zip(rows, sweep.record.trials, strict=True):
        assert float(row["val_accuracy"]) == trial.mean
        assert row["folder"] == trial.runs[0].folder
        assert row["status"] == "completed"
    assert msgspec.convert(told, type(sweep.record)).trials[0].mean == sweep.record.trials[0].mean


def test_trials_are_compared_by_the_loss_of_the_data_without_its_penalties(small, out):
    record = made(planned(training(small, epochs=40), ["training.l2=0,0.002,10"]), out).record
    runs = [trial.runs[0] for trial in record.trials]
    whole = [run.metrics["validation"]["loss"] for run in runs]
    assert [run.value for run in runs] == pytest.approx(
        [loss - (run.penalty or 0.0) for loss, run in zip(whole, runs, strict=True)]
    )
    assert runs[0].penalty is None
    assert runs[2].value > runs[1].value  # the third is dead
    assert runs[1].value == RunFolder.open(out / "trial-2").record().metrics["validation"]["loss"] - runs[1].penalty
    assert record.penalised
    with (out / "sweep.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["value"]) for row in rows] == [run.value for run in runs]
    assert [row["penalty"] for row in rows] == ["", *(repr(run.penalty) for run in runs[1:])]


def test_a_run_of_a_sweep_is_the_same_run_made_alone(small, tmp_path, make_session):
    made(planned(small, [RATES]), tmp_path / "out")
    session = make_session()
    session.workspace.adopt(training(small, learning_rate=0.1))
    session.train(tmp_path / "alone")
    mine, alone = RunFolder.open(tmp_path / "out" / "trial-3"), RunFolder.open(tmp_path / "alone")
    assert mine.record().metrics == alone.record().metrics
    for name, values in alone.weights().items():
        assert values.tobytes() == mine.weights()[name].tobytes()


def test_workers_give_the_results_of_a_serial_sweep(small, tmp_path):
    plan = planned(small, [RATES], folds=3, repeats=2)
    serial = made(plan, tmp_path / "serial").record
    sweep = Sweep.begun(plan, sweep_data(plan), tmp_path / "parallel")
    list(sweep.run(lambda rows: LocalCarrier(rows, 2)))
    assert figures(sweep.record) == figures(serial)


def test_folds_validate_on_every_row_once_and_open_with_their_rows(small, out):
    sweep = made(planned(small, [], folds=4), out)
    runs = sweep.record.trials[0].runs
    assert [run.fold for run in runs] == [1, 2, 3, 4]
    from tui_ann.session.run.prepared import Prepared

    rows, means = [], []
    for run in runs:
        folder = RunFolder.open(out / run.folder)
        _, dataset = Prepared().make(folder.experiment())
        rows += dataset.rows.validation.tolist()
        means.append(folder.preprocessing()["columns"][0])
        assert abs(dataset.X_train[:, 0].mean()) < 1e-12
    assert sorted(rows) == list(range(60))
    assert len({json.dumps(mean) for mean in means}) == 4  # scaling was fitted inside each fold


@pytest.mark.parametrize("stop_after", [1, 3, 5])
def test_a_stopped_sweep_goes_on_to_the_same_results(small, tmp_path, stop_after):
    plan = planned(small, [RATES], repeats=2)
    whole = made(plan, tmp_path / "whole").record
    cut = made(plan, tmp_path / "cut", stop_after)
    assert cut.record.status == "interrupted"
    assert sum(run.ended for trial in cut.record.trials for run in trial.runs) == stop_after
    assert SweepFolder.open(tmp_path / "cut").record().status == "interrupted"
    known = SweepFolder.open(tmp_path / "cut")
    again = Sweep.begun(plan_again(known.experiment(), known.record()), sweep_data(plan), tmp_path / "cut")
    assert again.done == stop_after
    events = [event for event in again.run(SerialCarrier) if isinstance(event, SweepRunEnded)]
    assert len(events) == 6 - stop_after
    assert again.record.status == "completed"
    assert figures(again.record) == figures(whole)


def test_a_sweep_that_is_complete_does_nothing_again(small, out):
    plan = planned(small, [RATES])
    first = made(plan, out).record
    again = Sweep.begun(plan, sweep_data(plan), out)
    assert [*again.run(LocalCarrier)] == []
    assert figures(again.record) == figures(first)


def test_a_killed_sweep_goes_on_from_what_its_folders_have(small, tmp_path):
    plan = planned(small, [RATES])
    whole = made(plan, tmp_path / "whole").record
    cut = made(plan, tmp_path / "cut", 2)
    # sweep.json is older than the folders, and one folder was being written
    blank = Sweep(plan, sweep_data(plan), cut.folder)
    cut.folder.write(blank.record)
    (tmp_path / "cut" / "trial-3").mkdir(exist_ok=True)
    for name in ("experiment.toml", "final.safetensors"):
        (tmp_path / "cut" / "trial-3" / name).write_bytes((tmp_path / "whole" / "trial-3" / name).read_bytes())
    again = made(plan, tmp_path / "cut")
    assert figures(again.record) == figures(whole)


def test_a_run_that_was_cut_off_goes_on_bit_for_bit(experiment, tmp_path):
    plan = planned(training(experiment, epochs=400), ["training.learning_rate=0.001,0.01"])
    whole = made(plan, tmp_path / "whole").record
    sweep = Sweep.begun(plan, sweep_data(plan), tmp_path / "cut")

    class Cut(SerialCarrier):
        def run(self, jobs):
            from tui_ann.session.jobs.carrier import attempt

            asked = iter([False, True])
            job = next(iter(jobs))
            yield attempt(job, self._data[job.data], lambda _: None, lambda: next(asked))
            sweep.stop()

    list(sweep.run(Cut))
    run = sweep.record.trials[0].runs[0]
    assert (run.status, sweep.record.trials[0].status) == ("interrupted", "interrupted")
    assert 0 < run.updates < 400 * 7
    again = made(plan, tmp_path / "cut")
    assert figures(again.record) == figures(whole)
    history = RunFolder.open(tmp_path / "cut" / "trial-1").history_table()
    assert len(history.rows) == 400


@pytest.mark.parametrize("broken_at", [1, 2, 3])
def test_an_interruption_while_the_folder_is_made_does_no_harm(small, out, monkeypatch, broken_at):
    plan, write, written = planned(small, [RATES]), write_text, []

    def interrupted(path, content):
        written.append(path)
        if len(written) == broken_at:
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(folder, "write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Sweep.begun(plan, sweep_data(plan), out)
    monkeypatch.undo()
    assert made(plan, out).record.status == "completed"
    assert load(out / "base.toml") == small


def test_another_sweep_is_not_written_into_a_folder(small, tmp_path):
    made(planned(small, [RATES]), tmp_path / "out")
    for other in (planned(small, [RATES], repeats=2), planned(training(small, epochs=9), [RATES])):
        with pytest.raises(SessionError, match="has another sweep") as refused:
            Sweep.begun(other, sweep_data(other), tmp_path / "out")
        assert refused.value.code == "folder_in_use"


def test_other_data_are_refused(small, tmp_path, table_path):
    plan = planned(small, [RATES])
    made(plan, tmp_path / "out", 1)
    table_path.write_text(table_path.read_text(encoding="utf-8").replace("red", "blue", 1), encoding="utf-8")
    with pytest.raises(SessionError, match="has changed"):
        Sweep.begun(plan, sweep_data(plan), tmp_path / "out")


def test_a_folder_with_something_else_is_left_alone(small, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear", encoding="utf-8")
    plan = planned(small, [RATES])
    with pytest.raises(SessionError, match="not empty"):
        Sweep.begun(plan, sweep_data(plan), tmp_path / "out")
    assert os.listdir(tmp_path / "out") == ["letter.txt"]


@pytest.mark.parametrize("content", ["", "{", '{"schema": 1}', "[1]"])
def test_a_damaged_record_is_an_error(small, out, content):
    plan = planned(small, [RATES])
    made(plan, out, 1)
    (out / "sweep.json").write_text(content, encoding="utf-8")
    with pytest.raises(SessionError, match="damaged"):
        Sweep.begun(plan, sweep_data(plan), out)


def test_the_record_of_another_version_is_refused(small, tmp_path):
    plan = planned(small, ["training.learning_rate=0.1,0.2"])
    sweep = Sweep.begun(plan, sweep_data(plan), tmp_path / "s")
    path = sweep.folder.path / "sweep.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"schema": 1', '"schema": 99'), encoding="utf-8")
    with pytest.raises(SessionError, match="schema 99, not 1"):
        SweepFolder.open(tmp_path / "s").record()


def test_only_one_program_makes_a_sweep(small, out):
    plan = planned(small, [RATES])
    one, other = (Sweep.begun(plan, sweep_data(plan), out) for _ in range(2))
    if os.name == "nt":
        pytest.skip("there is no lock")
    going = one.run(SerialCarrier)
    next(going)
    with pytest.raises(SessionError, match="Another program"):
        list(other.run(SerialCarrier))
    del going
    assert SweepFolder.open(out).record().status == "interrupted"


def test_trials_that_fail_or_diverge_are_kept_with_their_reason(small, out):
    small = training(small, optimizer="sgd")
    plan = planned(small, ["network.layers.3.units=1,3", "training.learning_rate=0.1,1e308"])
    record = made(plan, out).record
    assert [trial.status for trial in record.trials] == ["done", "diverged", "failed", "failed"]
    assert record.best == 1
    assert record.status == "completed"
    assert "cannot be run" in record.trials[2].reason
    assert record.trials[1].reason
    assert [trial.trial for trial in record.others] == [2, 3, 4]
    assert not (out / "trial-3").exists()
    assert RunFolder.open(out / "trial-2").record().status == "diverged"


def test_values_that_do_not_go_together_fail_alone(small, out):
    plan = planned(small, ["network.layers.1.type=dense,dropout", "network.layers.1.units=4,5"])
    record = made(plan, out).record
    assert [trial.status for trial in record.trials] == ["done", "done", "failed", "failed"]
    assert "units" in record.trials[2].reason


def test_halving_trains_few_to_the_end_and_goes_on_where_it_stopped(experiment, tmp_path):
    plan = planned(
        training(experiment, epochs=9), ["training.learning_rate=0.0001:1:log"], search="halving", trials=9, seed=1
    )
    assert plan.rungs == [(9, 3), (3, 9)]
    whole = made(plan, tmp_path / "whole").record
    assert sorted(trial.status for trial in whole.trials) == ["done"] * 3 + ["stopped"] * 6
    assert sorted(trial.epochs for trial in whole.trials) == [3] * 6 + [9] * 3
    at_three = {trial.trial: trial.runs[0].rungs["3"] for trial in whole.trials}
    kept = sorted(at_three, key=lambda number: at_three[number] or 0.0)[:3]
    assert sorted(kept) == sorted(trial.trial for trial in whole.trials if trial.status == "done")
    assert whole.ranked[0].trial == whole.best
    # the best run is the one that was trained in one go
    best = best_trial(whole)
    text = plan.choices()[best.trial - 1].changes
    alone = made(planned(training(experiment, epochs=9), [f"{k}={v}" for k, v in text.items()]), tmp_path / "alone")
    assert alone.record.trials[0].mean == best.mean
    for stop_after in (4, 10):
        out = tmp_path / f"cut-{stop_after}"
        assert made(plan, out, stop_after).record.status == "interrupted"
        again = made(plan, out)
        assert figures(again.record) == figures(whole)


def test_halving_finds_one_of_the_best_with_a_quarter_of_the_epochs(experiment, tmp_path):
    long = training(experiment, epochs=54)
    texts = ["training.learning_rate=0.0001:1:log", "network.layers.1.units=2:16:x2"]
    halves = made(planned(long, texts, search="halving", trials=27, seed=3), tmp_path / "halves").record
    whole = made(planned(long, texts, search="random", trials=27, seed=3), tmp_path / "whole").record
    spent, all_epochs = (sum(trial.epochs for trial in record.trials) for record in (halves, whole))
    assert all_epochs == 27 * 54
    assert spent == 18 * 6 + 6 * 18 + 3 * 54
    assert [trial.changes for trial in halves.trials] == [trial.changes for trial in whole.trials]
    assert halves.best in [trial.trial for trial in whole.ranked[:3]]


def test_a_full_disk_ends_the_sweep_with_one_error_and_it_goes_on(small, out, monkeypatch):
    plan = planned(small, [RATES])
    sweep = Sweep.begun(plan, sweep_data(plan), out)
    write = os.replace
    full = []

    def replace(source, target):
        if "trial-2" in str(target):
            full.append(target)
            raise OSError(errno.ENOSPC, "No space left on device")
        write(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(SessionError, match="the disk is full") as refused:
        list(sweep.run(SerialCarrier))
    monkeypatch.undo()
    assert refused.value.code == "disk_full"
    assert full
    assert not list(out.rglob("*.tmp"))
    assert SweepFolder.open(out).record().status == "interrupted"
    assert made(plan, out).record.status == "completed"


def test_a_target_that_is_not_there_is_an_error_before_anything_runs(small):
    plan = planned(data(small, target="nothing"), [RATES])
    with pytest.raises(DataError, match="no column"):
        sweep_data(plan)


def test_folds_that_no_class_can_fill_are_an_error(small):
    plan = planned(small, [RATES], folds=40)
    with pytest.raises(DataError, match="folds"):
        sweep_data(plan)


def test_lost_workers_are_passed_on(small, out):
    plan = planned(small, [RATES])
    sweep = Sweep.begun(plan, sweep_data(plan), out)

    class Losing(SerialCarrier):
        def run(self, jobs):
            for event in super().run(jobs):
                if isinstance(event, JobDone):
                    yield JobLost(event.key, "worker 1")
                yield event

    assert sum(isinstance(event, JobLost) for event in sweep.run(Losing)) == 3
    assert sweep.record.status == "completed"
