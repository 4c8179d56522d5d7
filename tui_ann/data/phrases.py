"""Small pieces of the sentences that data code tells its user; names from files are made harmless on the way."""

from collections.abc import Iterable
from pathlib import Path

from tui_ann.text import clean, count


def quoted(name: str) -> str:
    """A column name or a label in quotes, on one line and not too long."""
    return f"'{clean(name, 60)}'"


def whole(path: Path) -> str:
    """A path in quotes, on one line and uncut: its end is what tells it from others."""
    return f"'{clean(str(path))}'"


def listing(names: Iterable[str], limit: int = 5) -> str:
    """Quoted names with commas; of many, the first and how many more there are."""
    shown = [quoted(name) for name in names]
    more = len(shown) - limit
    return ", ".join(shown) if more <= 0 else f"{', '.join(shown[:limit])} and {count(more)} more"
