"""Spellings of numbers, units and missing values in files.

Python's own `float` takes too much (`1_000`, `nan`, Arabic digits) and too little (`1.200,50`), so the spellings are
defined here as patterns.  A pattern is matched against a cell without surrounding blanks.
"""

import re
from typing import Literal

Mark = Literal[".", ","]
"""A decimal mark."""

MISSING = frozenset(
    (
        "", "-", "--", "---", "–", "—", ".", "..", "...", "?", "??",
        "NA", "N/A", "n/a", "N.A.", "n.a.", "#N/A", "<NA>", "na", "#NA", "#N/A N/A", "n. a.",
        "NaN", "nan", "NAN", "-nan", "-NaN", "1.#QNAN", "1.#IND", "-1.#QNAN", "-1.#IND", "NaT",
        "null", "NULL", "Null", "(null)", "nil", "NIL", "None", "\\N",
        "k.A.", "k. A.", "k.a.", "k. a.", "K.A.", "keine Angabe",
        "#NV", "#DIV/0!", "#WERT!", "#BEZUG!", "#NAME?", "#ZAHL!", "#NULL!", "#ÜBERLAUF!", "#KALK!",
        "#VALUE!", "#REF!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#####", "#VALEUR!", "#NOMBRE!",
    )
)  # fmt: skip
"""Words for a missing value."""

NOT_FINITE = re.compile(r"[+\-−]?(?:inf|infinity|∞|unendlich|1\.#inf)", re.IGNORECASE)
"""Words for an infinite value."""

_SIGN = r"[+\-−]?"
_POWER = r"(?:[eE][+\-−]?\d+)?"
# Groups of three digits after a first group that is not zero, as in 1,250,000 or 12 000.
_GROUPED = {
    ".": r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:[ \u00a0\u2009\u202f'\u2019][0-9]{3})+)(?:\.[0-9]+)?",
    ",": r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:[ \u00a0\u2009\u202f'\u2019][0-9]{3})+)(?:,[0-9]+)?",
}


def _plain(mark: str) -> str:
    escaped = re.escape(mark)
    return rf"(?:[0-9]+(?:{escaped}[0-9]*)?|{escaped}[0-9]+){_POWER.replace(chr(92) + 'd', '[0-9]')}"


_BODIES = {mark: f"(?:{_plain(mark)}|{_GROUPED[mark]})" for mark in (".", ",")}
_NUMBERS = {mark: re.compile(f"{_SIGN}{body}") for mark, body in _BODIES.items()}
_UNIT = r"(?:%|‰|°|[€$£¥₹]|[°µμΩ]?[^\W\d_]{1,8}[²³]?(?:[/·*^][^\W\d_]{1,5}[²³]?(?:\^?-?[0-9])?)*|[°µμΩ][^\W\d_]{0,4})"
_CURRENCY = r"(?:[€$£¥₹]|[A-Z]{3}|US\$|Fr\.|kr)"
_WITH_UNIT = {
    mark: re.compile(
        rf"(?P<sign>{_SIGN})[ \u00a0]?"
        rf"(?:(?P<number>{body})[ \u00a0\u202f]?(?P<unit>{_UNIT})"
        rf"|(?P<before>{_CURRENCY})[ \u00a0]?(?P<rest>{_SIGN}{body}))"
    )
    for mark, body in _BODIES.items()
}
_THOUSANDS = {".": re.compile(r"[, \u00a0\u2009\u202f'\u2019]"), ",": re.compile(r"[. \u00a0\u2009\u202f'\u2019]")}
_ZERO_LED = re.compile(r"[+\-−]?0[0-9]+")
_WHOLE = re.compile(r"[+\-−]?[0-9]+")


def is_number(text: str, mark: Mark) -> bool:
    """Whether the text is a number with this decimal mark."""
    return _NUMBERS[mark].fullmatch(text) is not None


def to_float(text: str, mark: Mark) -> float:
    """The value of a text that `is_number`."""
    text = _THOUSANDS[mark].sub("", text).replace("−", "-")
    return float(text.replace(",", ".") if mark == "," else text)


def thousands_in(text: str, mark: Mark) -> str | None:
    """The character between the groups of digits of a text that `is_number`, None if there are no groups."""
    found = _THOUSANDS[mark].search(text)
    return found[0] if found else None


def with_unit(text: str, mark: Mark) -> tuple[str, str] | None:
    """A number and its unit, currency or %, or None."""
    found = _WITH_UNIT[mark].fullmatch(text)
    if found is None:
        return None
    if found["unit"] is not None:
        return found["sign"] + found["number"], found["unit"]
    return found["sign"] + found["rest"], found["before"]


def leads_with_zero(text: str) -> bool:
    """Whether the text is digits with leading zeros, as in postal codes."""
    return _ZERO_LED.fullmatch(text) is not None


def is_whole(text: str) -> bool:
    """Whether the text is digits, with or without a sign."""
    return _WHOLE.fullmatch(text) is not None


def evidence(text: str) -> Mark | None:
    """The decimal mark that makes the text a number; None if both do or neither does."""
    point, comma = is_number(text, "."), is_number(text, ",")
    if point == comma:
        return None
    return "." if point else ","
