"""What can be opened in a folder, for a path that is being typed. No widgets, so that it can be tested alone."""

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tui_ann.gate import allowed, is_allowed
from tui_ann.text import short

SUFFIXES = (
    ".csv",
    ".tsv",
    ".txt",
    ".dat",
    ".data",
    ".gz",
    ".zst",
    ".zip",
    ".parquet",
    ".sqlite",
    ".db",
    ".jsonl",
    ".ndjson",
    ".json",
    ".toml",
    ".py",
    ".keras",
    ".h5",
    ".onnx",
)
"""Extensions of files that can be opened."""
MOST = 5_000
"""Maximum number of entries read from a folder; more would be slow."""

_FOLDERS = ("folder", "experiment", "run")


@dataclass(frozen=True)
class FolderEntry:
    """One entry of the list below the path."""

    name: str
    """Name in the folder."""
    kind: str
    """`folder`, `experiment` or `run` for a folder that holds one, `file`, or `other` for files that are not data.

    `all` is no entry of the folder, but everything in it at once.
    """
    size: int = 0
    """File size in bytes."""

    @property
    def descends(self) -> bool:
        """Whether it is a folder to go into."""
        return self.kind in _FOLDERS


def file_size(size: int) -> str:
    """A human-readable size: `22 B`, `3.7 kB`.

    Args:
        size: Bytes.
    """
    text = short(size)
    return f"{text}B" if text[-1].isalpha() else f"{text} B"


def split_path(text: str, base: Path) -> tuple[Path, str]:
    """The folder of a partly typed path, and the typed start of the name in it.

    Args:
        text: The typed text; `~` and relative paths are allowed.
        base: Folder that relative paths start from.
    """
    head, sep, tail = text.rpartition("/") if os.sep == "/" else text.replace("\\", "/").rpartition("/")
    return (base / Path(os.path.expanduser(head + sep))) if head or sep else base, tail


def entries(text: str, base: Path) -> list[FolderEntry]:
    """The entries that match a partly typed path: folders first, then data files, then other files.

    Names that start with the typed text come before names that only contain it.

    Args:
        text: The typed text.
        base: Folder that relative paths start from.

    Raises:
        OSError: The folder cannot be read.
    """
    folder, start = split_path(text, base)
    wanted = start.casefold()
    found: list[tuple[tuple[int, int, str], FolderEntry]] = []
    with os.scandir(allowed(folder)) as listing:
        for item in islice(listing, MOST):
            name = item.name
            if wanted not in name.casefold() or (name.startswith(".") and not start.startswith(".")):
                continue
            if not is_allowed(item.path):  # a link that leads out of the folder
                continue
            entry = _entry(item)
            rank = 0 if entry.descends else 1 if entry.kind == "file" else 2
            found.append(((not name.casefold().startswith(wanted), rank, name.casefold()), entry))
    found.sort(key=lambda pair: pair[0])
    parent = folder.absolute().parent
    up = [FolderEntry("..", "folder")] if not start and parent != folder.absolute() and is_allowed(parent) else []
    return up + [entry for _, entry in found]


def _entry(item: "os.DirEntry[str]") -> FolderEntry:
    # Loads NumPy, which the first screen does without.
    from tui_ann.experiment.run_folder import EXPERIMENT, is_run_folder

    try:
        if item.is_dir():
            path = Path(item.path)
            kind = "run" if is_run_folder(path) else "experiment" if (path / EXPERIMENT).is_file() else "folder"
            return FolderEntry(item.name, kind)
        kind = "file" if item.name.casefold().endswith(SUFFIXES) else "other"
        return FolderEntry(item.name, kind, item.stat().st_size)
    except OSError:
        return FolderEntry(item.name, "other")


def completed(text: str, entry: FolderEntry) -> str:
    """The typed path with its last part replaced by the entry.

    Args:
        text: The typed text.
        entry: The chosen entry.
    """
    head, sep, _ = text.rpartition("/")
    if entry.name == "..":
        parent, _, last = head.rpartition("/") if head else ("", "", "")
        if last and last not in ("..", "~"):
            return parent + "/" if parent or text.startswith("/") else ""
        return head + sep + "../"
    return head + sep + entry.name + ("/" if entry.descends else "")
