"""What happens when something goes wrong: it is said in words, what there is is saved, and the application lives on.

Refusals (`TuiAnnError`) are part of normal work: they come with a cause and a remedy, and where an action mends them,
the dialog offers it.  Anything else is a mistake of the program: it is shown with what a bug report needs.
"""

import os
import platform
import sys
import traceback
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

import tui_ann
from tui_ann.errors import TuiAnnError
from tui_ann.tui.keys.actions import BY_ID
from tui_ann.tui.keys.modes import MODES

if TYPE_CHECKING:
    from tui_ann.tui.shell.app import TuiAnnApp

REBUILDING = "rebuilding"
"""Group of the workers that make a screen anew."""
DEBUG_VARIABLE = "TUI_ANN_DEBUG"
"""Environment variable that lets mistakes of the program end it, with a traceback."""
MOST_WRECKS = 3
"""Widgets that may break one after the other; after that going on would be a show."""
REMEDIES: dict[str, str] = {
    "missing_cells": "data.missing",
    "all_missing": "data.missing",
    "not_a_number": "data.task",
    "bad_task": "data.task",
    "bad_target": "data.target",
    "no_target": "data.target",
    "no_such_column": "data.target",
    "constant_target": "data.target",
    "rare_class": "data.target",
    "too_many_classes": "data.task",
    "one_class": "data.split",
    "class_too_small": "data.split",
    "empty_part": "data.split",
    "bad_delimiter": "data.dialect",
    "bad_decimal": "data.dialect",
    "bad_encoding": "data.dialect",
    "bad_skip_lines": "data.dialect",
    "wrong_encoding": "data.dialect",
    "too_many_rejects": "data.dialect",
    "header_mismatch": "data.dialect",
    "ambiguous_comma": "data.dialect",
    "no_rows": "data.dialect",
    "no_such_file": "app.open",
    "cannot_open": "app.open",
    "not_a_run": "app.open",
    "nothing_open": "app.open",
    "no_run": "train.run",
}
"""Code of a refusal → the action that mends it, in what is open."""
REFUSED: dict[str, str] = {
    "data.dialect": "app.read_as",
    "data.target": "app.other_target",
    "data.task": "app.other_target",
}
"""The same for a file that could not be opened, so that there is no screen to mend it on."""


def cure(error: TuiAnnError) -> str | None:
    """Id of the action that mends a refusal, if one does.

    Args:
        error: What was refused.
    """
    if error.code == "one_class" and "split" not in error.remedy:
        return "data.target"
    return REMEDIES.get(error.code)


class Survivor(MessagePump):
    """A part of the application whose handlers may fail without taking the application down."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; an exception is reported, and the next message is handled as ever."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            report = getattr(self.app, "report", None)
            debugging = wants_debug() and not isinstance(error, TuiAnnError)
            if report is None or debugging or not self.app.is_running:
                raise
            report(error)


class Blank(Screen[None]):
    """What stands in for a screen while that is made anew."""


def wants_debug() -> bool:
    """Whether mistakes of the program shall end it, with a traceback."""
    return os.environ.get(DEBUG_VARIABLE) == "1"


def bug_report(error: BaseException) -> str:
    """What a bug report needs: versions and the way the program went, without anyone's data.

    Args:
        error: What was raised.
    """
    from importlib.metadata import version  # looked for only when something has gone wrong

    versions = [
        f"tui-ann {tui_ann.__version__}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("textual", "numpy")),
        sys.platform,
    ]
    frames = "".join(traceback.format_tb(error.__traceback__)[-12:])
    return f"{', '.join(versions)}\n\n{type(error).__name__}: {error}\n{frames}"


class Failures:
    """Shows what went wrong and keeps the application going.

    Args:
        app: The application.
    """

    def __init__(self, app: "TuiAnnApp") -> None:
        self._app = app
        self._wrecks = 0
        self.seen: list[Exception] = []
        """The mistakes of the program so far."""

    def report(self, error: Exception) -> None:
        """Say what went wrong: a refusal with its remedy, a mistake of the program with its details.

        Args:
            error: What was raised.
        """
        from tui_ann.tui.dialogs.messages import CrashDialog

        if isinstance(error, TuiAnnError):
            self.refuse(error, cure(error))
            return
        self.seen.append(error)
        self._app.runner.pause()
        if any(isinstance(screen, CrashDialog) for screen in self._app.screen_stack):
            return  # what breaks ten times a second is told once
        summary = f"{type(error).__name__}: {error}"
        self._app.push_screen(CrashDialog(summary, bug_report(error), self.rescue()), self._go_on)

    def refuse(self, error: TuiAnnError, action: str | None, title: str = "This cannot be done") -> None:
        """Show a refusal, with the action that mends it.

        Args:
            error: What was refused.
            action: Id of the action, if there is one.
            title: What was to be done.
        """
        from tui_ann.tui.dialogs.messages import ErrorDialog

        self._app.push_screen(ErrorDialog(error, action, title), self._mend)

    def rescue(self) -> str:
        """Save what there is, and say what became of it."""
        try:
            kept = self._app.session.preserve()
        except Exception as error:
            return f"The run in hand could not be saved: {error}"
        return f"The run in hand is saved in {kept}." if kept else "Nothing was lost."

    async def _mend(self, action: str | None) -> None:
        """Do what the dialog offered, on the screen where it is done."""
        if action is None:
            return
        wanted = BY_ID[action]
        if wanted.scope != "app":
            await self._app.action_go(wanted.scope)
        await self._app.run_action(wanted.method, self._app if wanted.scope == "app" else self._app.screen)

    async def _go_on(self, answer: str | None) -> None:
        """Leave, or show everything anew: what broke may have stopped in the midst of its picture."""
        self._wrecks = 0
        if answer == "quit":
            await self._app.action_quit()
            return
        self._start(self._show_anew())

    async def _show_anew(self) -> None:
        from tui_ann.tui.screens.base import AnnScreen

        if isinstance(self._app.screen, AnnScreen):
            await self._make_anew()
        self._app.revision += 1

    def wreck(self, error: Exception) -> bool:
        """Take note that a widget broke; its screen is made anew soon.

        Args:
            error: What was raised in it.

        Returns:
            Whether the application can go on.
        """
        self._wrecks += 1
        if self._wrecks > MOST_WRECKS or wants_debug() or not self._app.is_running:
            self.rescue()
            return False
        self._start(self._rebuild(error))
        return True

    def _start(self, errand: Coroutine[None, None, None]) -> None:
        """Do this beside the application: a screen that goes may wait for messages that only the latter handles."""
        self._app.run_worker(errand, group=REBUILDING, exit_on_error=False)

    async def _rebuild(self, error: Exception) -> None:
        """Make the screen in front anew: a widget whose handler raised no longer listens."""
        await self._make_anew()
        self.report(error)

    async def _make_anew(self) -> None:
        app, spare = self._app, "_spare"
        broken = next((mode for mode in MODES if mode.id == app.current_mode), None)
        if broken is not None:
            app.add_mode(spare, Blank)
            await app.switch_mode(spare)
            await app.remove_mode(broken.id)
            app.add_mode(broken.id, broken.make)
            await app.switch_mode(broken.id)
            await app.remove_mode(spare)
