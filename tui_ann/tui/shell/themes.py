"""Choosing a theme."""

from typing import Any

from textual.app import App

from tui_ann.tui.content.colours import own_themes
from tui_ann.tui.dialogs.choose import Choice
from tui_ann.tui.dialogs.themes import ThemeDialog
from tui_ann.tui.shell.preferences import UserPreferences


def choose_theme(app: App[Any], preferences: UserPreferences) -> None:
    """Ask for a theme, show it and remember it.

    Args:
        app: The application.
        preferences: Remembers the choice.
    """
    own = [theme.name for theme in own_themes()]
    names = [*own, *sorted(set(app.available_themes) - set(own))]

    def use(choice: Choice | None) -> None:
        if choice is not None:
            app.theme = choice.value
            preferences.remember("theme", choice.value)

    app.push_screen(ThemeDialog([(name, app.available_themes[name].dark) for name in names], app.theme), use)
