"""A worker process: takes jobs from a pipe, one after the other, and sends their ends back.

It is silent, and it ends when its pipe does, so nothing stays behind if the program that started it is killed.  What
computes is imported after the process is silent.
"""

import os
import signal
from collections import deque
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_ann.confinement import hold
from tui_ann.session.jobs.rows import Rows, received

if TYPE_CHECKING:
    from tui_ann.session.jobs.job import Job, JobProgress


class Halt(NamedTuple):
    """An order: end the current job at once; no other will come."""


class Ready(NamedTuple):
    """An answer: the worker can take jobs."""


class Told(NamedTuple):
    """An answer: how far a job is."""

    key: str
    progress: Any


def work(pipe: Connection) -> None:
    """Compute jobs until the pipe ends.

    Args:
        pipe: Orders come in, answers go out.
    """
    _be_silent()
    hold()
    from tui_ann.session.jobs.carrier import attempt

    inbox, data = _Inbox(pipe), dict[str, Any]()
    pipe.send(Ready())
    while True:
        order = inbox.next()
        if isinstance(order, Rows):
            data[order.name] = received(order, pipe)
        elif not isinstance(order, Halt):
            pipe.send(attempt(order, data[order.data], inbox.teller(order), inbox.look))


class _Inbox:
    """The orders that have come; looking for them takes microseconds.

    Args:
        pipe: Where they come from.
    """

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._waiting: deque[Any] = deque()
        self._halted = False

    def next(self) -> Any:
        """The next order."""
        return self._waiting.popleft() if self._waiting else self._received()

    def look(self) -> bool:
        """Take what has come; returns whether to halt."""
        while self._pipe.poll():
            order = self._received()
            if isinstance(order, Halt):
                self._halted = True
            else:
                self._waiting.append(order)
        return self._halted

    def teller(self, job: "Job") -> "Any":
        """What tells the progress of a job."""

        def tell(progress: "JobProgress") -> None:
            self._pipe.send(Told(job.key, progress))

        return tell

    def _received(self) -> Any:
        try:
            return self._pipe.recv()
        except (EOFError, OSError):  # the program has ended
            os._exit(0)


def _be_silent() -> None:
    """Keep away from the terminal: its Ctrl-C is for the program, and so is its screen."""
    for name in ("SIGINT", "SIGBREAK"):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    if nothing > 2:
        os.close(nothing)
