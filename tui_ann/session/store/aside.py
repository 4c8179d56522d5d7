"""Writes states of a run in a thread of its own, so that its training goes on meanwhile.

The thread that trains only copies the state.  How often that is done depends on what it costs: at least every half a
second while both is quick, and less often for a network that takes long to copy or to write.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

EVERY = 0.4
"""Seconds from one writing to the next, at least."""
SHARE = 0.03
"""Maximum share of its time that the training thread copies states."""
WORK = 0.1
"""Maximum share of a processor that the other thread uses."""
BUSY = 0.5
"""Maximum share of the time in which states are being written; a flush to the disk mostly waits."""
_LOOK = 0.1
"""Seconds that this thread waits for the other one without handling signals."""


class WritingAside:
    """Writes at a pace that suits the costs.  Its methods are for one thread at a time.

    Args:
        clock: Seconds, from any start.
        timer: The same, for the other thread.
        work: Seconds that the other thread has used the processor.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        timer: Callable[[], float] = time.perf_counter,
        work: Callable[[], float] = time.thread_time,
    ) -> None:
        self._clock, self._timer, self._work = clock, timer, work
        self._last, self._next = -math.inf, clock() + EVERY
        self._copying: deque[float] = deque(maxlen=4)
        self._writing: deque[float] = deque(maxlen=4)  # seconds to rest after each
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def begin(self) -> None:
        """Forget another run and its costs; the first state is due soon."""
        self._last, self._next = -math.inf, self._clock() + EVERY
        self._copying.clear()
        self._writing.clear()

    def due(self) -> bool:
        """Whether a state is to be written now.

        Raises:
            SessionError: The last one could not be written.
        """
        if self._thread is not None:
            if self._thread.is_alive():
                return False
            self._ended()
            self.raise_failed()
        return self._clock() >= self._next

    def rested(self) -> bool:
        """Whether a state of a run that rests is to be written: the next call may come much later."""
        return self._clock() >= self._last + EVERY

    def wrote(self) -> None:
        """Take note that a state is written elsewhere."""
        self._last = self._clock()
        self._next = max(self._next, self._last + EVERY)

    def write(self, copied: Callable[[], Callable[[], None]]) -> None:
        """Write a state.

        Args:
            copied: Copies the state in this thread; what it returns writes the copy, in the other thread.
        """
        self.wait()
        begun = self._clock()
        job = copied()
        ended = self._clock()
        # The minimum of the last few: time during which another thread holds the interpreter is no cost of the copying.
        self._copying.append(ended - begun)
        self._last, self._next = begun, max(begun + EVERY, ended + min(self._copying) / SHARE)
        self._thread = threading.Thread(target=self._run, args=(job,), name="writing a state", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until nothing is being written."""
        if self._thread is not None:
            while self._thread.is_alive():  # a signal that the system gave to the other thread is handled in between
                self._thread.join(_LOOK)
            self._ended()

    def raise_failed(self) -> None:
        """Raise, once, why the last state could not be written.

        Raises:
            SessionError: It could not.
        """
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _ended(self) -> None:
        self._thread = None
        self._next = max(self._next, self._clock() + min(self._writing, default=0.0))

    def _run(self, job: Callable[[], None]) -> None:
        begun, worked = self._timer(), self._work()
        try:
            job()
        except BaseException as error:  # raised where the run is trained
            self._error = error
        spent, used = self._timer() - begun, self._work() - worked
        self._writing.append(max(spent / BUSY, used / WORK) - spent)
