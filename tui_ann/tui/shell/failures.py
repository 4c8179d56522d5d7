"""Shows errors, saves the run, and keeps the application running.

Refusals (`TuiAnnError`) are part of normal work: each has a cause and a remedy, and the dialog offers the action that
fixes the cause.  Any other exception is a bug in the program: the dialog shows the details for a bug report.
"""

import platform
import sys
import traceback
from collections.abc import Sequence
from typing import Any, Protocol

from textual.dom import DOMNode
from textual.screen import Screen

import tui_ann
from tui_ann.errors import TuiAnnError
from tui_ann.tui.keys.actions import BY_ID
from tui_ann.tui.keys.remedies import remedy_action
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.shell.rebuilding import ScreenRebuilder


class FailureHost(ScreenHost, Protocol):
    """The application with its screens and actions."""

    @property
    def screen(self) -> Screen[Any]:
        """The active screen."""

    @property
    def screen_stack(self) -> Sequence[Screen[Any]]:
        """The screens of the current mode; the active one is last."""

    async def run_action(self, action: str, default_namespace: DOMNode | None = ...) -> bool:
        """Run an action of a screen, or of the application."""

    async def action_quit(self) -> None:
        """Quit."""


def bug_report(error: BaseException) -> str:
    """The details for a bug report: versions and the traceback, without any data of the user.

    Args:
        error: The exception.
    """
    from importlib.metadata import version  # needed only after an error

    versions = [
        f"tui-ann {tui_ann.__version__}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("textual", "numpy")),
        sys.platform,
    ]
    frames = "".join(traceback.format_tb(error.__traceback__)[-12:])
    return f"{', '.join(versions)}\n\n{type(error).__name__}: {error}\n{frames}"


class Failures:
    """Shows errors and keeps the application running.

    Args:
        app: The application.
        rebuilder: Replaces a screen with a broken widget.
    """

    def __init__(self, app: FailureHost, rebuilder: ScreenRebuilder) -> None:
        self._app, self._rebuilder = app, rebuilder
        self.seen: list[Exception] = []
        """The unexpected errors so far."""

    def report(self, error: Exception) -> None:
        """Show an error: a refusal with its remedy, a bug with its details.

        Args:
            error: The exception.
        """
        from tui_ann.tui.dialogs.messages import CrashDialog

        if isinstance(error, TuiAnnError):
            self.refuse(error, remedy_action(error))
            return
        self.seen.append(error)
        self._app.runner.pause()
        if any(isinstance(screen, CrashDialog) for screen in self._app.screen_stack):
            return  # an error that repeats in every frame is shown once
        summary = f"{type(error).__name__}: {error}"
        self._app.push_screen(CrashDialog(summary, bug_report(error), self.rescue()), self._after_crash)

    def refuse(self, error: TuiAnnError, action: str | None, title: str = "Not possible") -> None:
        """Show a refusal, with the action that fixes its cause.

        Args:
            error: The refusal.
            action: Id of the action, if there is one.
            title: Title of the dialog.
        """
        from tui_ann.tui.dialogs.messages import ErrorDialog

        key = self._app.key_of(action) if action else ""
        self._app.push_screen(ErrorDialog(error, action, title, key), self._do)

    def rescue(self) -> str:
        """Save the run, and say where it is."""
        try:
            folder = self._app.session.preserve()
        except Exception as error:
            return f"The run could not be saved: {error}"
        return f"The run is saved in {folder}." if folder else "Nothing was lost."

    def rebuild_after(self, error: Exception) -> bool:
        """Replace the screen after an error in one of its widgets.

        Args:
            error: The exception.

        Returns:
            Whether the application can continue; if not, the run has been saved.
        """
        if self._rebuilder.start(lambda: self.report(error)):
            return True
        self.rescue()
        return False

    async def _do(self, action: str | None) -> None:
        """Run the action that the dialog offered, on the right screen."""
        if action is None:
            return
        wanted = BY_ID[action]
        if wanted.scope != "app":
            await self._app.action_go(wanted.scope)
        await self._app.run_action(wanted.method, None if wanted.scope == "app" else self._app.screen)

    async def _after_crash(self, answer: str | None) -> None:
        """Quit, or replace the screen: the error may have left it incomplete."""
        if answer == "quit":
            await self._app.action_quit()
        else:
            self._rebuilder.start_over(self._show_change)

    def _show_change(self) -> None:
        self._app.revision += 1
