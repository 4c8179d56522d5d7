"""Numbers rounded to a number of decimals, as tables and worked solutions print them, and the rounding error."""

from __future__ import annotations

import math

from tui_ann.text import number


def shown(value: float, decimals: int) -> str:
    """Return a number with this many decimals, so that a product can be checked by its factors as they are shown.

    A number that is exact with at most so many decimals is short: 0.35, 2. A rounded one keeps its zeros: 0.011046
    with 4 decimals is "0.0110". Where the decimals show too few digits of a number, it keeps `decimals − 1` of them,
    but at least 2: 0.0026837 is "0.00268" and 0.0000316 is "3.16e−5", never "0.0000".
    """
    value = float(value)
    if not math.isfinite(value) or value == 0.0:
        return number(value)
    if abs(value) < 1e6 and _is_exact(value, round(value, decimals)):
        return _short(number(value, max(6, decimals), decimals=decimals))
    digits = max(2, decimals - 1)
    if abs(value) >= _least(decimals, digits):
        return number(value, max(6, decimals), decimals=decimals)
    power = f"{abs(value):.{digits - 1}e}"
    exact = _is_exact(abs(value), float(power))
    mantissa, _, exponent = power.partition("e")
    if int(exponent) >= -3:
        text = f"{abs(value):.{digits - 1 - int(exponent)}f}"
        text = _short(text) if exact else text
    else:
        text = f"{_short(mantissa) if exact else mantissa}e−{-int(exponent)}"
    return "−" + text if value < 0 else text


def in_full(value: float) -> str:
    """Return a number with all digits of its float64; a zero has no sign.

    Args:
        value: The number.
    """
    return repr(float(value) + 0.0)  # −0.0 + 0.0 is 0.0


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
    """Whether an answer with this many decimals is near enough: they show two digits of the number, or all of it."""
    return abs(value) >= _least(decimals, 2) or _is_exact(value, round(value, decimals))


def _least(decimals: int, digits: int) -> float:
    """The smallest size of a number of which this many decimals show so many digits; one digit for 0 or 1 decimals."""
    return float(max(10.0**-decimals, min(0.1, 10.0 ** (digits - 1 - decimals))))


def _is_exact(value: float, rounded: float) -> bool:
    return abs(rounded - value) <= 1e-9 * abs(value)


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
