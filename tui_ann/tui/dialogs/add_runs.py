"""A dialog that asks for saved runs: a run folder, a folder of runs, or a pattern."""

import glob
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from tui_ann.session.compare.found_runs import holds_runs
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

    def opens(self, path: Path, typed: str) -> bool:
        """Take a run folder, a folder with runs in it, and a pattern."""
        return glob.has_magic(typed) or super().opens(path, typed) or holds_runs(path)
