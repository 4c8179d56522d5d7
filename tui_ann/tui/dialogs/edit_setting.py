"""Ask for a new value of a setting, with the right dialog for its kind."""

from collections.abc import Callable
from typing import Any

from textual.app import App

from tui_ann.experiment.settings import Setting
from tui_ann.tui.content.choice_notes import choice_note
from tui_ann.tui.content.setting_text import dialog_title, parse_value, value_text
from tui_ann.tui.dialogs.choose import ChecklistDialog, Choice, ChooseDialog
from tui_ann.tui.dialogs.choose_activation import ActivationDialog
from tui_ann.tui.dialogs.entry import EntryDialog


def edit_setting(
    app: App[Any], setting: Setting, value: Any, use: Callable[[Any], object], usual: str = "as usual"
) -> None:
    """Ask for a value; a boolean toggles at once, without a dialog.

    Args:
        app: The application that shows the dialog.
        setting: The setting.
        value: Its current value.
        use: Called with the new value; not called if the dialog is cancelled.
        usual: The default if the setting is unset.
    """
    if setting.kind == "table":
        use(value is None)
    elif setting.kind == "bool" and not setting.optional:
        use(not value)
    elif setting.kind in ("choice", "bool"):
        _choose(app, setting, value, use, usual)
    elif setting.kind == "list" and setting.choices:
        choices = [Choice(word, str(word), choice_note(setting.name, word)) for word in setting.choices]
        dialog = ChecklistDialog(dialog_title(setting.label), choices, value, help=setting.help)
        app.push_screen(dialog, lambda words: None if words is None else _ignore(use(words)))
    else:
        _type(app, setting, value, use)


def _choose(app: App[Any], setting: Setting, value: Any, use: Callable[[Any], object], usual: str) -> None:
    words = setting.choices or (True, False)
    choices = [Choice(word, value_text(word), choice_note(setting.name, str(word).lower())) for word in words]
    if setting.optional:
        choices.insert(0, Choice(None, "–", usual))
    kind = ActivationDialog if setting.name == "activation" else ChooseDialog
    dialog = kind(dialog_title(setting.label), choices, value, help=setting.help)
    app.push_screen(dialog, lambda choice: None if choice is None else _ignore(use(choice.value)))


def _type(app: App[Any], setting: Setting, value: Any, use: Callable[[Any], object]) -> None:
    shown = "" if value is None else value_text(value) if value != "" else ""

    def fault(text: str) -> str | None:
        return setting.fault(parse_value(setting, text))

    allowed = setting.allowed() + (", or nothing" if setting.optional else "")
    dialog = EntryDialog(dialog_title(setting.label), shown, help=setting.help, allowed=allowed, fault=fault)
    app.push_screen(dialog, lambda text: None if text is None else _ignore(use(parse_value(setting, text))))


def _ignore(result: object) -> None:
    """Ignore the result: the callback of a dialog returns nothing."""
