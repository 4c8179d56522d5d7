"""What carries jobs: the protocol, its events, and the carrier that computes here."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from tui_ann.errors import TuiAnnError
from tui_ann.session.jobs.examples import Examples
from tui_ann.session.jobs.job import Job, JobProgress, JobResult, run_job


@dataclass(frozen=True)
class JobStarted:
    """A worker begins with a job."""

    key: str
    """The job."""
    worker: str
    """The name of the worker."""


@dataclass(frozen=True)
class JobProgressed:
    """A job has come further."""

    key: str
    """The job."""
    progress: JobProgress
    """How far it is."""


@dataclass(frozen=True, eq=False)
class JobDone:
    """A job is at its end; if the carrier was stopped, its run may be `interrupted`."""

    key: str
    """The job."""
    result: JobResult
    """What it found."""


@dataclass(frozen=True)
class JobLost:
    """The worker of a job was killed; the job is repeated."""

    key: str
    """The job."""
    worker: str
    """The name of the worker."""


@dataclass(frozen=True)
class JobFailed:
    """A job cannot be done."""

    key: str
    """The job."""
    message: str
    """Why, one or two sentences."""
    remedy: str = ""
    """What to do about it."""
    code: str = "error"
    """A stable word for scripts."""


JobEvent = JobStarted | JobProgressed | JobDone | JobLost | JobFailed


class Carrier(Protocol):
    """Takes jobs to where they are computed.  Close it, or use it as a context, so that no worker stays behind."""

    @property
    def workers(self) -> int:
        """How many jobs are computed at the same time."""

    def run(self, jobs: Iterable[Job]) -> Iterator[JobEvent]:
        """Compute jobs; it may be called again when it has ended, unless it was stopped.

        A job ends with `JobDone` or `JobFailed`, in any order.  After `stop` a job that has not begun has no end.

        Raises:
            SessionError: There are no workers.
        """

    def stop(self) -> None:
        """End `run` within half a second, from any thread or a signal handler; it takes no lock."""

    def close(self) -> None:
        """End all workers."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Closing:
    """A carrier as a context: it is closed at the end."""

    def close(self) -> None:
        """End all workers."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SerialCarrier(Closing):
    """Computes jobs one after the other in the calling thread.

    Args:
        data: The rows of jobs by their names.
        clock: Seconds, from any start.
    """

    def __init__(self, data: Mapping[str, Examples], clock: Callable[[], float] = time.perf_counter) -> None:
        self._data, self._clock = data, clock
        self._stopping = False

    @property
    def workers(self) -> int:
        """One."""
        return 1

    def run(self, jobs: Iterable[Job]) -> Iterator[JobEvent]:
        """Compute jobs one after the other; progress comes with the end of each."""
        for job in jobs:
            if self._stopping:
                return
            yield JobStarted(job.key, "here")
            told: list[JobProgress] = []
            ended = attempt(job, self._data[job.data], told.append, lambda: self._stopping, self._clock)
            yield from (JobProgressed(job.key, progress) for progress in told)
            yield ended

    def stop(self) -> None:
        """End after the current burst of updates."""
        self._stopping = True

    def close(self) -> None:
        """There is nothing to end."""


def attempt(
    job: Job,
    examples: Examples,
    progress: Callable[[JobProgress], None],
    stopped: Callable[[], bool],
    clock: Callable[[], float] = time.perf_counter,
) -> JobDone | JobFailed:
    """Run a job; whatever it raises makes a failure of this job alone.

    Args:
        job: The job.
        examples: Its rows.
        progress: Gets its progress.
        stopped: Whether to stop.
        clock: Seconds, from any start.
    """
    try:
        return JobDone(job.key, run_job(job, examples, progress, stopped, clock))
    except TuiAnnError as error:
        return JobFailed(job.key, " ".join([error.message, *error.details]), error.remedy, error.code)
    except MemoryError:
        return JobFailed(job.key, "There is not enough memory for this network.", "Use smaller layers.", "no_memory")
    except Exception as error:  # a bug must cost one run, not all of them
        return JobFailed(job.key, f"Error in the program: {type(error).__name__}: {error}", code="bug")
