"""The commands that change, save or export the open experiment as a whole."""

from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.services.screen_host import ScreenHost


class ExperimentCommands:
    """Undoes and redoes changes; saves into a run folder, or writes it for another program.

    Args:
        app: The application.
    """

    def __init__(self, app: ScreenHost) -> None:
        self._app = app

    def do(self, command: str) -> None:
        """Run a command.

        Args:
            command: `undo`, `redo`, `save`, `save_as` or `export`.

        Raises:
            KeyError: There is no such command.
            SessionError: There is no run to save.
        """
        commands = {
            "undo": self._app.bench.undo,
            "redo": self._app.bench.redo,
            "save": self._save,
            "save_as": self._ask_where,
            "export": self._export,
        }
        commands[command]()

    def _export(self) -> None:
        from tui_ann.tui.services.exporting import ask_export  # only needed when something is exported

        ask_export(self._app)

    def _ask_where(self) -> None:
        self._app.push_screen(OpenDialog(Path.cwd(), folders=True), self._save_into)

    def _save_into(self, folder: Path | None) -> None:
        if folder is not None:
            self._save(folder)

    def _save(self, folder: Path | None = None) -> None:
        try:
            path = self._app.session.store.save(folder)
        except SessionError as error:
            if error.code == "no_run":
                raise
            self._app.failures.refuse(error, "app.save_as", "Not saved")
            return
        self._app.tell(f"Saved in {path}")
