"""Garbage collection while nobody presses a key.

The widgets, styles and modules of the application live as long as it does.  Python's full collection visits all of them
again and again, which takes a tenth of a second: a key that arrives then is answered late.  Here they are visited while
the keyboard rests, and set aside afterwards, so that the collections in between visit only what is new.
"""

import gc
from collections.abc import Callable, Hashable
from time import monotonic

_LOOK = 0.5
"""Seconds between two looks whether it is time."""
_REST = 1.0
"""Seconds without a key, after which it is time."""
_EVERY = 60.0
"""Seconds between two collections, unless there is a new screen or experiment."""


class IdleCollection:
    """Collects garbage after a screen was shown for the first time, after something was opened, and once a minute.

    Args:
        pressed: Returns when the last key was pressed, on the clock of `time.monotonic`.
        shown: Returns what is shown; what was not shown before has new objects that stay.
    """

    interval = _LOOK
    """Seconds between two calls of `look`."""

    def __init__(self, pressed: Callable[[], float], shown: Callable[[], Hashable]) -> None:
        self._pressed, self._shown = pressed, shown
        self._collected = 0.0
        self._seen = set[Hashable]()

    def look(self) -> None:
        """Collect if it is time."""
        now, shown = monotonic(), self._shown()
        rests = now - self._pressed() >= _REST
        if rests and (shown not in self._seen or now - self._collected >= _EVERY):
            self._seen.add(shown)
            self._collected = now
            gc.unfreeze()
            gc.collect()
            gc.freeze()
