"""Numbers and matrices as people type and paste them: `1/3`, `0.4*0.2`, `(1,4 − 1)·2`, `1 2; 3 4`, a block of cells.

Nothing is evaluated as code: a cell is parsed into numbers, the four operations, powers and a few functions, and then
calculated.  Whether a comma is a decimal comma or separates two numbers is decided from the whole entry; if both are
possible, the expected shape decides, and if that does not help either, the entry is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tui_ann.errors import TuiAnnError
from tui_ann.text import clean
from tui_ann.text.arithmetic import ArithmeticRefusedError, calculate
from tui_ann.text.dressing import undressed

LONGEST = 100_000
"""Maximum length of an entry in characters."""

_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("−–—‐‑", "-"),  # noqa: RUF001
        **dict.fromkeys("×·∙⋅•∗", "*"),  # noqa: RUF001
        **dict.fromkeys("÷∕⁄", "/"),  # noqa: RUF001
        **dict.fromkeys("\u00a0\u2009\u202f\u2007", " "),
        **dict.fromkeys("⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠", " "),
        **{"²": "^2", "³": "^3", "π": "pi", "√": "sqrt", "&": "\t", "{": "[", "}": "]"},
        **dict(zip("⁰¹⁴⁵⁶⁷⁸⁹", (f"^{digit}" for digit in "01456789"), strict=True)),
    }
)
"""Typographic signs and their keyboard equivalents; the matrix brackets of a worked solution are dropped."""
_FRACTIONS = {
    **{"½": "(1/2)", "⅓": "(1/3)", "⅔": "(2/3)", "¼": "(1/4)", "¾": "(3/4)", "⅕": "(1/5)", "⅖": "(2/5)"},
    **{"⅗": "(3/5)", "⅘": "(4/5)", "⅙": "(1/6)", "⅚": "(5/6)", "⅛": "(1/8)", "⅜": "(3/8)", "⅝": "(5/8)"},
    **{"⅞": "(7/8)", "⅒": "(1/10)", "⅑": "(1/9)", "⅐": "(1/7)"},
}
_TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:[.,]\d*)?|[.]\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]+)|(?P<operator>\*\*|[-+*/^])"
    r"|(?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<tab>[ ]*\t[ ]*)|(?P<blank>[ ]+)|(?P<other>.)",
    re.ASCII,
)

_REMEDY = "Type numbers, fractions or expressions such as 1/3, 0.4*0.2, exp(-1)."


class EntryError(TuiAnnError):
    """The typed text cannot be parsed as numbers."""

    def __init__(self, message: str, *, remedy: str, code: str = "bad_entry") -> None:
        super().__init__(message, remedy=remedy, code=code)


@dataclass(frozen=True)
class NumberEntry:
    """Numbers as they were typed."""

    rows: tuple[tuple[float, ...], ...]
    """Rows of equal length."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def parse_number(text: str) -> float:
    """Read one number, fraction or expression.

    Raises:
        EntryError: If the text is not a number, or is more than one.
    """
    entry = parse_entry(text, (1, 1))
    if entry.shape != (1, 1):
        raise EntryError(f"“{clean(text, 40)}” is more than one number.", remedy="Type one number.")
    return entry.rows[0][0]


def parse_entry(text: str, shape: tuple[int, int] | None = None) -> NumberEntry:
    """Read a number or a matrix: rows are separated by line breaks or ;, cells by blanks, commas or tabs.

    Args:
        text: The typed or pasted text.
        shape: Expected rows and columns; used if a comma is ambiguous.

    Raises:
        EntryError: If the entry cannot be parsed; message and remedy say where and why.
    """
    if len(text) > LONGEST:
        raise EntryError("The entry is too long.", remedy=f"Enter at most {LONGEST} characters.")
    text, transposed, lists = undressed(text)
    lines = _lines(text)
    if not lines:
        raise EntryError("Nothing has been entered.", remedy="Type a number, a fraction or a product.")
    if transposed:
        entry = _entry(lines, shape and shape[::-1], lists)
        return NumberEntry(tuple(zip(*entry.rows, strict=True)))
    return _entry(lines, shape, lists)


def _entry(lines: list[str], shape: tuple[int, int] | None, lists: bool) -> NumberEntry:
    """The numbers of lines without their brackets."""
    read: list[tuple[bool, NumberEntry]] = []
    refused: list[EntryError] = []
    for decimal_comma in [False] if lists else _comma_readings(lines):
        try:
            read.append((decimal_comma, _read(lines, decimal_comma, alone=shape == (1, 1))))
        except EntryError as error:
            refused.append(error)
    if not read:
        raise refused[0]
    if len(read) == 1 or read[0][1] == read[1][1]:
        return read[0][1]
    fitting = [entry for _, entry in read if shape in (entry.shape, entry.shape[::-1])]
    if len(fitting) == 1:
        return fitting[0]
    if _looks_decimal(lines, read[1][1]):
        return read[1][1]
    raise EntryError(
        f"In “{clean('; '.join(lines), 40)}” a comma may be a decimal comma or separate two numbers.",
        remedy="Write decimals with a point, or put blanks between the numbers.",
        code="ambiguous_comma",
    )


