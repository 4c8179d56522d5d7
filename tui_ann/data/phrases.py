"""Phrases for messages about data; names from files are made safe to print."""

from collections.abc import Iterable
from pathlib import Path

from tui_ann.text import clean, count


def quoted(name: str) -> str:
    """A column name or a label in quotes, on one line and not too long."""
    return f"'{clean(name, 60)}'"


def whole(path: Path) -> str:
    """A path in quotes, on one line and not cut, because paths differ at their ends."""
    return f"'{clean(str(path))}'"


def listing(names: Iterable[str], limit: int = 5) -> str:
    """Quoted names with commas; if there are many, the first ones and the number of the others."""
    shown = [quoted(name) for name in names]
    more = len(shown) - limit
    return ", ".join(shown) if more <= 0 else f"{', '.join(shown[:limit])} and {count(more)} more"
