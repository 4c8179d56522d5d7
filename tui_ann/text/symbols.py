"""The lecture's symbols and how they are written: x₁, W², ∂L/∂b¹, a¹₃ or W^[2], a^[1]₃ on a terminal, W^{[2]} in LaTeX.

A `Symbol` identifies a quantity of a network: its letter, its layer, and whether it is the value, a derivative
or a new value.  Its `str` is its name in code and in files: `W1`, `z1`, `da2`, `g_prime1`, `x_hat1`, `W1_new`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Protocol, TypeVar

_SUBSCRIPTS = str.maketrans("0123456789ij", "₀₁₂₃₄₅₆₇₈₉ᵢⱼ")
_SUPERSCRIPTS = str.maketrans("0123456789-()i", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾ⁱ")

_RUN_SIGNS = {
    "completed": "✓",
    "converged": "✓",
    "early_stopped": "✓",
    "running": "▶",
    "watched": "▶",
    "paused": "⏸",
    "ready": "·",
    "interrupted": "■",
    "diverged": "✗",
    "dead": "!",
    "worse": "!",
}

STYLES = ("raised", "brackets", "latex", "ascii")
"""Styles: for a terminal with raised digits (W²) or as in the lecture (W^[2]), for TeX, and plain ASCII."""
_RAISED_LAYER = re.compile(r"(?<![A-Za-z])([Wbzaαγβ])([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
TERMINAL_STYLES = STYLES[:2]
"""The styles that a terminal may use."""
_chosen = [TERMINAL_STYLES[0]]
_needs_brackets = [False]

_LETTERS = {
    "alpha": ("α", r"\alpha", "alpha"),
    "gamma": ("γ", r"\gamma", "gamma"),
    "beta": ("β", r"\beta", "beta"),
    "mu": ("μ", r"\mu", "mu"),
    "var": ("σ²", r"\sigma^2", "var"),
    "moving_mean": ("μ̄", r"\bar\mu", "moving_mean"),
    "moving_var": ("σ̄²", r"\bar\sigma^2", "moving_var"),
    "x_hat": ("x̂", r"\hat{x}", "x_hat"),
    "y_hat": ("ŷ", r"\hat{y}", "y_hat"),
    "eta": ("η", r"\eta", "eta"),
    "eta_t": ("ηₜ", r"\eta_t", "eta_t"),
    "delta": ("δ", r"\delta", "delta"),
    "theta": ("θ", r"\theta", "theta"),
    "pi": ("π", r"\pi", "pi"),
    "epsilon": ("ε", r"\varepsilon", "epsilon"),
    "rho": ("ρ", r"\rho", "rho"),
    "beta_1": ("β₁", r"\beta_1", "beta_1"),
    "beta_2": ("β₂", r"\beta_2", "beta_2"),
    "lambda_1": ("λ₁", r"\lambda_1", "lambda_1"),
    "lambda_2": ("λ₂", r"\lambda_2", "lambda_2"),
}
"""Names longer than a letter: on a terminal, in LaTeX, in ASCII."""
_COLUMNS = {"raised": 0, "brackets": 0, "latex": 1, "ascii": 2}
"""The place of a style in `_LETTERS`."""
_NUMBERED = ("moving_mean", "moving_var", "x_hat", "alpha", "gamma", "beta", "mu", "var", *"Wbzadnr")
"""Letters that carry the number of their layer."""
_PARSED = re.compile(
    rf"(?:(?P<state>[vms])_)?(?P<role>g_prime|dLR|dR|dl|d)??(?P<kind>{'|'.join(_NUMBERED)})?(?P<number>\d+)(?P<new>_new)?"
)
"""A name of a numbered quantity."""


class Role(StrEnum):
    """Whether a symbol is the quantity itself or a derivative."""

    VALUE = "value"
    """The quantity itself: W1."""
    GRADIENT = "gradient"
    """∂L/∂ of it: dW1."""
    ROW_GRADIENT = "row gradient"
    """∂l/∂ of it, where l is the loss of one example alone: dlz1."""
    DERIVATIVE = "derivative"
    """∂a/∂z of a layer, for its output a: g_prime1."""
    PENALTY_GRADIENT = "penalty gradient"
    """∂R/∂ of it: dR1."""
    TOTAL_GRADIENT = "total gradient"
    """∂(L+R)/∂ of it: dLR1."""


_PREFIXES = {
    Role.VALUE: "",
    Role.GRADIENT: "d",
    Role.ROW_GRADIENT: "dl",
    Role.DERIVATIVE: "g_prime",
    Role.PENALTY_GRADIENT: "dR",
    Role.TOTAL_GRADIENT: "dLR",
}
"""Prefixes of names; all but the first three are followed by the layer number only."""
_IMPLIED = {"g_prime": "a", "dR": "W", "dLR": "W"}
"""The letter that is omitted after this prefix."""


@dataclass(frozen=True)
class Symbol:
    """A quantity of a network."""

    kind: str
    """Its letter: `W`, `z`, `x_hat`, `eta`."""
    number: int = 0
    """Number of its layer among the layers of its kind, counted from 1; 0 if it belongs to no layer."""
    role: Role = Role.VALUE
    """The value, or a derivative."""
    state: str = ""
    """Letter of the update rule's state for it: `v`; empty for the quantity itself."""
    new: bool = False
    """Whether it is the value after the update."""

    def __str__(self) -> str:
        number = str(self.number) if self.number else ""
        prefix = _PREFIXES[self.role]
        name = prefix + number if prefix in _IMPLIED else f"{prefix}{self.kind}{number}"
        return f"{self.state}_{name}{'_new' * self.new}" if self.state else f"{name}{'_new' * self.new}"

    def __lt__(self, other: "Symbol") -> bool:
        return str(self) < str(other)

    @property
    def family(self) -> str:
        """Its name without the layer number: the same for this quantity in every layer."""
        return str(replace(self, number=0))

    @property
    def is_matrix(self) -> bool:
        """Whether it has a row for each neuron and a column for each input, as W and its gradients have."""
        return self.kind == "W"

    @property
    def value(self) -> "Symbol":
        """The quantity itself, before the update."""
        return Symbol(self.kind, self.number)

    @property
    def gradient(self) -> "Symbol":
        """∂L/∂ of it."""
        return Symbol(self.kind, self.number, Role.GRADIENT)

    @property
    def derivative(self) -> "Symbol":
        """∂a/∂z of the layer it belongs to."""
        return Symbol("a", self.number, Role.DERIVATIVE)

    @property
    def penalty_gradient(self) -> "Symbol":
        """∂R/∂ of it."""
        return Symbol(self.kind, self.number, Role.PENALTY_GRADIENT)

    @property
    def total_gradient(self) -> "Symbol":
        """∂(L+R)/∂ of it."""
        return Symbol(self.kind, self.number, Role.TOTAL_GRADIENT)

    @property
    def after(self) -> "Symbol":
        """Its value after the update."""
        return replace(self, new=True)

    def of_rule(self, letter: str) -> "Symbol":
        """The update rule's state with this letter for it."""
        return Symbol(self.kind, self.number, state=letter)

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(name: str) -> "Symbol":
        """The symbol with this name, the inverse of `str`; a name without a number is its own letter."""
        match = _PARSED.fullmatch(name)
        if match and (match["kind"] or match["role"] in _IMPLIED) and not (match["kind"] and match["role"] in _IMPLIED):
            prefix = match["role"] or ""
            role = next(role for role, start in _PREFIXES.items() if start == prefix)
            kind = match["kind"] or _IMPLIED[prefix]
            return Symbol(kind, int(match["number"]), role, match["state"] or "", match["new"] is not None)
        if name.startswith("d") and name[1:] in ("x", "L"):
            return Symbol(name[1:], role=Role.GRADIENT)
        return Symbol(name)


