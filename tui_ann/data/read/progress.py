"""Reports the progress of a long load, and stops it on request."""

import time
from collections.abc import Callable

from tui_ann.errors import DataError

Progress = Callable[[float, str], None]
"""Called with the share done, 0 to 1, and a few words on the current step."""

_PERIOD = 0.1


class LoadProgress:
    """The two hooks of a load; its stages divide the progress from 0 to 1.

    Args:
        progress: Called at most ten times a second, and at the start of each stage.
        cancelled: Polled regularly; true ends the load.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._clock = clock
        self._start, self._end, self._words = 0.0, 1.0, "reading"
        self._shown = 0.0
        self._last = -_PERIOD

    def stage(self, end: float, words: str) -> None:
        """Begin the stage from the end of the last one to `end`."""
        self._start, self._end, self._words = self._shown, max(end, self._shown), words
        self._last = -_PERIOD
        self.at(0.0)

    def at(self, share: float) -> None:
        """Report that this share of the stage, 0 to 1, is done.

        Raises:
            DataError: The caller cancelled the load.
        """
        if self._cancelled is not None and self._cancelled():
            raise DataError("Loading was stopped.", code="cancelled")
        # Progress never goes back, even if a stage starts again.
        here = self._start + (self._end - self._start) * min(max(share, 0.0), 1.0)
        self._shown = max(self._shown, here)
        if self._progress is None:
            return
        now = self._clock()
        if now - self._last >= _PERIOD:
            self._last = now
            self._progress(self._shown, self._words)

    def done(self) -> None:
        """Report that everything is done."""
        if self._progress is not None:
            self._progress(1.0, "done")
