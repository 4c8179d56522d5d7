"""Speed of sweeps: worker processes against one process, and a dask cluster of this machine against both.

`python -m benchmarks.sweeps` makes the same 200 trainings of about 15 ms one after the other, on two worker processes,
and, where dask is installed, on a `LocalCluster` of two processes; in turns, and the medians are compared.  All results
must be the same bit for bit.  Workers are started before the clock; what starting them takes is printed too.

Processor time is printed next to wall time: on a machine that is busy with something else, two workers do not get two
cores.  `possible` is the gain that the processor time would allow on two free cores.
"""

import argparse
import contextlib
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.quiet import wait_for_quiet
from tui_ann.data.samples import sample_folder
from tui_ann.experiment.files import load
from tui_ann.experiment.keys import put
from tui_ann.experiment.spec import Experiment
from tui_ann.session.jobs.carrier import Carrier, JobDone, SerialCarrier
from tui_ann.session.jobs.examples import Examples, ReadyExamples
from tui_ann.session.jobs.job import MAIN, Job, JobResult
from tui_ann.session.jobs.local import LocalCarrier
from tui_ann.session.run.prepared import Prepared

SAMPLE = "breast-cancer"
RUNS = 200
WORKERS = 2
SECONDS = 0.015
GAIN = 1.8
"""Two workers must be so many times as fast as one process."""
DASK = 1.5
"""A cluster of two processes may take so many times as long as two workers."""

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def _experiment() -> tuple[Experiment, dict[str, Examples]]:
    """A training of about 15 ms of processor time, and its rows."""
    experiment = load(sample_folder(SAMPLE) / "experiment.toml")
    table, dataset = Prepared().make(experiment)
    rows: dict[str, Examples] = {MAIN: ReadyExamples(dataset, table.report.sha256)}
    experiment = put(experiment, "training.early_stopping", None)
    for epochs in range(1, 100):
        experiment = put(experiment, "training.epochs", epochs)
        carrier = SerialCarrier(rows)
        _all(carrier, _jobs(experiment, 3))
        if min(_spent(carrier, _jobs(experiment, 10)) for _ in range(3)) / 10 >= SECONDS:
            break
    return experiment, rows


def _jobs(experiment: Experiment, count: int = RUNS) -> list[Job]:
    return [Job(str(seed), put(experiment, "network.seed", seed), keep=True) for seed in range(count)]


def _all(carrier: Carrier, jobs: Sequence[Job]) -> dict[str, JobResult]:
    return {event.key: event.result for event in carrier.run(jobs) if isinstance(event, JobDone)}


def _spent(carrier: Carrier, jobs: Sequence[Job]) -> float:
    """Seconds of processor time of jobs in this process."""
    began = time.process_time()
    _all(carrier, jobs)
    return time.process_time() - began


def _processor(pids: Sequence[int]) -> float:
    """Seconds of processor time of this process and of others."""
    spent = time.process_time()
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            spent += (int(fields[11]) + int(fields[12])) / _TICK
    return spent


@contextlib.contextmanager
def _cluster(rows: Mapping[str, Examples]) -> Iterator[tuple[Carrier, list[int]] | None]:
    """A dask cluster of this machine; `None` where dask is not installed."""
    try:
        import distributed
    except ImportError:
        yield None
        return
    from tui_ann.session.jobs.dask_cluster import DaskCarrier

    with (
        distributed.LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        DaskCarrier(rows, cluster.scheduler_address) as carrier,
    ):
        yield carrier, [worker.process.pid for worker in cluster.workers.values()]


def _same(one: Mapping[str, JobResult], other: Mapping[str, JobResult]) -> bool:
    return one.keys() == other.keys() and all(
        one[key].record.metrics == other[key].record.metrics
        and all(values.tobytes() == other[key].parameters[name].tobytes() for name, values in found.parameters.items())
        for key, found in one.items()
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweeps", description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--patience", type=float, default=0.0, help="seconds to wait for an idle machine before a turn")
    given = parser.parse_args(arguments)
    experiment, rows = _experiment()
    jobs = _jobs(experiment)
    with SerialCarrier(rows) as serial, LocalCarrier(rows, WORKERS) as pool, _cluster(rows) as cluster:
        began = time.perf_counter()
        _all(pool, jobs[:1])
        print(f"the first answer of a worker: {time.perf_counter() - began:.2f} s")
        _all(pool, jobs[: 4 * WORKERS])
        ways: dict[str, tuple[Carrier, list[int]]] = {"serial": (serial, []), "pool": (pool, pool.pids)}
        if cluster is not None:
            _all(cluster[0], jobs[: 16 * WORKERS])
            ways["dask"] = cluster
        wall: dict[str, list[float]] = {way: [] for way in ways}
        spent: dict[str, list[float]] = {way: [] for way in ways}
        found: dict[str, dict[str, JobResult]] = {}
        for _ in range(given.turns):
            wait_for_quiet(given.patience)
            for way, (carrier, pids) in ways.items():
                before, processor = time.perf_counter(), _processor(pids)
                found[way] = _all(carrier, jobs)
                wall[way].append(time.perf_counter() - before)
                spent[way].append(_processor(pids) - processor)
    seconds = {way: statistics.median(times) for way, times in wall.items()}
    used = {way: statistics.median(times) for way, times in spent.items()}
    for way in ways:
        same = "the same bits" if _same(found["serial"], found[way]) else "OTHER RESULTS"
        print(f"{way:7} {seconds[way]:6.2f} s, processor {used[way]:6.2f} s  {RUNS} runs  {same}")
    gain = statistics.median(a / b for a, b in zip(wall["serial"], wall["pool"], strict=True))
    possible = WORKERS * used["serial"] / used["pool"]
    print(f"pool against serial {gain:.2f} ×  goal ≥ {GAIN} {'✓' if gain >= GAIN else '✗'}  possible {possible:.2f} ×")
    if "dask" in ways:
        ratio = statistics.median(a / b for a, b in zip(wall["dask"], wall["pool"], strict=True))
        print(f"dask against pool {ratio:.2f} × the seconds  goal ≤ {DASK} {'✓' if ratio <= DASK else '✗'}")


if __name__ == "__main__":
    main()
