"""A settings form: each line has a label and a value, edited in a dialog or stepped up and down in place.

The form shows an experiment (or a layer) and posts requests for changes; it stores none.  Every line comes from the
declaration of its setting, with label, help, kind, limits and choices.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.message import Message

from tui_ann.experiment.settings import Setting
from tui_ann.experiment.spec import Experiment, LayerSpec
from tui_ann.text import cell_width
from tui_ann.tui.content.edits import stepped
from tui_ann.tui.content.setting_text import short_value, value_text
from tui_ann.tui.dialogs.edit_setting import edit_setting
from tui_ann.tui.widgets.row_list import Row, RowList

Owner = Experiment | LayerSpec


@dataclass(frozen=True)
class Line:
    """One line of the form."""

    setting: Setting | None
    """The setting; `None` for a heading."""
    title: str = ""
    """The text of a heading."""


class SettingsForm(RowList):
    """A settings form.

    Args:
        id: Its id.
        choosable: Whether Enter edits the current setting; otherwise Enter is left to the screen.
    """

    @dataclass
    class Wanted(Message):
        """The user requests another value."""

        form: "SettingsForm"
        setting: Setting
        value: Any
        owner: Owner
        """The experiment or layer that the form showed then; the request is dropped if it shows another one now."""

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
            owner: The experiment or layer with the settings.
            lines: Settings and headings in order; a heading without settings is left out.
            proposed: The proposal, to mark differences.
            usual: Defaults of unset settings, by name.
            faulty: Names of the settings that prevent training.
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
        """The current setting."""
        return self._lines[self.cursor].setting if self.cursor < len(self._lines) else None

    @property
    def help_topic(self) -> str:
        """What `?` explains."""
        return self.setting.name if self.setting is not None else ""

    def explanation(self) -> str:
        """What the current setting does, and its proposed value."""
        setting = self.setting
        if setting is None or self._owner is None:
            return ""
        text = setting.help
        if _differs(setting, self._owner, self._proposed) and self._proposed is not None:
            text += f" Proposed: {value_text(setting.get(self._proposed))}."
        return text

    def _line(self, index: int, width: int) -> Row:
        setting = self._lines[index].setting
        if setting is None:
            return Row(((" " + self._lines[index].title, ""),), heading=True)
        value = setting.get(self._owner) if self._owner is not None else None
        changed = _differs(setting, self._owner, self._proposed)
        shown = ("on" if value else "off") if setting.kind == "table" else value_text(value)
        look = "accent" if changed else "strong"
        if value in (None, "") and setting.name in self._usual:
            shown, look = self._usual[setting.name], "muted"
        faulty = setting.name in self._faulty
        mark = " ▾ " if setting.kind in ("choice", "list") else "   "
        shown = short_value(shown, width - cell_width(setting.label) - 4 - len(mark))
        return Row(
            (
                (" ✗ " if faulty else " • " if changed else "   ", "bad" if faulty else "accent"),
                (setting.label + " ", "bad" if faulty else ""),
            ),
            ((shown, look), (mark, "muted")),
        )

    def _want(self, owner: Owner, setting: Setting, value: Any) -> None:
        self.post_message(self.Wanted(self, setting, value, owner))

    def step(self, step: int) -> None:
        """Step the current setting up or down.

        Args:
            step: 1 or −1.
        """
        setting = self.setting
        if setting is None or self._owner is None:
            return
        value = setting.get(self._owner)
        self._want(self._owner, setting, value is None if setting.kind == "table" else stepped(setting, value, step))

    def reset(self) -> None:
        """Reset the current setting to its proposed value."""
        setting = self.setting
        if setting is not None and self._owner is not None and self._proposed is not None:
            value = setting.get(self._proposed)
            self._want(self._owner, setting, value is not None if setting.kind == "table" else value)

    def edit(self) -> None:
        """Change the setting under the cursor."""
        setting = self.setting
        if setting is not None and self._owner is not None:
            usual = self._usual.get(setting.name, "as usual")
            edit_setting(self.app, setting, setting.get(self._owner), partial(self._want, self._owner, setting), usual)

    action_choose = edit

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Edit the setting that was double-clicked."""
        event.stop()
        self.edit()


def _differs(setting: Setting, owner: Owner | None, proposed: Owner | None) -> bool:
    """Whether a value differs from the proposed one."""
    return owner is not None and proposed is not None and bool(setting.get(owner) != setting.get(proposed))
