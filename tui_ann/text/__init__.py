"""Text for display: external text made safe; numbers, counts and durations in one format.

Column names, cells, paths, flags and error texts may contain anything: escape sequences, bidirectional overrides, forty
accents on a letter. `clean` turns each into one printable line with a known width in terminal cells. It returns
plain `str`; a front end wraps it for its widgets (`tui_ann.tui.widgets.plain`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import SupportsInt

ELLIPSIS = "…"
MAX_MARKS = 2
"""Maximum number of combining marks per letter: enough for every language, too few to overlap the line above."""
TIME_DIGITS = 2
"""Significant digits of a time that was measured; the next one differs from one run to the next."""

_PHRASE_ENDS = (re.compile(r"[:;]? (?=·|\()|[:;] "), ""), (re.compile(", "), ", …")
"""Where a text can be cut, and what then stands for the rest: a list without its end would look complete."""
_LONGEST_PLAIN = 6
"""Most characters of the numbers of an axis without a power of ten, if some of them are usually written with one."""
_REPLACEMENT = "\ufffd"
_DRAWN = {"\n": "⏎", "\u2028": "⏎", "\u2029": "⏎", "\x85": "⏎", "\t": " ", "\x7f": "␡"}
# Letters and symbols by their Unicode category that are blank on the screen, or join the character before.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u034f\u2800") | frozenset(map(chr, range(0x1F3FB, 0x1F400)))
# Terminals and Textual give these two cells although Unicode calls them narrow.
_WIDE = ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376))
# Vowels and final consonants that join the Korean syllable before them.
_JOINING = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF))


class _Glyphs(dict[int, str]):
    """The glyph for each code point, computed once; "" drops it."""

    def __missing__(self, code: int) -> str:
        glyph = self[code] = _glyph(chr(code))
        return glyph


def _glyph(character: str) -> str:
    if character in _DRAWN:
        return _DRAWN[character]
    if character in _INVISIBLE:
        return ""
    code = ord(character)
    match unicodedata.category(character):
        case "Cc":
            return chr(0x2400 + code) if code < 0x20 else _REPLACEMENT
        case "Cf":  # bidirectional controls, zero-width joiners, tags, soft hyphens
            return ""
        case "Cs" | "Cn" | "Co":  # their width is not defined
            return _REPLACEMENT
        case "Zs":
            return " "
        case "Mn" if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:  # variation selectors change widths
            return ""
    return character


_GLYPHS = _Glyphs()


@lru_cache(maxsize=4096)
def _character_width(character: str) -> int:
    code = ord(character)
    if unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf", "Cc"):
        return 0
    if any(first <= code <= last for first, last in _JOINING):
        return 0
    if unicodedata.east_asian_width(character) in "WF" or any(first <= code <= last for first, last in _WIDE):
        return 2
    return 1


def cell_width(text: str) -> int:
    """Return how many terminal cells `text` takes, as Textual measures it."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def clean(text: str, width: int | None = None) -> str:
    """Return `text` as one printable line, at most `width` cells wide.

    Control characters become visible glyphs (ESC is ␛, a line break ⏎, a tab a blank), bidirectional and zero-width
    characters are dropped, at most two combining marks stay on a letter, lone surrogates and unassigned code points
    become U+FFFD. The result contains nothing that a terminal interprets. Markup is not changed: the
    widget must not parse it.

    Args:
        text: Any text.
        width: Maximum width in cells; "…" marks a cut. None for no limit.
    """
    if width is not None and width <= 0:
        return ""
    cut = False
    if width is not None and len(text) > 8 * width + 64:  # limits the work for huge cells
        text, cut = text[: 8 * width + 64], True
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_GLYPHS)
        if not text.isascii():
            text = _limit_marks(text)
    if width is None or (not cut and cell_width(text) <= width):
        return text
    return _cut(text, width - 1) + ELLIPSIS


def _limit_marks(text: str) -> str:
    """Return `text` with at most `MAX_MARKS` zero-width characters in a row and none at the start."""
    kept: list[str] = []
    marks = MAX_MARKS  # a mark at the start has no letter to join
    for character in text:
        marks = 0 if _character_width(character) else marks + 1
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _cut(text: str, width: int) -> str:
    """Return the longest prefix of `text` that fits in `width` cells."""
    if text.isascii():
        return text[:width]
    used = 0
    for index, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return text[:index]
    return text


