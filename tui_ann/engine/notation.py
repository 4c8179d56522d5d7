"""How the pieces of a formula are written: `Notation` is the interface, `PlainText` writes one line of text.

An expression (`engine.expression`) writes itself in any notation and adds brackets where needed.  Terminal blocks and
TeX use another notation, in `export.worked`.
"""

from abc import ABC, abstractmethod
from enum import Enum
from typing import Generic, TypeVar

import numpy as np

from tui_ann.engine.arrays import Array
from tui_ann.text.symbols import Symbol, spelled

T = TypeVar("T")


class Axis(Enum):
    """What a sum runs over."""

    UNITS = "j"
    """The units of a layer: (units, b) → (1, b)."""
    EXAMPLES = "i"
    """The examples of the batch: (units, b) → (units, 1)."""
    ENTRIES = ""
    """All entries: → (1, 1)."""


class Notation(ABC, Generic[T]):
    """A way of writing formulas; T is a written piece."""

    @abstractmethod
    def symbol(self, symbol: Symbol, index: tuple[int, ...], example: int | None, running: Axis | None) -> T:
        """A quantity or an entry of it; `running` is the axis of the sum whose index it has."""

    @abstractmethod
    def number(self, value: float) -> T:
        """A number."""

    @abstractmethod
    def values(self, array: Array) -> T:
        """The numbers of a quantity (rows, columns)."""

    @abstractmethod
    def words(self, text: str) -> T:
        """Words within a formula."""

    @abstractmethod
    def line(self, *items: T | str) -> T:
        """Pieces side by side; an operator (`+`, `−`, `·`, `⊙`, `,`) is given by its sign."""

    @abstractmethod
    def group(self, inside: T, brackets: str = "()") -> T:
        """Something in brackets."""

    @abstractmethod
    def fraction(self, top: T, bottom: T, *, bare: tuple[bool, bool]) -> T:
        """Top over bottom; `bare` tells which of them needs no brackets on one line with a slash."""

    @abstractmethod
    def root(self, inside: T, *, bare: bool) -> T:
        """√inside; `bare` tells whether it needs no brackets."""

    @abstractmethod
    def power(self, base: T, exponent: T) -> T:
        """base^exponent."""

    @abstractmethod
    def function(self, name: str, inside: T) -> T:
        """name(inside)."""

    @abstractmethod
    def transposed(self, inside: T) -> T:
        """insideᵀ."""

    @abstractmethod
    def total(self, over: Axis) -> T:
        """The sign Σ."""

    @abstractmethod
    def cases(self, first: T, condition: T, second: T) -> T:
        """First if condition, else second."""


_RAISED = str.maketrans("0123456789−zt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᶻᵗ")
_LETTERS = {
    "alpha": "α",
    "epsilon": "ε",
    "rho": "ρ",
    "beta_1": "β₁",
    "beta_2": "β₂",
    "eta": "η",
    "eta_t": "ηₜ",
    "theta": "θ",
    "y_hat": "ŷ",
    "delta": "δ",
    "pi": "π",
}
"""How to write letters that belong to no layer."""


class PlainText(Notation[str]):
    """One line of text, in which the quantities of layers have their names: `W1 x + b1`."""

    def symbol(self, symbol: Symbol, index: tuple[int, ...], example: int | None, running: Axis | None) -> str:
        """Its name, or its letter where it belongs to no layer."""
        name = str(symbol) if symbol.number or symbol.state else _LETTERS.get(symbol.kind, str(symbol))
        return f"{name}ⱼ" if running is Axis.UNITS else name

    def number(self, value: float) -> str:
        """As short as possible."""
        return f"{value:g}".replace("e-", "e−").replace("-", "−").replace("e−", "e-")

    def values(self, array: Array) -> str:
        """Its numbers."""
        return np.array2string(array, separator=", ") if array.size > 1 else self.number(array.item())

    def words(self, text: str) -> str:
        """The words."""
        return text

    def line(self, *items: str) -> str:
        """Pieces with spaces between them; none after a sign at the beginning."""
        text = " ".join(items).replace(" ,", ",").replace("( ", "(")
        return text[0] + text[2:] if text.startswith("− ") else text

    def group(self, inside: str, brackets: str = "()") -> str:
        """In brackets."""
        return brackets[0] + inside + brackets[1]

    def fraction(self, top: str, bottom: str, *, bare: tuple[bool, bool]) -> str:
        """With a slash; a half has its own character."""
        if (top, bottom) == ("1", "2"):
            return "½"
        above, below = (text if plain else f"({text})" for text, plain in zip((top, bottom), bare, strict=True))
        return f"{above}/{below}"

    def root(self, inside: str, *, bare: bool) -> str:
        """With brackets where needed."""
        return f"√{inside}" if bare else f"√({inside})"

    def power(self, base: str, exponent: str) -> str:
        """In superscript where there are characters for it."""
        if set(exponent) <= set("0123456789−") or set(exponent) <= set("−zt"):
            return base + exponent.translate(_RAISED)
        return f"{base}^{exponent}" if exponent.isalnum() and exponent.isascii() else f"{base}^({exponent})"

    def function(self, name: str, inside: str) -> str:
        """As a call."""
        return f"{name}({inside})"

    def transposed(self, inside: str) -> str:
        """With a superscript T."""
        return f"{inside}ᵀ"

    def total(self, over: Axis) -> str:
        """Over units with its index; over examples and entries without."""
        return "Σⱼ" if over is Axis.UNITS else "Σ"

    def cases(self, first: str, condition: str, second: str) -> str:
        """In words."""
        return f"{first} if {condition} else {second}"


class SpelledText(PlainText):
    """One line of text with the lecture's symbols: `W¹ x + b¹`.

    Args:
        style: A style of `text.symbols`; by default that of the terminal.
    """

    def __init__(self, style: str = "") -> None:
        self._style = style

    def symbol(self, symbol: Symbol, index: tuple[int, ...], example: int | None, running: Axis | None) -> str:
        """Its symbol."""
        text = spelled(symbol, self._style, index=index, example=example)
        return f"{text}ⱼ" if running is Axis.UNITS else text
