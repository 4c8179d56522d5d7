"""The mailbox of a run: other threads put errands in, the owner of the run takes them out and does them in order."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class _Letter:
    """One errand with the future that gets its answer.

    Args:
        errand: What to do.
        future: Gets what the errand returns or raises; `None` where nobody waits.
        changes: Whether the errand may change the run.
    """

    __slots__ = ("_errand", "_future", "changes")

    def __init__(self, errand: Callable[[], Any], future: Future[Any] | None, changes: bool) -> None:
        self._errand, self._future, self.changes = errand, future, changes

    def open(self) -> None:
        """Do the errand.  What it raises goes to the caller who waits for it, not to the owner."""
        future = self._future
        if future is None:
            self._errand()
            return
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(self._errand())
        except BaseException as error:  # the caller must get a KeyboardInterrupt too, or it would wait for ever
            future.set_exception(error)
            if not isinstance(error, Exception):
                raise


class Mailbox:
    """Errands in the order in which they came.  Any thread may put one in; only the owner serves them."""

    def __init__(self) -> None:
        self._letters: SimpleQueue[_Letter] = SimpleQueue()

    @property
    def empty(self) -> bool:
        """Whether no errand waits."""
        return self._letters.empty()

    def post(self, errand: Callable[[], Answer], *, changes: bool = True) -> Future[Answer]:
        """Put an errand in.

        Args:
            errand: What to do.
            changes: Whether it may change the run, so that the run is shown again afterwards.

        Returns:
            Gets what the errand returns or raises.
        """
        future: Future[Answer] = Future()
        self._letters.put(_Letter(errand, future, changes))
        return future

    def drop(self, errand: Callable[[], object]) -> None:
        """Put in an order without an answer.  It takes no lock, so a signal handler may call it."""
        self._letters.put(_Letter(errand, None, False))

    def serve(self, seconds: float = 0.0) -> bool:
        """Do every errand that waits; for the owner, between two updates.

        Args:
            seconds: How long to wait for the first errand.

        Returns:
            Whether an errand was done that may have changed the run.
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