def fit(text: str, width: int, align: str = "left") -> str:
    """Return `text` cleaned, cut and padded to exactly `width` cells.

    Args:
        text: Any text.
        width: Width in cells.
        align: "left", "right" or "center".
    """
    shown = clean(text, width)
    blank = width - cell_width(shown)
    if align == "right":
        return " " * blank + shown
    if align == "center":
        return " " * (blank // 2) + shown + " " * (blank - blank // 2)
    return shown + " " * blank


def ends(text: str, width: int) -> str:
    """Return the start and the end of a text that is too wide, so that names which differ at either are told apart.

    Args:
        text: Any text.
        width: Maximum width in cells.
    """
    shown = clean(text)
    if cell_width(shown) <= width:
        return shown
    first = len(shown)
    while first and cell_width(shown[first - 1 :]) <= (width - 1) // 2:
        first -= 1
    end = _limit_marks(shown[first:])
    return clean(shown, width - cell_width(end)) + end


def phrase(text: str, width: int) -> str:
    """Return as much of a text as fits, ending with a whole phrase, or in "…" where that is one of a list.

    It is never cut in brackets, except in the middle of a word if anything else would be very short.

    Args:
        text: Any text; its full form is shown somewhere else.
        width: Maximum width in cells.
    """
    shown = clean(text)
    if cell_width(shown) <= width:
        return shown
    for end, more in _PHRASE_ENDS:
        heads = [shown[: match.start()] for match in end.finditer(shown)]
        heads = [f"{head}{more}" for head in heads if head.count("(") == head.count(")")]
        fitting = [head for head in heads if width / 4 <= cell_width(head) <= width]
        if fitting:
            return fitting[-1]
    return clean(shown, width)


def number(
    value: float, digits: int = 4, *, decimals: int | None = None, sign: bool = False, width: int | None = None
) -> str:
    """Return a number in the format of the whole program: "0.0831", "−12.5", "3.1e−5", "–" for nan, "∞".

    Args:
        value: The number.
        digits: Maximum number of significant digits; trailing zeros are dropped.
        decimals: Exact number of decimals, instead of `digits`, for aligned columns.
        sign: Write + before positive numbers.
        width: Right-justify to this many cells, dropping digits if necessary.
    """
    if width is None:
        return _number(value, digits, decimals, sign)
    shown = _number(value, digits, decimals, sign)
    if decimals is not None:
        while len(shown) > width and decimals > 0:
            decimals -= 1
            shown = _number(value, digits, decimals, sign)
    while len(shown) > width and digits > 1:
        digits -= 1
        shown = _number(value, digits, None, sign)
    if len(shown) > width and math.isfinite(value):
        shown = ("−" if value < 0 else "+" if sign else "") + _as_power(abs(value), 1)
    return shown.rjust(width) if len(shown) <= width else "#" * width


def _number(value: float, digits: int, decimals: int | None, sign: bool) -> str:
    value = float(value)
    if value != value:
        return "–"
    plus = "+" if sign else ""
    if math.isinf(value):
        return "−∞" if value < 0 else plus + "∞"
    if value == 0:
        shown = f"{0:.{decimals}f}" if decimals is not None else "0"
        return (" " if sign else "") + shown
    size = abs(value)
    prefix = "−" if value < 0 else plus
    if decimals is not None and size < 1e6:
        return prefix + f"{size:.{decimals}f}"
    if 1e-3 <= size < 10 ** max(digits, 6):
        places = max(0, digits - 1 - math.floor(math.log10(size)))
        shown = f"{size:.{places}f}"
        return prefix + (shown.rstrip("0").rstrip(".") if "." in shown else shown)
    return prefix + _as_power(size, digits)


def _as_power(size: float, digits: int) -> str:
    mantissa, _, exponent = f"{size:.{digits - 1}e}".partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{'−' if exponent[0] == '-' else ''}{exponent[1:].lstrip('0') or '0'}"


def numbers(values: Iterable[float], digits: int = 4) -> list[str]:
    """Return the numbers of an axis in one notation: "0.0001, 0.01, 1", or "5e5, 1e6", never 1e6 beside 500000.

    Args:
        values: The numbers.
        digits: Maximum number of significant digits of each; trailing zeros are dropped.
    """
    values = [float(value) for value in values]
    shown = [number(value, digits) for value in values]
    powers = ["e" in text for text in shown]
    if not any(powers) or all(powers):
        return shown
    plain = [_plainly(value, digits) for value in values]
    if max(map(len, plain)) <= _LONGEST_PLAIN:
        return plain
    return [
        ("−" if value < 0 else "") + _as_power(abs(value), digits) if value and math.isfinite(value) else text
        for value, text in zip(values, shown, strict=True)
    ]


def _plainly(value: float, digits: int) -> str:
    """Return a number without a power of ten."""
    if not value or not math.isfinite(value):
        return number(value)
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{abs(value):.{places}f}"
    return ("−" if value < 0 else "") + (text.rstrip("0").rstrip(".") if "." in text else text)


def share(value: float, digits: int = 4, *, width: int | None = None) -> str:
    """Return a number like `number`, but one below 1 is never rounded up to 1: 0.99983 in 3 digits is "0.9998".

    For probabilities, and for accuracy, AUC and their like, of which 1 says that nothing is wrong.

    Args:
        value: The share.
        digits: Maximum number of significant digits; at least 4 where fewer would say 1.
        width: Right-justify to this many cells, dropping digits if necessary.
    """
    shown = number(value, digits, width=width)
    if not 0 < value < 1 or shown.strip() != "1":
        return shown
    places = max(4, digits)
    if width is not None:
        places = max(1, min(places, width - 2))
    below = min(math.floor(value * 10**places), 10**places - 1) / 10**places
    return number(below, places, width=width)


def plain_number(value: float, digits: int = 4, *, decimals: int | None = None) -> str:
    """Return a number like `number`, but in ASCII, for other programs to read: "-12.5", "3.1e-5", "nan", "inf"."""
    if decimals is None and 1e-3 <= abs(value) < 10 ** (digits - 1):
        return f"{value:.{digits}g}"  # the same, several times as fast
    return number(value, digits, decimals=decimals).translate(_IN_ASCII)


_MOST_DIGITS = 18
_IN_ASCII = str.maketrans({"−": "-", "–": "nan", "∞": "inf"})


def count(value: int) -> str:
    """Return a whole number with thousands separators: "2 109"."""
    return f"{value:,}".replace(",", " ").replace("-", "−")


def line_name(line: SupportsInt) -> str:
    """Return the number of a line of a file: "2109". It is a name, not an amount, so it has no thousands separators."""
    return str(int(line))


def whole_number(text: str) -> int | None:
    """Return the number that a text of digits is, blanks around it; `None` for any other text.

    Args:
        text: What was typed.  More than 18 digits are no number of anything here, and Python refuses very many.
    """
    digits = text.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def in_prose(value: float, digits: int = 3) -> str:
    """Return a number for a sentence: as `number` does, with thousands separators where it is whole: "12 345".

    Args:
        value: Any number.
        digits: Significant digits.
    """
    text = number(value, digits)
    return count(int(text.replace("−", "-"))) if text.removeprefix("−").isdecimal() else text


def counted(n: int, noun: str) -> str:
    """Return a number with its noun: "1 row", "12 rows", "3 classes"."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{count(n)} {noun if n == 1 else plural}"


def grouped(sentence: str) -> str:
    """A sentence with thousands separators in its whole numbers; other numbers do not change.

    Args:
        sentence: Such as `all 1000 epochs done`.
    """
    return re.sub(r"(?<![\w.,+−-])\d{4,18}(?!\w|[.,]\d)", lambda match: count(int(match[0])), sentence)


def short(value: float) -> str:
    """Return a quantity in few characters, for rates and estimates: "51 k", "3.2 M", "840"."""
    if not math.isfinite(value):
        return number(value)
    for scale, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * scale:
            return f"{number(value / scale, 2 if abs(value) < 9.95 * scale else 3)} {unit}"
    return number(value, 3)


def duration(seconds: float) -> str:
    """Return a duration: "0.4 s", "12 s", "2 min 05 s", "3 h 20 min", "–" if unknown."""
    if not math.isfinite(seconds):
        return "–"
    if seconds < 9.95:
        return f"{number(max(seconds, 0.0) if seconds > 0.05 else 0.0, TIME_DIGITS)} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
