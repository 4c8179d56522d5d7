"""What screens, the command palette and the error dialogs can use of the application."""

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.content import Content

from tui_ann.session.store.unfinished import Recoverable
from tui_ann.tui.services.choices import SharedChoices
from tui_ann.tui.services.host import Host
from tui_ann.tui.services.notation import LayerNotation
from tui_ann.tui.services.past_moments import PastMoments
from tui_ann.tui.services.runner import Runner

if TYPE_CHECKING:  # these load NumPy and the engine, which would delay the first screen
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.tui.content.plan import Plan
    from tui_ann.tui.services.opening import Opener
    from tui_ann.tui.services.tour import Tour
    from tui_ann.tui.services.workbench import Workbench


class Keeps(Protocol):
    """Knows whether runs are being saved automatically."""

    def warning(self) -> Content:
        """Why they are not, for the status line; empty if they are."""


class Consults(Protocol):
    """Says what is wrong with what is open."""

    def line(self, width: int, *, calmer: bool = ...) -> Content:
        """The line above the keys, for a width in cells; without a smaller η if the screen offers it already."""

    def calmer(self, learning_rate: float) -> float | None:
        """The η below this one that follows from what was measured; `None` if none does."""

    def knows_better(self) -> bool:
        """Whether the line above the keys tries something else than a smaller η, so that nothing else should advise."""


class ScreenHost(Host, Protocol):
    """The application with its services."""

    runner: Runner
    """What trains."""
    tour: "Tour"
    """The tour of the first start."""
    moments: PastMoments
    """Earlier moments of the run: asks for one, or returns to the present."""
    openings: int
    """Number of times something was opened."""
    choices: SharedChoices
    """What was chosen on one screen for all of them."""
    notation: LayerNotation
    """How the screens write layers."""

    @property
    def moment(self) -> "Snapshot | None":
        """The moment of the run to show: the picked one, or the present; `None` before the start."""

    @property
    def doctor(self) -> "Consults":
        """The doctor: what is wrong with what is open, and what can be done."""

    @property
    def used(self) -> bool:
        """Whether a service has been used; before that, nothing can be open."""

    @property
    def keeping(self) -> "Keeps":
        """Whether runs are being saved automatically."""

    @property
    def opener(self) -> "Opener":
        """Opens files, runs and examples."""

    @property
    def bench(self) -> "Workbench":
        """Edits experiments and prepares data."""

    @property
    def open_name(self) -> str:
        """Name of the open experiment; empty if nothing is open."""

    @property
    def can_preview(self) -> bool:
        """Whether the engine is loaded and nothing is being opened at the start, so that samples can be shown."""

    def plan(self) -> "Plan | None":
        """The plan of the open experiment; `None` if nothing is open."""

    def unfinished(self) -> list[Recoverable]:
        """Unfinished runs that can be continued."""

    def report(self, error: Exception) -> None:
        """Show an error."""

    def refresh_status(self) -> None:
        """Let the active screen update its status line."""

    def get_key_display(self, binding: Binding) -> str:
        """The key of a binding, as displayed to the user."""

    def action_open(self) -> None:
        """Ask for something to open."""
