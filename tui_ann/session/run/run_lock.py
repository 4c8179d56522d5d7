"""One thread at a time has the run in its hands; the others leave their errand with it.

The arrays of a network are written in place, so whoever changes or copies them must not meet another thread doing the
same.  A lock held for the length of a drive would keep every other thread out for minutes.  So a thread that drives
takes the floor, and any other thread that wants something done hands it over as an errand: the driver does it between
two updates and hands the outcome back.  The caller waits for a few milliseconds, or for one update where one update
takes longer.  Without a driver the floor is an ordinary lock.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from tui_ann.errors import SessionError

Outcome = TypeVar("Outcome")


class RunLock:
    """The floor of one session.

    The one thing a driver must not do is wait for a thread that may be waiting for it: what it calls while driving
    (such as `publish`) may post a message but not wait for the answer.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._owner: int | None = None
        self._depth = 0
        self._wake: Callable[[], None] | None = None
        self._errands: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    @property
    def driving(self) -> bool:
        """Whether a thread drives at this moment."""
        return self._wake is not None

    def do(self, errand: Callable[[], Outcome]) -> Outcome:
        """Have `errand` done with nobody else at the run, in this thread or in the one that drives.

        Args:
            errand: What to do.  What it raises is raised here.
        """
        me = threading.get_ident()
        future: Future[Outcome] | None = None
        with self._condition:
            while self._owner not in (None, me):
                if self._wake is not None:
                    future = Future()
                    self._errands.append((future, errand))
                    self._wake()
                    break
                self._condition.wait()
            else:
                self._owner = me
                self._depth += 1
        if future is not None:
            return future.result()
        try:
            return errand()
        finally:
            self._give_back()

    @contextmanager
    def drive(self, wake: Callable[[], None]) -> Iterator[None]:
        """Take the floor for long, serving the errands of others.

        Args:
            wake: Gets the driver out of a wait; called from other threads.

        Raises:
            SessionError: A thread drives already.
        """
        me = threading.get_ident()
        with self._condition:
            while self._owner not in (None, me) and self._wake is None:
                self._condition.wait()
            if self._wake is not None:
                raise SessionError(
                    "The network is in training already.",
                    remedy="Stop that training first, or watch it.",
                    code="already_training",
                )
            self._owner = me
            self._depth += 1
            self._wake = wake
            self._condition.notify_all()
        try:
            yield
        finally:
            self._close()

    def serve(self) -> bool:
        """Do what others have left.  For the driver, between two updates.

        Returns:
            Whether there was anything.
        """
        served = False
        while self._errands:
            self._run(*self._errands.popleft())
            served = True
        return served

    def _close(self) -> None:
        """Serve what is left, and leave the floor before another errand can come in."""
        while True:
            with self._condition:
                if not self._errands:
                    self._wake = None
                    break
                future, errand = self._errands.popleft()
            self._run(future, errand)
        self._give_back()

    def _give_back(self) -> None:
        with self._condition:
            self._depth -= 1
            if not self._depth:
                self._owner = None
                self._condition.notify_all()

    @staticmethod
    def _run(future: Future[Any], errand: Callable[[], Any]) -> None:
        """Do one errand; what it raises belongs to the one who asked, not to the driver."""
        try:
            future.set_result(errand())
        except BaseException as error:  # a KeyboardInterrupt must reach the asker too, or it would wait for ever
            future.set_exception(error)
            if not isinstance(error, Exception):
                raise
