"""What the application reads at its start, and what it says about it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App

from tui_ann.tui.keys.keymap import read_keymap
from tui_ann.tui.services.host import Host
from tui_ann.tui.shell.preferences import UserPreferences


def locale_complaint(environment: Mapping[str, str] = os.environ) -> str | None:
    """A warning if the locale lacks the characters that the application draws with; otherwise `None`.

    Args:
        environment: The environment variables.
    """
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environment.get(name):
            known = "utf8" in value.lower().replace("-", "")
            return None if known else f"{name}={value} is not UTF-8. If characters look wrong, set LANG=C.UTF-8."
    return None


def read_settings(app: App[Any], host: Host, preferences: UserPreferences, keymap: Path) -> None:
    """Take up the user's keymap, and say what is wrong with it, with the settings and with the locale.

    Args:
        app: The application.
        host: The same application, as services see it.
        preferences: The user's settings.
        keymap: The file of the user's keys.
    """
    wanted = preferences.chosen.theme
    if app.theme != wanted:
        host.tell(f"There is no theme “{wanted}”; {host.key_of('app.theme')} lists them.", "warning")
    found = read_keymap(keymap)
    app.set_keymap(found.keys)
    if foreign := locale_complaint():
        host.tell(foreign, "warning", 10)
    if complaints := (*preferences.complaints, *found.problems):
        host.tell("\n".join(complaints), "warning", 20)
