"""Whether the terminal has too few colours to show a size by a colour."""

from typing import Any

from textual.app import App


def few_colours(app: App[Any]) -> bool:
    """Whether sizes must be shown by shades: with NO_COLOR, with 16 colours, or in a theme that uses only those.

    Args:
        app: The application.
    """
    return app.no_color or app.native_ansi_color or app.console.color_system in ("standard", "windows")
