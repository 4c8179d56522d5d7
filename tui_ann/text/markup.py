"""Text from outside in other formats: shown as it is, never as markup."""

import html
import unicodedata

from tui_ann.text import clean

_LATEX = {
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "γ": r"$\gamma$",
    "ε": r"$\varepsilon$",
    "η": r"$\eta$",
    "½": r"$\frac12$",
    "→": r"$\to$",
    "⊙": r"$\odot$",
    "ŷ": r"$\hat y$",
    "λ": r"$\lambda$",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "‖": r"$\|$",
    "∞": r"$\infty$",
    "∂": r"$\partial$",
    "−": "$-$",
    "…": r"\dots{}",
    "ß": "ss",
    "ø": "o",
    "Ø": "O",
    "æ": "ae",
    "œ": "oe",
    "ł": "l",
    "\u2019": "'",
    "“": "``",
    "”": "''",
    "–": "--",
    "—": "---",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
} | {character: f"\\{character}" for character in "&%$#_{}"}
_MARKDOWN = frozenset("\\`*_|<>[]$~#&")


def markdown_text(text: str) -> str:
    """A text in Markdown, as one line without markup; also in a table."""
    return "".join(f"\\{sign}" if sign in _MARKDOWN else sign for sign in clean(text))


def html_text(text: str) -> str:
    """A text in HTML, as one line without markup; also in an attribute."""
    return html.escape(clean(text))


def html_lines(text: str) -> str:
    """Several lines in HTML, without markup, for a `<pre>`."""
    return "\n".join(map(html_text, text.split("\n")))


def latex_text(text: str) -> str:
    """A text in LaTeX, as one line without markup, in ASCII so that no font or package is needed."""
    return "".join(_LATEX.get(character) or _ascii(character) for character in clean(text))


def _ascii(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)
    letters = "".join(part for part in base if part.isascii() and part.isprintable())
    return letters or ("" if unicodedata.combining(character) else "?")
