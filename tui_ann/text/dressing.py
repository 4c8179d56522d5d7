"""What surrounds numbers that are copied from elsewhere: NumPy calls, LaTeX environments, `W1 =` in front of a matrix.

`undressed` leaves the numbers; `named_parts` splits a text in which several quantities are named.
"""

import re
from typing import NamedTuple

_CALL = re.compile(r"(?:\b[A-Za-z_]\w*\s*\.\s*)*\b(?:array|asarray|matrix|tensor|Matrix)\s*\(")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))")
_LATEX_WORDS = (
    (re.compile(r"\\begin\s*\{array\}\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\(?:begin|end)\s*\{[\w*]+\}"), ""),
    (re.compile(r"\\\\[ ]*\[[^\]]*\]"), r"\\\\"),  # extra space between two rows
    (re.compile(r"\\(?:left|right|big|Big|bigl|bigr)(?![A-Za-z])\s*[.]?"), ""),
    (re.compile(r"\\(?:cdot|times)(?![A-Za-z])"), "*"),
)
_BLANKS = (
    (re.compile(r"\\(?:(?:displaystyle|hline|quad|qquad)(?![A-Za-z])|[,;:!\[\] ])"), " "),
    (re.compile(r"\$+"), " "),
)
_TRANSPOSED = re.compile(r"(?:\^\s*\{?\s*(?:\\top|\\mathsf\s*\{?T\}?|T|\u22a4|ᵀ)\s*\}?|ᵀ|\.\s*T|')\s*[.,;]?\s*$")
_WORD = r"sizes|activations|loss|learning_rate|lr|\\?eta|η"
_LETTER = r"(?:\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathit)\s*\{?\s*)?[WbxyX]\s*\}?"
_NUMBER = r"\s*[_^]?\s*[{(\[]*\s*\d+\s*[\])}]*|[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
_NAME = re.compile(
    rf"(?<![\w\\.])[\"']?(?P<name>{_WORD}|{_LETTER}(?:{_NUMBER})?)\s*[\"']?\s*&?\s*(?:=(?!=)|:(?!\w))", re.ASCII
)
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Undressed(NamedTuple):
    """Numbers without what surrounds them."""

    text: str
    """The numbers; rows are separated by line breaks, ; or brackets."""
    transposed: bool
    """Whether rows and columns are to be swapped."""
    lists: bool
    """Whether they are lists of Python or NumPy, in which a comma always separates."""


def undressed(text: str) -> Undressed:
    """The numbers of a text without NumPy calls, LaTeX commands and a name in front.

    Args:
        text: What was typed or pasted.
    """
    if re.fullmatch(r"[^=]*[^=<>!:]=[^=]*(dtype\s*=[^=]*)?", text, re.DOTALL) and (named := named_parts(text)):
        text = next(iter(named.values()))
    text = re.sub(r",?\s*dtype\s*=\s*[\w.\"']+", "", text)
    while _FRACTION.search(text):
        text = _FRACTION.sub(lambda m: f"(({m[1] or m[2]})/({m[3] or m[4]}))", text)
    for pattern, instead in _LATEX_WORDS:
        text = pattern.sub(instead, text)
    text = text.replace("\\\\", "\n")
    for pattern, instead in _BLANKS:
        text = pattern.sub(instead, text)
    text = text.strip()
    transposed = bool(_TRANSPOSED.search(text)) and bool(re.search(r"[\])}]|[\\;\n]", text))
    if transposed:
        text = _TRANSPOSED.sub("", text)
    lists = bool(_CALL.match(text) or re.match(r"\s*[\[(]\s*\[", text))
    if _CALL.match(text):
        text = re.sub(r"\)\s*[.,;]?\s*$", "", _CALL.sub("", text, count=1))
    return Undressed(text, transposed, lists)


def named_parts(text: str) -> dict[str, str]:
    r"""The quantities of a text that names them, such as `x = (1, 2), W^{[1]} = \begin{pmatrix}…`.

    Args:
        text: Lines of Python, LaTeX, TOML or plain assignments.

    Returns:
        Texts by name: `sizes`, `activations`, `loss`, `eta`, `x`, `y`, `W1`, `b1`, …; empty if nothing is named.
    """
    text = re.sub(r"(?m)(?:^|\s)#.*$", "", text)
    found = list(_NAME.finditer(text))
    parts = {}
    for match, following in zip(found, [*found[1:], None], strict=False):
        value = text[match.end() : following.start() if following else len(text)]
        parts[_plain_name(match["name"])] = _trimmed(value)
    return parts


def _trimmed(value: str) -> str:
    """A value without the signs that separate it from the next one."""
    value = re.sub(r"(?:[\s,;$&]|\\\\|\\quad|\\qquad|\\,|\\;|\band\b|\bund\b)+$", "", value.strip(" \t\r\n$&"))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" and value[0] not in value[1:-1]:
        value = value[1:-1]
    return value.strip()


def _plain_name(name: str) -> str:
    """The name of a quantity in letters and digits."""
    name = re.sub(r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathit)", "", name).translate(_DIGITS)
    name = re.sub(r"[\s\\{}()\[\]_^]", "", name) if name not in ("learning_rate",) else name
    if name in ("learning_rate", "lr", "eta", "η"):
        return "eta"
    letter = name[:1]
    return "x" if letter in "xX" and name not in ("x",) else "y" if letter == "y" else name
