"""The jobs that wait for a worker, in order."""

from collections import deque
from collections.abc import Iterable, Mapping

from tui_ann.session.jobs.examples import Examples
from tui_ann.session.jobs.job import Job
from tui_ann.session.jobs.rows import PickledRows

_READ_AHEAD = 64
"""Jobs that are known beforehand: enough to see whether all workers are needed."""


class JobQueue:
    """The jobs that wait, in order.

    Args:
        jobs: The jobs; read one by one, so that there may be very many.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = iter(jobs)
        self._front: deque[Job] = deque()
        self._lost: dict[str, int] = {}
        self._pickled: PickledRows | None = None

    @property
    def more(self) -> bool:
        """Whether any job waits."""
        if not self._front and (job := next(self._jobs, None)) is not None:
            self._front.append(job)
        return bool(self._front)

    @property
    def known(self) -> int:
        """Jobs that wait, as far as they were read."""
        while len(self._front) < _READ_AHEAD and (job := next(self._jobs, None)) is not None:
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

    def pickled(self, name: str, data: Mapping[str, Examples]) -> PickledRows:
        """Rows as they are sent; those that were sent last are kept for the next worker."""
        if self._pickled is None or self._pickled.name != name:
            self.forget_pickled()
            self._pickled = PickledRows(name, data[name])
        return self._pickled

    def forget_pickled(self) -> None:
        """Free the rows as they are sent: every worker has them."""
        if self._pickled is not None:
            self._pickled.close()
        self._pickled = None
