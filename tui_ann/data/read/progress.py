"""Tells the caller how far a long load has come, and stops it when the caller says so."""

import time
from collections.abc import Callable

from tui_ann.errors import DataError

Progress = Callable[[float, str], None]
"""Called with the share done, 0 to 1, and a few words on what is being done."""

_PERIOD = 0.1


class LoadProgress:
    """The two hooks of a load, with stages that share the way from 0 to 1 between them.

    Args:
        progress: Called at most ten times a second, and at the start of each stage.
        cancelled: Polled at every look; true ends the load.
        clock: Seconds since some moment.
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
        """Begin the stage that leads from the end of the last one to `end`."""
        self._start, self._end, self._words = self._shown, max(end, self._shown), words
        self._last = -_PERIOD
        self.at(0.0)

    def at(self, share: float) -> None:
        """Say that this share of the stage, 0 to 1, is done.

        Raises:
            DataError: The caller wants the load to end.
        """
        if self._cancelled is not None and self._cancelled():
            raise DataError("Loading was stopped.", code="cancelled")
        # A stage that is begun again must not send the bar back.
        here = self._start + (self._end - self._start) * min(max(share, 0.0), 1.0)
        self._shown = max(self._shown, here)
        if self._progress is None:
            return
        now = self._clock()
        if now - self._last >= _PERIOD:
            self._last = now
            self._progress(self._shown, self._words)

    def done(self) -> None:
        """Say that everything is done."""
        if self._progress is not None:
            self._progress(1.0, "done")
