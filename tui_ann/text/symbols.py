"""The one place that spells the lecture's symbols: x₁, W², ∂L/∂b¹, a¹₃ on a terminal, W^{[2]} in LaTeX, W[2] in ASCII.

The engine names what it computes `W1`, `z1`, `da2`, `g_prime1`, `x_hat1`, `W1_new`; `spelled` turns such a name into
the symbol a person reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789-()i", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾ⁱ")

_RUN_SIGNS = {"running": "▶", "paused": "▮▮", "ready": "·", "diverged": "✗", "interrupted": "■"}

STYLES = ("unicode", "latex", "ascii")
"""Ways of spelling: for a terminal, for TeX, and for where neither can be had."""

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
    "epsilon": ("ε", r"\varepsilon", "epsilon"),
    "rho": ("ρ", r"\rho", "rho"),
    "beta_1": ("β₁", r"\beta_1", "beta_1"),
    "beta_2": ("β₂", r"\beta_2", "beta_2"),
    "lambda_1": ("λ₁", r"\lambda_1", "lambda_1"),
    "lambda_2": ("λ₂", r"\lambda_2", "lambda_2"),
}
"""Names longer than a letter: on a terminal, in LaTeX, in ASCII."""
_NAMES = "moving_mean|moving_var|x_hat|alpha|gamma|beta|mu|var|[Wbzadnr]"
"""Letters that carry the number of their layer."""
_SYMBOL = re.compile(rf"(?P<letter>{_NAMES})(?P<layer>\d+)")
_IN_FORMULA = re.compile(rf"(?<![A-Za-z0-9_])(?:d?(?:{_NAMES})|g_prime|dR|dLR)\d+(?:_new)?(?![A-Za-z0-9_])")


def subscript(index: int) -> str:
    """Return an index as it stands below the line: 12 → "₁₂"."""
    return str(index).translate(_SUBSCRIPTS)


def superscript(index: int) -> str:
    """Return an index as it stands above the line: 12 → "¹²"."""
    return str(index).translate(_SUPERSCRIPTS)


def subscripts(*places: int) -> str:
    """Return several indices below the line, with a comma where one of them has two digits: ₁₂, ₁,₁₂."""
    return _joined(places).translate(_SUBSCRIPTS)


def _joined(places: Sequence[int]) -> str:
    return ("," if any(place > 9 for place in places) else "").join(map(str, places))


def run_sign(status: str) -> str:
    """Return the sign of how a run stands (`ready`, `running`, `paused`, or how it ended); ✓ where it ended well."""
    return _RUN_SIGNS.get(status, "✓")


def parameter_symbol(name: str) -> str:
    """Return the symbol of a parameter: "W1" → "W¹", "alpha3" → "α³", "moving_mean1" → "μ¹"."""
    return spelled(name.replace("moving_mean", "mu").replace("moving_var", "var"))


def spelled(name: str, style: str = "unicode", *, index: Sequence[int] = (), example: int | str | None = None) -> str:
    """Return the symbol of anything an update computes.

    `W1` → W¹, `da2` → ∂L/∂a², `g_prime1` → ∂a¹/∂z¹, `dR1` → ∂R/∂W¹, `LR` → L + R, `dLR1` → ∂(L+R)/∂W¹,
    `W1_new` → new W¹, `v_W1` → v of W¹; a name that is no symbol comes back as it is.

    Args:
        name: The engine's name.
        style: One of `STYLES`.
        index: Place of one entry, counted from 1: (2, 3) → W¹₂₃.
        example: Its example, counted from 1, in a batch of several, or "i" for any: → a¹₂⁽³⁾.
    """
    entry = _Entry(style, tuple(index), example)
    if name.endswith("_new"):
        old = name.removesuffix("_new")
        if style == "latex":
            is_state = re.fullmatch("[vms]_.+", old)
            return entry.letter_of(old) + r"^{\mathrm{new}}" if is_state else entry.spell(old, new=True)
        return f"new {entry.spell(old)}"
    return entry.spell(name)


def spelled_formula(formula: str, style: str = "unicode") -> str:
    """Return a formula of the tape with every symbol in it spelled: "W2ᵀ dz2" → "W²ᵀ ∂L/∂z²"."""
    return _IN_FORMULA.sub(lambda match: spelled(match.group(), style), formula)


class _Entry:
    """Spells symbols in one style, with the place of an entry attached to each.

    Args:
        style: One of `STYLES`.
        index: Place of the entry, () for the whole.
        example: Its example, None for the whole batch.
    """

    def __init__(self, style: str, index: tuple[int, ...], example: int | str | None) -> None:
        self._column = STYLES.index(style)
        self._style = style
        self._index = ",".join(map(str, index)) if style == "ascii" else _joined(index)
        self._example = example

    def spell(self, name: str, *, new: bool = False) -> str:
        """A quantity, or a derivative."""
        if re.fullmatch(r"g_prime\d+", name):
            layer = name.removeprefix("g_prime")
            return self._ratio(self.letter_of(f"a{layer}"), self.letter_of(f"z{layer}"))
        if name == "LR":
            return "L + R"
        if re.fullmatch(r"dLR\d+", name):
            return self._ratio("(L+R)", self.letter_of(f"W{name[3:]}"), plain_top=True)
        if re.fullmatch(r"dR\d+", name):
            return self._ratio("R", self.letter_of(f"W{name[2:]}"), plain_top=True)
        if re.fullmatch(rf"d(x|(?:{_NAMES})\d+)", name):
            return self._ratio("L", self.letter_of(name[1:]), plain_top=True)
        return self.letter_of(name, new=new)

    def _ratio(self, top: str, bottom: str, *, plain_top: bool = False) -> str:
        if self._style == "latex":
            return rf"\frac{{\partial {top}}}{{\partial {bottom}}}"
        d = "d" if self._style == "ascii" else "∂"
        return f"{d}{top}/{d}{bottom}"

    def letter_of(self, name: str, *, new: bool = False) -> str:
        """A quantity that is no derivative; `v_W1` is the state that an update rule keeps for W¹."""
        state = re.fullmatch(r"([vms])_(.+)", name)
        if state:
            letter, parameter = state.groups()
            inner = self.letter_of(parameter)
            return f"{letter}_{{{inner}}}" if self._style == "latex" else f"{letter}({inner})"
        match = _SYMBOL.fullmatch(name)
        letter, layer = (match["letter"], match["layer"]) if match else (name, "")
        return self._decorated(_LETTERS.get(letter, (letter, letter, letter))[self._column], layer, new)

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
        if letter.endswith("²"):  # it already carries a superscript, so its layer goes below
            return letter + ",".join(part for part in (layer, self._index) if part).translate(_SUBSCRIPTS) + example
        return letter + layer.translate(_SUPERSCRIPTS) + self._index.translate(_SUBSCRIPTS) + example
