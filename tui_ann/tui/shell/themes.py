"""The program's own themes, read from `tui_ann/text/themes.toml`, and the theme dialog."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from textual.app import App
from textual.theme import Theme

from tui_ann.tui.dialogs.choose import Choice
from tui_ann.tui.dialogs.themes import ThemeDialog
from tui_ann.tui.shell.preferences import remember


def own_themes() -> list[Theme]:
    """Every theme of the file, in its order."""
    tables = tomllib.loads((files("tui_ann.text") / "themes.toml").read_text(encoding="utf-8"))
    return [Theme(name=name, **table) for name, table in tables.items()]


def choose_theme(app: App[Any], settings: Path) -> None:
    """Ask for a theme, show it and remember it.

    Args:
        app: The application.
        settings: The file that stores the choice.
    """
    own = [theme.name for theme in own_themes()]
    names = [*own, *sorted(set(app.available_themes) - set(own))]

    def use(choice: Choice | None) -> None:
        if choice is not None:
            app.theme = choice.value
            remember(settings, "theme", choice.value)

    app.push_screen(ThemeDialog([(name, app.available_themes[name].dark) for name in names], app.theme), use)
