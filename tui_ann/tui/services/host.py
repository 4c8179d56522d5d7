"""What a service may ask of the application.  The application class implements it; no service imports that class."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from textual.screen import Screen, ScreenResultCallbackType
from textual.timer import Timer
from textual.widget import AwaitMount
from textual.worker import Worker, WorkType

from tui_ann.errors import TuiAnnError
from tui_ann.session.store.recents import Recents
from tui_ann.tui.services.landing import Landing

if TYPE_CHECKING:  # loads NumPy and the engine, which the first screen does not wait for
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.session.session import Session

Severity = Literal["information", "warning", "error"]
"""How much a message matters."""
AnswerT = TypeVar("AnswerT")
ResultT = TypeVar("ResultT")


class ErrorReports(Protocol):
    """Shows errors to the user."""

    def report(self, error: Exception) -> None:
        """Show an error: a refusal with its remedy, a defect of the program with its details."""

    def refuse(self, error: TuiAnnError, action: str | None, title: str = ...) -> None:
        """Show a refusal.

        Args:
            error: What was refused.
            action: Id of the action that removes its cause, if there is one.
            title: Title of the dialog.
        """


class Host(Protocol):
    """What a service needs of the application."""

    revision: int
    """Number of changes to the open experiment so far."""
    snapshot: "Snapshot | None"
    """The snapshot that the screens show."""

    recents: Recents
    """What was opened before."""

    @property
    def failures(self) -> ErrorReports:
        """What shows errors."""

    @property
    def session(self) -> "Session":
        """The session with the open experiment."""

    @property
    def frame_time(self) -> float:
        """Seconds between two frames."""

    def key_of(self, action: str) -> str:
        """The key of an action as the user reads it."""

    def tell(self, text: str, severity: Severity = ..., timeout: float | None = ...) -> None:
        """Show a short plain-text message."""

    async def action_go(self, mode: str) -> None:
        """Show the screen of this id."""

    async def land(self, landing: Landing) -> None:
        """Show what has been opened."""

    def push_screen(
        self, screen: Screen[AnswerT], callback: ScreenResultCallbackType[AnswerT] | None = ...
    ) -> AwaitMount:
        """Show a dialog; its answer goes to the callback."""

    def run_worker(
        self,
        work: WorkType[ResultT],
        name: str | None = ...,
        group: str = ...,
        description: str = ...,
        exit_on_error: bool = ...,
        start: bool = ...,
        exclusive: bool = ...,
        thread: bool = ...,
    ) -> Worker[ResultT]:
        """Run a function in a worker of the application."""

    def call_later(self, callback: Callable[..., Any], *args: Any) -> bool:
        """Call a function after the messages that are waiting."""

    def set_timer(self, delay: float, callback: Callable[[], object] | None = ...) -> Timer:
        """Call a function after some seconds."""
