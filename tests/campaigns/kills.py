"""Kill −9 at every write and at random moments: `python -m tests.campaigns.kills --count 500`.

At every write of a command once, which finds each gap between two of them; then at random moments of training, in a
sweep, and in the application.  Afterwards every folder is readable by the program's own readers and is of one moment,
what was there before is there, and what can go on reaches the bits of an undisturbed run.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.campaigns.application import application_kill
from tests.campaigns.faults import Faults, killed
from tests.campaigns.folders import (
    LOST,
    fault_of,
    is_mixed,
    lost_seconds,
    parts_seen,
    resumed_parameters,
    undisturbed_parameters,
)
from tests.campaigns.forked import Child, command
from tests.campaigns.reporting import Tally
from tests.campaigns.tasks import TASKS, Task, campaign_folder, fresh, prepared
from tui_ann.engine.stopping import Status
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.run_record import RunRecord
from tui_ann.session.sweep.folder import SweepFolder

SHARES = {"train": 0.7, "application": 0.12, "sweep": 0.1, "sweep worker": 0.08}
"""How the kills at random moments are shared out."""
GOES_ON = 8
"""Every so many killed trainings are resumed, and compared with an undisturbed run."""


def writes_of(task: Task, place: Path) -> int:
    """How many writes a task makes."""
    folder = prepared(task, place)
    count = place / "count"

    def work() -> int:
        faults = Faults(folder, killed, 0)
        faults.install()
        code = task.work(folder)()
        count.write_text(str(faults.count), encoding="utf-8")
        return code

    if Child(folder, work).wait() != task.code:
        raise AssertionError(f"{task.name} fails undisturbed: {(place / 'child.err').read_text('utf-8')}")
    return int(count.read_text("utf-8"))


def kill_at_write(task: Task, place: Path, at: int) -> str:
    """Kill a task before one of its writes; returns what is wrong afterwards, empty if nothing is."""
    folder = prepared(task, place)

    def work() -> int:
        Faults(folder, killed, at).install()
        return task.work(folder)()

    child = Child(folder, work)
    code = child.wait()
    if code not in (-9, task.code):  # what is written by the clock, such as the record of a sweep, may come less often
        return f"it ended with {code}: {child.said[-300:]}"
    return task.fault(folder)


def kill_train(place: Path, chance: random.Random, number: int) -> tuple[str, float, bool]:
    """Kill a training at a random moment.

    Returns:
        What is wrong, the seconds of training that were lost, and whether a reader that knows nothing of unfinished
        writing finds files of two moments.
    """
    source, sets = chance.choice(SOURCES)
    words = ["train", source, "--epochs", "1000000", *sets, "--out", "run", "--json"]
    child = Child(place, command(*words), "train")
    time.sleep(chance.uniform(0.0, 2.2))
    child.kill()
    path = place / "run"
    out = place.parent / "train.out"
    lines = out.read_text("utf-8").splitlines(keepends=True) if out.exists() else []
    told = sum('"event": "epoch"' in line or '"event":"epoch"' in line for line in lines if line.endswith("\n"))
    if not path.exists():
        return ("" if not told else "there is no folder"), 0.0, False
    fault, lost, mixed = fault_of(path, told=told), lost_seconds(path), is_mixed(path)
    if not fault and lost > LOST:
        fault = f"{lost:.2f} s of training are lost"
    if not fault and number % GOES_ON == 0 and _goes_on(record := RunFolder.open(path).record()):
        epochs = record.epochs + 3
        if resumed_parameters(path, epochs) != undisturbed_parameters(path, place / "whole", epochs):
            fault = "resumed, it is another run"
        fault = fault or fault_of(path)
    return fault, lost, mixed


def _goes_on(record: RunRecord) -> bool:
    """Whether a run was killed before its end; one that stopped early goes on no more."""
    return record.status == Status.INTERRUPTED


SOURCES: list[tuple[str, list[str]]] = [
    ("sample:xor", []),
    ("sample:iris", []),
    ("sample:breast-cancer", ["--set", "training.early_stopping={patience=1000000}"]),
    ("sample:moons", ["--set", "training.optimizer='adam'", "--set", "training.variant='stochastic'"]),
    ("sample:digits", ["--set", "network.layers.1.units=500"]),
]


def kill_sweep(place: Path, chance: random.Random, *, worker: bool) -> str:
    """Kill a sweep, or one of its workers, at a random moment; returns what is wrong."""
    rates = "training.learning_rate=0.01,0.02,0.05,0.1,0.2,0.5"
    words = ["sweep", "sample:iris", "--set", rates, "--set", "training.epochs=150", "--workers", "2", "--out", "s"]
    child = Child(place, command(*words, "--json"), "sweep")
    if worker:
        deadline, workers = time.monotonic() + 20, list[int]()
        while not workers and time.monotonic() < deadline and child.ended() is None:
            workers = children_of(child.pid)
            time.sleep(0.01)
        time.sleep(chance.uniform(0.3, 2.0))
        for pid in workers[:1]:
            kill_quietly(pid)
        code = child.wait()
        if code:
            return f"the sweep ended with {code}: {child.said[-300:]}"
    else:
        time.sleep(chance.uniform(0.0, 3.0))
        child.kill()
    return sweep_fault(place)


def sweep_fault(place: Path) -> str:
    """What is wrong with a sweep that was killed; it is made to its end."""
    path = place / "s"
    if (path / "sweep.json").exists():
        SweepFolder.open(path).record()
        for run in sorted(path.glob("trial-*")):
            if (RunFolder(run)).at("run.json").exists() and (fault := fault_of(run)):
                return fault
    if parts := parts_seen(path):
        return parts
    rates = "training.learning_rate=0.01,0.02,0.05,0.1,0.2,0.5"
    again = ["sweep", "sample:iris", "--set", rates, "--set", "training.epochs=150", "--workers", "1", "--out", "s"]
    child = Child(place, command(*again, "--quiet"), "again")
    if child.wait():
        return f"it does not go on: {child.said[-300:]}"
    record = SweepFolder.open(path).record()
    done = [run for trial in record.trials for run in trial.runs if run.ended]
    return "" if len(done) == 6 else f"{len(done)} of 6 runs are there"


def children_of(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]
    except OSError:
        return []


def kill_quietly(pid: int) -> None:
    """Kill a process that may be gone."""
    import os
    import signal

    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def every_write(tally: Tally, root: Path, tasks: Sequence[Task], step: int = 1) -> None:
    """Kill each task at each of its writes, or at every so many."""
    for task in tasks:
        writes = writes_of(task, fresh(root))
        for at in range(1, writes + 1, step):
            place = fresh(root)
            with tally.case(f"{task.name}, each write", str(at)):
                if fault := kill_at_write(task, place, at):
                    raise AssertionError(fault)


def at_random(tally: Tally, root: Path, count: int, seed: int, only: str = "") -> None:
    """Kill at random moments, and note what was lost."""
    chance, losses, mixed = random.Random(seed), list[float](), 0
    app_losses = list[float]()
    for kind, share in SHARES.items():
        for number in range(round(count * share) if only in kind else 0):
            place = fresh(root) / "place"
            place.mkdir()
            with tally.case(kind, f"seed {seed}, {number}"):
                fault, lost = "", 0.0
                if kind == "train":
                    fault, lost, two = kill_train(place, chance, number)
                    losses.append(lost)
                    mixed += two
                elif kind == "application":
                    fault, lost = application_kill(place, chance, number)
                    app_losses.append(lost)
                else:
                    fault = kill_sweep(place, chance, worker=kind != "sweep")
                if fault:
                    raise AssertionError(fault)
    for name, each in (("train", losses), ("the application", app_losses)):
        if each:
            ordered = sorted(each)
            half, most = ordered[len(ordered) // 2], ordered[-1]
            tally.note(f"training lost by a kill of {name}: median {half:.2f} s, at most {most:.2f} s")
    if losses:
        tally.note(f"killed trainings whose names had files of two moments until the next writing: {mixed}")


def main(words: Sequence[str] | None = None) -> int:
    """Kill as the arguments ask; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="kills at random moments [%(default)s]")
    parser.add_argument("--seed", type=int, default=1, help="of the moments [%(default)s]")
    parser.add_argument("--step", type=int, default=1, help="kill at every so many writes; 0 for none [%(default)s]")
    parser.add_argument("--only", default="", help="only the tasks and kinds with this in their name")
    chosen = parser.parse_args(words)
    tally = Tally("kills")
    with campaign_folder() as root:
        if chosen.step:
            every_write(tally, root, [task for task in TASKS if chosen.only in task.name], chosen.step)
        at_random(tally, root, chosen.count, chosen.seed, chosen.only)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
