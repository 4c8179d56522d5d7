"""Replaces a screen with a broken widget: after a handler raises, the widget gets no more messages."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.screen import Screen

from tui_ann.tui.keys.modes import MODES
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.widgets.guarded import wants_debug

GROUP = "rebuilding"
"""Worker group for replacing a screen."""
MOST_FAILURES = 3
"""Maximum number of replacements in a row without user input; after that the application exits."""
_SPARE = "_spare"


class Blank(Screen[None]):
    """Shown while a screen is being replaced."""


class ScreenRebuilder:
    """Replaces the active screen.

    Args:
        app: The application.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._failures = 0
        self._one = asyncio.Lock()
        """Held while a screen is replaced: a second error may come before that has ended."""

    def start(self, then: Callable[[], object]) -> bool:
        """Start to replace the screen.

        Args:
            then: Called when the new screen is ready.

        Returns:
            Whether it started; `False` after too many failures in a row.
        """
        self._failures += 1
        if self._failures > MOST_FAILURES or wants_debug() or not self._app.is_running:
            return False
        self._run(then)
        return True

    def start_over(self, then: Callable[[], object]) -> None:
        """Start to replace the screen after the user chose to continue; this resets the failure count.

        Args:
            then: Called when the new screen is ready.
        """
        self._failures = 0
        if isinstance(self._app.screen, AnnScreen):
            self._run(then)
        else:
            then()

    def _run(self, then: Callable[[], object]) -> None:
        async def replace() -> None:
            async with self._one:
                await self._replace()
            then()

        # In a worker: the old screen may wait for messages that only the application handles.
        self._app.run_worker(replace(), group=GROUP, exit_on_error=False)

    async def _replace(self) -> None:
        app = self._app
        broken = next((mode for mode in MODES if mode.id == app.current_mode), None)
        if broken is not None:
            app.add_mode(_SPARE, Blank)
            await app.switch_mode(_SPARE)
            await app.remove_mode(broken.id)
            app.add_mode(broken.id, broken.make)
            await app.switch_mode(broken.id)
            await app.remove_mode(_SPARE)
