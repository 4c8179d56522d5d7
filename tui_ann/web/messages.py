"""What a browser may say over the socket: keys, a size, focus, and whether anybody is there."""

import json
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 64 * 1024
"""Bytes of one message; a longer one ends the session."""
WIDTHS = (20, 400)
"""Fewest and most columns."""
HEIGHTS = (6, 150)
"""Fewest and most rows."""


class BadMessageError(ValueError):
    """A browser says what no page of this server says."""


@dataclass(frozen=True)
class Typed:
    """Keys, pastes and mouse events, as a terminal sends them."""

    data: bytes


@dataclass(frozen=True)
class Resized:
    """The terminal has another size, within the limits."""

    width: int
    height: int


@dataclass(frozen=True)
class Focused:
    """The page has come into focus, or left it."""

    here: bool


@dataclass(frozen=True)
class Pinged:
    """The page asks how long an answer takes."""

    mark: str


Message = Typed | Resized | Focused | Pinged


def within(value: Any, limits: tuple[int, int], otherwise: int) -> int:
    """A number of cells within limits.

    Args:
        value: What was said, a number or its text.
        limits: The least and the most.
        otherwise: What holds if it is no number.
    """
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return max(limits[0], min(limits[1], number))


def read_message(text: str) -> Message:
    """What a message says.

    Raises:
        BadMessageError: It is none.
    """
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessageError("this is not JSON") from error
    if not isinstance(parts, list) or not 1 <= len(parts) <= 2:
        raise BadMessageError("this is not a pair")
    match parts:
        case ["stdin", str(keys)]:
            return Typed(keys.encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            return Resized(within(width, WIDTHS, WIDTHS[0]), within(height, HEIGHTS, HEIGHTS[0]))
        case ["focus"] | ["blur"]:
            return Focused(parts[0] == "focus")
        case ["ping", str(mark)]:
            return Pinged(mark[:40])
        case _:
            raise BadMessageError("there is no such message")
