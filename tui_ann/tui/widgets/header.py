"""The top line of every screen: the screens, with the current one marked, and the open experiment."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui_ann.tui.keys.modes import MODES, Mode
from tui_ann.tui.widgets.plain import plain


class HeaderTab(Static):
    """One screen in the header; a click goes there."""

    def __init__(self, mode: Mode, current: bool) -> None:
        text = Content.assemble((mode.digit, "bold"), " ", mode.title)
        super().__init__(text, classes="-current" if current else "")
        self.mode = mode
        self.tooltip = Content(mode.help)

    async def on_click(self, event: events.Click) -> None:
        """Go to the screen."""
        event.stop()
        await self.run_action(f"app.go('{self.mode.id}')")


class HeaderBar(Horizontal):
    """The header.

    Args:
        current: Id of its screen.
    """

    def __init__(self, current: str) -> None:
        super().__init__()
        self.current = current

    def compose(self) -> ComposeResult:
        """The name of the program, the screens, the open experiment."""
        yield Static("tui-ann", id="brand", markup=False)
        for mode in MODES:
            yield HeaderTab(mode, mode.id == self.current)
        yield Static(id="open-name", markup=False)

    def show_name(self, name: str) -> None:
        """Show the name of the open experiment.

        Args:
            name: Name of the experiment; may come from a file.
        """
        self.query_one("#open-name", Static).update(plain(name, 60))
