"""A form made of settings: each line a label and a value, changed by a dialog or turned up and down in place.

The form shows an experiment (or a layer) and asks for changes; it keeps nothing.  Every line comes from the one
declaration of its setting, with label, help, kind, limits and choices.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.message import Message

from tui_ann.experiment.settings import Setting
from tui_ann.experiment.spec import Experiment, LayerSpec
from tui_ann.text import count, number
from tui_ann.tui.content.choice_notes import choice_note
from tui_ann.tui.content.edits import stepped
from tui_ann.tui.dialogs.choose import ChecklistDialog, Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.widgets.row_list import Row, RowList

DIALECT = ("delimiter", "decimal", "header", "encoding", "skip_lines")
"""Names of the settings that say how a file is read."""
Owner = Experiment | LayerSpec


def titled(label: str) -> str:
    """A setting's label as the title of a dialog; symbols such as ε stay as they are.

    Args:
        label: Such as `update rule`.
    """
    return label[:1].upper() + label[1:] if label[:1].isascii() else label


def spelled(value: Any) -> str:
    """A value as the form shows it and as it can be typed again.

    Args:
        value: A setting's value.
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, float):
        return number(value, 6)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    return str(value)


def parsed(setting: Setting, text: str) -> Any:
    """A typed text as a value of a setting; the text itself where it is no number.

    Args:
        setting: The setting.
        text: What was typed.
    """
    text = text.strip()
    if not text or text == "–":
        return None if setting.optional else "" if setting.kind == "str" else text
    plain = text.replace("−", "-").replace(" ", "")
    try:
        if setting.kind == "int":
            return int(plain)
        if setting.kind == "float":
            return float(plain.replace(",", "."))
    except ValueError:
        return text
    return text


@dataclass(frozen=True)
class Line:
    """One line of the form."""

    setting: Setting | None
    """The setting; none for a title."""
    title: str = ""
    """The title's text."""


