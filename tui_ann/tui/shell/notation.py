"""Choosing how layers are written."""

from tui_ann.text.symbols import TERMINAL_STYLES, chosen_style, use_terminal_style
from tui_ann.tui.services.host import Host
from tui_ann.tui.services.notation import in_words
from tui_ann.tui.shell.preferences import UserPreferences


def change_notation(app: Host, preferences: UserPreferences) -> None:
    """Write layers as W² or as W^[2], and remember the choice.

    Args:
        app: The application.
        preferences: Remembers the choice.
    """
    one, other = TERMINAL_STYLES
    use_terminal_style(other if chosen_style() == one else one)
    preferences.remember("notation", chosen_style())
    app.revision += 1  # everything is written anew
    app.tell(in_words())
