"""The carrier of one machine: worker processes of its own, each with a pipe.

Processes of `concurrent.futures` lose every waiting job when one of them is killed (by the system, for memory), and
cannot be stopped.  Here a killed worker is replaced and its one job is repeated.
"""

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from tui_ann.errors import SessionError
from tui_ann.session.jobs.carrier import Closing, JobDone, JobEvent, JobFailed, JobLost, JobProgressed, JobStarted
from tui_ann.session.jobs.examples import Examples
from tui_ann.session.jobs.job import Job
from tui_ann.session.jobs.worker import Halt, Ready, Rows, Told, work

MOST_ATTEMPTS = 3
"""Workers that a job may lose before it counts as failed."""
GRACE = 0.3
"""Seconds that workers have to end their jobs after a stop."""

_LOOK = 0.05
"""Seconds between two looks whether to stop."""
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_STARTING = threading.Lock()


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


class LocalCarrier(Closing):
    """Computes jobs in worker processes of this machine.

    Args:
        data: The rows of jobs by their names; each is sent once to each worker.
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
        self._workers: list[_Worker] = []
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
        queue = _Queue(jobs)
        while not self._stopping and (queue.more or any(worker.jobs for worker in self._workers)):
            self._fill(queue)
            yield from self._hear(queue, _LOOK)
        if self._stopping:
            yield from self._end(queue)

    def stop(self) -> None:
        """End `run` within half a second, for good; what is computed until then is kept."""
        self._stopping = True

    def close(self) -> None:
        """End all workers."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.pipe.close()
        for worker in workers:
            worker.process.join(0.0 if worker.jobs else 0.2)
            worker.kill()

    def _fill(self, queue: "_Queue") -> None:
        """Give work to every worker that has room for it; missing workers are started."""
        while len(self._workers) < self._wanted and queue.more:
            if len(self._workers) >= queue.known + sum(bool(worker.jobs) for worker in self._workers):
                break  # more workers than jobs
            self._made += 1
            self._workers.append(_Worker(self._made))
        for worker in sorted(self._workers, key=lambda worker: len(worker.jobs)):
            if worker.ready and not worker.jobs and queue.more:
                self._give(worker, queue.take(), queue)
        for worker in self._workers:
            if worker.ready and len(worker.jobs) == 1 and queue.more and worker.takes_ahead(queue.peek()):
                self._give(worker, queue.take(), queue)

    def _give(self, worker: "_Worker", job: Job, queue: "_Queue") -> None:
        worker.jobs.append(job)
        with suppress(OSError):  # it was killed; its pipe says so next
            if job.data not in worker.has:
                worker.has.add(job.data)
                worker.pipe.send(Rows(job.data, queue.pickled(job.data, self._data)))
            worker.pipe.send(job)

    def _hear(self, queue: "_Queue", seconds: float) -> Iterator[JobEvent]:
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

    def _take(self, worker: "_Worker", answer: Any) -> Iterator[JobEvent]:
        match answer:
            case Ready():
                worker.ready, self._unready = True, 0
            case Told():
                yield JobProgressed(answer.key, answer.progress)
            case JobDone() | JobFailed():
                if worker.jobs and worker.jobs[0].key == answer.key:  # not one sent ahead, before a stop
                    worker.jobs.popleft()
                    yield answer

    def _lose(self, worker: "_Worker", queue: "_Queue") -> Iterator[JobEvent]:
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

    def _end(self, queue: "_Queue") -> Iterator[JobEvent]:
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


class _Queue:
    """The jobs that wait, in order.

    Args:
        jobs: The jobs; read one by one, so that there may be very many.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = iter(jobs)
        self._front: deque[Job] = deque()
        self._lost: dict[str, int] = {}
        self._pickled: tuple[str, bytes] | None = None

    @property
    def more(self) -> bool:
        """Whether any job waits."""
        if not self._front and (job := next(self._jobs, None)) is not None:
            self._front.append(job)
        return bool(self._front)

    @property
    def known(self) -> int:
        """Jobs that wait, as far as they were read: at least this many, but two are enough to start all workers."""
        while len(self._front) < 64 and (job := next(self._jobs, None)) is not None:
            self._front.append(job)
        return len(self._front)

    def peek(self) -> Job:
        """The next job, which stays."""
        return self._front[0]

    def take(self) -> Job:
        """The next job."""
        return self._front.popleft()

    def put_back(self, jobs: Iterable[Job]) -> None:
        """Jobs that come next."""
        self._front.extendleft(reversed(list(jobs)))

    def lost(self, job: Job) -> int:
        """Count a lost worker; returns how many this job has lost."""
        self._lost[job.key] = self._lost.get(job.key, 0) + 1
        return self._lost[job.key]

    def pickled(self, name: str, data: Mapping[str, Examples]) -> bytes:
        """Rows as they are sent; those that were sent last are kept for the next worker."""
        if self._pickled is None or self._pickled[0] != name:
            self._pickled = (name, pickle.dumps(data[name], protocol=pickle.HIGHEST_PROTOCOL))
        return self._pickled[1]


class _Worker:
    """A worker process and what it has to do.

    Args:
        number: Its number in the carrier, from 1.
    """

    def __init__(self, number: int) -> None:
        self.name = f"worker {number}"
        self.ready = False
        self.jobs: deque[Job] = deque()
        """Its job, and one that waits."""
        self.begun: Job | None = None
        self.has: set[str] = set()
        """Names of the rows that it has."""
        context = multiprocessing.get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=work, args=(theirs,), name=self.name, daemon=True)
        try:
            with _quiet_start():
                self.process.start()
        except OSError as error:
            self.pipe.close()
            raise SessionError(
                f"A worker process cannot be started: {error.strerror or error}.",
                remedy="Close other programs, or use fewer workers: --workers 1.",
                code="no_workers",
            ) from error
        finally:
            theirs.close()

    def takes_ahead(self, job: Job) -> bool:
        """Whether a job can be sent while another is computed: it is so small that sending it never waits."""
        return job.is_light and job.data in self.has

    def kill(self) -> None:
        """End the process at once."""
        self.pipe.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.process.close()


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Start a process with BLAS at one thread, and deaf to Ctrl-C from its first moment."""
    mask = getattr(signal, "pthread_sigmask", None)
    with _STARTING:
        before = {name: os.environ.get(name) for name in _ONE_THREAD}
        os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
        masked = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else None
        try:
            yield
        finally:
            if mask and masked is not None:
                mask(signal.SIG_SETMASK, masked)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
