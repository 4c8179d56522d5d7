"""Keeps a drawing as an experiment file on the list of recent work: it is offered again before it is trained."""

import contextlib
import secrets
from datetime import datetime
from pathlib import Path

from tui_ann.errors import TuiAnnError
from tui_ann.experiment.files import save
from tui_ann.session.source import Source
from tui_ann.session.store.recents import Kind, Recents
from tui_ann.session.workspace import Workspace


class KeptDrawing:
    """The file of the drawing that is open.

    Args:
        workspace: What is open; from its first point on, a drawing is opened from its file.
        folder: Where drawings are.
        recents: The list, if there is one.
    """

    def __init__(self, workspace: Workspace, folder: Path, recents: Recents | None = None) -> None:
        self._workspace, self._folder, self._recents = workspace, folder, recents
        workspace.edited = self.keep_up

    def begin(self) -> None:
        """Keep the open drawing from now on."""
        if self._recents is not None and self._file is None:
            name = f"drawn-{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}.toml"
            path = self._folder / name
            self._workspace.source = Source(Kind.EXPERIMENT, path, str(path))
            self.keep_up()

    @property
    def _file(self) -> Path | None:
        source = self._workspace.source
        kept = source is not None and source.kind is Kind.EXPERIMENT and source.path.parent == self._folder
        return source.path if source is not None and kept else None

    def keep_up(self) -> None:
        """Write what the drawing is now; one without points is offered no longer.

        A file that cannot be written stays as it is: the points are edited all the same.
        """
        path, experiment = self._file, self._workspace.experiment
        if path is None or self._recents is None:
            return
        with contextlib.suppress(TuiAnnError, OSError, UnicodeError):
            if not _has_points(Path(experiment.data.path)):
                path.unlink(missing_ok=True)
                return
            new = not path.exists()
            save(path, experiment)
            if new:
                self._recents.add(Kind.EXPERIMENT, str(path), experiment.name)


def _has_points(table: Path) -> bool:
    return len(table.read_text("utf-8").splitlines()) > 1
