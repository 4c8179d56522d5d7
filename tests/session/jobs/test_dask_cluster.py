import os
import signal
import sys
import threading
import time

import pytest

from tests.session.conftest import network, training
from tests.session.jobs.conftest import assert_equal, results, seeded
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import DenseSpec
from tui_ann.experiment.weights import save_weights
from tui_ann.session.jobs.carrier import JobDone, JobFailed, JobProgressed, JobStarted, SerialCarrier
from tui_ann.session.jobs.dask_cluster import DaskCarrier, _checked, _complete, _versions_here
from tui_ann.session.jobs.job import Job


def test_without_dask_the_extra_is_named(rows, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SessionError, match="not installed") as refused:
        DaskCarrier(rows, "tcp://127.0.0.1:1")
    assert "tui-ann[dask]" in refused.value.remedy


class Cluster:
    """A client of workers that have these versions."""

    def __init__(self, answers):
        self.answers = answers

    def run(self, *_, **__):
        return self.answers

    def nthreads(self):
        return dict.fromkeys(self.answers, 2)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "has no workers"),
        ({"tcp://a": ConnectionResetError("Stream is closed")}, "has no workers"),
        ({"tcp://a": ModuleNotFoundError("No module named 'tui_ann'")}, "cannot use tui-ann"),
        ({"tcp://a": {**_versions_here(), "numpy": "1.0"}}, "numpy 1.0, here"),
        ({"tcp://a": {**_versions_here(), "tui-ann": "0"}}, "tui-ann 0, here"),
        ({"tcp://a": {**_versions_here(), "kernel": "other"}}, "kernel other, here"),
    ],
)
def test_workers_with_other_versions_are_refused(answers, words):
    with pytest.raises(SessionError, match=words):
        _checked(Cluster(answers), "tcp://x")


def test_workers_with_our_versions_are_counted():
    assert _checked(Cluster({"tcp://a": _versions_here(), "tcp://b": _versions_here()}), "tcp://x") == 4


def test_a_worker_that_is_killed_meanwhile_does_not_count_as_one_without_the_program():
    answers = {"tcp://a": _versions_here(), "tcp://b": ConnectionResetError("Stream is closed")}
    assert _checked(Cluster(answers), "tcp://x") > 0


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    made = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True)
    with made:
        yield made


def test_the_results_are_those_of_a_serial_run_bit_for_bit(cluster, experiment, rows):
    jobs = [*seeded(training(experiment, epochs=5), 12), Job("table", experiment, data="table", keep=True)]
    with SerialCarrier(rows) as here, DaskCarrier(rows, cluster.scheduler_address) as there:
        assert there.workers == 2
        assert not there.is_secure
        serial, parallel = results(here, jobs), results(there, jobs)
    assert serial.keys() == parallel.keys()
    for key in serial:
        assert_equal(serial[key], parallel[key])


def test_start_weights_of_this_machine_travel_with_the_job(experiment, rows, tmp_path):
    with SerialCarrier(rows) as here:
        weights = results(here, [Job("a", training(experiment, epochs=1))])["a"].parameters
    save_weights(tmp_path / "w.safetensors", weights)
    named = Job("a", network(experiment, weights=str(tmp_path / "w.safetensors")))
    start = _complete(named).start
    assert start is not None
    assert start.keys() == weights.keys()
    (tmp_path / "w.safetensors").unlink()
    assert _complete(named) is named
    assert _complete(Job("a", experiment)).start is None


def test_killing_a_worker_loses_nothing(cluster, experiment, rows):
    jobs = seeded(training(experiment, epochs=100), 16)
    pids = [worker.process.pid for worker in cluster.workers.values()]
    started, done = set[str](), list[str]()
    with DaskCarrier(rows, cluster.scheduler_address) as carrier:
        for event in carrier.run(jobs):
            if isinstance(event, JobStarted) and not started:
                os.kill(pids[0], signal.SIGKILL)
            if isinstance(event, JobStarted):
                started.add(event.key)
            elif isinstance(event, JobDone):
                done.append(event.key)
    assert sorted(done) == sorted(job.key for job in jobs)
    assert started == set(done)


def test_a_failing_job_leaves_the_others_alone(cluster, experiment, rows):
    bad = network(experiment, layers=(DenseSpec(units=3, activation="sigmoid"),))
    with DaskCarrier(rows, cluster.scheduler_address) as carrier:
        ends = {
            event.key: event for event in carrier.run([Job("bad", bad), Job("good", training(experiment, epochs=1))])
        }
    assert isinstance(ends["bad"], JobFailed)
    assert isinstance(ends["good"], JobDone)


def test_a_stop_ends_what_runs(cluster, experiment, rows):
    jobs = seeded(training(experiment, epochs=10**8), 6)
    carrier, stopped, ends = DaskCarrier(rows, cluster.scheduler_address), list[float](), list[str]()
    with carrier:
        for event in carrier.run(jobs):
            if isinstance(event, JobProgressed) and not stopped:
                stopped.append(time.monotonic())
                threading.Thread(target=carrier.stop).start()
            elif isinstance(event, JobDone):
                ends.append(event.result.record.status)
        took = time.monotonic() - stopped[0]
    assert took < 10.0  # half a second on a machine that is not busy; the runs take hours
    assert set(ends) <= {"interrupted"}
    with DaskCarrier(rows, cluster.scheduler_address) as again:  # the workers are free again
        assert len(results(again, seeded(training(experiment, epochs=1), 2))) == 2


def test_a_scheduler_that_does_not_answer(rows, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("tui_ann.session.jobs.dask_cluster._PATIENCE", 0.2)
    with pytest.raises(SessionError, match="does not answer") as refused:
        DaskCarrier(rows, "tcp://127.0.0.1:9")
    assert refused.value.code == "no_scheduler"
