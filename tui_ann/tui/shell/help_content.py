"""The content of the help dialog: the keys, the term under the cursor, the page, the paths of the user's files."""

import re

from textual.screen import Screen

from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS
from tui_ann.session.store.paths import UserPaths
from tui_ann.tui.content.glossary import Term, glossary, page
from tui_ann.tui.dialogs.help import HelpDialog, HelpPage, Key
from tui_ann.tui.keys.actions import BY_ID
from tui_ann.tui.keys.modes import MODES
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.services.screen_host import ScreenHost

_PLACE = re.compile(r"\{(\w+\.\w+)\}")
"""Where the key of an action goes in a page: `{step.write}`."""
_SCREENS = {f"app.{mode.id}" for mode in MODES}
_TOGETHER = {"list": ("Cursor", "Moves the cursor."), "lines": ("Scroll", "Scrolls the text.")}
"""Scopes with many keys for one thing, each shown as one line."""


def help_dialog(screen: Screen[object], host: ScreenHost, paths: UserPaths) -> HelpDialog:
    """The help for a screen in its current state.

    Args:
        screen: The active screen.
        host: The application; knows the user's keys.
        paths: Paths of the user's files.
    """
    name = screen.MODE if isinstance(screen, AnnScreen) else ""
    text = _PLACE.sub(lambda place: host.key_of(place[1]), page(name))
    footnote = f"Your own keys go into {paths.keymap}, theme, frames per second and full speed into {paths.settings}."
    return HelpDialog(_term(_topic(screen)), HelpPage(text, _keys(screen), glossary().legend(name), footnote))


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
        name, label, sentence = action.id, action.label, action.help
        if action.scope in _TOGETHER and action.method.startswith(("move", "page")):
            name = action.scope
            label, sentence = _TOGETHER[name]
        elif action.id in _SCREENS:
            name, label, sentence = "go", "Screens", "Goes to another screen; the run continues."
        shown = screen.app.get_key_display(active.binding)
        found[name] = found[name].also(shown) if name in found else Key(shown, label, sentence, action.scope)
    order = {"list": 1, "lines": 1, "app": 2}
    return sorted(found.values(), key=lambda key: order.get(key.scope, 0))