def terminal_style() -> str:
    """The style of the symbols on a terminal: the chosen one, or brackets where a digit could be read as a power."""
    return "brackets" if _needs_brackets[0] else _chosen[0]


def chosen_style() -> str:
    """The style that was chosen for a terminal."""
    return _chosen[0]


def require_brackets(needed: bool) -> bool:
    """Write every layer in brackets, because in one formula a raised digit could be read as a power: a² (1 − a²).

    So the labels, the pictures and all formulas of a screen have one notation.

    Args:
        needed: Whether there is such a formula.

    Returns:
        Whether that changes how symbols are written.
    """
    before, _needs_brackets[0] = terminal_style(), needed
    return terminal_style() != before


def use_terminal_style(style: str) -> None:
    """Write the symbols on a terminal in another style, in the whole program.

    Args:
        style: One of `TERMINAL_STYLES`.

    Raises:
        ValueError: If there is no such style.
    """
    if style not in TERMINAL_STYLES:
        raise ValueError(style)
    _chosen[0] = style


def subscript(index: int) -> str:
    """Return an index as a subscript: 12 → "₁₂"."""
    return str(index).translate(_SUBSCRIPTS)


def superscript(index: int) -> str:
    """Return an index as a superscript: 12 → "¹²"."""
    return str(index).translate(_SUPERSCRIPTS)


