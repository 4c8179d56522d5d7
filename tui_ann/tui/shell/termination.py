"""What ends the application from outside: SIGTERM, SIGQUIT, a closed terminal, an interrupt, a server that is gone.

The run is saved first.
"""

import asyncio
import os
import signal
import sys
from functools import partial
from typing import Any

from rich.text import Text
from textual.app import App

from tui_ann.errors import TuiAnnError
from tui_ann.gate import SERVER
from tui_ann.tui.services.screen_host import ScreenHost

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
_LOOK = 2.0
"""Seconds between two looks whether the server is there."""


class InTerminal:
    """The terminal that the application runs in.

    Args:
        before: Its attributes before the program changed anything of it; `None` if they are not known.
    """

    def __init__(self, before: list[Any] | None) -> None:
        self._before = before

    def remember(self, app: App[Any]) -> None:
        """Let the application give it back as it was whenever it is suspended.

        Its driver knows the attributes at its own start, when keys were kept already.
        """
        if self._before is not None and getattr(app._driver, "attrs_before", None) is not None:
            app._driver.attrs_before = self._before  # type: ignore[union-attr]


class Termination:
    """Saves the run and ends the application at a signal.  Windows has no signals that could be awaited here.

    Args:
        app: The application.
        host: The same application, with its services.
        server: The id of the process that shows it in a browser; by default the one that the environment names.
    """

    def __init__(self, app: App[Any], host: ScreenHost, server: str | None = None) -> None:
        self._app, self._host = app, host
        self._server = os.environ.get(SERVER, "") if server is None else server
        self._saving: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Listen from now on.  A signal that is ignored (`nohup`) stays ignored."""
        if sys.platform == "win32":
            return
        for name in _SIGNALS:
            number = signal.Signals[name]
            if signal.getsignal(number) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(number, partial(self.heard, number))

    def watch_again(self) -> None:
        """Listen when the screen is there: the driver for browsers has put handlers of its own before these."""
        self.watch()
        if self._server:
            self._app.set_interval(_LOOK, self._look)

    def _look(self) -> None:
        """End if the server was killed, so that it could not tell."""
        if str(os.getppid()) != self._server:
            self.heard(signal.SIGTERM)

    def heard(self, number: int) -> None:
        """Save and leave; what comes in the meantime is the same wish again.

        Args:
            number: The number of the signal.
        """
        if self._saving is None:
            self._saving = asyncio.create_task(self._save_and_leave(number))

    async def _save_and_leave(self, number: int) -> None:
        """Nobody may be there to answer: nothing is asked, and a run that cannot be saved is said at the end."""
        if self._host.used:
            from tui_ann.tui.services.racing import GROUP  # loads the engine, as what is used has

            self._host.opener.cancel()
            self._host.runner.stop_soon()
            self._app.workers.cancel_group(self._app, GROUP)
        said = await asyncio.to_thread(self._save, 128 + number)
        self._app.exit(return_code=128 + number, message=Text(said) if said else None)

    def _save(self, code: int) -> str:
        """Save the run and return what to say about it.

        If the terminal is gone the program ends here: the main thread may wait forever to write to it.
        """
        said = ""
        try:
            if self._host.used:
                folder = self._host.session.preserve()
                said = f"The run is saved in {folder}." if folder is not None else ""
        except TuiAnnError as error:
            said = f"The run is lost. {error}"
        finally:
            if self._host.used:
                self._host.session.close()
            if sys.__stdout__ is None or not sys.__stdout__.isatty():
                os._exit(code)
        return said
