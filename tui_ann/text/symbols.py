"""The lecture's symbols as a terminal can spell them: x₁, W², ∂L/∂b¹, a¹₃."""

from __future__ import annotations

import re

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_GREEK = {"alpha": "α", "gamma": "γ", "beta": "β", "moving_mean": "μ", "moving_var": "σ²"}


def subscript(index: int) -> str:
    """Return an index as it stands below the line: 12 → "₁₂"."""
    return str(index).translate(_SUBSCRIPTS)


def superscript(index: int) -> str:
    """Return an index as it stands above the line: 12 → "¹²"."""
    return str(index).translate(_SUPERSCRIPTS)


def parameter_symbol(name: str) -> str:
    """Return the symbol of a parameter: "W1" → "W¹", "alpha3" → "α³", "moving_mean1" → "μ¹"."""
    match = re.fullmatch(r"([A-Za-z_]+?)(\d+)", name)
    if match is None:
        return name
    letter, layer = match.groups()
    if letter == "moving_var":  # σ² already carries a superscript
        return f"σ²{subscript(int(layer))}"
    return _GREEK.get(letter, letter) + superscript(int(layer))
