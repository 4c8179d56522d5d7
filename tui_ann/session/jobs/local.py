"""The carrier of one machine: worker processes of its own, each with a pipe.

Processes of `concurrent.futures` lose every waiting job when one of them is killed (by the system, for memory), and
cannot be stopped.  Here a killed worker is replaced and its one job is repeated.
"""

import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Any

from tui_ann.errors import SessionError
from tui_ann.gate import refuse_changes
from tui_ann.session.jobs.carrier import Closing, JobDone, JobEvent, JobFailed, JobLost, JobProgressed, JobStarted
from tui_ann.session.jobs.examples import Examples
from tui_ann.session.jobs.job import Job
from tui_ann.session.jobs.job_queue import JobQueue
from tui_ann.session.jobs.worker import Halt, Ready, Told
from tui_ann.session.jobs.worker_process import WorkerProcess

MOST_ATTEMPTS = 3
"""Workers that a job may lose before it counts as failed."""
GRACE = 0.3
"""Seconds that workers have to end their jobs after a stop."""

_LOOK = 0.05
"""Seconds between two looks whether to stop."""


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


class LocalCarrier(Closing):
    """Computes jobs in worker processes of this machine.

    Args:
        data: The rows of jobs by their names; each is sent once to each worker, and its arrays are in memory once for
            all of them where the system allows it.
        workers: How many processes; by default as many as there are cores.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        data: Mapping[str, Examples],
        workers: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data, self._wanted, self._clock = data, workers or cores(), clock
        self._workers: list[WorkerProcess] = []
        self._stopping = False
        self._made = 0
        self._unready = 0

    @property
    def workers(self) -> int:
        """How many jobs are computed at the same time."""
        return self._wanted

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.process.pid or 0 for worker in self._workers]

    def run(self, jobs: Iterable[Job]) -> Iterator[JobEvent]:
        """Compute jobs; see `Carrier`.

        Raises:
            SessionError: No worker can be started.
        """
        refuse_changes()
        queue = JobQueue(jobs)
        try:
            while not self._stopping and (queue.more or any(worker.jobs for worker in self._workers)):
                self._fill(queue)
                yield from self._hear(queue, _LOOK)
            if self._stopping:
                yield from self._end(queue)
        finally:
            queue.forget_pickled()

    def stop(self) -> None:
        """End `run` within half a second, for good; what is computed until then is kept."""
        self._stopping = True

    def close(self) -> None:
        """End all workers."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.pipe.close()
        for worker in workers:
            if worker.ready and not worker.jobs:
                worker.process.join(0.2)  # it ends by itself
            worker.kill()

    def _fill(self, queue: JobQueue) -> None:
        """Give work to every worker that has room for it; missing workers are started."""
        while len(self._workers) < self._wanted and queue.more:
            if len(self._workers) >= queue.known + sum(bool(worker.jobs) for worker in self._workers):
                break  # more workers than jobs
            self._made += 1
            self._workers.append(WorkerProcess(self._made))
        for worker in sorted(self._workers, key=lambda worker: len(worker.jobs)):
            if worker.ready and not worker.jobs and queue.more:
                self._give(worker, queue.take(), queue)
        for worker in self._workers:
            if worker.ready and len(worker.jobs) == 1 and queue.more and worker.takes_ahead(queue.peek()):
                self._give(worker, queue.take(), queue)

    def _give(self, worker: WorkerProcess, job: Job, queue: JobQueue) -> None:
        worker.jobs.append(job)
        with suppress(OSError):  # it was killed; its pipe says so next
            if job.data not in worker.has:
                worker.has.add(job.data)
                queue.pickled(job.data, self._data).send(worker.pipe)
                if len(self._workers) == self._wanted and all(job.data in each.has for each in self._workers):
                    queue.forget_pickled()
            worker.pipe.send(job)

    def _hear(self, queue: JobQueue, seconds: float) -> Iterator[JobEvent]:
        """What the workers answer, and which of them were killed."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe), seconds):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError, pickle.UnpicklingError):
                yield from self._lose(worker, queue)
            else:
                yield from self._take(worker, answer)
        for worker in self._workers:
            if worker.jobs and worker.begun is not worker.jobs[0]:
                worker.begun = worker.jobs[0]
                yield JobStarted(worker.begun.key, worker.name)

    def _take(self, worker: WorkerProcess, answer: Any) -> Iterator[JobEvent]:
        match answer:
            case Ready():
                worker.ready, self._unready = True, 0
            case Told():
                yield JobProgressed(answer.key, answer.progress)
            case JobDone() | JobFailed():
                if worker.jobs and worker.jobs[0].key == answer.key:  # not one sent ahead, before a stop
                    worker.jobs.popleft()
                    yield answer

    def _lose(self, worker: WorkerProcess, queue: JobQueue) -> Iterator[JobEvent]:
        """A worker was killed: its job is repeated by another."""
        self._workers.remove(worker)
        worker.kill()
        if not worker.ready:
            self._unready += 1
            if self._unready >= MOST_ATTEMPTS:
                raise SessionError(
                    "Worker processes cannot be started: each ends at once.",
                    remedy="Check the memory that is free, or train with tui-ann train.",
                    code="no_workers",
                )
        if not worker.jobs:
            return
        job, *waiting = worker.jobs
        if queue.lost(job) >= MOST_ATTEMPTS:
            queue.put_back(waiting)
            what = f"{MOST_ATTEMPTS} worker processes ended while they trained it, perhaps for lack of memory."
            yield JobFailed(job.key, what, "Use smaller layers, or fewer workers: --workers 1.", "worker_lost")
        else:
            queue.put_back([job, *waiting])
            yield JobLost(job.key, worker.name)

    def _end(self, queue: JobQueue) -> Iterator[JobEvent]:
        """Let the workers end what they do, but not for long."""
        until = self._clock() + GRACE
        for worker in self._workers:
            if worker.jobs:
                with suppress(OSError):
                    worker.pipe.send(Halt())
                while len(worker.jobs) > 1:
                    worker.jobs.pop()
        while any(worker.jobs for worker in self._workers) and (left := until - self._clock()) > 0:
            yield from self._hear(queue, min(left, _LOOK))
        for worker in [worker for worker in self._workers if worker.jobs]:
            self._workers.remove(worker)
            worker.kill()
