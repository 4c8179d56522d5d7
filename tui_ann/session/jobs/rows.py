"""Rows on their way to worker processes: their arrays are in memory once, in a file that all workers map."""

import contextlib
import mmap
import os
import pickle
import sys
import tempfile
from multiprocessing.connection import Connection
from typing import IO, Any, NamedTuple

_LEAST = 1 << 20
"""Bytes of arrays from which a file is worth its time."""
_ALIGNED = 64
"""Arrays begin at multiples of so many bytes."""
_SHARES = sys.platform == "linux"
"""Whether a file that has no name can be passed through a pipe; elsewhere each worker gets a copy of the rows."""


class Rows(NamedTuple):
    """An order: rows that jobs learn from."""

    name: str
    """Their name."""
    pickled: bytes
    """The `Examples`, without the arrays that are in the file."""
    places: tuple[tuple[int, int], ...]
    """Begin and size of each of these arrays; with any, the descriptor of the file follows in the pipe."""


class PickledRows:
    """Rows as they are sent.  The file has no name, so that nothing stays behind even if the program is killed.

    Args:
        name: Their name.
        rows: The `Examples`.
    """

    def __init__(self, name: str, rows: Any) -> None:
        self.name = name
        buffers: list[pickle.PickleBuffer] = []
        text = pickle.dumps(rows, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append)
        views = [buffer.raw() for buffer in buffers]
        self._file: IO[bytes] | None = None
        places: tuple[tuple[int, int], ...] = ()
        if _SHARES and sum(view.nbytes for view in views) >= _LEAST:
            with contextlib.suppress(OSError):  # no room: the arrays are sent
                self._file, places = _written(views)
        if buffers and not places:
            text = pickle.dumps(rows, protocol=pickle.HIGHEST_PROTOCOL)
        self._order = Rows(name, text, places)

    def send(self, pipe: Connection) -> None:
        """Send them to a worker.

        Raises:
            OSError: It has ended.
        """
        pipe.send(self._order)
        if self._file is not None:
            from multiprocessing.reduction import send_handle

            send_handle(pipe, self._file.fileno(), None)

    def close(self) -> None:
        """Free what is kept for other workers; those that have the rows keep them."""
        if self._file is not None:
            self._file.close()


def _written(views: list[memoryview]) -> tuple[IO[bytes], tuple[tuple[int, int], ...]]:
    """A file without a name that has arrays one after the other, and where each begins with its size."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - its owner closes it
    places, at = list[tuple[int, int]](), 0
    try:
        for view in views:
            at += -at % _ALIGNED
            file.seek(at)
            file.write(view)
            places.append((at, view.nbytes))
            at += view.nbytes
        file.flush()
    except BaseException:
        file.close()
        raise
    return file, tuple(places)


def received(order: Rows, pipe: Connection) -> Any:
    """The `Examples` of an order.

    Args:
        order: The order.
        pipe: Where it came from.

    Raises:
        EOFError, OSError: The pipe has ended.
    """
    if not order.places:
        return pickle.loads(order.pickled)
    from multiprocessing.reduction import recv_handle

    descriptor = recv_handle(pipe)
    try:
        # Written pages are those of the worker alone, so that nothing can change the rows of the others.
        whole = memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY))
    finally:
        os.close(descriptor)
    return pickle.loads(order.pickled, buffers=[whole[begin : begin + size] for begin, size in order.places])
