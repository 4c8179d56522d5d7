import os
import signal
import threading
import time

import pytest

from tests.session.conftest import network, training
from tests.session.jobs.conftest import assert_equal, results, seeded
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.jobs import local, worker_process
from tui_ann.session.jobs.carrier import JobDone, JobFailed, JobLost, JobProgressed, JobStarted, SerialCarrier
from tui_ann.session.jobs.job import Job
from tui_ann.session.jobs.job_queue import JobQueue
from tui_ann.session.jobs.local import LocalCarrier, cores

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def test_the_results_are_those_of_a_serial_run_bit_for_bit(experiment, rows):
    jobs = [*seeded(training(experiment, epochs=5), 6), Job("table", experiment, data="table", keep=True)]
    with SerialCarrier(rows) as here, LocalCarrier(rows, 2) as there:
        serial, parallel = results(here, jobs), results(there, jobs)
        pids = there.pids
        assert len(pids) == 2
        assert results(there, jobs[:1]).keys() == {"0"}  # the same processes
        assert there.pids == pids
    assert serial.keys() == parallel.keys()
    for key in serial:
        assert_equal(serial[key], parallel[key])
    assert parallel["table"].files.keys() == serial["table"].files.keys()
    if os.name == "posix":
        assert not any(map(is_alive, pids))


def test_rows_travel_once_to_each_worker(experiment, rows, monkeypatch):
    sent = []
    pickled = JobQueue.pickled
    monkeypatch.setattr(JobQueue, "pickled", lambda self, *given: sent.append(given[0]) or pickled(self, *given))
    with LocalCarrier(rows, 2) as carrier:
        assert len(results(carrier, seeded(training(experiment, epochs=1), 30))) == 30
    assert sent in (["main"], ["main"] * 2), "a worker that begins late finds no job left"


def test_a_killed_worker_costs_one_run_which_is_repeated(experiment, rows):
    jobs = seeded(training(experiment, epochs=600), 6)  # long enough to be killed in the midst
    done, lost, started = [], [], []
    with LocalCarrier(rows, 2) as carrier:
        for event in carrier.run(jobs):
            if isinstance(event, JobStarted):
                started.append(event.key)
                if len(started) == 4:
                    os.kill(carrier.pids[0], KILL)
            elif isinstance(event, JobLost):
                lost.append(event.key)
            elif isinstance(event, JobDone):
                done.append(event)
        assert len(carrier.pids) == 2
    assert sorted(event.key for event in done) == sorted(job.key for job in jobs)
    assert len(lost) == 1
    assert len(started) == len(jobs) + 1
    again = next(event for event in done if event.key == lost[0])
    with SerialCarrier(rows) as here:
        assert_equal(again.result, results(here, [jobs[int(lost[0])]])[lost[0]])


def test_a_job_that_kills_every_worker_fails_alone(experiment, rows):
    jobs = [Job("long", training(experiment, epochs=10**8)), *seeded(training(experiment, epochs=2), 2)]
    ends, kills = {}, []
    with LocalCarrier(rows, 1) as carrier:
        for event in carrier.run(jobs):
            if isinstance(event, JobStarted) and event.key == "long":
                kills.append(event.worker)
                os.kill(carrier.pids[0], KILL)
            elif isinstance(event, JobDone | JobFailed):
                ends[event.key] = event
    assert len(kills) == local.MOST_ATTEMPTS
    assert isinstance(ends["long"], JobFailed)
    assert ends["long"].code == "worker_lost"
    assert isinstance(ends["0"], JobDone)
    assert isinstance(ends["1"], JobDone)


def test_a_failing_job_leaves_the_others_alone(experiment, rows):
    bad = network(experiment, layers=(DenseSpec(units=3, activation="sigmoid"),))
    with LocalCarrier(rows, 1) as carrier:
        ends = [event for event in carrier.run([Job("bad", bad), Job("good", training(experiment, epochs=1))])]
    assert [type(event) for event in ends if not isinstance(event, JobStarted)] == [JobFailed, JobDone]


def test_a_stop_takes_half_a_second_and_keeps_what_is_done(experiment, rows):
    short, long = seeded(training(experiment, epochs=1), 2), Job("long", training(experiment, epochs=10**8), keep=True)
    carrier, stopped, ends = LocalCarrier(rows, 1), [], {}

    def stop():
        stopped.append(time.monotonic())
        carrier.stop()

    jobs = [*short, long, *seeded(training(experiment, epochs=10**8), 5, data="table")]
    with carrier:
        for event in carrier.run(jobs):
            if isinstance(event, JobProgressed) and not stopped:
                threading.Thread(target=stop).start()
                while not stopped:
                    time.sleep(0.001)
            elif isinstance(event, JobDone):
                ends[event.key] = event.result.record.status
        took = time.monotonic() - stopped[0]
        pids = carrier.pids
    assert ends == {"0": "completed", "1": "completed", "long": "interrupted"}
    assert took < 10.0  # half a second on a machine that is not busy; the runs take hours
    if os.name == "posix":
        assert not any(map(is_alive, pids))
    assert list(carrier.run(jobs)) == []


def test_a_worker_that_does_not_end_is_killed_after_the_grace(experiment, rows, monkeypatch):
    monkeypatch.setattr(local, "GRACE", 0.0)
    carrier = LocalCarrier(rows, 1)
    with carrier:
        for event in carrier.run([Job("long", training(experiment, epochs=10**8))]):
            if isinstance(event, JobProgressed):
                carrier.stop()
        assert carrier.pids == []


def test_workers_end_with_the_program(experiment, rows):
    carrier = LocalCarrier(rows, 1)
    list(carrier.run(seeded(training(experiment, epochs=1), 1)))
    process = carrier._workers[0].process
    carrier._workers[0].pipe.close()  # as the system does for a program that was killed
    process.join(10)
    assert process.exitcode == 0
    carrier._workers.clear()


def test_no_more_workers_than_jobs(experiment, rows):
    with LocalCarrier(rows, 8) as carrier:
        assert len(results(carrier, seeded(training(experiment, epochs=1), 2))) == 2
        assert len(carrier.pids) <= 2


def die(pipe):
    os._exit(1)


def test_workers_that_cannot_start_are_an_error(experiment, rows, monkeypatch):
    monkeypatch.setattr(worker_process, "work", die)
    with LocalCarrier(rows, 1) as carrier, pytest.raises(SessionError) as refused:
        list(carrier.run(seeded(experiment, 1)))
    assert refused.value.code == "no_workers"


def test_no_jobs_need_no_workers(rows):
    with LocalCarrier(rows) as carrier:
        assert list(carrier.run([])) == []
        assert carrier.pids == []
        assert carrier.workers == cores() >= 1
