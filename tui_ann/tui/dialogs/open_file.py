"""A dialog that asks for a path: typed with completion, or picked from a list."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_ann.tui.content.folder_listing import FolderEntry, completed, entries, file_size, split_path
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput
from tui_ann.tui.widgets.row_list import Row, RowList

_SIZE = None
"""In place of words: the size of the file."""
_LOOKS = {
    "all": ("◆ ", "accent", ""),
    "folder": ("▸ ", "strong", ""),
    "experiment": ("◇ ", "accent", "experiment"),
    "run": ("◆ ", "accent", "run folder"),
    "file": ("  ", "", _SIZE),
    "other": ("  ", "muted", _SIZE),
}
"""By the kind of an entry: its mark, its role, and the words at the end of its line."""


class OpenDialog(Dialog[Path]):
    """Asks for something to open; dismissed with an absolute path.

    Args:
        base: The first folder.
        folders: Whether to ask for a folder to save into, instead of something to open.
    """

    OF_EDITION = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("path"), *bindings("dialog", "cancel")]
    TITLE: ClassVar[str] = "Open a file"
    WANTED: ClassVar[str] = "data.csv, experiment.toml or a run folder"
    """What is asked for, in the empty field."""

    def __init__(self, base: Path, *, folders: bool = False) -> None:
        super().__init__("Save into a folder" if folders else self.TITLE)
        self._base = base
        self._folders = folders
        self._entries: list[FolderEntry] = []

    def compose_content(self) -> Iterable[Widget]:
        """The folder, the path, the matches."""
        yield Static(plain(str(self._base)), id="folder", markup=False)
        wanted = "a new or empty folder to save into" if self._folders else self.WANTED
        yield PlainInput(placeholder=wanted, id="path")
        yield RowList(id="entries", empty="nothing matches")
        yield Static(id="allowed", markup=False)

    def lists(self, entry: FolderEntry) -> bool:
        """Whether an entry of the folder is listed."""
        return entry.descends or not self._folders

    def together(self, folder: Path) -> FolderEntry | None:
        """An entry for everything in a folder at once, with its words as name; `None` for no such entry.

        With one, the cursor begins below it and the way up: at what is in the folder.

        Args:
            folder: The folder.
        """
        return None

    def opens(self, path: Path, typed: str) -> bool:
        """Whether Enter takes a typed path, instead of the entry under the cursor."""
        return _opens(path, typed)

    def on_mount(self) -> None:
        """List the first folder."""
        self._list("")
        self.query_one(RowList).driven = True
        self.query_one(Input).focus()

    @on(Input.Changed, "#path")
    def _typed(self, event: Input.Changed) -> None:
        self._list(self._text)

    @property
    def _text(self) -> str:
        """What is typed; a blank before it, which is not seen, is no part of a name."""
        return self.query_one(Input).value.lstrip()

    def _list(self, text: str) -> None:
        folder, start = split_path(text, self._base)
        self.query_one("#folder", Static).update(plain(str(folder)))
        note = ""
        try:
            self._entries = [e for e in entries(text, self._base) if self.lists(e)]
        except FileNotFoundError:
            self._entries, note = [], "There is no such folder."
        except NotADirectoryError:
            self._entries, note = [], "This is a file, not a folder."
        except OSError as error:
            self._entries, note = [], f"The folder cannot be read: {error.strerror or error}."
        together = self.together(folder) if self._entries and not start else None
        self._entries = [*([] if together is None else [together]), *self._entries]
        self.query_one("#allowed", Static).update(plain(note))
        first = next((i for i, e in enumerate(self._entries) if e.kind != "all" and e.name != ".."), 0)
        rows = self.query_one(RowList)
        rows.path_of = lambda index: str(folder / self._entries[index].name)
        rows.show(len(self._entries), self._row, cursor=0 if together is None else first)

    def _row(self, index: int, width: int) -> Row:
        entry = self._entries[index]
        mark, role, words = _LOOKS[entry.kind]
        tail = file_size(entry.size) if words is _SIZE else words
        return Row(((f" {mark}", role), (entry.name, role)), ((f"{tail} " if tail else "", "muted"),))

    def on_key(self, event: events.Key) -> None:
        """Let the arrow keys move the list cursor while the path is being typed."""
        rows = self.query_one(RowList)
        moves = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}
        if event.key in moves and not rows.has_focus:
            event.stop()
            event.prevent_default()
            rows.action_move(moves[event.key])

    def action_complete(self) -> None:
        """Complete the path with the current entry."""
        entry = self._entries[self.query_one(RowList).cursor] if self._entries else None
        if entry is not None and entry.kind != "all":
            self._put(completed(self._text, entry))

    def _put(self, text: str) -> None:
        entry = self.query_one(Input)
        entry.value = text
        entry.cursor_position = len(text)
        entry.focus()

    @on(Input.Submitted, "#path")
    def _submitted(self, event: Input.Submitted) -> None:
        """Open the typed path if it exists, otherwise the current entry."""
        event.stop()
        typed = event.value.strip()
        path = (self._base / Path(os.path.expanduser(typed))).absolute() if typed else None
        if path is not None and (self._folders or self.opens(path, typed) or not self._entries):
            self.dismiss(path)
        elif self._entries:
            self._take(self.query_one(RowList).cursor)

    @on(RowList.Chosen, "#entries")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self._entries:
            self._take(event.rows.cursor)  # the list may have changed since

    def _take(self, index: int) -> None:
        """Open a file or run folder; go into a folder."""
        entry, text = self._entries[index], self._text
        if entry.kind == "all":
            self.dismiss(split_path(text, self._base)[0].absolute())
            return
        path = completed(text, entry)
        if entry.kind == "folder" or (entry.descends and self._folders):
            self._put(path)
        else:
            self.dismiss((self._base / Path(os.path.expanduser(path))).absolute())


def _opens(path: Path, typed: str) -> bool:
    """Whether a typed path can be opened."""
    try:
        return (path.is_file() and not typed.endswith("/")) or (path / "experiment.toml").is_file()
    except (OSError, ValueError):
        return False
