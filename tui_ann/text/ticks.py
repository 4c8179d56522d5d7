"""Ticks of an axis: round numbers with their labels."""

import math

from tui_ann.text import count, number, numbers


def tick_step(low: float, high: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten that divides a range into at most `most` parts.

    It is never finer than the precision of the numbers, so that counting in steps stays finite.
    """
    finest = max(abs(low), abs(high)) * 1e-14
    rough = min(max((high / 2 - low / 2) / max(1, most) * 2, finest, 1e-300), 1e308)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def linear_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return ticks at 1, 2 or 5 times a power of ten, all with the same number of decimals."""
    step = tick_step(low, high, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [index * step for index in range(first, min(last, first + 100) + 1) if abs(index * step) <= 1.7e308]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    largest = max(abs(low), abs(high))
    plain = places <= 4 and largest < 1e5
    if plain:
        return [(value, number(value, decimals=places)) for value in values]
    return list(zip(values, numbers(values, 3), strict=True))


def log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return ticks at the decades, at every second or third if there are many, at 1-2-5 if there are few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    decades = last - first + 1
    if decades >= 2:
        every = max(1, -(-decades // max(2, most)))
        exponents = [power for power in range(first, last + 1) if power % every == 0]
        if 3 * decades <= most + 2:
            return _labelled([m * 10.0**p for p, m in _fractions(first - 1, last, low, high, (1, 2, 5))])
        return _labelled([10.0**power for power in exponents])
    marks = _fractions(first - 1, last, low, high, (1, 2, 5))
    if len(marks) < 2:
        return linear_ticks(low, high, most)
    return _labelled([m * 10.0**p for p, m in marks[-max(2, most) :]])


def _labelled(values: list[float]) -> list[tuple[float, str]]:
    return list(zip(values, numbers(values, 2), strict=True))


def _fractions(first: int, last: int, low: float, high: float, parts: tuple[int, ...]) -> list[tuple[int, int]]:
    return [
        (power, part)
        for power in range(first, last + 1)
        for part in parts
        if low * (1 - 1e-9) <= part * 10.0**power <= high * (1 + 1e-9)
    ]


def count_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return ticks at whole numbers, for an axis that counts epochs or updates."""
    step = max(1.0, tick_step(low, max(high, low + 1), most))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(index * step, count(int(index * step))) for index in range(first, last + 1)]
