"""The mailbox of a run: other threads put jobs in, the owner of the run takes them out and does them in order."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class _Letter:
    """One job with the future that gets its answer.

    Args:
        job: What to do.
        future: Gets what the job returns or raises; `None` where nobody waits.
        changes: Whether the job may change the run.
    """

    __slots__ = ("_future", "_job", "changes")

    def __init__(self, job: Callable[[], Any], future: Future[Any] | None, changes: bool) -> None:
        self._job, self._future, self.changes = job, future, changes

    def open(self) -> None:
        """Do the job.  What it raises goes to the caller who waits for it, not to the owner."""
        future = self._future
        if future is None:
            self._job()
            return
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(self._job())
        except BaseException as error:  # the caller must get a KeyboardInterrupt too, or it would wait forever
            future.set_exception(error)
            if not isinstance(error, Exception):
                raise


class Mailbox:
    """Jobs in the order in which they came.  Any thread may put one in; only the owner serves them."""

    def __init__(self) -> None:
        self._letters: SimpleQueue[_Letter] = SimpleQueue()

    @property
    def empty(self) -> bool:
        """Whether no job is waiting."""
        return self._letters.empty()

    def post(self, job: Callable[[], Answer], *, changes: bool = True) -> Future[Answer]:
        """Put a job in.

        Args:
            job: What to do.
            changes: Whether it may change the run, so that the run is shown again afterwards.

        Returns:
            Gets what the job returns or raises.
        """
        future: Future[Answer] = Future()
        self._letters.put(_Letter(job, future, changes))
        return future

    def drop(self, job: Callable[[], object]) -> None:
        """Put in an order without an answer.  It takes no lock, so a signal handler may call it."""
        self._letters.put(_Letter(job, None, False))

    def serve(self, seconds: float = 0.0) -> bool:
        """Do every job that waits; for the owner, between two updates.

        Args:
            seconds: How long to wait for the first job.

        Returns:
            Whether a job was done that may have changed the run.
        """
        changed = False
        try:
            letter = self._letters.get(timeout=seconds) if seconds > 0 else self._letters.get_nowait()
            while True:
                letter.open()
                changed = changed or letter.changes
                letter = self._letters.get_nowait()
        except Empty:
            return changed
