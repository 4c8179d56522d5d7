"""What if: the same update with another η, loss, activation or rule, next to the real one; never stored."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.binding import BindingType
from textual.widget import Widget

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.layers import Dense
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.errors import TuiAnnError
from tui_ann.experiment.settings import SETTINGS
from tui_ann.session.step.what_if import REDUCTIONS, Changes, Imagined
from tui_ann.text import number
from tui_ann.text.entry import parse_number
from tui_ann.tui.content.edits import stepped
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.content_height import ContentHeight
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.draw.prose import line
from tui_ann.tui.draw.what_if import compared
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.lines_view import LinesView
from tui_ann.tui.widgets.row_list import Row, RowList

_MOST_LINES = 8


@dataclass(frozen=True)
class _Setting:
    """One setting that can be changed."""

    key: str | int
    """`learning_rate`, `loss`, `reduction`, `optimizer`, or, for an activation, the number of its layer, from 1."""
    label: str
    real: Any
    """The value of the run."""
    choices: Sequence[Choice] = ()


class WhatIfDialog(Dialog[None]):
    """Settings above, both updates below; closing it discards everything.

    Args:
        real: The update of the run.
        imagine: Repeats the update with other settings.
        decimals: Maximum number of decimals.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("what_if"),
        *bindings("lines", "page_up", "page_down"),
        *bindings("app", "help"),
    ]
    AUTO_FOCUS = "RowList"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-usual")]  # noqa: RUF012

    def __init__(self, real: Imagined, imagine: Callable[[Changes], Imagined], *, decimals: int = 4) -> None:
        super().__init__(f"What if · update {real.trace.update} · nothing of this is kept")
        self._real, self._imagine, self._decimals = real, imagine, decimals
        self._settings, self._height = _settings(real), ContentHeight()
        self._values: dict[str | int, Any] = {setting.key: setting.real for setting in self._settings}

    def compose_content(self) -> Iterable[Widget]:
        """The settings, then the two updates."""
        rows = RowList(id="what-if")
        rows.styles.height = min(len(self._settings), _MOST_LINES)
        yield rows
        yield LinesView()

    def on_mount(self) -> None:
        """Show the settings of the run."""
        self.query_one(RowList).show(len(self._settings), self._row)

    def on_resize(self) -> None:
        """Compare the updates for the new width."""
        self.call_after_refresh(self._compare)

    def _row(self, index: int, width: int) -> Row:
        setting = self._settings[index]
        value = self._values[setting.key]
        words = _words(setting, value)
        changed = value != setting.real
        was = f"   instead of {_words(setting, setting.real)}" if changed else ""
        return Row(((f" {setting.label:<16}", ""), (words, "accent" if changed else "muted"), (was, "muted")))

    @property
    def changes(self) -> Changes:
        """The settings that were changed."""
        values = {setting.key: self._values[setting.key] for setting in self._settings}
        other = {setting.key: values[setting.key] for setting in self._settings if values[setting.key] != setting.real}
        layers = {key: value for key, value in other.items() if isinstance(key, int)}
        return Changes(
            other.get("learning_rate"),
            other.get("loss"),
            reduction=values["reduction"],
            activations=layers,
            optimizer=other.get("optimizer"),
        )

    def _compare(self) -> None:
        view = self.query_one(LinesView)
        try:
            with np.errstate(all="ignore"):
                lines = compared(self._real, self._imagine(self.changes), self._decimals, view.size.width)
            view.set_lines(lines, keep_place=True)
            self._height.fit(self, view, len(lines))
        except TuiAnnError as error:
            view.set_lines([line(f"✗ {error.message}", "bad"), line(error.remedy or "", "muted")])

    def _set(self, setting: _Setting, value: Any) -> None:
        self._values[setting.key] = value
        self.query_one(RowList).refresh()
        self._compare()

    @property
    def _under_cursor(self) -> _Setting:
        return self._settings[self.query_one(RowList).cursor]

    def _turn(self, step: int) -> None:
        setting = self._under_cursor
        value = self._values[setting.key]
        if setting.choices:
            values = [choice.value for choice in setting.choices]
            self._set(setting, values[(values.index(value) + step) % len(values)])
        else:
            self._set(setting, stepped(SETTINGS["training.learning_rate"], value, step))

    def action_more(self) -> None:
        """Choose the next value of the setting under the cursor."""
        self._turn(1)

    def action_fewer(self) -> None:
        """Choose the previous value of the setting under the cursor."""
        self._turn(-1)

    def action_reset(self) -> None:
        """Reset the setting under the cursor to the value of the run."""
        self._set(self._under_cursor, self._under_cursor.real)

    def action_page_up(self) -> None:
        """Scroll the numbers up."""
        self.query_one(LinesView).action_page_up()

    def action_page_down(self) -> None:
        """Scroll the numbers down."""
        self.query_one(LinesView).action_page_down()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Choose a value from a list, or type η."""
        event.stop()
        setting = self._settings[event.index]
        value = self._values[setting.key]
        if setting.choices:

            def choose(choice: Choice | None) -> None:
                if choice is not None:
                    self._set(setting, choice.value)

            self.app.push_screen(ChooseDialog(setting.label, setting.choices, value), choose)
        else:

            def enter(text: str | None) -> None:
                if text is not None:
                    self._set(setting, parse_number(text))

            allowed = "a number above 0, such as 0.3, 1/3 or 2*0.1"
            self.app.push_screen(
                EntryDialog("Learning rate η", number(value), allowed=allowed, fault=not_a_rate), enter
            )


def not_a_rate(text: str) -> str | None:
    """Return what is wrong with a typed learning rate, or `None`.

    Args:
        text: The typed text.
    """
    try:
        return None if 0 < parse_number(text) < float("inf") else "η must be above 0"
    except TuiAnnError as error:
        return error.message.removesuffix(".")


def _settings(real: Imagined) -> list[_Setting]:
    """All settings of an update that can be changed."""
    trace, network = real.trace, real.network
    losses = [Choice(loss.name, loss.label, loss.formula) for loss in LOSSES.values()]
    reductions = [Choice(name, _REDUCED[name], "") for name in REDUCTIONS]
    rules = [Choice(rule.name, rule.label, rule.formula) for rule in OPTIMIZERS.values()]
    functions = [Choice(name, name.replace("_", " "), g.formula) for name, g in ACTIVATIONS.items()]
    settings = [
        _Setting("learning_rate", "η", trace.learning_rate),
        _Setting("loss", "loss", network.loss, losses),
        _Setting("reduction", "over the batch", "mean", reductions),
        _Setting("optimizer", "update rule", trace.rule.name, rules),
    ]
    dense = 0
    for place, layer in enumerate(network.layers, start=1):
        if isinstance(layer, Dense):
            dense += 1
            settings.append(_Setting(place, f"g of layer {dense}", layer.activation, functions))
    return settings


_REDUCED = {"mean": "average, L = 1/n Σ l", "sum": "sum, L = Σ l"}


def _words(setting: _Setting, value: Any) -> str:
    if not setting.choices:
        return number(value, 6)
    choice = next(choice for choice in setting.choices if choice.value == value)
    formula = f"   {choice.note}" if setting.key == "loss" else ""
    return choice.label + formula