def subscripts(*places: int) -> str:
    """Return several indices as a subscript, with a comma if one of them has two digits: ₁₂, ₁,₁₂."""
    return _joined(places).translate(_SUBSCRIPTS)


def _joined(places: Sequence[int | str]) -> str:
    return ("," if any(isinstance(place, int) and place > 9 for place in places) else "").join(map(str, places))


def run_sign(status: str) -> str:
    """Return the sign for the status of a run (`Snapshot.outcome`).

    Raises:
        KeyError: There is no such status.
    """
    return _RUN_SIGNS[status]


def bracketed(text: str) -> str:
    """Return a text with the layers of its symbols in brackets: "new W¹" → "new W^[1]".

    Args:
        text: Words and symbols in the style `raised`.
    """
    return _RAISED_LAYER.sub(lambda match: f"{match[1]}^[{match[2].translate(_PLAIN)}]", text)


def parameter_symbol(name: str) -> str:
    """Return the symbol of a parameter: "W1" → "W¹", "alpha3" → "α³", "moving_mean1" → "μ¹"."""
    return spelled(name.replace("moving_mean", "mu").replace("moving_var", "var"))


def spelled(
    symbol: Symbol | str, style: str = "", *, index: Sequence[int | str] = (), example: int | str | None = None
) -> str:
    """Return the symbol of anything an update computes.

    `W1` → W¹, `da2` → ∂L/∂a², `dlz1` → ∂l/∂z¹, `g_prime1` → ∂a¹/∂z¹, `dR1` → ∂R/∂W¹, `LR` → L + R, `dLR1` → ∂(L+R)/∂W¹,
    `W1_new` → new W¹, `v_W1` → v of W¹; a name that is not a symbol is returned unchanged.

    Args:
        symbol: The symbol, or its name.
        style: One of `STYLES`; by default the style of the terminal.
        index: Index of one entry, counted from 1: (2, 3) → W¹₂₃; ("j",) for any unit: → a¹ⱼ.
        example: Its example, counted from 1, in a batch of several, or "i" for any: → a¹₂⁽³⁾.
    """
    style = style or terminal_style()
    entry = _Entry(style, tuple(index), example)
    meant = Symbol.parse(symbol) if isinstance(symbol, str) else symbol
    if meant.new:
        old = replace(meant, new=False)
        if style == "latex":
            return entry.spell(old) + r"^{\mathrm{new}}" if meant.state else entry.letter_of(old, new=True)
        return f"new {entry.spell(old)}"
    return entry.spell(meant)


