"""Watches whether runs are being saved automatically, and says when they are not."""

from pathlib import Path

from textual.content import Content

from tui_ann.experiment.atomic import cannot_keep
from tui_ann.tui.services.screen_host import ScreenHost


class Keeping:
    """Whether runs are kept.

    Args:
        app: The application.
        folder: The folder of unfinished runs.
    """

    def __init__(self, app: ScreenHost, folder: Path) -> None:
        self._app, self._folder = app, folder
        self._at_start = self._told = cannot_keep(folder)

    @property
    def trouble(self) -> str:
        """Why runs are not being saved automatically, in a few words; empty if they are."""
        return self._app.session.store.not_kept if self._app.used else self._at_start

    def warning(self) -> Content:
        """The same for the status line."""
        why = self.trouble
        return Content.styled(f"✗ not being kept: {why}", "bold $text-warning") if why else Content("")

    def tell_at_start(self) -> None:
        """Say that nothing can be saved before anything is trained."""
        if self._at_start:
            save = self._app.key_of("app.save_as")
            text = f"Runs are not kept in {self._folder}: {self._at_start}. {save} saves a run into another folder."
            self._app.tell(text, "warning", 20)

    def look(self) -> None:
        """Say it when it changes; a cause that was told at the start is not told again."""
        if self.trouble == self._told:
            return
        self._told = self.trouble
        if self._told and (error := self._app.session.store.trouble) is not None:
            self._app.tell(f"The run is not being kept. {error}", "error", 20)
        self._app.refresh_status()
