"""The carrier of many machines: the workers of a dask cluster that somebody has started.

It needs the extra `dask`.  Rows are sent once to each worker.  dask repeats the tasks of a worker that dies; it cannot
stop a task, so a job asks an event of the cluster now and then.
"""

import contextlib
import dataclasses
import itertools
import pickle
import platform
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from tui_ann.engine.kernel.choice import new_runs_kernel
from tui_ann.errors import SessionError
from tui_ann.experiment.weights import load_weights
from tui_ann.session.jobs.carrier import (
    Closing,
    JobDone,
    JobEvent,
    JobFailed,
    JobProgressed,
    JobStarted,
    attempt,
)
from tui_ann.session.jobs.examples import Examples
from tui_ann.session.jobs.job import Job, JobProgress
from tui_ann.session.store.storage import versions

RETRIES = 3
"""How often a job is repeated whose worker died."""
GRACE = 0.35
"""Seconds that running jobs have to end after a stop."""

_AHEAD = 2
"""Tasks that each worker thread has, one of them running: results travel while the next one runs."""
_MOMENT = 0.15
"""Seconds that a task of several jobs takes: dask needs milliseconds for each."""
_LARGEST = 16
"""Jobs of one task, at most."""
_LOOK = 0.05
_ASK = 0.1
"""Seconds between two questions to the cluster whether to stop; each takes milliseconds."""
_PATIENCE = 10.0
"""Seconds to wait for the scheduler."""