class SettingsForm(RowList):
    """A form of settings.

    Args:
        id: Its id.
        choosable: Whether Enter edits the setting in hand; else Enter is left to the screen.
    """

    @dataclass
    class Wanted(Message):
        """The person wants another value."""

        form: "SettingsForm"
        setting: Setting
        value: Any

        @property
        def control(self) -> "SettingsForm":
            """The form."""
            return self.form

    def __init__(self, *, id: str, choosable: bool = True) -> None:
        super().__init__(id=id, choosable=choosable)
        self._owner: Owner | None = None
        self._proposed: Owner | None = None
        self._usual: Mapping[str, str] = {}
        self._faulty: Collection[str] = ()
        self._lines: list[Line] = []

    def show_settings(
        self,
        owner: Owner,
        lines: Sequence[Line],
        proposed: Owner | None = None,
        *,
        usual: Mapping[str, str] | None = None,
        faulty: Collection[str] = (),
    ) -> None:
        """Show the settings that have an effect, with their values.

        Args:
            owner: The experiment or layer they belong to.
            lines: Settings and titles, in order; a title without settings below it is left out.
            proposed: The same with the values the program proposed, to mark what differs.
            usual: What holds where a setting is left open, by its name.
            faulty: Names of the settings that stand in the way.
        """
        kept = self.setting
        self._owner, self._proposed = owner, proposed
        self._usual, self._faulty = usual or {}, faulty
        active = [line for line in lines if line.setting is None or line.setting.applies(owner)]
        self._lines = [
            line
            for line, after in zip(active, [*active[1:], Line(None)], strict=True)
            if line.setting is not None or after.setting is not None
        ]
        headings = frozenset(i for i, line in enumerate(self._lines) if line.setting is None)
        keys = [line.setting.key if line.setting else "" for line in self._lines]
        cursor = keys.index(kept.key) if kept is not None and kept.key in keys else None
        self.show(len(self._lines), self._line, headings=headings, cursor=cursor)

    @property
    def setting(self) -> Setting | None:
        """The setting in hand."""
        return self._lines[self.cursor].setting if self.cursor < len(self._lines) else None

    @property
    def help_topic(self) -> str:
        """What `?` explains."""
        return self.setting.name if self.setting is not None else ""

    def explanation(self) -> str:
        """What the setting in hand does, what was proposed, and what is allowed."""
        setting = self.setting
        if setting is None or self._owner is None:
            return ""
        text = setting.help
        if self._differs(setting) and self._proposed is not None:
            text += f" Proposed: {spelled(setting.get(self._proposed))}."
        return text

    def _differs(self, setting: Setting) -> bool:
        if self._proposed is None or self._owner is None:
            return False
        return bool(setting.get(self._owner) != setting.get(self._proposed))

    def _line(self, index: int, width: int) -> Row:
        setting = self._lines[index].setting
        if setting is None:
            return Row(((" " + self._lines[index].title, ""),), heading=True)
        value = setting.get(self._owner) if self._owner is not None else None
        changed = self._differs(setting)
        shown = ("on" if value else "off") if setting.kind == "table" else spelled(value)
        look = "accent" if changed else "strong"
        if value in (None, "") and setting.name in self._usual:
            shown, look = self._usual[setting.name], "muted"
        faulty = setting.name in self._faulty
        mark = " ▾ " if setting.kind in ("choice", "list") else "   "
        return Row(
            (
                (" ✗ " if faulty else " • " if changed else "   ", "bad" if faulty else "accent"),
                (setting.label + " ", "bad" if faulty else ""),
            ),
            ((shown, look), (mark, "muted")),
        )

    def _want(self, setting: Setting, value: Any) -> None:
        self.post_message(self.Wanted(self, setting, value))

    def step(self, step: int) -> None:
        """Turn the setting in hand up or down.

        Args:
            step: 1 or −1.
        """
        setting = self.setting
        if setting is None or self._owner is None:
            return
        value = setting.get(self._owner)
        self._want(setting, value is None if setting.kind == "table" else stepped(setting, value, step))

    def reset(self) -> None:
        """Give the setting in hand the value that was proposed."""
        setting = self.setting
        if setting is not None and self._proposed is not None:
            value = setting.get(self._proposed)
            self._want(setting, value is not None if setting.kind == "table" else value)

    def action_choose(self) -> None:
        """Change the setting in hand, by a dialog where there is something to choose or type."""
        self.edit()

    def edit(self) -> None:
        """Change the setting in hand."""
        setting = self.setting
        if setting is None or self._owner is None:
            return
        value = setting.get(self._owner)
        if setting.kind == "table":
            self._want(setting, value is None)
        elif setting.kind == "bool" and not setting.optional:
            self._want(setting, not value)
        elif setting.kind in ("choice", "bool"):
            self._choose(setting, value)
        elif setting.kind == "list" and setting.choices:
            choices = [Choice(word, str(word), choice_note(setting.name, word)) for word in setting.choices]
            dialog = ChecklistDialog(titled(setting.label), choices, value, help=setting.help)
            self.app.push_screen(dialog, partial(self._answered, setting))
        else:
            self._type(setting, value)

    def _choose(self, setting: Setting, value: Any) -> None:
        words = setting.choices or (True, False)
        choices = [Choice(word, spelled(word), choice_note(setting.name, str(word).lower())) for word in words]
        if setting.optional:
            choices.insert(0, Choice(None, "–", self._usual.get(setting.name, "as usual")))
        dialog = ChooseDialog(titled(setting.label), choices, value, help=setting.help)
        self.app.push_screen(dialog, lambda choice: None if choice is None else self._want(setting, choice.value))

    def _type(self, setting: Setting, value: Any) -> None:
        shown = "" if value is None else spelled(value) if value != "" else ""

        def fault(text: str) -> str | None:
            return setting.fault(parsed(setting, text))

        allowed = setting.allowed() + (", or nothing" if setting.optional else "")
        dialog = EntryDialog(titled(setting.label), shown, help=setting.help, allowed=allowed, fault=fault)
        self.app.push_screen(dialog, lambda text: None if text is None else self._want(setting, parsed(setting, text)))

    def _answered(self, setting: Setting, value: Any) -> None:
        if value is not None:
            self._want(setting, value)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """A double click on a line edits it."""
        event.stop()
        self.edit()
