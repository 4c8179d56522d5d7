"""TOML that a user wrote: its tables, or an error with the line and a remedy that fits."""

import re
import tomllib
from typing import Any

from tui_ann.errors import ExperimentError, Problem

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_NO_KEY = ("Expected '=' after a key", "Invalid statement")
_NO_VALUE = "Invalid value"
_NUMBER = re.compile(r"[-+.0-9]")


def parsed(text: str, label: str, *, example: str) -> dict[str, Any]:
    """The tables of a text.

    Args:
        text: TOML.
        label: What messages call the file.
        example: A key with a text that the file may have, such as `name = "xor"`.

    Raises:
        ExperimentError: It is not TOML.
    """
    where, neutral = label, "Correct the text there."
    try:
        return tomllib.loads(text)
    except RecursionError:
        message, remedy = "brackets are nested too deeply.", neutral
    except ValueError as error:
        place = _PLACE.search(str(error))
        message = _PLACE.sub("", str(error)) + "."
        found = ""
        if place and place[1]:
            where = f"{label}, line {place[1]}, column {place[2]}"
            found = text.split("\n")[int(place[1]) - 1][int(place[2]) - 1 :]
        elif place:
            where = f"{label}, line {max(1, text.rstrip().count(chr(10)) + 1)} (the last)"
        remedy = f"Write key = value; texts need quotes: {example}." if _is_bare(message, found) else neutral
    raise ExperimentError(f"{label} has a mistake:", [Problem(where, f"this is not TOML: {message}", remedy)])


def _is_bare(message: str, found: str) -> bool:
    """Whether a key without a value, or a text without quotes, is the likely mistake.

    Args:
        message: What the parser says.
        found: The line from there on.
    """
    return message.startswith(_NO_KEY) or (message.startswith(_NO_VALUE) and not _NUMBER.match(found))