class DaskCarrier(Closing):
    """Computes jobs on the workers of a dask cluster.

    Args:
        data: The rows of jobs by their names; each is sent once to each worker.
        address: The scheduler: `tcp://HOST:8786`, or `tls://…` with the three files.
        ca: The certificate authority of the cluster.
        cert: Our certificate.
        key: The key of our certificate.
        clock: Seconds, from any start.

    Raises:
        SessionError: dask is not installed, the scheduler does not answer, it has no workers, or they have other
            versions.
    """

    def __init__(
        self,
        data: Mapping[str, Examples],
        address: str,
        *,
        ca: Path | None = None,
        cert: Path | None = None,
        key: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._stopping, self._told = clock, False, SimpleQueue[Any]()
        self._bundle = 1
        self.is_secure = ca is not None
        """Whether the connection is encrypted, and both sides have shown a certificate."""
        self._client = _connected(address, ca, cert, key)
        try:
            self._threads = _checked(self._client, address)
            distributed = sys.modules["distributed"]
            self._name = f"tui-ann-{secrets.token_hex(6)}"
            self._stop = distributed.Event(f"{self._name}-stop", client=self._client)
            self._client.subscribe_topic(self._name, lambda event: self._told.put(event[1]))
            self._rows = {name: self._client.scatter(rows, broadcast=True, hash=False) for name, rows in data.items()}
        except BaseException:
            self._client.close()
            raise

    @property
    def workers(self) -> int:
        """Threads of the cluster."""
        return self._threads

    def run(self, jobs: Iterable[Job]) -> Iterator[JobEvent]:
        """Compute jobs; see `Carrier`.

        Raises:
            SessionError: The cluster is gone.
        """
        waiting, running = iter(jobs), _Tasks()
        for _ in range(0 if self._stopping else _AHEAD * self._threads):
            self._submit(waiting, running)
        while running.keys and not self._stopping:
            yield from self._hear(running)
            with contextlib.suppress(Empty):
                task = running.ended.get(timeout=_LOOK)
                while True:
                    yield from self._taken(running, task)
                    if not self._stopping:
                        self._submit(waiting, running)
                    task = running.ended.get_nowait()
            self._refuse_gone()
        if self._stopping:
            yield from self._end(running)

    def stop(self) -> None:
        """End `run` within half a second, for good; what is computed until then is kept."""
        self._stopping = True

    def close(self) -> None:
        """Leave the cluster; its workers stay."""
        with contextlib.suppress(Exception):
            self._client.unsubscribe_topic(self._name)
        self._rows.clear()
        self._client.close()

    def _submit(self, waiting: Iterator[Job], running: "_Tasks") -> None:
        """Send the next task: one job, or as many short ones as take a moment together."""
        jobs = [_complete(job) for job in itertools.islice(waiting, self._bundle)]
        if not jobs:
            return
        task = f"{self._name}-{secrets.token_hex(8)}"
        rows = {name: self._rows[name] for name in {job.data for job in jobs}}
        future = self._client.submit(_computed, jobs, rows, self._name, key=task, pure=False, retries=RETRIES)
        running.add(task, future, jobs)

    def _hear(self, running: "_Tasks") -> Iterator[JobEvent]:
        """What jobs have told on their way."""
        with contextlib.suppress(Empty):
            while True:
                event = self._told.get_nowait()
                if (key := event["key"]) in running.keys:
                    told = event.get("progress")
                    yield JobStarted(key, event["worker"]) if told is None else JobProgressed(key, JobProgress(**told))

    def _taken(self, running: "_Tasks", task: str) -> Iterator[JobEvent]:
        """The end of a task."""
        yield from self._hear(running)
        future, jobs = running.take(task)
        if future.status == "finished":
            worker, spent, ends = future.result()
            self._bundle = max(1, min(_LARGEST, round(_MOMENT * len(jobs) / max(spent, 1e-6))))
            for end in pickle.loads(ends):
                if len(jobs) > 1:
                    yield JobStarted(end.key, worker)
                yield end
        elif not self._stopping:
            error = future.exception() if future.status == "error" else None
            what = (
                f"The cluster could not compute it: {type(error).__name__}: {error}" if error else "It was cancelled."
            )
            for job in jobs:
                yield JobFailed(job.key, what, "See the log of the scheduler.", "worker_lost")

    def _end(self, running: "_Tasks") -> Iterator[JobEvent]:
        """Ask running jobs to end, and forget those that have not begun."""
        until = self._clock() + GRACE
        self._stop.set()
        while running.keys and (left := until - self._clock()) > 0:
            with contextlib.suppress(Empty):
                yield from self._taken(running, running.ended.get(timeout=min(left, _LOOK)))
        self._client.cancel(running.futures, force=True)

    def _refuse_gone(self) -> None:
        if self._client.status not in ("running", "connecting"):
            raise SessionError(
                "The connection to the cluster is lost.",
                remedy="Start it again and go on: tui-ann sweep --resume DIR.",
                code="no_workers",
            )


class _Tasks:
    """The tasks that are at the cluster, each of one or more jobs."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        """The jobs in them."""
        self.ended: SimpleQueue[str] = SimpleQueue()
        """Tasks that have ended, not taken yet."""
        self._tasks: dict[str, tuple[Any, list[Job]]] = {}

    @property
    def futures(self) -> list[Any]:
        """What dask knows of them."""
        return [future for future, _ in self._tasks.values()]

    def add(self, task: str, future: Any, jobs: list[Job]) -> None:
        """A task that was sent."""
        self._tasks[task] = future, jobs
        self.keys.update(job.key for job in jobs)
        future.add_done_callback(lambda _: self.ended.put(task))

    def take(self, task: str) -> tuple[Any, list[Job]]:
        """A task that has ended."""
        future, jobs = self._tasks.pop(task)
        self.keys.difference_update(job.key for job in jobs)
        return future, jobs


def _complete(job: Job) -> Job:
    """The job with its start weights, if they are in a file of this machine."""
    weights = job.experiment.network.weights
    if not weights or job.start is not None or job.stored is not None:
        return job
    with contextlib.suppress(SessionError):  # then the job fails alone, with the same reason
        return dataclasses.replace(job, start=load_weights(Path(weights)))
    return job


def _computed(jobs: list[Job], rows: Mapping[str, Examples], name: str) -> tuple[str, float, bytes]:
    """Run the jobs of a task, in a worker of the cluster; returns its name, its seconds and the pickled ends."""
    import distributed

    worker = distributed.get_worker()
    stop = distributed.Event(f"{name}-stop")
    began = asked = time.monotonic()
    halted, ends = False, list[JobDone | JobFailed]()

    def stopped() -> bool:
        nonlocal asked, halted
        if not halted and (now := time.monotonic()) - asked >= _ASK:
            asked, halted = now, bool(stop.is_set())
        return halted

    for job in jobs:
        if halted:
            break
        if len(jobs) == 1:
            worker.log_event(name, {"key": job.key, "worker": str(worker.name)})
        ends.append(attempt(job, rows[job.data], partial(_tell, worker, name, job.key), stopped))
    return str(worker.name), time.monotonic() - began, pickle.dumps(ends, protocol=pickle.HIGHEST_PROTOCOL)


def _tell(worker: Any, topic: str, key: str, progress: JobProgress) -> None:
    worker.log_event(topic, {"key": key, "progress": dataclasses.asdict(progress)})


def _connected(address: str, ca: Path | None, cert: Path | None, key: Path | None) -> Any:
    """A client of the scheduler."""
    try:
        import distributed
    except ImportError as error:
        raise SessionError(
            "A cluster needs dask, which is not installed.",
            remedy="Install it: pip install 'tui-ann[dask]'.",
            code="no_dask",
        ) from error
    security = None
    if ca is not None:
        security = distributed.Security(
            tls_ca_file=str(ca), tls_client_cert=str(cert), tls_client_key=str(key), require_encryption=True
        )
    try:
        return distributed.Client(address, security=security, timeout=_PATIENCE, set_as_default=False)
    except Exception as error:  # what comes out of an address, a certificate or a network
        why = str(error).partition("\n")[0] or type(error).__name__
        raise SessionError(
            f"The scheduler at {address} does not answer: {why}.",
            remedy="Start one with `dask scheduler`, and name its address: tcp://HOST:8786.",
            code="no_scheduler",
        ) from error


def _versions_here() -> dict[str, str]:
    """The versions that must be the same on both sides, and the kernel, which decides the last digits too."""
    found = versions()
    return {**found, "python": ".".join(platform.python_version_tuple()[:2]), "kernel": new_runs_kernel().name}


def _checked(client: Any, address: str) -> int:
    """The number of threads of the cluster, if its workers have our versions."""
    ours = _versions_here()
    answers = client.run(_versions_here, on_error="return")
    # One whose connection has ended is gone, which loses nothing: the scheduler gives its work to the others.
    theirs = {worker: found for worker, found in answers.items() if not isinstance(found, OSError)}
    if not theirs:
        raise SessionError(
            f"The scheduler at {address} has no workers.",
            remedy=f"Start some: dask worker {address}",
            code="no_workers",
        )
    for worker, found in theirs.items():
        if isinstance(found, BaseException):
            raise SessionError(
                f"The worker {worker} cannot use tui-ann: {type(found).__name__}: {found}.",
                remedy=f"Install it there: pip install tui-ann[dask]=={ours['tui-ann']}",
                code="other_versions",
            )
        differ = [f"{name} {found.get(name)}, here {ours[name]}" for name in ours if found.get(name) != ours[name]]
        if differ:
            raise SessionError(
                f"The worker {worker} has other versions: {'; '.join(differ)}.",
                remedy="Install the same versions there, because others give other results.",
                code="other_versions",
            )
    return sum(int(threads) for threads in client.nthreads().values())
