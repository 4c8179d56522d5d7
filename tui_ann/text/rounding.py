"""Numbers rounded to a number of decimals, as tables and worked solutions print them, and the rounding error."""

from __future__ import annotations

import math

from tui_ann.text import number


def shown(value: float, decimals: int) -> str:
    """Return a number with at most this many decimals, without trailing zeros: 0.16799999999999998 → "0.168".

    A number that is too small for that keeps some digits: 0.0000316 with 4 decimals is "3.16e−5", never "0.0000".
    """
    value = float(value)
    if not math.isfinite(value) or value == 0.0:
        return number(value)
    if not _fits(value, decimals):
        return number(value, max(2, decimals - 1))
    text = number(value, max(6, decimals), decimals=decimals)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def half_unit(value: float, decimals: int) -> float:
    """Return half a unit of the last digit that `shown` prints: the largest error of a correctly rounded number."""
    value = float(value)
    if not math.isfinite(value):
        return 0.0
    if value == 0.0 or (_fits(value, decimals) and abs(value) < 1e6):
        return float(0.5 * 10.0**-decimals)
    digits = max(6, decimals) if abs(value) >= 1e6 else max(2, decimals - 1)
    return float(0.5 * 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits))


def _fits(value: float, decimals: int) -> bool:
    """Whether this many decimals are enough: they show two digits of the number, or all of it."""
    enough = max(10.0**-decimals, min(0.1, 10.0 ** (1 - decimals)))
    return abs(value) >= enough or abs(round(value, decimals) - value) <= 1e-9 * abs(value)
