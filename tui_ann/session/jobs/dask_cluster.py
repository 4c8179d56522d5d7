"""The carrier of many machines: the workers of a dask cluster that somebody has started.

It needs the extra `dask`.  Rows are sent once to each worker.  dask repeats the tasks of a worker that dies; it cannot
stop a task, so a job asks an event of the cluster now and then.
"""

import contextlib
import itertools
import platform
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from tui_ann.errors import SessionError
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
from tui_ann.session.jobs.job import Job
from tui_ann.session.store.storage import versions

RETRIES = 3
"""How often a job is repeated whose worker died."""
GRACE = 0.35
"""Seconds that running jobs have to end after a stop."""

_AHEAD = 3
"""Jobs that each worker thread has, one of them running: results travel while the next job runs."""
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
        waiting, running = iter(jobs), dict[str, tuple[Any, Job]]()
        ended: SimpleQueue[str] = SimpleQueue()
        for job in itertools.islice(waiting, 0 if self._stopping else _AHEAD * self._threads):
            self._submit(job, running, ended)
        while running and not self._stopping:
            yield from self._hear(running)
            with contextlib.suppress(Empty):
                key = ended.get(timeout=_LOOK)
                while True:
                    yield from self._taken(running, key)
                    if not self._stopping and (following := next(waiting, None)) is not None:
                        self._submit(following, running, ended)
                    key = ended.get_nowait()
            self._refuse_gone()
        if self._stopping:
            yield from self._end(running, ended)

    def stop(self) -> None:
        """End `run` within half a second, for good; what is computed until then is kept."""
        self._stopping = True

    def close(self) -> None:
        """Leave the cluster; its workers stay."""
        with contextlib.suppress(Exception):
            self._client.unsubscribe_topic(self._name)
        self._rows.clear()
        self._client.close()

    def _submit(self, job: Job, running: dict[str, tuple[Any, Job]], ended: SimpleQueue[str]) -> None:
        future = self._client.submit(
            _computed,
            job,
            self._rows[job.data],
            self._name,
            key=f"{self._name}-{job.key}-{secrets.token_hex(4)}",
            pure=False,
            retries=RETRIES,
        )
        running[job.key] = future, job
        future.add_done_callback(lambda _: ended.put(job.key))

    def _hear(self, running: Mapping[str, object]) -> Iterator[JobEvent]:
        """What jobs have told on their way."""
        with contextlib.suppress(Empty):
            while True:
                event = self._told.get_nowait()
                if event.key in running:
                    yield event

    def _taken(self, running: dict[str, tuple[Any, Job]], key: str) -> Iterator[JobEvent]:
        """The end of a job."""
        yield from self._hear(running)
        if key not in running:
            return
        future, _ = running.pop(key)
        if future.status == "finished":
            result = future.result()
            yield result
        elif not self._stopping:
            error = future.exception() if future.status == "error" else None
            what = (
                f"The cluster could not compute it: {type(error).__name__}: {error}" if error else "It was cancelled."
            )
            yield JobFailed(key, what, "See the log of the scheduler.", "worker_lost")

    def _end(self, running: dict[str, tuple[Any, Job]], ended: SimpleQueue[str]) -> Iterator[JobEvent]:
        """Ask running jobs to end, and forget those that have not begun."""
        until = self._clock() + GRACE
        self._stop.set()
        while running and (left := until - self._clock()) > 0:
            with contextlib.suppress(Empty):
                yield from self._taken(running, ended.get(timeout=min(left, _LOOK)))
        self._client.cancel([future for future, _ in running.values()], force=True)

    def _refuse_gone(self) -> None:
        if self._client.status not in ("running", "connecting"):
            raise SessionError(
                "The connection to the cluster is lost.",
                remedy="Start it again and go on: tui-ann sweep --resume DIR.",
                code="no_workers",
            )


def _computed(job: Job, examples: Examples, name: str) -> JobDone | JobFailed:
    """Run a job; in a worker of the cluster."""
    import distributed

    worker = distributed.get_worker()
    stop = distributed.Event(f"{name}-stop", client=None)
    asked = time.monotonic()
    halted = False

    def stopped() -> bool:
        nonlocal asked, halted
        if not halted and (now := time.monotonic()) - asked >= _ASK:
            asked, halted = now, bool(stop.is_set())
        return halted

    worker.log_event(name, JobStarted(job.key, str(worker.name)))
    return attempt(job, examples, lambda progress: worker.log_event(name, JobProgressed(job.key, progress)), stopped)


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
    """The versions that must be the same on both sides."""
    found = versions()
    return {**found, "python": ".".join(platform.python_version_tuple()[:2])}


def _checked(client: Any, address: str) -> int:
    """The number of threads of the cluster, if its workers have our versions."""
    ours = _versions_here()
    theirs = client.run(_versions_here, on_error="return")
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
