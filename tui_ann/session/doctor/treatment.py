"""What a treatment is: the edits and the words of one remedy, made for a case."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tui_ann.session.doctor.remedy import Case


class Treatment(NamedTuple):
    """An edit with the numbers and names of its words."""

    edits: tuple[tuple[str, Any], ...]
    numbers: Mapping[str, float | str] = {}


Make = Callable[[Case], Treatment | None]


def rounded(value: float, digits: int = 2) -> float:
    """A positive number with this many significant digits, rounded down, so that a limit stays a limit."""
    exponent = math.floor(math.log10(value)) - digits + 1
    return float(f"{math.floor(value / 10.0**exponent + 1e-9)}e{exponent}")
