"""A dialog that forks a run: where, and the one setting that changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from tui_ann.session.changes import describe
from tui_ann.session.compare.all_settings import all_settings
from tui_ann.session.compare.forking import ForkWish
from tui_ann.session.compare.lockstep import RacePace
from tui_ann.session.run.run_source import RunSource
from tui_ann.text import count, whole_number
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.dialogs.settings_form import Line, SettingsForm
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput
from tui_ann.tui.widgets.row_list import RowList

_FIRST = ("training.learning_rate", "training.optimizer", "training.variant", "training.batch_size")
"""The settings that are forked most often come first."""
_NEVER = ("data.path", "network.weights", "training.dtype", "data.classes", "data.features", "data.ignore")
"""What makes another experiment rather than a fork, or is a list of columns."""


@dataclass(frozen=True)
class ForkAnswer:
    """What was chosen."""

    wish: ForkWish
    """What to fork, where, and what changes."""
    pace: RacePace | None
    """What is equal for both in the race; `None` makes only the fork."""


_SECTIONS = ("training", "network", "data")


def _rank(key: str) -> tuple[bool, int]:
    """The place of a setting in the list: those that are forked most often, then by section."""
    first = key in _FIRST
    return not first, _FIRST.index(key) if first else _SECTIONS.index(key.partition(".")[0])


class ForkDialog(Dialog[ForkAnswer]):
    """Changes one setting of a run; changing another one takes the first change back.

    Args:
        letter: The letter of the run.
        source: The run.
        update: The proposed update.
        most: Updates of the run.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog", "done"), *bindings("build", "more", "fewer")]
    AUTO_FOCUS = "SettingsForm"

    def __init__(self, letter: str, source: RunSource, update: int, most: int) -> None:
        super().__init__(f"Fork {letter}: the same weights and shuffles, one setting changed")
        self._source, self._update, self._most = source, update, most
        self._before = self._after = source.experiment
        settings = all_settings(self._before)
        keys = sorted(settings, key=_rank)
        self._settings = {key: settings[key] for key in keys if key not in _NEVER and settings[key].kind != "table"}
        self._changed = ""

    def compose_content(self) -> Iterable[Widget]:
        """The update, the settings, the buttons."""
        with Horizontal(id="fork-at"):
            yield Static(f"after update (0 to {count(self._most)})", markup=False, classes="label")
            yield PlainInput(str(self._update), id="update", select_on_focus=True)
        yield SettingsForm(id="settings")
        yield Static(id="allowed", markup=False)
        with Horizontal(classes="buttons"):
            for pace in RacePace:
                yield Button(Content(f"Race by {pace}"), id=f"by-{pace}", variant="primary", disabled=True)
            yield Button(Content("Only fork"), id="only", disabled=True)

    def on_mount(self) -> None:
        """Fill the form."""
        self._show()

    def _show(self) -> None:
        lines = [Line(setting) for setting in self._settings.values()]
        self.query_one(SettingsForm).show_settings(self._after, lines, self._before)
        self._judge()

    def _judge(self) -> None:
        """Say what will differ, or what is wrong with the update, and enable the buttons."""
        note, fault = self.query_one("#allowed", Static), self._fault()
        ready = bool(self._changed) and not fault
        said = f"Enter changes it, + and − step it. {self.query_one(SettingsForm).explanation()}"
        if self._changed:
            said = f"What changes: {describe(self._before, self._after).label}"
        note.update(plain(fault or said))
        note.set_class(bool(fault), "-bad")
        for button in self.query(Button):
            button.disabled = not ready

    @property
    def _update_typed(self) -> int | None:
        return whole_number(self.query_one("#update", Input).value.replace(" ", ""))

    def _fault(self) -> str:
        update = self._update_typed
        if update is None or update > self._most:
            return f"The run has the updates 0 to {count(self._most)}."
        return ""

    @on(Input.Changed, "#update")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()

    @on(Input.Submitted, "#update")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(SettingsForm).focus()

    def on_key(self, event: events.Key) -> None:
        """Go between the update and the settings as in one list; digits that are typed are an update."""
        update, form = self.query_one("#update", Input), self.query_one(SettingsForm)
        digit = event.character is not None and event.character in "0123456789"
        if update.has_focus and event.key == "down":
            self.set_focus(form)
        elif form.has_focus and event.key == "up" and form.filter.place(form.cursor) == 0:
            self.set_focus(update)
        elif form.has_focus and digit:
            update.select_on_focus = False  # the next digit comes behind this one
            self.set_focus(update)
            update.call_later(setattr, update, "select_on_focus", True)
            update.value = event.character or ""
            update.cursor_position = len(update.value)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Explain the setting at the cursor."""
        event.stop()
        self._judge()

    def on_settings_form_wanted(self, event: SettingsForm.Wanted) -> None:
        """Change this setting, and only this one."""
        event.stop()
        if event.setting.fault(event.value) is None:
            self._after = event.setting.put(self._before, event.value)
            self._changed = event.setting.key if event.setting.get(self._before) != event.value else ""
        self._show()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Fork, and race if that is wanted."""
        event.stop()
        name = (event.button.id or "").removeprefix("by-")
        self._answer(RacePace(name) if name != "only" else None)

    def _answer(self, pace: RacePace | None) -> None:
        if not self._changed or self._fault():
            self.app.bell()
            return
        update = self._update_typed
        assert update is not None, "it has no fault"
        value = self._settings[self._changed].get(self._after)
        self.dismiss(ForkAnswer(ForkWish(self._source, update, self._changed, value), pace))

    def action_do(self, verb: str) -> None:
        """Step the setting at the cursor up (`more`) or down (`fewer`)."""
        self.query_one(SettingsForm).step({"more": 1, "fewer": -1}[verb])

    def action_done(self) -> None:
        """Race by epochs."""
        self._answer(RacePace.EPOCHS)
