"""The content of the help dialog: the term under the cursor, the page, the keys, the paths of the user's files."""

from textual.screen import Screen

from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS
from tui_ann.session.store.paths import UserPaths
from tui_ann.tui.content.glossary import Term, glossary
from tui_ann.tui.dialogs.help import HelpDialog, Key
from tui_ann.tui.keys.actions import BY_ID
from tui_ann.tui.screens.base import AnnScreen


def help_dialog(screen: Screen[object], paths: UserPaths) -> HelpDialog:
    """The help for a screen in its current state.

    Args:
        screen: The active screen.
        paths: Paths of the user's files.
    """
    page = screen.MODE if isinstance(screen, AnnScreen) else ""
    footnote = f"Your own keys go into {paths.keymap}, theme, frames per second and full speed into {paths.settings}."
    return HelpDialog(_term(_topic(screen)), page, _keys(screen), footnote)


def _topic(screen: Screen[object]) -> str:
    """The topic of the focused widget or its nearest ancestor with one; otherwise that of the active pane."""
    focused = screen.focused
    if focused is None:
        focused = next(iter(screen.query("Pane.-active")), None)
    for node in focused.ancestors_with_self if focused is not None else ():
        topic = getattr(node, "help_topic", "")
        if topic:
            return str(topic)
    return ""


def _term(topic: str) -> Term | None:
    """The term of the glossary, or the help of the setting with that name."""
    found = glossary().term(topic)
    if found is not None or not topic:
        return found
    settings = [*SETTINGS.values(), *(setting for layer in LAYER_SETTINGS.values() for setting in layer.values())]
    return next((Term(setting.label, setting.help) for setting in settings if setting.name == topic), None)


def _keys(screen: Screen[object]) -> list[Key]:
    """Every action that is possible now, once, with its keys; those of the screen first."""
    found: dict[str, Key] = {}
    for active in screen.active_bindings.values():
        action = BY_ID.get(active.binding.id or "")
        if action is None:
            continue
        shown = screen.app.get_key_display(active.binding)
        if action.id in found:
            found[action.id] = found[action.id].also(shown)
        else:
            found[action.id] = Key(shown, action.label, action.help, action.scope)
    order = {"list": 1, "app": 2}
    return sorted(found.values(), key=lambda key: order.get(key.scope, 0))
