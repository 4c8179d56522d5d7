"""What a screen, the command palette and the error dialogs may ask of the application."""

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding

from tui_ann.session.store.unfinished import Recoverable
from tui_ann.tui.services.host import Host
from tui_ann.tui.services.runner import Runner

if TYPE_CHECKING:  # these load NumPy and the engine, which the first screen does not wait for
    from tui_ann.tui.content.plan import Plan
    from tui_ann.tui.services.opening import Opener
    from tui_ann.tui.services.workbench import Workbench


class ScreenHost(Host, Protocol):
    """The application with its services."""

    runner: Runner
    """What trains."""
    openings: int
    """How often something was opened."""

    @property
    def opener(self) -> "Opener":
        """What opens files, runs and examples."""

    @property
    def bench(self) -> "Workbench":
        """What edits and prepares."""

    @property
    def open_name(self) -> str:
        """Name of the open experiment; empty while nothing is open."""

    def plan(self) -> "Plan | None":
        """The plan of the open experiment; `None` while nothing is open."""

    def unfinished(self) -> list[Recoverable]:
        """Runs that can be continued."""

    def report(self, error: Exception) -> None:
        """Show an error."""

    def refresh_status(self) -> None:
        """Have the screen in front write its status line."""

    def get_key_display(self, binding: Binding) -> str:
        """The key of a binding as the user reads it."""

    def action_open(self) -> None:
        """Ask for something to open."""