class _Entry:
    """Writes symbols in one style, with the index of an entry attached to each.

    Args:
        style: One of `STYLES`.
        index: Index of the entry, () for the whole array.
        example: Its example, None for the whole batch.
    """

    def __init__(self, style: str, index: tuple[int | str, ...], example: int | str | None) -> None:
        self._column = _COLUMNS[style]
        self._style = style
        self._index = ",".join(map(str, index)) if style == "ascii" else _joined(index)
        self._example = example

    def spell(self, symbol: Symbol) -> str:
        """A quantity, or a derivative."""
        match symbol.role:
            case Role.VALUE:
                return "L + R" if symbol.kind == "LR" else self.letter_of(symbol)
            case Role.GRADIENT:
                return "dL" if symbol.kind == "L" else self._ratio("L", self.letter_of(symbol))
            case Role.ROW_GRADIENT:
                return self._ratio("l", self.letter_of(symbol))
            case Role.DERIVATIVE:
                return self._ratio(self.letter_of(symbol), self.letter_of(Symbol("z", symbol.number)))
            case Role.PENALTY_GRADIENT:
                return self._ratio("R", self.letter_of(symbol))
            case Role.TOTAL_GRADIENT:
                return self._ratio("(L+R)", self.letter_of(symbol))

    def _ratio(self, top: str, bottom: str) -> str:
        if self._style == "latex":
            return rf"\frac{{\partial {top}}}{{\partial {bottom}}}"
        d = "d" if self._style == "ascii" else "∂"
        return f"{d}{top}/{d}{bottom}"

    def letter_of(self, symbol: Symbol, *, new: bool = False) -> str:
        """A quantity that is not a derivative; `v_W1` is the state that an update rule keeps for W¹."""
        if symbol.state:
            inner = self.letter_of(symbol.value)
            return f"{symbol.state}_{{{inner}}}" if self._style == "latex" else f"{symbol.state}({inner})"
        letters = _LETTERS.get(symbol.kind, (symbol.kind,) * len(STYLES[1:]))
        return self._decorated(letters[self._column], str(symbol.number) if symbol.number else "", new)

    def _decorated(self, letter: str, layer: str, new: bool) -> str:
        if self._style == "latex":
            square = "^2" if letter.endswith("^2") else ""
            above = f"[{layer}]" if layer else ""
            above += f"({self._example})" if self._example is not None else ""
            below = ",".join(part for part in (self._index, r"\mathrm{new}" if new else "") if part)
            body = letter.removesuffix("^2") + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
            return f"({body})^2" if square and above else body + square
        if self._style == "ascii":
            places = "".join(f"[{part}]" for part in (layer, self._index) if part)
            return letter + places + (f"({self._example})" if self._example is not None else "")
        example = "" if self._example is None else f"({self._example})".translate(_SUPERSCRIPTS)
        if self._style == "brackets":
            square = "²" if letter.endswith("²") and layer else ""
            above = f"^[{layer}]" if layer else ""
            body = letter.removesuffix(square) + above + self._index.translate(_SUBSCRIPTS)
            return (f"({body})²" if square else body) + example
        if letter.endswith("²"):  # it already carries a superscript, so its layer goes below
            return letter + ",".join(part for part in (layer, self._index) if part).translate(_SUBSCRIPTS) + example
        return letter + layer.translate(_SUPERSCRIPTS) + self._index.translate(_SUBSCRIPTS) + example


class HasSymbol(Protocol):
    """Something that a symbol names."""

    @property
    def symbol(self) -> Symbol:
        """Its symbol."""


Named = TypeVar("Named", bound=HasSymbol)


def last_named(things: Sequence[Named], symbol: Symbol | str) -> Named:
    """The last of several things with this symbol, or with the symbol of this name.

    Raises:
        KeyError: If there is none.
    """
    meant = Symbol.parse(symbol) if isinstance(symbol, str) else symbol
    for thing in reversed(things):
        if thing.symbol == meant:
            return thing
    raise KeyError(str(symbol))
