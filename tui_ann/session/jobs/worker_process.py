"""A worker process as the program sees it: what it has, what it does, how it starts and ends."""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TextIO

from tui_ann.errors import SessionError
from tui_ann.session.jobs.job import Job
from tui_ann.session.jobs.worker import work

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_STARTING = threading.Lock()
"""The environment of a process that starts is changed for a moment."""


class WorkerProcess:
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


def _has_descriptor(stream: TextIO | None) -> bool:
    try:
        return stream is None or stream.fileno() >= 0
    except (OSError, ValueError, AttributeError):
        return True  # multiprocessing leaves such a stream out


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Start a process with BLAS at one thread, and deaf to Ctrl-C from its first moment."""
    mask = getattr(signal, "pthread_sigmask", None)
    with _STARTING:
        before = {name: os.environ.get(name) for name in _ONE_THREAD}
        os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
        masked = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else None
        stderr = sys.stderr
        if not _has_descriptor(stderr):  # what captures it in the application; multiprocessing passes its descriptor on
            sys.stderr = sys.__stderr__
        try:
            yield
        finally:
            sys.stderr = stderr
            if mask and masked is not None:
                mask(signal.SIG_SETMASK, masked)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
