"""Finds a row by the letters that it begins with, typed one after the other."""

import time
from collections.abc import Callable, Sequence

from tui_ann.tui.widgets.finding import folded

_PAUSE = 1.0
"""Seconds after which a letter begins anew."""


class TypedStart:
    """What was typed.

    Args:
        clock: Seconds, from any start.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._text, self._last = "", 0.0

    def row(self, letter: str, labels: Sequence[str], cursor: int, *, is_key: bool = False) -> int | None:
        """The next row that begins with what was typed and this letter, else with this letter alone.

        Args:
            letter: What is typed now.
            labels: The texts of the rows.
            cursor: The current row, which stays as long as it begins with what is typed.
            is_key: Whether the letter does something else unless it goes on with what was typed.

        Returns:
            `None` if there is no such row, or the letter is left to its key.
        """
        now = self._clock()
        before = self._text if now - self._last < _PAUSE else ""
        found = _next(folded(before + letter), labels, cursor) if before else None
        self._text, self._last = (before + letter if found is not None else letter), now
        if found is None and not is_key:
            found = _next(folded(letter), labels, cursor + 1)
        if found is None:
            self._text = ""
        return found


def _next(start: str, labels: Sequence[str], first: int) -> int | None:
    """The first row from a place on, round the end, that begins with a text."""
    places = ((first + i) % len(labels) for i in range(len(labels)))
    return next((place for place in places if folded(labels[place]).startswith(start)), None)
