"""A dialog that asks for saved runs: a run folder, a folder of runs, or a pattern."""

import glob
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from tui_ann.session.compare.found_runs import runs_inside
from tui_ann.text import count
from tui_ann.tui.content.folder_listing import FolderEntry
from tui_ann.tui.dialogs.open_file import OpenDialog


class AddRunsDialog(OpenDialog):
    """Asks for runs; dismissed with an absolute path, which may have `*` and `?` in it."""

    BINDINGS: ClassVar[list[BindingType]] = []
    TITLE = "Add saved runs"
    WANTED = "a run folder, a folder of runs, or runs/iris-*"

    def lists(self, entry: FolderEntry) -> bool:
        """List only folders and runs."""
        return entry.descends

    def together(self, folder: Path) -> FolderEntry | None:
        """All runs of a folder: as many as there are, said before they are added."""
        runs = runs_inside(folder)
        return FolderEntry(f"all {count(runs)} runs in here", "all") if runs > 1 else None

    def opens(self, path: Path, typed: str) -> bool:
        """Take a run folder and a pattern; a folder with runs in it is gone into, where they are listed."""
        return glob.has_magic(typed) or super().opens(path, typed)
