"""What a service can use of the application.  The application class implements it; no service imports that class."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, TypeVar

from textual.screen import Screen, ScreenResultCallbackType
from textual.timer import Timer
from textual.widget import AwaitMount
from textual.worker import Worker, WorkType

from tui_ann.errors import TuiAnnError
from tui_ann.session.store.recents import Recents
from tui_ann.tui.services.landing import Landing

if TYPE_CHECKING:  # loads NumPy and the engine, which would delay the first screen
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.session.session import Session

Severity = Literal["information", "warning", "error"]
"""The severity of a message."""
BRIEF = 3.0
"""Seconds for a message that covers what is being worked on, and that another line says too or nobody must know."""
AnswerT = TypeVar("AnswerT")
ResultT = TypeVar("ResultT")


class ErrorReports(Protocol):
    """Shows errors to the user."""

    def report(self, error: Exception) -> None:
        """Show an error: a refusal with its remedy, a bug with its details."""

    def refuse(self, error: TuiAnnError, action: str | None, title: str = ...) -> None:
        """Show a refusal.

        Args:
            error: The refusal.
            action: Id of the action that fixes its cause, if there is one.
            title: Title of the dialog.
        """


class SpeedPreferences(Protocol):
    """How fast the user wants runs and frames."""

    @property
    def full_speed(self) -> bool:
        """Whether new runs train at full speed instead of being played in about 12 seconds."""

    def keep_full_speed(self, full: bool) -> None:
        """Remember whether new runs train at full speed."""

    @property
    def frame_time(self) -> float:
        """Seconds between frames."""


class Delivers(Protocol):
    """Gives files to somebody at a browser."""

    @property
    def is_web(self) -> bool:
        """Whether a browser shows the application."""

    def deliver_binary(
        self,
        path_or_file: str | Path | BinaryIO,
        *,
        save_directory: str | Path | None = ...,
        save_filename: str | None = ...,
    ) -> str | None:
        """Offer a file as a download."""


class Host(Delivers, Protocol):
    """What a service needs from the application."""

    revision: int
    """Number of changes to the open experiment so far."""
    snapshot: "Snapshot | None"
    """The newest snapshot of the run."""
    picked: "Snapshot | None"
    """The earlier moment of the run that was picked on the loss curve; `None` is the present."""

    consulted: int
    """Number of times the doctor had something new to say."""

    recents: Recents
    """Recently opened files, runs and examples."""

    @property
    def failures(self) -> ErrorReports:
        """Shows errors to the user."""

    @property
    def session(self) -> "Session":
        """The session with the open experiment."""

    @property
    def preferences(self) -> SpeedPreferences:
        """How fast the user wants runs and frames."""

    def key_of(self, action: str) -> str:
        """The key of an action, as displayed to the user."""

    def tell(
        self, text: str, severity: Severity = ..., timeout: float | None = ..., *, passing: bool = ...
    ) -> Callable[[], None]:
        """Show a short plain-text message; a passing one only until something is changed or trained.

        Returns:
            What takes it away before its time is over.
        """

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
        """Call a function after all pending messages."""

    def set_timer(self, delay: float, callback: Callable[[], object] | None = ...) -> Timer:
        """Call a function after some seconds."""
