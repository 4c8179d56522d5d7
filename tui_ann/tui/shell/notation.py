"""Choosing how layers are written."""

from tui_ann.text.symbols import TERMINAL_STYLES, chosen_style, spelled, terminal_style, use_terminal_style
from tui_ann.tui.services.host import Host
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
    written, raised = f"{spelled('W2')} and {spelled('a2')}", spelled("a2", one)
    if terminal_style() == chosen_style():
        app.tell(f"Layers are written as {written}.")
    else:
        app.tell(f"Layers are written as {written} here: in a formula of this update {raised} could be a square.")
