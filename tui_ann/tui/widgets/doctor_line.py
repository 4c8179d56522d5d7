"""The line of the doctor, above the keys of every screen."""

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static

_PADDING = 2


class DoctorLine(Static):
    """One line; a click asks for all checks.

    It always has its room while something is open, because everything above would move with it.

    Args:
        say: Returns the line for a width in cells; `None` while nothing is open.
    """

    def __init__(self, say: Callable[[int], Content | None]) -> None:
        super().__init__(markup=False)
        self._say = say
        self._line = Content("")
        self.display = False

    def on_mount(self) -> None:
        """Follow what the doctor says."""
        self.watch(self.app, "consulted", self.show, init=False)

    def show(self) -> None:
        """Show what the doctor says now, if the screen is active."""
        if not self.is_mounted or not self.screen.is_current:
            return
        line = self._say(self.app.size.width - _PADDING)
        if self.display != (line is not None):
            self.display = line is not None
        if line is not None and line != self._line:
            self._line = line
            self.update(line, layout=False)

    async def on_click(self) -> None:
        """Show all checks."""
        await self.run_action("app.show('doctor')")
