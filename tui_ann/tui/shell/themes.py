"""The program's own themes, read from `tui_ann/text/themes.toml`."""

import tomllib
from importlib.resources import files

from textual.theme import Theme


def own_themes() -> list[Theme]:
    """Every theme of the file, in its order."""
    tables = tomllib.loads((files("tui_ann.text") / "themes.toml").read_text(encoding="utf-8"))
    return [Theme(name=name, **table) for name, table in tables.items()]
