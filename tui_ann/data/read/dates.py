"""Formats of dates and times of day, and their values in ISO 8601."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

Order = Literal["day", "month"]
"""Which comes first in a date that starts with neither a year nor a word."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janv janvier ene enero",
            "feb february februar fév février",
            "mar march mär märz mrz mars marzo",
            "apr april avr avril abr abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juil juillet julio",
            "aug august août agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember déc décembre dic diciembre",
        ),
        1,
    )
    for name in names.split()
}
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
_ZONE = r"(?: ?(?P<zone>Z|UTC|[+\-]\d{2}:?\d{2}))?"
_REST = rf"(?:(?:T|,? ){_CLOCK}{_ZONE})?"
_DAY = r"(?:\w+,? )?(?P<day>\d{1,2})"
_WORD = r"(?P<word>[^\W\d]{3,10})\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text + _REST, re.IGNORECASE)


_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?:(?P=mark)(?P<day>\d{{1,2}}){_REST})?", re.IGNORECASE
)
_YEAR_LAST = _pattern(rf"(?P<one>\d{{1,2}})(?P<mark>[-/.]) ?(?P<two>\d{{1,2}})(?P=mark) ?{_YEAR}")
_DAY_WORD = _pattern(rf"{_DAY}(?:\.|st|nd|rd|th)?[ -]{_WORD},?[ -]{_YEAR}")
_WORD_DAY = _pattern(rf"(?:\w+,? )?{_WORD}[ -](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<year>\d{{4}})")
_TIME = re.compile(_CLOCK + _ZONE, re.IGNORECASE)


_FEW_OTHERS = 0.1
"""For each date in one order, so many in the other are taken for errors."""


def first_part(texts: Iterable[str]) -> Order | None:
    """Whether day or month comes first; None if unknown: 18/01/2024 shows it, 04/05/2024 does not."""
    counts = _shown(texts)
    days, months = counts["day"], counts["month"]
    if not days or not months:
        return "day" if days else "month" if months else None
    # A few that contradict the others are typing errors; if they are more, each may be right.
    if min(days, months) > _FEW_OTHERS * max(days, months):
        return None
    return "day" if days > months else "month"


def orders_of(texts: Iterable[str]) -> set[Order]:
    """The orders that dates show."""
    return set(_shown(texts))


def _shown(texts: Iterable[str]) -> Counter[Order]:
    """How many dates show which order."""
    counts = Counter[Order]()
    for text in texts:
        found = _YEAR_LAST.fullmatch(text)
        if found is not None:
            one, two = int(found["one"]) > 12, int(found["two"]) > 12
            if one != two:
                counts["day" if one else "month"] += 1
    return counts


def is_ambiguous(text: str) -> bool:
    """Whether day and month of a date could be swapped: 04/05/2024, but not 04.05.2024."""
    found = _YEAR_LAST.fullmatch(text)
    return found is not None and found["mark"] != "." and found["one"] != found["two"]


def to_date(text: str, first: Order | None = None) -> str | None:
    """A date, perhaps with a time of day, as ISO 8601; None if the text is not a date.  Without a day, it is the first.

    Args:
        text: The cell.
        first: Which comes first in dates such as 04/05/2024; by default the day.
    """
    if not any(character.isdigit() for character in text[:24]):
        return None
    found = _YEAR_FIRST.fullmatch(text)
    if found is not None:
        return _date(found, found["month"], found["day"])
    found = _YEAR_LAST.fullmatch(text)
    if found is not None:
        day, month = found["one"], found["two"]
        if first == "month":
            day, month = month, day
        return _date(found, month, day)
    found = _DAY_WORD.fullmatch(text) or _WORD_DAY.fullmatch(text)
    if found is not None and found["word"].casefold() in _MONTHS:
        return _date(found, str(_MONTHS[found["word"].casefold()]), found["day"])
    return None


def to_time(text: str) -> str | None:
    """A time of day as ISO 8601; None if the text is not one."""
    found = _TIME.fullmatch(text) if ":" in text else None
    if found is None:
        return None
    hour = _hour(found)
    if hour is None or int(found["minute"]) > 59 or int(found["second"] or 0) > 59:
        return None
    seconds = f":{found['second']}" if found["second"] else ""
    fraction = f".{found['fraction']}" if found["fraction"] else ""
    return f"{hour:02d}:{found['minute']}{seconds}{fraction}{_zone(found)}"


def _date(found: re.Match[str], month: str, day: str | None) -> str | None:
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 2000 if year < 70 else 1900
    try:
        if not found["hour"]:
            return datetime(year, int(month), int(day or 1)).date().isoformat()
        hour = _hour(found)
        if hour is None:
            return None
        micro = int((found["fraction"] or "0").ljust(6, "0")[:6])
        moment = datetime(year, int(month), int(day or 1), hour, int(found["minute"]), int(found["second"] or 0), micro)
    except ValueError:
        return None
    return moment.isoformat() + _zone(found)


def _hour(found: re.Match[str]) -> int | None:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    return hour if hour < 24 else None


def _zone(found: re.Match[str]) -> str:
    zone = found["zone"] or ""
    if zone.upper() in ("Z", "UTC"):
        return "+00:00"
    return zone if len(zone) != 5 else f"{zone[:3]}:{zone[3:]}"