def _lines(text: str) -> list[str]:
    """The rows of an entry, without its brackets."""
    for sign, fraction in _FRACTIONS.items():
        text = text.replace(sign, fraction)
    text = text.replace("\\\\", "\n").translate(_UNIFIED)
    text = re.sub(r"\]\s*,?\s*\[", "\n", text).replace("[", " ").replace("]", " ")
    text = _without_parentheses(text.strip())
    rows = [line.strip(" ") for line in re.split(r"[\r\n;]+", text)]
    # A trailing comma, as in Python, has no meaning here.
    return [re.sub(r",\s*$", "", row).strip(" ") for row in rows if row.strip()]


def _without_parentheses(text: str) -> str:
    """An entry without its outer parentheses, as in (1, 2, 1.5)."""
    depth = 0
    for i, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if i and i == len(text) - 1 and text[0] == "(" else text
    return text


def _comma_readings(lines: list[str]) -> list[bool]:
    """The possible meanings of commas: separators (False), decimal commas (True), or both."""
    text = "\n".join(lines)
    if not re.search(r"\d,\d", text) or re.search(r"\d\.|\.\d|\d,\d+,\d", text):
        return [False]
    return [True] if "\t" in text or re.search(r",\s", text) else [False, True]


def _looks_decimal(lines: list[str], entry: NumberEntry) -> bool:
    """Whether commas are likely decimal: blanks separate the numbers, or one starts with 0, as in 0,4."""
    leading_zero = len(lines) == 1 and re.search(r"(?<![\d,])0,\d", lines[0])
    return entry.shape[1] > 1 or bool(leading_zero)


def _read(lines: list[str], decimal_comma: bool, *, alone: bool) -> NumberEntry:
    """Rows of numbers; a single number may have blanks anywhere."""
    rows = []
    for number, line in enumerate(lines, start=1):
        cells = list(_cells(_tokens(line, decimal_comma), alone=alone))
        where = f"Row {number}, number " if len(lines) > 1 else "Number " if len(cells) > 1 else ""
        rows.append(tuple(_value(cell, f"{where}{i}: " if where else "") for i, cell in enumerate(cells, start=1)))
        if len(rows[-1]) != len(rows[0]):
            raise EntryError(
                f"Row {number} has {_counted(len(rows[-1]))}, row 1 has {_counted(len(rows[0]))}.",
                remedy="Give every row the same number of numbers.",
            )
    return NumberEntry(tuple(rows))


def _counted(numbers: int) -> str:
    return f"{numbers} number" if numbers == 1 else f"{numbers} numbers"


def _tokens(line: str, decimal_comma: bool) -> list[_Token]:
    """The tokens of a row; numbers use a decimal point."""
    tokens: list[_Token] = []
    position = 0
    while position < len(line):
        match = _TOKEN.match(line, position)
        assert match is not None, "the last alternative takes anything"
        kind, text = str(match.lastgroup), match.group()
        if kind == "number" and "," in text and not (decimal_comma and re.match(r"\d+,\d", text)):
            text = text.partition(",")[0]
        tokens.append(_Token(kind, text.replace(",", ".") if kind == "number" else text))
        position += len(text)
    return tokens


def _cells(tokens: list[_Token], *, alone: bool) -> Iterator[list[_Token]]:
    """Tokens grouped into cells: at tabs, else at commas, else at blanks where an expression ends."""
    kinds = {token.kind for token in _outside(tokens)}
    at = "tab" if "tab" in kinds else "comma" if "comma" in kinds else "" if alone else "blank"
    depth, cell = 0, list[_Token]()
    for i, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == at and (at != "blank" or _parts(tokens, i)):
            yield cell
            cell = []
        elif token.kind not in ("blank", "tab"):
            cell.append(token)
        elif at != "blank" and _parts(tokens, i) and tokens[i + 1].kind != "operator":
            cell.append(_Token("other", " "))  # two numbers in one cell: refused when it is calculated
    yield cell


def _outside(tokens: list[_Token]) -> Iterator[_Token]:
    """The tokens outside parentheses."""
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            yield token


def _parts(tokens: list[_Token], i: int) -> bool:
    """Whether the blank at this position separates two cells: `1 2` and `1 -2` do, `1 - 2` and `1 * 2` do not."""
    before = tokens[i - 1] if i else None
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if before is None or after is None or before.kind not in ("number", "name", "close"):
        return False
    if after.kind == "operator" and after.text == "-":
        return i + 2 < len(tokens) and tokens[i + 2].kind != "blank"
    return after.kind in ("number", "name", "open")


def _value(cell: list[_Token], where: str) -> float:
    text = "".join(token.text for token in cell)
    try:
        return calculate([(token.kind, token.text) for token in cell])
    except ArithmeticRefusedError as refused:
        shown = f"“{clean(text, 40)}” " if text else ""
        if [token.kind for token in cell] == ["name"]:
            raise EntryError(f"{where}{shown}is no number.", remedy=_REMEDY) from None
        raise EntryError(f"{where}{shown}{refused}.", remedy=_REMEDY) from None
